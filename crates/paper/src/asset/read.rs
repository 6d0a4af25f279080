//! The register in: ours without a difference, a stranger's row by row with reasons.

use std::collections::BTreeMap;

use model::asset::{AssetPart, Encryption};
use model::{Asset, Text};

use super::column::{self, AssetColumn, COLUMNS};
use super::{FORM, touched};
use crate::error::PaperError;
use crate::sheet::heading::{self, Table};
use crate::sheet::plain::{half, is_dash, key};
use crate::sheet::{Book, Cell, CellProblem, Kind, Line, Refused, Sheet};

/// What a register says.
#[derive(Clone, Debug, Default)]
pub struct ImportedAssets {
    /// Whether it is one of ours.
    pub ours: bool,
    /// The columns it has. What an asset says in any other is a default: what is stored stays.
    pub columns: Vec<AssetColumn>,
    /// The lines that were understood, in the sheet's order.
    pub lines: Vec<ImportedAsset>,
    /// The lines that were not.
    pub refused: Vec<Refused>,
    /// What whoever imports it should know.
    pub remarks: Vec<Text>,
}

/// A line that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedAsset {
    /// Its number as the spreadsheet program shows it.
    pub line: usize,
    /// The asset's number; `None` for a new one.
    pub number: Option<u64>,
    /// The version the line was made from; `None` when the sheet does not say.
    pub version: Option<u32>,
    /// The columns whose cells are blank in a register that is not ours: nothing is said of them, and what is stored
    /// stays. In ours a blank is meant.
    pub silent: Vec<AssetColumn>,
    /// The asset.
    pub asset: Asset,
}

/// Reads a register.
///
/// # Errors
/// [`PaperError::NoTable`] when there is no such table, [`PaperError::NoColumn`] when it does not say of what system or
/// part an asset is, [`PaperError::OtherForm`] when it is another document of ours, [`PaperError::Sheet`] when the sheet
/// that should hold it goes beyond a bound.
pub fn read(book: &Book) -> Result<ImportedAssets, PaperError> {
    let property = book.property("mimamori-form");
    if let Some(other) = property.filter(|form| *form != FORM) {
        return Err(PaperError::OtherForm { found: crate::cell::line(other, 60) });
    }
    let (sheet, table) = register(book)?;
    for needed in [AssetColumn::System, AssetColumn::Part] {
        if table.column(needed).is_none() {
            let word = column::heading(needed);
            return Err(PaperError::NoColumn { column: Text::by(|lang| word.get(lang).to_owned()) });
        }
    }
    let ours = property.is_some() || has_our_headings(&table);
    // Our CSV, opened in a spreadsheet program and saved as a workbook, still has the apostrophes before formulas.
    let guarded = ours && property.is_none() && !sheet.name.is_empty();
    let mut imported = ImportedAssets {
        ours,
        columns: table.columns.iter().map(|column| column.holds).collect(),
        ..ImportedAssets::default()
    };
    let mut formulas = 0;
    for line in sheet.rows.iter().skip(table.first) {
        let mut reader = Reader { line, table: &table, ours, guarded, problems: Vec::new() };
        if reader.is_beside_the_table() {
            continue;
        }
        formulas += table.columns.iter().filter(|column| line.cell(column.at).formula).count();
        let (number, version, asset) = reader.line();
        if reader.problems.is_empty() {
            let blank = table.columns.iter().filter(|column| !ours && line.cell(column.at).is_blank());
            let silent = blank.map(|column| column.holds).collect();
            imported.lines.push(ImportedAsset { line: line.number, number, version, silent, asset });
        } else {
            let (sheet, problems) = (sheet.name.clone(), reader.problems);
            imported.refused.push(Refused { sheet, line: line.number, no: number, problems });
        }
    }
    refuse_doubles(&mut imported, sheet, &table);
    remark(&mut imported, book, sheet, &table, formulas);
    Ok(imported)
}

/// The sheet with the most of the register's headings.
fn register(book: &Book) -> Result<(&Sheet, Table<AssetColumn>), PaperError> {
    let mut best: Option<(&Sheet, Table<AssetColumn>)> = None;
    for sheet in book.sheets.iter().filter(|sheet| !sheet.hidden) {
        let Some(found) = heading::find(sheet, AssetColumn::Name, &column::known) else { continue };
        if best.as_ref().is_none_or(|(_, best)| best.columns.len() < found.columns.len()) {
            best = Some((sheet, found));
        }
    }
    match (best, book.left_out.first()) {
        (Some(best), None) => Ok(best),
        (Some(best), Some(_)) if book.property("mimamori-form").is_none() => Ok(best),
        (_, Some(left_out)) => Err(left_out.why.clone().into()),
        (None, None) => Err(PaperError::NoTable {
            wanted: Text::new("情報資産台帳", "a register of information assets"),
        }),
    }
}

/// CSV has no properties: ours is told by its headings, all of them and in order.
fn has_our_headings(table: &Table<AssetColumn>) -> bool {
    table.ignored.is_empty()
        && table.columns.len() == COLUMNS.len()
        && table
            .columns
            .iter()
            .zip(COLUMNS)
            .enumerate()
            .all(|(at, (found, (holds, ..)))| found.at == at && found.holds == holds)
}

struct Reader<'a> {
    line: &'a Line,
    table: &'a Table<AssetColumn>,
    ours: bool,
    /// Whether texts that look like formulas stand behind an apostrophe.
    guarded: bool,
    problems: Vec<CellProblem>,
}

impl<'a> Reader<'a> {
    fn cell(&self, holds: AssetColumn) -> Option<&'a Cell> {
        self.table.column(holds).map(|column| self.line.cell(column.at))
    }

    fn raw(&self, holds: AssetColumn) -> &'a str {
        let text = self.cell(holds).map_or("", |cell| cell.text.as_str());
        if self.guarded { crate::cell::of_csv(text) } else { text }
    }

    fn text(&self, holds: AssetColumn) -> String {
        let raw = self.raw(holds);
        if self.ours { raw.to_owned() } else { raw.trim().to_owned() }
    }

    fn problem(&mut self, holds: AssetColumn, ja: &str, en: &str) {
        if let Some(column) = self.table.column(holds) {
            let found = self.raw(holds);
            self.problems.push(CellProblem::new(&column.name, found, Text::new(ja, en)));
        }
    }

    /// Blank lines, bands across the table, headings repeated on each page, notes below the table.
    fn is_beside_the_table(&self) -> bool {
        let cells = || self.table.columns.iter().map(|column| self.line.cell(column.at));
        let filled = cells().filter(|cell| !cell.is_blank()).count();
        let is_band = cells()
            .next()
            .is_some_and(|first| first.merged && cells().all(|cell| cell.merged && cell.text == first.text));
        let headings = self.table.columns.iter().filter(|column| {
            column::known(&self.line.cell(column.at).text).is_some_and(|(holds, _)| holds == column.holds)
        });
        let name = self.raw(AssetColumn::Name).trim();
        let is_note = filled == 1 && (name.is_empty() || name.starts_with(['※', '*', '注']));
        filled == 0 || is_band || is_note || headings.count() > 2
    }

    fn line(&mut self) -> (Option<u64>, Option<u32>, Asset) {
        let columns: Vec<AssetColumn> = self.table.columns.iter().map(|column| column.holds).collect();
        for holds in columns {
            if self.cell(holds).is_some_and(|cell| cell.kind == Kind::Error) {
                self.problem(
                    holds,
                    "セルがエラーになっています。値を書き直してください。",
                    "The cell shows an error: write the value itself.",
                );
            }
        }
        let number = self.number();
        let version = self.version();
        let mut asset = Asset::new(
            self.required(AssetColumn::System),
            self.part().unwrap_or(AssetPart::Data),
            self.required(AssetColumn::Name),
        );
        asset.credential = self.flag(AssetColumn::Credential);
        asset.personal = self.flag(AssetColumn::Personal);
        asset.owner = self.text(AssetColumn::Owner);
        asset.secrecy = column::secrecy_of(self.raw(AssetColumn::Secrecy)).unwrap_or_else(|| {
            self.problem(
                AssetColumn::Secrecy,
                "保秘レベルは「極秘」「関係社外秘」「社外秘」「公開可能」のいずれかを書くか、未定なら空にしてください。",
                "Write Top secret, Partners, Internal or Public, or leave it empty while it is not decided.",
            );
            None
        });
        asset.encryption = column::encryption_of(self.raw(AssetColumn::Encryption)).unwrap_or_else(|| {
            self.problem(
                AssetColumn::Encryption,
                "「必要」か「不要」を書くか、未定なら空にしてください。",
                "Write Needed or Not needed, or leave it empty while it is not decided.",
            );
            Encryption::Undecided
        });
        asset.method = self.text(AssetColumn::Method);
        asset.touched_by = touched::read(self.raw(AssetColumn::Touched)).unwrap_or_else(|why| {
            self.problem(AssetColumn::Touched, &why.ja, &why.en);
            Vec::new()
        });
        asset.note = self.text(AssetColumn::Note);
        (number, version, asset)
    }

    fn number(&mut self) -> Option<u64> {
        let text = half(self.raw(AssetColumn::Number)).to_lowercase();
        let text = text.trim();
        let digits = text.strip_prefix("no.").or_else(|| text.strip_prefix('#')).unwrap_or(text).trim();
        if digits.is_empty() || is_dash(&key(digits)) {
            return None;
        }
        let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if is_digits && number > 0 => Some(number),
            _ => {
                self.problem(
                    AssetColumn::Number,
                    "番号は数字で書くか、新しい資産なら空にしてください。",
                    "Write the number in digits, or leave it empty for a new asset.",
                );
                None
            }
        }
    }

    fn version(&mut self) -> Option<u32> {
        let text = self.raw(AssetColumn::Version).trim();
        if !self.ours || text.is_empty() {
            return None;
        }
        let version = text.parse().ok();
        if version.is_none() {
            self.problem(
                AssetColumn::Version,
                "版の番号が書き換えられています。書き出したときのままにしてください。",
                "The column of versions was changed: leave it as it was written.",
            );
        }
        version
    }

    fn required(&mut self, holds: AssetColumn) -> String {
        let text = self.text(holds);
        if text.trim().is_empty() {
            self.problem(holds, "空になっています。", "It is empty.");
        }
        text
    }

    fn part(&mut self) -> Option<AssetPart> {
        let part = column::part_of(self.raw(AssetColumn::Part));
        if part.is_none() {
            self.problem(
                AssetColumn::Part,
                "構成要素は「ハードウェア」「OS」「ネットワーク」「システム本体」「開発環境」「データ」のいずれかを書いてください。",
                "Write one of Hardware, OS, Network, System itself, Development, Data.",
            );
        }
        part
    }

    fn flag(&mut self, holds: AssetColumn) -> bool {
        column::flag_of(self.raw(holds)).unwrap_or_else(|| {
            self.problem(holds, "「有」か「無」を書いてください。", "Write Yes or No.");
            false
        })
    }
}

/// A number that stands on two lines: neither is taken, as it is not ours to say which is meant.
fn refuse_doubles(imported: &mut ImportedAssets, sheet: &Sheet, table: &Table<AssetColumn>) {
    let mut count: BTreeMap<u64, usize> = BTreeMap::new();
    let numbers = imported.lines.iter().filter_map(|line| line.number);
    for number in numbers.chain(imported.refused.iter().filter_map(|refused| refused.no)) {
        *count.entry(number).or_default() += 1;
    }
    let is_double = |line: &ImportedAsset| {
        line.number.and_then(|number| count.get(&number)).is_some_and(|count| *count > 1)
    };
    let (doubled, kept): (Vec<_>, Vec<_>) =
        std::mem::take(&mut imported.lines).into_iter().partition(is_double);
    imported.lines = kept;
    let column = table.column(AssetColumn::Number).map(|column| column.name.clone()).unwrap_or_default();
    for line in doubled {
        let found = line.number.map(|number| number.to_string()).unwrap_or_default();
        let why = Text::new("同じ番号が複数の行にあります。", "The number stands on several lines.");
        imported.refused.push(Refused {
            sheet: sheet.name.clone(),
            line: line.line,
            no: line.number,
            problems: vec![CellProblem::new(&column, &found, why)],
        });
    }
    imported.refused.sort_by_key(|refused| refused.line);
}

fn remark(
    imported: &mut ImportedAssets,
    book: &Book,
    sheet: &Sheet,
    table: &Table<AssetColumn>,
    formulas: usize,
) {
    let mut say = |ja: String, en: String| imported.remarks.push(Text::new(ja, en));
    if !imported.ours {
        let list: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        say(
            format!(
                "見守りが書き出した台帳ではありません。シート「{}」を見出しから読み取りました: {}。",
                sheet.name,
                list.join("、")
            ),
            format!(
                "This is not a register Mimamori wrote. Sheet \"{}\" was read by its headings: {}.",
                sheet.name,
                list.join(", ")
            ),
        );
        if !table.ignored.is_empty() {
            say(
                format!("読み取らなかった列: {}。", table.ignored.join("、")),
                format!("Columns that were not read: {}.", table.ignored.join(", ")),
            );
        }
    }
    for left_out in &book.left_out {
        let why = left_out.why.text();
        say(
            format!("シート「{}」は読み取りませんでした。{}", left_out.name, why.ja),
            format!("Sheet \"{}\" was not read. {}", left_out.name, why.en),
        );
    }
    if formulas > 0 {
        say(
            format!("数式のセルは、保存されたときの値で読み取りました({formulas}個)。"),
            format!("Cells with formulas were read by their saved values (cells: {formulas})."),
        );
    }
}
