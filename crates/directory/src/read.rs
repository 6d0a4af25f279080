//! What is asked of the directory, search by search. What a search could not give is a miss.

use model::evidence::{Miss, Why};

use crate::census::Entries;
use crate::session::{Reach, Session, Trouble};
use crate::{Entry, value};

const USER: &[&str] = &[
    "sAMAccountName",
    "objectSid",
    "objectGUID",
    "objectClass",
    "userPrincipalName",
    "mail",
    "displayName",
    "employeeNumber",
    "employeeID",
    "department",
    "userAccountControl",
    "whenCreated",
    "lastLogonTimestamp",
    "lastLogon",
    "pwdLastSet",
    "accountExpires",
    "adminCount",
    "servicePrincipalName",
    "primaryGroupID",
    "msDS-PSOApplied",
];
const COMPUTER: &[&str] = &[
    "sAMAccountName",
    "objectSid",
    "objectGUID",
    "objectClass",
    "operatingSystem",
    "operatingSystemVersion",
    "userAccountControl",
    "lastLogonTimestamp",
    "lastLogon",
    "whenCreated",
    "adminCount",
    "primaryGroupID",
    "servicePrincipalName",
    "pwdLastSet",
    "accountExpires",
    "displayName",
];
const LAPS_WINDOWS: &str = "msLAPS-PasswordExpirationTime";
const LAPS_LEGACY: &str = "ms-Mcs-AdmPwdExpirationTime";
const GROUP: &[&str] =
    &["sAMAccountName", "objectSid", "objectGUID", "groupType", "member", "adminCount", "msDS-PSOApplied"];
const DOMAIN: &[&str] = &[
    "objectSid",
    "minPwdLength",
    "pwdProperties",
    "lockoutThreshold",
    "lockoutDuration",
    "maxPwdAge",
    "pwdHistoryLength",
    "ms-DS-MachineAccountQuota",
];
const PASSWORD_SETTINGS: &[&str] = &[
    "cn",
    "objectGUID",
    "msDS-PasswordSettingsPrecedence",
    "msDS-MinimumPasswordLength",
    "msDS-PasswordComplexityEnabled",
    "msDS-LockoutThreshold",
    "msDS-LockoutDuration",
    "msDS-MaximumPasswordAge",
    "msDS-PasswordHistoryLength",
    "msDS-PSOAppliesTo",
];

/// Which LAPS the schema knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LapsSchema {
    pub(crate) windows: bool,
    pub(crate) legacy: bool,
}

/// Everything that was read, and what was not.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) head: Option<Entry>,
    pub(crate) netbios_name: Option<String>,
    pub(crate) entries: Entries,
    /// Whether users, computers, groups and strangers were read whole.
    pub(crate) users_read: bool,
    pub(crate) computers_read: bool,
    pub(crate) groups_read: bool,
    pub(crate) laps: Option<LapsSchema>,
    pub(crate) password_settings: Option<Vec<Entry>>,
    pub(crate) misses: Vec<Miss>,
}

impl Reading {
    pub(crate) fn miss(&mut self, at: &str, trouble: &Trouble) {
        self.misses.push(trouble.miss(at));
    }
}

/// Reads all but group policy.
pub(crate) fn all(session: &mut Session) -> Reading {
    let mut reading = Reading::default();
    head(session, &mut reading);
    laps_schema(session, &mut reading);
    accounts(session, &mut reading);
    password_settings(session, &mut reading);
    reading
}

fn head(session: &mut Session, reading: &mut Reading) {
    let root = session.root().clone();
    match session.search(&root.domain, Reach::Entry, "(objectClass=*)", DOMAIN) {
        Ok(mut found) => reading.head = found.pop(),
        Err(trouble) => reading.miss("password_policy", &trouble),
    }
    let partitions = format!("CN=Partitions,{}", root.configuration);
    let filter = format!("(&(objectClass=crossRef)(nCName={}))", escaped(&root.domain));
    match session.search(&partitions, Reach::Below, &filter, &["nETBIOSName", "dnsRoot"]) {
        Ok(found) => {
            reading.netbios_name =
                found.first().and_then(|entry| entry.text("nETBIOSName")).map(str::to_owned);
        }
        Err(trouble) => reading.miss("identity.netbios_name", &trouble),
    }
}

fn laps_schema(session: &mut Session, reading: &mut Reading) {
    let schema = session.root().schema.clone();
    let filter = format!("(|(lDAPDisplayName={LAPS_WINDOWS})(lDAPDisplayName={LAPS_LEGACY}))");
    match session.search(&schema, Reach::Below, &filter, &["lDAPDisplayName"]) {
        Ok(found) => {
            let has = |name: &str| {
                found
                    .iter()
                    .filter_map(|e| e.text("lDAPDisplayName"))
                    .any(|have| have.eq_ignore_ascii_case(name))
            };
            reading.laps = Some(LapsSchema { windows: has(LAPS_WINDOWS), legacy: has(LAPS_LEGACY) });
        }
        Err(trouble) => reading.miss("computers.laps", &trouble),
    }
}

fn accounts(session: &mut Session, reading: &mut Reading) {
    let domain = session.root().domain.clone();
    let laps = reading.laps.unwrap_or_default();
    // The types of accounts that sign in ([MS-SAMR] 2.2.1.9): users 0x30000000, machines 0x30000001.
    match session.search(&domain, Reach::Tree, "(sAMAccountType=805306368)", USER) {
        Ok(found) => (reading.entries.users, reading.users_read) = (found, true),
        Err(trouble) => reading.miss("users", &trouble),
    }
    let mut attributes = COMPUTER.to_vec();
    attributes.extend(laps.windows.then_some(LAPS_WINDOWS));
    attributes.extend(laps.legacy.then_some(LAPS_LEGACY));
    match session.search(&domain, Reach::Tree, "(sAMAccountType=805306369)", &attributes) {
        Ok(found) => {
            // Managed service accounts are machines by type and services by use.
            let (services, computers) = found.into_iter().partition(is_service);
            reading.entries.users.extend::<Vec<Entry>>(services);
            (reading.entries.computers, reading.computers_read) = (computers, true);
        }
        Err(trouble) => reading.miss("computers", &trouble),
    }
    match session.search(&domain, Reach::Tree, "(objectCategory=group)", GROUP) {
        Ok(found) => (reading.entries.groups, reading.groups_read) = (found, true),
        Err(trouble) => reading.miss("groups", &trouble),
    }
    let strangers = format!("CN=ForeignSecurityPrincipals,{domain}");
    match session.search(&strangers, Reach::Below, "(objectClass=foreignSecurityPrincipal)", &["objectSid"]) {
        Ok(found) => reading.entries.strangers = found,
        Err(trouble) => reading.miss("privileged.members", &trouble),
    }
}

fn is_service(entry: &Entry) -> bool {
    entry.bytes("objectClass").iter().any(|class| {
        class.eq_ignore_ascii_case(b"msDS-GroupManagedServiceAccount")
            || class.eq_ignore_ascii_case(b"msDS-ManagedServiceAccount")
            || class.eq_ignore_ascii_case(b"msDS-DelegatedManagedServiceAccount")
    })
}

/// The password policies for some. An ordinary account sees neither them nor their container, so "none seen" is only
/// believed when the container can be seen and nobody points to one that was not read.
fn password_settings(session: &mut Session, reading: &mut Reading) {
    // They came with Windows Server 2008.
    if session.root().functional_level.is_some_and(|level| level < 3) {
        reading.password_settings = Some(Vec::new());
        return;
    }
    let container = format!("CN=Password Settings Container,CN=System,{}", session.root().domain);
    let found =
        session.search(&container, Reach::Below, "(objectClass=msDS-PasswordSettings)", PASSWORD_SETTINGS);
    let found = match found {
        Ok(found) => found,
        Err(Trouble::NotFound | Trouble::Denied(_)) => Vec::new(),
        Err(trouble) => return reading.miss("fine_grained", &trouble),
    };
    let readable = |entry: &Entry| entry.number("msDS-MinimumPasswordLength").is_some();
    let pointed_to: Vec<String> = reading
        .entries
        .users
        .iter()
        .chain(&reading.entries.groups)
        .flat_map(|entry| entry.bytes("msDS-PSOApplied"))
        .map(|dn| String::from_utf8_lossy(dn).to_lowercase())
        .collect();
    let all_found = pointed_to.iter().all(|dn| found.iter().any(|entry| entry.dn.to_lowercase() == *dn));
    let believed = if found.is_empty() { may_read_container(session, &container) } else { Ok(true) };
    match believed {
        Ok(true) if all_found && found.iter().all(readable) => reading.password_settings = Some(found),
        Ok(_) => reading.misses.push(Miss {
            at: "fine_grained".to_owned(),
            why: Why::Denied,
            detail: format!(
                "give the account the right to read '{}' and everything below it",
                value::quoted(&container)
            ),
        }),
        Err(trouble) => reading.miss("fine_grained", &trouble),
    }
}

/// Whether the account was given the right to read the container itself.
fn may_read_container(session: &mut Session, container: &str) -> Result<bool, Trouble> {
    match session.search(
        container,
        Reach::Entry,
        "(objectClass=*)",
        &["cn", "objectClass", "nTSecurityDescriptor"],
    ) {
        Ok(found) => Ok(found
            .iter()
            .any(|entry| entry.text("cn").is_some() && !entry.bytes("nTSecurityDescriptor").is_empty())),
        Err(Trouble::NotFound | Trouble::Denied(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// A value within a filter (RFC 4515, 3).
pub(crate) fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '\\' => out.push_str("\\5c"),
            '*' => out.push_str("\\2a"),
            '(' => out.push_str("\\28"),
            ')' => out.push_str("\\29"),
            '\0' => out.push_str("\\00"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute;

    #[test]
    fn asks_for_nothing_beyond_the_list() {
        let all = [
            USER,
            COMPUTER,
            GROUP,
            DOMAIN,
            PASSWORD_SETTINGS,
            crate::root::ATTRIBUTES,
            &[LAPS_WINDOWS, LAPS_LEGACY],
        ];
        for name in all.concat() {
            assert!(attribute::is_allowed(name), "{name}");
        }
    }

    #[test]
    fn escapes_filters() {
        assert_eq!(escaped(r"CN=a\,(b)*"), r"CN=a\5c,\28b\29\2a");
    }
}
