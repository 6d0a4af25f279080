//! The sheets of loss and cost beside the form: what they add to its rows.

use std::collections::BTreeMap;

use model::Text;

use super::imported::Imported;
use super::loss::{self, Losses, Reckoned};
use super::{Hand, number};
use crate::sheet::{Book, CellProblem, Refused, Sheet};

/// A row of such a sheet: which line of which sheet, and what it says.
struct Said<'a> {
    sheet: &'a str,
    line: usize,
    reckoned: Reckoned,
    /// What each column shows, by its name.
    shown: Vec<(loss::Holds, String, String)>,
}

/// Adds what the sheets of loss and cost say to the rows; a row with a fault there, or on which two of them differ, is
/// refused as a whole. A hidden sheet is no sheet anybody has looked at.
pub(super) fn read(book: &Book, form_at: usize, hand: Hand, imported: &mut Imported) {
    let mut said: BTreeMap<u32, Vec<Said>> = BTreeMap::new();
    for (_, sheet) in book.sheets.iter().enumerate().filter(|(at, sheet)| *at != form_at && !sheet.hidden) {
        if let Some(table) = loss::table(sheet) {
            read_sheet(sheet, &table, hand, imported, &mut said);
        }
    }
    for sheet in book.sheets.iter().filter(|sheet| sheet.hidden && loss::table(sheet).is_some()) {
        imported.remarks.push(Text::new(
            format!("シート「{}」は非表示のため、読み取りませんでした。", sheet.name),
            format!("Sheet \"{}\" is hidden and was not read.", sheet.name),
        ));
    }
    for (no, all) in said {
        let problems = differences(&all);
        if let Some(last) = all.last().filter(|_| !problems.is_empty()) {
            imported.rows.retain(|row| row.no != no);
            imported.refused.push(Refused {
                sheet: last.sheet.to_owned(),
                line: last.line,
                no: Some(no.into()),
                problems,
            });
            continue;
        }
        let Some(row) = imported.rows.iter_mut().find(|row| row.no == no) else { continue };
        for Said { reckoned, .. } in all {
            row.assets = reckoned.assets.or(row.assets.take());
            row.loss = reckoned.loss.or(row.loss);
            row.cost = reckoned.cost.or(row.cost);
        }
    }
}

/// What two sheets say differently about one row, each with both values.
fn differences(all: &[Said]) -> Vec<CellProblem> {
    let Some((first, others)) = all.split_first() else { return Vec::new() };
    let mut problems = Vec::new();
    for other in others {
        let (one, two) = (&first.reckoned, &other.reckoned);
        let is_same = is_alike(one.assets.as_ref(), two.assets.as_ref())
            && is_alike(one.loss.as_ref(), two.loss.as_ref())
            && is_alike(one.cost.as_ref(), two.cost.as_ref());
        if is_same {
            continue;
        }
        for (holds, column, shown) in &other.shown {
            let Some((.., before)) = first.shown.iter().find(|(known, ..)| known == holds) else { continue };
            if before != shown {
                let why = Text::new(
                    format!(
                        "シート「{}」の{}行目には「{before}」、シート「{}」の{}行目には「{shown}」とあります。どちらかに直してください。",
                        first.sheet, first.line, other.sheet, other.line
                    ),
                    format!(
                        "Sheet \"{}\", line {}, says \"{before}\"; sheet \"{}\", line {}, says \"{shown}\": keep one of them.",
                        first.sheet, first.line, other.sheet, other.line
                    ),
                );
                problems.push(CellProblem::new(column, shown, why));
            }
        }
    }
    problems
}

/// Whether two sheets that both say something say the same.
fn is_alike<T: PartialEq>(one: Option<&T>, two: Option<&T>) -> bool {
    one.zip(two).is_none_or(|(one, two)| one == two)
}

fn read_sheet<'a>(
    sheet: &'a Sheet,
    losses: &Losses,
    hand: Hand,
    imported: &mut Imported,
    said: &mut BTreeMap<u32, Vec<Said<'a>>>,
) {
    let table = &losses.table;
    let Some(no_column) = table.column(loss::Holds::No) else { return };
    let is_own = |holds| !matches!(holds, loss::Holds::No | loss::Holds::Measure);
    let mut done: Vec<u32> = Vec::new();
    for line in sheet.rows.iter().skip(table.first) {
        let no_cell = line.cell(no_column.at);
        let own = || table.columns.iter().filter(|column| is_own(column.holds));
        let is_blank = own().all(|column| line.cell(column.at).is_blank());
        let no = number::read(&no_cell.text);
        if is_blank && no.is_none() {
            continue;
        }
        let mut problems = Vec::new();
        let mut reckoned = loss::read(line, losses, &mut problems);
        if hand == Hand::Stranger {
            // Nobody fills in the whole of somebody else's form: a blank says nothing.
            reckoned.assets = reckoned.assets.filter(|assets| !assets.is_empty());
            reckoned.loss = reckoned.loss.filter(Option::is_some);
            reckoned.cost = reckoned.cost.filter(Option::is_some);
        }
        let is_there = no.is_some_and(|no| imported.rows.iter().any(|row| row.no == no));
        let is_refused =
            no.is_some_and(|no| imported.refused.iter().any(|refused| refused.no == Some(no.into())));
        let is_double = no.is_some_and(|no| done.contains(&no));
        if (!is_there && !is_refused && !is_blank) || is_double {
            let why = Text::new(
                "この番号の行がチェックリストにないか、番号が複数の行にあります。",
                "The checklist has no row of this number, or the number stands on several lines.",
            );
            problems.push(CellProblem::new(&no_column.name, &no_cell.text, why));
        }
        done.extend(no);
        if problems.is_empty() {
            if let Some(no) = no {
                let shown = own().map(|column| {
                    (column.holds, column.name.clone(), line.cell(column.at).text.trim().to_owned())
                });
                said.entry(no).or_default().push(Said {
                    sheet: &sheet.name,
                    line: line.number,
                    reckoned,
                    shown: shown.collect(),
                });
            }
            continue;
        }
        imported.rows.retain(|row| Some(row.no) != no);
        imported.refused.push(Refused {
            sheet: sheet.name.clone(),
            line: line.number,
            no: no.map(u64::from),
            problems,
        });
    }
}
