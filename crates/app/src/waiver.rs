//! Accepting something that is not met, until a day.

use std::collections::BTreeMap;

use model::decision::Day;
use model::waiver::grounds;
use model::{At, Caller, Outcome, StatementId, Subject, SubjectKind, Waiver};
use store::WaiverLine;

use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest acceptance.
const DAYS_MAX: i64 = 366;

/// An acceptance as it stands now.
#[derive(Clone, Debug)]
pub struct ShownWaiver {
    /// The acceptance with its number.
    pub line: WaiverLine,
    /// Whether it counts now.
    pub in_force: bool,
    /// The subjects for which something is at fault that was not when it was accepted: for those it no longer counts.
    pub stale: Vec<Subject>,
}

/// The form.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The statement.
    pub statement: StatementId,
    /// For one subject, as `device/PC-001`; for all when empty.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// The last day it counts, in Japan.
    pub until: String,
}

impl App {
    /// Accepts something until the end of a day.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault.
    pub fn grant_waiver(&self, caller: &Caller, grant: &Grant) -> Result<()> {
        let object = format!("{} {}", grant.statement, grant.subject.trim()).trim().to_owned();
        self.allow(caller, Action::WaiverGrant, &object)?;
        let now = self.now();
        let mut findings = Findings::default();
        let catalog = self.catalog();
        let statement = catalog.statement(&grant.statement);
        if statement.is_none() {
            findings.add(Invalid::new("statement", "unknown-choice"));
        }
        let subject = subject_of(&grant.subject, statement.map(|statement| statement.subject), &mut findings);
        let reason = findings.text("reason", &grant.reason, 1_000);
        let until = end_of(&grant.until, now, &mut findings);
        if let Some(subject) = &subject
            && self.store.read(|read| read.subject(subject))?.is_none()
        {
            findings.add(Invalid::new("subject", "not-a-subject"));
        }
        let basis = self.basis_of(&grant.statement, subject.as_ref())?;
        // What is met needs no acceptance, and one given in advance would cover nothing.
        if statement.is_some() && basis.is_empty() {
            findings.add(Invalid::new("statement", "nothing-to-accept"));
        }
        findings.done()?;
        let waiver = Waiver {
            statement: grant.statement.clone(),
            reason,
            by: caller.name.clone(),
            from: now,
            until: until.unwrap_or(now),
            basis: Some(basis),
            subject,
        };
        let witness = store::waiver::witness(&waiver)?;
        let detail = format!("{witness} until {}: {}", waiver.until.day(), waiver.reason);
        self.store.change(&self.act(caller, Action::WaiverGrant, &object, &detail), |change| {
            if let Some(subject) = &waiver.subject
                && change.subject(subject)?.is_none()
            {
                return Err(Invalid::new("subject", "not-a-subject").into());
            }
            change.add_waiver(&waiver).map_err(AppError::from)
        })?;
        self.sweep()
    }

    /// Ends an acceptance now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is over already.
    pub fn end_waiver(&self, caller: &Caller, id: i64) -> Result<()> {
        let object = format!("waiver/{id}");
        self.allow(caller, Action::WaiverEnd, &object)?;
        let now = self.now();
        self.store.change(&self.act(caller, Action::WaiverEnd, &object, ""), |change| {
            if change.end_waiver(id, now)? { Ok(()) } else { Err(AppError::NotFound("waiver")) }
        })?;
        self.sweep()
    }

    /// All acceptances, the newest first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn waivers(&self, caller: &Caller) -> Result<Vec<ShownWaiver>> {
        self.allow(caller, Action::Look, "waivers")?;
        self.settle()?;
        let now = self.now();
        self.store.read(|read| {
            let mut shown = Vec::new();
            for line in read.waivers()? {
                let in_force = line.waiver.in_force(now);
                let stale = if in_force && line.waiver.basis.is_some() {
                    let verdicts = read.verdicts_of_statement(&line.waiver.statement, u32::MAX)?;
                    verdicts
                        .into_iter()
                        .filter(|verdict| {
                            verdict.verdict == Outcome::Fail
                                && line.waiver.covers(&verdict.statement, &verdict.subject)
                                && !line.waiver.still_fits(verdict)
                        })
                        .map(|verdict| verdict.subject)
                        .collect()
                } else {
                    Vec::new()
                };
                shown.push(ShownWaiver { line, in_force, stale });
            }
            Ok(shown)
        })
    }

    /// What is at fault now in a statement, by subject: what an acceptance given today rests on. A subject that is
    /// unknown is there with nothing at fault.
    fn basis_of(
        &self,
        statement: &StatementId,
        subject: Option<&Subject>,
    ) -> Result<BTreeMap<String, Vec<String>>> {
        self.settle()?;
        let verdicts = self.store.read(|read| read.verdicts_of_statement(statement, u32::MAX))?;
        Ok(verdicts
            .iter()
            .filter(|verdict| subject.is_none_or(|wanted| *wanted == verdict.subject))
            .filter(|verdict| verdict.verdict != Outcome::Pass)
            .map(|verdict| (verdict.subject.to_string(), grounds(verdict)))
            .collect())
    }
}

/// A subject of the statement's kind; empty means all. A typing mistake must never come to mean all.
fn subject_of(text: &str, kind: Option<SubjectKind>, findings: &mut Findings) -> Option<Subject> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let subject = text.split_once('/').and_then(|(kind, id)| Some(Subject::new(kind.parse().ok()?, id)));
    if subject.as_ref().is_none_or(|subject| kind.is_some_and(|kind| kind != subject.kind)) {
        findings.add(Invalid::new("subject", "not-a-subject"));
    }
    subject
}

/// The end of a day in Japan.
fn end_of(day: &str, now: At, findings: &mut Findings) -> Option<At> {
    let Ok(day) = day.trim().parse::<Day>() else {
        findings.add(Invalid::new("until", "not-a-day"));
        return None;
    };
    let days = Day::of(now).days_until(day);
    if !(0..=DAYS_MAX).contains(&days) {
        findings.add(Invalid::new("until", "day-out-of-range").with(DAYS_MAX));
        return None;
    }
    format!("{day}T23:59:59+09:00").parse().ok()
}
