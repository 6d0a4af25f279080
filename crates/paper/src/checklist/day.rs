//! Days as people write them. What is not sure is no day.

use model::decision::Day;

use crate::sheet::plain::{half, leading_number};

/// Years that are taken for ones somebody means.
const YEARS: std::ops::RangeInclusive<u64> = 1900..=2199;
/// The month the Japanese business year ends with.
const YEAR_END_MONTH: u64 = 3;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The day a text names: `2027-03-31`, `2027/3/31`, `2027年3月31日`, `令和9年3月31日`, `R9.3.31`, `31 March 2027`; the
/// last day of a month, `2027年3月`; and, from `today` on, `3月末`, `3/31`, `年度内`.
pub fn day(text: &str, today: Day) -> Option<Day> {
    if let Ok(day) = text.trim().parse() {
        return Some(day);
    }
    let mut plain: String = half(text).chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(at) = plain.rfind('(').filter(|_| plain.ends_with(')')) {
        // A day of the week.
        let within = plain.get(at..).unwrap_or_default();
        if within.chars().count() != 3 || !within.contains(['日', '月', '火', '水', '木', '金', '土'])
        {
            return None;
        }
        plain.truncate(at);
    }
    let mut plain = plain.as_str();
    for end in ["までに", "まで", "迄に", "迄"] {
        if let Some(rest) = plain.strip_suffix(end) {
            plain = rest;
            break;
        }
    }
    let of_year = || match plain {
        "年度内" | "今年度内" | "年度末" | "今年度末" | "本年度末" | "本年度内" => {
            upcoming(YEAR_END_MONTH, None, today)
        }
        _ => None,
    };
    of_year().or_else(|| with_marks(plain, today)).or_else(|| english(text))
}

/// `年`, `月`, `日`, `/`, `-` and `.` between numbers.
fn with_marks(plain: &str, today: Day) -> Option<Day> {
    let (year_base, numbers) = era(plain);
    let (first, rest) = match numbers.strip_prefix('元') {
        Some(rest) if year_base > 0 => (1, rest),
        _ => leading_number(numbers)?,
    };
    if let Some(rest) = rest.strip_prefix('月') {
        return if year_base == 0 { within_year(first, rest, today) } else { None };
    }
    let mark = rest.chars().next()?;
    let rest = rest.strip_prefix(mark)?;
    let (second, rest) = leading_number(rest)?;
    if mark == '年' {
        let rest = rest.strip_prefix('月')?;
        return match rest {
            "" | "末" | "末日" | "中" => last_of(year_base + first, second),
            _ => {
                let (third, rest) = leading_number(rest)?;
                (rest == "日").then(|| civil(year_base + first, second, third))?
            }
        };
    }
    if !matches!(mark, '/' | '-' | '.') {
        return None;
    }
    match rest.strip_prefix(mark) {
        Some(rest) => {
            let (third, rest) = leading_number(rest)?;
            let has_year = year_base > 0 || YEARS.contains(&first);
            (rest.is_empty() && has_year).then(|| civil(year_base + first, second, third))?
        }
        None if rest.is_empty() && (year_base > 0 || YEARS.contains(&first)) => {
            last_of(year_base + first, second)
        }
        None if rest.is_empty() && mark == '/' => upcoming(first, Some(second), today),
        None => None,
    }
}

/// A month of no year, and what follows its `月`.
fn within_year(month: u64, rest: &str, today: Day) -> Option<Day> {
    match rest {
        "" | "末" | "末日" | "中" => upcoming(month, None, today),
        _ => {
            let (day, rest) = leading_number(rest)?;
            (rest == "日").then(|| upcoming(month, Some(day), today))?
        }
    }
}

/// The year before the first of an era, 0 for the common one, and the text behind the era's name.
fn era(text: &str) -> (u64, &str) {
    let eras =
        [("令和", 2018), ("R", 2018), ("r", 2018), ("令", 2018), ("平成", 1988), ("H", 1988), ("h", 1988)];
    let found = eras.iter().find_map(|(name, base)| text.strip_prefix(name).map(|rest| (*base, rest)));
    found.unwrap_or((0, text))
}

/// `31 March 2027`, `March 31, 2027`, `March 2027`, each perhaps after `by`.
fn english(text: &str) -> Option<Day> {
    let lower = half(text).to_lowercase().replace([',', '.'], " ");
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    if words.first() == Some(&"by") {
        words.remove(0);
    }
    let month = |word: &str| {
        let long = word.len() >= 3;
        let at = MONTHS.iter().position(|month| *month == word || (long && month.get(..3) == Some(word)))?;
        u64::try_from(at + 1).ok()
    };
    let number = |word: &str| word.parse::<u64>().ok();
    match words.as_slice() {
        [a, b, c] => match (number(a), month(b), month(a), number(b)) {
            (Some(day), Some(month), ..) | (_, _, Some(month), Some(day)) => civil(number(c)?, month, day),
            _ => None,
        },
        [a, b] => last_of(number(b)?, month(a)?),
        _ => None,
    }
}

/// The next such day from today on, today included; the month's last where no day is given.
fn upcoming(month: u64, day: Option<u64>, today: Day) -> Option<Day> {
    let year = leading_number(&today.to_string())?.0;
    [year, year + 1]
        .into_iter()
        .filter_map(|year| match day {
            Some(day) => civil(year, month, day),
            None => last_of(year, month),
        })
        .find(|day| *day >= today)
}

fn last_of(year: u64, month: u64) -> Option<Day> {
    (28..=31).rev().find_map(|day| civil(year, month, day))
}

fn civil(year: u64, month: u64, day: u64) -> Option<Day> {
    if !YEARS.contains(&year) {
        return None;
    }
    format!("{year:04}-{month:02}-{day:02}").parse().ok()
}

/// The day before the first `まで` of a sentence, for example of `NASを3月までに入れ替える`.
pub(super) fn day_within(sentence: &str, today: Day) -> Option<Day> {
    let plain: String = half(sentence).chars().filter(|c| !c.is_whitespace()).collect();
    let end = plain.find("まで").or_else(|| plain.find('迄'))?;
    let before = plain.get(..end)?;
    // The longest piece that ends there and is a day, so that 2027年3月 is not taken for 3月.
    let starts = before.char_indices().map(|(at, _)| at);
    let piece = |at: usize| before.get(at..).filter(|piece| piece.chars().count() <= 16);
    let is_cut = |at: usize| {
        let last = before.get(..at).and_then(|front| front.chars().next_back());
        last.is_some_and(|c| c.is_ascii_digit() || matches!(c, '年' | '/' | '-' | '.'))
    };
    starts.filter(|at| !is_cut(*at)).filter_map(piece).find_map(|piece| day(piece, today))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let today = "2026-11-24".parse().unwrap();
        let found = day(text, today).map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn reads_days_as_people_write_them() {
        for text in [
            "2027-03-31",
            "2027/3/31",
            "2027.3.31",
            "2027年3月31日",
            "２０２７年３月３１日",
            "令和9年3月31日",
            "R9.3.31",
            "R9/3/31",
            "令和9年3月",
            "2027年3月",
            "2027年 3月末",
            "2027/03",
            "3月まで",
            "3月末",
            "3/31",
            "3月31日",
            "3月31日(水)",
            "年度内",
            "今年度末",
            "年度末まで",
            "2027年3月31日まで",
            "31 March 2027",
            "March 31, 2027",
            "by 31 Mar 2027",
            "March 2027",
            "平成39年3月31日",
        ] {
            check(text, "2027-03-31");
        }
        check("2028年2月", "2028-02-29");
        check("11/24", "2026-11-24");
        check("11/23", "2027-11-23");
        check("11月", "2026-11-30");
        check("令和元年5月1日", "2019-05-01");
        check("0001-01-01", "0001-01-01");
    }

    #[test]
    fn what_is_not_sure_is_no_day() {
        for text in [
            "",
            "未定",
            "3",
            "46477",
            "2027",
            "2027年",
            "3月上旬",
            "2027年3月頃",
            "31/3/2027",
            "3/31/2027",
            "2027-02-30",
            "13月",
            "13/1",
            "来年度末",
            "2027年3月31日(要確認)",
            "2月30日",
            "次第",
            "R9",
            "9.3.31",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn finds_a_day_in_a_sentence() {
        let check = |text: &str, expected: &str| {
            let found = day_within(text, "2026-11-24".parse().unwrap());
            assert_eq!(found.map(|day| day.to_string()).unwrap_or_default(), expected, "{text}");
        };
        check("NASのリプレースを3月までに実施し、その後ポリシーを適用する。", "2027-03-31");
        check("2028年3月までに入れ替える", "2028-03-31");
        check("バージョン12.3月まで", "");
        check("できるまで続ける", "");
        check("入れ替える", "");
    }
}
