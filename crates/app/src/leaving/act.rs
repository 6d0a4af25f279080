//! What the program can do about something open with one click: each with its own audit line, and only by whom the action
//! is open to.

use model::facts::Pledge;
use model::{Caller, Source, Subject, SubjectKind};
use serde_json::{Map, Value};
use store::Entry;

use super::{Changed, KIND, Noted, PLEDGE};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// Something that can be done here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Disable the account at Mimamori, which ends its link and its sessions as well.
    DisableAccount {
        /// Its sign-in name.
        login: String,
    },
    /// End the link by which the person signs in.
    CloseLink,
    /// Revoke the agent of a PC.
    RevokeAgent {
        /// Its key's short name.
        key: String,
    },
    /// Take the home and its devices out of judging.
    RetireHome,
    /// Record that the pledge of confidentiality was handed in.
    Pledge,
    /// Record that a shared password was changed.
    SharedChanged {
        /// The VPN's id.
        vpn: String,
    },
    /// Go to the tasks of a lending that ended.
    Lending {
        /// Its number.
        id: u64,
    },
}

impl Deed {
    /// The name, for example `close-link`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Deed::DisableAccount { .. } => "disable-account",
            Deed::CloseLink => "close-link",
            Deed::RevokeAgent { .. } => "revoke-agent",
            Deed::RetireHome => "retire-home",
            Deed::Pledge => "pledge",
            Deed::SharedChanged { .. } => "shared-changed",
            Deed::Lending { .. } => "lending",
        }
    }

    /// What it is about, to be sent with the form.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Deed::DisableAccount { login } => login.clone(),
            Deed::RevokeAgent { key } => key.clone(),
            Deed::SharedChanged { vpn } => vpn.clone(),
            Deed::Lending { id } => id.to_string(),
            Deed::CloseLink | Deed::RetireHome | Deed::Pledge => String::new(),
        }
    }
}

impl App {
    /// Does what an open item offers. Only what is offered now can be done.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nothing of the kind is offered any more.
    pub fn do_leaving(&self, caller: &Caller, person: &str, deed: &str, about: &str) -> Result<()> {
        self.allow(caller, Action::PersonSave, &format!("person/{person}"))?;
        let shown = self.leaving(caller, person)?;
        let offered = shown
            .leaving
            .items
            .into_iter()
            .filter_map(|item| item.deed)
            .find(|own| own.name() == deed && own.about() == about)
            .ok_or(AppError::NotFound("deed"))?;
        match offered {
            Deed::DisableAccount { login } => self.set_account_disabled(caller, &login, true)?,
            Deed::CloseLink => self.close_invitation(caller, person)?,
            Deed::RevokeAgent { key } => {
                self.revoke_agent(caller, &key)?;
            }
            Deed::RetireHome => self.retire_home(caller, person)?,
            Deed::Pledge => self.state_pledge(caller, person)?,
            Deed::SharedChanged { vpn } => self.note_changed(caller, person, &vpn)?,
            Deed::Lending { .. } => return Err(AppError::NotFound("deed")),
        }
        self.note_leavings()
    }

    fn retire_home(&self, caller: &Caller, person: &str) -> Result<()> {
        let devices = self.store.read(|read| read.section_of_all(SubjectKind::HomeDevice, "device"))?;
        let own = |value: &Value| value.get("person").and_then(Value::as_str) == Some(person);
        for (id, _) in devices.into_iter().filter(|(_, value)| own(value)) {
            self.set_subject_retired(caller, &Subject::new(SubjectKind::HomeDevice, id), true)?;
        }
        let home = Subject::new(SubjectKind::Home, person);
        if self.store.read(|read| read.subject(&home))?.is_some() {
            self.set_subject_retired(caller, &home, true)?;
        }
        Ok(())
    }

    fn state_pledge(&self, caller: &Caller, person: &str) -> Result<()> {
        let subject = Subject::new(SubjectKind::Person, person);
        let mut pledges: Vec<Pledge> = match self.section_of(&subject, "pledges")? {
            Some(value) => serde_json::from_value(value)
                .map_err(|error| AppError::Internal(format!("stored pledges: {error}")))?,
            None => Vec::new(),
        };
        pledges.push(Pledge {
            document: Some(PLEDGE.into()),
            version: Some("1.0".into()),
            at: Some(self.now()),
            device: None,
        });
        let value = serde_json::to_value(&pledges)
            .map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
        let statement = Statement {
            subject,
            name: String::new(),
            source: Source::Record,
            facts: Map::from_iter([("pledges".to_owned(), value)]),
            detail: "pledge of confidentiality after leaving handed in".to_owned(),
        };
        self.state(caller, Action::PersonSave, statement)?;
        Ok(())
    }

    fn note_changed(&self, caller: &Caller, person: &str, vpn: &str) -> Result<()> {
        let shown = self.leaving(caller, person)?.leaving;
        let Some(day) = shown.day else { return Err(AppError::NotFound("leaving")) };
        let changed = Changed { vpn: vpn.to_owned(), at: self.now(), by: caller.name.clone() };
        let found = self.noted(person, shown.why, day)?;
        let entry = match found {
            Some(record) => {
                let mut noted = record.value;
                noted.changed.push(changed);
                Entry::next(record.id, record.version, &noted)?
            }
            None => Entry::new(&Noted {
                person: person.to_owned(),
                why: shown.why,
                day,
                closed_at: None,
                over: Vec::new(),
                changed: vec![changed],
            })?,
        };
        self.put_noted(caller, &format!("person/{person}"), &[entry], "shared password changed")
    }

    pub(super) fn put_noted(
        &self,
        caller: &Caller,
        object: &str,
        entries: &[Entry],
        words: &str,
    ) -> Result<()> {
        let now = self.now();
        let detail = format!("{} {words}", store::record::witness(KIND, entries));
        let act = self.act(caller, Action::PersonSave, object, &detail);
        self.store.change(&act, |change| {
            change.put_records(KIND, entries, &caller.name, now).map(|_| ()).map_err(AppError::from)
        })
    }
}
