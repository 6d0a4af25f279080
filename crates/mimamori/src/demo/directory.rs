//! The sample's domain, as read from the directory, and its signed reviews.

use model::{FactDocument, Source, SubjectKind};
use serde_json::{Value, json};

use super::company::ADMINISTRATOR;
use super::device::{PCS, laps_reached, windows};
use super::document::{Month, document, weekly};
use super::person::{PEOPLE, Status};

/// The domain's DNS name, which is its id as well.
pub(super) const DOMAIN: &str = "ad.minato-soft.example";

/// What arrived from and about the domain so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let subject = (SubjectKind::Domain, DOMAIN, "MINATO");
    let mut found = Vec::new();
    if ago == 20 {
        let reviews = json!({ "reviews": {
            "privileged": {
                "by": ADMINISTRATOR, "at": month.day(20), "clean": true, "note": "退職予定者の権限を解除済み",
                "confirmed": confirmed(),
            },
        }});
        found.push(document(month, ago, subject, Source::Record, reviews));
    }
    if weekly(22, 1, ago) {
        found.push(document(month, ago, subject, Source::Directory, facts(month, ago)));
    }
    found
}

fn facts(month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let strict =
        json!({"min_length": 12, "complexity": true, "lockout_threshold": 10, "lockout_minutes": 30});
    // Length and lockout were set two weeks ago, the built-in Administrator was renamed last week.
    let weak = json!({"min_length": 8, "complexity": true, "lockout_threshold": 0, "lockout_minutes": 30});
    let renamed = ago <= 8;
    json!({
        "identity": {"dns_name": DOMAIN, "netbios_name": "MINATO", "functional_level": 7},
        "password_policy": if ago > 14 { &weak } else { &strict },
        "fine_grained": [{"name": "サービスアカウント", "precedence": 10, "applies_to": ["svc"], "policy": {
            "min_length": 24, "complexity": true, "lockout_threshold": 10, "lockout_minutes": 30,
        }}],
        "builtin": {
            "administrator": {
                "name": if renamed { "mnt-kanri" } else { "Administrator" }, "default_name": !renamed, "enabled": true,
                "last_logon_at": month.day(9),
            },
            "guest": {"name": "Guest", "default_name": true, "enabled": false},
        },
        "privileged": privileged(ago),
        "users": users(month, ago),
        "groups": groups(),
        "admin_count": [
            {"name": "mnt-kanri", "enabled": true, "privileged_now": true, "expected": true},
            {"name": "adm-sato", "enabled": true, "privileged_now": true, "expected": true},
            {"name": "krbtgt", "enabled": false, "privileged_now": false},
            {"name": "ikeda.koji", "enabled": true, "privileged_now": false},
        ],
        "computers": computers(month, ago),
        "policy": policy(ago),
        "weak_accounts": {
            "password_never_expires": ["svc-backup"], "no_preauthentication": [], "unconstrained_delegation": [],
            "stale": ["yamamoto.old"], "krbtgt_password_set_at": at.plus_days(-412), "machine_account_quota": 10,
            "password_not_required": [], "reversible_encryption": [], "service_principals": ["svc-backup"],
        },
        "policy_settings": policy_settings(),
        "policy_objects": policy_objects(),
        "published_passwords": published_passwords(month, ago),
        "transport": {
            "host": "SV-DC01.ad.minato-soft.example", "bound_with": "simple over TLS", "ldap_signing_required": false,
            "ldap_channel_binding": 0, "smb_signing_required": true, "smb_dialect": "3.1.1", "anonymous_search": false,
            "certificate_expires_at": month.day(-24),
        },
        "users": users(month, ago),
    })
}

/// The members of the groups as they were on the day of the review.
fn confirmed() -> Vec<String> {
    let groups = privileged(20);
    let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let of = |group: &Value| -> Vec<String> {
        let members = group["members"].as_array().into_iter().flatten();
        members.map(|member| format!("{}/{}", text(group, "sid"), text(member, "name"))).collect()
    };
    groups.as_array().into_iter().flatten().flat_map(of).collect()
}

/// The SID of an account or group of the domain.
fn of_domain(rid: u32) -> String {
    format!("S-1-5-21-2917730146-1180699209-772840510-{rid}")
}

/// Accounts beside those of the staff: for administration, for services, and of somebody nobody entered in the register.
const OTHERS: [(&str, &str, &str); 6] = [
    ("adm-sato", "佐藤 美咲(管理用)", "情報システム"),
    ("adm-takahashi", "高橋 誠(管理用)", "情報システム"),
    ("svc-backup", "バックアップ用サービス", ""),
    ("svc-scan", "複合機スキャン用", ""),
    ("ogawa.mei", "小川 芽衣", "デザイン室"),
    ("yamamoto.old", "山本 進", "営業"),
];

/// The SID of the account of that name.
fn sid_of(name: &str) -> String {
    let names = OTHERS.iter().map(|(name, ..)| *name).chain(PEOPLE.iter().map(|person| person.id));
    of_domain(1104 + names.zip(0..).find(|(own, _)| *own == name).map_or(900, |(_, at)| at))
}

/// The accounts of people and services. That of the one who left was forgotten.
fn users(month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let others = OTHERS.iter().map(|(name, display, part)| (*name, *display, *part, true));
    let staff = PEOPLE
        .iter()
        .map(|person| (person.id, person.name, person.part, !matches!(person.status, Status::OnLeave)));
    let users: Vec<Value> = others
        .chain(staff)
        .zip(0_i64..)
        .map(|((name, display, department, enabled), number)| {
            let idle = if name == "yamamoto.old" { 143 } else { number % 5 };
            json!({
                "name": name, "sid": sid_of(name), "upn": format!("{name}@{DOMAIN}"), "display_name": display,
                "mail": format!("{name}@minato-soft.example"), "department": department, "enabled": enabled,
                "created_at": month.day(900 + number), "last_logon_at": at.plus_days(-idle),
                "password_set_at": at.plus_days(-30 - 7 * number),
            })
        })
        .collect();
    json!(users)
}

fn groups() -> Value {
    let of_part = |part: &str| -> Vec<String> {
        PEOPLE.iter().filter(|person| person.part == part).map(|person| sid_of(person.id)).collect()
    };
    let mut parts: Vec<&str> = PEOPLE.iter().map(|person| person.part).collect();
    parts.sort_unstable();
    parts.dedup();
    let mut groups = vec![json!({
        "name": "Domain Admins", "sid": of_domain(512),
        "members": [sid_of("adm-sato"), sid_of("adm-takahashi"), sid_of("hayashi.tomoya")],
    })];
    groups.extend(
        parts
            .iter()
            .zip(1201..)
            .map(|(part, rid)| json!({"name": part, "sid": of_domain(rid), "members": of_part(part)})),
    );
    json!(groups)
}

/// What group policy says; an old GPO still says otherwise about Remote Desktop, and loses.
fn policy_settings() -> Value {
    let setting = |name: &str, reach: &str, value: &str, gpo: &str| json!({"name": name, "reach": reach, "value": value, "gpo": gpo, "file": "Machine/Registry.pol"});
    let mut nla = setting("remote_desktop.nla", "servers", "1", "みなと-サーバー");
    if let Value::Object(fields) = &mut nla {
        let old = json!([{"gpo": "リモート保守(旧)", "file": "Machine/Registry.pol", "value": "0"}]);
        fields.insert("overridden".into(), old);
    }
    let mut screen = setting("screen_lock.seconds", "workstations", "600", "みなと-PC");
    if let Value::Object(fields) = &mut screen {
        fields.insert("exceptions".into(), json!(["OU=会議室,DC=ad,DC=minato-soft,DC=example"]));
    }
    json!([
        nla,
        screen,
        setting("smb_signing.server", "domain_controllers", "1", "Default Domain Controllers Policy"),
        setting("laps.windows", "workstations", "2", "みなと-LAPS"),
    ])
}

fn policy_objects() -> Value {
    let root = "DC=ad,DC=minato-soft,DC=example";
    let object = |guid: u32, name: &str, linked: &[&str], trouble: &[&str]| {
        json!({"guid": format!("{{{guid:08X}-016D-11D2-945F-00C04FB984F9}}"), "name": name, "linked_to": linked,
            "computer_enabled": true, "enforced": false, "version": 7, "trouble": trouble})
    };
    json!([
        object(0x31B2_F340, "Default Domain Policy", &[root], &[]),
        object(
            0x6AC1_786C,
            "Default Domain Controllers Policy",
            &["OU=Domain Controllers,DC=ad,DC=minato-soft,DC=example"],
            &[]
        ),
        object(0x11A0_0001, "みなと-古いプロトコルの禁止", &[root], &[]),
        object(0x11A0_0002, "みなと-PC", &["OU=PC,DC=ad,DC=minato-soft,DC=example"], &[]),
        object(0x11A0_0003, "複合機の設定(旧)", &[], &["gpt.ini: version 5, directory: version 7"]),
    ])
}

/// The old printer policy still holds a password; nobody has looked into it for years.
fn published_passwords(month: Month, ago: i64) -> Value {
    json!([{
        "gpo": "複合機の設定(旧)", "file": "Machine/Preferences/Groups/Groups.xml", "account": "scan-admin",
        "changed_at": month.day(ago + 1_900),
    }])
}

/// The eight groups with high rights. A developer came into Domain Admins after the last review.
fn privileged(ago: i64) -> Value {
    let member = |name: &str, new: bool| {
        let mut member = json!({"name": name, "enabled": true, "new_since_review": new});
        if let (Value::Object(fields), "adm-takahashi") = (&mut member, name) {
            fields.insert("via".into(), json!("情シス管理者"));
        }
        member
    };
    let group =
        |sid: &str, name: &str, members: Vec<Value>| json!({"sid": sid, "name": name, "members": members});
    let mut admins =
        vec![member("mnt-kanri", false), member("adm-sato", false), member("adm-takahashi", false)];
    if ago <= 8 {
        admins.push(member("hayashi.tomoya", true));
    }
    json!([
        group("S-1-5-32-544", "Administrators", vec![member("mnt-kanri", false), member("adm-sato", false)]),
        group(&of_domain(512), "Domain Admins", admins),
        group(&of_domain(519), "Enterprise Admins", vec![member("mnt-kanri", false)]),
        group(&of_domain(518), "Schema Admins", Vec::new()),
        group("S-1-5-32-548", "Account Operators", Vec::new()),
        group("S-1-5-32-549", "Server Operators", Vec::new()),
        group("S-1-5-32-551", "Backup Operators", vec![member("svc-backup", false)]),
        group("S-1-5-32-550", "Print Operators", Vec::new()),
    ])
}

fn computers(month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let mut computers: Vec<Value> = PCS
        .iter()
        .filter(|pc| windows(pc))
        .map(|pc| {
            let mut computer = json!({
                "name": pc.id, "os": "Windows 11 Pro", "os_version": "10.0 (26200)", "enabled": true, "last_logon_at": at.plus_secs(-6 * 3600),
                "laps": "none", "domain_controller": false,
            });
            if let (Value::Object(fields), true) = (&mut computer, laps_reached(pc, ago)) {
                fields.insert("laps".into(), json!("windows"));
                fields.insert("laps_expires_at".into(), json!(at.plus_days(18)));
            }
            computer
        })
        .collect();
    computers.push(json!({
        "name": "SV-DC01", "os": "Windows Server 2025 Standard", "enabled": true, "laps": "none",
        "domain_controller": true,
    }));
    for name in ["SV-FILE01", "SV-WEB01"] {
        computers.push(json!({
            "name": name, "os": "Windows Server 2022 Standard", "enabled": true, "laps": "windows",
            "laps_expires_at": at.plus_days(12), "domain_controller": false,
        }));
    }
    json!(computers)
}

/// Old protocols are forbidden everywhere but for the SMB 1 client of the PCs, which the old NAS still needs.
fn policy(ago: i64) -> Value {
    let everywhere = json!(["domain_controllers", "servers", "workstations"]);
    let gpo = "みなと-古いプロトコルの禁止";
    let set =
        |value: Value, reaches: &Value| json!({"set": true, "value": value, "gpo": gpo, "reaches": reaches});
    let unset = json!({ "set": false });
    let audited = if ago <= 14 {
        [set(json!(2), &everywhere), set(json!(1), &everywhere)]
    } else {
        [unset.clone(), unset]
    };
    let [receiving, sending] = audited;
    json!({
        "lm_compatibility_level": set(json!(5), &everywhere),
        "no_lm_hash": set(json!(true), &everywhere),
        "smb1_server_off": set(json!(true), &everywhere),
        "smb1_client_off": set(json!(true), &json!(["domain_controllers", "servers"])),
        "ntlm_audit_receiving": receiving,
        "ntlm_restrict_sending": sending,
    })
}
