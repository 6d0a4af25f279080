//! `checklist.toml`: the rows of the home-working security checklist (section 11).

use model::{StatementId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Group;

/// One row: 対策項目.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its number: 1 to 48 in the guideline, from 101 for a company's own.
    pub no: u32,
    /// Whether the number was inferred from the order; the others are printed in the guideline.
    #[serde(default)]
    pub inferred: bool,
    /// 分類.
    pub group: Group,
    /// 対策項目: the measure in a line.
    pub item: Text,
    /// 対策詳細: the measure in detail.
    pub detail: Text,
    /// The threats it meets.
    #[serde(default)]
    pub threats: Vec<String>,
    /// The statements it stands for.
    #[serde(default)]
    pub statements: Vec<StatementId>,
    /// A worked example of an evaluation, as help for the person who fills the row; a company's own row may lack it.
    #[serde(default)]
    pub example: Text,
}

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistFile {
    /// The rows.
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}
