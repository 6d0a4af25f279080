//! The facts of a PC that is not there: most in order, some not, with the names a Japanese company has.

use mimamori_agent::Dice;
use model::{At, FactDocument};
use serde_json::{Value, json};

const SECTIONS: [&str; 6] = ["総務", "営業", "経理", "開発", "製造", "企画"];
const NAMES: [&str; 10] = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"];
const PROGRAMS: [(&str, &str); 16] = [
    ("一太郎", "株式会社ジャストシステム"),
    ("ATOK", "株式会社ジャストシステム"),
    ("Microsoft 365 Apps for business - ja-jp", "Microsoft Corporation"),
    ("Google Chrome", "Google LLC"),
    ("Adobe Acrobat Reader", "Adobe"),
    ("サクラエディタ", "サクラエディタ開発チーム"),
    ("弥生会計", "弥生株式会社"),
    ("勘定奉行クラウド", "株式会社オービックビジネスコンサルタント"),
    ("Zoom Workplace", "Zoom Video Communications, Inc."),
    ("Microsoft Visual C++ 2022 X64 Minimum Runtime", "Microsoft Corporation"),
    ("7-Zip", "Igor Pavlov"),
    ("秀丸エディタ", "有限会社サイトー企画"),
    ("Lhaplus", "Schezo"),
    ("EPSON プリンタードライバー", "セイコーエプソン株式会社"),
    ("Intel(R) Graphics Driver", "Intel Corporation"),
    ("DocuWorks Viewer Light", "富士フイルムビジネスイノベーション株式会社"),
];

/// The PC's name on its network.
pub(crate) fn host_name(number: usize) -> String {
    let pick =
        |list: &[&'static str], place: usize| list.get(place % list.len()).copied().unwrap_or_default();
    format!("{}-{}-{number:05}", pick(&SECTIONS, number), pick(&NAMES, number / SECTIONS.len()))
}

/// Its facts; the edition counts what changed since it was first seen.
pub(crate) fn document(number: usize, edition: u64, now: At) -> FactDocument {
    let mut dice = Dice(number as u64);
    let mut one_of = |count: u64| dice.bits() % count;
    let installed = "2026-04-01T00:00:00Z".parse().unwrap_or(now);
    let definitions = At::plus_secs(installed, i64::try_from(edition).unwrap_or(0) * 86_400);
    let software: Vec<Value> = (0..110_usize)
        .map(|place| {
            let (name, vendor) = PROGRAMS.get(place % PROGRAMS.len()).copied().unwrap_or_default();
            json!({
                "name": format!("{name} {}", place / PROGRAMS.len() + 1),
                "version": format!("{}.{}.{}", one_of(30), one_of(100), one_of(30_000)),
                "vendor": vendor, "scope": if one_of(5) == 0 { "user" } else { "machine" },
                "installed_at": installed,
            })
        })
        .collect();
    let rules: Vec<Value> = (0..14)
        .map(|place| {
            json!({
                "name": format!("ファイルとプリンターの共有 ({place})"), "profiles": ["private"], "protocol": "tcp",
                "program": "%SystemRoot%\\system32\\svchost.exe", "local_ports": [format!("{}", 5000 + place)],
                "remote_addresses": ["LocalSubnet"],
            })
        })
        .collect();
    let encrypted = one_of(8) != 0;
    let facts = json!({
        "host": {"hostname": host_name(number), "manufacturer": "FUJITSU", "model": "LIFEBOOK U9313/N",
            "serial": format!("R{number:08}"), "virtual_machine": false, "domain_joined": one_of(2) == 0},
        "os": {"family": "windows", "product": "Windows 11 Pro", "edition": "Professional", "display_version": "25H2",
            "build": 26200, "ubr": 7171, "installed_at": installed, "architecture": "x86_64"},
        "updates": {"pending": [], "last_checked_at": definitions, "last_installed_at": definitions,
            "reboot_pending": one_of(10) == 0, "automatic": true},
        "software": software,
        "antivirus": {"products": [{"name": "Microsoft Defender Antivirus", "vendor": "Microsoft", "enabled": one_of(20) != 0,
            "real_time": true, "definitions_current": true, "definitions_at": definitions}],
            "last_full_scan_at": definitions, "last_quick_scan_at": definitions, "exclusions": [], "detections": []},
        "edr": [],
        "volumes": [{"letter": "C:", "fixed": true, "system": true,
            "encryption": if encrypted { "bitlocker" } else { "none" },
            "protection": if encrypted { "on" } else { "off" }, "method": "XTS-AES 128",
            "encrypted_percent": if encrypted { 100 } else { 0 }, "size_bytes": 512_000_000_000_i64}],
        "tpm": {"present": true, "ready": true, "version": "2.0"},
        "secure_boot": {"enabled": true},
        "firewall": {"profiles": [
            {"name": "domain", "enabled": true, "default_inbound": "block"},
            {"name": "private", "enabled": true, "default_inbound": "block"},
            {"name": "public", "enabled": one_of(15) != 0, "default_inbound": "block"}], "allow_rules": rules},
        "protocols": {"smb1_server": one_of(12) == 0, "smb1_client": false, "lm_compatibility_level": 5, "no_lm_hash": true},
        "remote_desktop": {"enabled": one_of(6) == 0, "port": 3389, "nla": true},
    });
    let misses = json!([{"at": "wifi", "why": "not_supported", "detail": "no adapter"}, {"at": "time_sync", "why": "denied"}]);
    let value = json!({
        "format": model::evidence::FORMAT, "version": model::evidence::VERSION,
        "subject": {"kind": "device", "id": host_name(number)}, "name": host_name(number), "source": "agent",
        "collector": "mimamori-agent simulated", "collected_at": now, "facts": facts, "misses": misses,
    });
    // It is written above; a test reads every kind of it.
    serde_json::from_value(value).unwrap_or_else(|_| FactDocument {
        format: model::evidence::FORMAT.into(),
        version: model::evidence::VERSION,
        subject: model::Subject::new(model::SubjectKind::Device, host_name(number)),
        name: String::new(),
        source: model::Source::Agent,
        collector: String::new(),
        collected_at: now,
        facts: serde_json::Map::new(),
        misses: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_sound_alike_and_of_the_right_size() {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        for number in 0..200 {
            let document = document(number, 3, now);
            document.check().unwrap();
            assert_eq!(document.facts.len(), 12);
            let size = serde_json::to_vec(&document).unwrap().len();
            assert!((15_000..30_000).contains(&size), "{size}");
        }
        assert_eq!(document(7, 1, now), document(7, 1, now));
        assert_ne!(document(7, 1, now).facts, document(7, 2, now).facts);
    }
}
