//! Answering the questionnaire about a family, a person or a kind of paper.

use std::collections::BTreeMap;

use guideline::catalog::readiness::Part;
use model::{Caller, SubjectKind};
use store::{Entry, Record};

use super::{Answered, JOB, KIND, PERSON};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest name of a person or a kind of paper.
pub(super) const ABOUT_MAX: usize = 100;
/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// The most things answered about.
const ANSWERED_MAX: usize = 1_000;

/// The form, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The version the writer saw, 0 for none.
    pub after: u32,
    /// Question to answer; empty or missing for those left open.
    pub answers: BTreeMap<String, String>,
    /// A remark.
    pub note: String,
}

impl App {
    /// Saves answers as a new version; questions may be left open. Gives what they are kept under.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime;
    /// [`AppError::NotFound`] when there is no such part or family.
    pub fn save_readiness(&self, caller: &Caller, part: &str, about: &str, form: &Form) -> Result<String> {
        let object = format!("readiness/{part}/{about}");
        self.allow(caller, Action::ReadinessSave, &object)?;
        let catalog = self.catalog();
        let asked = catalog.readiness.part(part).ok_or(AppError::NotFound("part"))?;
        let about = self.readiness_about(part, about)?;
        let mut findings = Findings::default();
        let answers = read(asked, &form.answers, &mut findings);
        let note = findings.optional("note", &form.note, NOTE_MAX);
        let kept: Vec<Record<Answered>> = self.store.read(|read| read.records(KIND))?;
        let own = kept.iter().find(|own| own.value.part == part && own.value.about == about);
        if own.is_none() && kept.len() >= ANSWERED_MAX {
            findings.add(Invalid::new("note", "list-full").with(ANSWERED_MAX));
        }
        findings.done()?;
        let answered = Answered { part: part.to_owned(), about: about.clone(), answers, note };
        let entry = match own {
            Some(own) => Entry::next(own.id, form.after, &answered)?,
            // Somebody took it away while these answers were given.
            None if form.after > 0 => return Err(AppError::Conflict),
            None => Entry::new(&answered)?,
        };
        let count = answered.answers.len();
        self.put_readiness(caller, &object, entry, &answered, &format!("{count} answers"))?;
        Ok(about)
    }

    /// Takes the answers about something off the list; their versions stay on record.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn remove_readiness(&self, caller: &Caller, part: &str, about: &str, after: u32) -> Result<()> {
        let object = format!("readiness/{part}/{about}");
        self.allow(caller, Action::ReadinessSave, &object)?;
        let kept: Vec<Record<Answered>> = self.store.read(|read| read.records(KIND))?;
        let own = kept.iter().find(|own| own.value.part == part && own.value.about == about);
        let own = own.ok_or(AppError::NotFound("answers"))?;
        self.put_readiness(
            caller,
            &object,
            Entry::next(own.id, after, &own.value)?.gone(),
            &own.value,
            "removed",
        )
    }

    fn put_readiness(
        &self,
        caller: &Caller,
        object: &str,
        entry: Entry,
        answered: &Answered,
        what: &str,
    ) -> Result<()> {
        let entries = [entry];
        let detail = format!("{} {what}", store::record::witness(KIND, &entries));
        let now = self.now();
        self.store.change(&self.act(caller, Action::ReadinessSave, object, &detail), |change| {
            if entries.iter().any(|entry| entry.id.is_none()) {
                // Two people began at the same moment: the second sees what the first wrote.
                let kept: Vec<Record<Answered>> = change.records(KIND)?;
                let same = |own: &Record<Answered>| {
                    own.value.part == answered.part && own.value.about == answered.about
                };
                if kept.iter().any(same) {
                    return Err(AppError::Conflict);
                }
            }
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    /// What answers are kept under: a family that exists, a person's id when a known person is named, otherwise the
    /// name as typed.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such family; [`AppError::Invalid`] at `about` when the name is missing,
    /// too long or not printable.
    pub fn readiness_about(&self, part: &str, about: &str) -> Result<String> {
        let catalog = self.catalog();
        if catalog.readiness.part(part).is_none() {
            return Err(AppError::NotFound("part"));
        }
        if part == JOB {
            let family = catalog.readiness.family(about).ok_or(AppError::NotFound("family"))?;
            return Ok(family.id.clone());
        }
        let mut findings = Findings::default();
        let about = findings.text("about", about, ABOUT_MAX);
        if about.contains('\n') {
            findings.add(Invalid::new("about", "control-character"));
        }
        findings.done()?;
        if part != PERSON {
            return Ok(about);
        }
        let (people, kept) = self.store.read(|read| {
            let kept: Vec<Record<Answered>> = read.records(KIND)?;
            Ok::<_, store::StoreError>((read.subjects(SubjectKind::Person)?, kept))
        })?;
        // Answers given before the facts knew the person stay where they are.
        if kept.iter().any(|own| own.value.part == part && own.value.about == about) {
            return Ok(about);
        }
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        let mut named = people.iter().filter(|own| plain(&own.name) == plain(&about));
        Ok(match (people.iter().any(|own| own.subject.id == about), named.next(), named.next()) {
            // Of two people with one name, neither is meant for certain.
            (false, Some(own), None) => own.subject.id.clone(),
            _ => about,
        })
    }
}

/// The answers to the questions asked; anything not offered is a mistake at its question.
fn read(part: &Part, sent: &BTreeMap<String, String>, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for question in &part.questions {
        match sent.get(&question.id).map(String::as_str) {
            None | Some("") => {}
            Some(id) if question.answer(id).is_some() => {
                _ = answers.insert(question.id.clone(), id.to_owned())
            }
            Some(_) => findings.add(Invalid::new(format!("q-{}", question.id), "unknown-choice")),
        }
    }
    answers
}
