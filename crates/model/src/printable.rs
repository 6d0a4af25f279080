//! Texts from outside, made fit to be a fact: one line, printable, bounded.

/// The longest text that becomes a fact, in characters. A name or path that is longer is cut, not refused: it names
/// something, it does not decide anything.
const TEXT_MAX_CHARS: usize = 300;

/// A text as a fact: blanks at the ends and control characters gone, at most [`TEXT_MAX_CHARS`] long.
#[must_use]
pub fn clean(text: &str) -> String {
    clip(text, TEXT_MAX_CHARS)
}

/// A text of at most `max` characters, with control characters taken for blanks.
#[must_use]
pub fn clip(text: &str, max: usize) -> String {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().take(max).map(printable).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_printable_line() {
        let check = |input: &str, expected: &str| assert_eq!(clean(input), expected);
        check("  Debian GNU/Linux 12 \n", "Debian GNU/Linux 12");
        check("a\u{0}b\tc", "a b c");
        check("", "");
        assert_eq!(clean(&"総".repeat(1000)).chars().count(), TEXT_MAX_CHARS);
    }
}
