//! How our workbooks look and print: one font, thin grey lines, grey for what the company fills in.
//!
//! Everything that goes into a cell passes through [`put`] or [`band`], so that nothing reaches the library unchecked.

use model::At;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::cell;

/// Ships with Windows in both languages; LibreOffice and macOS replace it by their own Gothic.
const FONT: &str = "Yu Gothic";
/// Windows' character set number for Japanese (`SHIFTJIS_CHARSET`): programs without the font choose a Japanese one.
const FONT_CHARSET: u8 = 128;
/// Row height and column width, in pixels, that Excel gives an empty sheet in Yu Gothic 11.
const DEFAULT_ROW_PIXELS: u32 = 25;
const DEFAULT_COLUMN_PIXELS: u32 = 72;
/// Excel's number for a paper size (`ST_PaperSize`).
pub(crate) const PAPER_A3: u8 = 8;
/// As above.
pub(crate) const PAPER_A4: u8 = 9;
/// Rows and columns of a worksheet (Excel specifications and limits).
pub(crate) const ROWS_MAX: usize = 1_048_576;
/// As above.
pub(crate) const COLUMNS_MAX: usize = 16_384;
/// The most characters of a name in a page footer.
const NAME_MAX_CHARS: usize = 60;

/// Dark text.
pub(crate) const INK: Color = Color::RGB(0x22_2B_33);
/// Less important text.
pub(crate) const FAINT: Color = Color::RGB(0x5B_67_70);
/// Something is wrong.
pub(crate) const RED: Color = Color::RGB(0x9C_1C_1C);
/// Something is not known.
pub(crate) const AMBER: Color = Color::RGB(0x8A_5A_00);
/// Something is well.
pub(crate) const GREEN: Color = Color::RGB(0x1E_66_3A);
/// The policy's side of a header.
pub(crate) const POLICY_DARK: Color = Color::RGB(0x33_4E_5E);
/// As above, the second line.
pub(crate) const POLICY_LIGHT: Color = Color::RGB(0xDD_E6_EB);
/// The company's side of a header (グレーの網掛け部分, section 11.2).
pub(crate) const OWN_DARK: Color = Color::RGB(0x6E_6E_6E);
/// As above, the second line.
pub(crate) const OWN_LIGHT: Color = Color::RGB(0xD6_D6_D6);
/// As above, the cells.
pub(crate) const OWN_CELL: Color = Color::RGB(0xF5_F5_F5);
/// Behind critical damage.
pub(crate) const CRITICAL: Color = Color::RGB(0xF3_CF_CB);
/// Behind serious damage.
pub(crate) const SERIOUS: Color = Color::RGB(0xFA_E9_CC);
const LINE: Color = Color::RGB(0xB8_BF_C4);

/// An empty workbook of ours; `marks` are document properties by name.
///
/// # Errors
/// When the library refuses the font's measures.
pub(crate) fn workbook(
    title: &str,
    company: &str,
    made_at: At,
    marks: &[(&str, &str)],
) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_default_format(&font(11.0), DEFAULT_ROW_PIXELS, DEFAULT_COLUMN_PIXELS)?;
    let mut properties = DocProperties::new()
        .set_title(cell::line(title, 200))
        .set_author("Mimamori")
        .set_creation_datetime(&excel_time(made_at)?);
    if !company.is_empty() {
        properties = properties.set_company(cell::line(company, 200));
    }
    for (name, value) in marks {
        properties = properties.set_custom_property(*name, *value);
    }
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// An instant as the library takes it; a spreadsheet knows the years 1900 to 9999, others become its ends.
fn excel_time(at: At) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_timestamp(at.unix_secs().clamp(-2_208_988_800, 253_402_300_799))
}

/// Our font in a size.
pub(crate) fn font(size: f64) -> Format {
    Format::new()
        .set_font_name(FONT)
        .set_font_charset(FONT_CHARSET)
        .set_font_size(size)
        .set_font_color(INK)
        .set_align(FormatAlign::VerticalCenter)
}

/// A cell of a table: framed, wrapped, read from the top. A text in it stays a text when it is edited.
pub(crate) fn body() -> Format {
    framed(font(9.0)).set_align(FormatAlign::Top).set_align(FormatAlign::Left).set_quote_prefix()
}

/// A cell of a table that holds a number.
pub(crate) fn number(format: &str) -> Format {
    body().unset_quote_prefix().set_align(FormatAlign::Right).set_indent(1).set_num_format(format)
}

/// A heading of a column.
pub(crate) fn head(fill: Color) -> Format {
    framed(font(9.0)).set_bold().set_background_color(fill).set_align(FormatAlign::Center)
}

/// A heading over several columns.
pub(crate) fn head_group(fill: Color) -> Format {
    head(fill).set_font_size(10.0).set_font_color(Color::White)
}

/// The title of a sheet.
pub(crate) fn title() -> Format {
    font(16.0).set_bold()
}

/// A line below the title.
pub(crate) fn about() -> Format {
    font(9.0).set_font_color(FAINT)
}

fn framed(format: Format) -> Format {
    format.set_border(FormatBorder::Thin).set_border_color(LINE).set_text_wrap()
}

/// A table under construction: remembers the widths of its columns, so that each row gets the height its texts need.
pub(crate) struct Grid<'a> {
    sheet: &'a mut Worksheet,
    widths: Vec<f64>,
    lines: usize,
}

impl<'a> Grid<'a> {
    /// Sets the widths, in digits.
    ///
    /// # Errors
    /// When there are more columns than a worksheet has.
    pub(crate) fn new(sheet: &'a mut Worksheet, widths: Vec<f64>) -> Result<Self, XlsxError> {
        for (column, width) in (0u16..).zip(&widths) {
            sheet.set_column_width(column, *width)?;
        }
        Ok(Self { sheet, widths, lines: 1 })
    }

    /// Writes a text into the row at work.
    pub(crate) fn put(
        &mut self,
        row: u32,
        column: u16,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let width = self.widths.get(usize::from(column)).copied().unwrap_or(8.0);
        self.lines = self.lines.max(lines(text, width));
        put(self.sheet, row, column, text, format)
    }

    /// The worksheet, for what is not text.
    pub(crate) fn sheet(&mut self) -> &mut Worksheet {
        self.sheet
    }

    /// Gives the row at work its height and begins the next.
    pub(crate) fn end_row(&mut self, row: u32) -> Result<(), XlsxError> {
        let lines = u32::try_from(std::mem::replace(&mut self.lines, 1)).unwrap_or(u32::MAX);
        let points = (f64::from(lines) * LINE_POINTS + ROW_PADDING_POINTS).min(ROW_MAX_POINTS);
        self.sheet.set_row_height(row, points)?;
        Ok(())
    }
}

/// A line of the body's font, 9 points, in Yu Gothic, whose lines stand wide apart.
const LINE_POINTS: f64 = 15.0;
const ROW_PADDING_POINTS: f64 = 4.0;
/// The highest row (Excel specifications and limits).
const ROW_MAX_POINTS: f64 = 409.0;
/// Pixels of a digit of the default font: what column widths are counted in.
const DIGIT_PIXELS: f64 = 8.0;
/// Pixels of a full-width character and, roughly, of another one in the body's font.
const FULL_PIXELS: f64 = 12.0;
const HALF_PIXELS: f64 = 6.4;
/// What wrapping at words, or before a mark that may not begin a line, leaves empty.
const WRAP_LOSS: f64 = 1.05;

/// How many lines a text takes in a column so many digits wide. Rough, and rather one too many.
fn lines(text: &str, width: f64) -> usize {
    let room = (width * DIGIT_PIXELS - 2.0).max(FULL_PIXELS);
    let of_line = |line: &str| {
        let pixels: f64 = line.chars().map(|c| if is_full(c) { FULL_PIXELS } else { HALF_PIXELS }).sum();
        let mut lines = 1;
        let mut left = pixels * WRAP_LOSS;
        while left > room && lines < LINES_MAX {
            left -= room;
            lines += 1;
        }
        lines
    };
    text.lines().take(LINES_MAX).map(of_line).sum::<usize>().clamp(1, LINES_MAX)
}

/// So many lines fill the highest row.
const LINES_MAX: usize = 27;

/// Whether a character takes a full em: East Asian letters and marks, and emoji.
fn is_full(c: char) -> bool {
    c >= '\u{1100}' && !('\u{ff61}'..='\u{ffdc}').contains(&c)
}

/// Writes a text, always as a text.
pub(crate) fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    sheet.write_string_with_format(row, column, cell::text(text), format)?;
    Ok(())
}

/// Writes a text across columns of one row.
pub(crate) fn band(
    sheet: &mut Worksheet,
    row: u32,
    columns: std::ops::RangeInclusive<u16>,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    sheet.merge_range(row, *columns.start(), row, *columns.end(), &cell::text(text), format)?;
    Ok(())
}

/// Prints landscape on one page's width, header rows repeated, with a footer of name, page and date.
pub(crate) fn print_setup(
    sheet: &mut Worksheet,
    paper: u8,
    repeat: std::ops::RangeInclusive<u32>,
    left: &str,
    right: &str,
) -> Result<(), XlsxError> {
    sheet
        .set_paper_size(paper)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_print_center_horizontally(true)
        .set_footer(footer(left, right));
    sheet.set_repeat_rows(*repeat.start(), *repeat.end())?;
    Ok(())
}

/// Both texts have to be short: Excel allows 255 UTF-16 units, and `&` counts twice.
fn footer(left: &str, right: &str) -> String {
    format!("&L{}&C&8&P / &N&R{}", footer_text(left, NAME_MAX_CHARS), footer_text(right, 30))
}

/// A text in a page footer: font and size are set, `&` is a code and is doubled, a blank keeps a leading digit from
/// being read as part of the size.
fn footer_text(text: &str, chars_max: usize) -> String {
    format!("&\"{FONT}\"&8 {}", cell::line(text, chars_max).replace('&', "&&"))
}

/// A name a worksheet may have: at most 31 characters, none of `[]:*?/\`, no apostrophe at the ends.
pub(crate) fn sheet_name(raw: &str) -> String {
    let kept: String = raw
        .chars()
        .map(|c| if c.is_control() || "[]:*?/\\".contains(c) { ' ' } else { c })
        .filter(|c| c.len_utf16() == 1)
        .take(31)
        .collect();
    let name = kept.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        "Sheet1".to_owned()
    } else {
        name.to_owned()
    }
}

/// How wide a text is, in columns of digits: East Asian characters count two. Rough, for widths only.
pub(crate) fn width(text: &str) -> usize {
    let of_line = |line: &str| line.chars().map(|c| if is_full(c) { 2 } else { 1 }).sum();
    text.lines().map(of_line).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sheets() {
        let check = |raw: &str, expected: &str| assert_eq!(sheet_name(raw), expected);
        check("実施計画", "実施計画");
        check("a/b[c]", "a b c");
        check("'quoted'", "quoted");
        check("", "Sheet1");
        check("History", "Sheet1");
        check(&"あ".repeat(40), &"あ".repeat(31));
        check("🦀", "Sheet1");
    }

    #[test]
    fn footers_hold_hostile_names() {
        assert_eq!(footer_text("24&Co\n&P", 60), "&\"Yu Gothic\"&8 24&&Co &&P");
        for c in ["&", "🦀"] {
            let longest = footer(&c.repeat(1_000), &c.repeat(1_000));
            assert!(longest.encode_utf16().count() <= 255, "{}", longest.encode_utf16().count());
        }
    }

    #[test]
    fn counts_lines() {
        let check = |text: &str, width: f64, expected: usize| assert_eq!(lines(text, width), expected);
        check("", 10.0, 1);
        check("実施済み", 10.0, 1);
        check("情報システム", 9.0, 2);
        check("一\n二\n三", 10.0, 3);
        check(&"あ".repeat(40_000), 10.0, LINES_MAX);
        check(&"x\n".repeat(1_000), 10.0, LINES_MAX);
        check("word", 0.0, 3);
        check("as wide as this is", 20.0, 1);
    }

    #[test]
    fn measures_roughly() {
        let check = |text: &str, expected: usize| assert_eq!(width(text), expected);
        check("", 0);
        check("abc", 3);
        check("あいう\nab", 6);
    }
}
