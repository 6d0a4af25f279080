//! The gate before a workbook is read: nothing in it may cost more than it is worth.
//!
//! Every part is inflated once into nothing, with a counter, and looked through for what the reader behind would take
//! on trust: how many texts a table claims to hold, cell references, and the number of entries it keeps in memory. The
//! look uses the reader's own XML parser with the reader's settings, so that both see the same.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::error::{Bound, SheetError, within};
use super::{COLUMNS_MAX, INFLATED_MAX_BYTES, PARTS_MAX, ROWS_MAX, SHEETS_MAX};

/// The most texts of a workbook's table of texts: as many as a sheet may have cells.
const TEXTS_MAX: u64 = ROWS_MAX * COLUMNS_MAX;
/// The most entries of each other table: Excel knows at most 65,490 cell formats.
const ENTRIES_MAX: u64 = 66_000;

/// Lets a workbook pass.
///
/// # Errors
/// [`SheetError`] when it goes beyond a bound, or is damaged, encrypted or nested.
pub(super) fn pass(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    within(Bound::Parts, PARTS_MAX, u64::try_from(archive.len()).unwrap_or(u64::MAX))?;
    let mut left = INFLATED_MAX_BYTES + 1;
    for at in 0..archive.len() {
        if archive.by_index_raw(at).map_err(broken)?.encrypted() {
            return Err(SheetError::Encrypted);
        }
        let part = archive.by_index(at).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        let mut counted = Counted { from: part, left, head: Vec::new(), failed: None };
        let looked = look(&mut counted);
        // What the parser left, for example after an error, counts too.
        let rest = std::io::copy(&mut counted, &mut std::io::sink());
        if counted.left == 0 {
            let found = INFLATED_MAX_BYTES + 1;
            return Err(SheetError::TooBig { bound: Bound::InflatedBytes, limit: INFLATED_MAX_BYTES, found });
        }
        if let Some(why) = counted.failed.or(rest.err().map(|error| error.to_string())) {
            return Err(SheetError::Broken(format!("{name}: {why}")));
        }
        if counted.head.starts_with(b"PK\x03\x04") || counted.head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(SheetError::Nested(crate::cell::line(&name, 80)));
        }
        looked?;
        left = counted.left;
    }
    Ok(())
}

fn broken(error: ZipError) -> SheetError {
    SheetError::Broken(error.to_string())
}

/// A part that counts what is read of it, and ends when nothing more may be read.
struct Counted<R> {
    from: R,
    /// Bytes that may still be read; 0 once there were more.
    left: u64,
    head: Vec<u8>,
    failed: Option<String>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 || self.failed.is_some() {
            return Ok(0);
        }
        let read = match self.from.read(buffer) {
            Ok(read) => read,
            Err(error) => {
                self.failed = Some(error.to_string());
                return Ok(0);
            }
        };
        if self.head.len() < 4 {
            self.head.extend(buffer.iter().take(read).take(4 - self.head.len()));
        }
        self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(if self.left == 0 { 0 } else { read })
    }
}

/// Looks through a part as if it were XML. A fault in the XML ends the look: the reader behind stops there as well.
fn look(part: impl Read) -> Result<(), SheetError> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.trim_text(false);
    config.check_comments = false;
    config.expand_empty_elements = true;
    let mut counts = Counts::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => counts.see(&element)?,
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// How many there are of what is kept in memory, and which sheets and parts were named.
#[derive(Default)]
struct Counts {
    of: BTreeMap<&'static str, u64>,
    named: BTreeSet<String>,
}

impl Counts {
    fn see(&mut self, element: &BytesStart) -> Result<(), SheetError> {
        let name = element.local_name();
        let name: &str = name.as_ref();
        match name {
            "sst" => claim(element),
            "si" => self.count("si", Bound::Entries, TEXTS_MAX),
            "sheet" => {
                self.count("sheet", Bound::Sheets, SHEETS_MAX)?;
                self.once(element, "id")
            }
            "Relationship" => {
                self.count("Relationship", Bound::Entries, ENTRIES_MAX)?;
                self.once(element, "Target")
            }
            "xf" => self.count("xf", Bound::Entries, ENTRIES_MAX),
            "font" => self.count("font", Bound::Entries, ENTRIES_MAX),
            "fill" => self.count("fill", Bound::Entries, ENTRIES_MAX),
            "border" => self.count("border", Bound::Entries, ENTRIES_MAX),
            "numFmt" => self.count("numFmt", Bound::Entries, ENTRIES_MAX),
            "property" => self.count("property", Bound::Entries, ENTRIES_MAX),
            "mergeCell" => {
                self.count("mergeCell", Bound::Entries, ENTRIES_MAX)?;
                references(element)
            }
            "dimension" | "row" | "c" | "f" => references(element),
            _ => Ok(()),
        }
    }

    fn count(&mut self, name: &'static str, bound: Bound, limit: u64) -> Result<(), SheetError> {
        let count = self.of.entry(name).or_default();
        *count += 1;
        within(bound, limit, *count)
    }
}

impl Counts {
    /// No two sheets may be the same part: each would be read anew.
    fn once(&mut self, element: &BytesStart, attribute: &str) -> Result<(), SheetError> {
        let mut target = None;
        let mut is_sheet = attribute == "id";
        for found in element.attributes().with_checks(false).flatten() {
            let name = found.key.local_name();
            if name.as_ref() == attribute {
                target = Some(found.value.to_lowercase().replace('\\', "/"));
            }
            is_sheet |= name.as_ref() == "Type" && found.value.ends_with("/worksheet");
        }
        let Some(target) = target.filter(|_| is_sheet) else { return Ok(()) };
        let plain = target.trim_start_matches(['.', '/']);
        let plain = plain.strip_prefix("xl/").unwrap_or(plain);
        if self.named.insert(format!("{attribute} {plain}")) {
            return Ok(());
        }
        let name = crate::cell::line(plain, 80);
        Err(SheetError::Broken(format!("two sheets are '{name}'")))
    }
}

/// The number of texts a table says it has: room is made for it before they are read.
fn claim(element: &BytesStart) -> Result<(), SheetError> {
    for attribute in element.attributes().with_checks(false).flatten() {
        if attribute.key.local_name().as_ref() == "uniqueCount" {
            let found = attribute.value.trim().parse().unwrap_or(u64::MAX);
            within(Bound::Entries, TEXTS_MAX, found)?;
        }
    }
    Ok(())
}

/// Cell references are reckoned with: they have to be some.
fn references(element: &BytesStart) -> Result<(), SheetError> {
    for attribute in element.attributes().with_checks(false).flatten() {
        let name = attribute.key.local_name();
        if matches!(name.as_ref(), "r" | "ref") && !is_reference(&attribute.value) {
            let found = crate::cell::line(&attribute.value, 40);
            return Err(SheetError::Broken(format!("'{found}' is not a cell")));
        }
    }
    Ok(())
}

/// `7`, `B7` or `A1:B7`, as large as a sheet can be and in order.
fn is_reference(text: &str) -> bool {
    let mut corners = text.split(':').map(corner);
    match (corners.next(), corners.next(), corners.next()) {
        (Some(Some(_)), None, _) => true,
        (Some(Some(first)), Some(Some(last)), None) => first.0 <= last.0 && first.1 <= last.1,
        _ => false,
    }
}

/// Column and row, from 1; a column of 0 when there are no letters.
fn corner(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at_checked(letters)?;
    if letters > 3 || !(1..=7).contains(&row.len()) || !row.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let column =
        column.bytes().fold(0, |sum, byte| sum * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1);
    row.parse().ok().filter(|row| *row > 0).map(|row| (column, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_cells_from_nonsense() {
        let check = |text: &str, expected: bool| assert_eq!(is_reference(text), expected, "{text}");
        check("A1", true);
        check("XFD1048576", true);
        check("A1:B7", true);
        check("12", true);
        for text in ["", "A", "A0", "B7:A1", "A1:B2:C3", "AAAAAAAA1", "A99999999999", "A1 ", "あ1"] {
            check(text, false);
        }
    }
}
