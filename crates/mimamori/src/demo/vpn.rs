//! The sample's VPNs – the head office's with its accounts and certificates, and an old one that a sales office still has –
//! and the two kinds of credential they are opened with.

use model::{FactDocument, Source, SubjectKind};
use serde_json::{Value, json};

use super::company::ADMINISTRATOR;
use super::document::{Month, document, known, weekly};
use super::person::{PEOPLE, Person, Status};

const ID: &str = "vpn-honsha";
const NAME: &str = "本社VPN(IKEv2)";
const OLD_ID: &str = "vpn-eigyosho";
const OLD_NAME: &str = "営業所VPN(L2TP、廃止予定)";

/// What arrived from and about the VPN so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let subject = (SubjectKind::Vpn, ID, NAME);
    let mut found = Vec::new();
    if ago == 25 || ago == 1 {
        found.push(document(month, ago, subject, Source::Import, configuration(month, ago)));
    }
    if ago == 19 {
        found.push(document(month, ago, subject, Source::Record, records(month)));
    }
    if weekly(16, 2, ago) {
        let accesses = json!({ "accesses": {
            "arriving": true, "last_event_at": month.day(ago).plus_secs(-1800), "disabled_accepted": [], "two_places": [],
        }});
        found.push(document(month, ago, subject, Source::Logs, accesses));
    }
    if ago == 18 {
        found.extend(credentials(month, ago));
    }
    let old = (SubjectKind::Vpn, OLD_ID, OLD_NAME);
    if ago == 9 {
        found.push(document(month, ago, old, Source::Import, old_configuration(month, ago)));
        found.push(document(month, ago, old, Source::Record, old_records(month)));
    }
    found
}

/// Whether a person has an account that can be used. The account of the one who left was forgotten.
fn enabled(person: &Person) -> bool {
    matches!(person.status, Status::Home | Status::Joined(_) | Status::Left(_))
}

/// Gateway, accounts and certificates, from the gateway's configuration and the directory.
fn configuration(month: Month, ago: i64) -> Value {
    let entered = |person: &&Person| match person.status {
        Status::Office => false,
        Status::Joined(joined) => ago <= joined,
        _ => true,
    };
    let mut accounts: Vec<Value> = PEOPLE
        .iter()
        .filter(entered)
        .map(|person| {
            json!({
                "name": person.id, "enabled": enabled(person), "person": person.id, "status": person.status_at(ago),
                "shared": false, "directory_enabled": enabled(person),
            })
        })
        .collect();
    // Made for a test once, used by several developers since.
    accounts.push(json!({
        "name": "dev-test", "enabled": true, "status": "unknown", "shared": true, "directory_enabled": true,
    }));
    let certificates: Vec<Value> = (0_i64..)
        .zip(PEOPLE.iter().filter(entered).filter(|person| enabled(person)))
        .map(|(index, person)| {
            let address = format!("{}@minato-soft.example", person.id);
            json!({
                "subject": format!("CN={}, O=Minato Software", person.id), "upn": address, "email": address,
                "expires_at": month.day(-(95 + 9 * index)), "key_bits": 2048, "algorithm": "rsa", "revoked": false,
            })
        })
        .collect();
    json!({
        "gateway": {
            "vendor": "Yamaha", "product": "RTX1220", "firmware": "Rev.15.04.08", "firmware_at": month.day(60),
            "support_ended": false, "known_exploited": [], "checked_at": month.day(ago.max(6)),
        },
        "authentication": {
            "backend": "nps", "certificate_field": "upn", "shared_password": false,
            "line": "radius server 10.20.0.10 auth",
        },
        "accounts": accounts,
        "certificates": certificates,
    })
}

fn records(month: Month) -> Value {
    let agreements: Vec<Value> = PEOPLE
        .iter()
        .filter(|person| enabled(person))
        .map(|person| json!({"document": "vpn-connection", "version": "1.0", "at": month.day(23), "by": person.id}))
        .collect();
    json!({
        "method": {
            "protocol": "ikev2", "risk_reviewed_at": month.day(75),
            "note": "OS標準の機能で暗号の強さと通信量のつり合いが良く、証明書で個人を識別できるため。PPTPは2024年に廃止。",
        },
        "procedures": {"connection": true, "authentication": true, "account_changes": true, "reviewed_at": month.day(75)},
        "agreements": agreements,
        "watch": {"logs_kept": true, "attacks_watched": true, "by": ADMINISTRATOR},
    })
}

/// The router of the sales office: L2TP/IPsec with one key for all, PPTP never switched off, accounts on the device.
fn old_configuration(month: Month, ago: i64) -> Value {
    let finding = |what: &str, line: u32, text: &str, breaks: Option<&str>| {
        known(json!({
            "what": what, "place": format!("rtx-eigyosho.txt:{line}"), "line": text, "breaks": breaks,
        }))
    };
    let left = PEOPLE.iter().filter(|person| matches!(person.status, Status::Left(_)));
    let working = PEOPLE.iter().filter(|person| matches!(person.status, Status::Home)).take(2);
    let mut accounts: Vec<Value> = working
        .chain(left)
        .map(|person| {
            json!({
                "name": person.id, "enabled": true, "person": person.id, "status": person.status_at(ago),
                "shared": false,
            })
        })
        .collect();
    accounts.push(json!({"name": "eigyo", "enabled": true, "status": "unknown", "shared": true}));
    json!({
        "gateway": {"vendor": "Yamaha", "product": "RTX1200", "firmware": "Rev.10.01.78", "checked_at": month.day(80)},
        "configuration": {
            "product": "yamaha", "protocols": ["l2tp_ipsec", "pptp"],
            "findings": [
                finding("pptp", 64, "pptp service on", Some("7.1.1-1")),
                finding("shared_key", 41, "ipsec ike pre-shared-key 1 text ****", Some("7.1.1-1")),
                finding("local_accounts", 22, "pp auth username ****", Some("7.1.6-1")),
                finding("weak_cipher", 38, "ipsec sa policy 101 1 esp 3des-cbc md5-hmac", None),
            ],
            "unread": ["rtx-eigyosho.txt:71: lua script"],
        },
        "authentication": {
            "backend": "local", "certificate_field": "none", "shared_password": true,
            "line": "rtx-eigyosho.txt:22: pp auth username ****",
        },
        "accounts": accounts,
    })
}

fn old_records(month: Month) -> Value {
    json!({
        "method": {
            "protocol": "l2tp_ipsec", "risk_reviewed_at": month.day(420),
            "note": "営業所の開設時(2016年)に導入。本社VPNへの統合を予定。",
        },
        "watch": {"logs_kept": false, "attacks_watched": false, "by": ADMINISTRATOR},
    })
}

/// Passwords are in order; of the certificate users three have not been taught how to report a loss.
fn credentials(month: Month, ago: i64) -> [FactDocument; 2] {
    let facts = |kind: &str, users: i64, trained: i64| {
        json!({
            "kind": {"kind": kind, "users": users},
            "procedures": {
                "renewal": true, "change": true, "revocation": true, "lockout": true, "loss": true, "storage": true,
                "reviewed_at": month.day(70),
            },
            "training": {"trained": trained, "at": month.day(24)},
        })
    };
    let of = |id: &str, name: &str, facts: Value| {
        document(month, ago, (SubjectKind::Credential, id, name), Source::Record, facts)
    };
    [
        of("password", "ID・パスワード", facts("password", 21, 21)),
        of("certificate", "電子証明書", facts("certificate", 21, 18)),
    ]
}
