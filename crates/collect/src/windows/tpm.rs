//! Section `tpm`. Asking needs administrator rights.

use model::facts::Tpm;

use super::machine::{Hive, Machine, Row, TPM};
use crate::gap::Gap;
use crate::reading::Gaps;

/// The device of a TPM 2.0.
const DEVICE: &str = r"SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101";

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Tpm, Gap> {
    let rows = match machine
        .query(TPM, "SELECT IsEnabled_InitialValue, IsActivated_InitialValue, SpecVersion FROM Win32_Tpm")
    {
        Ok(rows) => rows,
        Err(gap) => return as_a_device(machine, gap, gaps),
    };
    let Some(row) = rows.first() else {
        gaps.note("version", Gap::not_supported("there is no TPM"));
        return Ok(Tpm { present: Some(false), ready: Some(false), version: None });
    };
    Ok(Tpm {
        present: Some(true),
        ready: gaps.keep("ready", ready(row)),
        version: gaps.keep("version", version(row)),
    })
}

/// Without administrator rights: a TPM 2.0 is a device whose id is fixed (TCG: "ACPI Specification"). One that is not
/// seen may be older, so that nothing follows from it.
fn as_a_device(machine: &dyn Machine, refused: Gap, gaps: &mut Gaps) -> Result<Tpm, Gap> {
    let seen = machine.keys(Hive::Machine, DEVICE).ok().flatten();
    if seen.is_none_or(|instances| instances.is_empty()) {
        return Err(refused);
    }
    gaps.note("ready", refused);
    Ok(Tpm { present: Some(true), ready: None, version: Some("2.0".into()) })
}

/// Ready when it is enabled and activated.
fn ready(row: &Row) -> Result<bool, Gap> {
    let flag = |name: &str| row.flag(name).ok_or_else(|| Gap::not_found(format_args!("Win32_Tpm.{name}")));
    Ok(flag("IsEnabled_InitialValue")? && flag("IsActivated_InitialValue")?)
}

/// `2.0, 0, 1.59`: the specification comes first.
fn version(row: &Row) -> Result<String, Gap> {
    let text = row.text("SpecVersion").ok_or_else(|| Gap::not_found("Win32_Tpm.SpecVersion"))?;
    let first = text.split(',').next().unwrap_or_default().trim().to_owned();
    // A TPM that is off says "Not Supported".
    if first.starts_with(|c: char| c.is_ascii_digit()) { Ok(first) } else { Err(Gap::not_supported(text)) }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, row, text};
    use super::*;

    #[test]
    fn chips() {
        let check = |rows: Vec<Row>, expected: (Option<bool>, Option<bool>, Option<&str>)| {
            let read = read(&Recorded::default().rows(TPM, "Win32_Tpm", rows), &mut Gaps::of("tpm")).unwrap();
            assert_eq!((read.present, read.ready, read.version.as_deref()), expected);
        };
        let chip = |on: bool, version: &str| {
            row(&[
                ("IsEnabled_InitialValue", Cell::Flag(true)),
                ("IsActivated_InitialValue", Cell::Flag(on)),
                ("SpecVersion", text(version)),
            ])
        };
        check(vec![chip(true, "2.0, 0, 1.59")], (Some(true), Some(true), Some("2.0")));
        check(vec![chip(false, "Not Supported")], (Some(true), Some(false), None));
        check(vec![row(&[])], (Some(true), None, None));
        check(Vec::new(), (Some(false), Some(false), None));
        let denied = Recorded::default().fails(TPM, "Win32_Tpm", Gap::denied("0x80041003"));
        assert_eq!(read(&denied, &mut Gaps::of("tpm")).unwrap_err().why, Why::Denied);
        let mut gaps = Gaps::of("tpm");
        let seen = read(&denied.key(&format!(r"{DEVICE}\1")), &mut gaps).unwrap();
        assert_eq!((seen.present, seen.ready, seen.version.as_deref()), (Some(true), None, Some("2.0")));
        assert_eq!(gaps.why("ready"), Some(Why::Denied));
    }
}
