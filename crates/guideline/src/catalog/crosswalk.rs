//! `crosswalk/*.toml`: where another framework asks for the same. Ids only, our own words, a link.

use model::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Group;

/// One framework.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crosswalk {
    /// Its id, for example `iso-27001-2022`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Where it is published.
    pub url: String,
    /// Whether its numbers were checked against the source; if not, they are shown as a hint only.
    pub verified: bool,
    /// What it says, group by group.
    #[serde(rename = "maps")]
    pub maps: Vec<CrosswalkMap>,
}

/// What a framework asks of a group of policies.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkMap {
    /// The group.
    pub group: Group,
    /// The framework's own numbers. Texts, not numbers: 3.10 is not 3.1.
    pub ids: Vec<String>,
    /// What they ask, in our words.
    pub about: Text,
}
