//! A person's word that something not met is accepted for a while.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, StatementId, Subject};

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
}

impl Waiver {
    /// Whether it covers this statement and subject, whatever the time.
    #[must_use]
    pub fn covers(&self, statement: &StatementId, subject: &Subject) -> bool {
        self.statement == *statement && self.subject.as_ref().is_none_or(|own| own == subject)
    }

    /// Whether it is in force.
    #[must_use]
    pub fn in_force(&self, now: At) -> bool {
        self.from <= now && now < self.until
    }
}
