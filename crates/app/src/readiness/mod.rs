//! Which jobs, people and papers are ready for home-working (sections 12 to 14), what is still to prepare, and the
//! measures that help, as things to plan.

mod answer;
mod export;
mod list;
mod measure;

use std::collections::BTreeMap;

use model::decision::{Choice, Day};
use serde::{Deserialize, Serialize};

pub use answer::Form;
pub use list::{Advice, KnownPerson, PartState, Readiness, Shown, Standing, ToDo};
pub use measure::{MeasureForm, MeasureLine, ShownMeasure};

/// The kind of record that holds answers.
pub(crate) const KIND: &str = "readiness";
/// The kind of record that holds what is planned about a measure.
pub(crate) const MEASURE_KIND: &str = "measure";
/// The part about families of jobs.
pub const JOB: &str = "job";
/// The part about people.
pub const PERSON: &str = "person";
/// The part about kinds of paper.
pub const PAPER: &str = "paper";

/// What was answered about one family, person or kind of paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The part: `job`, `person` or `paper`.
    pub part: String,
    /// The family's id, the person's id or name, the kind of paper.
    pub about: String,
    /// The answers: question to answer. A question that is not there was not answered.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// What the company plans about a measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The measure's id.
    pub measure: String,
    /// What was decided.
    pub choice: Choice,
    /// By when; only with [`Choice::Do`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Who sees to it; may be empty.
    #[serde(default)]
    pub owner: String,
    /// What it costs once, 0 to 10^15 yen; absent when not reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yen_once: Option<u64>,
    /// What it costs a year, 0 to 10^15 yen; absent when not reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yen_yearly: Option<u64>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}
