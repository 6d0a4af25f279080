//! The name and weight of a statement.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The id of a statement: section and number, for example `5.1.4-1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StatementId(pub String);

impl StatementId {
    /// The numbers of the id, for sorting: 5.1.10-1 comes after 5.1.9-2, the company's own (C1-1) after all others.
    fn numbers(&self) -> Vec<u32> {
        let (own, rest) =
            self.0.strip_prefix('C').map_or((None, self.0.as_str()), |rest| (Some(u32::MAX), rest));
        let parts = rest.split(['.', '-']).map(|part| part.parse().unwrap_or(u32::MAX));
        own.into_iter().chain(parts).collect()
    }
}

impl PartialOrd for StatementId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StatementId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.numbers().cmp(&other.numbers()).then_with(|| self.0.cmp(&other.0))
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How binding a statement is (section 4.7 of the guideline).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 遵守事項.
    Shall,
    /// 推奨事項.
    Should,
    /// 許容事項.
    May,
}

impl Level {
    /// All levels, the most binding first.
    pub const ALL: [Level; 3] = [Level::Shall, Level::Should, Level::May];

    /// The level's name: `shall`, `should` or `may`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Shall => "shall",
            Level::Should => "should",
            Level::May => "may",
        }
    }

    /// The level of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_number_not_by_letter() {
        let mut ids: Vec<StatementId> = ["C2-1", "C1-2", "10.1-1", "5.1.10-1", "5.1.9-2", "5.1.9-1"]
            .map(|id| StatementId(id.into()))
            .into();
        ids.sort();
        let sorted: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
        assert_eq!(sorted, ["5.1.9-1", "5.1.9-2", "5.1.10-1", "10.1-1", "C1-2", "C2-1"]);
    }
}
