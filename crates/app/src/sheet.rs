//! What a sheet that somebody brings in is told line by line, whatever it lists.

use model::Text;

use crate::error::Invalid;

/// A line that is left out.
#[derive(Clone, Debug)]
pub struct RefusedLine {
    /// The line in the sheet.
    pub line: usize,
    /// What is wrong.
    pub problems: Vec<SheetProblem>,
}

/// What is wrong with a line.
#[derive(Clone, Debug)]
pub enum SheetProblem {
    /// A cell was not understood.
    Cell {
        /// The column's letters and heading.
        column: String,
        /// What stands there.
        found: String,
        /// Why it was not understood.
        why: Text,
    },
    /// What was understood does not fit; the field is the form's.
    Field(Invalid),
}
