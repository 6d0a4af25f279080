//! Groups: those with high rights and who is in them, those everybody is in, and all of them with their direct members.

use std::collections::HashSet;

use model::evidence::{Miss, Why};
use model::facts::{DomainGroup, EverybodyGroup, PrivilegedGroup, PrivilegedMember};

use crate::census::{Census, well_known};
use crate::value::rid;

/// Administrators, Account Operators, Server Operators, Print Operators, Backup Operators.
const BUILTIN: [u32; 5] = [544, 548, 549, 550, 551];
/// Domain Admins.
const DOMAIN: [u32; 1] = [512];
/// Schema Admins and Enterprise Admins, in the forest's first domain alone.
const FOREST: [u32; 2] = [518, 519];
/// Further groups that `AdminSDHolder` protects ([MS-ADTS] 3.1.1.6.1.2): Replicator, domain controllers, key administrators.
const PROTECTED_BUILTIN: [u32; 1] = [552];
const PROTECTED_DOMAIN: [u32; 4] = [516, 521, 526, 527];
/// Accounts that are protected themselves: Administrator and krbtgt.
const PROTECTED_ACCOUNTS: [u32; 2] = [500, 502];
/// Domain Users.
const DOMAIN_USERS: u32 = 513;
/// Everyone and Authenticated Users.
const ALWAYS_IN: [&str; 2] = ["S-1-1-0", "S-1-5-11"];

/// The groups with high rights and everybody in them. In a domain below the forest's first, Schema Admins and Enterprise
/// Admins are a miss: they are read with the first domain.
pub(crate) fn groups(census: &Census, domain: &str, forest_root: bool) -> (Vec<PrivilegedGroup>, Vec<Miss>) {
    let mut sids: Vec<String> = BUILTIN.iter().map(|number| format!("S-1-5-32-{number}")).collect();
    sids.extend(DOMAIN.iter().map(|number| format!("{domain}-{number}")));
    let mut misses = Vec::new();
    if forest_root {
        sids.extend(FOREST.iter().map(|number| format!("{domain}-{number}")));
    } else {
        misses.push(Miss {
            at: "privileged.members".to_owned(),
            why: Why::NotSupported,
            detail: "Schema Admins and Enterprise Admins are in the forest's first domain: collect that one as well"
                .to_owned(),
        });
    }
    let mut groups = Vec::new();
    for sid in sids {
        match census.of_sid(&sid) {
            Some(group) => groups.push(PrivilegedGroup {
                name: Some(census.name(group)),
                members: Some(members(census, group)),
                sid: Some(sid),
            }),
            None => misses.push(Miss {
                at: "privileged.members".to_owned(),
                why: Why::NotFound,
                detail: format!("{sid}: not there, or not visible to this account"),
            }),
        }
    }
    (groups, misses)
}

fn members(census: &Census, group: usize) -> Vec<PrivilegedMember> {
    let mut members: Vec<PrivilegedMember> = census
        .inside(group)
        .into_iter()
        .filter_map(|found| {
            let principal = census.principals.get(found.at)?;
            Some(PrivilegedMember {
                name: Some(principal.name.clone()),
                enabled: principal.enabled,
                sid: principal.sid.clone(),
                via: census.via(&found.via),
                foreign: Some(principal.foreign),
                last_logon_at: principal.last_logon_at,
                new_since_review: None,
            })
        })
        .collect();
    members.sort_by(|a, b| (&a.name, &a.sid).cmp(&(&b.name, &b.sid)));
    members
}

/// Everybody who is in a protected group today, or is protected as such.
pub(crate) fn protected(census: &Census, domain: &str) -> HashSet<usize> {
    let builtin = BUILTIN.iter().chain(&PROTECTED_BUILTIN).map(|number| format!("S-1-5-32-{number}"));
    let own =
        DOMAIN.iter().chain(&FOREST).chain(&PROTECTED_DOMAIN).map(|number| format!("{domain}-{number}"));
    let groups = builtin.chain(own).filter_map(|sid| census.of_sid(&sid));
    let mut protected: HashSet<usize> =
        groups.flat_map(|group| census.inside(group)).map(|found| found.at).collect();
    let itself = census.users().filter(|(_, user)| {
        user.sid.as_deref().and_then(rid).is_some_and(|number| PROTECTED_ACCOUNTS.contains(&number))
    });
    protected.extend(itself.map(|(at, _)| at));
    protected
}

/// The groups everybody is in: Domain Users, Authenticated Users and Everyone, and what these are members of.
pub(crate) fn everybody(census: &Census, domain: &str) -> Vec<EverybodyGroup> {
    let starts = std::iter::once(format!("{domain}-{DOMAIN_USERS}")).chain(ALWAYS_IN.map(str::to_owned));
    let mut list: Vec<EverybodyGroup> = Vec::new();
    for sid in starts {
        let start = census.of_sid(&sid);
        let name = start.map(|at| census.name(at)).or_else(|| well_known(&sid).map(str::to_owned));
        for found in start.map(|at| census.above(at)).unwrap_or_default() {
            let Some(group) = census.principals.get(found.at) else { continue };
            if list.iter().all(|have| have.sid != group.sid) {
                list.push(EverybodyGroup {
                    sid: group.sid.clone(),
                    name: Some(group.name.clone()),
                    via: Some(
                        std::iter::once(name.clone().unwrap_or_default())
                            .chain(census.via(&found.via))
                            .collect::<Vec<_>>()
                            .join(" > "),
                    ),
                });
            }
        }
        list.retain(|have| have.sid.as_deref() != Some(&sid));
        list.push(EverybodyGroup { sid: Some(sid), name, via: None });
    }
    list.sort_by(|a, b| (&a.name, &a.sid).cmp(&(&b.name, &b.sid)));
    list
}

/// All groups with their direct members, as security ids.
pub(crate) fn all(census: &Census) -> Vec<DomainGroup> {
    let mut groups: Vec<DomainGroup> = census
        .groups()
        .map(|(at, group)| {
            let sid = |member: &usize| census.principals.get(*member).and_then(|member| member.sid.clone());
            let mut members: Vec<String> = census.members(at).iter().filter_map(sid).collect();
            members.sort();
            members.dedup();
            DomainGroup { name: Some(group.name.clone()), sid: group.sid.clone(), members: Some(members) }
        })
        .collect();
    groups.sort_by(|a, b| (&a.name, &a.sid).cmp(&(&b.name, &b.sid)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::Entries;
    use crate::census::sample::{DOMAIN as DN, entry, group};

    fn census() -> Census {
        let users = vec![entry("root", 500, &[]), entry("ann", 1101, &[("primaryGroupID", "513")])];
        let mut stranger = entry("S-1-5-21-9-9-9-1000", 0, &[]);
        stranger.attributes.clear();
        let groups = vec![
            group("Domain Admins", 512, &["S-1-5-21-9-9-9-1000", "Staff"]),
            group("Domain Users", 513, &[]),
            group("Staff", 1201, &["Domain Users"]),
        ];
        Census::of(&Entries { users, groups, strangers: vec![stranger], ..Entries::default() }, DN)
    }

    #[test]
    fn opens_groups_and_names_strangers() {
        let (read, misses) = groups(&census(), "S-1-5-21-1-2-3", false);
        let members = read[0].members.as_ref().unwrap();
        let told: Vec<_> = members.iter().map(|m| (m.name.as_deref(), m.foreign, m.via.as_deref())).collect();
        let via = Some("Staff > Domain Users");
        assert_eq!(told, [(Some("S-1-5-21-9-9-9-1000"), Some(true), None), (Some("ann"), Some(false), via)]);
        assert!(misses.iter().any(|miss| miss.detail.contains("first domain")));
        assert!(misses.iter().any(|miss| miss.detail.contains("S-1-5-32-551")));
    }

    #[test]
    fn finds_groups_everybody_is_in() {
        let list = everybody(&census(), "S-1-5-21-1-2-3");
        let told: Vec<_> = list.iter().map(|g| (g.name.as_deref().unwrap(), g.via.as_deref())).collect();
        let expected = [
            ("Authenticated Users", None),
            ("Domain Admins", Some("Domain Users > Staff")),
            ("Domain Users", None),
            ("Everyone", None),
            ("Staff", Some("Domain Users")),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn knows_who_is_protected() {
        let census = census();
        let names: HashSet<String> =
            protected(&census, "S-1-5-21-1-2-3").into_iter().map(|at| census.name(at)).collect();
        assert!(names.contains("root") && names.contains("ann"), "{names:?}");
    }
}
