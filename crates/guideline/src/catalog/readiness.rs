//! `readiness.toml`: which jobs, people and papers are ready for home-working (sections 12 to 14), and what answers to
//! its questions come to.

use std::collections::{BTreeMap, BTreeSet};

use model::{StatementId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The heaviest answer: cannot be done from home for now.
pub const WEIGHT_MAX: u32 = 3;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// Families of jobs (section 13).
    #[serde(rename = "family")]
    pub families: Vec<Family>,
    /// What is asked: about jobs, people and papers.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
    /// What helps (the columns of section 14).
    #[serde(rename = "measure")]
    pub measures: Vec<Measure>,
}

/// A family of jobs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Its id, for example `planning`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// What is typical of it when working from home.
    pub about: Text,
}

/// One part of the questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `job`, `person` or `paper`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is for.
    pub intro: Text,
    /// Its questions.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// What answers come to: the first whose limits hold counts.
    #[serde(rename = "result")]
    pub results: Vec<PartResult>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its id within the part.
    pub id: String,
    /// The question.
    pub text: Text,
    /// Help with answering.
    pub help: Text,
    /// The answers to choose from.
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its id within the question.
    pub id: String,
    /// The answer.
    pub text: Text,
    /// 0 fine, 1 a small preparation, 2 a preparation first, 3 not from home for now.
    pub weight: u32,
    /// What to do; empty where nothing is needed.
    #[serde(default)]
    pub advice: Text,
    /// The measure that helps, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
}

/// What answers come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartResult {
    /// Its id within the part, for example `ready`.
    pub id: String,
    /// The heaviest single answer it allows.
    pub worst: u32,
    /// The greatest sum of weights it allows.
    pub sum: u32,
    /// In a few words.
    pub title: Text,
    /// What this means and the next step.
    pub text: Text,
}

/// A measure that helps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its id, for example `video-meeting`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Why.
    pub why: Text,
    /// How: numbered steps, a line each.
    pub how: Text,
    /// Statements it has to do with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementId>,
}

impl Readiness {
    /// A part by its id.
    #[must_use]
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.id == id)
    }

    /// A family by its id.
    #[must_use]
    pub fn family(&self, id: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.id == id)
    }

    /// A measure by its id.
    #[must_use]
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == id)
    }
}

impl Question {
    /// An answer by its id.
    #[must_use]
    pub fn answer(&self, id: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.id == id)
    }
}

/// What the answers to one part come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome<'a> {
    /// The result; `None` while a question is not answered, or its answer is none of those offered.
    pub result: Option<&'a PartResult>,
    /// The sum of the weights so far.
    pub sum: u32,
    /// The heaviest answer so far.
    pub worst: u32,
    /// What to do, by question, in the order asked.
    pub advice: Vec<(&'a str, &'a Text)>,
    /// The measures that help.
    pub measures: BTreeSet<String>,
}

/// Sums up the answers to a part, given as question id to answer id. Answers to questions that are not asked do not
/// count.
#[must_use]
pub fn outcome<'a>(part: &'a Part, answers: &BTreeMap<String, String>) -> Outcome<'a> {
    let mut outcome =
        Outcome { result: None, sum: 0, worst: 0, advice: Vec::new(), measures: BTreeSet::new() };
    let mut complete = true;
    for question in &part.questions {
        let Some(answer) = answers.get(&question.id).and_then(|id| question.answer(id)) else {
            complete = false;
            continue;
        };
        outcome.sum = outcome.sum.saturating_add(answer.weight);
        outcome.worst = outcome.worst.max(answer.weight);
        if answer.advice.lacks().is_none() {
            outcome.advice.push((&question.id, &answer.advice));
        }
        outcome.measures.extend(answer.measure.clone());
    }
    if complete {
        outcome.result =
            part.results.iter().find(|result| outcome.worst <= result.worst && outcome.sum <= result.sum);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Part {
        let answer = |id: &str, weight: u32, advice: &str| Answer {
            id: id.into(),
            text: Text::same(id),
            weight,
            advice: Text::same(advice),
            measure: (weight == 2).then(|| "chat".to_owned()),
        };
        let question = |id: &str| Question {
            id: id.into(),
            text: Text::same(id),
            help: Text::same(id),
            answers: vec![answer("no", 0, ""), answer("some", 2, "talk"), answer("yes", 3, "wait")],
        };
        let result = |id: &str, worst: u32, sum: u32| PartResult {
            id: id.into(),
            worst,
            sum,
            title: Text::same(id),
            text: Text::same(id),
        };
        Part {
            id: "job".into(),
            title: Text::same("job"),
            intro: Text::same("job"),
            questions: vec![question("a"), question("b")],
            results: vec![result("ready", 2, 2), result("prepare", 2, 4), result("not-yet", 3, 99)],
        }
    }

    #[test]
    fn the_first_result_whose_limits_hold_counts() {
        let part = part();
        let check = |answers: &[(&str, &str)], result: Option<&str>, sum: u32, worst: u32, advice: usize| {
            let answers = answers.iter().map(|(q, a)| ((*q).to_owned(), (*a).to_owned())).collect();
            let found = outcome(&part, &answers);
            assert_eq!(found.result.map(|result| result.id.as_str()), result, "{answers:?}");
            assert_eq!((found.sum, found.worst, found.advice.len()), (sum, worst, advice), "{answers:?}");
            found.measures.len()
        };
        check(&[("a", "no"), ("b", "no")], Some("ready"), 0, 0, 0);
        assert_eq!(check(&[("a", "some"), ("b", "no")], Some("ready"), 2, 2, 1), 1);
        check(&[("a", "some"), ("b", "some")], Some("prepare"), 4, 2, 2);
        check(&[("a", "yes"), ("b", "no")], Some("not-yet"), 3, 3, 1);
        check(&[("a", "yes")], None, 3, 3, 1);
        check(&[("a", "yes"), ("b", "perhaps")], None, 3, 3, 1);
        check(&[("a", "no"), ("b", "no"), ("c", "yes")], Some("ready"), 0, 0, 0);
        check(&[], None, 0, 0, 0);
    }
}
