//! The administrator signs off what a person said of the home: the same facts, of the same instant, as a record.

use std::collections::BTreeMap;

use model::{At, Caller, Source, Subject, SubjectKind};
use serde_json::{Map, Value};

use super::show::words;
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

impl App {
    /// Confirms what rests on the person's word alone: of the home, or of one of its devices when `device` names it. A
    /// confirmation makes nothing newer: a report of a fortnight ago stays one of a fortnight ago. `shown` are the ids of
    /// the documents the administrator saw: nothing else is confirmed.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is nothing to confirm; [`AppError::Conflict`] when the person said something
    /// else meanwhile.
    pub fn confirm_home(&self, caller: &Caller, person: &str, device: &str, shown: &[&str]) -> Result<()> {
        self.allow(caller, Action::HomeSave, &format!("home/{person}"))?;
        let teller = self.teller(caller, person)?;
        let subject: Subject = if device.is_empty() {
            Subject::new(SubjectKind::Home, person)
        } else {
            self.own_device(&teller, device)?
        };
        let sections = self.store.read(|read| read.sections(&subject, None))?;
        let held = words(&sections);
        if held.iter().any(|id| !shown.contains(&id.as_str())) {
            return Err(AppError::Conflict);
        }
        let mut said: BTreeMap<String, (At, Map<String, Value>)> = BTreeMap::new();
        for section in sections.into_iter().filter(|section| section.evidence.source == Source::Attest) {
            let Some(value) = section.value else { continue };
            let held = said
                .entry(section.evidence.id)
                .or_insert_with(|| (section.evidence.collected_at, Map::new()));
            held.1.insert(section.name, value);
        }
        if said.is_empty() {
            return Err(AppError::NotFound("home"));
        }
        for (id, (collected_at, facts)) in said {
            let detail = format!("confirms {}", id.get(..16).unwrap_or_default());
            let stated = Statement {
                subject: subject.clone(),
                name: String::new(),
                source: Source::Record,
                facts,
                detail,
            };
            self.state_as_of(caller, Action::HomeSave, stated, collected_at)?;
        }
        Ok(())
    }
}
