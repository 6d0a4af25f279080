//! The sample's router and its firewall.

use model::{FactDocument, Source, SubjectKind};
use serde_json::json;

use super::company::ADMINISTRATOR;
use super::document::{Month, document, weekly};

/// What arrived from and about the network devices so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let mut found = Vec::new();
    let router = (SubjectKind::NetworkDevice, "RT-HONSHA", "本社ルーター");
    let firewall = (SubjectKind::NetworkDevice, "FW-HONSHA", "本社ファイアウォール");
    if weekly(15, 1, ago) {
        found.push(document(month, ago, router, Source::Import, json!({
            "device": {
                "vendor": "Yamaha", "product": "RTX1220", "firmware": "Rev.15.04.08", "firewall": false, "proxy": false,
            },
            // The syslog server keeps the router's logs for three months only.
            "logging": {
                "access_arriving": true, "configuration_arriving": true, "last_event_at": month.day(ago).plus_secs(-900),
                "overwritten": false, "backed_up": true, "retention_days": 92,
            },
            "blocklists": [],
        })));
        found.push(document(month, ago, firewall, Source::Import, json!({
            "device": {
                "vendor": "Fortinet", "product": "FortiGate 60F", "firmware": "v7.4.9", "firewall": true, "proxy": true,
            },
            "logging": {
                "access_arriving": true, "configuration_arriving": ago <= 8, "last_event_at": month.day(ago).plus_secs(-300),
                "overwritten": false, "backed_up": true, "retention_days": 400,
            },
            "blocklists": [
                {"name": "FortiGuard Web Filtering", "refreshed_at": month.day(ago).plus_secs(-7200), "automatic": true},
                {"name": "社内ブロックリスト", "refreshed_at": month.day(ago).plus_days(-2), "automatic": true},
            ],
        })));
    }
    if ago == 21 {
        let reviewed = json!({"configuration": {"by": ADMINISTRATOR, "at": month.day(21), "clean": true}});
        found.push(document(
            month,
            ago,
            router,
            Source::Record,
            json!({
                "administration": {"default_name_changed": false, "name_fixed": false}, "reviews": reviewed,
            }),
        ));
        found.push(document(
            month,
            ago,
            firewall,
            Source::Record,
            json!({
                "administration": {"default_name_changed": true, "name_fixed": false}, "reviews": reviewed,
            }),
        ));
    }
    found
}
