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
        "users": users(),
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
            "stale": [], "krbtgt_password_set_at": at.plus_days(-120), "machine_account_quota": 0,
        },
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

/// The accounts of people and of one service. That of the one who left was forgotten.
fn users() -> Value {
    let mut users: Vec<Value> = PEOPLE
        .iter()
        .map(|person| {
            json!({
                "name": person.id, "display_name": person.name, "mail": format!("{}@minato-soft.example", person.id),
                "department": person.part, "enabled": !matches!(person.status, Status::OnLeave),
            })
        })
        .collect();
    users.push(json!({"name": "svc-backup", "display_name": "バックアップ用", "enabled": true}));
    users.push(json!({
        "name": "ogawa.mei", "display_name": "小川 芽衣", "mail": "ogawa.mei@minato-soft.example", "department": "デザイン室",
        "enabled": true,
    }));
    json!(users)
}

/// The eight groups with high rights. A developer came into Domain Admins after the last review.
fn privileged(ago: i64) -> Value {
    let member = |name: &str, new: bool| json!({"name": name, "enabled": true, "new_since_review": new});
    let group =
        |sid: &str, name: &str, members: Vec<Value>| json!({"sid": sid, "name": name, "members": members});
    let of_domain = |rid: u32| format!("S-1-5-21-2917730146-1180699209-772840510-{rid}");
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
                "name": pc.id, "os": "Windows 11 Pro", "enabled": true, "last_logon_at": at.plus_secs(-6 * 3600),
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
