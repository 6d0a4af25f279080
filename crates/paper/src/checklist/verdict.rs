//! The third sheet: every verdict behind the form, statement by statement.

use model::Lang;
use rust_xlsxwriter::{FormatAlign, IgnoreError, Worksheet, XlsxError};

use super::form::outcome_format;
use super::{Sheet, about, titled};
use crate::book::{self, Grid, put};
use crate::word::{self, Word};

/// The sheet's name.
pub(super) const NAME: Word = Word::new("判定の明細", "Verdicts");
const TITLE: Word = Word::new("判定の明細", "Verdicts, statement by statement");

const HEAD_ROW: u32 = 2;
/// The first row of the table's body, from 0.
pub(super) const FIRST_ROW: u32 = 3;

/// Heading and width (in digits).
const COLUMNS: [(Word, f64); 7] = [
    (Word::new("項番", "Statement"), 10.0),
    (Word::new("求められること", "What is asked"), 36.0),
    (Word::new("段階", "Level"), 8.0),
    (Word::new("対象", "Subject"), 17.0),
    (Word::new("判定", "Verdict"), 9.0),
    (Word::new("理由", "Reason"), 38.0),
    (Word::new("対処", "Remedy"), 42.0),
];

/// Writes the sheet.
///
/// # Errors
/// What the library refuses.
pub(super) fn write(out: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<(), XlsxError> {
    out.set_name(NAME.get(lang))?;
    put(out, 0, 0, &titled(TITLE.get(lang), &sheet.company), &book::title())?;
    put(out, 1, 0, &about(sheet, lang), &book::about())?;
    out.set_row_height(0, 30)?.set_row_height(1, 18)?.set_row_height(HEAD_ROW, 22)?;
    for (column, (heading, _)) in (0u16..).zip(COLUMNS) {
        put(out, HEAD_ROW, column, heading.get(lang), &book::head(book::POLICY_LIGHT))?;
    }
    let last = write_rows(out, sheet, lang)?;
    out.ignore_error_range(FIRST_ROW, 0, last, 6, IgnoreError::NumberStoredAsText)?;
    out.autofilter(HEAD_ROW, 0, last, 6)?;
    out.set_freeze_panes(FIRST_ROW, 1)?;
    out.set_print_area(0, 0, last, 6)?;
    out.set_zoom(90).set_screen_gridlines(false);
    book::print_setup(
        out,
        book::PAPER_A4,
        HEAD_ROW..=HEAD_ROW,
        &titled(TITLE.get(lang), &sheet.company),
        &sheet.as_of.minute(),
    )
}

/// The row of the last verdict; the first row when there is none.
fn write_rows(out: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<u32, XlsxError> {
    let text = book::body();
    let middle = book::body().set_align(FormatAlign::Center);
    let mut grid = Grid::new(out, COLUMNS.map(|(_, width)| width).to_vec())?;
    let mut row = FIRST_ROW;
    for verdict in &sheet.verdicts {
        grid.put(row, 0, &verdict.statement.0, &text)?;
        grid.put(row, 1, verdict.text.get(lang), &text)?;
        grid.put(row, 2, word::level(verdict.level).get(lang), &middle)?;
        grid.put(row, 3, verdict.subject.get(lang), &text)?;
        let outcome = outcome_format(&middle, Some(verdict.outcome));
        grid.put(row, 4, word::outcome(verdict.outcome).get(lang), &outcome)?;
        grid.put(row, 5, verdict.reason.get(lang), &text)?;
        grid.put(row, 6, verdict.remedy.get(lang), &text)?;
        grid.end_row(row)?;
        row += 1;
    }
    Ok(row.saturating_sub(1).max(FIRST_ROW))
}
