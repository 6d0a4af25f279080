//! What the agent reads on the Linux PC of the sample; what Linux has not is named as unread in the document.

use serde_json::{Value, json};

use super::Pc;
use super::record::router;
use crate::demo::document::Month;

/// The sections that can be read.
pub(super) fn facts(pc: &Pc, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let program = |name: &str, version: &str, vendor: &str| {
        let installed_at = month.day(pc.lent);
        json!({"name": name, "version": version, "vendor": vendor, "scope": "machine", "installed_at": installed_at})
    };
    json!({
        "host": {
            "hostname": "pc-008", "manufacturer": pc.model.0, "model": pc.model.1, "serial": "MS41307",
            "virtual_machine": false, "domain_joined": false, "domain": "", "roles": [], "language": "ja_JP.UTF-8",
        },
        "os": {
            "family": "linux", "product": "Ubuntu", "channel": "other", "display_version": "26.04 LTS", "version": "26.04",
            "build": 0, "installed_at": month.day(pc.lent + 2), "architecture": "x86_64", "extended_updates": false,
        },
        "updates": {
            "pending": [], "last_checked_at": at.plus_secs(-3 * 3600), "last_installed_at": at.plus_days(-2),
            "reboot_pending": false, "automatic": true,
        },
        "software": [
            program("firefox", "1:1snap1-0ubuntu7", "Ubuntu Mozilla Team"),
            program("git", "1:2.51.0-1ubuntu1", "Ubuntu Developers"),
            program("openjdk-21-jdk", "21.0.9+10-1~26.04", "OpenJDK Team"),
            program("docker.io", "28.5.1-0ubuntu1", "Ubuntu Developers"),
            program("strongswan", "6.0.3-1ubuntu1", "strongSwan Maintainers"),
        ],
        "volumes": [{
            "letter": "/", "fixed": true, "system": true, "encryption": "luks", "protection": "on",
            "method": "aes-xts-plain64", "encrypted_percent": 100, "protectors": [{"kind": "password", "id": "0"}],
            "size_bytes": 1_000_000_000_000_i64, "free_bytes": 612_000_000_000_i64,
        }],
        "tpm": {"present": true, "ready": true, "version": "2.0"},
        "secure_boot": {"enabled": true},
        "firewall": {
            "profiles": [{"name": "public", "enabled": true, "default_inbound": "block"}],
            "allow_rules": [],
        },
        "network": {
            "adapters": [{"name": "wlp0s20f3", "kind": "wifi", "up": true, "addresses": ["192.168.8.28"]}],
            "gateways": [router(pc)], "neighbours": [], "dns": ["10.20.0.10"],
        },
        "sharing": {"shares": [], "mapped_drives": []},
        "remote_desktop": {"enabled": false, "port": 22, "users": [], "allowed_addresses": []},
        "accounts": {
            "local": [{"rid": 0, "name": "root", "enabled": false}, {"rid": 1000, "name": "takumi", "enabled": true}],
            "administrators": [{"sid": "1000", "name": "takumi"}],
            "policy": {"min_length": 12, "complexity": true, "lockout_threshold": 10, "lockout_minutes": 30},
        },
        "wifi": {
            "interfaces": 1,
            "connections": [{"ssid_hash": "b53c2f0f4d3f8e08", "authentication": "wpa3_sae", "cipher": "ccmp"}],
        },
        "removable_storage": {"policy": "allowed", "used": []},
        "time_sync": {"enabled": true, "server": "sv-dc01.ad.minato-soft.example"},
        "cloud_sync": [],
    })
}
