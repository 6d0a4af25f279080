//! Section `antivirus`: what is registered in the Security Center, and what Microsoft Defender says of itself.
//!
//! Servers have no Security Center; there Defender tells of itself, and other products are seen by their services.

use std::collections::HashMap;

use model::At;
use model::facts::{Antivirus, AntivirusProduct, Detection, ScanKind, ScanSchedule};

use super::machine::{Api, DEFENDER, Machine, Row, SECURITY_CENTER};
use super::os;
use super::vendor_trace::{self, Trace};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

/// Defender's id in the Security Center.
const DEFENDER_ID: &str = "{d68ddc3a-831f-4fae-9e44-da132c1acf46}";
/// Days in which findings count.
const DETECTION_DAYS: i64 = 60;
const LIST_MAX: usize = 1_000;
/// Defender's log, and the question for its records that say that a scan ended.
pub(crate) const LOG: &str = "Microsoft-Windows-Windows Defender/Operational";
pub(crate) const SCANS: &str = "Microsoft-Windows-Windows Defender/Operational:1001";
/// The parameters of a full scan: 1 stands for a quick one, 3 for chosen folders.
const FULL: i64 = 2;
/// Days after its installation until a machine is at work.
const SETTLING_DAYS: i64 = 2;
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
    if let (Err(registered), Err(status)) = (&registered, &status) {
        // The reason of the one that should be there on every PC.
        return Err(Gap::new(registered.why, format_args!("{}; {}", registered.detail, status.detail)));
    }
    let mut products = gaps.keep("products", products(machine, registered, status.as_ref().ok()));
    let trace = products.as_mut().and_then(|products| trace(machine, products, gaps));
    if let Some(trace) = trace {
        return Ok(by_another(products, &trace, gaps));
    }
    Ok(Antivirus {
        products,
        last_full_scan_at: gaps.keep("last_full_scan_at", at("FullScanEndTime")),
        last_quick_scan_at: gaps.keep("last_quick_scan_at", at("QuickScanEndTime")),
        full_scans: gaps.keep("full_scans", full_scans(machine)),
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
    })
}

/// Adds to the products of other makers what they left in the registry. Handed back when one of them protects in
/// Defender's place: then what Defender says of scans and findings is not the whole truth.
fn trace(machine: &dyn Machine, products: &mut [AntivirusProduct], gaps: &mut Gaps) -> Option<Trace> {
    let of_microsoft = |product: &AntivirusProduct| product.vendor.as_deref() == Some("Microsoft");
    let defended = products.iter().any(|product| of_microsoft(product) && product.enabled == Some(true));
    let mut at_work = None;
    for product in products.iter_mut().filter(|product| !of_microsoft(product)) {
        let vendor = product.vendor.as_deref().unwrap_or_default();
        let found = gaps
            .keep("products.definitions_at", vendor_trace::of_vendor(machine, vendor))
            .unwrap_or_default();
        product.definitions_at = found.definitions_at;
        if product.definitions_at.is_none() {
            gaps.note("products.definitions_at", Gap::not_collected("not known where this product keeps it"));
        }
        // One that runs and does not tell whether it protects may be the one.
        if product.enabled != Some(false) && !defended {
            at_work = Some(found);
        }
    }
    at_work
}

/// What is known where another maker's product protects.
fn by_another(products: Option<Vec<AntivirusProduct>>, trace: &Trace, gaps: &mut Gaps) -> Antivirus {
    let own = || Gap::not_collected("the product at work keeps it where only it can read");
    for field in ["last_quick_scan_at", "full_scans", "schedule", "mail_scanning", "exclusions", "detections"]
    {
        gaps.note(field, own());
    }
    let last_full_scan_at = gaps.keep("last_full_scan_at", trace.full_scan_at.ok_or_else(own));
    Antivirus { products, last_full_scan_at, ..Antivirus::default() }
}

/// Ends of full scans, from Defender's log: event 1001, whose parameters have the number 2 for a full scan. Where the
/// log does not reach back over the whole span, fewer would be told than there were.
fn full_scans(machine: &dyn Machine) -> Result<Vec<At>, Gap> {
    let ended = machine.ask(Api::Events, SCANS)?;
    let oldest = machine.ask(Api::OldestRecord, LOG)?.first().and_then(|row| row.at("TimeCreated"));
    let oldest = oldest.ok_or_else(|| Gap::not_found(format_args!("{LOG}: no record")))?;
    let set_up =
        machine.number(os::CURRENT_VERSION, "InstallDate")?.and_then(|secs| i64::try_from(secs).ok());
    let set_up = set_up.and_then(At::from_unix_secs);
    let whole = oldest.days_until(machine.now()) >= DETECTION_DAYS
        || set_up.is_some_and(|at| at.days_until(oldest) <= SETTLING_DAYS);
    if !whole {
        return Err(Gap::not_found(format_args!("{LOG} reaches back to {} only", oldest.day())));
    }
    let scans = ended.iter().filter(|row| row.number("ScanParametersIndex") == Some(FULL));
    let ends = scans.filter_map(|row| row.at("TimeCreated"));
    at_most(
        ends.filter(|at| at.days_until(machine.now()) <= DETECTION_DAYS).collect(),
        LIST_MAX,
        "full scans",
    )
}

/// The registered products; without a Security Center (servers), Defender as it tells of itself, and others by their
/// services.
fn products(
    machine: &dyn Machine,
    registered: Result<Vec<Row>, Gap>,
    status: Option<&Row>,
) -> Result<Vec<AntivirusProduct>, Gap> {
    match registered {
        Ok(rows) => at_most(rows.iter().map(|row| product(row, status)).collect(), 100, "products"),
        Err(gap) => {
            let status = status.ok_or(gap)?;
            let defender = AntivirusProduct {
                name: Some("Microsoft Defender Antivirus".into()),
                vendor: Some("Microsoft".into()),
                ..of_defender(status)
            };
            let mut found = vec![defender];
            found.extend(vendor_trace::running(machine)?);
            Ok(found)
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

    use super::super::edr;
    use super::super::machine::{CIMV2, Cell};
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
        let products = products(&Recorded::default(), Ok(rows), Some(&status("Passive Mode"))).unwrap();
        assert_eq!((products[0].vendor.as_deref(), products[0].enabled), (Some("Trend Micro"), Some(true)));
        assert_eq!(products[1].enabled, Some(false));
    }

    #[test]
    fn a_server_without_security_center() {
        let with = |mode: &str, more: &[(&str, &str)]| {
            let machine = Recorded::default().rows(DEFENDER, "MSFT_MpComputerStatus", vec![status(mode)]);
            let machine = machine.rows(CIMV2, "Win32_Service", edr::tests::services(more));
            read(&machine, &mut Gaps::of("antivirus")).unwrap().products.unwrap()
        };
        let products = with("Normal", &[]);
        assert_eq!((products.len(), products[0].enabled), (1, Some(true)));
        // That a service runs does not prove that it protects: neither met nor unmet follows from it.
        let products = with("Passive Mode", &[("ntrtscan", "Running"), ("ekrn", "Stopped")]);
        assert_eq!((products.len(), products[0].enabled), (2, Some(false)));
        assert_eq!((products[1].vendor.as_deref(), products[1].enabled), (Some("Trend Micro"), None));
    }

    fn ended(day: &str, parameters: &str) -> Row {
        row(&[
            ("TimeCreated", text(&format!("{day}030000.000000+000"))),
            ("ScanParametersIndex", text(parameters)),
        ])
    }

    #[test]
    fn full_scans_from_the_log() {
        let log = |oldest: &str| {
            let rows = vec![
                ended("20261120", "2"),
                ended("20261119", "1"),
                ended("20261105", "2"),
                ended("20260801", "2"),
            ];
            Recorded::default().api(Api::Events, SCANS, Ok(rows)).api(
                Api::OldestRecord,
                LOG,
                Ok(vec![row(&[("TimeCreated", text(&format!("{oldest}000000.000000+000")))])]),
            )
        };
        let check = |machine: Recorded, expected: Result<usize, Why>| {
            assert_eq!(full_scans(&machine).map(|all| all.len()).map_err(|gap| gap.why), expected);
        };
        check(log("20260701"), Ok(2));
        check(log("20261101"), Err(Why::NotFound));
        // Set up on 2026-10-31.
        check(log("20261101").number(os::CURRENT_VERSION, "InstallDate", 1_793_404_800), Ok(2));
        check(log("20260701").api(Api::OldestRecord, LOG, Ok(Vec::new())), Err(Why::NotFound));
        check(log("20260701").api(Api::Events, SCANS, Err(Gap::denied("0x80070005"))), Err(Why::Denied));
    }

    #[test]
    fn what_defender_says_does_not_stand_for_another_product() {
        let preference = row(&[("DisableEmailScanning", Cell::Flag(true))]);
        let machine = Recorded::default()
            .rows(
                SECURITY_CENTER,
                "AntiVirusProduct",
                vec![
                    registered("ウイルスバスター ビジネスセキュリティ", "{1}", 0x041000),
                    registered("Windows Defender", DEFENDER_ID, 0x060100),
                ],
            )
            .rows(DEFENDER, "MSFT_MpComputerStatus", vec![status("Passive Mode")])
            .rows(DEFENDER, "MSFT_MpPreference", vec![preference])
            .rows(DEFENDER, "FROM MSFT_MpThreat", Vec::new())
            .text(r"SOFTWARE\TrendMicro\PC-cillinNTCorp\CurrentVersion\Misc.", "PatternDate", "20261123");
        let mut gaps = Gaps::of("antivirus");
        let read = read(&machine, &mut gaps).unwrap();
        assert_eq!((read.mail_scanning, read.last_full_scan_at, read.detections), (None, None, None));
        let products = read.products.unwrap();
        assert_eq!(products[0].definitions_at.unwrap().to_string(), "2026-11-23T00:00:00Z");
        assert_eq!(gaps.why("mail_scanning"), Some(Why::NotCollected));
        assert_eq!(gaps.why("last_full_scan_at"), Some(Why::NotCollected));
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
