//! Saving our evaluation of a row: every version stays, nobody overwrites another unseen.

use guideline::catalog::Row;
use model::decision::{Choice, Day, Decision};
use model::{Asset, Caller};

use super::Form;
use super::contradiction::{binds, failing};
use super::form::Bounds;
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The most failing pairs an acceptance notes one by one; beyond that it notes how many there are in all.
const BASIS_MAX: usize = 500;

impl App {
    /// Saves our evaluation of a row as a new version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn decide(&self, caller: &Caller, no: u32, form: &Form) -> Result<u32> {
        let object = format!("row/{no}");
        self.allow(caller, Action::DecisionSave, &object)?;
        let standard = self.standard();
        let row = standard.catalog.row(no).ok_or(AppError::NotFound("row"))?;
        let now = self.now();
        let mut findings = Findings::default();
        let bounds = Bounds { binds: binds(row, &standard.catalog, &standard.profile), today: Day::of(now) };
        let mut decision = form.read(&mut findings, bounds);
        if !self.assets_exist(&decision.assets)? {
            findings.add(Invalid::new("assets", "unknown-choice"));
        }
        findings.done()?;
        if decision.choice == Choice::NotNeeded {
            let versions = self.store.read(|read| read.decision_versions(no, 1))?;
            let former = versions.into_iter().next().map(|version| version.decision);
            // Mending a word elsewhere is no new acceptance: it rests on what was known when it was given.
            decision.basis = match former {
                Some(former) if same_acceptance(&former, &decision) => former.basis,
                _ => Some(self.failing_basis(row)?),
            };
        }
        let due = decision.due.map(|day| format!(" by {day}")).unwrap_or_default();
        let body = serde_json::to_vec(&decision)
            .map_err(|error| AppError::Internal(format!("decision: {error}")))?;
        let detail = format!(
            "{} {}{due}, damage {}",
            model::evidence::id_of(&body),
            decision.choice.name(),
            decision.damage().name()
        );
        self.store.change(&self.act(caller, Action::DecisionSave, &object, &detail), |change| {
            change.add_decision(no, form.after, &decision, &caller.name, now).map_err(AppError::from)
        })
    }

    /// Whether there is, or was, an asset of each number: one that is gone stays part of the reckoning it was part of.
    pub(super) fn assets_exist(&self, assets: &[u64]) -> Result<bool> {
        // More than may be named is refused already; no need to look each up.
        let asked = assets.iter().take(super::form::ASSETS_MAX);
        self.store.read(|read| {
            for id in asked {
                if read.record::<Asset>("asset", *id)?.is_none() {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// What fails in a row now.
    fn failing_basis(&self, row: &Row) -> Result<Vec<String>> {
        self.settle()?;
        let pairs = self.store.read(|read| failing(read, row, usize::MAX))?;
        Ok(super::contradiction::noted(pairs, BASIS_MAX))
    }
}

/// Whether two decisions say the same about what is not needed: why, and until when.
fn same_acceptance(former: &Decision, new: &Decision) -> bool {
    (former.choice, former.due, &former.reason) == (new.choice, new.due, &new.reason)
}
