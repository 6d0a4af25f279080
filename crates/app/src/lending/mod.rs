//! The life of a lent PC: lent, its software list frozen and signed by both, drift, returned or lost.
//!
//! A lending is a record; every version stays. What follows from it for judging – sections `lending` and `baseline` of the
//! PC – is stated as a fact document whenever it changes (`facts`).

use model::At;
use model::decision::Day;
use model::facts::LendingKind;
use serde::{Deserialize, Serialize};

mod baseline;
mod drift;
mod end;
mod facts;
mod lend;
mod show;
mod sign;

pub use baseline::{Baseline, LIST_MAX_AGE_DAYS};
pub use drift::{Drift, Program, Updated, base_name};
pub use end::{EndForm, EndedLending, Left, tasks};
pub use lend::LendForm;
pub use show::{Doubt, LendingLine, LentDevice, ShownLending};

/// The kind of record.
pub(crate) const KIND: &str = "lending";
/// The kind of record of a frozen list.
pub(crate) const BASELINE: &str = "baseline";

/// One lending of one PC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lending {
    /// The PC's id (a subject of kind device).
    pub device: String,
    /// To whom: the id of a subject of kind person.
    pub person: String,
    /// How the PC came to be a home PC.
    pub kind: LendingKind,
    /// Since when.
    pub lent: Day,
    /// What the administrator saw.
    pub seen: Seen,
    /// Who saw it.
    pub confirmed_by: String,
    /// When.
    pub confirmed_at: At,
    /// A remark: accessories, terms.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The number of the frozen list; absent before it is frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<u64>,
    /// Who signed the frozen list, the newest last. Freezing anew empties it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
    /// How it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

impl Lending {
    /// The signature of a side, if it signed.
    #[must_use]
    pub fn signature(&self, side: Side) -> Option<&Signature> {
        self.signatures.iter().find(|signature| signature.side == side)
    }

    /// Whether the frozen list is signed by both.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        Side::ALL.into_iter().all(|side| self.signature(side).is_some())
    }
}

/// What the administrator saw before lending (5.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// A supported system, freshly set up.
    pub fresh_system: bool,
    /// All patches in place.
    pub patched: bool,
    /// Antivirus running with current definitions.
    pub antivirus: bool,
    /// No important company or personal data on it.
    pub no_important_data: bool,
}

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Whoever lends.
    Administrator,
    /// Whoever uses the PC.
    User,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Administrator, Side::User];

    /// The name, for example `user`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Side::Administrator => "administrator",
            Side::User => "user",
        }
    }
}

/// How somebody signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Signed in, on the page that shows the list.
    SignedIn,
    /// On paper, as the administrator records.
    Paper,
}

/// A signature under the frozen list and the terms of the lending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Which side.
    pub side: Side,
    /// The person's name.
    pub name: String,
    /// The account that signed, or that recorded the paper.
    pub login: String,
    /// When it was signed; of a paper, when it was recorded.
    pub at: At,
    /// How.
    pub way: Way,
    /// SHA-256 over what was signed, in hexadecimal.
    pub seal: String,
}

/// How a lending ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// In which way.
    pub kind: EndKind,
    /// On which day.
    pub on: Day,
    /// What is known of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What has to be done, in order.
    pub tasks: Vec<Task>,
}

impl End {
    /// How many tasks are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.tasks.iter().filter(|task| task.done_at.is_none()).count()
    }
}

/// In which way a lending ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// Given back.
    Returned,
    /// Lost.
    Lost,
    /// Stolen.
    Stolen,
}

impl EndKind {
    /// All.
    pub const ALL: [EndKind; 3] = [EndKind::Returned, EndKind::Lost, EndKind::Stolen];

    /// The name, for example `lost`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EndKind::Returned => "returned",
            EndKind::Lost => "lost",
            EndKind::Stolen => "stolen",
        }
    }

    /// The way of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the PC is in strange hands.
    #[must_use]
    pub fn is_missing(self) -> bool {
        self != EndKind::Returned
    }
}

/// Something that has to be done after a lending ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What: the last part of the locale key `lending-task-…`.
    pub id: String,
    /// What it is about, for example a key's id; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Until when, where a law or the guideline says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<At>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub done_by: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}
