//! A person's word that something not met is accepted for a while.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, StatementId, Subject, Verdict};

/// An acceptance, always with who, why and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The statement that is waived.
    pub statement: StatementId,
    /// For one subject; for all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it.
    pub by: String,
    /// When it was accepted.
    pub from: At,
    /// The instant it ends; from then on the verdict speaks again.
    pub until: At,
    /// What was at fault when it was accepted, by subject: the [`grounds`] of each verdict that was not met; none of one
    /// that was unknown. Absent only in acceptances of a time when that was not noted: those cover whatever comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<BTreeMap<String, Vec<String>>>,
}

/// What a failing verdict rests on: its failing checks and what they name. Growing numbers in its sentence do not count.
#[must_use]
pub fn grounds(verdict: &Verdict) -> Vec<String> {
    let failing = verdict.checks.iter().filter(|check| check.outcome == Outcome::Fail);
    let checks = failing.map(|check| format!("check {}", check.check));
    let mut grounds: Vec<String> = checks.chain(verdict.offenders.iter().cloned()).collect();
    grounds.sort();
    grounds.dedup();
    grounds
}

impl Waiver {
    /// Whether it covers this statement and subject, whatever the time.
    #[must_use]
    pub fn covers(&self, statement: &StatementId, subject: &Subject) -> bool {
        self.statement == *statement && self.subject.as_ref().is_none_or(|own| own == subject)
    }

    /// Whether a verdict still rests on what was accepted: nothing is at fault that was not at fault then. What cannot be
    /// found out is no new fault, but only of a subject that was known not to be met then.
    #[must_use]
    pub fn still_fits(&self, verdict: &Verdict) -> bool {
        let Some(basis) = &self.basis else { return true };
        let Some(accepted) = basis.get(&verdict.subject.to_string()) else { return false };
        verdict.verdict != Outcome::Fail
            || !accepted.is_empty() && grounds(verdict).iter().all(|ground| accepted.contains(ground))
    }

    /// Whether it is in force.
    #[must_use]
    pub fn in_force(&self, now: At) -> bool {
        self.from <= now && now < self.until
    }
}
