//! Group policy: what the policies of a domain set, for which machines, and where they disagree; and policies made
//! ready for import ([`write`]).
//!
//! Pure functions over what was read: entries of the directory ([`Scope`]) and files ([`crate::sysvol`]). What could
//! not be read leaves what it could have said unknown. `docs/group-policy.md` has the rules.

mod filter;
mod inf;
mod merge;
mod name;
mod object;
mod order;
mod preference;
mod registry;
mod scope;
mod setting;
mod text;
pub mod write;

use std::collections::BTreeMap;

use model::Miss;
use model::evidence::Why;
use model::facts::{
    GroupPolicy, PolicyNumber, PolicyObject, PolicyReach, PolicySetting, PolicySwitch, PublishedPassword,
};

use self::filter::Audience;
use self::merge::{InForce, Outcome, Placed, Spoken};
use self::object::Object;
use self::order::Application;
use self::setting::{Links, SETTINGS, Setting};
use crate::sysvol::Sysvol;

pub(crate) use self::object::VERSION;
pub use self::object::files;
pub use self::scope::{Machine, PolicyEntry, Scope};
pub use self::setting::setting_names;

/// The kinds of machines, in the order facts are given.
const KINDS: [PolicyReach; 3] =
    [PolicyReach::DomainControllers, PolicyReach::Servers, PolicyReach::Workstations];
/// The most facts of one list, and the most problems named for one policy.
const FACTS_MAX: usize = 10_000;
const TROUBLE_MAX: usize = 20;

/// A file that makes no sense: why, in words that quote nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("garbled: {0}")]
pub(crate) struct Garbled(String);

impl Garbled {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// The text of a file of any encoding Windows writes.
pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    text::decoded(bytes).ok()
}

/// What group policy comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyReading {
    /// Section `policy`; a setting that cannot be told is absent in it.
    pub policy: Option<GroupPolicy>,
    /// Section `policy_settings`; an entry without a value cannot be told.
    pub policy_settings: Option<Vec<PolicySetting>>,
    /// Section `policy_objects`.
    pub policy_objects: Option<Vec<PolicyObject>>,
    /// Section `published_passwords`.
    pub published_passwords: Option<Vec<PublishedPassword>>,
    /// For `transport.ldap_signing_required`: what policies tell the domain controllers.
    pub ldap_signing_required: Option<bool>,
    /// For `transport.ldap_channel_binding`.
    pub ldap_channel_binding: Option<i64>,
    /// What could not be told, and why.
    pub misses: Vec<Miss>,
}

/// Reads every policy of the directory and merges them.
#[must_use]
pub fn read(scope: &Scope, sysvol: &dyn Sysvol) -> PolicyReading {
    if scope.policies.is_empty() {
        let sections = ["policy", "policy_settings", "policy_objects", "published_passwords"];
        let detail = "no group policy object can be seen; every domain has two";
        let misses = sections.map(|section| miss(section, Why::NotFound, detail.to_owned())).to_vec();
        return PolicyReading { misses, ..PolicyReading::default() };
    }
    let objects: BTreeMap<&str, Object> =
        scope.policies().map(|policy| (policy.guid.as_str(), Object::read(policy, sysvol))).collect();
    let mut reading =
        PolicyReading { policy_objects: Some(policy_objects(scope, &objects)), ..PolicyReading::default() };
    published(&objects, &mut reading);
    if scope.is_whole() {
        merged(scope, &objects, &mut reading);
    } else {
        let detail = match scope.trouble.first() {
            Some(trouble) => trouble.clone(),
            None => "the links of the domain were not read".to_owned(),
        };
        reading.misses.push(miss("policy", Why::NotCollected, detail.clone()));
        reading.misses.push(miss("policy_settings", Why::NotCollected, detail));
    }
    reading
}

fn miss(at: &str, why: Why, detail: String) -> Miss {
    Miss { at: at.to_owned(), why, detail: detail.chars().take(500).collect() }
}

/// Every setting, for every kind of machine, in every container such machines are in.
fn merged(scope: &Scope, objects: &BTreeMap<&str, Object>, reading: &mut PolicyReading) {
    let mut facts = Vec::new();
    let mut by_name: BTreeMap<&str, Vec<(PolicyReach, Vec<Placed<'_>>)>> = BTreeMap::new();
    let ordered = ordered(scope);
    for setting in SETTINGS {
        let spoken: BTreeMap<&str, Spoken> =
            objects.iter().map(|(guid, object)| (*guid, spoken(scope, guid, object, setting))).collect();
        for kind in KINDS {
            if setting.links == Links::RootOnly && kind != PolicyReach::DomainControllers {
                continue;
            }
            let of_kind = ordered.iter().filter(|place| place.kind == kind && place.links == setting.links);
            let placed: Vec<Placed<'_>> = of_kind
                .map(|place| {
                    let outcome = match &place.order {
                        Some(order) => merge::outcome(setting, order, |guid| spoken.get(guid)),
                        None => Outcome::Unknown,
                    };
                    (place.containers.as_slice(), place.machines, outcome)
                })
                .collect();
            facts.extend(merge::fact(setting.name, kind, &placed));
            by_name.entry(setting.name).or_default().push((kind, placed));
        }
    }
    facts.truncate(FACTS_MAX);
    reading.policy_settings = Some(facts);
    let tell = |name: &str| told(name, by_name.get(name).map_or(&[][..], Vec::as_slice), scope, objects);
    let mut misses = Vec::new();
    let mut number = |name: &str| tell(name).map(number).map_err(|miss| misses.push(miss)).ok();
    let lm_compatibility_level = number("lm_compatibility_level");
    let ntlm_audit_receiving = number("ntlm_audit_receiving");
    let ntlm_restrict_sending = number("ntlm_restrict_sending");
    let mut switch = |name: &str| tell(name).map(switch).map_err(|miss| misses.push(miss)).ok();
    reading.policy = Some(GroupPolicy {
        lm_compatibility_level,
        no_lm_hash: switch("no_lm_hash"),
        smb1_server_off: switch("smb1_server_off"),
        smb1_client_off: switch("smb1_client_off"),
        ntlm_audit_receiving,
        ntlm_restrict_sending,
    });
    reading.misses.append(&mut misses);
    let controllers = |name: &str| of_controllers(by_name.get(name).map_or(&[][..], Vec::as_slice));
    reading.ldap_signing_required = controllers("ldap_server_integrity").map(|level| level >= 2);
    reading.ldap_channel_binding = controllers("ldap_channel_binding");
}

fn spoken(scope: &Scope, guid: &str, object: &Object, setting: &Setting) -> Spoken {
    Spoken {
        policy: scope.policies.get(guid).map_or_else(|| guid.to_owned(), |policy| policy.name.clone()),
        said: object.says(setting),
        silent: object.is_silent_on(setting),
    }
}

/// The policies that reach machines of a kind in some containers, the same in all of them.
struct Ordered {
    kind: PolicyReach,
    links: Links,
    containers: Vec<String>,
    machines: usize,
    order: Option<Vec<Application>>,
}

/// The policies that reach each container with machines. Most units have no links of their own, so few orders differ.
fn ordered(scope: &Scope) -> Vec<Ordered> {
    let mut all: Vec<Ordered> = Vec::new();
    for kind in KINDS {
        for (dn, machines) in scope.places(kind) {
            let shown = scope.containers.get(&dn).map_or(&dn, |found| &found.dn);
            for links in [Links::All, Links::RootForControllers, Links::RootOnly] {
                let order = order::applications(scope, &dn, kind, links);
                let same =
                    |place: &&mut Ordered| place.kind == kind && place.links == links && place.order == order;
                match all.iter_mut().find(same) {
                    Some(place) => {
                        place.containers.push(shown.clone());
                        place.machines += machines;
                    }
                    None => {
                        all.push(Ordered { kind, links, containers: vec![shown.clone()], machines, order })
                    }
                }
            }
        }
    }
    all
}

/// The weakest value anywhere, and the kinds all of whose machines have one.
///
/// # Errors
/// A miss when for one kind it cannot be told.
fn told(
    name: &str,
    kinds: &[(PolicyReach, Vec<Placed<'_>>)],
    scope: &Scope,
    objects: &BTreeMap<&str, Object>,
) -> Result<(Option<InForce>, Vec<PolicyReach>), Miss> {
    let mut reaches = Vec::new();
    for (kind, placed) in kinds {
        match merge::is_everywhere(placed) {
            Some(true) => reaches.push(*kind),
            Some(false) => {}
            None => return Err(miss(&format!("policy.{name}"), Why::Failed, at_fault(scope, objects))),
        }
    }
    let values = kinds.iter().flat_map(|(_, placed)| merge::values(placed));
    Ok((values.min_by_key(|found| found.rank).cloned(), reaches))
}

/// The policies that could not be read whole, by name, for the reason of a miss.
fn at_fault(scope: &Scope, objects: &BTreeMap<&str, Object>) -> String {
    let unread = scope.policies().filter_map(|policy| {
        let trouble = objects.get(policy.guid.as_str())?.trouble.first()?;
        Some(format!("{}: {trouble}", policy.name))
    });
    let hidden = scope.hidden().into_iter().map(|guid| format!("{guid}: linked, but not visible"));
    let sites = scope.sites.iter().map(|site| format!("{}: links at a site", site.dn));
    let named: Vec<String> = unread.chain(hidden).chain(sites).take(3).collect();
    if named.is_empty() { "who may apply a policy could not be read".to_owned() } else { named.join("; ") }
}

fn number((weakest, reaches): (Option<InForce>, Vec<PolicyReach>)) -> PolicyNumber {
    PolicyNumber {
        set: Some(weakest.is_some()),
        // A value that is no number is no setting Windows would heed; it stays absent.
        value: weakest.as_ref().and_then(|found| found.value.trim().parse().ok()),
        gpo: weakest.map(|found| found.policy),
        reaches: Some(reaches),
    }
}

fn switch((weakest, reaches): (Option<InForce>, Vec<PolicyReach>)) -> PolicySwitch {
    PolicySwitch {
        set: Some(weakest.is_some()),
        value: weakest.as_ref().map(|found| found.rank == 1),
        gpo: weakest.map(|found| found.policy),
        reaches: Some(reaches),
    }
}

/// The number every domain controller has; `None` when no policy says, or it cannot be told.
fn of_controllers(kinds: &[(PolicyReach, Vec<Placed<'_>>)]) -> Option<i64> {
    let (_, placed) = kinds.iter().find(|(kind, _)| *kind == PolicyReach::DomainControllers)?;
    if merge::is_everywhere(placed) != Some(true) {
        return None;
    }
    merge::values(placed).min_by_key(|found| found.rank)?.value.trim().parse().ok()
}

fn published(objects: &BTreeMap<&str, Object>, reading: &mut PolicyReading) {
    let found: Vec<PublishedPassword> =
        objects.values().flat_map(|object| &object.passwords).take(FACTS_MAX).cloned().collect();
    let unread = objects.values().find_map(|object| object.passwords_unread.as_ref());
    if let Some(trouble) = unread {
        reading.misses.push(miss("published_passwords", Why::Failed, trouble.clone()));
        // An empty list would say that there are none.
        if found.is_empty() {
            return;
        }
    }
    reading.published_passwords = Some(found);
}

fn policy_objects(scope: &Scope, objects: &BTreeMap<&str, Object>) -> Vec<PolicyObject> {
    let seen = scope.policies().map(|policy| {
        let (linked_to, enforced) = scope.linked_to(&policy.guid);
        let own = objects.get(policy.guid.as_str()).map_or(&[][..], |object| &object.trouble);
        let trouble = own.iter().cloned().chain(reservations(policy)).take(TROUBLE_MAX).collect();
        PolicyObject {
            guid: Some(policy.guid.clone()),
            name: Some(policy.name.clone()),
            linked_to: Some(linked_to),
            computer_enabled: Some(policy.computer_enabled),
            enforced: Some(enforced),
            filtered: filtered(policy),
            version: policy.version,
            trouble: Some(trouble),
        }
    });
    let hidden = scope.hidden().into_iter().map(|guid| {
        let (linked_to, enforced) = scope.linked_to(&guid);
        PolicyObject {
            linked_to: Some(linked_to),
            enforced: Some(enforced),
            trouble: Some(vec![
                "linked, but not visible: it was removed and the link was left, or the account may not see it".into(),
            ]),
            guid: Some(guid),
            ..PolicyObject::default()
        }
    });
    seen.chain(hidden).take(FACTS_MAX).collect()
}

/// Why a policy does not count as reaching everybody.
fn reservations(policy: &PolicyEntry) -> Vec<String> {
    let mut told = Vec::new();
    if policy.wmi_filter {
        told.push("a WMI filter decides where it applies: it counts as reaching nobody for sure".into());
    }
    if policy.filter.members == Audience::Unknown {
        told.push("who may apply it could not be read".into());
    }
    told
}

/// Who may apply a policy when not everybody may; empty when everybody may, `None` when that was not read.
fn filtered(policy: &PolicyEntry) -> Option<String> {
    let mut parts = Vec::new();
    if policy.wmi_filter {
        parts.push("WMI".to_owned());
    }
    match (policy.filter.members, policy.filter.controllers) {
        (Audience::Unknown, _) | (_, Audience::Unknown) if parts.is_empty() => return None,
        (Audience::All, Audience::All) => {}
        (Audience::None, Audience::None) => parts.push("no computer".to_owned()),
        _ => parts.extend(policy.filter.named.iter().take(50).cloned()),
    }
    Some(parts.join(", "))
}

#[cfg(test)]
mod tests;
