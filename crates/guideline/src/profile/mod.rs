//! A profile tailors the catalogue (section 4.5): leaves statements out, changes numbers, adds statements, threats and
//! rows of the company's own; each change with a reason. Knows nothing of who may do that or where it is kept.

use std::collections::BTreeMap;

use model::{Level, StatementId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod difference;
mod misfit;
mod own;
mod resolve;
mod tailor;

use crate::catalog::threat::Threat;
use crate::catalog::{Row, Statement};
pub use difference::{Difference, Place, difference};
pub use misfit::{Misfit, Misfits, fits};
pub use own::{OwnStatement, RowChange};

/// A tailoring of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub summary: Text,
    /// The profile of the catalogue that this one changes; the built-in ones stand on nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Statements that do not count.
    #[serde(default, rename = "exclude", skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Exclude>,
    /// Statements that count although the base leaves them out.
    #[serde(default, rename = "include", skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Include>,
    /// Parameters that differ.
    #[serde(default, rename = "set", skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<Set>,
    /// Statements that bind more or less.
    #[serde(default, rename = "level", skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<SetLevel>,
    /// The company's own statements.
    #[serde(default, rename = "statement", skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<OwnStatement>,
    /// The company's own threat scenarios.
    #[serde(default, rename = "threat", skip_serializing_if = "Vec::is_empty")]
    pub threats: Vec<Threat>,
    /// The company's own checklist rows, numbered from 101 to 999.
    #[serde(default, rename = "row", skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// Checklist rows that differ.
    #[serde(default, rename = "row_change", skip_serializing_if = "Vec::is_empty")]
    pub row_changes: Vec<RowChange>,
}

/// A statement that does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclude {
    /// Which.
    pub statement: StatementId,
    /// Why.
    pub reason: Text,
}

/// A statement that counts although the base leaves it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Include {
    /// Which.
    pub statement: StatementId,
    /// Why.
    pub reason: Text,
}

/// A parameter that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// The statement.
    pub statement: StatementId,
    /// The parameter.
    pub param: String,
    /// Its value here.
    pub value: Value,
    /// Why.
    pub reason: Text,
}

/// A statement that binds more or less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLevel {
    /// The statement.
    pub statement: StatementId,
    /// Its level here.
    pub to: Level,
    /// Why.
    pub reason: Text,
}

impl Profile {
    /// Why a statement does not count, if it does not.
    #[must_use]
    pub fn exclusion(&self, statement: &StatementId) -> Option<&Text> {
        self.excludes.iter().find(|exclude| exclude.statement == *statement).map(|exclude| &exclude.reason)
    }

    /// How binding a statement is under this profile.
    #[must_use]
    pub fn level(&self, statement: &Statement) -> Level {
        self.levels.iter().find(|set| set.statement == statement.id).map_or(statement.level, |set| set.to)
    }

    /// The parameters of a statement under this profile.
    #[must_use]
    pub fn params(&self, statement: &Statement) -> BTreeMap<String, Value> {
        let mut params: BTreeMap<String, Value> =
            statement.params.iter().map(|(name, param)| (name.clone(), param.value.clone())).collect();
        for set in self.sets.iter().filter(|set| set.statement == statement.id) {
            params.insert(set.param.clone(), set.value.clone());
        }
        params
    }
}
