//! Evidence of a VPN that somebody hands in: configurations, an account list or a group of the directory, certificates,
//! logs. Each makes its own document; the files are read and dropped.

use model::evidence::{FORMAT, VERSION};
use model::facts::{ConfigurationFinding, DomainGroup, DomainUser, VpnAccount};
use model::{At, Caller, FactDocument, Miss, Source, Subject, SubjectKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Entry, StoredSection};

use super::list::told;
use super::reading::{self, FILES_MAX, Reading, Refusal, Remark};
use crate::attachment::Upload;
use crate::error::{Findings, Invalid};
use crate::home::past_day;
use crate::{Action, App, AppError, Result};

/// The kind of record that says which group of a directory lists a VPN's accounts.
const GROUP: &str = "vpn_group";
/// The most nested groups followed.
const DEPTH_MAX: usize = 20;

/// Which group of a directory lists a VPN's accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VpnGroup {
    pub(super) vpn: String,
    pub(super) domain: String,
    pub(super) sid: String,
    pub(super) name: String,
}

/// What somebody hands in.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// `configuration`, `accounts`, `group`, `certificates` or `accesses`.
    pub what: String,
    /// The files.
    pub files: Vec<Upload>,
    /// What opens PKCS #12 files; never kept.
    pub password: String,
    /// The group, as `domain/SID`.
    pub group: String,
    /// The day the files were taken from the device; empty for now.
    pub as_of: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was handed in, as in [`Given`].
    pub what: String,
    /// How many accounts, certificates or findings there are.
    pub count: usize,
    /// What a person should know.
    pub remarks: Vec<Remark>,
    /// What could not be read.
    pub misses: Vec<Miss>,
    /// What the configuration has at fault.
    pub findings: Vec<ConfigurationFinding>,
}

/// A group of a directory that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `domain/SID`, as forms name it.
    pub key: String,
    /// Name.
    pub name: String,
    /// The domain.
    pub domain: String,
    /// How many people are in it, nested ones included.
    pub members: usize,
}

/// The groups, and the one that is chosen.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// All, by name.
    pub all: Vec<Group>,
    /// The key of the chosen one; empty when the list comes from files.
    pub chosen: String,
}

/// The users in a group, also through groups within it; `None` when there is no such group, or no users were read.
pub(super) fn listed_of_group(read: &[StoredSection], sid: &str) -> Option<Vec<VpnAccount>> {
    let groups: Vec<DomainGroup> = told(read, "groups")?;
    let users: Vec<DomainUser> = told(read, "users")?;
    let members = members(&groups, sid)?;
    let text = |own: Option<String>| own.filter(|text| !text.is_empty());
    let is_in = |user: &DomainUser| user.sid.as_ref().is_some_and(|sid| members.contains(sid));
    Some(
        users
            .into_iter()
            .filter(is_in)
            .map(|user| VpnAccount {
                name: user.name,
                enabled: user.enabled,
                last_used_at: user.last_logon_at,
                display: text(user.display_name),
                mail: text(user.mail),
                ..VpnAccount::default()
            })
            .collect(),
    )
}

/// Security ids of everybody in a group, nested ones included; groups in a circle end.
fn members(groups: &[DomainGroup], sid: &str) -> Option<Vec<String>> {
    let of = |sid: &str| groups.iter().find(|group| group.sid.as_deref() == Some(sid));
    of(sid)?;
    let mut found: Vec<String> = Vec::new();
    let mut open = vec![sid.to_owned()];
    for _ in 0..DEPTH_MAX {
        let mut next = Vec::new();
        for group in open.iter().filter_map(|sid| of(sid)) {
            for member in group.members.iter().flatten() {
                if !found.contains(member) {
                    found.push(member.clone());
                    next.push(member.clone());
                }
            }
        }
        open = next;
    }
    Some(found)
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| AppError::Internal(format!("facts of a VPN: {error}")))
}

/// A refusal as a mistake of the field.
fn refused(refusal: Refusal) -> AppError {
    Invalid::new("files", "vpn-unreadable").with(refusal.0).into()
}

impl App {
    /// The groups of the directories that were read.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn vpn_groups(&self, caller: &Caller, id: &str) -> Result<Groups> {
        self.allow(caller, Action::Look, &format!("vpn/{id}"))?;
        let domains = self.store.read(|read| read.section_of_all(SubjectKind::Domain, "groups"))?;
        let mut all = Vec::new();
        for (domain, value) in domains {
            let groups: Vec<DomainGroup> = serde_json::from_value(value).unwrap_or_default();
            for group in &groups {
                let Some(sid) = &group.sid else { continue };
                let key = format!("{domain}/{sid}");
                let members = members(&groups, sid).map_or(0, |found| found.len());
                let name = group.name.clone().unwrap_or_default();
                all.push(Group { key, name, domain: domain.clone(), members });
            }
        }
        all.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
        let chosen = self.vpn_group(id)?.map(|group| format!("{}/{}", group.domain, group.sid));
        Ok(Groups { all, chosen: chosen.unwrap_or_default() })
    }

    /// The group a VPN's accounts are listed by.
    pub(super) fn vpn_group(&self, id: &str) -> Result<Option<VpnGroup>> {
        let records = self.store.read(|read| read.records::<VpnGroup>(GROUP))?;
        Ok(records.into_iter().map(|record| record.value).find(|group| group.vpn == id))
    }

    /// Sets which group lists a VPN's accounts, or that none does.
    fn set_vpn_group(&self, caller: &Caller, id: &str, group: Option<VpnGroup>) -> Result<()> {
        let records = self.store.read(|read| read.records::<VpnGroup>(GROUP))?;
        let held = records.into_iter().find(|record| record.value.vpn == id);
        let entry = match (held, group) {
            (None, None) => return Ok(()),
            (Some(held), Some(group)) if held.value == group => return Ok(()),
            (Some(held), Some(group)) => Entry::next(held.id, held.version, &group)?,
            (Some(held), None) => Entry::next(held.id, held.version, &held.value)?.gone(),
            (None, Some(group)) => Entry::new(&group)?,
        };
        let entries = [entry];
        let detail = format!("{} which group lists the accounts", store::record::witness(GROUP, &entries));
        let now = self.now();
        let act = self.act(caller, Action::EvidenceReceive, &format!("vpn/{id}"), &detail);
        self.store.change(&act, |change| {
            change.put_records(GROUP, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    /// Takes in what somebody hands in about a VPN. Nothing of it is kept when it is refused.
    ///
    /// # Errors
    /// [`AppError::Invalid`] says which file is wrong and why; [`AppError::NotFound`].
    pub fn give_vpn_evidence(&self, caller: &Caller, id: &str, given: &Given) -> Result<Outcome> {
        let subject = super::vpn(id);
        self.allow(caller, Action::EvidenceReceive, &subject.to_string())?;
        self.store.read(|read| read.subject(&subject))?.ok_or(AppError::NotFound("vpn"))?;
        let now = self.now();
        let mut findings = Findings::default();
        let at = past_day(&mut findings, "as_of", &given.as_of, now).filter(|at| at.day() != now.day());
        if given.what != "group" && given.files.is_empty() {
            findings.add(Invalid::new("files", "missing"));
        }
        if given.files.len() > FILES_MAX {
            findings.add(Invalid::new("files", "too-many").with(FILES_MAX));
        }
        findings.done()?;
        let at = at.unwrap_or(now);
        match given.what.as_str() {
            "configuration" => self.take_configuration(caller, &subject, given, at),
            "accounts" => self.take_accounts(caller, &subject, given, at),
            "group" => self.take_group(caller, &subject, &given.group),
            "certificates" => self.take_certificates(caller, &subject, given, at),
            "accesses" => self.take_accesses(caller, &subject, given, at),
            _ => Err(Invalid::new("what", "unknown-choice").into()),
        }
    }

    fn take_configuration(&self, caller: &Caller, vpn: &Subject, given: &Given, at: At) -> Result<Outcome> {
        let read = reading::configuration(&given.files, self.now());
        let Reading { facts, mut misses, remarks } = read.map_err(refused)?;
        if facts.accounts.is_some() {
            self.set_vpn_group(caller, &vpn.id, None)?;
        } else if self.section_of(vpn, "accounts")?.is_some() {
            // A list that was handed in, or follows a group, says what the configuration does not.
            misses.retain(|miss| miss.section() != "accounts");
        }
        let findings = facts.configuration.as_ref().and_then(|own| own.findings.clone()).unwrap_or_default();
        let Value::Object(sections) = json(&facts)? else {
            return Err(AppError::Internal("facts of a VPN are no object".into()));
        };
        self.keep_vpn_facts(caller, vpn, (Source::Import, at), sections, &misses)?;
        Ok(Outcome { what: given.what.clone(), count: findings.len(), remarks, misses, findings })
    }

    fn take_accounts(&self, caller: &Caller, vpn: &Subject, given: &Given, at: At) -> Result<Outcome> {
        let [file] = given.files.as_slice() else {
            return Err(Invalid::new("files", "too-many").with(1).into());
        };
        let Reading { facts, misses, remarks } = reading::accounts(file, self.now()).map_err(refused)?;
        let sections = Map::from_iter([("accounts".to_owned(), json(&facts)?)]);
        self.set_vpn_group(caller, &vpn.id, None)?;
        self.keep_vpn_facts(caller, vpn, (Source::Import, at), sections, &misses)?;
        Ok(Outcome { what: given.what.clone(), count: facts.len(), remarks, misses, findings: Vec::new() })
    }

    fn take_group(&self, caller: &Caller, vpn: &Subject, key: &str) -> Result<Outcome> {
        let unknown = || AppError::from(Invalid::new("group", "unknown-choice"));
        let (domain, sid) = key.rsplit_once('/').ok_or_else(unknown)?;
        let subject = Subject::new(SubjectKind::Domain, domain);
        let read = self.store.read(|read| read.sections(&subject, Some(&["groups", "users"])))?;
        let accounts = listed_of_group(&read, sid).ok_or_else(unknown)?;
        let groups: Vec<DomainGroup> = told(&read, "groups").unwrap_or_default();
        let named = groups.into_iter().find(|group| group.sid.as_deref() == Some(sid));
        let name = named.and_then(|group| group.name).unwrap_or_default();
        let at = read.iter().map(|section| section.evidence.collected_at).min().unwrap_or_else(|| self.now());
        // What was chosen now counts now: a list that is newer than the directory would stand in its way.
        let held = self.store.read(|read| read.sections(vpn, Some(&["accounts"])))?;
        let at =
            held.first().map_or(at, |held| at.max(held.evidence.collected_at.plus_secs(1))).min(self.now());
        let group = VpnGroup { vpn: vpn.id.clone(), domain: domain.to_owned(), sid: sid.to_owned(), name };
        self.set_vpn_group(caller, &vpn.id, Some(group))?;
        let sections = Map::from_iter([("accounts".to_owned(), json(&accounts)?)]);
        self.keep_vpn_facts(caller, vpn, (Source::Directory, at), sections, &[])?;
        let (remarks, misses, findings) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Outcome { what: "group".into(), count: accounts.len(), remarks, misses, findings })
    }

    fn take_certificates(&self, caller: &Caller, vpn: &Subject, given: &Given, at: At) -> Result<Outcome> {
        let read = reading::certificates(&given.files, &given.password, self.now());
        let Reading { facts, misses, remarks } = read.map_err(refused)?;
        let mut sections = Map::new();
        if let Some(facts) = &facts {
            sections.insert("certificates".to_owned(), json(facts)?);
        }
        self.keep_vpn_facts(caller, vpn, (Source::Import, at), sections, &misses)?;
        let count = facts.map_or(0, |facts| facts.len());
        Ok(Outcome { what: given.what.clone(), count, remarks, misses, findings: Vec::new() })
    }

    fn take_accesses(&self, caller: &Caller, vpn: &Subject, given: &Given, at: At) -> Result<Outcome> {
        let known = self.whom_it_knows()?;
        let read = reading::accesses(&given.files, &known.register(), known.computers.as_ref(), self.now());
        let Reading { facts, misses, remarks } = read.map_err(refused)?;
        let sections = Map::from_iter([("accesses".to_owned(), json(&facts)?)]);
        self.keep_vpn_facts(caller, vpn, (Source::Import, at), sections, &misses)?;
        let count =
            facts.two_places.iter().flatten().count() + facts.disabled_accepted.iter().flatten().count();
        Ok(Outcome { what: given.what.clone(), count, remarks, misses, findings: Vec::new() })
    }

    /// Keeps what was read as a document of its own.
    fn keep_vpn_facts(
        &self,
        caller: &Caller,
        vpn: &Subject,
        (source, at): (Source, At),
        facts: Map<String, Value>,
        misses: &[Miss],
    ) -> Result<()> {
        let collected_at = self.after_last_word(vpn, &facts, at)?;
        let document = FactDocument {
            format: FORMAT.into(),
            version: VERSION,
            subject: vpn.clone(),
            name: String::new(),
            source,
            collector: concat!("mimamori ", env!("CARGO_PKG_VERSION")).into(),
            collected_at,
            facts,
            misses: misses.to_vec(),
        };
        document.check().map_err(|error| AppError::Internal(format!("facts of a VPN: {error}")))?;
        let bytes = json(&document)?.to_string().into_bytes();
        self.keep_evidence(caller, &bytes, &document, ", handed in on the VPN's page")?;
        self.match_vpns_if_due()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_groups_are_followed_and_circles_end() {
        let group = |sid: &str, members: &[&str]| DomainGroup {
            name: None,
            sid: Some(sid.into()),
            members: Some(members.iter().map(|member| (*member).to_owned()).collect()),
        };
        let groups = [group("g1", &["u1", "g2"]), group("g2", &["u2", "g1"]), group("g3", &[])];
        let check = |sid: &str, expected: Option<&[&str]>| {
            let expected: Option<Vec<String>> =
                expected.map(|found| found.iter().map(|sid| (*sid).to_owned()).collect());
            assert_eq!(members(&groups, sid), expected, "{sid}");
        };
        check("g1", Some(&["u1", "g2", "u2", "g1"]));
        check("g3", Some(&[]));
        check("g9", None);
    }
}
