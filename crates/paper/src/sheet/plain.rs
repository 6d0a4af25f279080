//! Texts without what does not tell words apart: width, case, blanks.

/// Full-width ASCII as ASCII, the ideographic space as a space, everything else as it is.
pub(crate) fn half(text: &str) -> String {
    text.chars().map(half_char).collect()
}

fn half_char(c: char) -> char {
    match u32::from(c) {
        // Full-width forms of ASCII lie 0xfee0 above it.
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        0x3000 => ' ',
        0xffe5 => '¥',
        _ => c,
    }
}

/// What words are compared by: half width, small letters, no blanks.
pub(crate) fn key(text: &str) -> String {
    half(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// A whole number at the start of a half-width text, with what follows; `None` without a digit or past `u64`.
pub(crate) fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

/// Whether a key stands for "nothing": a dash of some kind.
pub(crate) fn is_dash(key: &str) -> bool {
    matches!(key, "-" | "‐" | "‑" | "–" | "—" | "―" | "ー" | "−" | "─" | "ｰ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_words() {
        assert_eq!(key("　Ｎｏ．１ "), "no.1");
        assert_eq!(leading_number("12億"), Some((12, "億")));
        assert_eq!(leading_number("億"), None);
        assert!(is_dash(&key("－")) && is_dash(&key("―")) && !is_dash("a"));
    }
}
