//! The second sheet: what each row's damage is reckoned from, what it could cost, and what the measure costs.

use model::decision::Decision;
use model::risk::{Cost, Loss, Range, Spend};
use model::{Lang, Text};
use rust_xlsxwriter::{Format, IgnoreError, Worksheet, XlsxError};

use super::amount::bare_yen;
use super::{Sheet, about, often, titled};
use crate::book::{self, Grid, put};
use crate::sheet::heading::{self, Known, Table, bare};
use crate::sheet::plain::{half, is_dash, key, leading_number};
use crate::sheet::{Cell, CellProblem, Kind, Line};
use crate::word::Word;

/// The sheet's name.
pub(super) const NAME: Word = Word::new("損失と費用", "Loss and cost");
const TITLE: Word = Word::new("損失と費用", "Loss and cost, measure by measure");

const HEAD_ROW: u32 = 2;
/// The first row of the table's body, from 0.
pub(super) const FIRST_ROW: u32 = 3;
/// So many digits of a number a spreadsheet program keeps (Excel specifications and limits: "Number precision").
const DIGITS_MAX: usize = 15;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    No,
    Measure,
    Assets,
    LossLow,
    LossHigh,
    OftenLow,
    OftenHigh,
    Prevented,
    /// Tools, operation, training: once.
    Once(usize),
    /// The same: every year.
    Yearly(usize),
}

/// Heading and width (in digits) of the columns, in order.
const COLUMNS: [(Holds, Word, f64); 14] = [
    (Holds::No, Word::new("No", "No"), 5.0),
    (Holds::Measure, Word::new("対策項目", "Measure"), 26.0),
    (Holds::Assets, Word::new("情報資産\n番号と名前", "Information assets\nnumber and name"), 24.0),
    (Holds::LossLow, Word::new("損害額(1回)下限\n円", "Loss per event, low\nyen"), 14.0),
    (Holds::LossHigh, Word::new("損害額(1回)上限\n円", "Loss per event, high\nyen"), 14.0),
    (
        Holds::OftenLow,
        Word::new("発生頻度 下限\n100年に1回 など", "How often, low\nonce in 100 years …"),
        14.0,
    ),
    (Holds::OftenHigh, Word::new("発生頻度 上限\n年2回 など", "How often, high\n2 times a year …"), 14.0),
    (Holds::Prevented, Word::new("対策で防げる割合\n%", "Prevented by the measure\n%"), 11.0),
    (Holds::Once(0), Word::new("ツール 初期\n円", "Tools, once\nyen"), 12.0),
    (Holds::Yearly(0), Word::new("ツール 年額\n円", "Tools, yearly\nyen"), 12.0),
    (Holds::Once(1), Word::new("運用 初期\n円", "Operation, once\nyen"), 12.0),
    (Holds::Yearly(1), Word::new("運用 年額\n円", "Operation, yearly\nyen"), 12.0),
    (Holds::Once(2), Word::new("告知・教育 初期\n円", "Telling and training, once\nyen"), 12.0),
    (Holds::Yearly(2), Word::new("告知・教育 年額\n円", "Telling and training, yearly\nyen"), 12.0),
];

/// Writes the sheet.
///
/// # Errors
/// What the library refuses.
pub(super) fn write(out: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<(), XlsxError> {
    out.set_name(NAME.get(lang))?;
    put(out, 0, 0, &titled(TITLE.get(lang), &sheet.company), &book::title())?;
    put(out, 1, 0, &about(sheet, lang), &book::about())?;
    out.set_row_height(0, 30)?.set_row_height(1, 18)?.set_row_height(HEAD_ROW, 46)?;
    for (column, (holds, heading, _)) in (0u16..).zip(COLUMNS) {
        let policy = matches!(holds, Holds::No | Holds::Measure);
        let fill = if policy { book::POLICY_LIGHT } else { book::OWN_LIGHT };
        put(out, HEAD_ROW, column, heading.get(lang), &book::head(fill))?;
    }
    let formats = Formats::new();
    let mut grid = Grid::new(out, COLUMNS.map(|(_, _, width)| width).to_vec())?;
    let mut row = FIRST_ROW;
    for entry in &sheet.rows {
        let number = if entry.inferred { &formats.number_inferred } else { &formats.number };
        grid.sheet().write_number_with_format(row, 0, entry.no, number)?;
        grid.put(row, 1, entry.item.get(lang), &formats.strong)?;
        grid.put(row, 2, &assets(&entry.decision.assets, &sheet.assets), &formats.text)?;
        write_reckoned(&mut grid, row, &entry.decision, lang, &formats)?;
        grid.end_row(row)?;
        row += 1;
    }
    let (last, columns) = (row.saturating_sub(1).max(FIRST_ROW), 13);
    out.ignore_error_range(FIRST_ROW, 1, last, columns, IgnoreError::NumberStoredAsText)?;
    out.autofilter(HEAD_ROW, 0, last, columns)?;
    out.set_freeze_panes(FIRST_ROW, 2)?;
    out.set_print_area(0, 0, last, columns)?;
    out.set_zoom(90).set_screen_gridlines(false);
    let (left, right) = (titled(TITLE.get(lang), &sheet.company), sheet.as_of.minute());
    book::print_setup(out, book::PAPER_A4, HEAD_ROW..=HEAD_ROW, &left, &right)
}

struct Formats {
    number: Format,
    number_inferred: Format,
    strong: Format,
    text: Format,
    yen: Format,
}

impl Formats {
    fn new() -> Self {
        let number = book::number("0");
        Self {
            number_inferred: number.clone().set_num_format("0\"*\""),
            number,
            strong: book::body().set_bold(),
            // What is typed over a text stays as it was typed: "80%" does not become 0.8.
            text: book::body().set_background_color(book::OWN_CELL).set_num_format("@"),
            yen: book::number("#,##0").set_background_color(book::OWN_CELL),
        }
    }
}

fn write_reckoned(
    grid: &mut Grid,
    row: u32,
    decision: &Decision,
    lang: Lang,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let loss = decision.loss;
    write_yen(grid, row, 3, loss.map(|loss| loss.event_yen.low), formats)?;
    write_yen(grid, row, 4, loss.map(|loss| loss.event_yen.high), formats)?;
    let often = |times: Option<u64>| times.map(|times| often::write(times, lang)).unwrap_or_default();
    grid.put(row, 5, &often(loss.map(|loss| loss.per_millennium.low)), &formats.text)?;
    grid.put(row, 6, &often(loss.map(|loss| loss.per_millennium.high)), &formats.text)?;
    let prevented = loss.map(|loss| format!("{}%", loss.prevented_percent)).unwrap_or_default();
    grid.put(row, 7, &prevented, &formats.text)?;
    let kinds = decision.cost.map(|cost| cost.kinds());
    for (column, kind) in (8u16..).step_by(2).zip(0..3) {
        let spend = kinds.and_then(|kinds| kinds.get(kind).copied());
        write_yen(grid, row, column, spend.map(|spend| spend.once), formats)?;
        write_yen(grid, row, column + 1, spend.map(|spend| spend.yearly), formats)?;
    }
    Ok(())
}

/// An amount as a number, or as text when a spreadsheet program would not keep all of its digits.
fn write_yen(
    grid: &mut Grid,
    row: u32,
    column: u16,
    amount: Option<u64>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let text = amount.map(|amount| amount.to_string()).unwrap_or_default();
    match text.parse::<f64>() {
        Ok(number) if text.len() <= DIGITS_MAX => {
            grid.sheet().write_number_with_format(row, column, number, &formats.yen).map(|_| ())
        }
        _ => grid.put(row, column, &text, &formats.yen),
    }
}

/// `3 顧客DB; 7 NAS`. What would end a name too early becomes a blank.
fn assets(numbers: &[u64], names: &[(u64, String)]) -> String {
    let named = numbers.iter().map(|number| {
        let name = names.iter().find(|(known, _)| known == number).map_or("", |(_, name)| name);
        let name: String =
            name.chars().map(|c| if matches!(c, ';' | '；' | '\n' | '\r') { ' ' } else { c }).collect();
        format!("{number} {}", name.trim()).trim_end().to_owned()
    });
    named.collect::<Vec<_>>().join("; ")
}

/// The numbers of [`assets`], or of `3, 7`.
fn numbers(text: &str) -> Result<Vec<u64>, Text> {
    let plain = half(text).replace('、', ",");
    let mut found = Vec::new();
    for piece in plain.split([';', '\n']).map(str::trim).filter(|piece| !piece.is_empty()) {
        let listed: Option<Vec<u64>> = piece.split(',').map(|number| number.trim().parse().ok()).collect();
        match (listed, leading_number(piece)) {
            (Some(listed), _) => found.extend(listed),
            (None, Some((number, rest))) if rest.starts_with(char::is_whitespace) => found.push(number),
            _ => {
                return Err(Text::new(
                    "情報資産は「3 顧客DB; 7 ファイルサーバー」か「3, 7」のように、台帳の番号で書いてください。",
                    "Write information assets by their numbers in the register: \"3 Customers; 7 File server\" or \"3, 7\".",
                ));
            }
        }
    }
    Ok(found)
}

/// What a line of the sheet says; `None` where the sheet has no such column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reckoned {
    pub(super) assets: Option<Vec<u64>>,
    pub(super) loss: Option<Option<Loss>>,
    pub(super) cost: Option<Option<Cost>>,
}

/// What a heading stands for.
pub(super) fn known(heading: &str) -> Known<Holds> {
    let whole = key(heading);
    let first = key(heading.trim().lines().next().unwrap_or_default());
    let is = |word: &Word| {
        Lang::ALL.iter().any(|lang| {
            let ours = word.get(*lang);
            key(ours) == whole || key(ours.lines().next().unwrap_or_default()) == first
        })
    };
    if let Some((holds, ..)) = COLUMNS.iter().find(|(_, word, _)| is(word)) {
        return Some((*holds, 0));
    }
    // 「ツール 初期(千円)」: the unit in a bracket is for `unit` to see.
    if let Some((head, _)) = first.strip_suffix(')').and_then(|inner| inner.rsplit_once('(')) {
        let is = |word: &Word| {
            let head_of = |lang: Lang| key(word.get(lang).lines().next().unwrap_or_default());
            Lang::ALL.iter().any(|lang| head_of(*lang) == head)
        };
        if let Some((holds, ..)) = COLUMNS.iter().find(|(_, word, _)| is(word)) {
            return Some((*holds, 1));
        }
    }
    (bare(heading) == "no.").then_some((Holds::No, 0))
}

/// A table of loss and cost, and in which units its columns of money are.
pub(super) struct Losses {
    pub(super) table: Table<Holds>,
    units: Vec<(Holds, Unit)>,
}

/// What the numbers of a column of money are counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    /// So many yen.
    Yen(u64),
    /// Something else, as it stands there.
    Other(String),
}

/// The unit a heading names below its first line or in brackets; yen where it names none.
fn unit(heading: &str) -> Unit {
    let plain = half(heading).to_lowercase();
    let (first, below) = plain.trim().split_once('\n').unwrap_or((plain.trim(), ""));
    let in_brackets = first.split(['(', '[']).skip(1).filter_map(|rest| rest.split([')', ']']).next());
    let mut found = Unit::Yen(1);
    for (said, is_below) in
        in_brackets.map(|said| (said, false)).chain(below.lines().map(|said| (said, true)))
    {
        let said = key(said);
        let name = said.trim_matches(['(', ')', '[', ']']);
        let name = name.strip_prefix("単位").map_or(name, |rest| rest.trim_start_matches([':', '=']));
        let yen = match name {
            "千円" | "千" | "thousand" | "thousandyen" | "thousandsofyen" | "kyen" => 1_000,
            "万円" | "万" | "tenthousandyen" => 10_000,
            "百万円" | "百万" | "million" | "millionyen" | "millionsofyen" => 1_000_000,
            "億円" | "億" => 100_000_000,
            "円" | "yen" | "jpy" | "¥" | "" | "税込" | "税抜" | "税別" | "1回" | "円・税込" | "円・税抜" =>
            {
                continue;
            }
            other => {
                let marks = [
                    "円", "千", "万", "億", "yen", "thousand", "million", "ドル", "$", "usd", "eur", "単位",
                    "unit",
                ];
                if is_below || marks.iter().any(|mark| other.contains(mark)) {
                    return Unit::Other(crate::cell::line(other, 40));
                }
                continue;
            }
        };
        found = Unit::Yen(yen);
    }
    found
}

fn is_money(holds: Holds) -> bool {
    matches!(holds, Holds::LossLow | Holds::LossHigh | Holds::Once(_) | Holds::Yearly(_))
}

/// Whether a table is one of these: a number and at least three columns that no form of another kind has.
pub(super) fn table(sheet: &crate::sheet::Sheet) -> Option<Losses> {
    let own = |table: &Table<Holds>| {
        table.columns.iter().filter(|column| !matches!(column.holds, Holds::No | Holds::Measure)).count() >= 3
    };
    let table = heading::find(sheet, Holds::No, &known).filter(own)?;
    // The heading is the lowest of the cells above that the column was known by.
    let heads = || sheet.rows.iter().take(table.first).rev().take(2);
    let units = table.columns.iter().filter(|column| is_money(column.holds)).map(|column| {
        let texts = heads().map(|line| line.cell(column.at).text.as_str());
        let heading =
            texts.into_iter().find(|text| known(text).is_some_and(|(holds, _)| holds == column.holds));
        (column.holds, unit(heading.unwrap_or_default()))
    });
    let units = units.collect();
    Some(Losses { table, units })
}

/// Reads a line; problems are added to the list.
pub(super) fn read(line: &Line, losses: &Losses, problems: &mut Vec<CellProblem>) -> Reckoned {
    let mut reader = Reader { line, table: &losses.table, units: &losses.units, problems };
    let assets = reader.cell(Holds::Assets).map(|(_, cell)| cell.text.clone());
    let assets = assets.map(|text| reader.note(Holds::Assets, numbers(&text)).unwrap_or_default());
    Reckoned { assets, loss: reader.loss(), cost: reader.cost() }
}

struct Reader<'a> {
    line: &'a Line,
    table: &'a Table<Holds>,
    units: &'a [(Holds, Unit)],
    problems: &'a mut Vec<CellProblem>,
}

impl<'a> Reader<'a> {
    fn cell(&self, holds: Holds) -> Option<(&'a str, &'a Cell)> {
        let column = self.table.column(holds)?;
        Some((column.name.as_str(), self.line.cell(column.at)))
    }

    /// Keeps what was read, and lists why it was not.
    fn note<T>(&mut self, holds: Holds, read: Result<T, Text>) -> Option<T> {
        match (read, self.cell(holds)) {
            (Ok(read), _) => Some(read),
            (Err(why), Some((name, cell))) => {
                self.problems.push(CellProblem::new(name, &cell.text, why));
                None
            }
            (Err(_), None) => None,
        }
    }

    /// The cells of some columns, when all are there.
    fn cells<const N: usize>(&self, columns: [Holds; N]) -> Option<[&'a Cell; N]> {
        let cells = columns.map(|holds| self.cell(holds).map(|(_, cell)| cell));
        cells.iter().all(Option::is_some).then(|| {
            static NONE: Cell = Cell { text: String::new(), kind: Kind::Text, formula: false, merged: false };
            cells.map(|cell| cell.unwrap_or(&NONE))
        })
    }

    fn loss(&mut self) -> Option<Option<Loss>> {
        let columns = [Holds::LossLow, Holds::LossHigh, Holds::OftenLow, Holds::OftenHigh, Holds::Prevented];
        let cells = self.cells(columns)?;
        if cells.iter().all(|cell| is_empty(cell)) {
            return Some(None);
        }
        let missing = || {
            Text::new(
                "損害額・発生頻度の下限と上限、防げる割合は、すべて書くか、すべて空にしてください。",
                "Fill in all of: loss low and high, how often low and high, share prevented; or none of them.",
            )
        };
        let [loss_low, loss_high, often_low, often_high, prevented] = cells;
        let some = |cell: &Cell| if is_empty(cell) { Err(missing()) } else { Ok(()) };
        let event_yen = self.range(
            [Holds::LossLow, Holds::LossHigh],
            [(Holds::LossLow, loss_low), (Holds::LossHigh, loss_high)]
                .map(|(holds, cell)| some(cell).and_then(|()| self.amount(holds, cell))),
        );
        let per_millennium = self.range(
            [Holds::OftenLow, Holds::OftenHigh],
            [often_low, often_high].map(|cell| some(cell).and_then(|()| often::read(&cell.text))),
        );
        let prevented = some(prevented).and_then(|()| percent(prevented));
        let prevented_percent = self.note(Holds::Prevented, prevented);
        Some(Some(Loss {
            event_yen: event_yen?,
            per_millennium: per_millennium?,
            prevented_percent: prevented_percent?,
        }))
    }

    /// An amount in the unit of its column. One that names its own unit, as 500万円, is what it says.
    fn amount(&self, holds: Holds, cell: &Cell) -> Result<u64, Text> {
        let own = self.units.iter().find(|(known, _)| *known == holds).map(|(_, unit)| unit);
        let bare = half(&cell.text).trim().replace(',', "");
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        match own {
            Some(Unit::Other(name)) => Err(Text::new(
                format!(
                    "列の見出しの単位「{name}」が分かりません。見出しを円・千円・万円・百万円のいずれかに直してください。"
                ),
                format!("The heading's unit \"{name}\" is not known: use yen, thousand yen or million yen."),
            )),
            Some(Unit::Yen(unit)) if *unit > 1 && is_number => {
                scaled(&bare, *unit).ok_or_else(|| amount(&Cell::default()).err().unwrap_or_default())
            }
            Some(Unit::Yen(unit)) if *unit > 1 && super::amount::yen(&cell.text).is_none() => Err(Text::new(
                "見出しの単位で数字だけを書くか、「500万円」のように円まで書いてください。",
                "Write the number alone, in the heading's unit, or a whole amount such as ¥5,000,000.",
            )),
            _ => amount(cell),
        }
    }

    fn range(&mut self, [low, high]: [Holds; 2], read: [Result<u64, Text>; 2]) -> Option<Range> {
        let [read_low, read_high] = read;
        let (found_low, found_high) = (self.note(low, read_low), self.note(high, read_high));
        let (low, found_high) = (found_low?, found_high?);
        let ordered = if low <= found_high {
            Ok(Range { low, high: found_high })
        } else {
            Err(Text::new("上限が下限より小さくなっています。", "The high end is below the low end."))
        };
        self.note(high, ordered)
    }

    fn cost(&mut self) -> Option<Option<Cost>> {
        let columns = [0, 1, 2].map(|kind| [Holds::Once(kind), Holds::Yearly(kind)]);
        let [tools, operation, training] = columns.map(|pair| self.cells(pair));
        let cells = [tools?, operation?, training?];
        if cells.iter().flatten().all(|cell| is_empty(cell)) {
            return Some(None);
        }
        let mut spends = [Spend::default(); 3];
        for ((spend, [once, yearly]), [once_cell, yearly_cell]) in spends.iter_mut().zip(columns).zip(cells) {
            // An empty cell beside filled ones costs nothing.
            let read = |reader: &Self, holds, cell: &Cell| {
                if is_empty(cell) { Ok(0) } else { reader.amount(holds, cell) }
            };
            let (once_read, yearly_read) = (read(self, once, once_cell), read(self, yearly, yearly_cell));
            spend.once = self.note(once, once_read).unwrap_or_default();
            spend.yearly = self.note(yearly, yearly_read).unwrap_or_default();
        }
        let [tools, operation, training] = spends;
        Some(Some(Cost { tools, operation, training }))
    }
}

fn is_empty(cell: &Cell) -> bool {
    cell.is_blank() || is_dash(&key(&cell.text))
}

/// Digits, perhaps with a point, times a unit; nothing when that is no whole number of yen.
fn scaled(digits: &str, unit: u64) -> Option<u64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if part.len() > 6 || part.contains('.') {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let all = format!("{whole}{part}").parse::<u64>().ok()?.checked_mul(unit)?;
    all.is_multiple_of(scale).then_some(all / scale)
}

fn amount(cell: &Cell) -> Result<u64, Text> {
    let found = if matches!(cell.kind, Kind::Text | Kind::Number) { bare_yen(&cell.text) } else { None };
    found.ok_or_else(|| {
        Text::new(
            "金額を円単位の整数で書いてください(例: 5000000、500万円)。",
            "Write an amount in whole yen, for example 5000000.",
        )
    })
}

/// `80%` or `80` as text, 80 or 0.8 as a number; the number 1 could be either.
fn percent(cell: &Cell) -> Result<u8, Text> {
    let why = || {
        Text::new(
            "割合を 0% から 100% までの整数で、「80%」のように書いてください。",
            "Write a whole percentage from 0% to 100%, for example \"80%\".",
        )
    };
    let text = half(&cell.text);
    let text = text.trim();
    if cell.kind == Kind::Number {
        if let Some(digits) = text.strip_prefix("0.").filter(|digits| digits.len() <= 2) {
            return format!("{digits:0<2}").parse().map_err(|_| why());
        }
        if text == "1" {
            return Err(why());
        }
    }
    let digits = text.strip_suffix('%').unwrap_or(text).trim_end();
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|percent| *percent <= 100 && is_digits).ok_or_else(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_read_back() {
        let names: Vec<(u64, String)> = vec![
            (3, "顧客DB; 本番".into()),
            (7, "2024, 2025".into()),
            (8, "1,2".into()),
            (9, String::new()),
            (10, "2024".into()),
        ];
        for numbers_in in [&[][..], &[3], &[7, 3], &[8, 9, 10], &[9, 9], &[99, 3]] {
            let cell = assets(numbers_in, &names);
            assert_eq!(numbers(&cell), Ok(numbers_in.to_vec()), "{cell}");
        }
        assert_eq!(numbers("３、７"), Ok(vec![3, 7]));
        assert!(numbers("顧客DB").is_err() && numbers("3顧客DB").is_err());
    }

    #[test]
    fn a_heading_names_its_unit() {
        let check = |heading: &str, expected: Unit| assert_eq!(unit(heading), expected, "{heading}");
        for (_, word, _) in COLUMNS.iter().filter(|(holds, ..)| is_money(*holds)) {
            for lang in Lang::ALL {
                check(word.get(lang), Unit::Yen(1));
            }
        }
        check("ツール 初期\n千円", Unit::Yen(1_000));
        check("ツール 初期（単位：万円）", Unit::Yen(10_000));
        check("損害額(1回)下限(百万円)", Unit::Yen(1_000_000));
        check("Tools, once\nthousand yen", Unit::Yen(1_000));
        check("ツール 初期(税込)", Unit::Yen(1));
        check("ツール 初期\n米ドル", Unit::Other("米ドル".into()));
        check("ツール 初期(千ドル)", Unit::Other("千ドル".into()));
        assert_eq!(known("損害額(1回)下限(百万円)"), Some((Holds::LossLow, 1)));
        assert_eq!((scaled("1.5", 1_000), scaled("0.0001", 1_000)), (Some(1_500), None));
    }

    #[test]
    fn reads_percentages() {
        let check = |text: &str, kind, expected: Option<u8>| {
            let cell = Cell { text: text.into(), kind, ..Cell::default() };
            assert_eq!(percent(&cell).ok(), expected, "{text}");
        };
        check("80%", Kind::Text, Some(80));
        check("８０％", Kind::Text, Some(80));
        check("0", Kind::Text, Some(0));
        check("1", Kind::Text, Some(1));
        check("80", Kind::Number, Some(80));
        check("0.8", Kind::Number, Some(80));
        check("0.05", Kind::Number, Some(5));
        check("1", Kind::Number, None);
        check("101", Kind::Text, None);
        check("0.8", Kind::Text, None);
        check("+5", Kind::Text, None);
    }
}
