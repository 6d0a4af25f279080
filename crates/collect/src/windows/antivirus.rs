//! Section `antivirus`: what is registered in the Security Center, and what Microsoft Defender says of itself.
//!
//! Servers have no Security Center; there Defender alone is seen.

use std::collections::HashMap;

use model::facts::{Antivirus, AntivirusProduct, Detection, ScanKind, ScanSchedule};

use super::machine::{DEFENDER, Machine, Row, SECURITY_CENTER};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

/// Defender's id in the Security Center.
const DEFENDER_ID: &str = "{d68ddc3a-831f-4fae-9e44-da132c1acf46}";
/// Days in which findings count.
const DETECTION_DAYS: i64 = 60;
const LIST_MAX: usize = 1_000;
/// Makers by a word in a product's name, as the Security Center does not tell them.
const VENDORS: [(&str, &str); 19] = [
    ("defender", "Microsoft"),
    ("microsoft", "Microsoft"),
    ("eset", "ESET"),
    ("trend micro", "Trend Micro"),
    ("ウイルスバスター", "Trend Micro"),
    ("apex one", "Trend Micro"),
    ("norton", "Gen Digital"),
    ("avast", "Gen Digital"),
    ("avg", "Gen Digital"),
    ("symantec", "Broadcom"),
    ("mcafee", "McAfee"),
    ("trellix", "Trellix"),
    ("kaspersky", "Kaspersky"),
    ("sophos", "Sophos"),
    ("withsecure", "WithSecure"),
    ("f-secure", "F-Secure"),
    ("bitdefender", "Bitdefender"),
    ("crowdstrike", "CrowdStrike"),
    ("sentinel", "SentinelOne"),
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Antivirus, Gap> {
    let registered = machine
        .query(SECURITY_CENTER, "SELECT displayName, instanceGuid, productState FROM AntiVirusProduct");
    let status = machine.one(DEFENDER, "SELECT * FROM MSFT_MpComputerStatus");
    let preference = machine.one(DEFENDER, "SELECT * FROM MSFT_MpPreference");
    let at = |name: &str| {
        let status = status.clone()?;
        status.at(name).ok_or_else(|| {
            Gap::not_found(format_args!("MSFT_MpComputerStatus.{name}: never, or by another product"))
        })
    };
    let detections = machine.query(DEFENDER, "SELECT * FROM MSFT_MpThreatDetection").and_then(|found| {
        let threats = machine.query(DEFENDER, "SELECT ThreatID, ThreatName FROM MSFT_MpThreat")?;
        let mut all = detections(&found, &threats);
        all.retain(|one| one.at.is_none_or(|at| at.days_until(machine.now()) <= DETECTION_DAYS));
        at_most(all, LIST_MAX, "detections")
    });
    gaps.note("full_scans", Gap::not_collected("the event log tells; it is not read yet"));
    if let (Err(registered), Err(status)) = (&registered, &status) {
        // The reason of the one that should be there on every PC.
        return Err(Gap::new(registered.why, format_args!("{}; {}", registered.detail, status.detail)));
    }
    Ok(Antivirus {
        products: gaps.keep("products", products(registered, status.as_ref().ok())),
        last_full_scan_at: gaps.keep("last_full_scan_at", at("FullScanEndTime")),
        last_quick_scan_at: gaps.keep("last_quick_scan_at", at("QuickScanEndTime")),
        schedule: gaps.keep("schedule", preference.clone().and_then(|row| schedule(&row))),
        mail_scanning: gaps.keep(
            "mail_scanning",
            preference.clone().and_then(|row| {
                row.flag("DisableEmailScanning")
                    .map(|off| !off)
                    .ok_or_else(|| Gap::not_found("DisableEmailScanning"))
            }),
        ),
        exclusions: gaps.keep("exclusions", preference.and_then(|row| exclusions(&row))),
        detections: gaps.keep("detections", detections),
        full_scans: None,
    })
}

/// The registered products; without a Security Center, Defender when it runs.
fn products(registered: Result<Vec<Row>, Gap>, status: Option<&Row>) -> Result<Vec<AntivirusProduct>, Gap> {
    match registered {
        Ok(rows) => at_most(rows.iter().map(|row| product(row, status)).collect(), 100, "products"),
        Err(gap) => {
            let status = status.ok_or(gap)?;
            let defender = AntivirusProduct {
                name: Some("Microsoft Defender Antivirus".into()),
                vendor: Some("Microsoft".into()),
                ..of_defender(status)
            };
            Ok(vec![defender])
        }
    }
}

fn product(row: &Row, status: Option<&Row>) -> AntivirusProduct {
    let name = row.text("displayName");
    let is_defender = row.text("instanceGuid").is_some_and(|id| id.eq_ignore_ascii_case(DEFENDER_ID));
    let (enabled, current) = row.number("productState").map(state).unzip();
    let registered = AntivirusProduct {
        vendor: name.as_deref().and_then(vendor).map(str::to_owned),
        name,
        enabled,
        // The Security Center calls a product on when it scans what is opened.
        real_time: enabled,
        definitions_current: current,
        definitions_at: None,
    };
    match status {
        Some(status) if is_defender => {
            let own = of_defender(status);
            // Registered as off (another product is at work) counts, whatever Defender says of its parts.
            let both = |registered: Option<bool>, own: Option<bool>| match (registered, own) {
                (Some(registered), Some(own)) => Some(registered && own),
                (registered, own) => registered.or(own),
            };
            AntivirusProduct {
                enabled: both(registered.enabled, own.enabled),
                real_time: both(registered.real_time, own.real_time),
                definitions_current: both(registered.definitions_current, own.definitions_current),
                definitions_at: own.definitions_at,
                ..registered
            }
        }
        _ => registered,
    }
}

/// What Defender says of itself. In passive mode it leaves protecting to another product.
fn of_defender(status: &Row) -> AntivirusProduct {
    let passive =
        status.text("AMRunningMode").is_some_and(|mode| mode.to_ascii_lowercase().contains("passive"));
    AntivirusProduct {
        enabled: status.flag("AntivirusEnabled").map(|on| on && !passive),
        real_time: status.flag("RealTimeProtectionEnabled").map(|on| on && !passive),
        definitions_current: status.flag("DefenderSignaturesOutOfDate").map(|old| !old),
        definitions_at: status.at("AntivirusSignatureLastUpdated"),
        ..AntivirusProduct::default()
    }
}

/// On, and current: two nibbles of the state. 1 in the fourth from the right means on (0 off, 2 snoozed, 3 expired);
/// 0 in the second means current (`WSC_SECURITY_PRODUCT_STATE`, `WSC_SECURITY_SIGNATURE_STATUS`).
fn state(state: i64) -> (bool, bool) {
    ((state >> 12) & 0xF == 1, (state >> 4) & 0xF == 0)
}

fn vendor(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    VENDORS.iter().find(|(word, _)| name.contains(word)).map(|(_, vendor)| *vendor)
}

/// `ScanParameters`: 1 quick, 2 full; `ScanScheduleDay`: 0 every day, 1 to 7 one day of the week, 8 never.
fn schedule(preference: &Row) -> Result<ScanSchedule, Gap> {
    let number = |name: &str| preference.number(name).ok_or_else(|| Gap::not_found(name));
    let interval_days = match number("ScanScheduleDay")? {
        0 => 1,
        1..=7 => 7,
        8 => return Ok(ScanSchedule { kind: Some(ScanKind::None), interval_days: None }),
        other => return Err(Gap::failed(format_args!("ScanScheduleDay {other}"))),
    };
    let kind = match number("ScanParameters")? {
        1 => ScanKind::Quick,
        2 => ScanKind::Full,
        other => return Err(Gap::failed(format_args!("ScanParameters {other}"))),
    };
    Ok(ScanSchedule { kind: Some(kind), interval_days: Some(interval_days) })
}

/// Paths, extensions and processes; without administrator rights a sentence stands in their place.
fn exclusions(preference: &Row) -> Result<Vec<String>, Gap> {
    let lists = ["ExclusionPath", "ExclusionExtension", "ExclusionProcess"]
        .map(|name| preference.texts(name).unwrap_or_default());
    let all = lists.concat();
    if all.iter().any(|one| one.starts_with("N/A:")) {
        return Err(Gap::denied("exclusions are shown to administrators only"));
    }
    at_most(all, LIST_MAX, "exclusions")
}

fn detections(found: &[Row], threats: &[Row]) -> Vec<Detection> {
    let names: HashMap<i64, String> =
        threats.iter().filter_map(|row| Some((row.number("ThreatID")?, row.text("ThreatName")?))).collect();
    let detection = |row: &Row| {
        let id = row.number("ThreatID");
        let resources = row.texts("Resources").unwrap_or_default();
        Detection {
            at: row.at("InitialDetectionTime"),
            name: id.and_then(|id| names.get(&id).cloned().or_else(|| Some(format!("ThreatID {id}")))),
            resolved: row.flag("ActionSuccess"),
            by_mail: Some(
                resources
                    .iter()
                    .any(|place| place.starts_with("mail:") || place.starts_with("containermail:")),
            )
            .filter(|_| !resources.is_empty()),
        }
    };
    found.iter().map(detection).collect()
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, list, row, text};
    use super::*;

    fn registered(name: &str, id: &str, state: i64) -> Row {
        row(&[("displayName", text(name)), ("instanceGuid", text(id)), ("productState", Cell::Number(state))])
    }

    fn status(mode: &str) -> Row {
        row(&[
            ("AntivirusEnabled", Cell::Flag(true)),
            ("RealTimeProtectionEnabled", Cell::Flag(true)),
            ("DefenderSignaturesOutOfDate", Cell::Flag(false)),
            ("AntivirusSignatureLastUpdated", text("20261123040000.000000+000")),
            ("FullScanEndTime", text("20261120040000.000000+000")),
            ("AMRunningMode", text(mode)),
        ])
    }

    #[test]
    fn a_pc_with_defender() {
        let preference = row(&[
            ("ScanParameters", Cell::Number(2)),
            ("ScanScheduleDay", Cell::Number(0)),
            ("DisableEmailScanning", Cell::Flag(true)),
            ("ExclusionPath", list(&[r"C:\temp"])),
        ]);
        let found = |day: &str| {
            row(&[
                ("InitialDetectionTime", text(&format!("{day}000000.000000+000"))),
                ("ThreatID", Cell::Number(7)),
                ("ActionSuccess", Cell::Flag(true)),
                ("Resources", list(&["containermail:_C:\\a.pst"])),
            ])
        };
        let machine = Recorded::default()
            .rows(
                SECURITY_CENTER,
                "AntiVirusProduct",
                vec![registered("Windows Defender", "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}", 397_568)],
            )
            .rows(DEFENDER, "MSFT_MpComputerStatus", vec![status("Normal")])
            .rows(DEFENDER, "MSFT_MpPreference", vec![preference])
            .rows(DEFENDER, "MSFT_MpThreatDetection", vec![found("20261101"), found("20260801")])
            .rows(
                DEFENDER,
                "FROM MSFT_MpThreat",
                vec![row(&[("ThreatID", Cell::Number(7)), ("ThreatName", text("EICAR"))])],
            );
        let mut gaps = Gaps::of("antivirus");
        let antivirus = read(&machine, &mut gaps).unwrap();
        let product = &antivirus.products.unwrap()[0];
        assert_eq!(
            (product.vendor.as_deref(), product.enabled, product.definitions_current),
            (Some("Microsoft"), Some(true), Some(true))
        );
        assert_eq!(product.definitions_at.unwrap().to_string(), "2026-11-23T04:00:00Z");
        assert_eq!(antivirus.last_full_scan_at.unwrap().to_string(), "2026-11-20T04:00:00Z");
        assert_eq!(
            antivirus.schedule,
            Some(ScanSchedule { kind: Some(ScanKind::Full), interval_days: Some(1) })
        );
        assert_eq!(
            (antivirus.mail_scanning, antivirus.exclusions),
            (Some(false), Some(vec![r"C:\temp".to_owned()]))
        );
        let detections = antivirus.detections.unwrap();
        let detection = &detections[0];
        assert_eq!(detections.len(), 1, "of the last 60 days");
        assert_eq!(
            (detection.name.as_deref(), detection.by_mail, detection.resolved),
            (Some("EICAR"), Some(true), Some(true))
        );
        assert_eq!(gaps.why("last_quick_scan_at"), Some(Why::NotFound));
    }

    #[test]
    fn states() {
        let check = |value: i64, expected: (bool, bool)| assert_eq!(state(value), expected, "{value:#x}");
        check(0x061000, (true, true));
        check(0x061010, (true, false));
        check(0x060000, (false, true));
        check(0x062000, (false, true));
        check(0x063010, (false, false));
        check(266_240, (true, true));
        check(-1, (false, false));
    }

    #[test]
    fn another_product_at_work() {
        let rows = vec![
            registered("ウイルスバスター クラウド", "{1}", 0x041000),
            registered("Windows Defender", DEFENDER_ID, 0x060100),
        ];
        let products = products(Ok(rows), Some(&status("Passive Mode"))).unwrap();
        assert_eq!((products[0].vendor.as_deref(), products[0].enabled), (Some("Trend Micro"), Some(true)));
        assert_eq!(products[1].enabled, Some(false));
    }

    #[test]
    fn a_server_without_security_center() {
        let machine = Recorded::default().rows(DEFENDER, "MSFT_MpComputerStatus", vec![status("Normal")]);
        let products = read(&machine, &mut Gaps::of("antivirus")).unwrap().products.unwrap();
        assert_eq!((products.len(), products[0].enabled), (1, Some(true)));
    }

    #[test]
    fn nothing_answers() {
        assert_eq!(
            read(&Recorded::refusing(Why::Denied), &mut Gaps::of("antivirus")).unwrap_err().why,
            Why::Denied
        );
        let hidden = row(&[("ExclusionPath", list(&["N/A: Must be an administrator to view exclusions"]))]);
        assert_eq!(exclusions(&hidden).unwrap_err().why, Why::Denied);
        assert_eq!(schedule(&row(&[("ScanScheduleDay", Cell::Number(99))])).unwrap_err().why, Why::Failed);
    }
}
