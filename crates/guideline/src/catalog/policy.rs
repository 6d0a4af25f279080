//! One file of `catalog/policies/`: a policy of the guideline with its statements, checks and examples.

use std::collections::BTreeMap;

use model::{At, Level, Outcome, Source, StatementId, SubjectKind, Text, Why};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The guideline's groups of policies (4.9), the lent PC and the home LAN apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Active Directory (6).
    Directory,
    /// VPN and other communication (7).
    Vpn,
    /// Regulations (9).
    Regulation,
    /// Education (10).
    Education,
    /// Lent PCs (5.1).
    Device,
    /// Home LAN and home devices (5.2).
    Home,
    /// Logs (8).
    Log,
}

impl Group {
    /// All groups, in the order of the checklist's numbers.
    pub const ALL: [Group; 7] = [
        Group::Directory,
        Group::Vpn,
        Group::Regulation,
        Group::Education,
        Group::Device,
        Group::Home,
        Group::Log,
    ];

    /// The group's name in files and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Group::Directory => "directory",
            Group::Vpn => "vpn",
            Group::Regulation => "regulation",
            Group::Education => "education",
            Group::Device => "device",
            Group::Home => "home",
            Group::Log => "log",
        }
    }

    /// The group of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// Who has to act so that a statement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The person who looks after IT.
    Administrator,
    /// The person who works from home.
    User,
    /// Both together.
    Both,
    /// The president.
    President,
}

impl Who {
    /// The word, for example `administrator`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Who::Administrator => "administrator",
            Who::User => "user",
            Who::Both => "both",
            Who::President => "president",
        }
    }
}

/// A policy of the guideline.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its section, for example `5.1.4`.
    pub id: String,
    /// Its group.
    pub group: Group,
    /// Its title.
    pub title: Text,
    /// What it is about, in two or three sentences.
    pub summary: Text,
    /// Errors and outdated advice in the 2018 text.
    #[serde(default, rename = "erratum", skip_serializing_if = "Vec::is_empty")]
    pub errata: Vec<Erratum>,
    /// Its statements.
    #[serde(rename = "statement")]
    pub statements: Vec<Statement>,
}

/// An error or outdated advice in the 2018 text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// What is printed.
    pub printed: Text,
    /// What is meant, or right today.
    pub today: Text,
    /// What the product judges by.
    pub judged: Text,
    /// Where that is known from.
    pub source: Text,
    /// The source's address; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Its id, for example `5.1.4-1`.
    pub id: StatementId,
    /// How binding it is.
    pub level: Level,
    /// Whether the guideline prints the level; articles of section 9 and subjects of section 10 carry none.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub marked: bool,
    /// What it is judged for.
    pub subject: SubjectKind,
    /// Who has to act.
    pub who: Who,
    /// Which kinds of evidence can prove it, best first.
    pub evidence: Vec<Source>,
    /// How many days evidence counts, unless a check says otherwise.
    pub max_age_days: i64,
    /// What is asked.
    pub text: Text,
    /// Why: what happens otherwise.
    pub why: Text,
    /// How to do it on Windows today.
    pub how: Text,
    /// How Mimamori knows.
    pub known: Text,
    /// For which subjects of its kind it counts; for all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<Applies>,
    /// Numbers and switches a company may change.
    #[serde(default, rename = "param", skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Param>,
    /// The checks; all must hold.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
    /// Worked examples: the checks' tests.
    #[serde(rename = "example")]
    pub examples: Vec<Example>,
}

/// A condition on the subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// CEL: true where the statement counts.
    pub holds: String,
    /// The facts it reads.
    pub needs: Vec<String>,
}

/// A number or switch a company may change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// The guideline's value: a whole number, a switch, a word, or a list of those.
    pub value: Value,
    /// What it is.
    pub name: Text,
    /// The smallest number allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The largest number allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

/// One check of a statement: something that facts can show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its id within the statement.
    pub id: String,
    /// What it looks at, in a few words.
    pub title: Text,
    /// The facts it reads: `device.volumes`, `company.procedures`, or of all subjects of a kind `devices.antivirus`.
    pub needs: Vec<String>,
    /// CEL: true when it is met.
    pub holds: String,
    /// CEL: a list of texts that name what is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offenders: Option<String>,
    /// CEL values that the texts below may name as `{key}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub show: BTreeMap<String, String>,
    /// Counts only when this other check is unknown: a weaker proof of the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_for: Option<String>,
    /// How many days evidence counts for this check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<i64>,
    /// Said when it is met: what was found.
    pub pass: Text,
    /// Said when it is not: what was found, what was expected.
    pub fail: Text,
    /// What to do so that it becomes known; said after the general reason.
    pub unknown: Text,
    /// What to do when it fails: numbered steps, a line each.
    pub remedy: Text,
    /// A PowerShell script that does it, readable, with its undo as a comment; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub powershell: String,
    /// Where the setting is in group policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_policy: Option<Text>,
}

/// A worked example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Facts by variable: `device`, `company`, and lists such as `devices`.
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// Where the facts come from; `import` when absent. Lists and the company's facts are always imported.
    #[serde(default)]
    pub source: Option<Source>,
    /// Facts that could not be read, of the subject itself.
    #[serde(default)]
    pub misses: Vec<ExampleMiss>,
    /// How old the evidence is, in days.
    #[serde(default)]
    pub age_days: i64,
    /// The instant of judging; `2026-11-24T00:00:00Z` when absent.
    #[serde(default)]
    pub now: Option<At>,
    /// Parameters that differ from the guideline's.
    #[serde(default)]
    pub param: BTreeMap<String, Value>,
    /// The expected verdict; absent when the statement does not apply.
    #[serde(default)]
    pub verdict: Option<Outcome>,
    /// The expected offenders; not compared when absent.
    #[serde(default)]
    pub offenders: Option<Vec<String>>,
}

/// A fact that could not be read, in an example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleMiss {
    /// Which, for example `volumes`.
    pub at: String,
    /// Why.
    pub why: Why,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_yes(value: &bool) -> bool {
    *value
}
