//! Password and lockout policies: the domain's, and those for some with whom they hit.

use std::collections::{HashMap, HashSet};

use model::facts::{AccountPolicy, FineGrainedPolicy};

use crate::Entry;
use crate::census::{Census, Kind};
use crate::value::{outermost_name, rid, span};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// `DOMAIN_PASSWORD_COMPLEX` ([MS-SAMR] 2.2.4.1).
const COMPLEX: i64 = 1;
/// The account of the ticket service; no password policy for some ever applies to it.
const KRBTGT: u32 = 502;

/// The domain's policy, from the domain's own entry.
pub(crate) fn of_domain(head: &Entry) -> AccountPolicy {
    AccountPolicy {
        min_length: head.number("minPwdLength"),
        complexity: head.number("pwdProperties").map(|bits| bits & COMPLEX != 0),
        lockout_threshold: head.number("lockoutThreshold"),
        lockout_minutes: head.number("lockoutDuration").map(|ticks| span(ticks, MINUTE)),
        max_age_days: head.number("maxPwdAge").map(|ticks| span(ticks, DAY)),
        history: head.number("pwdHistoryLength"),
    }
}

fn of_some(entry: &Entry) -> AccountPolicy {
    AccountPolicy {
        min_length: entry.number("msDS-MinimumPasswordLength"),
        complexity: entry
            .text("msDS-PasswordComplexityEnabled")
            .map(|word| word.eq_ignore_ascii_case("TRUE")),
        lockout_threshold: entry.number("msDS-LockoutThreshold"),
        lockout_minutes: entry.number("msDS-LockoutDuration").map(|ticks| span(ticks, MINUTE)),
        max_age_days: entry.number("msDS-MaximumPasswordAge").map(|ticks| span(ticks, DAY)),
        history: entry.number("msDS-PasswordHistoryLength"),
    }
}

/// The policies for some, best first, with the accounts each is in force for ([MS-ADTS] 3.1.1.4.5.36): a policy on the
/// account itself counts before one on its global groups; then the smaller precedence; then the smaller GUID.
pub(crate) fn of_groups(entries: &[Entry], census: &Census) -> Vec<FineGrainedPolicy> {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    let order = |entry: &&Entry| {
        (
            entry.number("msDS-PasswordSettingsPrecedence").unwrap_or(i64::MAX),
            entry.bytes("objectGUID").first().cloned(),
        )
    };
    entries.sort_by_key(order);
    let mut by_target: HashMap<usize, usize> = HashMap::new();
    for (rank, entry) in entries.iter().enumerate() {
        for dn in applies_to(entry) {
            if let Some(at) = census.of_dn(&dn) {
                by_target.entry(at).or_insert(rank);
            }
        }
    }
    let mut hits: Vec<Vec<String>> = entries.iter().map(|_| Vec::new()).collect();
    for (at, user) in census.users() {
        if user.sid.as_deref().and_then(rid) == Some(KRBTGT) {
            continue;
        }
        let through_groups = || {
            let groups: HashSet<usize> = census.above(at).into_iter().map(|found| found.at).collect();
            let global = |at: &usize| {
                census.principals.get(*at).is_some_and(|group| group.kind == Kind::Group { global: true })
            };
            groups.into_iter().filter(global).filter_map(|group| by_target.get(&group)).min().copied()
        };
        let rank =
            if by_target.is_empty() { None } else { by_target.get(&at).copied().or_else(through_groups) };
        if let Some(list) = rank.and_then(|rank| hits.get_mut(rank)) {
            list.push(user.name.clone());
        }
    }
    entries
        .into_iter()
        .zip(hits)
        .map(|(entry, mut hits)| {
            hits.sort();
            let name =
                |dn: String| census.of_dn(&dn).map_or_else(|| outermost_name(&dn), |at| census.name(at));
            FineGrainedPolicy {
                name: Some(entry.text("cn").map_or_else(|| outermost_name(&entry.dn), str::to_owned)),
                precedence: entry.number("msDS-PasswordSettingsPrecedence"),
                policy: Some(of_some(entry)),
                applies_to: Some(applies_to(entry).into_iter().map(name).collect()),
                hits: Some(hits),
            }
        })
        .collect()
}

fn applies_to(entry: &Entry) -> Vec<String> {
    entry.bytes("msDS-PSOAppliesTo").iter().map(|dn| String::from_utf8_lossy(dn).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::Entries;
    use crate::census::sample::{DOMAIN, entry, group};

    #[test]
    fn reads_the_domain_policy() {
        let head = entry(
            "x",
            0,
            &[
                ("minPwdLength", "12"),
                ("pwdProperties", "1"),
                ("lockoutThreshold", "10"),
                ("lockoutDuration", "-9223372036854775808"),
                ("maxPwdAge", "-36288000000000"),
                ("pwdHistoryLength", "24"),
            ],
        );
        let policy = of_domain(&head);
        assert_eq!(
            (policy.min_length, policy.complexity, policy.lockout_minutes),
            (Some(12), Some(true), Some(0))
        );
        assert_eq!((policy.max_age_days, policy.history), (Some(42), Some(24)));
        assert_eq!(of_domain(&Entry::default()), AccountPolicy::default());
    }

    #[test]
    fn the_nearer_and_smaller_policy_hits() {
        let users = ["ann", "bob", "eve", "krbtgt"].iter().zip([1101, 1102, 1103, 502]);
        let users = users.map(|(name, rid)| entry(name, rid, &[])).collect();
        let local = {
            let mut local = group("Local", 1203, &["eve"]);
            local.attributes.insert("grouptype".into(), vec![b"-2147483644".to_vec()]);
            local
        };
        let groups =
            vec![group("Outer", 1201, &["Inner", "bob"]), group("Inner", 1202, &["ann", "krbtgt"]), local];
        let census = Census::of(&Entries { users, groups, ..Entries::default() }, DOMAIN);
        let policy = |name: &str, precedence: &str, targets: &[&str]| {
            let mut policy = entry(name, 0, &[("cn", name), ("msDS-PasswordSettingsPrecedence", precedence)]);
            let targets = targets.iter().map(|name| format!("CN={name},{DOMAIN}").into_bytes()).collect();
            policy.attributes.insert("msds-psoappliesto".into(), targets);
            policy
        };
        let read = of_groups(
            &[
                policy("direct", "90", &["bob"]),
                policy("late", "20", &["Inner"]),
                policy("early", "10", &["Outer", "Local"]),
            ],
            &census,
        );
        let hits: Vec<_> =
            read.iter().map(|p| (p.name.clone().unwrap(), p.hits.clone().unwrap().join(" "))).collect();
        let expected = [("early", "ann"), ("late", ""), ("direct", "bob")];
        assert_eq!(hits, expected.map(|(name, hits)| (name.to_owned(), hits.to_owned())));
    }
}
