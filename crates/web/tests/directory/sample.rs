//! A recorded domain: large, weak in places, with names that are hostile to pages.

use serde_json::{Value, json};

/// Its facts.
pub(crate) fn facts() -> Value {
    let users: Vec<Value> = (0..2_000)
        .map(|number| json!({"name": format!("user{number:04}"), "sid": format!("S-1-5-21-1-{number}"), "enabled": true}))
        .collect();
    json!({
        "identity": {"dns_name": "ad.example", "netbios_name": "AD", "functional_level": 7},
        "password_policy": {"min_length": 8, "complexity": true, "lockout_threshold": 0, "lockout_minutes": 30},
        "builtin": {"administrator": {"name": "Administrator", "default_name": true, "enabled": true},
            "guest": {"name": "Guest", "enabled": false}},
        "privileged": [
            {"sid": "S-1-5-21-1-512", "name": "Domain Admins", "members": [
                {"name": "<b>hostile</b>", "enabled": true, "via": "Tier 0"},
                {"name": "hayashi", "enabled": true, "new_since_review": true}]},
        ],
        "policy": {"lm_compatibility_level": {"set": false}, "no_lm_hash": {"set": false},
            "smb1_server_off": {"set": false}, "smb1_client_off": {"set": false},
            "ntlm_audit_receiving": {"set": false}, "ntlm_restrict_sending": {"set": false}},
        "policy_settings": [{"name": "remote_desktop.nla", "reach": "servers", "value": "1", "gpo": "RDP",
            "file": "Machine/Registry.pol",
            "overridden": [{"gpo": "Old GPO", "file": "Machine/Registry.pol", "value": "0"}]}],
        "published_passwords": [{"gpo": "Printers", "file": "Machine/Preferences/Groups/Groups.xml", "account": "localadmin"}],
        "weak_accounts": {"krbtgt_password_set_at": "2020-01-01T00:00:00Z", "machine_account_quota": 10,
            "stale": ["alt.user"]},
        "computers": [{"name": "PC-ALT", "enabled": true, "laps": "none"}],
        "users": users,
    })
}
