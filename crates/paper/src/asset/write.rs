//! The register out: a workbook to edit, or CSV for programs.

use model::Lang;
use model::asset::{AssetPart, Encryption, Secrecy};
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, IgnoreError, Worksheet, XlsxError};

use super::column::{self, AssetColumn, COLUMNS};
use super::{AssetLine, AssetSheet, FORM, touched};
use crate::book::{self, Grid, ROWS_MAX, put};
use crate::cell;
use crate::error::PaperError;
use crate::package;
use crate::table::{self, Table};
use crate::word::Word;

const TITLE: Word = Word::new("情報資産台帳", "Register of information assets");

const HEAD_ROW: u32 = 2;
const FIRST_ROW: u32 = 3;
/// So many empty rows below have the lists, for assets to come.
const SPARE_ROWS: u32 = 200;
/// So many digits of a number a spreadsheet program keeps (Excel specifications and limits: "Number precision").
const DIGITS_MAX: usize = 15;

/// The register as an Excel workbook (Office Open XML), printable on A3 landscape, with lists to choose words from.
/// The same register gives the same bytes. Texts are never formulas.
///
/// # Errors
/// [`PaperError::TooManyRows`] when a worksheet cannot hold it; [`PaperError::Workbook`] when the workbook library
/// refuses something.
pub fn xlsx(sheet: &AssetSheet, lang: Lang) -> Result<Vec<u8>, PaperError> {
    let (rows, limit) = (sheet.lines.len(), ROWS_MAX - (FIRST_ROW + SPARE_ROWS) as usize);
    if rows > limit {
        return Err(PaperError::TooManyRows { rows, limit });
    }
    let as_of = sheet.as_of.to_string();
    let marks = [("mimamori-form", FORM), ("mimamori-as-of", as_of.as_str())];
    let mut book = book::workbook(TITLE.get(lang), &sheet.company, sheet.as_of, &marks)
        .map_err(PaperError::in_part("frame"))?;
    write(book.add_worksheet(), sheet, lang).map_err(PaperError::in_part("register"))?;
    package::finished(book)
}

/// The register as CSV: UTF-8 with a byte order mark, CRLF, quoted as RFC 4180 says, the version in a last column. A
/// field that a spreadsheet program would take for a formula starts with an apostrophe.
#[must_use]
pub fn csv(sheet: &AssetSheet, lang: Lang) -> Vec<u8> {
    table::csv(&Table {
        title: TITLE.get(lang).to_owned(),
        made_at: sheet.as_of,
        header: COLUMNS.iter().map(|(_, word, _)| word.get(lang).to_owned()).collect(),
        rows: sheet
            .lines
            .iter()
            .map(|line| COLUMNS.iter().map(|(holds, ..)| field(line, *holds, lang)).collect())
            .collect(),
    })
}

/// What stands in a cell.
fn field(line: &AssetLine, column: AssetColumn, lang: Lang) -> String {
    let asset = &line.asset;
    match column {
        AssetColumn::Number => line.number.map(|number| number.to_string()).unwrap_or_default(),
        AssetColumn::System => asset.system.clone(),
        AssetColumn::Part => column::part(asset.part).get(lang).to_owned(),
        AssetColumn::Name => asset.name.clone(),
        AssetColumn::Secrecy => column::secrecy(asset.secrecy).get(lang).to_owned(),
        AssetColumn::Credential => column::flag(asset.credential).get(lang).to_owned(),
        AssetColumn::Personal => column::flag(asset.personal).get(lang).to_owned(),
        AssetColumn::Owner => asset.owner.clone(),
        AssetColumn::Encryption => column::encryption(asset.encryption).get(lang).to_owned(),
        AssetColumn::Method => asset.method.clone(),
        AssetColumn::Touched => touched::write(&asset.touched_by),
        AssetColumn::Note => asset.note.clone(),
        AssetColumn::Version => line.version.to_string(),
    }
}

fn write(out: &mut Worksheet, sheet: &AssetSheet, lang: Lang) -> Result<(), XlsxError> {
    let title = cell::line(&format!("{} {}", sheet.company, TITLE.get(lang)), 160);
    out.set_name(TITLE.get(lang))?;
    put(out, 0, 0, &title, &book::title())?;
    put(out, 1, 0, &about(sheet, lang), &book::about())?;
    out.set_row_height(0, 30)?.set_row_height(1, 18)?;
    let head = book::head(book::OWN_LIGHT);
    let (text, number) = (book::body(), book::number("0"));
    let mut grid = Grid::new(out, COLUMNS.map(|(_, _, width)| width).to_vec())?;
    for (at, (_, heading, _)) in (0u16..).zip(COLUMNS) {
        grid.put(HEAD_ROW, at, heading.get(lang), &head)?;
    }
    grid.end_row(HEAD_ROW)?;
    let mut row = FIRST_ROW;
    for line in &sheet.lines {
        for (at, (holds, ..)) in (0u16..).zip(COLUMNS) {
            let field = field(line, holds, lang);
            let is_number = matches!(holds, AssetColumn::Number | AssetColumn::Version);
            match field.parse::<f64>() {
                Ok(value) if is_number && field.len() <= DIGITS_MAX => {
                    grid.sheet().write_number_with_format(row, at, value, &number)?;
                }
                _ => grid.put(row, at, &field, &text)?,
            }
        }
        grid.end_row(row)?;
        row += 1;
    }
    finish(out, row.saturating_sub(1).max(FIRST_ROW), lang)?;
    book::print_setup(out, book::PAPER_A3, HEAD_ROW..=HEAD_ROW, &title, &sheet.as_of.minute())
}

fn about(sheet: &AssetSheet, lang: Lang) -> String {
    let at = sheet.as_of.minute();
    match lang {
        Lang::Ja => format!(
            "{at} 現在(日本時間) | 端末と人は device/PC-001; person/yamada のように書きます。新しい資産の番号は空のままにします。"
        ),
        Lang::En => format!(
            "As of {at} (Japan time) | Write devices and people as device/PC-001; person/yamada. Leave the number of a new asset empty."
        ),
    }
}

/// What stays with the sheet while it is edited.
fn finish(out: &mut Worksheet, last: u32, lang: Lang) -> Result<(), XlsxError> {
    let last_column = u16::try_from(COLUMNS.len()).unwrap_or(u16::MAX).saturating_sub(1);
    for (at, (holds, heading, _)) in (0u16..).zip(COLUMNS) {
        let words: Vec<&str> = match holds {
            AssetColumn::Part => AssetPart::ALL.map(|part| column::part(part).get(lang)).to_vec(),
            AssetColumn::Secrecy => Secrecy::ALL.map(|class| column::secrecy(Some(class)).get(lang)).to_vec(),
            AssetColumn::Credential | AssetColumn::Personal => {
                [true, false].map(|flag| column::flag(flag).get(lang)).to_vec()
            }
            AssetColumn::Encryption => [Encryption::Needed, Encryption::NotNeeded]
                .map(|answer| column::encryption(answer).get(lang))
                .to_vec(),
            _ => continue,
        };
        let message = match lang {
            Lang::Ja => "一覧から選んでください。",
            Lang::En => "Choose one of the list.",
        };
        let list = DataValidation::new()
            .allow_list_strings(&words)?
            .ignore_blank(true)
            .set_error_style(DataValidationErrorStyle::Stop)
            .set_error_title(heading.get(lang))?
            .set_error_message(message)?;
        out.add_data_validation(FIRST_ROW, at, last.saturating_add(SPARE_ROWS), at, &list)?;
    }
    out.ignore_error_range(FIRST_ROW, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
    out.autofilter(HEAD_ROW, 0, last, last_column)?;
    out.set_column_hidden(last_column)?;
    out.set_print_area(0, 0, last, last_column - 1)?;
    out.set_freeze_panes(FIRST_ROW, 4)?.set_screen_gridlines(false);
    Ok(())
}
