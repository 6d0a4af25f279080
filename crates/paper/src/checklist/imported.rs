//! What a filled-in checklist says, once it was read.

use model::Text;
use model::decision::{Choice, Day, Impact};
use model::risk::{Cost, Loss};

use crate::sheet::Refused;

/// What a filled-in checklist says.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Whether it is a form of ours.
    pub ours: bool,
    /// The catalogue it was made with, for example `csaj-home-telework/1.0.0`.
    pub catalog: Option<String>,
    /// The profile's name it was made with, in the form's language.
    pub profile: Option<String>,
    /// As of when it was made, as RFC 3339.
    pub as_of: Option<String>,
    /// The rows that were understood, in the sheet's order.
    pub rows: Vec<ImportedRow>,
    /// The rows that were not.
    pub refused: Vec<Refused>,
    /// What whoever imports it should know.
    pub remarks: Vec<Text>,
}

/// A row that was understood. `None` means that the sheet does not say, as it has no such column, or a blank cell in a
/// form that is not ours: what is stored stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedRow {
    /// Its number as the spreadsheet program shows it.
    pub line: usize,
    /// The checklist's number.
    pub no: u32,
    /// The version of the decision the row was made from; 0 when there was none.
    pub version: Option<u32>,
    /// 現状.
    pub current_state: Option<String>,
    /// The evaluations, in the order of `Aspect::ALL`.
    pub impacts: [Option<Impact>; 4],
    /// The decision.
    pub choice: Option<Choice>,
    /// The day.
    pub due: Option<Option<Day>>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// The information assets concerned.
    pub assets: Option<Vec<u64>>,
    /// What is expected to be lost.
    pub loss: Option<Option<Loss>>,
    /// What the measure costs.
    pub cost: Option<Option<Cost>>,
}
