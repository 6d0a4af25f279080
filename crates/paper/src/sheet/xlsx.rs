//! Workbooks: cells one after the other, so that what a sheet costs is what it holds, not how far apart it holds it.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::error::{Bound, SheetError, within};
use super::{
    Book, CELL_MAX_UNITS, COLUMNS_MAX, Cell, Kind, LeftOut, Line, ROWS_MAX, Sheet, TEXT_MAX_BYTES, gate,
};
use crate::cell;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads a workbook.
///
/// # Errors
/// [`SheetError`] when it is damaged or goes beyond a bound, or when none of its sheets stays within theirs.
pub(super) fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    gate::pass(bytes)?;
    let mut workbook: Workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut book = Book { properties: properties(&mut workbook), ..Book::default() };
    let listed: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let mut text_left = TEXT_MAX_BYTES;
    for (name, hidden) in listed {
        let mut found = Found { text_left, ..Found::default() };
        match found.read(&mut workbook, &name) {
            Ok(()) => {
                text_left = found.text_left;
                book.sheets.push(Sheet { name, hidden, rows: found.rows() });
            }
            Err(why) => book.left_out.push(LeftOut { name, why }),
        }
    }
    match book.left_out.first() {
        Some(left_out) if book.sheets.iter().all(|sheet| sheet.rows.is_empty()) => Err(left_out.why.clone()),
        None if book.sheets.is_empty() => Err(SheetError::Empty),
        _ => Ok(book),
    }
}

fn broken(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Encrypted,
        error => SheetError::Broken(cell::line(&error.to_string(), 200)),
    }
}

/// The custom properties; none when that part cannot be read, as the cells still can.
fn properties(workbook: &mut Workbook) -> BTreeMap<String, String> {
    let found = workbook.workbook_properties().map(|all| all.custom_properties);
    found.map(|all| all.into_iter().collect()).unwrap_or_default()
}

/// The cells of a sheet found so far, row by row.
#[derive(Default)]
struct Found {
    rows: BTreeMap<u32, BTreeMap<usize, Cell>>,
    text_left: u64,
    /// Cells written, merged ones each time they are.
    cells: u64,
}

/// The most cells of a sheet, merged ones counted as often as they are written.
const CELLS_MAX: u64 = 2 * ROWS_MAX * COLUMNS_MAX;

impl Found {
    fn read(&mut self, workbook: &mut Workbook, name: &str) -> Result<(), SheetError> {
        let merged = match workbook.merge_cells_by_sheet_name(name) {
            Ok(merged) => merged,
            Err(error) => return Err(broken(error)),
        };
        let mut cells = match workbook.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            // A sheet that is only a chart.
            Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
            Err(error) => return Err(broken(error)),
        };
        while let Some(record) = cells.next_cell_with_formula_metadata().map_err(broken)? {
            let (text, kind) = shown(&record.value);
            // Blanks far away are what is left of an edit, and nobody sees them.
            if text.is_empty() || (text.trim().is_empty() && !in_bounds(record.pos)) {
                continue;
            }
            let cell = Cell { text, kind, formula: record.formula.is_some(), merged: false };
            self.put(record.pos, cell)?;
        }
        merged.iter().try_for_each(|region| self.fill(region))
    }

    fn put(&mut self, (row, column): (u32, u32), cell: Cell) -> Result<(), SheetError> {
        within(Bound::Rows, ROWS_MAX, u64::from(row) + 1)?;
        within(Bound::Columns, COLUMNS_MAX, u64::from(column) + 1)?;
        let units = u64::try_from(cell.text.encode_utf16().count()).unwrap_or(u64::MAX);
        within(Bound::CellUnits, CELL_MAX_UNITS, units)?;
        let bytes = u64::try_from(cell.text.len()).unwrap_or(u64::MAX);
        self.text_left = self.text_left.checked_sub(bytes).ok_or(SheetError::TooBig {
            bound: Bound::TextBytes,
            limit: TEXT_MAX_BYTES,
            found: TEXT_MAX_BYTES + 1,
        })?;
        self.cells += 1;
        within(Bound::Entries, CELLS_MAX, self.cells)?;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        self.rows.entry(row).or_default().insert(column, cell);
        Ok(())
    }

    /// Gives every cell of a merged region the text of its first, as far as the sheet is in use.
    fn fill(&mut self, region: &Dimensions) -> Result<(), SheetError> {
        let (row, column) = region.start;
        let at = usize::try_from(column).unwrap_or(usize::MAX);
        let Some(first) = self.rows.get(&row).and_then(|cells| cells.get(&at)).cloned() else {
            return Ok(());
        };
        let merged = Cell { merged: true, ..first };
        let last_row = self.rows.keys().next_back().copied().unwrap_or(0).min(region.end.0);
        let columns_max = u32::try_from(COLUMNS_MAX).unwrap_or(u32::MAX);
        let last_column = region.end.1.min(columns_max - 1);
        for row in row..=last_row {
            for column in column..=last_column {
                self.put((row, column), merged.clone())?;
            }
        }
        Ok(())
    }

    fn rows(self) -> Vec<Line> {
        let line = |(row, mut cells): (u32, BTreeMap<usize, Cell>)| {
            let columns = cells.keys().next_back().map_or(0, |last| last + 1);
            let cells = (0..columns).map(|column| cells.remove(&column).unwrap_or_default()).collect();
            Line { number: usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1), cells }
        };
        let has_some = |line: &Line| line.cells.iter().any(|cell| !cell.is_blank());
        self.rows.into_iter().map(line).filter(has_some).collect()
    }
}

fn in_bounds((row, column): (u32, u32)) -> bool {
    u64::from(row) < ROWS_MAX && u64::from(column) < COLUMNS_MAX
}

/// A cell's text and kind.
fn shown(value: &DataRef) -> (String, Kind) {
    match value {
        DataRef::Empty => (String::new(), Kind::Text),
        DataRef::String(text) => (cell::of_text(text).to_owned(), Kind::Text),
        DataRef::SharedString(text) => (cell::of_text(text).to_owned(), Kind::Text),
        DataRef::Int(number) => (number.to_string(), Kind::Number),
        DataRef::Float(number) => (plain_number(*number), Kind::Number),
        DataRef::Bool(value) => (if *value { "TRUE" } else { "FALSE" }.to_owned(), Kind::Bool),
        DataRef::Error(error) => (error.to_string(), Kind::Error),
        DataRef::DateTime(at) => date(at),
        DataRef::DateTimeIso(text) => match text.get(..10) {
            Some(day) => (day.to_owned(), Kind::Date),
            None => (text.clone(), Kind::Text),
        },
        DataRef::DurationIso(text) => (text.clone(), Kind::Text),
    }
}

/// A number as a person would type it.
fn plain_number(number: f64) -> String {
    // Adding zero makes minus zero plain.
    if number.is_finite() { format!("{}", number + 0.0) } else { number.to_string() }
}

/// The day of a date; times of day and spans of time stay numbers, as nothing here asks for them.
fn date(at: &ExcelDateTime) -> (String, Kind) {
    if at.is_duration() || at.as_f64() < 0.0 || (at.as_f64() < 1.0 && at.to_ymd_hms_milli().0 < 1904) {
        return (plain_number(at.as_f64()), Kind::Number);
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    (format!("{year:04}-{month:02}-{day:02}"), Kind::Date)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn shows_numbers_as_people_write_them() {
        let check = |number: f64, expected: &str| assert_eq!(plain_number(number), expected);
        check(1.0, "1");
        check(-0.0, "0");
        check(0.8, "0.8");
        check(123_456_789_012_345.0, "123456789012345");
        check(1e15, "1000000000000000");
    }

    #[test]
    fn knows_both_date_systems() {
        let check = |serial: f64, is_1904: bool, expected: &str| {
            let at = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
            assert_eq!(date(&at).0, expected);
        };
        check(46_477.0, false, "2027-03-31");
        check(46_477.75, false, "2027-03-31");
        check(45_015.0, true, "2027-03-31");
        check(0.5, false, "0.5");
    }
}
