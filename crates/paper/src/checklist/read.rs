//! The form read back: ours without a difference, a stranger's row by row with reasons.

use std::collections::BTreeMap;

use model::Text;
use model::decision::{Day, Impact};

use super::column::{self, Holds};
use super::imported::{Imported, ImportedRow};
use super::remark::{Seen, remark};
use super::{FORM, Hand, choice, day, impact, number, reckoned, verdict};
use crate::error::PaperError;
use crate::sheet::heading::{self, Table};
use crate::sheet::plain::{is_dash, key};
use crate::sheet::{Book, Cell, CellProblem, Kind, LeftOut, Line, Refused, Sheet};
use crate::word::Word;

/// Reads a filled-in checklist. `today` is what days without a year are counted from.
///
/// # Errors
/// [`PaperError::NoTable`] when there is no such table, [`PaperError::OtherForm`] when it is another document of ours,
/// [`PaperError::Sheet`] when the sheet that should hold it goes beyond a bound.
pub fn read(book: &Book, today: Day) -> Result<Imported, PaperError> {
    let hand = hand(book)?;
    let (at, table) = form_table(book, hand)?;
    let sheet = book.sheets.get(at).ok_or_else(no_table)?;
    let mut imported = Imported {
        ours: hand == Hand::Ours,
        catalog: book.property("mimamori-catalog").map(str::to_owned),
        profile: book.property("mimamori-profile").map(str::to_owned),
        as_of: book.property("mimamori-as-of").map(str::to_owned),
        ..Imported::default()
    };
    let mut reader =
        Reader { sheet, table: &table, hand, today, above: Above::default(), seen: Seen::default() };
    for line in sheet.rows.iter().skip(table.first) {
        reader.line(line, &mut imported);
    }
    let seen = reader.seen;
    refuse_doubles(&mut imported, sheet, &table);
    reckoned::read(book, at, hand, &mut imported);
    imported.refused.sort_by_key(|refused| refused.line);
    remark(&mut imported, book, at, &table, &seen);
    Ok(imported)
}

fn no_table() -> PaperError {
    PaperError::NoTable {
        wanted: Text::new("在宅勤務セキュリティチェックリスト", "the home-working security checklist"),
    }
}

/// Whose form it is.
fn hand(book: &Book) -> Result<Hand, PaperError> {
    match book.property("mimamori-form") {
        None => Ok(Hand::Stranger),
        Some(FORM | "checklist/1") => Ok(Hand::Ours),
        Some(other) => Err(PaperError::OtherForm { found: crate::cell::line(other, 60) }),
    }
}

/// The sheet with the most of the form's headings. A sheet of our form that was left out may be the one.
fn form_table(book: &Book, hand: Hand) -> Result<(usize, Table<Holds>), PaperError> {
    let is =
        |word: Word, left_out: &LeftOut| model::Lang::ALL.iter().any(|lang| word.get(*lang) == left_out.name);
    let missed = book.left_out.iter().find(|left_out| hand == Hand::Ours && !is(verdict::NAME, left_out));
    if let Some(missed) = missed {
        return Err(missed.why.clone().into());
    }
    let mut best: Option<(usize, Table<Holds>)> = None;
    for (at, sheet) in book.sheets.iter().enumerate().filter(|(_, sheet)| !sheet.hidden) {
        let Some(found) = heading::find(sheet, Holds::No, &column::known) else { continue };
        let own = |table: &Table<Holds>| table.columns.iter().filter(|column| is_own(column.holds)).count();
        if own(&found) > 0 && best.as_ref().is_none_or(|(_, best)| own(best) < own(&found)) {
            best = Some((at, found));
        }
    }
    match (best, book.left_out.first()) {
        (Some(best), _) => Ok(best),
        (None, Some(left_out)) => Err(left_out.why.clone().into()),
        (None, None) => Err(no_table()),
    }
}

/// Whether a column is the company's to fill in.
fn is_own(holds: Holds) -> bool {
    !matches!(holds, Holds::No | Holds::Version | Holds::Found)
}

/// What the rows above said, for 同上.
#[derive(Default)]
struct Above {
    texts: BTreeMap<usize, String>,
    /// Nothing within where a blank said nothing.
    impacts: [Option<Option<Impact>>; 4],
}

struct Reader<'a> {
    sheet: &'a Sheet,
    table: &'a Table<Holds>,
    hand: Hand,
    today: Day,
    above: Above,
    seen: Seen,
}

/// A line at work: its cells, and what is wrong with them.
struct Work<'a> {
    line: &'a Line,
    table: &'a Table<Holds>,
    problems: Vec<CellProblem>,
}

impl<'a> Work<'a> {
    fn cell(&self, holds: Holds) -> Option<&'a Cell> {
        self.table.column(holds).map(|column| self.line.cell(column.at))
    }

    fn text(&self, holds: Holds) -> &'a str {
        self.cell(holds).map_or("", |cell| cell.text.as_str())
    }

    fn problem(&mut self, holds: Holds, why: Text) {
        if let Some(column) = self.table.column(holds) {
            let found = &self.line.cell(column.at).text;
            self.problems.push(CellProblem::new(&column.name, found, why));
        }
    }

    /// Keeps what was read, and lists why it was not.
    fn note<T>(&mut self, holds: Holds, read: Result<T, Text>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(why) => {
                self.problem(holds, why);
                None
            }
        }
    }
}

impl Reader<'_> {
    fn line(&mut self, line: &Line, imported: &mut Imported) {
        let mut work = Work { line, table: self.table, problems: Vec::new() };
        let no_text = work.text(Holds::No);
        let no = number::read(no_text);
        if self.is_beside_the_table(&work, no) {
            return;
        }
        match no {
            Some(no) => {
                let row = self.row(&mut work, no);
                if work.problems.is_empty() {
                    imported.rows.push(row);
                    return;
                }
            }
            None => work.problem(
                Holds::No,
                Text::new(
                    "行の番号がありません。チェックリストの番号(1、2、3 …)を書いてください。",
                    "There is no row number: write the checklist's number (1, 2, 3 …).",
                ),
            ),
        }
        self.above = Above { texts: std::mem::take(&mut self.above.texts), ..Above::default() };
        imported.refused.push(Refused {
            sheet: self.sheet.name.clone(),
            line: line.number,
            no: no.map(u64::from),
            problems: work.problems,
        });
    }

    /// Blank lines, headings of groups, headings repeated on each page, and notes below the table.
    fn is_beside_the_table(&self, work: &Work, no: Option<u32>) -> bool {
        let own = || self.table.columns.iter().filter(|column| is_own(column.holds));
        let cells = || own().map(|column| work.line.cell(column.at));
        let no_cell = work.cell(Holds::No);
        let is_band = no_cell.is_some_and(|first| {
            first.merged && !first.is_blank() && cells().all(|cell| cell.merged && cell.text == first.text)
        });
        let is_heading = || {
            own()
                .filter(|column| {
                    column::known(&work.line.cell(column.at).text)
                        .is_some_and(|(holds, _)| holds == column.holds)
                })
                .count()
                > 1
        };
        is_band || (no.is_none() && (cells().all(Cell::is_blank) || is_heading()))
    }

    fn row(&mut self, work: &mut Work, no: u32) -> ImportedRow {
        self.see_errors(work);
        let impacts = self.impacts(work);
        let mut row = ImportedRow {
            line: work.line.number,
            no,
            version: self.version(work),
            current_state: self.text(work, Holds::State),
            impacts,
            owner: self.text(work, Holds::Owner),
            reason: self.text(work, Holds::Reason),
            due: self.due(work),
            ..ImportedRow::default()
        };
        self.choice(work, &mut row);
        row
    }

    /// A cell that shows an error has no value.
    fn see_errors(&mut self, work: &mut Work) {
        for column in self.table.columns.iter().filter(|column| column.holds != Holds::Found) {
            let cell = work.line.cell(column.at);
            self.seen.formulas += usize::from(cell.formula);
            if cell.kind == Kind::Error {
                let why = Text::new(
                    "セルがエラーになっています。値を書き直してください。",
                    "The cell shows an error: write the value itself.",
                );
                work.problem(column.holds, why);
            }
        }
    }

    fn version(&self, work: &mut Work) -> Option<u32> {
        let text = work.text(Holds::Version).trim();
        if self.hand == Hand::Stranger || text.is_empty() {
            return None;
        }
        let why = Text::new(
            "隠し列の版の番号が書き換えられています。書き出したときのままにしてください。",
            "The hidden column of versions was changed: leave it as it was written.",
        );
        work.note(Holds::Version, text.parse().map_err(|_| why))
    }

    /// A column of words: ours as it stands, a stranger's without blanks around and with 同上 resolved.
    fn text(&mut self, work: &Work, holds: Holds) -> Option<String> {
        let column = self.table.column(holds)?;
        let raw = &work.line.cell(column.at).text;
        if self.hand == Hand::Ours {
            return Some(raw.clone());
        }
        let text = match key(raw).as_str() {
            "同上" | "〃" => self.above.texts.get(&column.at).cloned().unwrap_or_default(),
            _ => raw.trim().to_owned(),
        };
        self.above.texts.insert(column.at, text.clone());
        // Nobody fills in the whole of somebody else's form: a blank says nothing.
        (!text.is_empty()).then_some(text)
    }

    /// The evaluations, from left to right, so that 同左 finds its neighbour.
    fn impacts(&mut self, work: &mut Work) -> [Option<Impact>; 4] {
        let mut impacts: [Option<Impact>; 4] = [const { None }; 4];
        // What was read, and within that nothing where a stranger says nothing.
        let mut all: [Option<Option<Impact>>; 4] = [const { None }; 4];
        let mut left: Option<(usize, Option<Impact>)> = None;
        for column in &self.table.columns {
            let Holds::Impact(at) = column.holds else { continue };
            let cell = work.line.cell(column.at);
            let said = match cell.kind {
                _ if self.hand == Hand::Stranger && cell.is_blank() => Ok(None),
                Kind::Number => Err(Text::new(
                    "数字だけでは、程度なのか金額なのか分かりません。金額は「500,000円」のように書いてください。",
                    "A bare number may be a step or an amount: write an amount as \"¥500,000\".",
                )),
                Kind::Bool => Err(Text::new("影響の程度ではありません。", "That is no step of damage.")),
                Kind::Text | Kind::Date | Kind::Error => impact::read(&cell.text, self.hand).map(Some),
            };
            let said = said.and_then(|said| match said {
                None => Ok(None),
                Some(impact::Said::This(impact)) => Ok(Some(impact)),
                Some(impact::Said::AsLeft) => {
                    let beside = left.clone().filter(|(at, _)| at + 1 == column.at);
                    beside.map(|(_, impact)| impact).ok_or_else(|| {
                        Text::new(
                            "左の欄に、読み取れる影響の評価がありません。",
                            "There is no evaluation to the left.",
                        )
                    })
                }
                Some(impact::Said::AsAbove) => {
                    self.above.impacts.get(at).cloned().flatten().ok_or_else(|| {
                        Text::new(
                            "上の行に、読み取れる影響の評価がありません。",
                            "There is no evaluation in the row above.",
                        )
                    })
                }
            });
            let read = if cell.kind == Kind::Error { None } else { work.note(column.holds, said) };
            left = read.clone().map(|impact| (column.at, impact));
            self.seen.kept_in_words += usize::from(
                self.hand == Hand::Stranger
                    && read
                        .iter()
                        .flatten()
                        .any(|own| own.yen.is_none() && impact::names_amounts(&own.words)),
            );
            if let Some((slot, seen)) = impacts.get_mut(at).zip(all.get_mut(at)) {
                slot.clone_from(read.as_ref().unwrap_or(&None));
                *seen = read;
            }
        }
        self.above.impacts = all;
        impacts
    }

    fn due(&mut self, work: &mut Work) -> Option<Option<Day>> {
        let cell = work.cell(Holds::Due)?;
        let mut text = cell.text.clone();
        if self.hand == Hand::Stranger {
            text = self.text(work, Holds::Due)?;
        }
        let plain = key(&text);
        if plain.is_empty() || is_dash(&plain) || matches!(plain.as_str(), "なし" | "未定" | "none") {
            return Some(None);
        }
        if cell.kind == Kind::Error {
            return Some(None);
        }
        let found = day::day(&text, self.today).filter(|_| cell.kind != Kind::Number);
        let why = || {
            Text::new(
                "日付が読み取れません。2027-03-31 のように書いてください。",
                "The day cannot be told: write it as 2027-03-31.",
            )
        };
        Some(work.note(Holds::Due, found.ok_or_else(why)))
    }

    /// The decision, with a day and a reason that stand in its cell.
    fn choice(&mut self, work: &mut Work, row: &mut ImportedRow) {
        let Some(cell) = work.cell(Holds::Choice) else { return };
        if cell.kind == Kind::Error {
            return;
        }
        let text = match self.hand {
            Hand::Ours => cell.text.clone(),
            Hand::Stranger => match self.text(work, Holds::Choice) {
                Some(text) => text,
                None => return,
            },
        };
        let Some(said) = work.note(Holds::Choice, choice::read(&text, self.today)) else { return };
        row.choice = Some(said.choice);
        self.seen.circles += usize::from(said.is_circle);
        match (said.due, row.due.flatten()) {
            (Some(due), None) => row.due = Some(Some(due)),
            (Some(due), Some(other)) if due != other => work.problem(
                Holds::Choice,
                Text::new(
                    format!("期限の欄({other})と違う日({due})が書かれています。"),
                    format!("It says {due}, and the day's own column says {other}."),
                ),
            ),
            _ => {}
        }
        if !said.words.is_empty() {
            self.seen.moved += 1;
            let reason = row.reason.take().unwrap_or_default();
            row.reason = Some(if reason.is_empty() || reason.contains(&said.words) {
                if reason.is_empty() { said.words } else { reason }
            } else {
                format!("{}\n{reason}", said.words)
            });
        }
    }
}

/// A number that stands on two lines: neither is taken, as it is not ours to say which is meant.
fn refuse_doubles(imported: &mut Imported, sheet: &Sheet, table: &Table<Holds>) {
    let mut lines: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in &imported.rows {
        lines.entry(row.no).or_default().push(row.line);
    }
    for refused in &imported.refused {
        if let Some(no) = refused.no.and_then(|no| u32::try_from(no).ok()) {
            lines.entry(no).or_default().push(refused.line);
        }
    }
    lines.retain(|_, lines| lines.len() > 1);
    if lines.is_empty() {
        return;
    }
    let column = table.column(Holds::No).map(|column| column.name.clone()).unwrap_or_default();
    let (kept, doubled) =
        std::mem::take(&mut imported.rows).into_iter().partition(|row| !lines.contains_key(&row.no));
    imported.rows = kept;
    let doubled: Vec<ImportedRow> = doubled;
    for row in doubled {
        let all = lines.get(&row.no).map(Vec::as_slice).unwrap_or_default();
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        let why = Text::new(
            format!("同じ番号が複数の行にあります({}行目)。", all.join("、")),
            format!("The number stands on several lines: {}.", all.join(", ")),
        );
        imported.refused.push(Refused {
            sheet: sheet.name.clone(),
            line: row.line,
            no: Some(u64::from(row.no)),
            problems: vec![CellProblem::new(&column, &row.no.to_string(), why)],
        });
    }
}
