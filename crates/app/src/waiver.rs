//! Accepting something that is not met, until a day.

use model::decision::Day;
use model::{At, Caller, StatementId, Subject, SubjectKind, Waiver};
use store::WaiverLine;

use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest acceptance.
const DAYS_MAX: i64 = 366;

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
        let statement = self.catalog.statement(&grant.statement);
        if statement.is_none() {
            findings.add(Invalid::new("statement", "unknown-choice"));
        }
        let subject = subject_of(&grant.subject, statement.map(|statement| statement.subject), &mut findings);
        let reason = findings.text("reason", &grant.reason, 1_000);
        let until = end_of(&grant.until, now, &mut findings);
        findings.done()?;
        let waiver = Waiver {
            statement: grant.statement.clone(),
            subject,
            reason,
            by: caller.name.clone(),
            from: now,
            until: until.unwrap_or(now),
        };
        let detail = format!("until {}: {}", waiver.until.day(), waiver.reason);
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
    pub fn waivers(&self, caller: &Caller) -> Result<Vec<WaiverLine>> {
        self.allow(caller, Action::Look, "waivers")?;
        Ok(self.store.read(|read| read.waivers())?)
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
