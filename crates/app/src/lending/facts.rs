//! What a lending says about its PC, stated as facts; and drift, stated anew when the software changes.

use model::facts::{self, Approval, ApprovalKind};
use model::{Caller, Source, Subject, SubjectKind};
use serde_json::{Map, Value};
use store::{Entry, Record};

use super::{Drift, KIND, Lending, Side, baseline};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

impl App {
    /// Writes a version of a lending and states what follows from it. Gives its number.
    pub(super) fn put_lending(
        &self,
        caller: &Caller,
        place: Option<(u64, u32)>,
        lending: &Lending,
        what: &str,
    ) -> Result<u64> {
        let entries = [match place {
            Some((id, after)) => Entry::next(id, after, lending)?,
            None => Entry::new(lending)?,
        }];
        let object = format!("device/{}", lending.device);
        let detail = format!("{} {what}, {}", store::record::witness(KIND, &entries), lending.person);
        let now = self.now();
        let act = self.act(caller, Action::LendingSave, &object, &detail);
        let written = self.store.change(&act, |change| {
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        if lending.end.is_none() {
            self.state_lending(caller, lending)?;
        }
        Ok(written.first().map_or(0, |(id, _)| *id))
    }

    /// States sections `lending` and `baseline` of a lent PC.
    fn state_lending(&self, caller: &Caller, lending: &Lending) -> Result<()> {
        let mut stated = Map::new();
        stated.insert("lending".to_owned(), json(&lending_facts(lending)?)?);
        if let Some(baseline) = self.baseline_facts(lending)? {
            stated.insert("baseline".to_owned(), json(&baseline)?);
        }
        self.state(
            caller,
            Action::LendingSave,
            Statement {
                subject: Subject::new(SubjectKind::Device, lending.device.clone()),
                name: String::new(),
                source: Source::Record,
                facts: stated,
                detail: format!("lent to {}", lending.person),
            },
        )?;
        Ok(())
    }

    /// The section `baseline` as it is now; `None` before a list is frozen.
    fn baseline_facts(&self, lending: &Lending) -> Result<Option<facts::Baseline>> {
        let Some(frozen) = lending.baseline.map(|id| self.baseline(id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let drift = self.drift_of(lending)?;
        Ok(Some(facts::Baseline {
            frozen_at: Some(frozen.value.frozen_at),
            signed_by_administrator: Some(lending.signature(Side::Administrator).is_some()),
            signed_by_user: Some(lending.signature(Side::User).is_some()),
            // Not known is not the same as none.
            unapproved: drift.map(|drift| drift.unapproved.iter().map(super::Program::label).collect()),
        }))
    }

    /// What changed since the list was frozen; `None` without a frozen list or a list of today.
    pub(super) fn drift_of(&self, lending: &Lending) -> Result<Option<Drift>> {
        let Some(frozen) = lending.baseline.map(|id| self.baseline(id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let subject = Subject::new(SubjectKind::Device, lending.device.clone());
        let Some(software) = self.section_of(&subject, "software")? else { return Ok(None) };
        let approved = self.approved_software(&subject)?;
        Ok(Some(Drift::between(&frozen.value.programs, &baseline::programs(&software)?, &approved)))
    }

    /// The names of programs approved for a PC, as long as the approval lasts.
    fn approved_software(&self, subject: &Subject) -> Result<Vec<String>> {
        let Some(value) = self.section_of(subject, "approvals")? else { return Ok(Vec::new()) };
        let approvals: Vec<Approval> = serde_json::from_value(value)
            .map_err(|error| AppError::Internal(format!("stored approvals: {error}")))?;
        let now = self.now();
        let lasts = |approval: &Approval| approval.expires_at.is_none_or(|until| until > now);
        Ok(approvals
            .into_iter()
            .filter(|approval| approval.kind == Some(ApprovalKind::Software) && lasts(approval))
            .filter_map(|approval| approval.detail)
            .collect())
    }

    /// Evidence about a PC came in: when its drift is another than what is stated, it is stated anew.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn drift_came(&self, caller: &Caller, subject: &Subject) -> Result<()> {
        if subject.kind != SubjectKind::Device {
            return Ok(());
        }
        let Some(record) = self.lending_of(&subject.id)? else { return Ok(()) };
        let Some(now) = self.baseline_facts(&record.value)? else { return Ok(()) };
        let stated: Option<facts::Baseline> =
            self.section_of(subject, "baseline")?.and_then(|value| serde_json::from_value(value).ok());
        if stated.as_ref() == Some(&now) {
            return Ok(());
        }
        let mut facts = Map::new();
        facts.insert("baseline".to_owned(), json(&now)?);
        self.state(
            caller,
            Action::LendingSave,
            Statement {
                subject: subject.clone(),
                name: String::new(),
                source: Source::Record,
                facts,
                detail: "software compared with the frozen list".to_owned(),
            },
        )?;
        Ok(())
    }

    /// The lending of a PC that lasts, if any.
    pub(super) fn lending_of(&self, device: &str) -> Result<Option<Record<Lending>>> {
        let all: Vec<Record<Lending>> = self.store.read(|read| read.records(KIND))?;
        Ok(all.into_iter().find(|record| record.value.device == device && record.value.end.is_none()))
    }
}

fn json(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| AppError::Internal(format!("stated facts: {error}")))
}

fn lending_facts(lending: &Lending) -> Result<facts::Lending> {
    // Midnight in Japan.
    let lent_at = format!("{}T00:00:00+09:00", lending.lent)
        .parse()
        .map_err(|error| AppError::Internal(format!("a day out of range: {error}")))?;
    Ok(facts::Lending {
        kind: Some(lending.kind),
        user: Some(lending.person.clone()),
        lent_at: Some(lent_at),
        fresh_system: Some(lending.seen.fresh_system),
        patched: Some(lending.seen.patched),
        antivirus: Some(lending.seen.antivirus),
        no_important_data: Some(lending.seen.no_important_data),
        confirmed_by: Some(lending.confirmed_by.clone()),
        confirmed_at: Some(lending.confirmed_at),
    })
}
