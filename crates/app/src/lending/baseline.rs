//! The software list of a PC, frozen at lending (5.1.2).

use model::facts::Software;
use model::{At, Caller, Subject, SubjectKind};
use serde::{Deserialize, Serialize};
use store::{Entry, Record};

use super::{BASELINE, KIND, Lending, Program};
use crate::error::Invalid;
use crate::{Action, App, AppError, Result};

/// How old a software list may be to be frozen, in days.
pub const LIST_MAX_AGE_DAYS: i64 = 7;

/// A frozen list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The PC's id.
    pub device: String,
    /// When it was frozen.
    pub frozen_at: At,
    /// The document the list was taken from.
    pub evidence: String,
    /// The system with its version.
    pub system: String,
    /// The programs, by name.
    pub programs: Vec<Program>,
}

impl App {
    /// Freezes the software list of a lent PC as it was last read; both sign anew.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when no list is there, or it is older than [`LIST_MAX_AGE_DAYS`]; [`AppError::Conflict`];
    /// [`AppError::NotFound`].
    pub fn freeze_baseline(&self, caller: &Caller, lending: u64, after: u32) -> Result<u64> {
        self.allow(caller, Action::LendingSave, &format!("lending/{lending}"))?;
        let record = self.lasting_lending(lending)?;
        if record.version != after {
            return Err(AppError::Conflict);
        }
        let baseline = self.list_to_freeze(&record.value.device)?;
        let entries = [Entry::new(&baseline)?];
        let now = self.now();
        let object = format!("device/{}", baseline.device);
        let detail = format!(
            "{} {} programs frozen",
            store::record::witness(BASELINE, &entries),
            baseline.programs.len()
        );
        let act = self.act(caller, Action::LendingSave, &object, &detail);
        let written = self.store.change(&act, |change| {
            change.put_records(BASELINE, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        let number = written.first().map(|(id, _)| *id);
        let next = Lending { baseline: number, signatures: Vec::new(), ..record.value };
        self.put_lending(caller, Some((lending, after)), &next, "frozen")?;
        Ok(number.unwrap_or_default())
    }

    /// The list of today, when it may be frozen.
    pub(super) fn list_to_freeze(&self, device: &str) -> Result<Baseline> {
        let subject = Subject::new(SubjectKind::Device, device);
        let sections = self.store.read(|read| read.sections(&subject, Some(&["software", "os"])))?;
        let now = self.now();
        let software = sections.iter().find(|section| section.name == "software");
        let missing = || AppError::from(Invalid::new("baseline", "no-software-list"));
        let section = software.ok_or_else(missing)?;
        let value = section.value.as_ref().ok_or_else(missing)?;
        let age = section.evidence.collected_at.days_until(now);
        if age > LIST_MAX_AGE_DAYS {
            return Err(Invalid::new("baseline", "software-list-too-old").with(age).into());
        }
        let system = sections.iter().find(|section| section.name == "os").and_then(|section| {
            let os = section.value.as_ref()?;
            let word = |name: &str| os.get(name).and_then(|value| value.as_str()).unwrap_or_default();
            Some(format!("{} {}", word("product"), word("version")).trim().to_owned())
        });
        Ok(Baseline {
            device: device.to_owned(),
            frozen_at: now,
            evidence: section.evidence.id.clone(),
            system: system.unwrap_or_default(),
            programs: programs(value)?,
        })
    }

    /// A frozen list.
    pub(super) fn baseline(&self, id: u64) -> Result<Option<Record<Baseline>>> {
        Ok(self.store.read(|read| read.record(BASELINE, id))?)
    }

    /// The newest version of a lending that has not ended.
    pub(super) fn lasting_lending(&self, id: u64) -> Result<Record<Lending>> {
        let record: Option<Record<Lending>> = self.store.read(|read| read.record(KIND, id))?;
        record
            .filter(|record| !record.gone && record.value.end.is_none())
            .ok_or(AppError::NotFound("lending"))
    }
}

/// The section `software` as programs, by name.
pub(super) fn programs(value: &serde_json::Value) -> Result<Vec<Program>> {
    let list: Vec<Software> = serde_json::from_value(value.clone())
        .map_err(|error| AppError::Internal(format!("stored software list: {error}")))?;
    let mut programs: Vec<Program> = list
        .into_iter()
        .map(|one| Program {
            name: one.name.unwrap_or_default(),
            version: one.version.unwrap_or_default(),
            vendor: one.vendor.unwrap_or_default(),
            user_only: one.scope == Some(model::facts::SoftwareScope::User),
        })
        .filter(|program| !program.name.is_empty())
        .collect();
    programs.sort();
    programs.dedup();
    Ok(programs)
}
