//! A row's number as people write it.

use crate::sheet::plain::{half, leading_number};

/// `1`, `No.1`, `1*`, `(1)`, `①`, `項番1`; `None` when it is not sure.
pub(super) fn read(text: &str) -> Option<u32> {
    let plain: String = half(text).to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let mut chars = plain.chars();
    if let (Some(c), None) = (chars.next(), chars.next())
        && let Some(number) = circled(c)
    {
        return Some(number);
    }
    let mut text = plain.as_str();
    for start in ["no.", "no", "№", "項番", "番号", "#", "("] {
        if let Some(rest) = text.strip_prefix(start) {
            text = rest;
            break;
        }
    }
    let (number, rest) = leading_number(text)?;
    matches!(rest, "" | "*" | "." | ")" | "※" | "番")
        .then(|| u32::try_from(number).ok())?
        .filter(|no| *no > 0)
}

/// ① to ㊿ (Unicode: Enclosed Alphanumerics, Enclosed CJK Letters and Months).
fn circled(c: char) -> Option<u32> {
    match u32::from(c) {
        code @ 0x2460..=0x2473 => Some(code - 0x2460 + 1),
        code @ 0x3251..=0x325f => Some(code - 0x3251 + 21),
        code @ 0x32b1..=0x32bf => Some(code - 0x32b1 + 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        let check = |text: &str, expected: Option<u32>| assert_eq!(read(text), expected, "{text}");
        check("1", Some(1));
        check("１２", Some(12));
        check("No.1", Some(1));
        check("Ｎｏ． 48", Some(48));
        check("1*", Some(1));
        check("(3)", Some(3));
        check("①", Some(1));
        check("㊽", Some(48));
        check("㉑", Some(21));
        for text in ["", "0", "1-2", "5.1.4-1", "1.5", "a", "合計", "①②", "99999999999", "1Active Directory"]
        {
            check(text, None);
        }
    }
}
