//! How ready everything is: by part, what is to be prepared in all, and which measures help.

use std::collections::{BTreeMap, BTreeSet};

use guideline::catalog::readiness::{Part, PartResult, outcome};
use model::{At, Caller, SubjectKind, Text};
use store::{Read, Record};

use super::measure::lines;
use super::{Answered, JOB, KIND, MeasureLine, PAPER, PERSON};
use crate::{Action, App, AppError, Result};

/// A piece of advice and the question it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The question.
    pub question: Text,
    /// What to do.
    pub advice: Text,
}

/// How one family, person or kind of paper stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What the answers are kept under.
    pub about: String,
    /// What it is called.
    pub name: Text,
    /// The version of the answers; 0 when there are none.
    pub version: u32,
    /// When and by whom they were given.
    pub saved: Option<(At, String)>,
    /// The answers: question to answer.
    pub answers: BTreeMap<String, String>,
    /// A remark.
    pub note: String,
    /// What they come to; `None` while a question is open.
    pub result: Option<PartResult>,
    /// The result's place among those of its part, 0 for the most ready.
    pub place: usize,
    /// How many questions are answered, of how many.
    pub answered: usize,
    /// How many are asked.
    pub asked: usize,
    /// The sum of the weights so far; the greater, the more there is to prepare, or the sooner a paper is digitised.
    pub sum: u32,
    /// What to do.
    pub advice: Vec<Advice>,
    /// The ids of the measures that help.
    pub measures: BTreeSet<String>,
}

impl Standing {
    pub(super) fn of(part: &Part, about: &str, name: Text, record: Option<&Record<Answered>>) -> Self {
        let answers = record.map(|record| record.value.answers.clone()).unwrap_or_default();
        let found = outcome(part, &answers);
        let question = |id: &str| part.questions.iter().find(|question| question.id == id);
        let is_answered = |question: &&guideline::catalog::readiness::Question| {
            answers.get(&question.id).is_some_and(|id| question.answer(id).is_some())
        };
        Self {
            about: about.to_owned(),
            name,
            version: record.map_or(0, |record| record.version),
            saved: record.map(|record| (record.at, record.by.clone())),
            note: record.map(|record| record.value.note.clone()).unwrap_or_default(),
            place: found
                .result
                .and_then(|own| part.results.iter().position(|result| result.id == own.id))
                .unwrap_or(0),
            result: found.result.cloned(),
            answered: part.questions.iter().filter(is_answered).count(),
            asked: part.questions.len(),
            sum: found.sum,
            advice: found
                .advice
                .iter()
                .filter_map(|(id, advice)| {
                    Some(Advice { question: question(id)?.text.clone(), advice: (*advice).clone() })
                })
                .collect(),
            measures: found.measures,
            answers,
        }
    }
}

/// A part with everything answered in it.
#[derive(Clone, Debug)]
pub struct PartState {
    /// Its id: `job`, `person` or `paper`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is for.
    pub intro: Text,
    /// What it can come to, the most ready first.
    pub results: Vec<PartResult>,
    /// Families in the guideline's order, people by name, papers with the greatest sum first.
    pub standings: Vec<Standing>,
}

impl PartState {
    /// How many came to a result.
    #[must_use]
    pub fn count(&self, result: &str) -> usize {
        let is = |own: &&Standing| own.result.as_ref().is_some_and(|own| own.id == result);
        self.standings.iter().filter(is).count()
    }

    /// How many have no result yet.
    #[must_use]
    pub fn open(&self) -> usize {
        self.standings.iter().filter(|own| own.result.is_none()).count()
    }
}

/// Something to prepare, and for whom.
#[derive(Clone, Debug)]
pub struct ToDo {
    /// The part's id.
    pub part: String,
    /// The question it came from.
    pub question: Text,
    /// What to do.
    pub advice: Text,
    /// Whom or what it concerns: what the answers are kept under, and the name.
    pub concerned: Vec<(String, Text)>,
}

/// A person the facts know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// The id.
    pub id: String,
    /// The name; the id when none is known.
    pub name: String,
}

/// Everything about readiness.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// The parts, in the guideline's order.
    pub parts: Vec<PartState>,
    /// What to prepare: what concerns most first.
    pub to_do: Vec<ToDo>,
    /// The measures.
    pub measures: Vec<MeasureLine>,
    /// Known people nothing was answered about yet.
    pub people: Vec<KnownPerson>,
}

/// One questionnaire with its answers.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The part with its questions.
    pub part: Part,
    /// What is typical of a family; `None` for people and papers.
    pub about_family: Option<Text>,
    /// How it stands.
    pub standing: Standing,
    /// The measures that help, with what is planned about them.
    pub measures: Vec<MeasureLine>,
}

impl App {
    /// How ready everything is.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn readiness(&self, caller: &Caller) -> Result<Readiness> {
        self.allow(caller, Action::Look, "readiness")?;
        let catalog = self.catalog();
        let questions = &catalog.readiness;
        let (records, known, planned) = self.store.read(|read| {
            Ok::<_, store::StoreError>((answers(read)?, people(read)?, read.records(super::MEASURE_KIND)?))
        })?;
        let parts: Vec<PartState> = questions
            .parts
            .iter()
            .map(|part| PartState {
                id: part.id.clone(),
                title: part.title.clone(),
                intro: part.intro.clone(),
                results: part.results.clone(),
                standings: standings(part, questions, &records, &known),
            })
            .collect();
        let asked =
            |id: &str| records.iter().any(|record| record.value.part == PERSON && record.value.about == *id);
        Ok(Readiness {
            to_do: to_do(&parts),
            measures: lines(questions, &planned, &parts),
            people: known.iter().filter(|own| !asked(&own.id)).cloned().collect(),
            parts,
        })
    }

    /// The questionnaire about one family, person or kind of paper, with the answers so far.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Invalid`] when it cannot be a name.
    pub fn readiness_of(&self, caller: &Caller, part: &str, about: &str) -> Result<Shown> {
        let about = self.readiness_about(part, about)?;
        let all = self.readiness(caller)?;
        let catalog = self.catalog();
        let questions = &catalog.readiness;
        let asked = questions.part(part).ok_or(AppError::NotFound("part"))?;
        let found = all.parts.into_iter().filter(|own| own.id == part).flat_map(|own| own.standings);
        let standing = found.into_iter().find(|own| own.about == about).unwrap_or_else(|| {
            let known = all.people.iter().find(|own| part == PERSON && own.id == about);
            let name = known.map_or(&about, |own| &own.name);
            Standing::of(asked, &about, Text::same(name), None)
        });
        Ok(Shown {
            part: asked.clone(),
            about_family: questions.family(&about).filter(|_| part == JOB).map(|own| own.about.clone()),
            measures: all.measures.into_iter().filter(|own| standing.measures.contains(&own.id)).collect(),
            standing,
        })
    }
}

/// All answers.
fn answers(read: &Read<'_>) -> std::result::Result<Vec<Record<Answered>>, store::StoreError> {
    read.records(KIND)
}

/// The people the facts know and who were not taken out, by name.
fn people(read: &Read<'_>) -> std::result::Result<Vec<KnownPerson>, store::StoreError> {
    let mut people: Vec<KnownPerson> = read
        .subjects(SubjectKind::Person)?
        .into_iter()
        .filter(|own| own.retired_at.is_none() && !own.subject.is_none_yet())
        .map(|own| KnownPerson {
            name: if own.name.is_empty() { own.subject.id.clone() } else { own.name },
            id: own.subject.id,
        })
        .collect();
    people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(people)
}

fn standings(
    part: &Part,
    questions: &guideline::catalog::Readiness,
    records: &[Record<Answered>],
    known: &[KnownPerson],
) -> Vec<Standing> {
    let own = records.iter().filter(|record| record.value.part == part.id);
    if part.id == JOB {
        return questions
            .families
            .iter()
            .map(|family| {
                let record = own.clone().find(|record| record.value.about == family.id);
                Standing::of(part, &family.id, family.name.clone(), record)
            })
            .collect();
    }
    let mut found: Vec<Standing> = own
        .map(|record| {
            let about = &record.value.about;
            let person = known.iter().find(|person| part.id == PERSON && person.id == *about);
            Standing::of(part, about, Text::same(person.map_or(about, |person| &person.name)), Some(record))
        })
        .collect();
    if part.id == PAPER {
        found.sort_by_key(|own| {
            (own.result.is_none(), std::cmp::Reverse((own.place, own.sum)), own.about.clone())
        });
    } else {
        found.sort_by(|a, b| (&a.name.ja, &a.about).cmp(&(&b.name.ja, &b.about)));
    }
    found
}

/// All advice, once each, with whom it concerns.
fn to_do(parts: &[PartState]) -> Vec<ToDo> {
    let mut found: Vec<ToDo> = Vec::new();
    for part in parts {
        for standing in &part.standings {
            for own in &standing.advice {
                let concerned = (standing.about.clone(), standing.name.clone());
                match found.iter_mut().find(|item| item.part == part.id && item.advice == own.advice) {
                    Some(item) => item.concerned.push(concerned),
                    None => found.push(ToDo {
                        part: part.id.clone(),
                        question: own.question.clone(),
                        advice: own.advice.clone(),
                        concerned: vec![concerned],
                    }),
                }
            }
        }
    }
    // Stable: what concerns equally many stays in the order asked.
    found.sort_by_key(|item| std::cmp::Reverse(item.concerned.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u64, part: &str, about: &str, answers: &[(&str, &str)]) -> Record<Answered> {
        Record {
            id,
            version: 1,
            at: "2026-11-24T00:00:00Z".parse().unwrap(),
            by: "sato".into(),
            gone: false,
            value: Answered {
                part: part.into(),
                about: about.into(),
                answers: answers.iter().map(|(q, a)| ((*q).to_owned(), (*a).to_owned())).collect(),
                note: String::new(),
            },
        }
    }

    /// The answers that come to a part's lightest or heaviest result.
    fn all(part: &Part, heaviest: bool) -> Vec<(String, String)> {
        let pick = |question: &guideline::catalog::readiness::Question| {
            let by = |answer: &&guideline::catalog::readiness::Answer| answer.weight;
            let answers = question.answers.iter();
            if heaviest { answers.max_by_key(by) } else { answers.min_by_key(by) }.unwrap().id.clone()
        };
        part.questions.iter().map(|question| (question.id.clone(), pick(question))).collect()
    }

    #[test]
    fn papers_to_digitise_first_come_first_and_open_ones_last() {
        let catalog = guideline::Catalog::embedded().unwrap();
        let part = catalog.readiness.part(PAPER).unwrap();
        let answers = |heaviest: bool| all(part, heaviest);
        let (light, heavy) = (answers(false), answers(true));
        let pairs = |own: &[(String, String)]| -> Vec<(&'static str, &'static str)> {
            own.iter().map(|(q, a)| (&*q.clone().leak(), &*a.clone().leak())).collect()
        };
        let records = [
            record(1, PAPER, "open", &pairs(&heavy)[1..]),
            record(2, PAPER, "later", &pairs(&light)),
            record(3, PAPER, "first", &pairs(&heavy)),
        ];
        let found = standings(part, &catalog.readiness, &records, &[]);
        let order: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|own| (own.about.as_str(), own.result.as_ref().map(|own| own.id.as_str())))
            .collect();
        assert_eq!(order, [("first", Some("first")), ("later", Some("later")), ("open", None)]);
    }

    #[test]
    fn advice_is_gathered_once_with_all_it_concerns() {
        let catalog = guideline::Catalog::embedded().unwrap();
        let part = catalog.readiness.part(JOB).unwrap();
        let records = [
            record(1, JOB, "sales", &[("customers", "often"), ("paper", "weekly")]),
            record(2, JOB, "support", &[("customers", "often"), ("paper", "none")]),
        ];
        let standings = standings(part, &catalog.readiness, &records, &[]);
        assert_eq!(standings.len(), catalog.readiness.families.len(), "every family is listed");
        assert!(standings.iter().all(|own| own.result.is_none()), "questions are open: no result");
        let state = PartState {
            id: JOB.into(),
            title: part.title.clone(),
            intro: part.intro.clone(),
            results: part.results.clone(),
            standings,
        };
        let found = to_do(&[state]);
        let sizes: Vec<usize> = found.iter().map(|item| item.concerned.len()).collect();
        assert_eq!(sizes, [2, 1]);
    }
}
