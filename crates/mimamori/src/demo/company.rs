//! The sample company: everything that arrives about it, day by day, as fact documents.

use std::collections::BTreeMap;

use model::{At, FactDocument, Source, Subject, SubjectKind};
use serde_json::{Value, json};

use super::document::{Month, document};
use super::{device, directory, home, network_device, person, server, vpn};

/// The company's name.
pub(crate) const NAME: &str = "株式会社みなとソフトウェア";
/// The person who looks after IT.
pub(crate) const ADMINISTRATOR: &str = "佐藤 美咲";

/// The documents that arrived so many days before `now`, dated then.
pub(crate) fn documents(now: At, ago: i64) -> Vec<FactDocument> {
    let month = Month::ending(now);
    [
        own(month, ago),
        person::documents(month, ago),
        device::documents(month, ago),
        server::documents(month, ago),
        directory::documents(month, ago),
        vpn::documents(month, ago),
        network_device::documents(month, ago),
        home::documents(month, ago),
    ]
    .concat()
}

/// Of the whole month the documents that are the newest word on at least one section of their subject: what the
/// company knows at `now`.
pub(crate) fn newest(now: At) -> Vec<FactDocument> {
    let all: Vec<FactDocument> =
        (0..=super::HISTORY_DAYS).rev().flat_map(|ago| documents(now, ago)).collect();
    let mut last: BTreeMap<(Subject, String), At> = BTreeMap::new();
    for document in &all {
        for section in document.sections() {
            let at =
                last.entry((document.subject.clone(), section.to_owned())).or_insert(document.collected_at);
            *at = (*at).max(document.collected_at);
        }
    }
    let counts = |document: &FactDocument| {
        document.sections().any(|section| {
            last.get(&(document.subject.clone(), section.to_owned())) == Some(&document.collected_at)
        })
    };
    all.into_iter().filter(counts).collect()
}

/// What was recorded of the company itself.
fn own(month: Month, ago: i64) -> Vec<FactDocument> {
    let facts = match ago {
        30 => json!({ "register": {
            "active_directory": true, "radius": true, "firewall": true, "vpn": true, "antivirus": true, "people": 24,
        }}),
        28 => json!({"regulations": regulations(month, false), "procedures": procedures(month, &FIRST)}),
        16 => {
            let procedures = procedures(month, &[&FIRST[..], &SECOND].concat());
            json!({"regulations": regulations(month, true), "procedures": procedures})
        }
        14 => {
            json!({"antivirus_management": antivirus_management(), "legacy_protocols": legacy_protocols(month)})
        }
        11 => json!({ "log_system": {
            "covers": ["server", "network_device"], "retention_days": 400, "searchable": true,
            "backed_up_at": month.day(12),
        }}),
        9 => json!({ "tasks": tasks(month) }),
        _ => return Vec::new(),
    };
    vec![document(month, ago, (SubjectKind::Company, "company", NAME), Source::Record, facts)]
}

fn antivirus_management() -> Value {
    json!({
        "schedules_scans": true, "shows_scans": true, "shows_detections": true, "shows_mail_scanning": false,
        "name": "Microsoft Defender for Business",
    })
}

/// Access to SMB 1 was audited on the servers for two weeks: one NAS of the development department is left.
fn legacy_protocols(month: Month) -> Value {
    json!({
        "surveyed_at": month.day(14), "smb1_users": ["NAS-DEV01"], "ntlmv1_users": [], "ntlm_audit_arriving": true,
    })
}

fn tasks(month: Month) -> Value {
    let task = |statement: &str, title: &str, finished: bool, due: i64| json!({"statement": statement, "title": title, "finished": finished, "due_at": month.day(-due)});
    json!([
        task("6.1.1-2", "開発部のNAS(NAS-DEV01)の入れ替え", false, 127),
        task("5.1.3-1", "経理のPC(PC-013)の入れ替え", false, 38),
        task("5.1.9-1", "Windows LAPSの展開", true, -10),
    ])
}

/// Procedures that were there from the start, with their version in force.
const FIRST: [(&str, &str); 10] = [
    ("recovery-key", "1.0"),
    ("data-handover", "1.0"),
    ("patching", "1.1"),
    ("full-scan", "1.0"),
    ("firewall", "1.0"),
    ("vpn-connection", "1.0"),
    ("vpn-accounts", "1.0"),
    ("credential-handover", "1.0"),
    ("passphrase", "1.0"),
    ("video-meeting", "1.0"),
];

/// Procedures of the second round. The one for USB memories is not written yet.
const SECOND: [(&str, &str); 9] = [
    ("mail-scanning", "1.0"),
    ("remote-desktop", "1.0"),
    ("local-administrator", "1.0"),
    ("wifi-key", "1.0"),
    ("home-router", "1.0"),
    ("server-remote-desktop", "1.0"),
    ("software-approval", "1.0"),
    ("outage", "0.9"),
    ("log-audit", "1.0"),
];

fn procedures(month: Month, some: &[(&str, &str)]) -> Value {
    some.iter()
        .map(|(id, version)| {
            json!({
                "id": id, "version": version, "published_at": month.day(60), "explained": true, "penalties": false,
                "reviewed_at": month.day(60),
            })
        })
        .collect()
}

/// Regulations; those on software and USB memories came with the second round. That on USB memories has not been
/// explained yet.
fn regulations(month: Month, second: bool) -> Value {
    let first = [
        ("9.1", "1.1"),
        ("9.2", "1.0"),
        ("9.3", person::LENDING_VERSION),
        ("9.3.1", "1.0"),
        ("9.3.2", "1.0"),
    ];
    let later = [("9.3.3", "1.0"), ("9.3.4", "1.0")];
    first
        .into_iter()
        .chain(later.into_iter().filter(|_| second))
        .map(|(id, version)| {
            json!({
                "id": id, "version": version, "published_at": month.day(40), "explained": id != "9.3.4", "penalties": true,
                "reviewed_at": month.day(40),
            })
        })
        .collect()
}
