//! Accounts: people and services, the two built-in ones, the weak ones, those marked `adminCount=1`, and computers.

use model::At;
use model::facts::{AdminCount, Builtin, BuiltinAccount, DomainComputer, DomainUser, LapsKind, WeakAccounts};

use crate::Entry;
use crate::census::{Census, Principal, enabled, entry_sid, last_logon, name};
use crate::read::LapsSchema;
use crate::value::{file_time, generalized_time, rid};

/// Days without a logon after which an enabled account counts as stale.
const STALE_DAYS: i64 = 90;
/// Bits of `userAccountControl` ([MS-ADTS] 2.2.16).
const PASSWORD_NOT_REQUIRED: i64 = 0x20;
const REVERSIBLE_ENCRYPTION: i64 = 0x80;
const SERVER_TRUST: i64 = 0x2000;
const NEVER_EXPIRES: i64 = 0x1_0000;
const TRUSTED_FOR_DELEGATION: i64 = 0x8_0000;
const NO_PREAUTHENTICATION: i64 = 0x40_0000;
/// Primary groups of domain controllers, writable and read-only ([MS-SAMR] 2.2.1.14).
const CONTROLLER_GROUPS: [i64; 2] = [516, 521];

/// The names Windows gives RID 500 and RID 501, in the languages it is made in. Japanese, Chinese and Korean keep the
/// English ones; so do most others for the administrator.
const ADMINISTRATOR: &[&str] = &[
    "Administrator",
    "Administrador",
    "Administrateur",
    "Administratör",
    "Amministratore",
    "Järjestelmänvalvoja",
    "Rendszergazda",
    "Администратор",
    "Διαχειριστής",
    "Yönetici",
    "Správce",
];
const GUEST: &[&str] = &[
    "Guest",
    "Gast",
    "Invité",
    "Invitado",
    "Convidado",
    "Ospite",
    "Gäst",
    "Gæst",
    "Gjest",
    "Vieras",
    "Gość",
    "Host",
    "Vendég",
    "Гость",
    "Επισκέπτης",
    "Konuk",
    "Hosť",
    "Gost",
    "Misafir",
];

/// People and services.
pub(crate) fn users(entries: &[Entry]) -> Vec<DomainUser> {
    let text =
        |entry: &Entry, name: &str| entry.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let at = |entry: &Entry, name: &str| entry.number(name).and_then(file_time);
    let user = |entry: &Entry| DomainUser {
        name: Some(name(entry)),
        sid: entry_sid(entry),
        upn: text(entry, "userPrincipalName"),
        mail: text(entry, "mail"),
        display_name: text(entry, "displayName"),
        employee_number: text(entry, "employeeNumber").or_else(|| text(entry, "employeeID")),
        department: text(entry, "department"),
        enabled: enabled(entry),
        created_at: entry.text("whenCreated").and_then(generalized_time),
        last_logon_at: last_logon(entry),
        password_set_at: at(entry, "pwdLastSet"),
        expires_at: at(entry, "accountExpires"),
    };
    let mut users: Vec<DomainUser> = entries.iter().map(user).collect();
    users.sort_by(|a, b| a.name.cmp(&b.name));
    users
}

/// The two built-in accounts.
pub(crate) fn builtin(census: &Census) -> Builtin {
    let account = |principal: &Principal, names: &[&str]| BuiltinAccount {
        name: Some(principal.name.clone()),
        default_name: Some(has_default_name(&principal.name, names)),
        enabled: principal.enabled,
        last_logon_at: principal.last_logon_at,
    };
    Builtin {
        administrator: census.builtin(500).map(|found| account(found, ADMINISTRATOR)),
        guest: census.builtin(501).map(|found| account(found, GUEST)),
    }
}

fn has_default_name(name: &str, names: &[&str]) -> bool {
    let name = name.trim().to_lowercase();
    names.iter().any(|default| default.to_lowercase() == name)
}

/// Weak accounts; disabled ones are left out, since nobody can use them.
pub(crate) fn weak(users: &[Entry], computers: &[Entry], head: Option<&Entry>, now: At) -> WeakAccounts {
    let bits = |entry: &Entry| entry.number("userAccountControl").unwrap_or(0);
    let having = |entries: &[&Entry], bit: i64| -> Vec<String> {
        entries.iter().filter(|entry| bits(entry) & bit != 0).map(|entry| name(entry)).collect()
    };
    let usable = |entry: &&Entry| enabled(entry) == Some(true);
    let people: Vec<&Entry> = users.iter().filter(usable).collect();
    let all: Vec<&Entry> = people
        .iter()
        .copied()
        .chain(computers.iter().filter(usable).filter(|pc| !is_controller(pc)))
        .collect();
    let is_krbtgt = |entry: &Entry| entry_sid(entry).as_deref().and_then(rid) == Some(502);
    let sorted = |mut names: Vec<String>| {
        names.sort();
        Some(names)
    };
    let stale = |entry: &&&Entry| {
        let created = || entry.text("whenCreated").and_then(generalized_time);
        last_logon(entry).or_else(created).is_some_and(|at| at.days_until(now) >= STALE_DAYS)
    };
    let services = |entry: &&&Entry| {
        !entry.bytes("servicePrincipalName").is_empty() && !is_machine(entry) && !is_krbtgt(entry)
    };
    WeakAccounts {
        password_never_expires: sorted(having(&people, NEVER_EXPIRES)),
        no_preauthentication: sorted(having(&people, NO_PREAUTHENTICATION)),
        unconstrained_delegation: sorted(having(&all, TRUSTED_FOR_DELEGATION)),
        stale: sorted(people.iter().filter(stale).map(|entry| name(entry)).collect()),
        password_not_required: sorted(having(&people, PASSWORD_NOT_REQUIRED)),
        reversible_encryption: sorted(having(&people, REVERSIBLE_ENCRYPTION)),
        service_principals: sorted(people.iter().filter(services).map(|entry| name(entry)).collect()),
        krbtgt_password_set_at: users
            .iter()
            .find(|entry| is_krbtgt(entry))
            .and_then(|entry| entry.number("pwdLastSet"))
            .and_then(file_time),
        machine_account_quota: head.and_then(|head| head.number("ms-DS-MachineAccountQuota")),
    }
}

/// A managed service account is a machine by its name.
fn is_machine(entry: &Entry) -> bool {
    name(entry).ends_with('$')
}

fn is_controller(entry: &Entry) -> bool {
    entry.number("userAccountControl").is_some_and(|bits| bits & SERVER_TRUST != 0)
        || entry.number("primaryGroupID").is_some_and(|group| CONTROLLER_GROUPS.contains(&group))
}

/// Accounts marked `adminCount=1`; `protected` tells who is in a protected group today.
pub(crate) fn marked(entries: &[&Entry], protected: impl Fn(&Entry) -> bool) -> Vec<AdminCount> {
    let marked = entries.iter().filter(|entry| entry.number("adminCount") == Some(1));
    let mut list: Vec<AdminCount> = marked
        .map(|entry| AdminCount {
            name: Some(name(entry)),
            enabled: enabled(entry),
            privileged_now: Some(protected(entry)),
            expected: None,
        })
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// Computers. Which LAPS keeps a computer's password is told by the time of its next change, which every account may read
/// by default; where it is not there, none is said. Without the schema's word nothing is said.
pub(crate) fn computers(entries: &[Entry], laps: Option<LapsSchema>) -> Vec<DomainComputer> {
    let text = |entry: &Entry, name: &str| entry.text(name).map(str::to_owned);
    let computer = |entry: &Entry| {
        let at = |name: &str| entry.number(name).and_then(file_time);
        let (windows, legacy) = (at("msLAPS-PasswordExpirationTime"), at("ms-Mcs-AdmPwdExpirationTime"));
        let kind = match (windows, legacy) {
            (Some(_), _) => LapsKind::Windows,
            (None, Some(_)) => LapsKind::Legacy,
            (None, None) => LapsKind::None,
        };
        DomainComputer {
            name: Some(name(entry).trim_end_matches('$').to_owned()),
            // A computer that never told its system has an empty one, not an unread one.
            os: Some(text(entry, "operatingSystem").unwrap_or_default()),
            os_version: text(entry, "operatingSystemVersion"),
            enabled: enabled(entry),
            last_logon_at: last_logon(entry),
            laps: laps.map(|_| kind),
            laps_expires_at: windows.or(legacy),
            domain_controller: Some(is_controller(entry)),
        }
    };
    let mut computers: Vec<DomainComputer> = entries.iter().map(computer).collect();
    computers.sort_by(|a, b| a.name.cmp(&b.name));
    computers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::sample::entry;

    #[test]
    fn knows_the_names_windows_gives() {
        let check = |name: &str, names: &[&str], default: bool| {
            assert_eq!(has_default_name(name, names), default, "{name}");
        };
        check("administrator", ADMINISTRATOR, true);
        check("АДМИНИСТРАТОР", ADMINISTRATOR, true);
        check("Järjestelmänvalvoja", ADMINISTRATOR, true);
        check("corp-root", ADMINISTRATOR, false);
        check("管理者", ADMINISTRATOR, false);
        check("Vendég", GUEST, true);
        check("visitor", GUEST, false);
    }

    #[test]
    fn tells_laps_and_controllers() {
        let soon = "134000000000000000";
        let check =
            |more: &[(&str, &str)], laps: Option<LapsSchema>, kind: Option<LapsKind>, controller: bool| {
                let read = computers(&[entry("PC1$", 1000, more)], laps).pop().unwrap();
                assert_eq!(
                    (read.name.as_deref(), read.laps, read.domain_controller),
                    (Some("PC1"), kind, Some(controller))
                );
            };
        let both = Some(LapsSchema { windows: true, legacy: true });
        check(&[("msLAPS-PasswordExpirationTime", soon)], both, Some(LapsKind::Windows), false);
        check(&[("ms-Mcs-AdmPwdExpirationTime", soon)], both, Some(LapsKind::Legacy), false);
        check(
            &[("ms-Mcs-AdmPwdExpirationTime", soon), ("msLAPS-PasswordExpirationTime", soon)],
            both,
            Some(LapsKind::Windows),
            false,
        );
        check(&[("primaryGroupID", "521")], Some(LapsSchema::default()), Some(LapsKind::None), true);
        check(&[("userAccountControl", "532480")], None, None, true);
    }

    #[test]
    fn finds_weak_accounts() {
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        let user = |name: &str, bits: i64, more: &[(&str, &str)]| {
            let bits = bits.to_string();
            entry(name, 1100, &[&[("userAccountControl", bits.as_str())], more].concat())
        };
        let users = [
            user("never", 512 | NEVER_EXPIRES, &[("whenCreated", "20261101000000.0Z")]),
            user("off", 514 | NEVER_EXPIRES, &[]),
            user("old", 512, &[("whenCreated", "20260101000000.0Z")]),
            user("web", 512, &[("servicePrincipalName", "HTTP/web")]),
            user("gmsa$", 4096, &[("servicePrincipalName", "HTTP/web")]),
        ];
        let computers = [user("DC1$", 0x82000, &[]), user("PC1$", 4096 | TRUSTED_FOR_DELEGATION, &[])];
        let weak = weak(&users, &computers, None, now);
        let check = |list: Option<Vec<String>>, names: &[&str]| assert_eq!(list.unwrap(), names);
        check(weak.password_never_expires, &["never"]);
        check(weak.stale, &["old"]);
        check(weak.unconstrained_delegation, &["PC1$"]);
        check(weak.service_principals, &["web"]);
        assert_eq!(weak.machine_account_quota, None);
    }
}
