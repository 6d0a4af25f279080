//! The register as a list.

use std::collections::BTreeMap;

use model::decision::Day;
use model::facts::{Employment, EmploymentStatus};
use model::{At, Caller, SubjectKind};
use store::Read;

use super::{SECTION, standing};
use crate::{Action, App, Result};

/// Somebody in the register.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// What the register says; nothing when a person is known from elsewhere only.
    pub employment: Employment,
    /// Whether the register says anything.
    pub registered: bool,
    /// How the person stands today.
    pub standing: EmploymentStatus,
    /// When the person was taken out of the register.
    pub retired_at: Option<At>,
    /// The account at Mimamori: its sign-in name, and whether it can be used.
    pub account: Option<(String, bool)>,
}

impl Listed {
    /// The last day, when it is known.
    #[must_use]
    pub fn last_day(&self) -> Option<Day> {
        self.employment.left_at.map(Day::of)
    }
}

impl App {
    /// Everybody, by id; those taken out of the register last.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn people(&self, caller: &Caller) -> Result<Vec<Listed>> {
        self.allow(caller, Action::Look, "people")?;
        let today = Day::of(self.now());
        let mut people = self.store.read(|read| everybody(read, today))?;
        people.sort_by_key(|person| person.retired_at.is_some());
        Ok(people)
    }
}

/// Everybody by id, those taken out of the register too (of them the register's word is not read).
pub(crate) fn everybody(read: &Read<'_>, today: Day) -> store::Result<Vec<Listed>> {
    let mut said: BTreeMap<String, Employment> = BTreeMap::new();
    for (id, value) in read.section_of_all(SubjectKind::Person, SECTION)? {
        if let Ok(employment) = serde_json::from_value(value) {
            said.insert(id, employment);
        }
    }
    let mut accounts: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for account in read.accounts()? {
        if let Some(person) = account.person {
            accounts.insert(person, (account.login, account.disabled_at.is_none()));
        }
    }
    let lines = read.subjects(SubjectKind::Person)?;
    Ok(lines
        .into_iter()
        .map(|line| {
            let id = line.subject.id;
            let employment = said.remove(&id);
            Listed {
                standing: employment
                    .as_ref()
                    .map_or(EmploymentStatus::Unknown, |employment| standing(employment, today)),
                registered: employment.is_some(),
                employment: employment.unwrap_or_default(),
                account: accounts.remove(&id),
                name: line.name,
                retired_at: line.retired_at,
                id,
            }
        })
        .collect())
}
