//! Who is in the domain: accounts, computers, groups and strangers, each read once, and who is in which group. All
//! questions of membership are answered here, cycles included.

use std::collections::{HashMap, HashSet, VecDeque};

use model::At;

use crate::Entry;
use crate::value::{file_time, outermost_name, rid, sid};

/// The most groups one after another that a "via" names.
const VIA_MAX: usize = 8;

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A person's or service's account.
    User,
    /// A computer's account.
    Computer,
    /// A group that carries rights; `global` says whether it is a global one.
    Group { global: bool },
    /// A group for mail alone: it carries no rights.
    MailGroup,
    /// From outside the domain, known by its security id or its name alone.
    Stranger,
}

/// Somebody who can be a member.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) kind: Kind,
    pub(crate) sid: Option<String>,
    pub(crate) name: String,
    pub(crate) enabled: Option<bool>,
    pub(crate) last_logon_at: Option<At>,
    pub(crate) dn: String,
    pub(crate) foreign: bool,
}

/// The entries that were read.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) users: Vec<Entry>,
    pub(crate) computers: Vec<Entry>,
    pub(crate) groups: Vec<Entry>,
    pub(crate) strangers: Vec<Entry>,
}

/// Everybody, and who is in what.
#[derive(Default)]
pub(crate) struct Census {
    pub(crate) principals: Vec<Principal>,
    by_dn: HashMap<String, usize>,
    by_sid: HashMap<String, usize>,
    /// Direct members of each group, the primary group of an account counted in.
    members: HashMap<usize, Vec<usize>>,
    /// The groups each is directly in.
    parents: HashMap<usize, Vec<usize>>,
}

/// Somebody found in a group, directly or through others.
pub(crate) struct Found {
    pub(crate) at: usize,
    /// The groups between, outermost first.
    pub(crate) via: Vec<usize>,
}

/// `ACCOUNTDISABLE`.
const DISABLED: i64 = 0x2;

/// Whether an account can be used; `None` when that could not be read.
pub(crate) fn enabled(entry: &Entry) -> Option<bool> {
    entry.number("userAccountControl").map(|bits| bits & DISABLED == 0)
}

/// The last logon: the replicated one, or this domain controller's own when that is later.
pub(crate) fn last_logon(entry: &Entry) -> Option<At> {
    let at = |name: &str| entry.number(name).and_then(file_time);
    at("lastLogonTimestamp").max(at("lastLogon"))
}

/// The logon name, or what comes nearest.
pub(crate) fn name(entry: &Entry) -> String {
    entry.text("sAMAccountName").map_or_else(|| outermost_name(&entry.dn), str::to_owned)
}

/// The security id of an entry.
pub(crate) fn entry_sid(entry: &Entry) -> Option<String> {
    entry.bytes("objectSid").first().and_then(|bytes| sid(bytes))
}

/// The key under which a distinguished name is found.
fn key(dn: &str) -> String {
    dn.to_lowercase()
}

impl Census {
    /// Puts everybody together.
    pub(crate) fn of(entries: &Entries, domain_dn: &str) -> Self {
        let mut census = Self::default();
        for entry in &entries.users {
            census.add(entry, Kind::User);
        }
        for entry in &entries.computers {
            census.add(entry, Kind::Computer);
        }
        for entry in &entries.groups {
            census.add(entry, group_kind(entry));
        }
        for entry in &entries.strangers {
            census.add(entry, Kind::Stranger);
        }
        let domain = census.principals.iter().filter(|p| p.kind == Kind::User).find_map(|p| {
            p.sid.as_deref().and_then(|sid| sid.rsplit_once('-')).map(|(domain, _)| domain.to_owned())
        });
        let below = format!(",{}", key(domain_dn));
        for entry in &entries.groups {
            let Some(group) = census.by_dn.get(&key(&entry.dn)).copied() else { continue };
            for value in entry.bytes("member") {
                let dn = String::from_utf8_lossy(value).into_owned();
                let member = match census.by_dn.get(&key(&dn)) {
                    Some(member) => *member,
                    None => census.add_unknown(&dn, &below),
                };
                census.join(group, member);
            }
        }
        for entry in entries.users.iter().chain(&entries.computers) {
            let primary = entry.number("primaryGroupID").zip(domain.as_deref());
            let group =
                primary.and_then(|(rid, domain)| census.by_sid.get(&format!("{domain}-{rid}")).copied());
            if let (Some(group), Some(member)) = (group, census.by_dn.get(&key(&entry.dn)).copied()) {
                census.join(group, member);
            }
        }
        census
    }

    fn add(&mut self, entry: &Entry, kind: Kind) {
        let sid = entry_sid(entry).or_else(|| {
            let name = outermost_name(&entry.dn);
            (kind == Kind::Stranger && name.starts_with("S-1-")).then_some(name)
        });
        let foreign = kind == Kind::Stranger && sid.as_deref().is_none_or(|sid| sid.starts_with("S-1-5-21-"));
        let name = match (kind, sid.as_deref()) {
            (Kind::Stranger, Some(sid)) => well_known(sid).unwrap_or(sid).to_owned(),
            _ => name(entry),
        };
        self.push(Principal {
            kind,
            sid,
            name,
            enabled: enabled(entry),
            last_logon_at: last_logon(entry),
            dn: entry.dn.clone(),
            foreign,
        });
    }

    /// A member that no search showed: of another domain of the forest, a contact, or hidden from this account.
    fn add_unknown(&mut self, dn: &str, below: &str) -> usize {
        self.push(Principal {
            kind: Kind::Stranger,
            sid: None,
            name: outermost_name(dn),
            enabled: None,
            last_logon_at: None,
            dn: dn.to_owned(),
            foreign: !key(dn).ends_with(below),
        })
    }

    fn push(&mut self, principal: Principal) -> usize {
        let at = self.principals.len();
        self.by_dn.insert(key(&principal.dn), at);
        if let Some(sid) = &principal.sid {
            self.by_sid.insert(sid.clone(), at);
        }
        self.principals.push(principal);
        at
    }

    fn join(&mut self, group: usize, member: usize) {
        let members = self.members.entry(group).or_default();
        members.push(member);
        self.parents.entry(member).or_default().push(group);
    }

    /// Who has a security id.
    pub(crate) fn of_sid(&self, sid: &str) -> Option<usize> {
        self.by_sid.get(sid).copied()
    }

    /// Who has a distinguished name.
    pub(crate) fn of_dn(&self, dn: &str) -> Option<usize> {
        self.by_dn.get(&key(dn)).copied()
    }

    /// The name of somebody.
    pub(crate) fn name(&self, at: usize) -> String {
        self.principals.get(at).map(|principal| principal.name.clone()).unwrap_or_default()
    }

    /// Direct members.
    pub(crate) fn members(&self, group: usize) -> &[usize] {
        self.members.get(&group).map_or(&[], Vec::as_slice)
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.principals.get(at).map(|principal| principal.kind)
    }

    /// Everybody in a group who is no group, nested groups opened, each by the shortest way.
    pub(crate) fn inside(&self, group: usize) -> Vec<Found> {
        let mut seen = HashSet::from([group]);
        let mut queue = VecDeque::from([(group, Vec::new())]);
        let mut found = Vec::new();
        while let Some((here, via)) = queue.pop_front() {
            for member in self.members(here) {
                if !seen.insert(*member) {
                    continue;
                }
                match self.kind(*member) {
                    Some(Kind::Group { .. }) => {
                        let via = [via.as_slice(), &[*member]].concat();
                        queue.push_back((*member, via));
                    }
                    Some(Kind::MailGroup) | None => {}
                    Some(_) => found.push(Found { at: *member, via: via.clone() }),
                }
            }
        }
        found
    }

    /// All groups that somebody is in, nested ones included, each with the way there (nearest first).
    pub(crate) fn above(&self, from: usize) -> Vec<Found> {
        let mut seen = HashSet::from([from]);
        let mut queue = VecDeque::from([(from, Vec::new())]);
        let mut found = Vec::new();
        while let Some((here, via)) = queue.pop_front() {
            for group in self.parents.get(&here).map_or(&[][..], Vec::as_slice) {
                if !matches!(self.kind(*group), Some(Kind::Group { .. })) || !seen.insert(*group) {
                    continue;
                }
                queue.push_back((*group, [via.as_slice(), &[*group]].concat()));
                found.push(Found { at: *group, via: via.clone() });
            }
        }
        found
    }

    /// The way as names, for people: `T0-Ops > T0-Deep`.
    pub(crate) fn via(&self, via: &[usize]) -> Option<String> {
        let names: Vec<String> = via.iter().take(VIA_MAX).map(|at| self.name(*at)).collect();
        (!names.is_empty()).then(|| names.join(" > "))
    }

    /// All groups.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (usize, &Principal)> {
        let is_group = |kind| matches!(kind, Kind::Group { .. } | Kind::MailGroup);
        self.principals.iter().enumerate().filter(move |(_, principal)| is_group(principal.kind))
    }

    /// Users, each with its place.
    pub(crate) fn users(&self) -> impl Iterator<Item = (usize, &Principal)> {
        self.principals.iter().enumerate().filter(|(_, principal)| principal.kind == Kind::User)
    }

    /// The built-in account with that last number (500 or 501).
    pub(crate) fn builtin(&self, number: u32) -> Option<&Principal> {
        self.users().find(|(_, p)| p.sid.as_deref().and_then(rid) == Some(number)).map(|(_, p)| p)
    }
}

/// `GROUP_TYPE_SECURITY_ENABLED` and `GROUP_TYPE_ACCOUNT_GROUP` ([MS-ADTS] 2.2.12); an unreadable type counts as one with
/// rights, so that nothing is hidden.
fn group_kind(entry: &Entry) -> Kind {
    match entry.number("groupType") {
        Some(bits) if bits & 0x8000_0000 == 0 => Kind::MailGroup,
        Some(bits) => Kind::Group { global: bits & 2 != 0 },
        None => Kind::Group { global: false },
    }
}

/// Names of security ids that every domain has ([MS-DTYP] 2.4.2.4).
pub(crate) fn well_known(sid: &str) -> Option<&'static str> {
    Some(match sid {
        "S-1-1-0" => "Everyone",
        "S-1-5-4" => "Interactive",
        "S-1-5-7" => "Anonymous Logon",
        "S-1-5-9" => "Enterprise Domain Controllers",
        "S-1-5-11" => "Authenticated Users",
        "S-1-5-17" => "IUSR",
        _ => return None,
    })
}

#[cfg(test)]
pub(crate) mod sample {
    //! A small domain for tests.

    use super::*;

    pub(crate) const DOMAIN: &str = "DC=example,DC=test";

    pub(crate) fn raw_sid(rid: u32) -> Vec<u8> {
        let parts = [21, 1, 2, 3, rid];
        [&[1, 5, 0, 0, 0, 0, 0, 5][..], &parts.map(u32::to_le_bytes).concat()].concat()
    }

    pub(crate) fn entry(name: &str, rid: u32, more: &[(&str, &str)]) -> Entry {
        let mut entry = Entry { dn: format!("CN={name},{DOMAIN}"), ..Entry::default() };
        entry.attributes.insert("objectsid".into(), vec![raw_sid(rid)]);
        entry.attributes.insert("samaccountname".into(), vec![name.into()]);
        for (key, value) in more {
            entry.attributes.entry((*key).to_ascii_lowercase()).or_default().push(value.as_bytes().to_vec());
        }
        entry
    }

    pub(crate) fn group(name: &str, rid: u32, members: &[&str]) -> Entry {
        let mut entry = entry(name, rid, &[("groupType", "-2147483646")]);
        let members = members.iter().map(|name| format!("CN={name},{DOMAIN}").into_bytes()).collect();
        entry.attributes.insert("member".into(), members);
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{DOMAIN, entry, group};
    use super::*;

    fn census() -> Census {
        let users = vec![
            entry("ann", 1101, &[("userAccountControl", "512"), ("primaryGroupID", "513")]),
            entry("bob", 1102, &[("userAccountControl", "514"), ("primaryGroupID", "512")]),
        ];
        let mail = {
            let mut mail = group("All Mail", 1205, &["ann"]);
            mail.attributes.insert("grouptype".into(), vec![b"2".to_vec()]);
            mail
        };
        let groups = vec![
            group("Domain Admins", 512, &["Ring A", "All Mail", "elsewhere"]),
            group("Domain Users", 513, &[]),
            group("Ring A", 1201, &["Ring B"]),
            group("Ring B", 1202, &["Ring A", "ann"]),
            mail,
        ];
        Census::of(&Entries { users, groups, ..Entries::default() }, DOMAIN)
    }

    #[test]
    fn walks_rings_and_primary_groups() {
        let census = census();
        let admins = census.of_sid("S-1-5-21-1-2-3-512").unwrap();
        let mut found: Vec<_> =
            census.inside(admins).iter().map(|f| (census.name(f.at), census.via(&f.via))).collect();
        found.sort();
        let via = Some("Ring A > Ring B".to_owned());
        assert_eq!(found, [("ann".into(), via), ("bob".into(), None), ("elsewhere".into(), None)]);
        let ann = census.of_dn("cn=ANN,dc=example,dc=test").unwrap();
        let above: Vec<_> = census.above(ann).iter().map(|f| census.name(f.at)).collect();
        assert_eq!(above, ["Ring B", "Domain Users", "Ring A", "Domain Admins"]);
    }
}
