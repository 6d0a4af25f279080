//! Lending a PC, and mending what was entered.

use model::decision::Day;
use model::facts::LendingKind;
use model::{Caller, Subject, SubjectKind};

use super::{Lending, Seen};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// How many days ahead a lending may be entered.
const AHEAD_DAYS_MAX: i64 = 31;

/// The form of a lending, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LendForm {
    /// The version the writer saw; 0 for a new lending.
    pub after: u32,
    /// The person's id.
    pub person: String,
    /// `fresh` or `in_use`.
    pub kind: String,
    /// The day, as `2026-11-24`.
    pub lent: String,
    /// What the administrator saw.
    pub seen: Seen,
    /// A remark.
    pub note: String,
    /// Freeze the software list and sign it as the lender in the same breath.
    pub freeze: bool,
}

impl LendForm {
    /// A lending as a form.
    #[must_use]
    pub fn of(lending: &Lending, after: u32) -> Self {
        Self {
            after,
            person: lending.person.clone(),
            kind: match lending.kind {
                LendingKind::InUse => "in_use".to_owned(),
                LendingKind::Fresh => "fresh".to_owned(),
            },
            lent: lending.lent.to_string(),
            seen: lending.seen,
            note: lending.note.clone(),
            freeze: false,
        }
    }
}

impl App {
    /// Lends a PC, or changes what was entered of a lending that lasts; gives its number. What the administrator saw is
    /// signed by whoever saves.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault: the PC is lent already, nobody of that id; [`AppError::Conflict`];
    /// [`AppError::NotFound`].
    pub fn lend(&self, caller: &Caller, device: &str, id: Option<u64>, form: &LendForm) -> Result<u64> {
        let object = format!("device/{device}");
        self.allow(caller, Action::LendingSave, &object)?;
        let subject = Subject::new(SubjectKind::Device, device);
        self.store.read(|read| read.subject(&subject))?.ok_or(AppError::NotFound("device"))?;
        let former = match id {
            Some(id) => Some(
                Some(self.lasting_lending(id)?)
                    .filter(|record| record.value.device == device)
                    .ok_or(AppError::NotFound("lending"))?,
            ),
            None => None,
        };
        let mut findings = Findings::default();
        let lending = self.read_form(caller, device, form, &mut findings)?;
        if former.is_none() && self.lending_of(device)?.is_some() {
            findings.add(Invalid::new("person", "lent-already"));
        }
        if form.freeze {
            // Found out before anything is written: a form is saved as a whole or not at all.
            match self.list_to_freeze(device) {
                Err(AppError::Invalid(found)) => found.into_iter().for_each(|one| findings.add(one)),
                other => drop(other?),
            }
        }
        findings.done()?;
        let after = if id.is_some() { form.after } else { 0 };
        let place = id.map(|id| (id, after));
        let lending = match former {
            Some(former) => {
                // Another person, another day or other terms: what was signed no longer fits.
                let same = former.value.person == lending.person
                    && former.value.lent == lending.lent
                    && former.value.note == lending.note;
                Lending {
                    baseline: former.value.baseline,
                    signatures: if same { former.value.signatures } else { Vec::new() },
                    ..lending
                }
            }
            None => lending,
        };
        // A PC that came back is judged again when it is lent again.
        if self.store.read(|read| read.subject(&subject))?.is_some_and(|line| line.retired_at.is_some()) {
            self.set_subject_retired(caller, &subject, false)?;
        }
        let number = self.put_lending(caller, place, &lending, "lent")?;
        if form.freeze {
            self.freeze_baseline(caller, number, after + 1)?;
            self.sign_as_lender(caller, number, after + 2)?;
        }
        Ok(number)
    }

    fn read_form(
        &self,
        caller: &Caller,
        device: &str,
        form: &LendForm,
        findings: &mut Findings,
    ) -> Result<Lending> {
        let now = self.now();
        let today = Day::of(now);
        let kind = match form.kind.as_str() {
            "fresh" => LendingKind::Fresh,
            "in_use" => LendingKind::InUse,
            _ => {
                findings.add(Invalid::new("kind", "unknown-choice"));
                LendingKind::Fresh
            }
        };
        let lent = form.lent.trim().parse::<Day>().unwrap_or_else(|_| {
            findings.add(Invalid::new("lent", "not-a-day"));
            today
        });
        if today.days_until(lent) > AHEAD_DAYS_MAX {
            findings.add(Invalid::new("lent", "day-ahead"));
        }
        let person = Subject::new(SubjectKind::Person, form.person.trim());
        if self.store.read(|read| read.subject(&person))?.is_none_or(|line| line.retired_at.is_some()) {
            findings.add(Invalid::new("person", "nobody"));
        }
        Ok(Lending {
            device: device.to_owned(),
            person: person.id,
            kind,
            lent,
            seen: form.seen,
            confirmed_by: self.name_of(caller)?,
            confirmed_at: now,
            note: findings.optional("note", &form.note, NOTE_MAX),
            baseline: None,
            signatures: Vec::new(),
            end: None,
        })
    }
}
