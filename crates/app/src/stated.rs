//! What a person states about a PC, a home or themselves, kept as a fact document like any other evidence.

use model::evidence::{FORMAT, VERSION, id_of};
use model::{At, Caller, FactDocument, Source, Subject};
use serde_json::{Map, Value};

use store::Received;
use store::audit::Act;

use crate::attachment::Given;
use crate::evidence::Taken;
use crate::{Action, App, AppError, Result};

/// What somebody states.
pub(crate) struct Statement {
    /// Of what.
    pub(crate) subject: Subject,
    /// A name people know it by; empty leaves the one it has.
    pub(crate) name: String,
    /// [`Source::Record`] for what was done and signed off, [`Source::Attest`] for a word alone.
    pub(crate) source: Source,
    /// The sections, whole: a section stated again takes the place of what was stated before.
    pub(crate) facts: Map<String, Value>,
    /// For the audit line; never a secret.
    pub(crate) detail: String,
}

/// A statement as a document, its bytes, and what the audit line says of it.
fn written(caller: &Caller, stated: Statement, collected_at: At) -> Result<(FactDocument, Vec<u8>, String)> {
    let document = FactDocument {
        format: FORMAT.into(),
        version: VERSION,
        subject: stated.subject,
        name: stated.name,
        source: stated.source,
        collector: caller.name.clone(),
        collected_at,
        facts: stated.facts,
        misses: Vec::new(),
    };
    document.check().map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
    let bytes = serde_json::to_vec(&document)
        .map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
    let detail = format!("{} {}: {}", id_of(&bytes), document.source.name(), stated.detail);
    Ok((document, bytes, detail))
}

impl App {
    /// Keeps what a caller states, with its audit line, and judges its subject at once. The caller was allowed `action`
    /// before.
    ///
    /// # Errors
    /// Facts that do not fit their schema ([`AppError::Internal`]: forms are checked before), or the database.
    pub(crate) fn state(&self, caller: &Caller, action: Action, stated: Statement) -> Result<Taken> {
        let collected_at = self.after_last_word(&stated.subject, &stated.facts, self.now())?;
        self.state_as_of(caller, action, stated, collected_at)
    }

    /// The same for something that was so at another instant: a confirmation does not make a report newer.
    ///
    /// # Errors
    /// As [`App::state`].
    pub(crate) fn state_as_of(
        &self,
        caller: &Caller,
        action: Action,
        stated: Statement,
        collected_at: At,
    ) -> Result<Taken> {
        let subject = stated.subject.clone();
        let received = self.state_proved(caller, action, vec![stated], &[], collected_at)?;
        let received = received.into_iter().next();
        let received = received.ok_or_else(|| AppError::Internal("nothing was stated".into()))?;
        Ok(Taken { subject, received })
    }

    /// Keeps what a caller states about one subject together with its proofs: everything or nothing. The proofs were
    /// looked at before ([`App::check_proofs`]).
    ///
    /// # Errors
    /// As [`App::state`].
    pub(crate) fn state_proved(
        &self,
        caller: &Caller,
        action: Action,
        stated: Vec<Statement>,
        proofs: &[Given<'_>],
        collected_at: At,
    ) -> Result<Vec<Received>> {
        let now = self.now();
        let Some(subject) = stated.first().map(|first| first.subject.clone()) else { return Ok(Vec::new()) };
        let mut acts: Vec<Act<'_>> = Vec::new();
        let fresh: Vec<_> = proofs.iter().filter(|given| !given.kept).collect();
        for given in &fresh {
            acts.push(self.act(caller, action, &subject.to_string(), &given.detail()));
        }
        let mut documents = Vec::new();
        for stated in stated {
            let (document, bytes, detail) = written(caller, stated, collected_at)?;
            acts.push(self.act(caller, action, &subject.to_string(), &detail));
            documents.push((document, bytes));
        }
        let received = self.store.change_all(&acts, |change| {
            for given in &fresh {
                change.add_attachment(&given.attachment(&subject), &caller.name, now)?;
            }
            documents
                .iter()
                .map(|(document, bytes)| change.add_evidence(bytes, document, &caller.name, now))
                .collect::<std::result::Result<Vec<_>, _>>()
                .map_err(AppError::from)
        })?;
        if subject.kind == model::SubjectKind::Person {
            self.matching_is_due();
        }
        let retired =
            self.store.read(|read| read.subject(&subject))?.and_then(|line| line.retired_at).is_some();
        if received.iter().any(|received| received.new) && !retired {
            self.judge_again(&subject)?;
        }
        Ok(received)
    }

    /// Keeps what a caller states about many subjects: everything or nothing. Tells how many documents were new.
    ///
    /// # Errors
    /// As [`App::state`].
    pub(crate) fn state_many(
        &self,
        caller: &Caller,
        action: Action,
        stated: Vec<Statement>,
    ) -> Result<usize> {
        if stated.is_empty() {
            return Ok(0);
        }
        let now = self.now();
        let (mut acts, mut documents): (Vec<Act<'_>>, Vec<_>) = (Vec::new(), Vec::new());
        for stated in stated {
            let at = self.after_last_word(&stated.subject, &stated.facts, now)?;
            let (document, bytes, detail) = written(caller, stated, at)?;
            acts.push(self.act(caller, action, &document.subject.to_string(), &detail));
            documents.push((document, bytes));
        }
        let received = self.store.change_all(&acts, |change| {
            documents
                .iter()
                .map(|(document, bytes)| change.add_evidence(bytes, document, &caller.name, now))
                .collect::<std::result::Result<Vec<_>, _>>()
                .map_err(AppError::from)
        })?;
        let changed: Vec<Subject> = documents
            .into_iter()
            .zip(&received)
            .filter(|(_, received)| received.new)
            .map(|((document, _), _)| document.subject)
            .collect();
        self.judge_many(&changed)?;
        Ok(changed.len())
    }

    /// Now, or a second after the last word on what is stated: of two words of one second neither would be the newer.
    pub(crate) fn after_last_word(
        &self,
        subject: &Subject,
        facts: &Map<String, Value>,
        now: At,
    ) -> Result<At> {
        let names: Vec<&str> = facts.keys().map(String::as_str).collect();
        let sections = self.store.read(|read| read.sections(subject, Some(&names)))?;
        let last = sections.iter().map(|section| section.evidence.collected_at.plus_secs(1)).max();
        // A clock that was wrong once does not lead ever further ahead.
        Ok(last.filter(|last| *last > now && now.plus_secs(60) > *last).unwrap_or(now))
    }

    /// The value of one section of a subject as it counts now; `None` when nothing says anything about it.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn section_of(&self, subject: &Subject, section: &str) -> Result<Option<Value>> {
        let sections = self.store.read(|read| read.sections(subject, Some(&[section])))?;
        Ok(sections.into_iter().next().and_then(|found| found.value))
    }
}
