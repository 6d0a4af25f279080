//! `threats.toml`: threat scenarios (脅威シナリオ) and their classes of event and result (脅威分類).

use model::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Threats {
    /// Classes of events: what happens.
    #[serde(rename = "event")]
    pub events: Vec<Class>,
    /// Classes of results: what it leads to.
    #[serde(rename = "result")]
    pub results: Vec<Class>,
    /// Scenarios.
    #[serde(rename = "threat")]
    pub threats: Vec<Threat>,
}

/// A class of events or results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
}

/// A scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Threat {
    /// Its id.
    pub id: String,
    /// What can happen, told in a sentence or two.
    pub scenario: Text,
    /// The event's class.
    pub event: String,
    /// The results' classes.
    pub results: Vec<String>,
}

impl Threats {
    /// A threat by its id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Threat> {
        self.threats.iter().find(|threat| threat.id == id)
    }

    /// The class of an event.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Class> {
        self.events.iter().find(|class| class.id == id)
    }

    /// The class of a result.
    #[must_use]
    pub fn result(&self, id: &str) -> Option<&Class> {
        self.results.iter().find(|class| class.id == id)
    }
}
