//! An evaluation cell: the step on the first line, then words, then the yen on a line of its own — both ways.

use model::decision::{Impact, Severity};
use model::{Lang, Text};

use super::Hand;
use super::amount::{YEN_MAX, alone, within, yen};
use crate::sheet::plain;
use crate::word;

/// Stands on the first line where a step would, when what follows could be taken for one.
const NO_STEP: &str = "－";
/// Stands on the last line where an amount would, when what comes before could be taken for one.
const NO_YEN: &str = "－円";

/// What an evaluation cell says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The evaluation itself.
    This(Impact),
    /// 同左: as the cell to the left.
    AsLeft,
    /// 同上: as the row above.
    AsAbove,
}

/// An evaluation as a cell that [`read`] takes for the same.
pub(super) fn write(impact: &Impact, lang: Lang) -> String {
    let step = word::severity(impact.severity).get(lang);
    let amount = impact.yen.map(|amount| word::yen(amount, lang)).unwrap_or_default();
    let marked_step = if step.is_empty() { NO_STEP } else { step };
    let marked_amount = if amount.is_empty() { NO_YEN } else { &amount };
    let cell = |step: &str, amount: &str| {
        let parts = [step, impact.words.as_str(), amount];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let ways = [
        cell(step, &amount),
        cell(marked_step, &amount),
        cell(step, marked_amount),
        cell(marked_step, marked_amount),
    ];
    let reads_back = |way: &&String| read(way, Hand::Ours) == Ok(Said::This(impact.clone()));
    let plain = cell(step, &amount);
    ways.iter().find(reads_back).cloned().unwrap_or(plain)
}

/// What a cell says.
///
/// # Errors
/// Why it is not sure.
pub(super) fn read(cell: &str, hand: Hand) -> Result<Said, Text> {
    let whole = plain::key(cell);
    match whole.as_str() {
        "" => return Ok(Said::This(Impact::default())),
        "同左" | "←" | "sameasleft" | "asleft" => return Ok(Said::AsLeft),
        "同上" | "〃" | "々" | "↑" | "sameasabove" | "asabove" | "ditto" => return Ok(Said::AsAbove),
        _ => {}
    }
    let (severity, rest) = step(cell, hand)?;
    let (words, amount) = amount(rest, hand)?;
    let words = if hand == Hand::Ours { words } else { words.trim() };
    Ok(Said::This(Impact { severity, words: words.to_owned(), yen: amount }))
}

/// Words after which a step may end: two letters or more, so that going on without a mark is not a word of its own.
const LONG_STEPS: [&str; 4] = ["極めて重大", "甚大", "重大", "軽微"];
const SHORT_STEPS: [&str; 6] = ["大", "中", "小", "なし", "無し", "無"];
const ENGLISH_STEPS: [&str; 4] = ["critical", "serious", "minor", "none"];

fn step(cell: &str, hand: Hand) -> Result<(Severity, &str), Text> {
    let (first, rest) = cell.split_once('\n').unwrap_or((cell, ""));
    if let Some(severity) = word::severity_of(&plain::key(first)) {
        return Ok((severity, rest));
    }
    let start =
        if hand == Hand::Ours && !cell.starts_with(char::is_whitespace) { cell } else { cell.trim_start() };
    for word in LONG_STEPS.into_iter().chain(SHORT_STEPS) {
        let Some(rest) = start.strip_prefix(word) else { continue };
        if let Some(rest) = after_mark(rest, true) {
            return word::severity_of(&plain::key(word)).map(|step| (step, rest)).ok_or_else(unsure_step);
        }
        if LONG_STEPS.contains(&word) {
            return Err(unsure_step());
        }
        break;
    }
    for word in ENGLISH_STEPS {
        let Some((head, rest)) = start.split_at_checked(word.len()) else { continue };
        if !head.eq_ignore_ascii_case(word) || rest.starts_with(char::is_alphanumeric) {
            continue;
        }
        let step = word::severity_of(word).ok_or_else(unsure_step)?;
        return after_mark(rest, false).map(|rest| (step, rest)).ok_or_else(unsure_step);
    }
    let whole = plain::key(cell);
    let is_code = whole.chars().count() <= 3 || whole.chars().all(|c| c.is_ascii_digit());
    if is_code && yen(cell).is_none() { Err(unsure_step()) } else { Ok((Severity::Unrated, cell)) }
}

/// What follows the mark a step ends with.
fn after_mark(rest: &str, is_japanese: bool) -> Option<&str> {
    let mark = rest.chars().next()?;
    let is_mark = matches!(
        mark,
        '。' | '、' | '.' | '．' | ',' | ':' | '：' | ';' | '(' | '（' | '/' | '／' | '・' | '→'
    ) || (is_japanese && mark.is_whitespace());
    if !is_mark {
        return None;
    }
    let kept = if matches!(mark, '(' | '（') { rest } else { rest.strip_prefix(mark)? };
    Some(kept.trim_start())
}

fn unsure_step() -> Text {
    Text::new(
        "影響の程度が読み取れません。1行目に「極めて重大」「重大」「軽微」「なし」のいずれかだけを書き、内容は次の行から書いてください。",
        "How bad it is cannot be told: put Critical, Serious, Minor or None alone on the first line, and the rest below.",
    )
}

/// The words, and the yen of the last line.
fn amount(rest: &str, hand: Hand) -> Result<(&str, Option<u64>), Text> {
    let (before, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
    if last.trim() == NO_YEN {
        return Ok((before, None));
    }
    if let Some(amount) = yen(last) {
        return bounded(amount).map(|amount| (before, Some(amount)));
    }
    if hand == Hand::Stranger {
        let trimmed = rest.trim_end();
        let last = trimmed.rsplit_once('\n').map_or(trimmed, |(_, last)| last);
        // An amount within a sentence may be one of several, or be reckoned with: the words keep it.
        if let Some(amount) = alone(last) {
            return bounded(amount).map(|amount| (rest, Some(amount)));
        }
    }
    Ok((rest, None))
}

/// Whether words name amounts of money.
pub(super) fn names_amounts(words: &str) -> bool {
    words.lines().any(|line| !within(line).is_empty())
}

fn bounded(amount: u64) -> Result<u64, Text> {
    if amount <= YEN_MAX {
        return Ok(amount);
    }
    Err(Text::new(format!("金額は {YEN_MAX} 円までです。"), format!("Amounts go up to {YEN_MAX} yen.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impact(severity: Severity, words: &str, yen: Option<u64>) -> Impact {
        Impact { severity, words: words.into(), yen }
    }

    #[test]
    fn an_evaluation_is_severity_words_yen() {
        let check = |severity, words: &str, yen, expected: &str| {
            assert_eq!(write(&impact(severity, words, yen), Lang::Ja), expected);
        };
        let yen = Some(3_000_000);
        check(Severity::Critical, "開発が止まる。", yen, "極めて重大\n開発が止まる。\n3,000,000円");
        check(Severity::Serious, "", None, "重大");
        check(Severity::Unrated, "", None, "");
        check(Severity::Unrated, "=1+1", Some(0), "=1+1\n0円");
        check(Severity::Unrated, "損害は約300万円", None, "損害は約300万円");
        check(Severity::Unrated, "重大", None, "－\n重大");
        check(Severity::Serious, "損害\n300万円", None, "重大\n損害\n300万円\n－円");
    }

    #[test]
    fn whatever_is_written_reads_back() {
        let words = [
            "",
            "重大",
            "重大な漏えい",
            "重大。第三者に",
            "同左",
            "同上",
            "なし",
            "－",
            "－円",
            "3円",
            "a\n3円",
            "約3円",
            "\na",
            "a\n",
            "\n",
            " ",
            " a ",
            "大",
            "A",
            "500",
            "－\n－円",
            "Critical",
            "minor: x",
            "a\n\n",
        ];
        for lang in Lang::ALL {
            for severity in Severity::ALL {
                for yen in [None, Some(0), Some(YEN_MAX)] {
                    for words in words {
                        let impact = impact(severity, words, yen);
                        let cell = write(&impact, lang);
                        assert_eq!(read(&cell, Hand::Ours), Ok(Said::This(impact)), "{cell:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn reads_a_strangers_hand() {
        let check = |cell: &str, severity, words: &str, yen| {
            assert_eq!(read(cell, Hand::Stranger), Ok(Said::This(impact(severity, words, yen))), "{cell}");
        };
        check(
            "重大。第三者に顧客向けのソースが漏れる",
            Severity::Serious,
            "第三者に顧客向けのソースが漏れる",
            None,
        );
        check("極めて重大", Severity::Critical, "", None);
        check("大:止まる", Severity::Critical, "止まる", None);
        check("中　一部が止まる\n約300万円", Severity::Serious, "一部が止まる\n約300万円", Some(3_000_000));
        check("軽微\n\n1,200千円", Severity::Minor, "", Some(1_200_000));
        check("－", Severity::Unrated, "", None);
        check("なし。", Severity::Unrated, "", None);
        check("中断する恐れがある", Severity::Unrated, "中断する恐れがある", None);
        check("Serious. A third party\n¥500", Severity::Serious, "A third party", Some(500));
        check("小\n300万円から500万円", Severity::Minor, "300万円から500万円", None);
        check("小\n1人あたり4万円×8人", Severity::Minor, "1人あたり4万円×8人", None);
        check("小\n300万円~500万円", Severity::Minor, "300万円~500万円", None);
        check("小\n顧客への賠償で300万円かかる", Severity::Minor, "顧客への賠償で300万円かかる", None);
        check("小\n500万円以上", Severity::Minor, "500万円以上", Some(5_000_000));
        assert!(names_amounts("止まる\n300万円~500万円") && !names_amounts("PC 12台"));
        assert_eq!(read(" 同 左 ", Hand::Stranger), Ok(Said::AsLeft));
        assert_eq!(read("〃", Hand::Stranger), Ok(Said::AsAbove));
        for unsure in ["A", "高", "3", "重大な漏えい", "Serious trouble", "?", "500000"] {
            assert!(read(unsure, Hand::Stranger).is_err(), "{unsure}");
        }
    }
}
