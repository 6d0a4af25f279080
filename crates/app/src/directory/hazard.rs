//! What is dangerous in a domain beyond the guideline's statements: a pure function of its facts. The words for each
//! hazard – why, and what to do – are interface texts under its name. What was not read is no hazard, and no all-clear.

use guideline::catalog::SupportTable;
use model::At;
use model::facts::{DomainComputer, DomainFacts, DomainTransport, WeakAccounts};

/// For so many days the password of krbtgt may stay.
pub const KRBTGT_DAYS_MAX: i64 = 180;
/// So many days before a certificate ends it is said.
const CERTIFICATE_DAYS: i64 = 30;
/// A computer that did not sign in for so long is no longer there.
pub const STALE_DAYS: i64 = 90;

/// How damaging it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Whoever is inside takes the domain with it.
    Critical,
    /// One more step is needed.
    High,
    /// It makes other attacks easier.
    Medium,
    /// It is untidy, and hides what matters.
    Low,
}

impl Weight {
    /// The last part of its locale key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Weight::Critical => "critical",
            Weight::High => "high",
            Weight::Medium => "medium",
            Weight::Low => "low",
        }
    }
}

/// Something dangerous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// Its name, and the middle of its locale keys.
    pub name: &'static str,
    /// How damaging.
    pub weight: Weight,
    /// Who or what is at fault; empty when it is the domain as a whole.
    pub offenders: Vec<String>,
    /// The figure that was found, if there is one.
    pub figure: Option<i64>,
}

/// The hazards of a domain, the most damaging first; of the same weight those with most at fault.
#[must_use]
pub fn hazards(facts: &DomainFacts, support: &SupportTable, now: At) -> Vec<Hazard> {
    let mut found = Vec::new();
    if let Some(published) = &facts.published_passwords {
        let lines = published.iter().map(|own| {
            let part = |value: &Option<String>| value.clone().unwrap_or_default();
            format!("{} – {} – {}", part(&own.account), part(&own.gpo), part(&own.file))
        });
        listed(&mut found, "published-passwords", Weight::Critical, lines.collect());
    }
    if let Some(weak) = &facts.weak_accounts {
        accounts(&mut found, weak, now);
    }
    if let Some(computers) = &facts.computers {
        machines(&mut found, computers, support, now);
    }
    if let Some(transport) = &facts.transport {
        speech(&mut found, transport, now);
    }
    let foreign = facts.privileged.iter().flatten().flat_map(|group| {
        let name = group.name.clone().unwrap_or_default();
        let members = group.members.iter().flatten().filter(|member| member.foreign == Some(true));
        members.map(move |member| format!("{} – {name}", member.name.clone().unwrap_or_default()))
    });
    listed(&mut found, "foreign-members", Weight::Medium, foreign.collect());
    found.sort_by_key(|own| (own.weight, std::cmp::Reverse(own.offenders.len())));
    found
}

fn listed(found: &mut Vec<Hazard>, name: &'static str, weight: Weight, offenders: Vec<String>) {
    if !offenders.is_empty() {
        found.push(Hazard { name, weight, offenders, figure: None });
    }
}

fn accounts(found: &mut Vec<Hazard>, weak: &WeakAccounts, now: At) {
    let lists = [
        ("no-preauthentication", Weight::High, &weak.no_preauthentication),
        ("unconstrained-delegation", Weight::High, &weak.unconstrained_delegation),
        ("reversible-encryption", Weight::High, &weak.reversible_encryption),
        ("password-not-required", Weight::High, &weak.password_not_required),
        ("service-principals", Weight::Medium, &weak.service_principals),
        ("password-never-expires", Weight::Medium, &weak.password_never_expires),
        ("stale-accounts", Weight::Low, &weak.stale),
    ];
    for (name, weight, names) in lists {
        listed(found, name, weight, names.clone().unwrap_or_default());
    }
    let age = weak.krbtgt_password_set_at.map(|set| set.days_until(now));
    if let Some(days) = age.filter(|days| *days > KRBTGT_DAYS_MAX) {
        // Old by years means that tickets forged long ago still open everything.
        let weight = if days > 4 * KRBTGT_DAYS_MAX { Weight::High } else { Weight::Medium };
        found.push(Hazard { name: "krbtgt-age", weight, offenders: Vec::new(), figure: Some(days) });
    }
    if let Some(quota) = weak.machine_account_quota.filter(|quota| *quota > 0) {
        found.push(Hazard {
            name: "machine-account-quota",
            weight: Weight::Medium,
            offenders: Vec::new(),
            figure: Some(quota),
        });
    }
}

fn machines(found: &mut Vec<Hazard>, computers: &[DomainComputer], support: &SupportTable, now: At) {
    let name = |own: &DomainComputer| own.name.clone().unwrap_or_default();
    let in_use = || computers.iter().filter(|own| own.enabled != Some(false));
    let old: Vec<String> = in_use()
        .filter_map(|own| {
            let end = support_end(own, support).filter(|end| *end < now)?;
            Some(format!("{} – {} ({})", name(own), own.os.clone().unwrap_or_default(), end.day()))
        })
        .collect();
    listed(found, "old-systems", Weight::High, old);
    let stale = in_use().filter(|own| is_stale(own, now)).map(name).collect();
    listed(found, "stale-computers", Weight::Low, stale);
}

fn speech(found: &mut Vec<Hazard>, transport: &DomainTransport, now: At) {
    let mut whole = |name, weight| found.push(Hazard { name, weight, offenders: Vec::new(), figure: None });
    if transport.anonymous_search == Some(true) {
        whole("anonymous-search", Weight::High);
    }
    if transport.ldap_signing_required == Some(false) {
        whole("ldap-signing", Weight::Medium);
    }
    if transport.ldap_channel_binding == Some(0) {
        whole("channel-binding", Weight::Medium);
    }
    if transport.smb_signing_required == Some(false) {
        whole("smb-signing", Weight::High);
    }
    let left = transport.certificate_expires_at.map(|end| now.days_until(end));
    if let Some(days) = left.filter(|days| *days <= CERTIFICATE_DAYS) {
        let weight = if days < 0 { Weight::High } else { Weight::Medium };
        found.push(Hazard { name: "certificate-ends", weight, offenders: Vec::new(), figure: Some(days) });
    }
}

/// Whether a computer did not sign in for long.
#[must_use]
pub fn is_stale(computer: &DomainComputer, now: At) -> bool {
    computer.last_logon_at.is_some_and(|last| last.days_until(now) > STALE_DAYS)
}

/// When the maker stops mending a computer's system, as the catalogue knows; none when the directory says too little.
#[must_use]
pub fn support_end(computer: &DomainComputer, support: &SupportTable) -> Option<At> {
    let os = computer.os.as_deref()?;
    let version = computer.os_version.as_deref()?;
    if !os.starts_with("Windows") {
        return None;
    }
    // `10.0 (19045)`: the number in brackets is the build.
    let build: i64 = version.split_once('(')?.1.split(')').next()?.trim().parse().ok()?;
    let channel = if os.contains("LTSC") || os.contains("LTSB") {
        "long_term"
    } else if os.contains("Server") {
        "server"
    } else if os.contains("Enterprise") || os.contains("Education") {
        "enterprise"
    } else {
        "general"
    };
    support.end_of(&serde_json::json!({"family": "windows", "channel": channel, "build": build}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn now() -> At {
        "2026-11-24T00:00:00Z".parse().unwrap()
    }

    fn names(value: Value) -> Vec<&'static str> {
        let files = guideline::catalog::Files::embedded();
        let catalog = guideline::Catalog::from_files(&files).unwrap();
        let facts: DomainFacts = serde_json::from_value(value).unwrap();
        hazards(&facts, &catalog.support, now()).into_iter().map(|own| own.name).collect()
    }

    #[test]
    fn the_most_damaging_comes_first() {
        let found = names(json!({
            "weak_accounts": {"stale": ["a", "b"], "no_preauthentication": ["svc"], "machine_account_quota": 10,
                "krbtgt_password_set_at": "2026-01-01T00:00:00Z", "password_never_expires": []},
            "published_passwords": [{"gpo": "G", "file": "Groups.xml", "account": "admin"}],
            "transport": {"smb_signing_required": false, "certificate_expires_at": "2026-12-01T00:00:00Z"},
        }));
        assert_eq!(
            found,
            [
                "published-passwords",
                "no-preauthentication",
                "smb-signing",
                "krbtgt-age",
                "machine-account-quota",
                "certificate-ends",
                "stale-accounts",
            ]
        );
    }

    #[test]
    fn what_is_well_or_was_not_read_is_no_hazard() {
        let check = |value: Value| assert_eq!(names(value.clone()), [""; 0], "{value}");
        check(json!({}));
        check(json!({"transport": {}, "weak_accounts": {}, "computers": [{"name": "X"}]}));
        check(json!({
            "weak_accounts": {"krbtgt_password_set_at": "2026-06-01T00:00:00Z", "machine_account_quota": 0},
            "transport": {"ldap_signing_required": true, "smb_signing_required": true, "ldap_channel_binding": 2,
                "anonymous_search": false, "certificate_expires_at": "2027-06-01T00:00:00Z"},
            "computers": [{"name": "OFF", "os": "Windows 7 Professional", "os_version": "6.1 (7601)", "enabled": false}],
        }));
    }

    #[test]
    fn old_systems_are_told_by_build_and_edition() {
        let check = |os: &str, version: &str, old: bool| {
            let found = names(
                json!({"computers": [{"name": "X", "os": os, "os_version": version, "enabled": true}]}),
            );
            assert_eq!(found.contains(&"old-systems"), old, "{os} {version}");
        };
        check("Windows 10 Pro", "10.0 (19045)", true);
        check("Windows 11 Pro", "10.0 (26200)", false);
        check("Windows Server 2012 R2 Standard", "6.3 (9600)", true);
        check("Windows Server 2022 Standard", "10.0 (20348)", false);
        check("Samba", "4.17", false);
    }
}
