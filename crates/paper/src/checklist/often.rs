//! How often an event happens, in words that read back to the same number of times per thousand years.

use model::{Lang, Text};

use crate::sheet::plain::{half, leading_number};

/// More than this, a hundred times a day, nobody means.
const PER_MILLENNIUM_MAX: u64 = 36_500_000;

/// What the page offers, in its words.
const OFFERED: [(u64, &str, &str); 10] = [
    (10, "100年に1回", "once in 100 years"),
    (33, "30年に1回", "once in 30 years"),
    (100, "10年に1回", "once in 10 years"),
    (200, "5年に1回", "once in 5 years"),
    (333, "3年に1回", "once in 3 years"),
    (500, "2年に1回", "every other year"),
    (1_000, "毎年1回", "once a year"),
    (2_000, "年2回", "twice a year"),
    (4_000, "年4回", "four times a year"),
    (12_000, "毎月", "every month"),
];

/// `10年に1回`, `年2回`, or `1000年に333回` where neither is exact.
pub(super) fn write(per_millennium: u64, lang: Lang) -> String {
    if let Some((_, ja, en)) = OFFERED.iter().find(|(offered, ..)| *offered == per_millennium) {
        return match lang {
            Lang::Ja => (*ja).to_owned(),
            Lang::En => (*en).to_owned(),
        };
    }
    let years =
        1_000_u64.checked_div(per_millennium).filter(|years| *years > 1 && years * per_millennium == 1_000);
    let a_year =
        (per_millennium > 0 && per_millennium.is_multiple_of(1_000)).then_some(per_millennium / 1_000);
    match (lang, years, a_year) {
        (Lang::Ja, Some(years), _) => format!("{years}年に1回"),
        (Lang::En, Some(years), _) => format!("once in {years} years"),
        (Lang::Ja, None, Some(times)) => format!("年{times}回"),
        (Lang::En, None, Some(1)) => "once a year".to_owned(),
        (Lang::En, None, Some(times)) => format!("{times} times a year"),
        (Lang::Ja, None, None) => format!("1000年に{per_millennium}回"),
        (Lang::En, None, None) => format!("{per_millennium} times in 1000 years"),
    }
}

/// The times per thousand years, to the nearest whole one.
///
/// # Errors
/// What may be written instead.
pub(super) fn read(text: &str) -> Result<u64, Text> {
    let plain = half(text).to_lowercase();
    if let Some((offered, ..)) = OFFERED.iter().find(|(_, ja, en)| [*ja, *en].contains(&plain.trim())) {
        return Ok(*offered);
    }
    let found = plain.contains(|c: char| c.is_ascii_alphabetic());
    let found = if found { english(&plain) } else { japanese(&plain) };
    found.filter(|times| *times <= PER_MILLENNIUM_MAX).ok_or_else(|| {
        Text::new(
            "頻度が読み取れません。「100年に1回」「年2回」「月1回」「1000年に30回」のように書いてください。",
            "How often cannot be told: write it as \"once in 100 years\", \"twice a year\" or \"30 times in 1000 years\".",
        )
    })
}

/// Times in a span of years or of parts of a year.
fn rate(times: (u64, u64), years: u64, parts_of_year: u64) -> Option<u64> {
    let numerator = times.0.checked_mul(1_000)?.checked_mul(parts_of_year)?;
    let denominator = times.1.checked_mul(years)?;
    let nearest = numerator.checked_add(denominator / 2)?.checked_div(denominator)?;
    // Once in a very long time is not never.
    (nearest > 0 || times.0 == 0).then_some(nearest)
}

/// How many there are of a unit in a year.
fn japanese_unit(text: &str) -> Option<(u64, &str)> {
    let units = [
        ("年間", 1),
        ("ヶ月", 12),
        ("か月", 12),
        ("カ月", 12),
        ("年", 1),
        ("月", 12),
        ("週間", 52),
        ("週", 52),
        ("日", 365),
    ];
    units.iter().find_map(|(name, a_year)| text.strip_prefix(name).map(|rest| (*a_year, rest)))
}

fn japanese(plain: &str) -> Option<u64> {
    let text: String = plain.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let text = text.strip_prefix("約").unwrap_or(&text);
    if let Some(each) = text.strip_prefix('毎') {
        let (a_year, rest) = japanese_unit(each)?;
        let times = if rest.is_empty() { (1, 1) } else { times(rest)? };
        return rate(times, 1, a_year);
    }
    let (span, rest) = leading_number(text).unwrap_or((1, text));
    let (a_year, rest) = japanese_unit(rest)?;
    let rest = rest.strip_prefix('に').unwrap_or(rest);
    rate(times(rest)?, span, a_year)
}

/// `2回`, `0.5回` as a fraction.
fn times(text: &str) -> Option<(u64, u64)> {
    let number = text.strip_suffix('回').or_else(|| text.strip_suffix('度'))?;
    fraction(number)
}

fn fraction(number: &str) -> Option<(u64, u64)> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 6 || whole.is_empty() || !(whole.bytes().chain(part.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    Some((format!("{whole}{part}").parse().ok()?, 10_u64.pow(u32::try_from(part.len()).ok()?)))
}

fn english(plain: &str) -> Option<u64> {
    let words: Vec<&str> = plain.split_whitespace().filter(|word| *word != "about").collect();
    let (times, rest) = match words.as_slice() {
        ["never"] => return Some(0),
        ["once", rest @ ..] => ((1, 1), rest),
        ["twice", rest @ ..] => ((2, 1), rest),
        [number, "times" | "time", rest @ ..] => (fraction(&number.replace(',', ""))?, rest),
        _ => return None,
    };
    let unit = |word: &str| match word.strip_suffix('s').unwrap_or(word) {
        "year" => Some(1),
        "month" => Some(12),
        "week" => Some(52),
        "day" => Some(365),
        _ => None,
    };
    match rest {
        ["a" | "per" | "each" | "every", word] => rate(times, 1, unit(word)?),
        ["in" | "every" | "per", span, word] => rate(times, span.replace(',', "").parse().ok()?, unit(word)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_reads_back() {
        for lang in Lang::ALL {
            for times in (0..3_000).chain([10_000, 12_345, 365_000, PER_MILLENNIUM_MAX]) {
                assert_eq!(read(&write(times, lang)), Ok(times), "{}", write(times, lang));
            }
        }
        assert_eq!(write(10, Lang::Ja), "100年に1回");
        assert_eq!(write(100, Lang::Ja), "10年に1回");
        assert_eq!(write(2_000, Lang::Ja), "年2回");
        assert_eq!(write(33, Lang::Ja), "30年に1回");
        assert_eq!(write(333, Lang::Ja), "3年に1回");
        assert_eq!(write(333, Lang::En), "once in 3 years");
        assert_eq!(write(334, Lang::En), "334 times in 1000 years");
    }

    #[test]
    fn reads_a_strangers_hand() {
        let check = |text: &str, expected: u64| assert_eq!(read(text), Ok(expected), "{text}");
        check("１００年に１回", 10);
        check("年に2回", 2_000);
        check("月1回", 12_000);
        check("毎週", 52_000);
        check("年0.5回", 500);
        check("30年に1回", 33);
        check("3ヶ月に1回", 4_000);
        check("twice a year", 2_000);
        check("once every 3 years", 333);
        check("never", 0);
        for unsure in ["", "時々", "数年に1回", "2", "年2", "often", "年100000回", "99999年に1回", "0年に1回"]
        {
            assert!(read(unsure).is_err(), "{unsure}");
        }
    }
}
