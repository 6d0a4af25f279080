//! A configuration as a person hands it in: copied out of a terminal, in any of the usual encodings, with prompts and
//! page breaks between the lines. Makes numbered lines of it. Knows nothing of what the lines say.

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8};

use super::RouterError;

/// The largest configuration read, in bytes.
pub const BYTES_MAX: usize = 1024 * 1024;
/// The most lines of a configuration.
pub const LINES_MAX: usize = 50_000;
/// What devices print where a page ends.
const PAGE_BREAKS: [&str; 6] =
    ["---つづく---", "---more---", "--More--", "<--- More --->", "-- More --", "--more--"];

/// A line as an editor numbers it, without what the terminal added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u32,
    /// Without blanks at either end.
    pub(crate) text: String,
}

impl Line {
    /// Its words.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.text.split_whitespace().collect()
    }
}

/// The lines that say something.
pub(crate) fn lines(bytes: &[u8]) -> Result<Vec<Line>, RouterError> {
    let text = decoded(bytes)?;
    let mut lines = Vec::new();
    for (number, raw) in (1_u32..).zip(text.split('\n')) {
        if number as usize > LINES_MAX {
            return Err(RouterError::TooManyLines);
        }
        let shown = without_page_break(&as_shown(raw));
        if !shown.is_empty() {
            lines.push(Line { number, text: shown });
        }
    }
    Ok(lines)
}

/// The text: by its byte order mark, else UTF-8, else the Japanese encoding in which all of it is sound. Line ends are
/// made one kind.
pub(crate) fn decoded(bytes: &[u8]) -> Result<String, RouterError> {
    if bytes.len() > BYTES_MAX {
        return Err(RouterError::TooLarge);
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    // Escape sequences mean ISO-2022-JP before plain ASCII, in which they would be sound as well.
    let escaped = bytes.windows(3).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@"));
    let tried: &[&'static Encoding] = match &marked {
        Some(encoding) => std::slice::from_ref(encoding),
        None if escaped => &[ISO_2022_JP],
        None => &[UTF_8, EUC_JP, SHIFT_JIS],
    };
    let sound = tried.iter().find_map(|encoding| {
        let (text, _, had_errors) = encoding.decode(bytes);
        (!had_errors).then(|| text.into_owned())
    });
    // A comment in two encodings spoils the comment, not the configuration, whose commands are ASCII.
    let text = sound.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    if text.contains('\0') {
        return Err(RouterError::NotText);
    }
    let text = text.replace("\r\n", "\n");
    Ok(if text.contains('\n') { text } else { text.replace('\r', "\n") })
}

/// What a terminal would show of a line: backspaces and carriage returns move back, escape sequences show nothing.
fn as_shown(raw: &str) -> String {
    let mut shown: Vec<char> = Vec::new();
    let mut at = 0_usize;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{8}' => at = at.saturating_sub(1),
            '\r' => at = 0,
            '\u{1b}' if chars.next_if_eq(&'[').is_some() => {
                while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
            }
            '\t' | ' '..='~' | '\u{a0}'.. => {
                match shown.get_mut(at) {
                    Some(own) => *own = c,
                    None => shown.push(c),
                }
                at += 1;
            }
            _ => {}
        }
    }
    shown.into_iter().collect::<String>().trim().to_owned()
}

fn without_page_break(line: &str) -> String {
    let found = PAGE_BREAKS.iter().find_map(|mark| line.strip_prefix(mark));
    found.unwrap_or(line).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[(u32, &str)]) {
        let lines = lines(bytes).unwrap();
        let found: Vec<_> = lines.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn encodings() {
        let text = "# 宅内ルーター\nip filter 1 pass * *\n";
        let expected = [(1, "# 宅内ルーター"), (2, "ip filter 1 pass * *")];
        check(text.as_bytes(), &expected);
        for encoding in [SHIFT_JIS, EUC_JP, ISO_2022_JP] {
            check(&encoding.encode(text).0, &expected);
        }
        check(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), &expected);
        let utf_16: Vec<u8> =
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        check(&utf_16, &expected);
        check(b"a \xff\xff\nb", &[(1, "a \u{fffd}\u{fffd}"), (2, "b")]);
    }

    #[test]
    fn what_the_terminal_added_is_gone() {
        check(b"a\r\n\r\nb\r\n", &[(1, "a"), (3, "b")]);
        check(b"a\rb", &[(1, "a"), (2, "b")]);
        check("a\n---つづく---\nb\n".as_bytes(), &[(1, "a"), (3, "b")]);
        check(b" --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08ip nat outside\n", &[(1, "ip nat outside")]);
        check(b" --More--          ip nat outside\n", &[(1, "ip nat outside")]);
        check(b"\x1b[7m---more---\x1b[0m\r          \rip filter 1\n", &[(1, "ip filter 1")]);
    }

    #[test]
    fn bounds() {
        assert!(matches!(lines(&vec![b'a'; BYTES_MAX + 1]), Err(RouterError::TooLarge)));
        assert!(matches!(lines(&vec![b'\n'; LINES_MAX + 1]), Err(RouterError::TooManyLines)));
        assert!(matches!(lines(b"PK\x03\x04\0\0"), Err(RouterError::NotText)));
        check(b"", &[]);
    }
}
