//! Rows that were not understood, and why.

use model::Text;

/// A row that is not taken over, as at least one of its cells was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The sheet's name; empty in CSV.
    pub sheet: String,
    /// The row's number as the spreadsheet program shows it.
    pub line: usize,
    /// The number in its No column, where that was understood.
    pub no: Option<u64>,
    /// Every cell at fault.
    pub problems: Vec<CellProblem>,
}

/// A cell that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellProblem {
    /// The column: its letters and heading, for example `N 実施期限`.
    pub column: String,
    /// What stands there, at most 80 characters of it.
    pub found: String,
    /// What is wrong with it and what may stand there.
    pub why: Text,
}

impl CellProblem {
    /// A problem; what was found is cut to fit a page.
    pub(crate) fn new(column: &str, found: &str, why: Text) -> Self {
        Self { column: column.to_owned(), found: crate::cell::line(found, 80), why }
    }
}
