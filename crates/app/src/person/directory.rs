//! From the directory into the register: accounts of the newest reading that belong to nobody here yet are offered, and
//! whoever fills the register leaves service accounts out by hand.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::decision::Day;
use model::facts::{DomainUser, Employment, EmploymentStatus};
use model::{At, Caller, Subject, SubjectKind};

use super::PEOPLE_MAX;
use super::list::{Listed, everybody};
use super::save::check_new;
use super::standing::statement;
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// What the directory offers.
#[derive(Clone, Debug, Default)]
pub struct DirectoryPeople {
    /// The domains read: their names, and when.
    pub domains: Vec<(String, At)>,
    /// Accounts that belong to nobody in the register.
    pub offers: Vec<DirectoryOffer>,
    /// People found by mail address or number whose directory account the register does not know yet.
    pub fillings: Vec<Filling>,
    /// How many accounts belong to somebody already.
    pub matched: usize,
}

/// An account that belongs to nobody in the register.
#[derive(Clone, Debug)]
pub struct DirectoryOffer {
    /// What it is chosen by: `domain/logon name`.
    pub key: String,
    /// What the directory says.
    pub user: DomainUser,
    /// Whether it looks like a person's: enabled, with a mail address or a number, and not built in.
    pub likely: bool,
}

/// A directory account to be filled in.
#[derive(Clone, Debug)]
pub struct Filling {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The logon name.
    pub account: String,
    /// By what they were matched: `mail`, `number` or `id`.
    pub by: &'static str,
}

/// What was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// New people.
    pub added: usize,
    /// Directory accounts filled in.
    pub filled: usize,
}

/// The accounts of a domain as last read.
pub(crate) type ReadUsers = (String, At, Vec<DomainUser>);

/// The register, to match accounts with.
pub(crate) struct Register<'a> {
    account: HashMap<String, &'a Listed>,
    mail: HashMap<String, &'a Listed>,
    number: HashMap<String, &'a Listed>,
    id: HashMap<String, &'a Listed>,
}

impl<'a> Register<'a> {
    pub(crate) fn of(people: &'a [Listed]) -> Self {
        let index = |of: &dyn Fn(&'a Listed) -> Option<&'a String>| {
            people
                .iter()
                .filter(|person| person.retired_at.is_none())
                .filter_map(|person| Some((of(person)?.to_lowercase(), person)))
                .filter(|(key, _)| !key.is_empty())
                .collect::<HashMap<_, _>>()
        };
        Self {
            account: index(&|person| person.employment.directory_account.as_ref()),
            mail: index(&|person| person.employment.mail.as_ref()),
            number: index(&|person| person.employment.number.as_ref()),
            id: index(&|person| Some(&person.id)),
        }
    }

    /// Whose an account is, and by what that is known.
    pub(crate) fn find(&self, user: &DomainUser) -> Option<(&'a Listed, &'static str)> {
        let by = |index: &HashMap<String, &'a Listed>, text: &Option<String>| {
            text.as_ref().and_then(|text| index.get(&text.to_lowercase()).copied())
        };
        let fits = |person: &&Listed| {
            // Whoever has another account, or none, is not found by looser marks.
            person.employment.directory_account.is_none()
        };
        by(&self.account, &user.name)
            .map(|person| (person, "account"))
            .or_else(|| by(&self.mail, &user.mail).filter(fits).map(|person| (person, "mail")))
            .or_else(|| by(&self.mail, &user.upn).filter(fits).map(|person| (person, "mail")))
            .or_else(|| by(&self.number, &user.employee_number).filter(fits).map(|person| (person, "number")))
            .or_else(|| by(&self.id, &user.name).filter(fits).map(|person| (person, "id")))
    }
}

fn is_builtin(user: &DomainUser) -> bool {
    let rid = user.sid.as_deref().and_then(|sid| sid.rsplit('-').next()).unwrap_or_default();
    matches!(rid, "500" | "501" | "502" | "503") || user.name.as_deref() == Some("krbtgt")
}

impl App {
    /// What the newest reading of each domain offers.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn directory_people(&self, caller: &Caller) -> Result<DirectoryPeople> {
        self.allow(caller, Action::Look, "people")?;
        let today = Day::of(self.now());
        let people = self.store.read(|read| everybody(read, today))?;
        let register = Register::of(&people);
        let mut found = DirectoryPeople::default();
        let mut filled: HashSet<String> = HashSet::new();
        for (domain, at, users) in self.domain_users()? {
            for user in users {
                let Some(name) = user.name.clone().filter(|name| !name.is_empty()) else { continue };
                match register.find(&user) {
                    Some((_, "account")) => found.matched += 1,
                    Some((person, by)) => {
                        found.matched += 1;
                        if filled.insert(person.id.clone()) {
                            found.fillings.push(Filling {
                                person: person.id.clone(),
                                name: person.name.clone(),
                                account: name,
                                by,
                            });
                        }
                    }
                    None if is_builtin(&user) => {}
                    None => {
                        let known =
                            |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
                        let likely =
                            user.enabled == Some(true) && (known(&user.mail) || known(&user.employee_number));
                        found.offers.push(DirectoryOffer { key: format!("{domain}/{name}"), likely, user });
                    }
                }
            }
            found.domains.push((domain, at));
        }
        found.offers.sort_by(|a, b| (!a.likely, &a.key).cmp(&(!b.likely, &b.key)));
        Ok(found)
    }

    /// The accounts of every domain that is judged, with when they were read.
    pub(crate) fn domain_users(&self) -> Result<Vec<ReadUsers>> {
        self.store.read(|read| {
            let mut found = Vec::new();
            for line in
                read.subjects(SubjectKind::Domain)?.into_iter().filter(|line| line.retired_at.is_none())
            {
                for section in read.sections(&line.subject, Some(&["users"]))? {
                    let Some(value) = section.value else { continue };
                    let users = serde_json::from_value(value)
                        .map_err(|error| AppError::Internal(format!("stored section users: {error}")))?;
                    found.push((line.subject.id.clone(), section.evidence.collected_at, users));
                }
            }
            Ok(found)
        })
    }

    /// Takes chosen accounts over into the register, and fills in the directory accounts of chosen people.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when nothing was chosen, or an account's name cannot be an id.
    pub fn take_directory_people(
        &self,
        caller: &Caller,
        chosen: &BTreeSet<String>,
        fill: &BTreeSet<String>,
    ) -> Result<Taken> {
        self.allow(caller, Action::PersonSave, "people")?;
        if chosen.is_empty() && fill.is_empty() {
            return Err(Invalid::new("form", "nothing-chosen").into());
        }
        let offered = self.directory_people(caller)?;
        let today = Day::of(self.now());
        let people = self.store.read(|read| everybody(read, today))?;
        let mut taken: HashSet<String> = people.iter().map(|person| person.id.to_lowercase()).collect();
        let mut findings = Findings::default();
        let mut stated = Vec::new();
        for offer in offered.offers.iter().filter(|offer| chosen.contains(&offer.key)) {
            let name = offer.user.name.clone().unwrap_or_default();
            // Two domains may have accounts of one name.
            let id =
                if taken.insert(name.to_lowercase()) { name.clone() } else { offer.key.replace('/', "-") };
            check_new(&mut findings, &id, people.len() + stated.len());
            let shown = offer.user.display_name.clone().filter(|shown| !shown.trim().is_empty());
            let employment = Employment {
                status: Some(EmploymentStatus::Active),
                mail: offer.user.mail.clone().filter(|text| !text.is_empty()),
                number: offer.user.employee_number.clone().filter(|text| !text.is_empty()),
                department: offer.user.department.clone().filter(|text| !text.is_empty()),
                directory_account: Some(name.clone()),
                ..Employment::default()
            };
            let shown = shown.unwrap_or(name);
            stated.push(statement(&id, &shown, &employment, "from the directory".to_owned())?);
        }
        findings.done()?;
        let added = stated.len();
        debug_assert!(added <= PEOPLE_MAX);
        for filling in offered.fillings.iter().filter(|filling| fill.contains(&filling.person)) {
            let subject = Subject::new(SubjectKind::Person, &filling.person);
            let said = self.word_on(&subject)?.map(|(_, employment)| employment).unwrap_or_default();
            let employment = Employment { directory_account: Some(filling.account.clone()), ..said };
            stated.push(statement(
                &filling.person,
                "",
                &employment,
                "directory account filled in".to_owned(),
            )?);
        }
        let filled = stated.len() - added;
        self.state_many(caller, Action::PersonSave, stated)?;
        Ok(Taken { added, filled })
    }
}
