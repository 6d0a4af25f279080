//! Changing an own profile, one thing at a time; each edit is a new version, checked as a whole before it is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use guideline::profile::{Misfits, OwnStatement};
use guideline::{Catalog, Profile};
use model::{Caller, Lang, StatementId, Text};
use store::Entry;

use super::apply::apply;
use super::number::Used;
use super::{KIND, OWN, own};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result, Standard, company};

/// A change to a profile.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Another name, another summary.
    Describe(String, String),
    /// A statement of the catalogue counts or not, binds more or less, has other parameters; each with its reason.
    Tailor(StatementId, TailorForm),
    /// Whether a statement counts, its parameters and its level are as in the base again.
    Reset(StatementId),
    /// An own statement is added or changed.
    PutStatement(OwnStatementForm),
    /// An own statement goes.
    DropStatement(StatementId),
    /// An own threat is added or changed.
    PutThreat(OwnThreatForm),
    /// An own threat goes.
    DropThreat(String),
    /// An own row is added, or a row changed.
    PutRow(OwnRowForm),
    /// An own row goes, or a changed row is as in the base again.
    DropRow(u32),
}

/// How a statement of the catalogue is seen, as typed. What is as in the base needs no reason and is not kept.
#[derive(Clone, Debug, Default)]
pub struct TailorForm {
    /// Whether it counts.
    pub counts: bool,
    /// Why, where that differs from the base.
    pub counts_reason: String,
    /// The level's name.
    pub level: String,
    /// Why, where that differs from the base.
    pub level_reason: String,
    /// The parameters by name: value and reason. One that is not named stays as it is.
    pub params: BTreeMap<String, (String, String)>,
}

/// An own statement as typed.
#[derive(Clone, Debug, Default)]
pub struct OwnStatementForm {
    /// Its id; empty for a new one.
    pub id: String,
    /// The group's name.
    pub group: String,
    /// The level's name.
    pub level: String,
    /// What it is about, in a few words.
    pub title: String,
    /// What is asked.
    pub text: String,
    /// Why.
    pub why: String,
    /// What it looks at.
    pub check: super::TrialForm,
    /// How many days evidence counts.
    pub max_age_days: String,
    /// What to do when it fails.
    pub remedy: String,
}

/// An own threat as typed.
#[derive(Clone, Debug, Default)]
pub struct OwnThreatForm {
    /// Its id; empty for a new one.
    pub id: String,
    /// What can happen.
    pub scenario: String,
    /// The event's class.
    pub event: String,
    /// The results' classes.
    pub results: Vec<String>,
}

/// A row as typed.
#[derive(Clone, Debug, Default)]
pub struct OwnRowForm {
    /// Its number; 0 for a new one.
    pub no: u32,
    /// The group's name; only for own rows.
    pub group: String,
    /// The measure in a line.
    pub item: String,
    /// The measure in detail.
    pub detail: String,
    /// The threats it meets.
    pub threats: Vec<String>,
    /// The statements it stands for; of a row of the catalogue those added to it.
    pub statements: Vec<String>,
    /// Why a row of the catalogue is changed.
    pub reason: String,
}

impl App {
    /// Makes an own profile on the base of another; a copy of it when that is an own one.
    ///
    /// # Errors
    /// [`AppError::Invalid`].
    pub fn derive_profile(&self, caller: &Caller, name: &str, base: &str) -> Result<String> {
        self.allow(caller, Action::ProfileSave, base)?;
        let mut findings = Findings::default();
        let name = findings.text("name", name, 100);
        let standard = self.standard();
        let parent = self.store.read(|read| own(read, base))?;
        if parent.is_none() && standard.base.profile(base).is_none() {
            findings.add(Invalid::new("base", "unknown-choice"));
        }
        findings.done()?;
        let profile = match parent {
            Some(parent) => Profile { name: Text::same(name), ..parent.value },
            None => Profile { name: Text::same(name), base: Some(base.to_owned()), ..Profile::default() },
        };
        self.keep_profile(caller, None, 0, profile)
    }

    /// Changes an own profile. `after` is the version the writer saw. What did not fit before may still not fit
    /// afterwards, so that a profile with two faults can be mended one by one; the one in force must fit as a whole.
    /// Gives the id of what was put, where it has one.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault, [`AppError::Misfit`], [`AppError::Conflict`].
    pub fn edit_profile(&self, caller: &Caller, id: &str, after: u32, edit: &Edit) -> Result<String> {
        self.allow(caller, Action::ProfileSave, id)?;
        let record = self.store.read(|read| own(read, id))?.ok_or(AppError::NotFound("profile"))?;
        let base = Arc::clone(&self.standard().base);
        let before = record.value.misfits(&base);
        let mut profile = record.value;
        let mut findings = Findings::default();
        let _one_at_a_time = self.numbering.lock().unwrap_or_else(PoisonError::into_inner);
        let used = self.store.read(Used::load)?;
        let put = apply(&mut profile, &base, &used, edit, &mut findings);
        findings.done()?;
        let left = profile.misfits(&base);
        let fresh: Misfits = left.iter().filter(|misfit| !before.contains(misfit)).cloned().collect();
        if !fresh.is_empty() {
            return Err(match edit {
                Edit::PutStatement(_) => unusable(fresh, &profile, &put, &base, caller.lang),
                _ => AppError::Misfit(fresh),
            });
        }
        if left.is_empty() || self.company()?.profile_id() == id {
            Standard::of(base, &profile)?;
        }
        self.keep_profile(caller, Some(record.id), after, profile)?;
        Ok(put)
    }

    /// Removes an own profile that is not in force; its versions stay on record.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the company is judged by it.
    pub fn remove_profile(&self, caller: &Caller, id: &str, after: u32) -> Result<()> {
        self.allow(caller, Action::ProfileSave, id)?;
        let record = self.store.read(|read| own(read, id))?.ok_or(AppError::NotFound("profile"))?;
        if self.company()?.profile_id() == id {
            return Err(Invalid::new("profile", "profile-in-force").into());
        }
        let entries = [Entry::next(record.id, after, &record.value)?.gone()];
        let detail = format!("{} removed", store::record::witness(KIND, &entries));
        let now = self.now();
        self.store.change(&self.act(caller, Action::ProfileSave, id, &detail), |change| {
            // Somebody may have chosen it in the meantime.
            if company::load(change)?.is_some_and(|company| company.profile_id() == id) {
                return Err(Invalid::new("profile", "profile-in-force").into());
            }
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    /// Keeps a version of an own profile; when it is in force, everything is judged by it at once.
    pub(super) fn keep_profile(
        &self,
        caller: &Caller,
        id: Option<u64>,
        after: u32,
        profile: Profile,
    ) -> Result<String> {
        let profile = Profile { id: id.map(|id| format!("{OWN}{id}")).unwrap_or_default(), ..profile };
        let entries = [match id {
            Some(id) => Entry::next(id, after, &profile)?,
            None => Entry::new(&profile)?,
        }];
        let detail = format!("{} {}", store::record::witness(KIND, &entries), profile.name.ja);
        let object = if profile.id.is_empty() { "profile" } else { &profile.id };
        let now = self.now();
        let written =
            self.store.change(&self.act(caller, Action::ProfileSave, object, &detail), |change| {
                change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
            })?;
        let number = written.first().map_or(0, |(id, _)| *id);
        let id = format!("{OWN}{number}");
        if self.company()?.profile_id() == id {
            self.take_standard()?;
        }
        Ok(id)
    }
}

/// What of an own statement's expressions cannot be used, field by field, a line for each in the caller's language. A
/// misfit belongs to the field without which it is gone; to the condition, which cannot be left out, when there is none.
fn unusable(misfits: Misfits, profile: &Profile, id: &str, base: &Catalog, lang: Lang) -> AppError {
    let left_without = |leave_out: fn(&mut OwnStatement)| {
        let mut profile = profile.clone();
        profile.statements.iter_mut().filter(|own| own.id.0 == id).for_each(leave_out);
        profile.misfits(base)
    };
    let optional = [
        ("offenders", left_without(|own| own.offenders = None)),
        ("needs", left_without(|own| own.needs.clear())),
    ];
    let mut fields: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for misfit in misfits {
        let field =
            optional.iter().find(|(_, left)| !left.contains(&misfit)).map_or("holds", |(name, _)| name);
        fields.entry(field).or_default().push(misfit.without(id).line(lang));
    }
    let found = fields.into_iter();
    AppError::Invalid(
        found.map(|(field, lines)| Invalid::new(field, "check-not-usable").with(lines.join("\n"))).collect(),
    )
}
