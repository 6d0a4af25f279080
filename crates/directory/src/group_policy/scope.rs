//! What the directory says of policies: the objects, where they are linked, and which computers are where.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::PolicyReach;

use super::filter::{self, Filter};
use super::name;
use crate::Entry;

/// The most policies, containers and computers that are looked at.
const POLICIES_MAX: usize = 2_000;
const CONTAINERS_MAX: usize = 20_000;
const COMPUTERS_MAX: usize = 50_000;
/// The most links of one container.
const LINKS_MAX: usize = 1_000;

/// A group policy object as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEntry {
    /// Its GUID in braces, in upper case.
    pub guid: String,
    /// Name as displayed; the GUID when it has none.
    pub name: String,
    /// Where its files are: `\\example.test\sysvol\example.test\Policies\{…}`.
    pub path: String,
    /// Whether the computer half is switched on.
    pub computer_enabled: bool,
    /// The version of the computer half, the lower 16 bits of `versionNumber`; `None` when no directory says.
    pub version: Option<i64>,
    /// `gPCMachineExtensionNames`: what the computer half has settings of.
    pub extensions: String,
    /// Whether a WMI filter decides where it applies.
    pub wmi_filter: bool,
    pub(super) filter: Filter,
}

/// A link of a policy to a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) guid: String,
    pub(super) enforced: bool,
}

/// A domain, an organizational unit or a site, with its links. The first link has the highest precedence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) dn: String,
    pub(super) links: Vec<Link>,
    pub(super) blocks: bool,
}

/// An enabled computer account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Distinguished name.
    pub dn: String,
    /// Its kind.
    pub kind: PolicyReach,
}

impl Machine {
    /// Reads a computer entry by `userAccountControl`, `primaryGroupID` and `operatingSystem`; `None` when the
    /// account is disabled or says nothing of whether it is.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        const DISABLED: i64 = 0x2;
        const CONTROLLER: i64 = 0x2000;
        const READ_ONLY_CONTROLLER: i64 = 0x0400_0000;
        let control = entry.number("userAccountControl")?;
        if control & DISABLED != 0 {
            return None;
        }
        let kind = if control & (CONTROLLER | READ_ONLY_CONTROLLER) != 0 {
            PolicyReach::DomainControllers
        } else if entry.text("operatingSystem").is_some_and(|os| os.to_lowercase().contains("server")) {
            PolicyReach::Servers
        } else {
            PolicyReach::Workstations
        };
        Some(Self { dn: entry.dn.clone(), kind })
    }
}

/// Everything of the directory that decides which policy reaches whom.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub(super) root: String,
    pub(super) policies: BTreeMap<String, PolicyEntry>,
    pub(super) containers: BTreeMap<String, Container>,
    pub(super) sites: Vec<Container>,
    pub(super) machines: Vec<Machine>,
    pub(super) trouble: Vec<String>,
}

impl Scope {
    /// Puts together what was read of the directory.
    ///
    /// - `root`: the domain's distinguished name; empty when links are not known (files without a directory): then
    ///   nothing is said of what is in force.
    /// - `policies`: `objectClass=groupPolicyContainer` with `cn`, `displayName`, `gPCFileSysPath`, `flags`,
    ///   `versionNumber`, `gPCMachineExtensionNames`, `gPCWQLFilter`, `nTSecurityDescriptor` (owner, group and
    ///   access control list alone).
    /// - `containers`: the domain and every organizational unit, with `gPLink` and `gPOptions`.
    /// - `sites`: `objectClass=site` below the configuration, with `gPLink`.
    /// - `machines`: the enabled computers.
    #[must_use]
    pub fn new(
        root: &str,
        policies: &[Entry],
        containers: &[Entry],
        sites: &[Entry],
        machines: Vec<Machine>,
    ) -> Self {
        let mut trouble = Vec::new();
        let mut bounded = |what: &str, found: usize, most: usize| {
            if found > most {
                trouble.push(format!("{found} {what}, of which {most} are looked at"));
            }
        };
        bounded("policies", policies.len(), POLICIES_MAX);
        bounded("containers", containers.len() + sites.len(), CONTAINERS_MAX);
        bounded("computers", machines.len(), COMPUTERS_MAX);
        let policies = policies.iter().take(POLICIES_MAX).filter_map(policy);
        let containers = containers.iter().take(CONTAINERS_MAX).map(container);
        Self {
            root: root.to_owned(),
            policies: policies.map(|policy| (policy.guid.clone(), policy)).collect(),
            containers: containers.map(|found| (name::comparable(&found.dn), found)).collect(),
            sites: sites
                .iter()
                .take(CONTAINERS_MAX)
                .map(container)
                .filter(|site| !site.links.is_empty())
                .collect(),
            machines: machines.into_iter().take(COMPUTERS_MAX).collect(),
            trouble,
        }
    }

    /// The same, known to lack something that could decide: a search that was refused or cut off. Nothing is said of
    /// what is in force then.
    #[must_use]
    pub fn incomplete(mut self, why: impl Into<String>) -> Self {
        self.trouble.push(why.into());
        self
    }

    /// The policies of which files are to be read.
    pub fn policies(&self) -> impl Iterator<Item = &PolicyEntry> {
        self.policies.values()
    }

    /// Whether everything could be looked at, and links are known at all.
    pub(super) fn is_whole(&self) -> bool {
        self.trouble.is_empty() && self.containers.contains_key(&name::comparable(&self.root))
    }

    /// The containers machines of a kind are in, with how many. Where the directory has none, where such would be:
    /// the domain controllers' unit, the default container for computers, which takes the domain's links.
    pub(super) fn places(&self, kind: PolicyReach) -> BTreeMap<String, usize> {
        let mut places = BTreeMap::new();
        for machine in self.machines.iter().filter(|machine| machine.kind == kind) {
            if let Some(parent) = name::parent(&machine.dn) {
                *places.entry(name::comparable(parent)).or_insert(0) += 1;
            }
        }
        if places.is_empty() {
            let default = match kind {
                PolicyReach::DomainControllers => format!("ou=domain controllers,{}", self.root),
                PolicyReach::Servers | PolicyReach::Workstations => format!("cn=computers,{}", self.root),
            };
            places.insert(name::comparable(&default), 0);
        }
        places
    }

    /// The containers a policy is linked to, sites included, and whether a link is enforced.
    pub(super) fn linked_to(&self, guid: &str) -> (Vec<String>, bool) {
        let all = || self.containers.values().chain(&self.sites);
        let about = |container: &&Container| container.links.iter().any(|link| link.guid == guid);
        let enforced =
            all().flat_map(|container| &container.links).any(|link| link.guid == guid && link.enforced);
        (all().filter(about).map(|container| container.dn.clone()).collect(), enforced)
    }

    /// Policies that are linked and that the directory does not show: gone, or hidden from the reader.
    pub(super) fn hidden(&self) -> BTreeSet<String> {
        let links = self.containers.values().chain(&self.sites).flat_map(|container| &container.links);
        links.map(|link| link.guid.clone()).filter(|guid| !self.policies.contains_key(guid)).collect()
    }
}

fn policy(entry: &Entry) -> Option<PolicyEntry> {
    const COMPUTER_OFF: i64 = 2;
    let guid = entry.text("cn").or_else(|| name::first_value(&entry.dn))?.to_uppercase();
    let text = |attribute: &str| entry.text(attribute).unwrap_or_default().trim().to_owned();
    let filter = filter::filter(entry.bytes("nTSecurityDescriptor").first().map(Vec::as_slice));
    Some(PolicyEntry {
        name: Some(text("displayName")).filter(|name| !name.is_empty()).unwrap_or_else(|| guid.clone()),
        path: text("gPCFileSysPath"),
        computer_enabled: entry.number("flags").unwrap_or(0) & COMPUTER_OFF == 0,
        version: entry.number("versionNumber").map(|version| version & 0xffff),
        extensions: text("gPCMachineExtensionNames").to_uppercase(),
        wmi_filter: !text("gPCWQLFilter").is_empty(),
        guid,
        filter,
    })
}

fn container(entry: &Entry) -> Container {
    Container {
        dn: entry.dn.clone(),
        links: links(entry.text("gPLink").unwrap_or_default()),
        blocks: entry.number("gPOptions").unwrap_or(0) & 1 != 0,
    }
}

/// The enabled links of `gPLink`, highest precedence first.
///
/// The attribute is `[LDAP://DN;flags]` one after the other, flag 1 disabled and flag 2 enforced ([MS-GPOL] 2.2.2). The
/// **last** one is link order 1: policies are applied from the first to the last, and what is applied last wins
/// ("Applying Group Policy troubleshooting guidance" of Microsoft Learn; a new link is put in front of the default
/// domain policy and loses against it).
fn links(text: &str) -> Vec<Link> {
    let parts = text.split('[').skip(1).take(LINKS_MAX);
    let mut links: Vec<Link> = parts.filter_map(link).collect();
    links.reverse();
    links
}

fn link(part: &str) -> Option<Link> {
    const DISABLED: u32 = 1;
    const ENFORCED: u32 = 2;
    let (target, flags) = part.trim_end().trim_end_matches(']').rsplit_once(';')?;
    let flags: u32 = flags.trim().parse().ok()?;
    let dn = target
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("LDAP://"))
        .and_then(|_| target.get(7..))?;
    let guid = name::first_value(dn)?.to_uppercase();
    (flags & DISABLED == 0).then_some(Link { guid, enforced: flags & ENFORCED != 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, bool)]) {
        let found = links(text);
        let found: Vec<(&str, bool)> = found.iter().map(|link| (link.guid.as_str(), link.enforced)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_last_link_has_the_highest_precedence() {
        check(
            "[LDAP://cn={aa},cn=policies,cn=system,DC=e,DC=t;0][LDAP://CN={BB},CN=Policies,DC=e,DC=t;2]",
            &[("{BB}", true), ("{AA}", false)],
        );
        check("[LDAP://cn={aa},cn=policies;1][ldap://cn={bb},cn=policies;3]", &[]);
        check(" ", &[]);
        check("[LDAP://cn={aa},cn=p;0", &[("{AA}", false)]);
        check("[nonsense;0][LDAP://cn={aa};x][LDAP:/あ;0]", &[]);
    }
}
