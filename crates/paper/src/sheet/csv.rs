//! CSV from outside: comma or tab, UTF-8 or what Excel in Japan writes.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};

use super::error::{Bound, SheetError, within};
use super::{Book, CELL_MAX_UNITS, COLUMNS_MAX, Cell, Kind, Line, ROWS_MAX, Sheet, TEXT_MAX_BYTES};
use crate::cell;

/// Reads a file as one sheet.
///
/// # Errors
/// [`SheetError`] when it is not text or goes beyond a bound.
pub(super) fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    // One kind of line end, so that lines are counted as an editor counts them.
    let text = decoded(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let separator = separator(&text);
    if let Some(line) = open_quote(&text, separator) {
        return Err(SheetError::OpenQuote(line));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut bytes_in_all: u64 = 0;
    let mut record = csv::StringRecord::new();
    let mut records: u64 = 0;
    while reader.read_record(&mut record).map_err(|error| SheetError::Broken(error.to_string()))? {
        records += 1;
        let last = record.iter().enumerate().filter(|(_, field)| !field.trim().is_empty()).last();
        let Some((last, _)) = last else { continue };
        within(Bound::Rows, ROWS_MAX, records)?;
        within(Bound::Columns, COLUMNS_MAX, u64::try_from(last + 1).unwrap_or(u64::MAX))?;
        let mut cells = Vec::with_capacity(last + 1);
        for field in record.iter().take(last + 1) {
            let units = u64::try_from(field.encode_utf16().count()).unwrap_or(u64::MAX);
            within(Bound::CellUnits, CELL_MAX_UNITS, units)?;
            bytes_in_all += u64::try_from(field.len()).unwrap_or(u64::MAX);
            within(Bound::TextBytes, TEXT_MAX_BYTES, bytes_in_all)?;
            let text = cell::of_csv(field).to_owned();
            cells.push(Cell { text, kind: Kind::Text, formula: false, merged: false });
        }
        let line = record.position().map_or(records, csv::Position::line);
        let number = usize::try_from(line).unwrap_or(usize::MAX);
        rows.push(Line { number, cells });
    }
    Ok(Book { sheets: vec![Sheet { rows, ..Sheet::default() }], ..Book::default() })
}

/// The text: by its byte order mark, else UTF-8, else Shift_JIS as Windows has it (code page 932).
fn decoded(bytes: &[u8]) -> Result<String, SheetError> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let tried: &[&'static Encoding] = match &marked {
        Some(encoding) => std::slice::from_ref(encoding),
        None => &[UTF_8, SHIFT_JIS],
    };
    for encoding in tried {
        let (text, _, had_errors) = encoding.decode(bytes);
        if !had_errors && !text.contains('\0') {
            return Ok(text.into_owned());
        }
    }
    Err(SheetError::NotText)
}

/// The line on which a quotation mark opens that nothing closes: all that follows would be one cell.
fn open_quote(text: &str, separator: u8) -> Option<usize> {
    let mut line = 1;
    let mut opened = None;
    let mut is_start = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += usize::from(byte == b'\n');
        if opened.is_some() {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                opened = None;
            }
            continue;
        }
        if byte == b'"' && is_start {
            opened = Some(line);
        }
        is_start = byte == separator || byte == b'\n';
    }
    opened
}

/// Tab when the first lines have more tabs than commas outside quotes.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let (mut tabs, mut commas) = (0, 0);
    for byte in text.bytes().take(20_000) {
        match byte {
            b'"' => quoted = !quoted,
            b'\t' if !quoted => tabs += 1,
            b',' if !quoted => commas += 1,
            _ => {}
        }
    }
    if tabs > commas { b'\t' } else { b',' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let book = read(bytes).unwrap();
        let line = |line: &Line| line.cells.iter().map(|cell| cell.text.clone()).collect();
        book.sheets[0].rows.iter().map(line).collect()
    }

    #[test]
    fn reads_what_programs_write() {
        let expected = vec![vec!["番号".to_owned(), "名称".into()], vec!["1".into(), "①髙橋".into()]];
        let text = "番号,名称\r\n1,①髙橋\r\n";
        assert_eq!(rows(text.as_bytes()), expected);
        assert_eq!(rows(format!("\u{feff}{text}").as_bytes()), expected);
        assert_eq!(rows(&SHIFT_JIS.encode(text).0), expected);
        assert_eq!(rows(text.replace(',', "\t").as_bytes()), expected);
        let utf16: Vec<u8> = format!("\u{feff}{}", text.replace(',', "\t"))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(rows(&utf16), expected);
        assert_eq!(read(b"\xff\xfe\xff\xff\x00\xd8").unwrap_err(), SheetError::NotText);
        assert_eq!(read(b"a,\x00\x01\xfa\xff").unwrap_err(), SheetError::NotText);
    }

    #[test]
    fn quotes_lines_and_guards_come_back() {
        assert_eq!(rows(b"\"a,\"\"b\"\"\nc\",'=1+1,''=x,'-3\n"), [["a,\"b\"\nc", "=1+1", "'=x", "'-3"]]);
        let book = read(b"a\n\n,\nb,,\n").unwrap();
        let numbers: Vec<usize> = book.sheets[0].rows.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 4]);
        assert_eq!(read(b"a\r\nb\r\n").unwrap().sheets[0].rows[1].number, 2);
        assert_eq!(book.sheets[0].rows[1].cells.len(), 1);
    }

    #[test]
    fn a_quotation_mark_is_closed() {
        let check = |text: &str, expected: Option<usize>| {
            let found = read(text.as_bytes()).err();
            assert_eq!(found, expected.map(SheetError::OpenQuote), "{text}");
        };
        check("a,b\r\n\"c\r\nd\",e\r\n1,\"f\r\n2,g\r\n", Some(4));
        check("a,\"b\"\"", Some(1));
        check("a,\"b\"\"\"\n", None);
        check("a,5\" b\n1,\"x\"\n", None);
        check("a\t\"b", Some(1));
    }

    #[test]
    fn bounds_hold() {
        let check = |text: String, bound: Bound, found: u64| match read(text.as_bytes()).unwrap_err() {
            SheetError::TooBig { bound: hit, found: seen, .. } => assert_eq!((hit, seen), (bound, found)),
            other => panic!("{other}"),
        };
        check("a\n".repeat(5_501), Bound::Rows, 5_501);
        check(format!("{}b", ",".repeat(100)), Bound::Columns, 101);
        check("a".repeat(32_768), Bound::CellUnits, 32_768);
        assert!(read("a\n".repeat(5_500).as_bytes()).is_ok());
        assert!(read(",".repeat(1_000).as_bytes()).is_ok());
    }
}
