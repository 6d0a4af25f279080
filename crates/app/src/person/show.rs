//! One person: what the register says, how it came to be, and what is known of the person elsewhere.

use model::decision::Day;
use model::facts::{Employment, EmploymentStatus};
use model::verdict::Summary;
use model::{Caller, FactDocument, Subject, SubjectKind};
use store::SubjectLine;

use super::{FieldChange, PersonForm, SECTION, difference, standing};
use crate::invitation::PersonLine;
use crate::{Action, App, AppError, Result};

/// The most documents looked through for the history.
const HISTORY_MAX: u32 = 60;

/// One person.
#[derive(Clone, Debug)]
pub struct ShownPerson {
    /// The person.
    pub line: SubjectLine,
    /// The form as it stands.
    pub form: PersonForm,
    /// How the person stands today; `None` when the register says nothing.
    pub standing: Option<EmploymentStatus>,
    /// How the person signs in.
    pub sign_in: Option<PersonLine>,
    /// The lent PCs.
    pub devices: Vec<String>,
    /// Whether something is known of the home.
    pub has_home: bool,
    /// The statements about the person.
    pub summary: Summary,
    /// What the register said, the newest first.
    pub history: Vec<Past>,
    /// Today.
    pub today: Day,
}

/// A word of the register.
#[derive(Clone, Debug)]
pub struct Past {
    /// When, to the minute.
    pub at: String,
    /// Who.
    pub by: String,
    /// What it changed; everything it says when it was the first.
    pub changes: Vec<FieldChange>,
    /// A standing that was stated anew.
    pub standing: Option<EmploymentStatus>,
    /// Its evidence.
    pub evidence: String,
}

impl App {
    /// One person.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn person(&self, caller: &Caller, id: &str) -> Result<ShownPerson> {
        let subject = Subject::new(SubjectKind::Person, id);
        self.allow(caller, Action::Look, &subject.to_string())?;
        let line = self.store.read(|read| read.subject(&subject))?.ok_or(AppError::NotFound("person"))?;
        let today = Day::of(self.now());
        let word = self.word_on(&subject)?;
        let form = match &word {
            Some((evidence, employment)) => PersonForm::of(id, &line.name, employment, evidence),
            None => PersonForm { id: id.into(), name: line.name.clone(), ..PersonForm::default() },
        };
        let home = Subject::new(SubjectKind::Home, id);
        let (verdicts, home) = self.store.read(|read| {
            Ok::<_, store::StoreError>((read.verdicts_of_subject(&subject)?, read.subject(&home)?))
        })?;
        Ok(ShownPerson {
            standing: word.as_ref().map(|(_, employment)| standing(employment, today)),
            sign_in: self.invitations(caller)?.into_iter().find(|line| line.person == id),
            devices: self.devices_of(id)?,
            has_home: home.is_some(),
            summary: Summary::of(&verdicts),
            history: self.register_history(&subject)?,
            line,
            form,
            today,
        })
    }

    /// What the register said of somebody, the newest first.
    fn register_history(&self, subject: &Subject) -> Result<Vec<Past>> {
        let documents = self.store.read(|read| {
            let mut found = Vec::new();
            for line in read.evidence_of(subject, HISTORY_MAX)? {
                let document = read.evidence(&line.id)?.and_then(|bytes| FactDocument::parse(&bytes).ok());
                if let Some(document) = document.filter(|document| document.facts.contains_key(SECTION)) {
                    found.push((line, document));
                }
            }
            Ok::<_, store::StoreError>(found)
        })?;
        let mut history = Vec::new();
        let mut before: Option<(Employment, PersonForm)> = None;
        for (line, document) in documents.into_iter().rev() {
            let value = document.facts.get(SECTION).cloned().unwrap_or_default();
            let Ok(employment) = serde_json::from_value::<Employment>(value) else { continue };
            let name = match (document.name.as_str(), &before) {
                ("", Some((_, form))) => form.name.clone(),
                (name, _) => name.to_owned(),
            };
            let form = PersonForm::of(&subject.id, &name, &employment, "");
            let first = PersonForm::default();
            let former = before.as_ref();
            history.push(Past {
                at: line.received_at.minute(),
                by: line.received_by,
                changes: difference(former.map_or(&first, |(_, form)| form), &form),
                standing: employment
                    .status
                    .filter(|status| former.is_some_and(|(former, _)| former.status != Some(*status))),
                evidence: line.id,
            });
            before = Some((employment, form));
        }
        history.reverse();
        Ok(history)
    }
}
