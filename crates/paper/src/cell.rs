//! What a text becomes before it stands in a cell.
//!
//! Texts come from computers and people we do not know. A cell must show them as they are and do nothing else: no
//! formula, no XML, no terminal codes, and never more than a spreadsheet program can hold.

use std::borrow::Cow;

/// The most UTF-16 units a cell holds (Excel specifications and limits: "Total number of characters that a cell can
/// contain").
pub(crate) const UNITS_MAX: usize = 32_767;
/// The most line feeds a cell holds (the same page: "Line feeds per cell").
pub(crate) const LINE_FEEDS_MAX: usize = 253;
/// What a formula may start with. Japanese versions also read the full-width signs ＝＋－＠ and the minus sign.
const FORMULA_STARTS: [char; 9] =
    ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{2212}'];
/// Ends a text that was cut.
const CUT: char = '…';

/// A text as a cell may hold it: line ends are LF, characters that cannot be shown become U+FFFD, at most
/// [`UNITS_MAX`] UTF-16 units (cut between characters, ending in `…`), at most [`LINE_FEEDS_MAX`] line feeds.
pub(crate) fn text(raw: &str) -> Cow<'_, str> {
    if is_plain(raw) && !looks_like_rich_text(raw) {
        return Cow::Borrowed(raw);
    }
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(unified.len().min(4 * UNITS_MAX));
    let mut line_feeds = 0;
    for c in unified.chars() {
        let shown = match c {
            '\n' if line_feeds == LINE_FEEDS_MAX => ' ',
            '\n' => {
                line_feeds += 1;
                c
            }
            '\t' => c,
            _ if is_unshowable(c) => char::REPLACEMENT_CHARACTER,
            _ => c,
        };
        out.push(shown);
    }
    let mut out = cut(out);
    if looks_like_rich_text(&out) {
        out.insert(0, ' ');
    }
    Cow::Owned(out)
}

/// What [`text`] was given, as far as a cell could hold it: the blank before rich text goes.
pub(crate) fn of_text(shown: &str) -> &str {
    shown.strip_prefix(' ').filter(|raw| looks_like_rich_text(raw)).unwrap_or(shown)
}

/// A text of one line, at most so many characters: for titles, page footers and document properties.
pub(crate) fn line(raw: &str, chars_max: usize) -> String {
    let joined = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String =
        joined.chars().map(|c| if is_unshowable(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if let Some((at, _)) = shown.char_indices().nth(chars_max) {
        shown.truncate(at);
        shown.push(CUT);
    }
    shown
}

/// A text as a CSV field may hold it: as [`text`], and behind an apostrophe where a spreadsheet program would take it
/// for a formula. A plain number keeps its sign.
pub(crate) fn csv(raw: &str) -> Cow<'_, str> {
    let text = text(raw);
    if needs_guard(&text) { Cow::Owned(format!("'{text}")) } else { text }
}

/// What [`csv`] was given, as far as a field could hold it: the apostrophe it put in front goes.
pub(crate) fn of_csv(field: &str) -> &str {
    of_text(field.strip_prefix('\'').filter(|rest| needs_guard(rest)).unwrap_or(field))
}

/// Whether an apostrophe goes in front: before what may be taken for a formula, and before such a text that begins with
/// apostrophes of its own, so that reading can tell ours from them.
fn needs_guard(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    starts_like_formula(bare) && !is_number(bare)
}

/// Whether a spreadsheet program may take the text for a formula.
fn starts_like_formula(text: &str) -> bool {
    text.starts_with(['\t', '\n']) || text.trim_start().starts_with(FORMULA_STARTS)
}

/// Whether the text is a number and nothing else, for example `-12.5`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|side| !side.is_empty() && side.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Characters that XML or a screen cannot show: controls other than tab and line feed, and non-characters.
fn is_unshowable(c: char) -> bool {
    (c.is_control() && c != '\t' && c != '\n') || (u32::from(c) & 0xFFFE) == 0xFFFE
}

/// Whether nothing has to be changed: the usual case.
fn is_plain(raw: &str) -> bool {
    raw.len() <= LINE_FEEDS_MAX && !raw.chars().any(is_unshowable)
}

/// `rust_xlsxwriter` 0.102 writes a shared string that starts with `<r>` and ends with `</r>` as XML of its own
/// (`SharedStrings::write_sst_strings`), which would let a text write into the workbook.
///
/// Blanks in front do not count, so that a text that has one already gets another and reading can take it away.
fn looks_like_rich_text(text: &str) -> bool {
    text.trim_start_matches(' ').starts_with("<r>") && text.ends_with("</r>")
}

/// Cuts between characters so that the text fits, the mark of the cut included, with room for one blank in front.
fn cut(mut text: String) -> String {
    if text.encode_utf16().count() < UNITS_MAX {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        units += c.len_utf16();
        (units > UNITS_MAX - 2).then_some(at)
    });
    if let Some(at) = end {
        text.truncate(at);
        text.push(CUT);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn leaves_ordinary_text_alone() {
        let check = |raw: &str| assert_eq!(text(raw), raw);
        check("");
        check("貸与PCのディスク暗号化");
        check("=1+1");
        check("一行目\n二行目\tタブ");
        check("👩‍💻🇯🇵が゙");
        check(&"あ".repeat(UNITS_MAX - 1));
    }

    #[test]
    fn shows_what_cannot_be_shown() {
        let check = |raw: &str, expected: &str| assert_eq!(text(raw), expected);
        check("a\r\nb\rc", "a\nb\nc");
        check("a\0b\u{1b}[31m\u{7f}\u{9b}", "a\u{fffd}b\u{fffd}[31m\u{fffd}\u{fffd}");
        check("\u{fffe}\u{ffff}\u{1fffe}", "\u{fffd}\u{fffd}\u{fffd}");
        check("<r><t>x</t></r>", " <r><t>x</t></r>");
    }

    #[test]
    fn cuts_between_characters() {
        let check = |raw: &str, last: &str| {
            let cell = text(raw);
            assert!(units(&cell) <= UNITS_MAX, "{}", units(&cell));
            assert!(cell.ends_with(last));
        };
        check(&"あ".repeat(40_000), "あ…");
        check(&"🦀".repeat(40_000), "🦀…");
        check(&format!("x{}", "🦀".repeat(40_000)), "🦀…");
        check(&format!("<r>{}</r>", "x".repeat(UNITS_MAX - 7)), "x</…");
        check(&format!("<r>{}</r>", "x".repeat(UNITS_MAX - 8)), "x</r>");
    }

    #[test]
    fn bounds_line_feeds() {
        let cell = text(&"a\n".repeat(1_000)).into_owned();
        assert_eq!(cell.matches('\n').count(), LINE_FEEDS_MAX);
        assert_eq!(cell.chars().count(), 2_000);
    }

    #[test]
    fn guards_formulas_in_csv() {
        let check = |raw: &str, expected: &str| assert_eq!(csv(raw), expected);
        check("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")");
        check("+81-3-1234-5678", "'+81-3-1234-5678");
        check("-2+3", "'-2+3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("  =1", "'  =1");
        check("\t=1", "'\t=1");
        check("\u{ff1d}1+1", "'\u{ff1d}1+1");
        check("-12.5", "-12.5");
        check("-", "'-");
        check("a=1", "a=1");
        check("", "");
    }

    #[test]
    fn what_was_guarded_comes_back() {
        let check = |raw: &str| {
            assert_eq!(of_csv(&csv(raw)), raw);
            assert_eq!(of_text(&text(raw)), raw);
        };
        for raw in [
            "",
            "=1",
            "'=1",
            "''=1",
            "-",
            "-3",
            "'-3",
            "'",
            "'a",
            "@x",
            "  =1",
            "<r>x</r>",
            " <r>x</r>",
            "  <r></r>",
            "a\nb",
            " a ",
        ] {
            check(raw);
        }
    }

    #[test]
    fn a_line_is_one_line() {
        let check = |raw: &str, expected: &str| assert_eq!(line(raw, 5), expected);
        check("  a\r\n b\t ", "a b");
        check("あいうえおか", "あいうえお…");
        check("a\0b", "a\u{fffd}b");
    }
}
