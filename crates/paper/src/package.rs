//! The last touch on a finished workbook: row heights become suggestions.
//!
//! We give each row a height reckoned from its texts, because not every program reckons them itself on opening
//! (LibreOffice 7.4 does not). The library can only write a height as the user's own (`customHeight`), and such a row
//! would not grow when someone writes more into it. So that one attribute is taken out of the worksheets, which leaves
//! exactly what Excel writes for a row whose height it chose.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::Workbook;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::error::PaperError;

/// Texts never hold this: in an attribute the quotes would be escaped, and cells keep their texts in another part.
const CUSTOM_HEIGHT: &str = " customHeight=\"1\"";

/// The workbook as bytes.
///
/// # Errors
/// [`PaperError::Workbook`] or [`PaperError::Package`] when it could not be put together.
pub(crate) fn finished(mut workbook: Workbook) -> Result<Vec<u8>, PaperError> {
    let written = workbook.save_to_buffer().map_err(PaperError::in_part("file"))?;
    with_row_heights_as_suggestions(&written).map_err(PaperError::Package)
}

fn with_row_heights_as_suggestions(written: &[u8]) -> Result<Vec<u8>, ZipError> {
    let mut from = ZipArchive::new(Cursor::new(written))?;
    let mut to = ZipWriter::new(Cursor::new(Vec::with_capacity(written.len())));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for at in 0..from.len() {
        let mut part = from.by_index(at)?;
        let name = part.name()?.into_owned();
        if !name.starts_with("xl/worksheets/sheet") {
            to.raw_copy_file(part)?;
            continue;
        }
        let mut xml = String::new();
        part.read_to_string(&mut xml)?;
        to.start_file(name, options)?;
        to.write_all(xml.replace(CUSTOM_HEIGHT, "").as_bytes())?;
    }
    Ok(to.finish()?.into_inner())
}
