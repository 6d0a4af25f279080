//! What was found about one statement and one subject.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Level, Source, StatementId, Subject, Text};

/// How a statement stands for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is broken.
    Fail,
    /// It cannot be said: no evidence, stale evidence, or a fact that could not be read.
    Unknown,
    /// It is not met, and a person has accepted that until a day.
    Waived,
    /// It is met.
    Pass,
}

impl Outcome {
    /// All outcomes, the worst first.
    pub const ALL: [Outcome; 4] = [Outcome::Fail, Outcome::Unknown, Outcome::Waived, Outcome::Pass];

    /// The outcome's name, for example `unknown`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Fail => "fail",
            Outcome::Unknown => "unknown",
            Outcome::Waived => "waived",
            Outcome::Pass => "pass",
        }
    }

    /// The outcome of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// How one statement stands for one subject, and why. It rests on nothing but what it names, so that judging the
/// same evidence with the same catalogue at the same instant gives the same verdict years later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The statement judged.
    pub statement: StatementId,
    /// How binding it is.
    pub level: Level,
    /// For whom or what.
    pub subject: Subject,
    /// The outcome.
    pub verdict: Outcome,
    /// What was found and what was expected, in words a non-expert understands.
    pub reason: Text,
    /// What exactly is at fault: drive letters, account names, ports …
    pub offenders: Vec<String>,
    /// The evidence it rests on.
    pub evidence: Vec<EvidenceRef>,
    /// What to do next; empty when it passes.
    pub remedy: Text,
    /// The single checks behind it.
    pub checks: Vec<CheckResult>,
}

/// A pointer to evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRef {
    /// The document's id: its SHA-256 in hexadecimal.
    pub id: String,
    /// When the facts were true.
    pub collected_at: At,
    /// Who collected them.
    pub source: Source,
}

/// How one check of a statement came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckResult {
    /// The check's id within the statement.
    pub check: String,
    /// Its outcome; never `waived`.
    pub outcome: Outcome,
    /// What was found and expected.
    pub reason: Text,
}

/// How many verdicts came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Met.
    pub pass: u32,
    /// Broken.
    pub fail: u32,
    /// Cannot be said.
    pub unknown: u32,
    /// Accepted by a person.
    pub waived: u32,
}

impl Counts {
    /// Counts so many more.
    pub fn add(&mut self, outcome: Outcome, more: u32) {
        match outcome {
            Outcome::Pass => self.pass += more,
            Outcome::Fail => self.fail += more,
            Outcome::Unknown => self.unknown += more,
            Outcome::Waived => self.waived += more,
        }
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.pass + self.fail + self.unknown + self.waived
    }

    /// How many came out so.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> u32 {
        match outcome {
            Outcome::Pass => self.pass,
            Outcome::Fail => self.fail,
            Outcome::Unknown => self.unknown,
            Outcome::Waived => self.waived,
        }
    }

    /// The worst outcome counted: fail before unknown before waived before pass; `None` when nothing was counted.
    #[must_use]
    pub fn worst(&self) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| self.of(*outcome) > 0)
    }
}

/// The summary of an assessment, level by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// 遵守事項.
    pub shall: Counts,
    /// 推奨事項.
    pub should: Counts,
    /// 許容事項.
    pub may: Counts,
}

impl Summary {
    /// Sums verdicts up.
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let mut summary = Self::default();
        for verdict in verdicts {
            summary.level_mut(verdict.level).add(verdict.verdict, 1);
        }
        summary
    }

    /// The counts of one level, to add to.
    pub fn level_mut(&mut self, level: Level) -> &mut Counts {
        match level {
            Level::Shall => &mut self.shall,
            Level::Should => &mut self.should,
            Level::May => &mut self.may,
        }
    }

    /// The counts of one level.
    #[must_use]
    pub fn level(&self, level: Level) -> Counts {
        match level {
            Level::Shall => self.shall,
            Level::Should => self.should,
            Level::May => self.may,
        }
    }
}
