//! `crosswalk/*.toml`: where another framework asks for the same. Its own numbers, our own words, a link.

use model::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One framework.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Whether all of its items are listed, so that coverage can be shown.
    pub complete: bool,
    /// What it asks, item by item.
    #[serde(rename = "item")]
    pub items: Vec<CrosswalkItem>,
}

/// One item of a framework.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkItem {
    /// The framework's own number. A text: 3.10 is not 3.1.
    pub id: String,
    /// What it asks, in our words.
    pub title: Text,
    /// The policies that answer it; none when the guideline does not reach it.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Whether those answer only a part of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// What the company has to look at beyond the guideline, where it answers in part or not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remains: Option<Text>,
}
