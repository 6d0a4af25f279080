//! Archived event logs: names, ages, and whether Windows keeps them compressed. Their contents are not read.

use std::fs::{self, Metadata};
use std::os::windows::fs::MetadataExt;

use super::{ROWS_MAX, instant, row};
use crate::day::from_filetime;
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// What archives of event logs are called (Microsoft: "Eventlog Key", `AutoBackupLogFiles`).
const START: &str = "archive-";
/// `FILE_ATTRIBUTE_COMPRESSED`.
const COMPRESSED: u32 = 0x800;

/// A row for the folder itself, called `.`, and one per archive.
pub(super) fn listed(folder: &str) -> Result<Vec<Row>, Gap> {
    let failed = |error: std::io::Error| Gap::of_io(folder, &error);
    let mut rows = vec![file(".", &fs::metadata(folder).map_err(failed)?)];
    for entry in fs::read_dir(folder).map_err(failed)?.take(ROWS_MAX) {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.to_ascii_lowercase().starts_with(START) {
            rows.push(file(&name, &entry.metadata().map_err(failed)?));
        }
    }
    Ok(rows)
}

fn file(name: &str, found: &Metadata) -> Row {
    row([
        ("Name", Cell::Text(name.to_owned())),
        ("Compressed", Cell::Flag(found.file_attributes() & COMPRESSED != 0)),
        ("LastWriteTime", instant(from_filetime(found.last_write_time()))),
    ])
}
