//! The sample's three servers: domain controller, file server, web and development server.

use model::{FactDocument, Source, SubjectKind};
use serde_json::{Value, json};

use super::company::ADMINISTRATOR;
use super::device::CHANNELS;
use super::directory::DOMAIN;
use super::document::{Month, document, weekly};

/// A server.
struct Server {
    id: &'static str,
    name: &'static str,
    roles: &'static [&'static str],
    /// Product, version and build of the system.
    system: (&'static str, &'static str, i64),
    /// Its first and last report, in days ago.
    reports: (i64, i64),
}

const DC: &str = "SV-DC01";
const FILE: &str = "SV-FILE01";
const WEB: &str = "SV-WEB01";

const SERVERS: [Server; 3] = [
    Server {
        id: DC,
        name: "ドメインコントローラー",
        roles: &["domain_controller", "dns", "dhcp", "nps"],
        system: ("Windows Server 2025", "24H2", 26_100),
        reports: (28, 0),
    },
    Server {
        id: FILE,
        name: "ファイルサーバー",
        roles: &["file_server"],
        system: ("Windows Server 2022", "21H2", 20_348),
        reports: (22, 1),
    },
    Server {
        id: WEB,
        name: "Web・開発サーバー",
        roles: &["iis", "application"],
        system: ("Windows Server 2022", "21H2", 20_348),
        reports: (15, 1),
    },
];

/// What arrived from and about the servers so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let mut found = Vec::new();
    for server in &SERVERS {
        let subject = (SubjectKind::Server, server.id, server.name);
        if ago == 20 {
            found.push(document(month, ago, subject, Source::Record, records(server, month)));
        }
        if weekly(server.reports.0, server.reports.1, ago) {
            found.push(document(month, ago, subject, Source::Agent, facts(server, month, ago)));
        }
    }
    found
}

/// The last review of shares, who agreed to the procedure for remote desktop.
fn records(server: &Server, month: Month) -> Value {
    let mut records = json!({
        "importance": {"important": server.id != WEB},
        "agreements": [
            {"document": "server-remote-desktop", "version": "1.0", "at": month.day(21), "by": "sato.misaki"},
            {"document": "server-remote-desktop", "version": "1.0", "at": month.day(21), "by": "takahashi.hiroshi"},
        ],
    });
    if let (Value::Object(fields), FILE) = (&mut records, server.id) {
        let review = json!({
            "by": ADMINISTRATOR, "at": month.day(20), "clean": false,
            "note": "「旧プロジェクト」にEveryoneの変更権限が残っている。所有部署に確認中。",
        });
        fields.insert("sharing_review".into(), review);
    }
    records
}

fn facts(server: &Server, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let (product, release, build) = server.system;
    json!({
        "host": {
            "hostname": server.id, "manufacturer": "HPE", "model": "ProLiant ML30 Gen11",
            "virtual_machine": server.id == WEB, "domain_joined": true, "domain": DOMAIN, "roles": server.roles, "language": "ja-JP",
        },
        "os": {
            "family": "windows", "product": product, "edition": "ServerStandard", "channel": "server",
            "display_version": release, "build": build, "ubr": 4_297, "version": format!("10.0.{build}.4297"),
            "installed_at": month.day(640), "architecture": "x86_64", "extended_updates": false,
        },
        "updates": {
            "pending": [], "last_checked_at": at.plus_secs(-4 * 3600), "last_installed_at": at.plus_days(-8),
            "reboot_pending": false, "automatic": false,
        },
        "software": [
            {"name": "Microsoft Edge", "version": "146.0.3856.62", "vendor": "Microsoft Corporation", "scope": "machine"},
            {"name": "ESET Server Security", "version": "12.0.12004.0", "vendor": "ESET, spol. s r.o.", "scope": "machine"},
        ],
        "antivirus": {
            "products": [{
                "name": "ESET Server Security", "vendor": "ESET", "enabled": true, "real_time": true,
                "definitions_current": true, "definitions_at": at.plus_secs(-7 * 3600),
            }],
            "last_full_scan_at": at.plus_days(-3), "full_scans": [at.plus_days(-3), at.plus_days(-17)],
            "schedule": {"kind": "full", "interval_days": 14}, "mail_scanning": true, "exclusions": [], "detections": [],
        },
        "edr": [],
        "volumes": volumes(server),
        "tpm": {"present": true, "ready": true, "version": "2.0"},
        "secure_boot": {"enabled": true},
        "sharing": sharing(server),
        "protocols": {
            "smb1_server": false, "smb1_client": false, "lm_compatibility_level": 5, "no_lm_hash": true,
            "ntlm_audit_receiving": if server.id == DC { 2 } else { 0 }, "ntlm_restrict_sending": 1,
            "smb_signing_required": true,
        },
        "remote_desktop": remote_desktop(server, ago),
        "event_logs": event_logs(server, ago),
        "time_sync": {"enabled": true, "server": "ntp.nict.jp"},
    })
}

fn volumes(server: &Server) -> Value {
    let volume = |letter: &str, system: bool, size: i64| {
        json!({
            "letter": letter, "fixed": true, "system": system, "encryption": "bitlocker", "protection": "on",
            "method": "xts_aes_256", "encrypted_percent": 100, "size_bytes": size, "free_bytes": size / 3,
        })
    };
    let data = if server.id == FILE { 3_200_000_000_000 } else { 960_000_000_000 };
    json!([volume("C:", true, 480_000_000_000), volume("D:", false, data)])
}

fn sharing(server: &Server) -> Value {
    let domain_group = |id: u32, name: &str, access: &str| {
        let sid = format!("S-1-5-21-2917730146-1180699209-772840510-{id}");
        json!({"sid": sid, "name": format!(r"MINATO\{name}"), "access": access})
    };
    let mut shares = vec![share("C$", r"C:\", true, Vec::new()), share("IPC$", "", true, Vec::new())];
    match server.id {
        DC => shares.extend([
            share("SYSVOL", r"C:\Windows\SYSVOL\sysvol", true, Vec::new()),
            share("NETLOGON", r"C:\Windows\SYSVOL\sysvol\scripts", true, Vec::new()),
        ]),
        FILE => shares.extend([
            share(
                "部署共有",
                r"D:\部署共有",
                false,
                vec![domain_group(1201, "社員", "change"), domain_group(512, "Domain Admins", "full")],
            ),
            share("人事", r"D:\人事", false, vec![domain_group(1205, "人事", "change")]),
            share(
                "旧プロジェクト",
                r"D:\旧プロジェクト",
                false,
                vec![json!({"sid": "S-1-1-0", "name": "Everyone", "access": "change"})],
            ),
        ]),
        _ => {}
    }
    json!({
        "discovery": {"domain": false, "private": false, "public": false},
        "file_and_printer": {"domain": server.id != WEB, "private": false, "public": false},
        "shares": shares, "mapped_drives": [], "access_logged": true,
    })
}

fn share(name: &str, path: &str, administrative: bool, permissions: Vec<Value>) -> Value {
    json!({"name": name, "path": path, "administrative": administrative, "permissions": permissions})
}

fn remote_desktop(server: &Server, ago: i64) -> Value {
    let administrator = json!({
        "sid": "S-1-5-21-2917730146-1180699209-772840510-1101", "name": r"MINATO\sato.misaki",
    });
    match server.id {
        // Everybody in the company could connect until the rule was narrowed; the port is still the default.
        WEB => json!({
            "enabled": true, "port": 3389, "nla": true,
            "users": [administrator, {"sid": "S-1-5-21-2917730146-1180699209-772840510-1202", "name": r"MINATO\開発部"}],
            "allowed_addresses": if ago > 9 { json!(["any"]) } else { json!(["10.20.0.0/24"]) },
            "builtin_administrator_allowed": true,
        }),
        _ => json!({
            "enabled": true, "port": 53_389, "nla": true, "users": [administrator],
            "allowed_addresses": ["10.20.0.31", "10.20.0.32"], "builtin_administrator_allowed": false,
        }),
    }
}

/// The logs of the guideline on a drive of their own; the domain controller's NTLM log is still overwritten.
fn event_logs(server: &Server, ago: i64) -> Value {
    let mut names: Vec<&str> = CHANNELS.to_vec();
    if server.id == DC {
        names.extend([
            "Microsoft-Windows-NTLM/Operational",
            "DNS Server",
            "Microsoft-Windows-DHCP Server Events/Operational",
        ]);
    }
    let channels: Vec<Value> = names
        .into_iter()
        .map(|name| {
            let kept = name != "Microsoft-Windows-NTLM/Operational" && (ago <= 12 || server.id == DC);
            json!({
                "name": name, "enabled": true, "max_size_bytes": if kept { 104_857_600 } else { 20_971_520 },
                "when_full": if kept { "archive" } else { "overwrite" }, "on_boot_drive": !kept,
            })
        })
        .collect();
    json!({ "channels": channels, "archives_compressed": true })
}
