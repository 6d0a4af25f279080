//! Sums in yen, as people write them.

/// The largest sum: a thousand trillion yen.
pub const YEN_MAX: u64 = 1_000_000_000_000_000;

/// The half-width form of a full-width letter, digit or sign.
fn half_width(c: char) -> char {
    let code = u32::from(c);
    if code == 0xffe5 { '\u{a5}' } else { char::from_u32(code - 0xfee0).unwrap_or(c) }
}

/// A sum in yen: digits of either width, with or without separators and 円, also as 50万 or 1.5億; empty is none.
///
/// # Errors
/// The last part of the locale key `invalid-…`.
pub fn read(text: &str) -> Result<Option<u64>, &'static str> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            // Full-width digits and signs, as Japanese input methods type them.
            '\u{ff10}'..='\u{ff19}' | '\u{ff0c}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ffe5}' => half_width(c),
            other => other,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '、' | '円' | '\u{a5}' | '\\'))
        .collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let (digits, unit) = match plain.strip_suffix('万') {
        Some(digits) => (digits, 10_000),
        None => match plain.strip_suffix('億') {
            Some(digits) => (digits, 100_000_000),
            None => (plain.as_str(), 1),
        },
    };
    match multiplied(digits, unit) {
        Some(yen) if yen <= YEN_MAX => Ok(Some(yen)),
        _ => Err("not-yen"),
    }
}

/// Digits, perhaps with a decimal point, times a unit; nothing when that is not a whole number.
fn multiplied(digits: &str, unit: u64) -> Option<u64> {
    let (whole, parts) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !only_digits(whole) || !only_digits(parts) || (parts.is_empty() && whole != digits)
    {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(parts.len()).ok()?)?;
    let number: u64 = format!("{whole}{parts}").parse().ok()?;
    let yen = u128::from(number) * u128::from(unit);
    if yen.is_multiple_of(u128::from(scale)) { u64::try_from(yen / u128::from(scale)).ok() } else { None }
}

/// A sum for a form: digits with their thousands set apart.
#[must_use]
pub fn typed(yen: u64) -> String {
    let digits = yen.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_yen_as_people_write_it() {
        let check = |text: &str, yen: Result<Option<u64>, &str>| assert_eq!(read(text), yen, "{text}");
        check("", Ok(None));
        check("1,500,000", Ok(Some(1_500_000)));
        check("500万円", Ok(Some(5_000_000)));
        check("\u{ff15}\u{ff10}\u{ff10}\u{ff0c}\u{ff10}\u{ff10}\u{ff10}円", Ok(Some(500_000)));
        check("\u{ffe5} \u{ff11}億", Ok(Some(100_000_000)));
        check("1.5億", Ok(Some(150_000_000)));
        check("2\u{ff0e}5万円", Ok(Some(25_000)));
        check("0", Ok(Some(0)));
        for wrong in ["about 5", "-5", "+5", "1.5", ".5万", "5.万", "1.00001万", "万"] {
            check(wrong, Err("not-yen"));
        }
        check("99999999999999999999", Err("not-yen"));
        check("9999999999999999", Err("not-yen"));
        check("1.0000000000000000000000000000億", Err("not-yen"));
    }

    #[test]
    fn what_fills_a_form_is_read_again() {
        for yen in [0, 7, 999, 1_000, 48_000, 1_234_567, YEN_MAX] {
            assert_eq!(read(&typed(yen)), Ok(Some(yen)));
        }
        assert_eq!(typed(12_800_000), "12,800,000");
    }
}
