//! What the agent reads on a Windows PC of the sample. Every function is one section, as it should be but for the PC's
//! faults.

use model::At;
use serde_json::{Value, json};

use super::record::{printer, protector, router};
use super::{Fault, POLICY_SINCE, Pc, laps_reached};
use crate::demo::directory::DOMAIN;
use crate::demo::document::{Month, known};

/// Channels the guideline asks for, with whether they are kept by the domain's policy.
pub(in crate::demo) const CHANNELS: [&str; 4] =
    ["System", "Security", "Application", "Microsoft-Windows-Windows Defender/Operational"];

/// All sections.
pub(super) fn facts(pc: &Pc, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let has = |fault| pc.has(fault, ago);
    json!({
        "host": host(pc, ago),
        "os": system(pc, month, ago),
        "updates": updates(pc, month, ago),
        "software": software(pc, month, ago),
        "antivirus": antivirus(pc, month, ago),
        "edr": edr(has(Fault::NoEdr)),
        "volumes": volumes(pc, ago),
        "tpm": {"present": true, "ready": true, "version": "2.0"},
        "secure_boot": {"enabled": true},
        "firewall": firewall(pc, ago),
        "network": network(pc),
        "sharing": sharing(pc, ago),
        "protocols": {
            "smb1_server": false, "smb1_client": has(Fault::OldNas), "lm_compatibility_level": 5, "no_lm_hash": true,
            "ntlm_audit_receiving": 0, "ntlm_restrict_sending": 1, "smb_signing_required": true,
        },
        "remote_desktop": remote_desktop(pc, ago),
        "accounts": accounts(pc, month, ago),
        "wifi": {
            "interfaces": 1,
            "connections": [{
                "ssid_hash": hash(pc, 1), "authentication": "wpa2_psk", "cipher": "ccmp",
            }],
        },
        "event_logs": event_logs(pc, ago, at),
        "removable_storage": removable_storage(pc, month, ago),
        "screen_lock": {"enabled": true, "timeout_secs": 300},
        "time_sync": {"enabled": true, "server": "sv-dc01.ad.minato-soft.example"},
        "cloud_sync": [{"name": "OneDrive"}],
    })
}

fn edr(none: bool) -> Value {
    if none { json!([]) } else { json!([{"name": "Microsoft Defender for Business", "running": true}]) }
}

fn host(pc: &Pc, ago: i64) -> Value {
    let joined = pc.managed(ago);
    json!({
        "hostname": pc.id, "manufacturer": pc.model.0, "model": pc.model.1,
        "serial": format!("MS{:05}", 40_211 + pc.number() * 137), "virtual_machine": false, "domain_joined": joined,
        "domain": if joined { DOMAIN } else { "" }, "roles": [], "language": "ja-JP",
    })
}

fn system(pc: &Pc, month: Month, ago: i64) -> Value {
    // Releases with the latest known support ends, so that the sample stays true for long.
    let (product, release, build, ubr) = if pc.has(Fault::Windows10, ago) {
        ("Windows 10", "22H2", 19_045, 6_456)
    } else if pc.has(Fault::OldWindows11, ago) {
        ("Windows 11", "24H2", 26_100, 7_171)
    } else {
        ("Windows 11", "26H2", 26_300, 812)
    };
    let installed = if pc.fresh() { pc.lent + 2 } else { pc.lent + 200 };
    json!({
        "family": "windows", "product": product, "edition": "Professional", "channel": "general",
        "display_version": release, "build": build, "ubr": ubr, "version": format!("10.0.{build}.{ubr}"),
        "installed_at": month.day(installed), "architecture": "x86_64", "extended_updates": false,
    })
}

fn updates(pc: &Pc, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let published = month.day(41);
    let waits = pc.has(Fault::UpdatesWait, ago);
    let pending = if waits {
        let day = published.day();
        let product = format!(
            "{} x64 ベース システム用 Windows 11 Version 26H2 の累積更新プログラム",
            day.get(..7).unwrap_or(&day)
        );
        json!([{
            "id": "KB5091205", "title": format!("{product} (KB5091205)"), "kind": "security",
            "severity": "critical", "published_at": published,
        }])
    } else {
        json!([])
    };
    json!({
        "pending": pending, "last_checked_at": at.plus_secs(-5 * 3600),
        "last_installed_at": if waits { month.day(43) } else { at.plus_days(-6) },
        "reboot_pending": waits, "automatic": true,
    })
}

fn software(pc: &Pc, month: Month, ago: i64) -> Value {
    let installed = month.day(pc.lent);
    let mut programs = vec![
        ("Microsoft 365 Apps for business - ja-jp", "16.0.19822.20114", "Microsoft Corporation"),
        ("Microsoft Edge", "146.0.3856.62", "Microsoft Corporation"),
        ("Google Chrome", "146.0.7680.80", "Google LLC"),
        ("Microsoft Teams", "25290.205.4069.4894", "Microsoft Corporation"),
        ("7-Zip 25.01 (x64)", "25.01", "Igor Pavlov"),
        ("YMS-VPN8", "1.20", "Yamaha Corporation"),
    ];
    let developer = pc.model.1.starts_with("ThinkPad") || pc.model.1.starts_with("dynabook");
    if developer {
        programs.extend([
            ("Microsoft Visual Studio Code", "1.106.2", "Microsoft Corporation"),
            ("Git", "2.52.0", "The Git Development Community"),
            ("Eclipse Temurin JDK with Hotspot 21.0.9+10 (x64)", "21.0.9.10", "Eclipse Adoptium"),
            ("Node.js", "24.11.1", "Node.js Foundation"),
        ]);
    }
    match pc.id {
        "PC-009" => programs.push(("Figma (Machine - MSI)", "125.10.8", "Figma, Inc.")),
        "PC-013" => programs.push(("そろばん会計 2024", "24.3.1", "そろばん会計株式会社")),
        // They came after the list was frozen.
        "PC-011" | "PC-018" if ago <= 10 => {
            programs.extend([("FreeMovieConverter", "3.2", "FMC Soft"), ("TorrentBox", "1.8", "TorrentBox")]);
        }
        _ => {}
    }
    programs
        .into_iter()
        .map(|(name, version, vendor)| {
            let scope = if name == "TorrentBox" { "user" } else { "machine" };
            json!({"name": name, "version": version, "vendor": vendor, "scope": scope, "installed_at": installed})
        })
        .collect()
}

fn antivirus(pc: &Pc, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let off = pc.has(Fault::AntivirusOff, ago);
    let definitions = if pc.has(Fault::OldDefinitions, ago) {
        // They stopped being renewed twelve days before the end of the month.
        at.plus_secs(-9 * 3600).min(month.day(12))
    } else {
        at.plus_secs(-9 * 3600)
    };
    let current = !off && definitions.days_until(at) < 4;
    let mut products = vec![json!({
        "name": "Microsoft Defender Antivirus", "vendor": "Microsoft Corporation", "enabled": !off,
        "real_time": !off, "definitions_current": current, "definitions_at": definitions,
    })];
    if off {
        // The trial that came with the PC switched Defender off and then ran out.
        products.push(json!({
            "name": "ウイルスガードPlus 体験版", "vendor": "VirusGuard Plus K.K.", "enabled": false, "real_time": false,
            "definitions_current": false, "definitions_at": month.day(65),
        }));
    }
    // Every second week on the PC's own weekday, as the schedule has it.
    let newest = if pc.has(Fault::NoScan, ago) { 20 } else { pc.number() % 14 };
    let set_up = month.day(pc.lent);
    let scans: Vec<At> = (-3..8)
        .map(|turn| newest + 14 * turn)
        .filter(|scan| *scan >= ago && *scan - ago < 60 && (newest != 20 || *scan >= 20))
        .map(|scan| month.day(scan).plus_secs(-2 * 3600))
        .filter(|scan| *scan > set_up)
        .collect();
    // The first scan is part of setting a PC up.
    let scans = if scans.is_empty() { vec![set_up] } else { scans };
    let detections = match pc.id {
        "PC-005" if ago <= 15 => json!([{
            "at": month.day(17), "name": "Trojan:HTML/Phish!MSR", "resolved": true, "by_mail": true,
        }]),
        "PC-018" => json!([{
            "at": month.day(25), "name": "PUA:Win32/BundledInstaller", "resolved": true, "by_mail": false,
        }]),
        _ => json!([]),
    };
    json!({
        "products": products, "last_full_scan_at": scans.first(), "last_quick_scan_at": at.plus_secs(-20 * 3600),
        "full_scans": scans, "schedule": {"kind": "full", "interval_days": 14},
        "mail_scanning": !pc.has(Fault::MailUnscanned, ago), "exclusions": [], "detections": detections,
    })
}

fn volumes(pc: &Pc, ago: i64) -> Value {
    let suspended = pc.has(Fault::Suspended, ago);
    let mut protectors = vec![
        json!({"kind": "tpm", "id": format!("{{7D{0:06X}-1C52-4F0E-8A61-2B94C0D7{0:04X}}}", pc.number())}),
        json!({"kind": "recovery_password", "id": protector(pc)}),
    ];
    if suspended {
        let id = format!("{{C1EA{:04X}-77B0-4D3C-9D15-6E0F1A2B3C4D}}", pc.number());
        protectors.push(json!({"kind": "clear_key", "id": id}));
    }
    let mut volumes = vec![json!({
        "letter": "C:", "fixed": true, "system": true, "encryption": "bitlocker",
        "protection": if suspended { "suspended" } else { "on" }, "method": "xts_aes_128", "encrypted_percent": 100,
        "protectors": protectors, "size_bytes": 510_770_802_688_i64,
        "free_bytes": 510_770_802_688_i64 / (3 + pc.number() % 4),
    })];
    if pc.has(Fault::OpenDrive, ago) {
        volumes.push(json!({
            "letter": "D:", "fixed": true, "system": false, "encryption": "none", "protection": "off",
            "encrypted_percent": 0, "protectors": [], "size_bytes": 1_000_202_039_296_i64,
            "free_bytes": 401_224_118_272_i64,
        }));
    }
    json!(volumes)
}

fn firewall(pc: &Pc, ago: i64) -> Value {
    let profile = |name: &str| {
        let enabled = name != "public" || !pc.has(Fault::FirewallOff, ago);
        json!({"name": name, "enabled": enabled, "default_inbound": "block"})
    };
    let every = json!(["domain", "private", "public"]);
    let rule = |name: &str, protocol: &str, ports: &[&str], from: &[&str]| {
        json!({
            "name": name, "profiles": every, "program": r"%SystemRoot%\system32\svchost.exe", "protocol": protocol,
            "local_ports": ports, "remote_addresses": from,
        })
    };
    let (printer, router) = (printer(pc), router(pc));
    let mut rules = vec![
        rule("CoreNet-DHCP-In", "udp", &["68"], &["any"]),
        rule("CoreNet-DHCPV6-In", "udp", &["546"], &["any"]),
        rule("CoreNet-ICMP6-RA-In", "icmpv6", &[], &["any"]),
        rule("みなと-プリンターからの応答", "udp", &["any"], &[&printer]),
        rule("みなと-ルーターからの通知", "udp", &["1900"], &[&router]),
    ];
    if pc.has(Fault::OpenRule, ago) {
        rules.push(json!({
            "name": "Node.js JavaScript Runtime", "profiles": ["private", "public"],
            "program": r"C:\Program Files\nodejs\node.exe", "protocol": "tcp", "local_ports": ["any"],
            "remote_addresses": ["any"],
        }));
    }
    json!({"profiles": [profile("domain"), profile("private"), profile("public")], "allow_rules": rules})
}

fn network(pc: &Pc) -> Value {
    let number = pc.number();
    json!({
        "profile": "public",
        "adapters": [
            {"name": "Wi-Fi", "kind": "wifi", "up": true, "addresses": [format!("192.168.{number}.{}", 20 + number)]},
            {"name": "イーサネット", "kind": "wired", "up": false, "addresses": []},
            {"name": "YMS-VPN8", "kind": "vpn", "up": true, "addresses": [format!("10.20.8.{}", 10 + number)]},
        ],
        "gateways": [router(pc)],
        "neighbours": [
            {"address": router(pc), "mac": format!("00:a0:de:4d:00:{number:02x}"), "vendor": "Yamaha Corporation"},
            {"address": printer(pc), "mac": format!("00:1b:a9:4d:00:{number:02x}"), "vendor": "Brother Industries, Ltd."},
            {"address": format!("192.168.{number}.77"), "mac": format!("f8:4e:17:4d:00:{number:02x}"), "vendor": "Sony Corporation"},
        ],
        "port_mappings": [],
        "dns": ["10.20.0.10"],
    })
}

fn sharing(pc: &Pc, ago: i64) -> Value {
    let on = pc.has(Fault::Sharing, ago);
    // As Windows has it, discovery is on in private networks; the domain's policy switches it off where it reaches.
    let discovery = on || !pc.managed(ago) || ago > POLICY_SINCE;
    let mut shares = vec![
        json!({"name": "ADMIN$", "path": r"C:\Windows", "administrative": true, "permissions": []}),
        json!({"name": "C$", "path": r"C:\", "administrative": true, "permissions": []}),
        json!({"name": "IPC$", "path": "", "administrative": true, "permissions": []}),
    ];
    if on {
        shares.push(json!({
            "name": "見積書", "path": r"C:\Users\Public\見積書", "administrative": false,
            "permissions": [{"sid": "S-1-1-0", "name": "Everyone", "access": "change"}],
        }));
    }
    let drives = if pc.managed(ago) {
        json!([{"letter": "W:", "target": format!(r"\\sv-file01.{DOMAIN}\部署共有")}])
    } else {
        json!([])
    };
    json!({
        "discovery": {"domain": on, "private": discovery, "public": false},
        "file_and_printer": {"domain": on, "private": on, "public": false},
        "shares": shares, "mapped_drives": drives,
    })
}

fn remote_desktop(pc: &Pc, ago: i64) -> Value {
    let users = json!([{"sid": user_sid(pc), "name": format!(r"MINATO\{}", pc.user)}]);
    if pc.has(Fault::RemoteDesktop, ago) {
        json!({
            "enabled": true, "port": 3389, "nla": true, "users": users, "allowed_addresses": ["any"],
            "builtin_administrator_allowed": true,
        })
    } else if pc.id == "PC-003" {
        json!({
            "enabled": true, "port": 50_389, "nla": true, "users": users, "allowed_addresses": ["10.20.0.31"],
            "builtin_administrator_allowed": false,
        })
    } else {
        json!({
            "enabled": false, "port": 3389, "nla": true, "users": [], "allowed_addresses": [],
            "builtin_administrator_allowed": true,
        })
    }
}

/// The user's account in the domain.
fn user_sid(pc: &Pc) -> String {
    format!("S-1-5-21-2917730146-1180699209-772840510-{}", 1100 + pc.number())
}

fn accounts(pc: &Pc, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let reached = laps_reached(pc, ago);
    let laps = if reached {
        json!({"kind": "windows", "expires_at": at.plus_days(30 - pc.number() % 20)})
    } else {
        json!({"kind": "none"})
    };
    let set_at = if reached { at.plus_days(-(pc.number() % 20)) } else { month.day(pc.lent) };
    json!({
        "local": [
            {"rid": 500, "name": "Administrator", "enabled": true, "password_set_at": set_at},
            {"rid": 501, "name": "Guest", "enabled": false},
            {"rid": 503, "name": "DefaultAccount", "enabled": false},
        ],
        "administrators": [
            {"sid": "S-1-5-21-1004336348-1177238915-682003330-500", "name": format!(r"{}\Administrator", pc.id)},
            {"sid": "S-1-5-21-2917730146-1180699209-772840510-512", "name": r"MINATO\Domain Admins"},
        ],
        "laps": laps,
        "policy": {"min_length": 12, "complexity": true, "lockout_threshold": 10, "lockout_minutes": 30},
    })
}

fn event_logs(pc: &Pc, ago: i64, at: At) -> Value {
    let kept = pc.managed(ago) && ago <= POLICY_SINCE;
    let channels: Vec<Value> = CHANNELS
        .into_iter()
        .map(|name| {
            json!({
                "name": name, "enabled": true, "max_size_bytes": if kept { 67_108_864 } else { 20_971_520 },
                "when_full": if kept { "archive" } else { "overwrite" }, "on_boot_drive": true,
                "oldest_at": at.plus_days(if kept { -90 } else { -4 }),
            })
        })
        .collect();
    let compressed = if pc.has(Fault::ArchivesUnread, ago) { Value::Null } else { json!(kept) };
    known(json!({ "channels": channels, "archives_compressed": compressed }))
}

fn removable_storage(pc: &Pc, month: Month, ago: i64) -> Value {
    let used = match pc.id {
        "PC-007" => {
            json!([{"name": "IODATA ED-SV4", "serial_hash": hash(pc, 2), "last_seen_at": month.day(21)}])
        }
        _ if pc.has(Fault::UsbUsed, ago) => json!([
            {"name": "BUFFALO USB Flash Disk", "serial_hash": hash(pc, 3), "last_seen_at": month.day(34)},
        ]),
        _ => json!([]),
    };
    let policy = if pc.managed(ago) && pc.id != "PC-007" { "denied" } else { "allowed" };
    json!({ "policy": policy, "used": used })
}

/// A hash as the agent makes it of a name that stays private.
fn hash(pc: &Pc, what: u64) -> String {
    let number = u64::try_from(pc.number()).unwrap_or(0) * 31 + what;
    format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}
