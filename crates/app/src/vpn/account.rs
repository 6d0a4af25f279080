//! Whose the accounts of a VPN are: looked at again when the list, the staff register or the directory changes, and said
//! by hand where nothing else tells.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

use model::evidence::{FORMAT, VERSION};
use model::facts::{DomainComputer, DomainUser, Employment, EmploymentStatus, VpnAccount, VpnCertificate};
use model::{At, Caller, FactDocument, Lang, Miss, Role, Source, Subject, SubjectKind, Why};
use network::vpn::matching::{DirectoryUser, Person, Register};
use serde_json::{Map, Value};
use store::{StoredSection, SubjectLine};

use super::evidence::listed_of_group;
use super::list::told;
use super::matching::{How, whose};
use super::vpn;
use crate::error::Invalid;
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// Who is said to have matched accounts.
pub(crate) const MATCHER: &str = "mimamori (accounts)";
/// What cannot be told of accounts while no directory was read.
const IN_DIRECTORY: &str = "accounts.in_directory";
/// The most ids of a person.
const IDS_MAX: usize = 20;

/// Somebody an id can be assigned to.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The person's id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// An account as the page shows it.
#[derive(Clone, Debug)]
pub struct AccountLine {
    /// The account.
    pub account: VpnAccount,
    /// By what it was found to be somebody's.
    pub how: How,
    /// The person's name; empty when nobody was matched.
    pub person_name: String,
    /// What is wrong with it, the last parts of locale keys; empty for an account that cannot be used.
    pub troubles: Vec<&'static str>,
}

/// The accounts of a VPN.
#[derive(Clone, Debug)]
pub struct VpnAccounts {
    /// The VPN.
    pub line: SubjectLine,
    /// The accounts, those with troubles first.
    pub accounts: Vec<AccountLine>,
    /// How old the list is, and where it is from; `None` when none was handed in.
    pub told: Option<(At, Source)>,
    /// Whether any directory was read.
    pub has_directory: bool,
    /// Everybody an id can be assigned to, by name.
    pub people: Vec<Candidate>,
}

/// How a person stands at an instant: what the register says, and what its dates say since.
fn standing(employment: &Employment, now: At) -> EmploymentStatus {
    let begun = |at: Option<At>| at.is_some_and(|at| at <= now);
    let status = employment.status.unwrap_or(EmploymentStatus::Unknown);
    // Of the last day nothing is taken away yet.
    if employment.left_at.is_some_and(|at| at.plus_days(1) <= now) {
        EmploymentStatus::Left
    } else if status == EmploymentStatus::Active
        && begun(employment.leave_from_at)
        && employment.leave_until_at.is_none_or(|until| until.plus_days(1) > now)
    {
        EmploymentStatus::OnLeave
    } else {
        status
    }
}

fn troubles(account: &VpnAccount, home: Option<bool>) -> Vec<&'static str> {
    if account.enabled == Some(false) {
        return Vec::new();
    }
    let mut found = Vec::new();
    match account.status {
        Some(EmploymentStatus::Left) => found.push("left"),
        Some(EmploymentStatus::OnLeave) => found.push("on-leave"),
        _ => {}
    }
    if account.shared == Some(true) {
        found.push("shared");
    } else if account.person.is_none() {
        found.push("nobody");
    }
    match (account.in_directory, account.directory_enabled) {
        (_, Some(false)) => found.push("directory-disabled"),
        (Some(false), None) => found.push("directory-absent"),
        _ => {}
    }
    if home == Some(false) {
        found.push("office");
    }
    if account.enabled.is_none() {
        found.push("unclear");
    }
    found
}

impl App {
    /// Notes that the accounts of VPNs have to be looked at again.
    pub(crate) fn matching_is_due(&self) {
        self.matching_due.store(true, Ordering::Release);
    }

    /// Looks at the accounts of all VPNs again when that is due.
    ///
    /// # Errors
    /// The database; it stays due then.
    pub(crate) fn match_vpns_if_due(&self) -> Result<()> {
        if !self.matching_due.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let done = self.match_vpns();
        if done.is_err() {
            self.matching_is_due();
        }
        done
    }

    fn match_vpns(&self) -> Result<()> {
        let lines = self.store.read(|read| read.subjects(SubjectKind::Vpn))?;
        let vpns: Vec<Subject> =
            lines.into_iter().filter(|line| line.retired_at.is_none()).map(|line| line.subject).collect();
        if vpns.is_empty() {
            return Ok(());
        }
        let known = self.whom_it_knows()?;
        let register = known.register();
        for vpn in vpns {
            self.match_vpn(&vpn, &register, &known.people)?;
        }
        Ok(())
    }

    /// Everything that tells whose an account is, as it stands.
    pub(super) fn whom_it_knows(&self) -> Result<Known> {
        Ok(Known {
            people: self.register_at(self.now())?,
            directory: self.directory_users()?,
            computers: self.directory_computers()?,
        })
    }

    /// The staff register as it stands.
    fn register_at(&self, now: At) -> Result<Vec<Person>> {
        let (lines, employments) = self.store.read(|read| {
            let lines = read.subjects(SubjectKind::Person)?;
            Ok::<_, store::StoreError>((lines, read.section_of_all(SubjectKind::Person, "employment")?))
        })?;
        let names: BTreeMap<String, String> =
            lines.into_iter().map(|line| (line.subject.id, line.name)).collect();
        Ok(employments
            .into_iter()
            .map(|(id, value)| {
                let employment: Employment = serde_json::from_value(value).unwrap_or_default();
                Person {
                    name: names.get(&id).cloned().unwrap_or_default(),
                    mail: employment.mail.clone().unwrap_or_default(),
                    directory_account: employment.directory_account.clone().unwrap_or_default(),
                    vpn_ids: employment.vpn_ids.clone().unwrap_or_default(),
                    status: Some(standing(&employment, now)),
                    left_at: employment.left_at.filter(|left| *left < now),
                    id,
                }
            })
            .collect())
    }

    /// The accounts of all directories that were read; `None` when none was.
    fn directory_users(&self) -> Result<Option<Vec<DirectoryUser>>> {
        let domains = self.store.read(|read| read.section_of_all(SubjectKind::Domain, "users"))?;
        if domains.is_empty() {
            return Ok(None);
        }
        let text = |own: Option<String>| own.unwrap_or_default();
        let users = domains.into_iter().flat_map(|(_, value)| {
            let users: Vec<DomainUser> = serde_json::from_value(value).unwrap_or_default();
            users.into_iter().map(|user| DirectoryUser {
                name: text(user.name),
                upn: text(user.upn),
                mail: text(user.mail),
                enabled: user.enabled,
            })
        });
        Ok(Some(users.collect()))
    }

    /// Whether a computer's account is enabled, by its name in lower case; `None` when no directory told.
    fn directory_computers(&self) -> Result<Option<HashMap<String, bool>>> {
        let domains = self.store.read(|read| read.section_of_all(SubjectKind::Domain, "computers"))?;
        if domains.is_empty() {
            return Ok(None);
        }
        let computers = domains.into_iter().flat_map(|(_, value)| {
            let computers: Vec<DomainComputer> = serde_json::from_value(value).unwrap_or_default();
            let named =
                |own: DomainComputer| Some((own.name?.trim_end_matches('$').to_lowercase(), own.enabled?));
            computers.into_iter().filter_map(named)
        });
        Ok(Some(computers.collect()))
    }

    fn match_vpn(&self, vpn: &Subject, register: &Register<'_>, people: &[Person]) -> Result<()> {
        self.list_group_again(vpn)?;
        let sections = self.store.read(|read| read.sections(vpn, Some(&["accounts", "certificates"])))?;
        for section in &sections {
            let foreign = self.is_foreign(section)?;
            let matched = match section.name.as_str() {
                "accounts" => matched_accounts(section, register, people, foreign),
                _ => matched_certificates(section, register, people, foreign),
            };
            if let Some((value, misses)) = matched
                && (Some(&value) != section.value.as_ref() || misses != section.misses)
            {
                self.state_matched(vpn, section, value, misses)?;
            }
        }
        Ok(())
    }

    /// Keeps a section as it is matched now. What of it could not be read stays so.
    fn state_matched(
        &self,
        vpn: &Subject,
        section: &StoredSection,
        value: Value,
        misses: Vec<Miss>,
    ) -> Result<()> {
        let document = FactDocument {
            format: FORMAT.into(),
            version: VERSION,
            subject: vpn.clone(),
            name: String::new(),
            source: section.evidence.source,
            collector: MATCHER.to_owned(),
            // The list is no newer than it was: only by a second, so that of two words the later counts.
            collected_at: section.evidence.collected_at.plus_secs(1),
            facts: Map::from_iter([(section.name.clone(), value)]),
            misses,
        };
        let failed = |error: &dyn std::fmt::Display| AppError::Internal(format!("matched accounts: {error}"));
        document.check().map_err(|error| failed(&error))?;
        let bytes = serde_json::to_vec(&document).map_err(|error| failed(&error))?;
        let caller = Caller { name: MATCHER.to_owned(), role: Role::Agent, lang: Lang::Ja };
        let origin = format!(", {} held against the staff register and the directory", section.name);
        self.keep_evidence(&caller, &bytes, &document, &origin)?;
        Ok(())
    }

    /// Whether a section was not written by the matching itself.
    fn is_foreign(&self, section: &StoredSection) -> Result<bool> {
        let bytes = self.store.read(|read| read.evidence(&section.evidence.id))?;
        let document = bytes.and_then(|bytes| FactDocument::parse(&bytes).ok());
        Ok(document.is_none_or(|document| document.collector != MATCHER))
    }

    /// States the list anew when it follows a group of a directory that was read since.
    fn list_group_again(&self, vpn: &Subject) -> Result<()> {
        let Some(group) = self.vpn_group(&vpn.id)? else { return Ok(()) };
        let domain = Subject::new(SubjectKind::Domain, &group.domain);
        let (held, read) = self.store.read(|read| {
            let held = read.sections(vpn, Some(&["accounts"]))?;
            Ok::<_, store::StoreError>((held, read.sections(&domain, Some(&["groups", "users"]))?))
        })?;
        let Some(at) = read.iter().map(|section| section.evidence.collected_at).min() else { return Ok(()) };
        if held.first().is_some_and(|held| held.evidence.collected_at >= at) {
            return Ok(());
        }
        // A group that is gone says nothing about who has an account: the list stays and grows old.
        let Some(listed) = listed_of_group(&read, &group.sid) else { return Ok(()) };
        let caller = Caller { name: "mimamori".to_owned(), role: Role::Agent, lang: Lang::Ja };
        let facts = super::record::section("accounts", &listed)?;
        let detail = format!("{} accounts, members of {} in {}", listed.len(), group.name, group.domain);
        let stated =
            Statement { subject: vpn.clone(), name: String::new(), source: Source::Directory, facts, detail };
        self.state_as_of(&caller, Action::EvidenceReceive, stated, at)?;
        Ok(())
    }

    /// The accounts of a VPN, each with its person.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn vpn_accounts(&self, caller: &Caller, id: &str) -> Result<VpnAccounts> {
        let subject = vpn(id);
        self.allow(caller, Action::Look, &subject.to_string())?;
        self.settle_kind(SubjectKind::Vpn)?;
        let (line, sections, employments) = self.store.read(|read| {
            let line = read.subject(&subject)?.ok_or(AppError::NotFound("vpn"))?;
            let sections = read.sections(&subject, Some(&["accounts"]))?;
            Ok::<_, AppError>((line, sections, read.section_of_all(SubjectKind::Person, "employment")?))
        })?;
        let office: BTreeMap<String, Option<bool>> = employments
            .into_iter()
            .map(|(id, value)| {
                let employment: Employment = serde_json::from_value(value).unwrap_or_default();
                (id, employment.works_from_home)
            })
            .collect();
        let accounts: Vec<VpnAccount> = told(&sections, "accounts").unwrap_or_default();
        let foreign = sections.first().map(|section| self.is_foreign(section)).transpose()?.unwrap_or(true);
        let known = self.whom_it_knows()?;
        let register = known.register();
        let names: HashMap<&str, &str> =
            known.people.iter().map(|person| (person.id.as_str(), person.name.as_str())).collect();
        let mut lines: Vec<AccountLine> = accounts
            .iter()
            .map(|own| {
                let (account, how) = whose(&register, &known.people, own, foreign);
                let person = account.person.clone().unwrap_or_default();
                let home = office.get(&person).copied().flatten();
                let person_name = names.get(person.as_str()).map_or(person, |name| (*name).to_owned());
                AccountLine { troubles: troubles(&account, home), person_name, account, how }
            })
            .collect();
        let has_directory = known.directory.is_some();
        let rank = |line: &AccountLine| (line.troubles.is_empty(), line.account.enabled == Some(false));
        lines.sort_by(|a, b| (rank(a), &a.account.name).cmp(&(rank(b), &b.account.name)));
        let mut people: Vec<Candidate> =
            known.people.into_iter().map(|person| Candidate { id: person.id, name: person.name }).collect();
        people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let told = sections.first().map(|section| (section.evidence.collected_at, section.evidence.source));
        Ok(VpnAccounts { line, accounts: lines, told, has_directory, people })
    }

    /// Says that an id of a VPN is a person's, and nobody else's. Empty `person` takes it from everybody.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an id or a person that is not there.
    pub fn assign_vpn_id(&self, caller: &Caller, id: &str, account: &str, person: &str) -> Result<()> {
        let subject = self.vpn_to_record(caller, id)?;
        let accounts: Option<Vec<VpnAccount>> =
            self.section_of(&subject, "accounts")?.and_then(|value| serde_json::from_value(value).ok());
        let known = accounts.unwrap_or_default().iter().any(|own| own.name.as_deref() == Some(account));
        if !known {
            return Err(Invalid::new("account", "unknown-choice").into());
        }
        let employments = self.store.read(|read| read.section_of_all(SubjectKind::Person, "employment"))?;
        if !person.is_empty() && !employments.iter().any(|(id, _)| id == person) {
            return Err(Invalid::new("person", "nobody").into());
        }
        for (own, value) in employments {
            let mut employment: Employment = serde_json::from_value(value).unwrap_or_default();
            let mut ids = employment.vpn_ids.clone().unwrap_or_default();
            let (before, its) = (ids.clone(), |other: &String| other.eq_ignore_ascii_case(account));
            if own != person {
                ids.retain(|other| !its(other));
            } else if !ids.iter().any(its) {
                ids.push(account.to_owned());
            }
            if ids.len() > IDS_MAX {
                return Err(Invalid::new("person", "list-full").with(IDS_MAX).into());
            }
            if ids == before {
                continue;
            }
            employment.vpn_ids = Some(ids);
            let stated = Statement {
                subject: Subject::new(SubjectKind::Person, own),
                name: String::new(),
                source: Source::Record,
                facts: super::record::section("employment", &employment)?,
                detail: format!("VPN ids: {account} of {subject} is {person}'s"),
            };
            self.state(caller, Action::VpnSave, stated)?;
        }
        self.matching_is_due();
        self.match_vpns_if_due()
    }
}

/// What is known of people and directories.
pub(super) struct Known {
    /// The staff register.
    pub(super) people: Vec<Person>,
    /// The accounts of all directories; `None` when none was read.
    pub(super) directory: Option<Vec<DirectoryUser>>,
    /// The computers of all directories.
    pub(super) computers: Option<HashMap<String, bool>>,
}

impl Known {
    /// Ready to be asked.
    pub(super) fn register(&self) -> Register<'_> {
        Register::new(&self.people, self.directory.as_deref())
    }
}

/// Accounts as they are matched now, and what of them cannot be told; `None` for a section without a list.
fn matched_accounts(
    section: &StoredSection,
    register: &Register<'_>,
    people: &[Person],
    foreign: bool,
) -> Option<(Value, Vec<Miss>)> {
    let accounts: Vec<VpnAccount> = told(std::slice::from_ref(section), "accounts")?;
    let matched: Vec<VpnAccount> =
        accounts.iter().map(|own| whose(register, people, own, foreign).0).collect();
    let mut misses: Vec<Miss> =
        section.misses.iter().filter(|miss| miss.at != IN_DIRECTORY).cloned().collect();
    if matched.iter().any(|own| own.in_directory.is_none() && own.directory_enabled.is_none()) {
        let detail = "no directory was read: whether it has these accounts cannot be told".to_owned();
        misses.push(Miss { at: IN_DIRECTORY.to_owned(), why: Why::NotCollected, detail });
    }
    Some((serde_json::to_value(matched).ok()?, misses))
}

/// Certificates with the person each names; `None` for a section without any.
fn matched_certificates(
    section: &StoredSection,
    register: &Register<'_>,
    people: &[Person],
    foreign: bool,
) -> Option<(Value, Vec<Miss>)> {
    let mut certificates: Vec<VpnCertificate> = told(std::slice::from_ref(section), "certificates")?;
    for certificate in &mut certificates {
        let before = certificate.person.take();
        register.name_certificate(certificate);
        let known = |id: &String| people.iter().any(|person| person.id == *id);
        // As with accounts: what the document says counts unless it is our own finding.
        certificate.person = certificate.person.take().or_else(|| before.filter(|id| foreign || !known(id)));
    }
    Some((serde_json::to_value(certificates).ok()?, section.misses.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_tell_how_a_person_stands() {
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        let check = |left: Option<i64>, leave: Option<(i64, Option<i64>)>, expected: EmploymentStatus| {
            let employment = Employment {
                status: Some(EmploymentStatus::Active),
                left_at: left.map(|days| now.plus_days(days)),
                leave_from_at: leave.map(|(from, _)| now.plus_days(from)),
                leave_until_at: leave.and_then(|(_, until)| until).map(|days| now.plus_days(days)),
                ..Employment::default()
            };
            assert_eq!(standing(&employment, now), expected, "{left:?} {leave:?}");
        };
        check(None, None, EmploymentStatus::Active);
        check(Some(10), None, EmploymentStatus::Active);
        check(Some(0), None, EmploymentStatus::Active);
        check(Some(-1), None, EmploymentStatus::Left);
        check(None, Some((-3, None)), EmploymentStatus::OnLeave);
        check(None, Some((-3, Some(5))), EmploymentStatus::OnLeave);
        check(None, Some((-9, Some(-2))), EmploymentStatus::Active);
        check(None, Some((2, None)), EmploymentStatus::Active);
        assert_eq!(standing(&Employment::default(), now), EmploymentStatus::Unknown);
    }
}
