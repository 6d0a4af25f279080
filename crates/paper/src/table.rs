//! A plain table, for programs (CSV) and for people (workbook).

use model::At;
use rust_xlsxwriter::{Format, IgnoreError, Worksheet, XlsxError};

use crate::book::{self, COLUMNS_MAX, Grid, ROWS_MAX, put};
use crate::cell;
use crate::error::PaperError;
use crate::package;

/// A header and rows of text. In the workbook, a column whose cells are all whole numbers (`850000`, or grouped,
/// `850,000`) holds numbers, so that they can be added up; everything else is text.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it is; the worksheet's name and title. Not part of the CSV.
    pub title: String,
    /// When it was made; printed on the workbook's pages.
    pub made_at: At,
    /// The columns' headings.
    pub header: Vec<String>,
    /// The rows. One that is shorter than the header is filled up with empty cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// How many columns the widest row has.
    fn columns(&self) -> usize {
        self.rows.iter().map(Vec::len).chain([self.header.len()]).max().unwrap_or(0)
    }

    /// A row, filled up to a number of columns.
    fn padded(row: &[String], columns: usize) -> impl Iterator<Item = &str> {
        row.iter().map(String::as_str).chain(std::iter::repeat("")).take(columns)
    }
}

/// UTF-8 starts with this so that Excel in Japan does not take the file for Shift_JIS.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The table as CSV: UTF-8 with a byte order mark, CRLF, quoted as RFC 4180 says. A field that a spreadsheet program
/// would take for a formula starts with an apostrophe; one longer than a cell can hold is cut.
#[must_use]
pub fn csv(table: &Table) -> Vec<u8> {
    let columns = table.columns();
    let mut out = BOM.to_vec();
    for row in std::iter::once(&table.header).chain(&table.rows) {
        for (at, field) in Table::padded(row, columns).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            push_field(&mut out, &cell::csv(field), columns == 1);
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// RFC 4180, section 2, rules 5 to 7. A field with blanks at its ends is quoted too, as some readers trim; so is an
/// empty one that is alone on its line, as some readers skip empty lines.
fn push_field(out: &mut Vec<u8>, field: &str, alone: bool) {
    let bare =
        !field.contains(['"', ',', '\n', '\r']) && field.trim() == field && !(alone && field.is_empty());
    if bare {
        out.extend_from_slice(field.as_bytes());
    } else {
        out.push(b'"');
        out.extend_from_slice(field.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    }
}

const HEAD_ROW: u32 = 2;
const FIRST_ROW: u32 = 3;
/// Widths are measured on so many rows.
const MEASURED_ROWS: usize = 500;
/// The narrowest and widest column, in digits.
const WIDTHS: (usize, usize) = (8, 56);

/// The table as an Excel workbook (Office Open XML) of one sheet, printable on A4 landscape. The same table gives the
/// same bytes. Texts are never formulas.
///
/// # Errors
/// [`PaperError::TooManyRows`] and [`PaperError::TooManyColumns`] when a worksheet cannot hold it;
/// [`PaperError::Workbook`] when the workbook library refuses something.
pub fn xlsx(table: &Table) -> Result<Vec<u8>, PaperError> {
    workbook(&table.title, "", table.made_at, std::slice::from_ref(table))
}

/// Tables as one workbook, a sheet each as in [`xlsx`]; their titles name the sheets and have to differ.
///
/// # Errors
/// As [`xlsx`].
pub fn workbook(title: &str, company: &str, made_at: At, tables: &[Table]) -> Result<Vec<u8>, PaperError> {
    let mut book = book::workbook(title, company, made_at, &[]).map_err(PaperError::in_part("frame"))?;
    for table in tables {
        let columns = columns_of(table)?;
        write(book.add_worksheet(), table, columns).map_err(PaperError::in_part("table"))?;
    }
    package::finished(book)
}

/// How many columns a table has, when a worksheet can hold it.
fn columns_of(table: &Table) -> Result<u16, PaperError> {
    let (rows, limit) = (table.rows.len(), ROWS_MAX - FIRST_ROW as usize);
    if rows > limit {
        return Err(PaperError::TooManyRows { rows, limit });
    }
    u16::try_from(table.columns())
        .ok()
        .filter(|columns| usize::from(*columns) <= COLUMNS_MAX)
        .ok_or(PaperError::TooManyColumns { columns: table.columns(), limit: COLUMNS_MAX })
}

fn write(out: &mut Worksheet, table: &Table, columns: u16) -> Result<(), XlsxError> {
    out.set_name(book::sheet_name(&table.title))?;
    put(out, 0, 0, &cell::line(&table.title, 60), &book::title())?;
    put(out, 1, 0, &table.made_at.minute(), &book::about())?;
    out.set_row_height(0, 30)?.set_row_height(1, 18)?;
    let (head, body) = (book::head(book::POLICY_LIGHT), book::body());
    let widths = (0..columns.into()).map(|column| width(table, column)).collect();
    let mut grid = Grid::new(out, widths)?;
    for (column, heading) in (0..columns).zip(Table::padded(&table.header, columns.into())) {
        grid.put(HEAD_ROW, column, heading, &head)?;
    }
    grid.end_row(HEAD_ROW)?;
    let mut row = FIRST_ROW;
    let numbers: Vec<Option<Format>> =
        (0..columns.into()).map(|column| number_format(table, column)).collect();
    for fields in &table.rows {
        let cells = Table::padded(fields, columns.into()).zip(&numbers);
        for (column, (field, format)) in (0..columns).zip(cells) {
            match (format, number(field)) {
                (Some(format), Some(value)) => {
                    grid.sheet().write_number_with_format(row, column, value, format)?;
                }
                _ => grid.put(row, column, field, &body)?,
            }
        }
        grid.end_row(row)?;
        row += 1;
    }
    let last = row.saturating_sub(1).max(FIRST_ROW);
    if columns > 0 {
        out.ignore_error_range(FIRST_ROW, 0, last, columns - 1, IgnoreError::NumberStoredAsText)?;
        out.autofilter(HEAD_ROW, 0, last, columns - 1)?;
    }
    out.set_freeze_panes(FIRST_ROW, 0)?.set_screen_gridlines(false);
    book::print_setup(out, book::PAPER_A4, HEAD_ROW..=HEAD_ROW, &table.title, &table.made_at.minute())
}

/// How a column shows its numbers; `None` when it holds anything else.
fn number_format(table: &Table, column: usize) -> Option<Format> {
    let cells = || table.rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty());
    if cells().next().is_none() || cells().any(|cell| number(cell).is_none()) {
        return None;
    }
    let format = if cells().any(|cell| cell.contains(',')) { "#,##0" } else { "0" };
    Some(book::number(format))
}

/// A whole number without sign or leading zeros, of as many digits as a spreadsheet keeps, perhaps in groups of three.
fn number(cell: &str) -> Option<f64> {
    let mut groups = cell.split(',');
    let first = groups.next()?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(first) || (first.starts_with('0') && cell != "0") {
        return None;
    }
    if cell.contains(',') && (first.len() > 3 || groups.any(|group| group.len() != 3 || !is_digits(group))) {
        return None;
    }
    let digits = cell.replace(',', "");
    if digits.len() > DIGITS_MAX { None } else { digits.parse().ok() }
}

/// So many digits of a number a spreadsheet program keeps (Excel specifications and limits: "Number precision").
const DIGITS_MAX: usize = 15;

/// A column's width in digits: what its widest cell needs, within bounds; longer texts wrap.
fn width(table: &Table, column: usize) -> f64 {
    let cells = table.rows.iter().take(MEASURED_ROWS).chain([&table.header]);
    let widest = cells.filter_map(|row| row.get(column)).map(|cell| book::width(cell)).max().unwrap_or(0);
    let bounded = (widest + 3).clamp(WIDTHS.0, WIDTHS.1);
    u32::try_from(bounded).map_or(10.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let own = |row: &[&str]| row.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        Table {
            title: "表".into(),
            made_at: "2026-11-24T00:00:00Z".parse().unwrap(),
            header: own(header),
            rows: rows.iter().map(|row| own(row)).collect(),
        }
    }

    #[test]
    fn quotes_as_the_rfc_says() {
        let check = |rows: &[&[&str]], expected: &str| {
            let bytes = csv(&table(&["項番", "内容"], rows));
            assert_eq!(String::from_utf8(bytes).unwrap(), format!("\u{feff}項番,内容\r\n{expected}"));
        };
        check(&[], "");
        check(&[&["5.1.4-1", "暗号化"]], "5.1.4-1,暗号化\r\n");
        check(&[&["a,b", "say \"hi\""]], "\"a,b\",\"say \"\"hi\"\"\"\r\n");
        check(&[&["a\r\nb", " x "]], "\"a\nb\",\" x \"\r\n");
        check(&[&["only one"]], "only one,\r\n");
        check(&[&["=1+1", "-3"]], "'=1+1,-3\r\n");
        check(&[&["=1,2", "\t=1"]], "\"'=1,2\",'\t=1\r\n");
    }

    #[test]
    fn tells_numbers_from_text() {
        let check = |cell: &str, expected: Option<f64>| assert_eq!(number(cell), expected, "{cell}");
        check("0", Some(0.0));
        check("850000", Some(850_000.0));
        check("36,000,000", Some(36_000_000.0));
        check("999999999999999", Some(999_999_999_999_999.0));
        for text in
            ["", "007", "-1", "1.5", "5.1.4-1", "1,00", "1000,000", ",1", "1,", "1234567890123456", "1e3"]
        {
            check(text, None);
        }
    }

    #[test]
    fn an_empty_table_is_still_a_workbook() {
        assert!(xlsx(&table(&[], &[])).is_ok());
        assert!(xlsx(&table(&["a"], &[])).is_ok());
    }

    #[test]
    fn several_tables_become_several_sheets() {
        let named = |title: &str| Table { title: title.into(), ..table(&["a"], &[&["=1+1"]]) };
        let made_at = "2026-11-24T00:00:00Z".parse().unwrap();
        assert!(workbook("x", "みなとソフト", made_at, &[named("一"), named("二")]).is_ok());
        assert!(workbook("x", "", made_at, &[named("一"), named("一")]).is_err(), "two sheets of one name");
        assert!(workbook("x", &"あ".repeat(1_000_000), made_at, &[]).is_ok(), "no sheet at all");
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let wide = vec!["x"; COLUMNS_MAX + 1];
        let error = xlsx(&table(&wide, &[])).unwrap_err().to_string();
        assert!(error.contains("16385") && error.contains("16384"), "{error}");
    }
}
