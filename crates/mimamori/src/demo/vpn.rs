//! The sample's VPNs – the head office's with its accounts and certificates, and an old one that a sales office still has –
//! and the two kinds of credential they are opened with.

use model::{FactDocument, Miss, Source, SubjectKind};
use network::vpn::configuration;
use serde_json::{Value, json};

use super::company::ADMINISTRATOR;
use super::document::{Month, document, weekly};
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
        let (facts, misses) = old_configuration(month, ago);
        found.push(FactDocument { misses, ..document(month, ago, old, Source::Import, facts) });
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

/// What the router of the sales office says when it is asked `show config`: L2TP/IPsec for all sorts of ciphers, PPTP never
/// switched off, accounts of its own.
fn old_router() -> String {
    let left = PEOPLE.iter().filter(|person| matches!(person.status, Status::Left(_)));
    let working = PEOPLE.iter().filter(|person| matches!(person.status, Status::Home)).take(2);
    let mut users: Vec<&str> = working.chain(left).map(|person| person.id).collect();
    users.push("eigyo");
    let users: String =
        users.iter().map(|user| format!(" pp auth username {user} sample-{user}\n")).collect();
    format!(
        "# RTX1200 Rev.10.01.78\n\
         # 営業所ルーター\n\
         ip route default gateway pp 1\n\
         ip lan1 address 192.168.30.1/24\n\
         pp select anonymous\n \
         pp bind tunnel1-tunnel2\n \
         pp auth request mschap-v2\n\
         {users} \
         ppp ipcp ipaddress on\n \
         ip pp remote address pool dhcp\n \
         pp enable anonymous\n\
         tunnel select 1\n \
         tunnel encapsulation l2tp\n \
         ipsec tunnel 1\n  \
         ipsec sa policy 1 1 esp 3des-cbc md5-hmac\n  \
         ipsec ike encryption 1 3des-cbc\n  \
         ipsec ike group 1 modp1024\n  \
         ipsec ike pre-shared-key 1 text sample-key-of-2016\n  \
         ipsec ike remote address 1 any\n \
         tunnel enable 1\n\
         tunnel select 2\n \
         tunnel encapsulation pptp\n \
         tunnel enable 2\n\
         ipsec transport 1 1 udp 1701\n\
         pptp service on\n\
         l2tp service on\n"
    )
}

/// The gateway of the sales office, and what its configuration says when it is read like anybody's.
fn old_configuration(month: Month, ago: i64) -> (Value, Vec<Miss>) {
    let mut facts = json!({
        "gateway": {"vendor": "Yamaha", "product": "RTX1200", "firmware": "Rev.10.01.78", "checked_at": month.day(80)},
    });
    let router = old_router();
    let Ok(reading) = configuration::read(&[("rtx-eigyosho.txt", router.as_bytes())]) else {
        return (facts, Vec::new());
    };
    let (read, misses) = configuration::facts(&reading, month.day(ago));
    if let (Value::Object(facts), Ok(Value::Object(read))) = (&mut facts, serde_json::to_value(read)) {
        facts.extend(read);
    }
    (facts, misses)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_router_is_read_like_any_other() {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        let (facts, _) = old_configuration(Month::ending(now), 9);
        let found = facts["configuration"]["findings"].as_array().unwrap();
        let words: Vec<&str> = found.iter().filter_map(|own| own["what"].as_str()).collect();
        for word in ["pptp", "weak_cipher", "weak_hash", "weak_group"] {
            assert!(words.contains(&word), "{word}: {words:?}");
        }
        assert_eq!(facts["authentication"]["backend"], "local");
        assert!(facts["accounts"].as_array().unwrap().iter().any(|own| own["name"] == "eigyo"));
        assert!(!facts.to_string().contains("sample-"), "secrets stay behind");
    }
}
