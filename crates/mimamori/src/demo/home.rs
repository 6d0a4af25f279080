//! The homes of the sample's people: what they reported of their wireless LAN, their router and their own devices.

use app::{App, AppError};
use model::{Caller, FactDocument, Source, SubjectKind};
use serde_json::{Value, json};

use super::device::PCS;
use super::document::{Month, document, known};
use super::person::find;

/// What is not as it should be at a home.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Oddity {
    /// Nothing was reported yet but how the PC is connected.
    Silent,
    /// The wireless LAN was reported, the router not yet.
    NoRouter,
    /// WPA with TKIP.
    Tkip,
    /// A typed key of eight characters.
    ShortKey,
    /// By phone.
    Tethering,
    /// By cable.
    Cable,
    /// The router has the maker's password.
    MakerPassword,
    /// The maker no longer mends the router.
    OldRouter,
    /// The filter lets file sharing in.
    OpenFilter,
    /// The person has not agreed to the procedure for the router.
    NotAgreed,
}

/// Whose home is not as it should be.
const ODD: [(&str, Oddity); 17] = [
    ("minato.kenichi", Oddity::Silent),
    ("takahashi.hiroshi", Oddity::Cable),
    ("tanaka.yoko", Oddity::Tkip),
    ("watanabe.mika", Oddity::NoRouter),
    ("nakamura.aya", Oddity::ShortKey),
    ("kobayashi.makoto", Oddity::MakerPassword),
    ("kato.yui", Oddity::Tethering),
    ("yoshida.ryo", Oddity::Silent),
    ("yamamoto.takumi", Oddity::MakerPassword),
    ("shimizu.kaori", Oddity::NoRouter),
    ("hayashi.tomoya", Oddity::ShortKey),
    ("sasaki.kenta", Oddity::OldRouter),
    ("matsumoto.eri", Oddity::Silent),
    ("inoue.shun", Oddity::OpenFilter),
    ("kimura.haruka", Oddity::NoRouter),
    ("mori.yusuke", Oddity::NotAgreed),
    ("hashimoto.nana", Oddity::Silent),
];

/// Says WPA3, and the PC measured WPA2.
const CONTRADICTED: &str = "ito.shota";

/// What was reported of homes and the devices in them so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let mut found = Vec::new();
    for (index, pc) in (0_i64..).zip(&PCS) {
        let Some(person) = find(pc.user) else { continue };
        let odd = |oddity| ODD.contains(&(person.id, oddity));
        let name = format!("{}の自宅", person.name);
        let subject = (SubjectKind::Home, person.id, name.as_str());
        // The questionnaire went out three weeks ago; answers came in over two weeks.
        let answered = if pc.id == "PC-021" { 3 } else { 21 - index * 8 % 15 };
        if ago == answered {
            found.push(document(month, ago, subject, Source::Record, home(person.id, odd, month, ago)));
        }
    }
    for own in DEVICES.iter().filter(|own| own.reported == ago) {
        let subject = (SubjectKind::HomeDevice, own.id, own.name);
        let source = if own.confirmed { Source::Record } else { Source::Attest };
        let mut told = document(month, ago, subject, source, own.facts(month));
        told.collector = find(own.person).map_or_else(String::new, |person| person.name.into());
        found.push(told);
    }
    found
}

/// What the administrator did with it: the network of the home of one whose answer and PC disagree.
pub(super) fn told(app: &App, caller: &Caller) -> Result<(), AppError> {
    let page = app.home(caller, CONTRADICTED)?;
    match page.networks.first() {
        Some(network) => app.save_home_network(caller, CONTRADICTED, &network.hash, true),
        None => Ok(()),
    }
}

fn home(person: &str, odd: impl Fn(Oddity) -> bool, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let kind = if odd(Oddity::Tethering) { "tethering" } else { "home_lan" };
    let connection = json!({"kind": kind, "person": person});
    if odd(Oddity::Silent) {
        return json!({ "connection": connection });
    }
    let wifi = if odd(Oddity::Cable) {
        json!({ "used": false })
    } else if odd(Oddity::Tkip) {
        json!({"used": true, "authentication": "wpa_psk", "cipher": "tkip"})
    } else {
        let authentication = if person.len().is_multiple_of(3) { "wpa3_sae" } else { "wpa2_psk" };
        json!({"used": true, "authentication": authentication, "cipher": "ccmp"})
    };
    let key = if odd(Oddity::ShortKey) {
        json!({"automatic": false, "length": 8, "wps_pin_off": true, "kept_where": "ルーター本体のシール"})
    } else {
        let automatic = person.len().is_multiple_of(2);
        json!({"automatic": automatic, "length": 24, "wps_pin_off": true, "kept_where": "会社のパスワード管理ツール"})
    };
    let router = if odd(Oddity::NoRouter) || odd(Oddity::Tethering) {
        Value::Null
    } else {
        let changed = !odd(Oddity::MakerPassword);
        let (vendor, model) = match person.len() % 2 {
            _ if odd(Oddity::OldRouter) => ("バッファロー", "WSR-1166DHP2"),
            0 => ("NEC", "Aterm WX3000HP2"),
            _ => ("バッファロー", "WSR-3000AX4P"),
        };
        json!({
            "vendor": vendor, "model": model,
            "password_changed": changed, "password_length": if changed { 16 } else { 8 },
            "password_kept_where": if changed { "会社のパスワード管理ツール" } else { "ルーター本体のシール" },
            "firmware_checked_at": at.plus_days(-4), "support_ended": odd(Oddity::OldRouter),
        })
    };
    let filter = if router.is_null() {
        Value::Null
    } else {
        let passed = if odd(Oddity::OpenFilter) {
            json!([{"port": "tcp/445", "line": "pass in on pppoe proto tcp from any to 192.168.16.20 port 445"}])
        } else {
            json!([])
        };
        json!({"dropped": [], "passed": passed, "drops_by_default": true})
    };
    let agreement = |id: &str| json!({"document": id, "version": "1.0", "at": at, "by": person});
    let mut agreements = vec![agreement("wifi-key")];
    if !odd(Oddity::NotAgreed) {
        agreements.push(agreement("home-router"));
    }
    known(json!({
        "connection": connection, "wifi": wifi, "key": key, "router": router, "filter": filter, "agreements": agreements,
    }))
}

/// A device at a home that is not lent.
struct Own {
    id: &'static str,
    name: &'static str,
    person: &'static str,
    kind: &'static str,
    /// The last report, in days ago.
    reported: i64,
    /// The last full scan, in days ago; none where there is nothing to scan with.
    scanned: Option<i64>,
    /// Whether system and programs are up to date.
    current: bool,
    /// Whether the lent PC goes through it.
    tethering: bool,
    /// Whether the screenshots were looked at: then the report is more than a word.
    confirmed: bool,
}

const fn own(
    id: &'static str,
    name: &'static str,
    person: &'static str,
    kind: &'static str,
    reported: i64,
) -> Own {
    Own { id, name, person, kind, reported, scanned: None, current: true, tethering: false, confirmed: false }
}

const DEVICES: [Own; 9] = [
    Own {
        scanned: Some(13),
        confirmed: true,
        ..own("sato.misaki-pc", "佐藤家のWindows PC", "sato.misaki", "windows", 8)
    },
    own("sato.misaki-iphone", "佐藤 美咲のiPhone", "sato.misaki", "iphone", 8),
    Own {
        scanned: Some(40), ..own("tanaka.yoko-pc", "田中家のWindows PC", "tanaka.yoko", "windows", 12)
    },
    own("takahashi.hiroshi-mac", "高橋家のMac", "takahashi.hiroshi", "mac", 9),
    Own { tethering: true, ..own("kato.yui-iphone", "加藤 結衣のiPhone", "kato.yui", "iphone", 7) },
    Own {
        current: false,
        scanned: Some(16),
        ..own("nakamura.aya-android", "中村 彩のAndroid", "nakamura.aya", "android", 11)
    },
    Own {
        scanned: Some(12),
        confirmed: true,
        ..own("yamada.naoko-pc", "山田家のWindows PC", "yamada.naoko", "windows", 6)
    },
    own("inoue.shun-nas", "井上家のNAS", "inoue.shun", "nas", 10),
    // Nothing was heard for three weeks.
    Own {
        scanned: Some(22),
        ..own("suzuki.daichi-pc", "鈴木家のWindows PC", "suzuki.daichi", "windows", 21)
    },
];

impl Own {
    fn facts(&self, month: Month) -> Value {
        let scans = self.scanned.map(|ago| json!({"last_full_scan_at": month.day(ago)}));
        let antivirus = (self.kind == "windows" || self.kind == "android")
            .then(|| json!({"running": true, "definitions_current": true}));
        known(json!({
            "device": {"kind": self.kind, "person": self.person, "on_home_lan": !self.tethering},
            "antivirus": antivirus,
            "updates": {"os_current": self.current, "apps_current": true},
            "scans": scans,
            "tethering": {"used": self.tethering},
            "logs": {
                "scan_logs": self.scanned.is_some_and(|ago| ago < 30), "update_logs": true,
                "last_at": month.day(self.reported),
            },
        }))
    }
}
