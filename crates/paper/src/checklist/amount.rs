//! Amounts of yen as people write them.

use crate::sheet::plain::half;

/// The most yen of an evaluation (`model::decision::Impact::yen`).
pub(super) const YEN_MAX: u64 = 1_000_000_000_000_000;

/// The units a number may be followed by, the largest first, so that the longest is found.
const UNITS: [(&str, u64); 7] = [
    ("億", 100_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("十万", 100_000),
    ("万", 10_000),
    ("千", 1_000),
    ("百", 100),
];

/// A whole text that is an amount: `1,200,000円`, `¥1,200,000`, `500万円`, `1,200千円`, `1億2,000万円`.
pub(super) fn yen(text: &str) -> Option<u64> {
    let plain = half(text);
    let plain = plain.trim();
    let (amount, rest, is_money) = leading(plain)?;
    (rest.trim().is_empty() && is_money).then_some(amount)
}

/// As [`yen`], where the heading already says that it is yen: `1200000` will do.
pub(super) fn bare_yen(text: &str) -> Option<u64> {
    let plain = half(text);
    let (amount, rest, _) = leading(plain.trim())?;
    rest.trim().is_empty().then_some(amount)
}

/// A line that is an amount and nothing else, perhaps a rough one: `約300万円`, `およそ500,000円以上`.
pub(super) fn alone(line: &str) -> Option<u64> {
    let plain = half(line);
    let plain = plain.trim().trim_end_matches(['。', '.']);
    let start =
        ["約", "およそ", "おおよそ", "概算", "about "].iter().find_map(|rough| plain.strip_prefix(rough));
    let (amount, rest, is_money) = leading(start.unwrap_or(plain).trim_start())?;
    let is_end = matches!(rest.trim(), "" | "程度" | "以上" | "ほど" | "前後" | "程度以上" | "or more");
    (is_end && is_money).then_some(amount)
}

/// Every amount within a line, for example the one of `約300万円`.
pub(super) fn within(line: &str) -> Vec<u64> {
    let plain = half(line);
    let mut rest = plain.as_str();
    let mut found = Vec::new();
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let starts =
            c == '¥' || (c.is_ascii_digit() && !before.is_ascii_digit() && !matches!(before, '.' | ','));
        match leading(rest).filter(|_| starts) {
            Some((amount, after, is_money)) => {
                if is_money {
                    found.push(amount);
                }
                rest = after;
                before = '0';
            }
            None => {
                before = c;
                rest = rest.strip_prefix(c).unwrap_or_default();
            }
        }
    }
    found
}

/// The amount at the start of a half-width text, what follows it, and whether it is said to be money.
fn leading(text: &str) -> Option<(u64, &str, bool)> {
    let (marked, mut rest) = match text.strip_prefix('¥') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let mut sum: u64 = 0;
    let mut unit_before = u64::MAX;
    let mut parts = 0;
    while let Some((numerator, denominator, after)) = decimal(rest) {
        let unit = UNITS.iter().find_map(|(name, unit)| Some((*unit, after.strip_prefix(name)?)));
        let (unit, after) = unit.unwrap_or((1, after));
        if unit >= unit_before {
            return None;
        }
        let value = numerator.checked_mul(unit)?;
        if value % denominator != 0 {
            return None;
        }
        sum = sum.checked_add(value / denominator)?;
        (unit_before, rest, parts) = (unit, after, parts + 1);
        if unit == 1 {
            break;
        }
    }
    if parts == 0 {
        return None;
    }
    let after = rest.trim_start();
    let after_unit = after.strip_prefix('円').or_else(|| after.strip_prefix("yen"));
    Some((sum, after_unit.unwrap_or(rest), marked || after_unit.is_some()))
}

/// A decimal number with digits perhaps in groups of three: numerator, denominator, rest.
fn decimal(text: &str) -> Option<(u64, u64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ',')).unwrap_or(text.len());
    let (whole, rest) = text.split_at_checked(end)?;
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let is_grouped = groups.all(|group| group.len() == 3) && (first.len() <= 3 || !whole.contains(','));
    if first.is_empty() || !is_grouped {
        return None;
    }
    let digits = whole.replace(',', "");
    let fraction = rest.strip_prefix('.').map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.split_at(end)
    });
    match fraction {
        Some((fraction, rest)) if (1..=6).contains(&fraction.len()) => {
            let denominator = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
            Some((format!("{digits}{fraction}").parse().ok()?, denominator, rest))
        }
        Some(_) => None,
        None => Some((digits.parse().ok()?, 1, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts() {
        let check = |text: &str, expected: Option<u64>| assert_eq!(yen(text), expected, "{text}");
        check("1,200,000円", Some(1_200_000));
        check("¥1,200,000", Some(1_200_000));
        check("¥ 1200", Some(1_200));
        check("５００万円", Some(5_000_000));
        check("1,200千円", Some(1_200_000));
        check("1億2,000万円", Some(120_000_000));
        check("1.5億円", Some(150_000_000));
        check("3百万円", Some(3_000_000));
        check("3千万 円", Some(30_000_000));
        check("0円", Some(0));
        for text in [
            "",
            "円",
            "500",
            "500万",
            "約500万円",
            "1,20円",
            "12,34円",
            "1.55円",
            "1万1億円",
            "-5円",
            "5円以上",
        ] {
            check(text, None);
        }
        assert_eq!(bare_yen("1200000"), Some(1_200_000));
        assert_eq!(bare_yen("500万"), Some(5_000_000));
        assert_eq!(bare_yen("500万ほど"), None);
    }

    #[test]
    fn a_rough_amount_is_one() {
        let check = |line: &str, expected: Option<u64>| assert_eq!(alone(line), expected, "{line}");
        check("約300万円", Some(3_000_000));
        check("およそ ５０万円程度。", Some(500_000));
        check("500,000円以上", Some(500_000));
        check("300万円~500万円", None);
        check("1人あたり4万円×8人", None);
        check("損害は300万円", None);
        check("300万円の損害", None);
        check("約300", None);
    }

    #[test]
    fn finds_amounts() {
        let check = |line: &str, expected: &[u64]| assert_eq!(within(line), expected, "{line}");
        check("約300万円", &[3_000_000]);
        check("開発8人×40日×4万円=1,280万円", &[40_000, 12_800_000]);
        check("300万円~500万円", &[3_000_000, 5_000_000]);
        check("PC 12台", &[]);
    }
}
