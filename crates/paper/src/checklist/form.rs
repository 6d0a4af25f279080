//! The first sheet: the form itself, one row per measure.

use model::decision::{Aspect, Choice, Day, Severity};
use model::{Lang, Outcome};
use rust_xlsxwriter::{
    ConditionalFormatFormula, ConditionalFormatText, ConditionalFormatTextRule, DataValidation,
    DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign, Formula, IgnoreError,
    Worksheet, XlsxError,
};

use super::{Sheet, SheetRow, TITLE, about, column, impact, titled};
use crate::book::{self, Grid, put};
use crate::word::{self, Word};

/// The sheet's name.
pub(super) const NAME: Word = Word::new("チェックリスト", "Checklist");
const POLICY: Word = Word::new("セキュリティポリシーの内容", "Security policy");
const OWN: Word = Word::new("当社の評価", "Our company's evaluation");

const GROUP_ROW: u32 = 3;
const HEAD_ROW: u32 = 4;
/// The first row of the table's body, from 0.
pub(super) const FIRST_ROW: u32 = 5;

/// Heading and width (in digits) of the columns that say what the policy asks.
const POLICY_COLUMNS: [(Word, f64); 6] = [
    (Word::new("No", "No"), 5.0),
    (Word::new("分類", "Category"), 10.5),
    (Word::new("対策項目", "Measure"), 20.0),
    (Word::new("対策詳細", "Details"), 32.0),
    (Word::new("脅威シナリオ", "Threat scenario"), 32.0),
    (Word::new("脅威分類\n<事象/結果>", "Threat class\n<event/result>"), 13.5),
];
const FOUND: u16 = 6;
const STATE: u16 = 7;
const IMPACT: u16 = 8;
const CHOICE: u16 = 12;
const DUE: u16 = 13;
const OWNER: u16 = 14;
const REASON: u16 = 15;
/// Hidden: the version of the decision, so that a reader can tell what has changed since.
const VERSION: u16 = 16;

/// As above, for the company's evaluation.
fn own_columns() -> [(Word, f64); 11] {
    let [confidentiality, integrity, availability, accountability] = Aspect::ALL.map(word::aspect);
    [
        (column::FOUND, 14.0),
        (column::STATE, 18.0),
        (confidentiality, 17.5),
        (integrity, 17.5),
        (availability, 17.5),
        (accountability, 17.5),
        (column::CHOICE, 10.5),
        (column::DUE, 11.5),
        (column::OWNER, 13.0),
        (column::REASON, 20.0),
        (column::VERSION, 8.0),
    ]
}

/// Writes the sheet.
///
/// # Errors
/// What the library refuses.
pub(super) fn write(out: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<(), XlsxError> {
    out.set_name(NAME.get(lang))?;
    write_title(out, sheet, lang)?;
    write_header(out, lang)?;
    let formats = Formats::new();
    let today = Day::of(sheet.as_of);
    let widths = POLICY_COLUMNS.into_iter().chain(own_columns()).map(|(_, width)| width).collect();
    let mut grid = Grid::new(out, widths)?;
    let mut row = FIRST_ROW;
    for entry in &sheet.rows {
        write_policy(&mut grid, row, entry, lang, &formats)?;
        write_own(&mut grid, row, entry, lang, today, &formats)?;
        grid.end_row(row)?;
        row += 1;
    }
    let last = row.saturating_sub(1).max(FIRST_ROW);
    set_rules(out, last, lang)?;
    // The hidden column is sorted with the others.
    out.autofilter(HEAD_ROW, 0, last, VERSION)?;
    out.set_column_hidden(VERSION)?;
    out.set_freeze_panes(FIRST_ROW, 3)?;
    out.set_print_area(0, 0, last, REASON)?;
    out.set_zoom(90).set_screen_gridlines(false);
    book::print_setup(
        out,
        book::PAPER_A3,
        GROUP_ROW..=HEAD_ROW,
        &titled(TITLE.get(lang), &sheet.company),
        &sheet.as_of.minute(),
    )
}

fn write_title(out: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<(), XlsxError> {
    put(out, 0, 0, &titled(TITLE.get(lang), &sheet.company), &book::title())?;
    put(out, 1, 0, &about(sheet, lang), &book::about())?;
    put(out, 2, 0, &summary(sheet, lang), &book::about().set_font_color(book::INK))?;
    out.set_row_height(0, 30)?.set_row_height(1, 16)?.set_row_height(2, 20)?;
    Ok(())
}

fn write_header(out: &mut Worksheet, lang: Lang) -> Result<(), XlsxError> {
    book::band(out, GROUP_ROW, 0..=FOUND - 1, POLICY.get(lang), &book::head_group(book::POLICY_DARK))?;
    book::band(out, GROUP_ROW, FOUND..=REASON, OWN.get(lang), &book::head_group(book::OWN_DARK))?;
    let policy = POLICY_COLUMNS.map(|column| (column, book::POLICY_LIGHT));
    let own = own_columns().map(|column| (column, book::OWN_LIGHT));
    for (column, ((heading, _), fill)) in (0u16..).zip(policy.into_iter().chain(own)) {
        put(out, HEAD_ROW, column, heading.get(lang), &book::head(fill))?;
    }
    out.set_row_height(GROUP_ROW, 20)?.set_row_height(HEAD_ROW, 46)?;
    Ok(())
}

/// The formats of the body's cells.
struct Formats {
    number: Format,
    number_inferred: Format,
    text: Format,
    strong: Format,
    own: Format,
    own_middle: Format,
    day: Format,
    late: Format,
}

impl Formats {
    fn new() -> Self {
        let own = book::body().set_background_color(book::OWN_CELL);
        let number = book::body().unset_quote_prefix().set_align(FormatAlign::Center);
        let own_middle = own.clone().set_align(FormatAlign::Center);
        let day = own_middle.clone().unset_quote_prefix().set_num_format("yyyy-mm-dd");
        Self {
            number: number.clone().set_num_format("0"),
            number_inferred: number.set_num_format("0\"*\""),
            text: book::body(),
            strong: book::body().set_bold(),
            own,
            own_middle,
            late: day.clone().set_bold().set_font_color(book::RED),
            day,
        }
    }
}

fn write_policy(
    grid: &mut Grid,
    row: u32,
    entry: &SheetRow,
    lang: Lang,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let number = if entry.inferred { &formats.number_inferred } else { &formats.number };
    grid.sheet().write_number_with_format(row, 0, entry.no, number)?;
    grid.put(row, 1, entry.group.get(lang), &formats.text)?;
    grid.put(row, 2, entry.item.get(lang), &formats.strong)?;
    grid.put(row, 3, entry.detail.get(lang), &formats.text)?;
    grid.put(row, 4, entry.scenario.get(lang), &formats.text)?;
    grid.put(row, 5, entry.threat.get(lang), &formats.text)
}

fn write_own(
    grid: &mut Grid,
    row: u32,
    entry: &SheetRow,
    lang: Lang,
    today: Day,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let decision = &entry.decision;
    grid.put(row, FOUND, &found(entry, lang), &outcome_format(&formats.own, entry.outcome))?;
    grid.put(row, STATE, &decision.current_state, &formats.own)?;
    for (column, impact) in (IMPACT..).zip(&decision.impacts) {
        grid.put(row, column, &impact::write(impact, lang), &formats.own)?;
    }
    grid.put(row, CHOICE, word::choice(decision.choice).get(lang), &formats.own_middle)?;
    match decision.due {
        Some(due) => write_day(grid, row, due, decision.choice, today, formats)?,
        None => grid.put(row, DUE, "", &formats.day)?,
    }
    grid.put(row, OWNER, &decision.owner, &formats.own)?;
    grid.put(row, REASON, &decision.reason, &formats.own)?;
    grid.sheet().write_number_with_format(row, VERSION, entry.version, &formats.number)?;
    Ok(())
}

/// A day as a date, in red when it is past and the measure still to be done; as text when Excel has no such date.
fn write_day(
    grid: &mut Grid,
    row: u32,
    due: Day,
    choice: Choice,
    today: Day,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let is_late = choice == Choice::Do && today.days_until(due) < 0;
    let format = if is_late { &formats.late } else { &formats.day };
    let text = due.to_string();
    // Before March 1900 spreadsheet programs disagree about which day a number is.
    let dated = if text.as_str() < "1900-03-01" { None } else { ExcelDateTime::parse_from_str(&text).ok() };
    match dated {
        Some(date) => grid.sheet().write_datetime_with_format(row, DUE, &date, format).map(|_| ()),
        None => grid.put(row, DUE, &text, format),
    }
}

/// What Mimamori found, or the bare word for the outcome.
fn found(entry: &SheetRow, lang: Lang) -> String {
    let words = entry.found.get(lang);
    match entry.outcome {
        Some(outcome) if words.is_empty() => word::outcome(outcome).get(lang).to_owned(),
        _ => words.to_owned(),
    }
}

/// The colour of a verdict's word.
pub(super) fn outcome_format(base: &Format, outcome: Option<Outcome>) -> Format {
    let color = match outcome {
        Some(Outcome::Fail) => book::RED,
        Some(Outcome::Unknown) => book::AMBER,
        Some(Outcome::Pass) => book::GREEN,
        Some(Outcome::Waived) | None => return base.clone(),
    };
    base.clone().set_font_color(color).set_bold()
}

/// The company at a glance: how bad, how far decided, how much is at stake.
fn summary(sheet: &Sheet, lang: Lang) -> String {
    let damage = |severity: Severity| {
        let count = sheet.rows.iter().filter(|row| row.decision.damage() == severity).count();
        format!("{} {count}", word::severity(severity).get(lang))
    };
    let decided = |choice: Choice, open: &str| {
        let count = sheet.rows.iter().filter(|row| row.decision.choice == choice).count();
        let word = word::choice(choice).get(lang);
        format!("{} {count}", if word.is_empty() { open } else { word })
    };
    let today = Day::of(sheet.as_of);
    let late = sheet.rows.iter().filter(|row| {
        row.decision.choice == Choice::Do && row.decision.due.is_some_and(|due| today.days_until(due) < 0)
    });
    let late = late.count();
    let damages = [Severity::Critical, Severity::Serious, Severity::Minor].map(damage).join(" · ");
    let (open, between) = match lang {
        Lang::Ja => ("未判定", "   "),
        Lang::En => ("open", "   "),
    };
    let choices =
        [Choice::Done, Choice::Do, Choice::NotNeeded, Choice::Open].map(|c| decided(c, open)).join(" · ");
    let yen = sheet.rows.iter().filter_map(|row| row.decision.yen()).reduce(u64::saturating_add);
    let mut parts = match lang {
        Lang::Ja => vec![
            format!("全{}項目", sheet.rows.len()),
            format!("影響: {damages}"),
            format!("判定: {choices}"),
        ],
        Lang::En => vec![
            format!("{} measures", sheet.rows.len()),
            format!("Damage: {damages}"),
            format!("Decision: {choices}"),
        ],
    };
    if late > 0 {
        parts.push(match lang {
            Lang::Ja => format!("期限超過: {late}"),
            Lang::En => format!("Overdue: {late}"),
        });
    }
    if let Some(yen) = yen {
        let amount = word::yen(yen, lang);
        parts.push(match lang {
            Lang::Ja => format!("影響の金額の合計: {amount}"),
            Lang::En => format!("Reckoned damage in all: {amount}"),
        });
    }
    parts.join(between)
}

/// The rules that stay with the sheet while it is edited: the decision's list, the day, the colours of damage.
fn set_rules(out: &mut Worksheet, last: u32, lang: Lang) -> Result<(), XlsxError> {
    out.add_data_validation(FIRST_ROW, CHOICE, last, CHOICE, &choice_list(lang)?)?;
    out.add_data_validation(FIRST_ROW, DUE, last, DUE, &due_rule(lang)?)?;
    out.ignore_error_range(FIRST_ROW, 1, last, REASON, IgnoreError::NumberStoredAsText)?;
    let tints = [(Severity::Critical, book::CRITICAL), (Severity::Serious, book::SERIOUS)];
    for (severity, color) in tints {
        let word = word::severity(severity).get(lang);
        let tint = Format::new().set_background_color(color);
        let cells = ConditionalFormatText::new()
            .set_rule(ConditionalFormatTextRule::BeginsWith(word.to_owned()))
            .set_format(&tint);
        out.add_conditional_format(FIRST_ROW, IMPACT, last, IMPACT + 3, &cells)?;
        let first = FIRST_ROW + 1;
        let row = ConditionalFormatFormula::new()
            .set_rule(Formula::new(format!("=COUNTIF($I{first}:$L{first},\"{word}*\")>0")))
            .set_format(&tint)
            .set_stop_if_true(true);
        out.add_conditional_format(FIRST_ROW, 0, last, 0, &row)?;
    }
    Ok(())
}

fn choice_list(lang: Lang) -> Result<DataValidation, XlsxError> {
    let words = [Choice::Done, Choice::Do, Choice::NotNeeded].map(|choice| word::choice(choice).get(lang));
    let (title, message) = match lang {
        Lang::Ja => {
            ("実施判定", "「実施済み」「する」「不要」から選んでください。未判定のときは空のままにします。")
        }
        Lang::En => ("Decision", "Choose one of: Done, Do, Not needed. Leave it empty while it is open."),
    };
    DataValidation::new()
        .allow_list_strings(&words)?
        .ignore_blank(true)
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title(title)?
        .set_error_message(message)
}

fn due_rule(lang: Lang) -> Result<DataValidation, XlsxError> {
    let (title, message) = match lang {
        Lang::Ja => ("期限・見直し日", "日付を 2027-03-31 のように入力してください。"),
        Lang::En => ("Due / review", "Enter a date such as 2027-03-31."),
    };
    DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(ExcelDateTime::from_ymd(2018, 1, 1)?))
        .ignore_blank(true)
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title(title)?
        .set_error_message(message)
}
