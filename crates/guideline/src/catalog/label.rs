//! `labels.toml`: what each section of facts is called, for people.

use std::collections::BTreeMap;

use model::{SubjectKind, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names of kinds and of their sections.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The name of each kind of subject.
    pub kind: BTreeMap<SubjectKind, Text>,
    /// The name of each section, by kind. Servers have the same as devices.
    pub section: BTreeMap<SubjectKind, BTreeMap<String, Text>>,
}

impl Labels {
    /// The name of a kind.
    #[must_use]
    pub fn kind(&self, kind: SubjectKind) -> Text {
        self.kind.get(&kind).cloned().unwrap_or_else(|| Text::same(kind.name()))
    }

    /// The name of a section.
    #[must_use]
    pub fn section(&self, kind: SubjectKind, section: &str) -> Text {
        let home = if kind == SubjectKind::Server { SubjectKind::Device } else { kind };
        self.section
            .get(&home)
            .and_then(|sections| sections.get(section))
            .cloned()
            .unwrap_or_else(|| Text::same(section))
    }
}
