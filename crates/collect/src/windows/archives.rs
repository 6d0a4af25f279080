//! Whether archived event logs are compressed regularly (part of section `event_logs`).
//!
//! They are when the folder compresses whatever is put there, or when everything older than a month is compressed: by
//! NTFS, or as an archive file that took its place. Where nothing is old enough, nothing is said.

use super::machine::{Api, Machine, Row};
use crate::gap::Gap;

const FOLDER: &str = r"System32\winevt\Logs";
/// After how many days an archive ought to be compressed.
const DAYS: i64 = 31;
/// Endings of compressed files.
const ENDINGS: [&str; 6] = [".zip", ".cab", ".gz", ".7z", ".xz", ".zst"];

pub(super) fn compressed(machine: &dyn Machine, root: Option<&str>) -> Result<bool, Gap> {
    let root = root.ok_or_else(|| Gap::not_found("SystemRoot"))?;
    let rows = machine.ask(Api::ArchivedLogs, &format!(r"{root}\{FOLDER}"))?;
    let (folder, archives): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.text("Name").as_deref() == Some("."));
    let told = folder.first().and_then(|row| row.flag("Compressed"));
    if told.ok_or_else(|| Gap::failed("the folder tells no attributes"))? {
        return Ok(true);
    }
    let mut old = archives
        .iter()
        .filter(|row| row.at("LastWriteTime").is_none_or(|at| at.days_until(machine.now()) > DAYS));
    if old.any(|row| !is_compressed(row)) {
        return Ok(false);
    }
    if archives.iter().any(|row| is_compressed(row)) {
        return Ok(true);
    }
    Err(Gap::not_found(format_args!("no archived log is older than {DAYS} days")))
}

fn is_compressed(row: &Row) -> bool {
    let name = row.text("Name").unwrap_or_default().to_ascii_lowercase();
    row.flag("Compressed") == Some(true) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, row, text};
    use super::*;

    pub(crate) fn file(name: &str, day: &str, compressed: bool) -> Row {
        row(&[
            ("Name", text(name)),
            ("Compressed", Cell::Flag(compressed)),
            ("LastWriteTime", text(&format!("{day}000000.000000+000"))),
        ])
    }

    #[test]
    fn regularly_or_not() {
        let check = |rows: Vec<Row>, expected: Result<bool, Why>| {
            let machine =
                Recorded::default().api(Api::ArchivedLogs, r"C:\Windows\System32\winevt\Logs", Ok(rows));
            assert_eq!(compressed(&machine, Some(r"C:\Windows")).map_err(|gap| gap.why), expected);
        };
        let folder = |compressed| file(".", "20261101", compressed);
        let (old, new) = ("20260901", "20261120");
        check(vec![folder(true)], Ok(true));
        check(vec![folder(false)], Err(Why::NotFound));
        check(vec![folder(false), file("Archive-Security-1.evtx", new, false)], Err(Why::NotFound));
        check(vec![folder(false), file("Archive-Security-1.evtx", old, false)], Ok(false));
        check(
            vec![
                folder(false),
                file("Archive-Security-1.evtx", old, true),
                file("Archive-2.evtx", new, false),
            ],
            Ok(true),
        );
        check(vec![folder(false), file("Archive-Security-1.ZIP", old, false)], Ok(true));
        check(Vec::new(), Err(Why::Failed));
    }

    #[test]
    fn refused() {
        let machine = Recorded::default().api(
            Api::ArchivedLogs,
            r"C:\Windows\System32\winevt\Logs",
            Err(Gap::denied("")),
        );
        assert_eq!(compressed(&machine, Some(r"C:\Windows")).unwrap_err().why, Why::Denied);
        assert_eq!(compressed(&machine, None).unwrap_err().why, Why::NotFound);
    }
}
