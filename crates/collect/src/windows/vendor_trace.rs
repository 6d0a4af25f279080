//! What other makers' antivirus leaves in the registry: the day of its definitions, the end of its last full scan.
//! Part of section `antivirus`; only values that a maker or a public source names, anything else is a gap.
//!
//! Sources: Microsoft, "Antimalware assessment" (Symantec's `public-opstate`); Kaspersky, the header `klnagreg` of
//! its agent (`AVState`); public inventory scripts (Trend Micro's `PatternDate`, ESET's `ScannerVersion`).

use model::At;
use model::facts::AntivirusProduct;

use super::edr;
use super::machine::{Hive, Machine, Row, text};
use crate::day;
use crate::gap::Gap;

/// What a product left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) definitions_at: Option<At>,
    pub(super) full_scan_at: Option<At>,
}

/// Reads a day or an instant as a maker writes it.
type Form = fn(&str) -> Option<At>;

/// Makers, with where the day of the definitions lies and how it is written.
const DEFINITIONS: [(&str, &str, &str, Form); 4] = [
    (
        "Trend Micro",
        r"SOFTWARE\TrendMicro\PC-cillinNTCorp\CurrentVersion\Misc.",
        "PatternDate",
        day::from_digits,
    ),
    ("ESET", r"SOFTWARE\ESET\ESET Security\CurrentVersion\Info", "ScannerVersion", in_brackets),
    (
        "Broadcom",
        r"SOFTWARE\Symantec\Symantec Endpoint Protection\CurrentVersion\public-opstate",
        "LatestVirusDefsDate",
        dashed,
    ),
    ("Kaspersky", KASPERSKY, "Protection_BasesDate", day_first),
];
const KASPERSKY: &str = r"SOFTWARE\KasperskyLab\Components\34\1103\1.0.0.0\Statistics\AVState";
const FULL_SCANS: [(&str, &str, &str, Form); 1] =
    [("Kaspersky", KASPERSKY, "Protection_LastFscan", day_first)];

/// Products by the service that scans. Where no Security Center tells whether they protect, that is left open.
const SCANNERS: [(&str, &str, &str); 9] = [
    ("ekrn", "ESET", "ESET"),
    ("ntrtscan", "Trend Micro", "Trend Micro Apex One"),
    ("ds_agent", "Trend Micro", "Trend Micro Deep Security"),
    ("SepMasterService", "Broadcom", "Symantec Endpoint Protection"),
    ("KAVFS", "Kaspersky", "Kaspersky Security for Windows Server"),
    ("AVP", "Kaspersky", "Kaspersky Endpoint Security"),
    ("SAVService", "Sophos", "Sophos Anti-Virus"),
    ("Sophos Endpoint Defense Service", "Sophos", "Sophos Endpoint"),
    ("McShield", "Trellix", "Trellix Endpoint Security"),
];

/// Products of other makers whose service runs.
pub(super) fn running(machine: &dyn Machine) -> Result<Vec<AntivirusProduct>, Gap> {
    let scanner = |row: &Row| {
        let own = row.text("Name").filter(|_| row.text("State").as_deref() == Some("Running"))?;
        // A number of the version may follow, as in `AVP21.3`.
        let is = |name: &str| own.eq_ignore_ascii_case(name) || name == "AVP" && own.starts_with("AVP");
        let (_, vendor, name) = SCANNERS.iter().find(|(service, ..)| is(service))?;
        Some(AntivirusProduct {
            name: Some((*name).into()),
            vendor: Some((*vendor).into()),
            ..AntivirusProduct::default()
        })
    };
    Ok(edr::services(machine)?.iter().filter_map(scanner).collect())
}

pub(super) fn of_vendor(machine: &dyn Machine, vendor: &str) -> Result<Trace, Gap> {
    Ok(Trace {
        definitions_at: find(machine, vendor, &DEFINITIONS)?,
        full_scan_at: find(machine, vendor, &FULL_SCANS)?,
    })
}

fn find(machine: &dyn Machine, vendor: &str, places: &[(&str, &str, &str, Form)]) -> Result<Option<At>, Gap> {
    for (_, key, name, form) in places.iter().filter(|(maker, ..)| *maker == vendor) {
        for hive in [Hive::Machine, Hive::Machine32] {
            if let Some(written) = text(machine.value(hive, key, name)?, key, name).unwrap_or_default() {
                return Ok(form(&written));
            }
        }
    }
    Ok(None)
}

/// `30123 (20261123)`.
fn in_brackets(text: &str) -> Option<At> {
    day::from_digits(text.split_once('(')?.1.split(')').next()?)
}

/// `2026-11-23`.
fn dashed(text: &str) -> Option<At> {
    day::from_digits(&text.get(..10)?.replace('-', ""))
}

/// `23-11-2026 04-00-00`, in UTC.
fn day_first(text: &str) -> Option<At> {
    let (day, time) = text.trim().split_once(' ')?;
    let parts: Vec<&str> = day.split('-').collect();
    let [day, month, year] = parts.as_slice() else { return None };
    format!("{year}-{month}-{day}T{}Z", time.replace('-', ":")).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::machine::Datum;
    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn traces() {
        let check = |vendor: &str, hive: Hive, place: (&str, &str), written: &str, expected: Option<&str>| {
            let machine = Recorded::default().datum(hive, place.0, place.1, Datum::Text(written.into()));
            let found = of_vendor(&machine, vendor).unwrap().definitions_at.map(|at| at.to_string());
            assert_eq!(found.as_deref(), expected, "{vendor}: {written}");
        };
        let place = |index: usize| (DEFINITIONS[index].1, DEFINITIONS[index].2);
        check("Trend Micro", Hive::Machine32, place(0), "20261123", Some("2026-11-23T00:00:00Z"));
        check("ESET", Hive::Machine, place(1), "30123 (20261123)", Some("2026-11-23T00:00:00Z"));
        check("Broadcom", Hive::Machine, place(2), "2026-11-23", Some("2026-11-23T00:00:00Z"));
        check("Kaspersky", Hive::Machine32, place(3), "23-11-2026 04-00-00", Some("2026-11-23T04:00:00Z"));
        check("Kaspersky", Hive::Machine32, place(3), "", None);
        check("Kaspersky", Hive::Machine32, place(3), "総務部総務部", None);
        check("Sophos", Hive::Machine, place(0), "20261123", None);
    }

    #[test]
    fn a_full_scan() {
        let machine = Recorded::default().text(KASPERSKY, "Protection_LastFscan", "20-11-2026 03-00-00");
        let found = of_vendor(&machine, "Kaspersky").unwrap();
        assert_eq!(found.full_scan_at.unwrap().to_string(), "2026-11-20T03:00:00Z");
        assert_eq!(found.definitions_at, None);
    }
}
