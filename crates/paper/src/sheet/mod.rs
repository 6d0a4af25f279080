//! Sheets from outside: XLSX and CSV as somebody hands them in, read within bounds.
//!
//! Gives cells as text, with what each was; what they mean is for others. Knows no heading and no word of the product.

mod csv;
mod error;
mod gate;
pub(crate) mod heading;
pub(crate) mod plain;
mod refused;
mod xlsx;

use std::collections::BTreeMap;

pub use error::{Bound, SheetError};
pub use refused::{CellProblem, Refused};

/// The largest file, in bytes.
pub const FILE_MAX_BYTES: u64 = 8 * 1024 * 1024;
/// The most bytes all parts of a workbook may inflate to.
pub const INFLATED_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The most parts of a workbook.
pub const PARTS_MAX: u64 = 1_000;
/// The most sheets of a workbook.
pub const SHEETS_MAX: u64 = 50;
/// The last row of a sheet that may hold something.
pub const ROWS_MAX: u64 = 5_500;
/// The last column of a sheet that may hold something.
pub const COLUMNS_MAX: u64 = 100;
/// The most UTF-16 units of a cell (Excel specifications and limits).
pub const CELL_MAX_UNITS: u64 = 32_767;
/// The most bytes of all texts together; one that stands in several cells counts several times.
pub const TEXT_MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Its sheets, in order, without those left out. A CSV file is one sheet without a name.
    pub sheets: Vec<Sheet>,
    /// Sheets that go beyond a bound, and which; the others can still be read.
    pub left_out: Vec<LeftOut>,
    properties: BTreeMap<String, String>,
}

/// A sheet that was not read.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why.
    pub why: SheetError,
}

/// One sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether it is hidden from whoever opens the file.
    pub hidden: bool,
    /// The rows that hold something, in order.
    pub rows: Vec<Line>,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its number, from 1, as a spreadsheet program shows it; in CSV the line it begins on.
    pub number: usize,
    /// Its cells, from column A.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it shows, as text: whole numbers without `.0`, dates as `2027-03-31`, `TRUE` and `FALSE`, errors as `#REF!`.
    pub text: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether its value is what a formula came to when the file was saved.
    pub formula: bool,
    /// Whether it is part of merged cells; each of them has the text of the whole.
    pub merged: bool,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Text, or nothing.
    #[default]
    Text,
    /// A number.
    Number,
    /// A date.
    Date,
    /// True or false.
    Bool,
    /// An error such as `#REF!`.
    Error,
}

impl Book {
    /// A custom document property, for example `mimamori-form`.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }
}

impl Line {
    /// The cell of a column, from 0; an empty one past the end.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        static EMPTY: Cell = Cell { text: String::new(), kind: Kind::Text, formula: false, merged: false };
        self.cells.get(column).unwrap_or(&EMPTY)
    }
}

impl Cell {
    /// Whether it shows nothing.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// A column's letters, from 0: `A`, …, `Z`, `AA`.
#[must_use]
pub fn letters(column: usize) -> String {
    let mut out = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        out.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    out.iter().rev().collect()
}

/// Reads a file. `name` is what it is called, and may be empty; its ending decides between XLSX and CSV, and where it
/// has none of these the content does.
///
/// # Errors
/// [`SheetError`] when it is neither, is larger than a bound, or is damaged. A sheet of several that goes beyond a
/// bound is left out instead.
pub fn read(name: &str, bytes: &[u8]) -> Result<Book, SheetError> {
    let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    error::within(Bound::FileBytes, FILE_MAX_BYTES, found)?;
    if bytes.is_empty() {
        return Err(SheetError::Empty);
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if let Some(error) = stranger(&ending, bytes) {
        return Err(error);
    }
    if bytes.starts_with(b"PK") {
        return xlsx::read(bytes);
    }
    match ending.as_str() {
        "xlsx" | "xlsm" => Err(SheetError::Other("no workbook")),
        _ => csv::read(bytes),
    }
}

/// What other programs write, by its ending or first bytes.
fn stranger(ending: &str, bytes: &[u8]) -> Option<SheetError> {
    /// The header of compound files ([MS-CFB] 2.2): old Office formats, and new ones behind a password.
    const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if bytes.starts_with(COMPOUND) {
        let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_locked = bytes.windows(mark.len()).any(|window| window == mark);
        return Some(if is_locked { SheetError::Encrypted } else { SheetError::Other("XLS") });
    }
    if bytes.starts_with(b"PK") && bytes.get(30..200).is_some_and(|head| holds(head, b"opendocument")) {
        return Some(SheetError::Other("OpenDocument"));
    }
    match ending {
        "xls" => return Some(SheetError::Other("XLS")),
        "xlsb" => return Some(SheetError::Other("XLSB")),
        "ods" | "fods" => return Some(SheetError::Other("OpenDocument")),
        "numbers" => return Some(SheetError::Other("Numbers")),
        _ => {}
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let lower: Vec<u8> = text.iter().take(200).map(u8::to_ascii_lowercase).collect();
    if text.starts_with(b"<") {
        return Some(SheetError::Other(if holds(&lower, b"<html") { "HTML" } else { "XML" }));
    }
    text.starts_with(b"%PDF").then_some(SheetError::Other("PDF"))
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_columns() {
        let check = |column: usize, expected: &str| assert_eq!(letters(column), expected);
        check(0, "A");
        check(25, "Z");
        check(26, "AA");
        check(99, "CV");
        check(16_383, "XFD");
    }

    #[test]
    fn refuses_other_formats_by_name() {
        let check = |name: &str, bytes: &[u8], expected: &str| {
            let error = read(name, bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("a.xlsx", b"<!DOCTYPE html><html></html>", "HTML");
        check("a.xlsx", b"a,b\r\n", "no workbook");
        check("a.csv", b"<?xml version='1.0'?>", "XML");
        check("a.ods", b"PK\x03\x04", "OpenDocument");
        check("a.xls", b"a\tb", "XLS");
        check("", b"%PDF-1.7", "PDF");
        check("", b"", "empty");
        check("", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0], "XLS");
        let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        check("a.xlsx", &locked, "password");
        check("a.csv", &vec![b'a'; 8 * 1024 * 1024 + 1], "8388608");
    }
}
