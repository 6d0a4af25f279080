//! What is known of one domain now: its facts as they count section by section, and how its statements stand.

use std::collections::BTreeMap;

use model::facts::DomainFacts;
use model::{At, Caller, Miss, Outcome, StatementId, Subject, SubjectKind, Verdict};

use super::hazard::{Hazard, hazards};
use super::table::{Demands, Table, tables};
use crate::{Action, App, AppError, Result};

/// A domain.
#[derive(Clone, Debug)]
pub struct Domain {
    /// The domain.
    pub subject: Subject,
    /// Its short name.
    pub name: String,
    /// What is known.
    pub facts: DomainFacts,
    /// When the newest of it was read; none when it was never read, only stated.
    pub read_at: Option<At>,
    /// What could not be read.
    pub misses: Vec<Miss>,
    /// How its statements stand.
    pub verdicts: BTreeMap<StatementId, Verdict>,
}

/// A domain with what is made of its facts.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The domain.
    pub domain: Domain,
    /// What is dangerous, the worst first.
    pub hazards: Vec<Hazard>,
    /// The tables, each with all its rows.
    pub tables: Vec<Table>,
}

/// A domain in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The domain.
    pub subject: Subject,
    /// Its short name.
    pub name: String,
    /// When it was last read or told about.
    pub seen_at: At,
    /// How many of its statements are not met.
    pub fails: usize,
    /// How many passwords its group policy publishes.
    pub published: usize,
}

impl App {
    /// What is known of a domain.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; stored facts that do not fit.
    pub fn domain(&self, caller: &Caller, id: &str) -> Result<Domain> {
        let subject = Subject::new(SubjectKind::Domain, id);
        self.allow(caller, Action::Look, &subject.to_string())?;
        self.settle_kind(SubjectKind::Domain)?;
        self.store.read(|read| {
            let line = read.subject(&subject)?.ok_or(AppError::NotFound("domain"))?;
            let mut found = serde_json::Map::new();
            let (mut read_at, mut misses) = (None, Vec::new());
            for section in read.sections(&subject, None)? {
                if section.name != "reviews" {
                    read_at = read_at.max(Some(section.evidence.collected_at));
                }
                misses.extend(section.misses);
                if let Some(value) = section.value {
                    found.insert(section.name, value);
                }
            }
            let facts = serde_json::from_value(serde_json::Value::Object(found))
                .map_err(|error| AppError::Internal(format!("facts of {subject}: {error}")))?;
            let verdicts = read
                .verdicts_of_subject(&subject)?
                .into_iter()
                .map(|verdict| (verdict.statement.clone(), verdict))
                .collect();
            Ok(Domain { name: line.name, subject, facts, read_at, misses, verdicts })
        })
    }

    /// A domain with its hazards and tables.
    ///
    /// # Errors
    /// As [`App::domain`].
    pub fn shown_domain(&self, caller: &Caller, id: &str) -> Result<Shown> {
        let domain = self.domain(caller, id)?;
        let now = self.now();
        let standard = self.standard();
        let demands = Demands::of(&standard);
        Ok(Shown {
            hazards: hazards(&domain.facts, &standard.catalog.support, now),
            tables: tables(&domain.facts, &demands, now),
            domain,
        })
    }

    /// Every domain that is judged.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn domains(&self, caller: &Caller) -> Result<Vec<Listed>> {
        self.allow(caller, Action::Look, "domain")?;
        self.settle_kind(SubjectKind::Domain)?;
        self.store.read(|read| {
            let mut listed = Vec::new();
            for line in read.subjects(SubjectKind::Domain)? {
                if line.retired_at.is_some() {
                    continue;
                }
                let verdicts = read.verdicts_of_subject(&line.subject)?;
                let fails = verdicts.iter().filter(|verdict| verdict.verdict == Outcome::Fail).count();
                let sections = read.sections(&line.subject, Some(&["published_passwords"]))?;
                let published = sections
                    .iter()
                    .filter_map(|section| section.value.as_ref()?.as_array().map(Vec::len))
                    .sum();
                listed.push(Listed {
                    subject: line.subject,
                    name: line.name,
                    seen_at: line.last_seen_at,
                    fails,
                    published,
                });
            }
            Ok(listed)
        })
    }
}
