//! 在宅勤務セキュリティチェックリスト: the form of section 11 of the guideline, filled in, as a workbook.
//!
//! Four sheets: the form, loss and cost, the verdicts behind the form, and notes on how to read them. What is written
//! here, [`read`] reads back without a difference: column A of the form holds the row's number as a number; an
//! evaluation cell is the severity's word on the first line (none when it is not rated), then the words, then the yen
//! on a line of their own; the decision is one of the words in the list, or empty; the day is a date; a hidden column
//! holds the decision's version. The document property `mimamori-form` names form and version.

use model::decision::{Decision, Impact};
use model::{At, Lang, Level, Outcome, StatementId, Text};

mod amount;
mod choice;
mod column;
mod day;
mod form;
mod impact;
mod imported;
mod loss;
mod note;
mod number;
mod often;
mod read;
mod reckoned;
mod remark;
mod verdict;

pub use day::day;
pub use imported::{Imported, ImportedRow};
pub use read::read;

use crate::book::{self, ROWS_MAX};
use crate::cell::line;
use crate::error::PaperError;
use crate::package;
use crate::word::Word;

/// The damage to one aspect as the checklist shows it: severity, words, yen.
pub type SheetImpact = Impact;

/// What the document property `mimamori-form` says.
pub const FORM: &str = "checklist/2";

const TITLE: Word = Word::new("在宅勤務セキュリティチェックリスト", "Home-working security checklist");

/// Who filled a form in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    /// It is our form: what stands in a cell is meant as it stands.
    Ours,
    /// It is somebody else's: cells are read as people write them.
    Stranger,
}

/// The company's checklist at an instant.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The company's name; may be empty.
    pub company: String,
    /// As of when: the instant the verdicts were judged at.
    pub as_of: At,
    /// The catalogue with its version, for example `csaj-home-telework/1.0.0`.
    pub catalog: String,
    /// The profile's name.
    pub profile: Text,
    /// The numbers and names of the information assets rows speak of.
    pub assets: Vec<(u64, String)>,
    /// The form's rows, in the order to print.
    pub rows: Vec<SheetRow>,
    /// The verdicts behind the rows, in the order to print.
    pub verdicts: Vec<SheetVerdict>,
}

/// One row of the form: what the policy says, and our company's evaluation.
#[derive(Clone, Debug)]
pub struct SheetRow {
    /// No.
    pub no: u32,
    /// Whether the number is not printed in the guideline but inferred from the order: shown with an asterisk.
    pub inferred: bool,
    /// 分類.
    pub group: Text,
    /// 対策項目.
    pub item: Text,
    /// 対策詳細.
    pub detail: Text,
    /// 脅威シナリオ.
    pub scenario: Text,
    /// 脅威分類 <事象/結果>.
    pub threat: Text,
    /// 現状(判定): what Mimamori found, for example `未達 3台 / 適合 21台`. When empty, the word for `outcome` is shown.
    pub found: Text,
    /// The worst of the row's verdicts; `None` when nothing judges it.
    pub outcome: Option<Outcome>,
    /// The version of the decision; 0 while there is none.
    pub version: u32,
    /// 当社の評価: what people wrote and decided.
    pub decision: Decision,
}

/// One verdict behind the form.
#[derive(Clone, Debug)]
pub struct SheetVerdict {
    /// The statement's id, for example `5.1.4-1`.
    pub statement: StatementId,
    /// What the statement asks.
    pub text: Text,
    /// How binding it is under the profile.
    pub level: Level,
    /// For whom or what, for example `貸与端末 PC-012`.
    pub subject: Text,
    /// The outcome.
    pub outcome: Outcome,
    /// What was found and expected.
    pub reason: Text,
    /// What to do next; empty when it passes.
    pub remedy: Text,
}

/// The checklist as an Excel workbook (Office Open XML), printable on A3 landscape. The same sheet gives the same
/// bytes. Texts are shown as they are: never as formulas, at most 32,767 UTF-16 units each.
///
/// # Errors
/// [`PaperError::TooManyRows`] when a worksheet cannot hold the rows or verdicts; [`PaperError::Workbook`] when the
/// workbook library refuses something.
pub fn xlsx(sheet: &Sheet, lang: Lang) -> Result<Vec<u8>, PaperError> {
    for (rows, before) in [
        (sheet.rows.len(), form::FIRST_ROW.max(loss::FIRST_ROW) as usize),
        (sheet.verdicts.len(), verdict::FIRST_ROW as usize),
    ] {
        let limit = ROWS_MAX - before;
        if rows > limit {
            return Err(PaperError::TooManyRows { rows, limit });
        }
    }
    let (catalog, profile) = (line(&sheet.catalog, 200), line(sheet.profile.get(lang), 200));
    let as_of = sheet.as_of.to_string();
    let marks = [
        ("mimamori-form", FORM),
        ("mimamori-catalog", &catalog),
        ("mimamori-profile", &profile),
        ("mimamori-as-of", &as_of),
    ];
    let mut book = book::workbook(TITLE.get(lang), &sheet.company, sheet.as_of, &marks)
        .map_err(PaperError::in_part("frame"))?;
    form::write(book.add_worksheet(), sheet, lang).map_err(PaperError::in_part("form"))?;
    loss::write(book.add_worksheet(), sheet, lang).map_err(PaperError::in_part("loss and cost"))?;
    verdict::write(book.add_worksheet(), sheet, lang).map_err(PaperError::in_part("list of verdicts"))?;
    note::write(book.add_worksheet(), sheet, lang).map_err(PaperError::in_part("notes"))?;
    package::finished(book)
}

/// The line below a title: as of when, by which catalogue and profile.
fn about(sheet: &Sheet, lang: Lang) -> String {
    let (at, catalog) = (sheet.as_of.minute(), sheet.catalog.as_str());
    let profile = sheet.profile.get(lang);
    let words = match lang {
        Lang::Ja => format!("{at} 現在(日本時間) | カタログ {catalog} | プロファイル {profile}"),
        Lang::En => format!("As of {at} (Japan time) | Catalogue {catalog} | Profile {profile}"),
    };
    line(&words, 300)
}

/// A title with the company's name, where there is one.
fn titled(title: &str, company: &str) -> String {
    let company = line(company, 100);
    if company.is_empty() { title.to_owned() } else { format!("{company} {title}") }
}
