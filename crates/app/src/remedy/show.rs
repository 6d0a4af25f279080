//! What is wrong with a subject by one statement, what to do by hand, and which built-in remedies mend it.

use model::{Caller, Outcome, StatementId, Subject, SubjectKind, Text, Verdict};
use remedy::{Remedy, System};

use crate::{App, AppError, Result};

/// A check that is not met, or, where no subject is asked about, any check.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What is looked at.
    pub title: Text,
    /// What was found and expected; empty where no subject is asked about.
    pub reason: Text,
    /// What to do by hand: a step a line.
    pub steps: Text,
    /// Why there is no script for it, where that is known.
    pub by_hand: Option<Text>,
    /// Whether a built-in remedy mends it.
    pub mended: bool,
}

/// How a statement is mended.
#[derive(Clone, Debug)]
pub struct Mending {
    /// The verdict on the subject asked about.
    pub verdict: Option<Verdict>,
    /// The name people know the subject by.
    pub name: String,
    /// What the subject runs, where it was reported.
    pub system: Option<System>,
    /// What is at fault.
    pub faults: Vec<Fault>,
    /// Built-in remedies that mend something of it.
    pub fixes: Vec<&'static Remedy>,
}

impl App {
    /// How a statement is mended: for one subject, or, without, in general (for those who may look at everything).
    ///
    /// # Errors
    /// [`AppError::Denied`], [`AppError::NotFound`] for a statement, subject or verdict that does not exist.
    pub fn mending(&self, caller: &Caller, id: &StatementId, subject: Option<&Subject>) -> Result<Mending> {
        match subject {
            Some(subject) => self.allow_own(caller, subject)?,
            // Staff are told about their own PC only.
            None if !crate::Action::Look.open_to(caller.role) => return Err(AppError::NotFound("subject")),
            None => self.allow(caller, crate::Action::Look, &id.0)?,
        }
        if self.catalog().statement(id).is_none() {
            return Err(AppError::NotFound("statement"));
        }
        let Some(subject) = subject else { return Ok(self.in_general(id)) };
        self.settle()?;
        let (line, verdicts) = self
            .store
            .read(|read| crate::Result::Ok((read.subject(subject)?, read.verdicts_of_subject(subject)?)))?;
        let line = line.ok_or(AppError::NotFound("subject"))?;
        let verdict = verdicts
            .into_iter()
            .find(|verdict| verdict.statement == *id)
            .ok_or(AppError::NotFound("verdict"))?;
        let system = self.system_of(subject)?;
        let failing: Vec<&str> = verdict
            .checks
            .iter()
            .filter(|check| check.outcome == Outcome::Fail)
            .map(|check| check.check.as_str())
            .collect();
        let fixes = system.map(|system| remedy::for_faults(system, id, &failing)).unwrap_or_default();
        let reason = |check: &str| {
            verdict.checks.iter().find(|result| result.check == check).map(|result| result.reason.clone())
        };
        let faults = self.faults(id, &failing, &fixes, reason);
        Ok(Mending { name: line.name, system, faults, fixes, verdict: Some(verdict) })
    }

    fn in_general(&self, id: &StatementId) -> Mending {
        let catalog = self.catalog();
        let all: Vec<&str> = catalog
            .statement(id)
            .map(|statement| statement.checks.iter().map(|check| check.id.as_str()).collect())
            .unwrap_or_default();
        let fixes: Vec<&Remedy> = [System::Windows, System::Linux, System::Macos]
            .into_iter()
            .flat_map(|system| remedy::for_statement(system, id))
            .collect();
        let faults = self.faults(id, &all, &fixes, |_| None);
        Mending { verdict: None, name: String::new(), system: None, faults, fixes }
    }

    fn faults(
        &self,
        id: &StatementId,
        checks: &[&str],
        fixes: &[&Remedy],
        reason: impl Fn(&str) -> Option<Text>,
    ) -> Vec<Fault> {
        let catalog = self.catalog();
        let Some(statement) = catalog.statement(id) else { return Vec::new() };
        let fault = |check: &guideline::catalog::Check| {
            let full = format!("{id}/{}", check.id);
            let mends = |fix: &&Remedy| fix.checks.is_empty() || fix.checks.contains(&full);
            Fault {
                title: check.title.clone(),
                reason: reason(&check.id).unwrap_or_default(),
                steps: check.remedy.clone(),
                by_hand: remedy::by_hand().iter().find(|one| one.check == full).map(|one| one.why.clone()),
                mended: fixes.iter().any(mends),
            }
        };
        statement.checks.iter().filter(|check| checks.contains(&check.id.as_str())).map(fault).collect()
    }

    /// What a PC or server runs, by its own report.
    fn system_of(&self, subject: &Subject) -> Result<Option<System>> {
        if !matches!(subject.kind, SubjectKind::Device | SubjectKind::Server) {
            return Ok(None);
        }
        let os = self.section_of(subject, "os")?.unwrap_or_default();
        Ok(os.get("family").and_then(|family| family.as_str()).and_then(System::by_name))
    }
}
