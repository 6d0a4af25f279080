//! A profile tailors the catalogue (section 4.5): leaves statements out, changes numbers, each with a reason.

use std::collections::BTreeMap;

use model::{Level, StatementId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::{Catalog, Param, Statement};

/// A tailoring of the catalogue.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub summary: Text,
    /// Statements that do not count.
    #[serde(default, rename = "exclude", skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Exclude>,
    /// Parameters that differ.
    #[serde(default, rename = "set", skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<Set>,
    /// Statements that bind more or less.
    #[serde(default, rename = "level", skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<SetLevel>,
}

/// A statement that does not count.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclude {
    /// Which.
    pub statement: StatementId,
    /// Why.
    pub reason: Text,
}

/// A parameter that differs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
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

    /// What does not fit the catalogue: unknown statements and parameters, values of the wrong kind or out of range.
    /// Each item: what is wrong, what to do.
    #[must_use]
    pub fn misfits(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let named = self
            .excludes
            .iter()
            .map(|exclude| (&exclude.statement, &exclude.reason))
            .chain(self.sets.iter().map(|set| (&set.statement, &set.reason)))
            .chain(self.levels.iter().map(|set| (&set.statement, &set.reason)));
        for (id, reason) in named {
            if catalog.statement(id).is_none() {
                found.push((
                    format!("there is no statement '{id}'"),
                    "see `mimamori catalog list` for the ids".into(),
                ));
            }
            if let Some(lang) = reason.lacks() {
                found.push((
                    format!("{id}: the reason is missing in '{lang}'"),
                    "say why, in both languages".into(),
                ));
            }
        }
        for set in &self.sets {
            let Some(statement) = catalog.statement(&set.statement) else { continue };
            match statement.params.get(&set.param) {
                None => found.push((
                    format!("{} has no parameter '{}'", set.statement, set.param),
                    format!("it has: {}", statement.params.keys().cloned().collect::<Vec<_>>().join(", ")),
                )),
                Some(param) => {
                    if let Err(why) = fits(param, &set.value) {
                        found.push((
                            format!("{} {} = {}: {why}", set.statement, set.param, set.value),
                            format!("the guideline's value is {}", param.value),
                        ));
                    }
                }
            }
        }
        found
    }
}

/// Whether a value may stand in a parameter's place.
///
/// # Errors
/// Why it may not.
pub fn fits(param: &Param, value: &Value) -> Result<(), String> {
    let kind = |value: &Value| match value {
        Value::Bool(_) => "a switch (true or false)",
        Value::Number(number) if number.is_i64() => "a whole number",
        Value::String(_) => "a word",
        Value::Array(_) => "a list",
        _ => "something that is no parameter",
    };
    if kind(&param.value) != kind(value) {
        return Err(format!("expected {}, found {}", kind(&param.value), kind(value)));
    }
    if let Some(number) = value.as_i64() {
        if param.min.is_some_and(|min| number < min) {
            return Err(format!("the smallest allowed is {}", param.min.unwrap_or_default()));
        }
        if param.max.is_some_and(|max| number > max) {
            return Err(format!("the largest allowed is {}", param.max.unwrap_or_default()));
        }
    }
    if let (Some(own), Some(new)) = (param.value.as_array(), value.as_array()) {
        let item = own.first().map(kind);
        if new.iter().any(|value| item.is_some_and(|item| kind(value) != item)) {
            return Err("its items are of another kind".into());
        }
    }
    Ok(())
}
