//! What changed in a domain between two readings: members, settings, accounts, computers, group policy. A pure function;
//! what one of the two readings could not read is no difference.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::{AccountPolicy, DomainFacts, PolicyNumber, PolicySwitch};
use serde::{Deserialize, Serialize};

/// The most differences listed.
const LISTED_MAX: usize = 200;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    /// Whether there was something to compare with.
    pub compared: bool,
    /// How many there are.
    pub total: usize,
    /// The first of them, the most telling kinds first.
    pub listed: Vec<Difference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What kind, the last part of a locale key: `member-came`, `setting` …
    pub kind: String,
    /// What or who.
    pub name: String,
    /// Of a membership the group; of a setting its value before.
    pub before: String,
    /// Of a setting its value now.
    pub after: String,
}

/// What changed from one reading to the next.
#[must_use]
pub(crate) fn between(old: &DomainFacts, new: &DomainFacts) -> Differences {
    let mut found = Found::default();
    found.members(old, new);
    found.settings(&settings(old), &settings(new));
    let names = |facts: &DomainFacts| {
        facts.published_passwords.as_ref().map(|list| {
            list.iter()
                .map(|item| format!("{} {}", text(item.gpo.as_ref()), text(item.account.as_ref())))
                .collect::<BTreeSet<_>>()
        })
    };
    found.sets("published", names(old), names(new));
    found.sets("gpo", gpos(old), gpos(new));
    found.users(old, new);
    found.sets("computer", computers(old), computers(new));
    let total = found.0.len();
    found.0.truncate(LISTED_MAX);
    Differences { compared: true, total, listed: found.0 }
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn add(&mut self, kind: &str, name: &str, before: &str, after: &str) {
        self.0.push(Difference {
            kind: kind.to_owned(),
            name: name.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        });
    }

    fn sets(&mut self, kind: &str, old: Option<BTreeSet<String>>, new: Option<BTreeSet<String>>) {
        let (Some(old), Some(new)) = (old, new) else { return };
        for name in new.difference(&old) {
            self.add(&format!("{kind}-came"), name, "", "");
        }
        for name in old.difference(&new) {
            self.add(&format!("{kind}-went"), name, "", "");
        }
    }

    /// Members of groups with high rights; a group that one reading does not know is not compared.
    fn members(&mut self, old: &DomainFacts, new: &DomainFacts) {
        let (old, new) = (privileged(old), privileged(new));
        for (sid, (group, members)) in &new {
            let Some((_, before)) = old.get(sid) else { continue };
            for name in members.difference(before) {
                self.add("member-came", name, group, "");
            }
            for name in before.difference(members) {
                self.add("member-went", name, group, "");
            }
        }
    }

    fn settings(&mut self, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) {
        for (name, after) in new {
            match old.get(name) {
                Some(before) if before != after => self.add("setting", name, before, after),
                _ => {}
            }
        }
    }

    fn users(&mut self, old: &DomainFacts, new: &DomainFacts) {
        let (Some(old), Some(new)) = (&old.users, &new.users) else { return };
        let by_key = |users: &[model::facts::DomainUser]| -> BTreeMap<String, (String, Option<bool>)> {
            users
                .iter()
                .map(|user| {
                    let name = text(user.name.as_ref()).to_owned();
                    (user.sid.clone().unwrap_or_else(|| name.clone()), (name, user.enabled))
                })
                .collect()
        };
        let (old, new) = (by_key(old), by_key(new));
        for (key, (name, enabled)) in &new {
            match old.get(key) {
                None => self.add("user-came", name, "", ""),
                Some((before, _)) if before != name => self.add("user-renamed", name, before, name),
                Some((_, Some(true))) if *enabled == Some(false) => self.add("user-disabled", name, "", ""),
                Some((_, Some(false))) if *enabled == Some(true) => self.add("user-enabled", name, "", ""),
                Some(_) => {}
            }
        }
        for (name, _) in old.iter().filter(|(key, _)| !new.contains_key(*key)).map(|(_, user)| user) {
            self.add("user-went", name, "", "");
        }
    }
}

/// The privileged groups by SID: name and members.
fn privileged(facts: &DomainFacts) -> BTreeMap<&str, (&str, BTreeSet<&str>)> {
    let mut groups = BTreeMap::new();
    for group in facts.privileged.iter().flatten() {
        let (Some(sid), Some(members)) = (&group.sid, &group.members) else { continue };
        let members = members.iter().filter_map(|member| member.name.as_deref()).collect();
        groups.insert(sid.as_str(), (text(group.name.as_ref()), members));
    }
    groups
}

fn computers(facts: &DomainFacts) -> Option<BTreeSet<String>> {
    let list = facts.computers.as_ref()?;
    Some(list.iter().filter_map(|computer| computer.name.clone()).collect())
}

fn gpos(facts: &DomainFacts) -> Option<BTreeSet<String>> {
    let list = facts.policy_objects.as_ref()?;
    Some(list.iter().filter_map(|object| object.name.clone()).collect())
}

/// Everything that has a value, by name.
fn settings(facts: &DomainFacts) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut put = |name: String, value: Option<String>| {
        if let Some(value) = value {
            found.insert(name, value);
        }
    };
    let words = |policy: &AccountPolicy| {
        [
            ("min_length", policy.min_length.map(|n| n.to_string())),
            ("complexity", policy.complexity.map(|on| on.to_string())),
            ("lockout_threshold", policy.lockout_threshold.map(|n| n.to_string())),
            ("lockout_minutes", policy.lockout_minutes.map(|n| n.to_string())),
        ]
    };
    if let Some(policy) = &facts.password_policy {
        for (name, value) in words(policy) {
            put(format!("password.{name}"), value);
        }
    }
    for fine in facts.fine_grained.iter().flatten() {
        let Some(policy) = &fine.policy else { continue };
        for (name, value) in words(policy) {
            put(format!("{}: {name}", text(fine.name.as_ref())), value);
        }
    }
    if let Some(builtin) = &facts.builtin {
        for (name, account) in [("RID 500", &builtin.administrator), ("RID 501", &builtin.guest)] {
            let Some(account) = account else { continue };
            put(name.to_owned(), account.name.clone());
            put(format!("{name} enabled"), account.enabled.map(|on| on.to_string()));
        }
    }
    if let Some(policy) = &facts.policy {
        let number = |own: &Option<PolicyNumber>| {
            let own = own.as_ref()?;
            Some(
                own.value
                    .filter(|_| own.set == Some(true))
                    .map_or("–".to_owned(), |value| value.to_string()),
            )
        };
        let switch = |own: &Option<PolicySwitch>| {
            let own = own.as_ref()?;
            Some(
                own.value
                    .filter(|_| own.set == Some(true))
                    .map_or("–".to_owned(), |value| value.to_string()),
            )
        };
        put("LmCompatibilityLevel".into(), number(&policy.lm_compatibility_level));
        put("NoLMHash".into(), switch(&policy.no_lm_hash));
        put("SMB 1 server off".into(), switch(&policy.smb1_server_off));
        put("SMB 1 client off".into(), switch(&policy.smb1_client_off));
        put("AuditReceivingNTLMTraffic".into(), number(&policy.ntlm_audit_receiving));
        put("RestrictSendingNTLMTraffic".into(), number(&policy.ntlm_restrict_sending));
    }
    for setting in facts.policy_settings.iter().flatten() {
        let reach = setting.reach.map(super::table::reach_word).unwrap_or_default();
        put(format!("{} ({reach})", text(setting.name.as_ref())), setting.value.clone());
    }
    if let Some(transport) = &facts.transport {
        put("LDAP signing".into(), transport.ldap_signing_required.map(|on| on.to_string()));
        put("SMB signing".into(), transport.smb_signing_required.map(|on| on.to_string()));
    }
    let weak = facts.weak_accounts.as_ref();
    put("MachineAccountQuota".into(), weak.and_then(|own| own.machine_account_quota).map(|n| n.to_string()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn facts(value: Value) -> DomainFacts {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn tells_what_came_went_and_changed() {
        let old = facts(json!({
            "password_policy": {"min_length": 8},
            "privileged": [{"sid": "S-512", "name": "Domain Admins", "members": [{"name": "a"}, {"name": "b"}]}],
            "computers": [{"name": "PC-1"}],
            "users": [{"sid": "1", "name": "sato", "enabled": true}, {"sid": "2", "name": "ito", "enabled": true}],
        }));
        let new = facts(json!({
            "password_policy": {"min_length": 12},
            "privileged": [{"sid": "S-512", "name": "Domain Admins", "members": [{"name": "a"}, {"name": "c"}]}],
            "computers": [{"name": "PC-1"}, {"name": "PC-2"}],
            "users": [{"sid": "1", "name": "sato2", "enabled": true}, {"sid": "2", "name": "ito", "enabled": false}],
        }));
        let found = between(&old, &new);
        let lines: Vec<String> = found
            .listed
            .iter()
            .map(|own| format!("{} {} {} {}", own.kind, own.name, own.before, own.after))
            .collect();
        assert_eq!(
            lines,
            [
                "member-came c Domain Admins ",
                "member-went b Domain Admins ",
                "setting password.min_length 8 12",
                "user-renamed sato2 sato sato2",
                "user-disabled ito  ",
                "computer-came PC-2  ",
            ]
        );
        assert_eq!(between(&new, &new), Differences { compared: true, ..Differences::default() });
    }

    #[test]
    fn what_was_not_read_is_no_difference() {
        let read = facts(
            json!({"users": [{"name": "sato"}], "computers": [], "password_policy": {"min_length": 8}}),
        );
        let unread = facts(json!({}));
        assert_eq!(between(&read, &unread).total, 0);
        assert_eq!(between(&unread, &read).total, 0);
    }
}
