//! Where a table begins: the row whose cells are headings we know.

use super::{Line, Sheet, letters, plain};

/// Headings are looked for in so many rows from the top.
const HEAD_LINES: usize = 30;

/// A table found in a sheet.
pub(crate) struct Table<K> {
    /// The columns by what they hold, in the sheet's order.
    pub(crate) columns: Vec<Column<K>>,
    /// The index of the first row below the headings.
    pub(crate) first: usize,
    /// Headings that are not ours to read.
    pub(crate) ignored: Vec<String>,
}

/// A column of a table.
pub(crate) struct Column<K> {
    /// Where, from 0.
    pub(crate) at: usize,
    /// What it holds.
    pub(crate) holds: K,
    /// Letters and heading, for example `N 実施期限`.
    pub(crate) name: String,
}

impl<K: Copy + PartialEq> Table<K> {
    /// The column that holds something.
    pub(crate) fn column(&self, holds: K) -> Option<&Column<K>> {
        self.columns.iter().find(|column| column.holds == holds)
    }
}

/// What a heading stands for, and how surely: 0 is the surest, and wins where two columns claim the same.
pub(crate) type Known<K> = Option<(K, u8)>;

/// The table of a sheet with the most headings we know, among them `needed` and at least one more. A heading may
/// stand on two rows: then the lower one counts, and the upper one where the lower says nothing.
pub(crate) fn find<K: Copy + PartialEq>(
    sheet: &Sheet,
    needed: K,
    known: &impl Fn(&str) -> Known<K>,
) -> Option<Table<K>> {
    let mut best: Option<Table<K>> = None;
    for (at, line) in sheet.rows.iter().enumerate().take_while(|(_, line)| line.number <= HEAD_LINES) {
        let below = sheet.rows.get(at + 1).filter(|below| below.number == line.number + 1);
        let single = table(line, None, at + 1, known);
        let double = below.map(|below| table(line, Some(below), at + 2, known));
        for found in [Some(single), double].into_iter().flatten() {
            let is_better = best.as_ref().is_none_or(|best| best.columns.len() < found.columns.len());
            if is_better && found.columns.len() > 1 && found.column(needed).is_some() {
                best = Some(found);
            }
        }
    }
    best
}

fn table<K: Copy + PartialEq>(
    line: &Line,
    below: Option<&Line>,
    first: usize,
    known: &impl Fn(&str) -> Known<K>,
) -> Table<K> {
    let mut table = Table { columns: Vec::new(), first, ignored: Vec::new() };
    let mut ranks: Vec<u8> = Vec::new();
    let width = line.cells.len().max(below.map_or(0, |below| below.cells.len()));
    for at in 0..width {
        let lower = below.map(|below| below.cell(at).text.as_str()).filter(|text| !text.trim().is_empty());
        let upper = line.cell(at).text.as_str();
        let found = lower.and_then(known).map(|found| (found, lower.unwrap_or(upper)));
        let found = found.or_else(|| known(upper).map(|found| (found, upper)));
        let Some(((holds, rank), heading)) = found else {
            let heading = lower.unwrap_or(upper).trim();
            if !heading.is_empty() {
                table.ignored.push(name(at, heading));
            }
            continue;
        };
        let column = Column { at, holds, name: name(at, heading) };
        match table.columns.iter().position(|other| other.holds == holds) {
            None => {
                table.columns.push(column);
                ranks.push(rank);
            }
            Some(other) => {
                let held = table.columns.get_mut(other).zip(ranks.get_mut(other));
                match held {
                    Some((held, held_rank)) if rank < *held_rank => {
                        let lesser = std::mem::replace(held, column);
                        *held_rank = rank;
                        table.ignored.push(lesser.name);
                    }
                    _ => table.ignored.push(column.name),
                }
            }
        }
    }
    table
}

fn name(at: usize, heading: &str) -> String {
    let first = heading.trim().lines().next().unwrap_or_default();
    format!("{} {}", letters(at), crate::cell::line(first, 40))
}

/// A heading's key without what stands in brackets and without footnote marks: `期限(※1)` is `期限`.
pub(crate) fn bare(heading: &str) -> String {
    let first = heading.trim().lines().next().unwrap_or_default();
    let key = plain::key(first);
    let mut out = String::with_capacity(key.len());
    let mut depth = 0_usize;
    for c in key.chars() {
        match c {
            '(' | '[' | '<' | '【' | '〔' | '〈' => depth += 1,
            ')' | ']' | '>' | '】' | '〕' | '〉' => depth = depth.saturating_sub(1),
            '※' | '*' | ':' => {}
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cell = |text: &&str| Cell { text: (*text).to_owned(), ..Cell::default() };
        let line =
            |(at, row): (usize, &&[&str])| Line { number: at + 1, cells: row.iter().map(cell).collect() };
        Sheet { rows: rows.iter().enumerate().map(line).collect(), ..Sheet::default() }
    }

    fn known(text: &str) -> Known<char> {
        match bare(text).as_str() {
            "no" => Some(('n', 0)),
            "担当" => Some(('o', 0)),
            "責任者" => Some(('o', 1)),
            "備考" => Some(('r', 0)),
            _ => None,
        }
    }

    fn check(rows: &[&[&str]], expected: &[(usize, char)], first: usize) {
        let table = find(&sheet(rows), 'n', &known).unwrap();
        let columns: Vec<_> = table.columns.iter().map(|column| (column.at, column.holds)).collect();
        assert_eq!((columns.as_slice(), table.first), (expected, first));
    }

    #[test]
    fn finds_headings_anywhere() {
        check(&[&["題"], &["担当", "No"], &["a", "1"]], &[(0, 'o'), (1, 'n')], 2);
    }

    #[test]
    fn headings_stand_on_two_rows() {
        check(
            &[&["No", "当社", "当社"], &["No", "担当", "備考"], &["1"]],
            &[(0, 'n'), (1, 'o'), (2, 'r')],
            2,
        );
        check(&[&["Ｎｏ", "担当(部署)", "備考"], &["1", "", ""]], &[(0, 'n'), (1, 'o'), (2, 'r')], 1);
    }

    #[test]
    fn the_surer_heading_wins() {
        let table = find(&sheet(&[&["責任者", "no", "担当"]]), 'n', &known).unwrap();
        assert_eq!(table.column('o').map(|column| column.name.as_str()), Some("C 担当"));
        assert_eq!(table.ignored, ["A 責任者"]);
        assert!(find(&sheet(&[&["担当", "備考"]]), 'n', &known).is_none());
    }
}
