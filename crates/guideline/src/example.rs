//! Runs the catalogue's worked examples: they are the tests of its checks.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::evidence::{FORMAT, VERSION};
use model::{At, FactDocument, Miss, Source, Subject, SubjectKind};
use serde_json::{Map, Value};

use crate::Problem;
use crate::catalog::Catalog;
use crate::catalog::policy::{Example, Statement};
use crate::judge::{Judge, Snapshot};
use crate::profile::{Profile, Set};

/// The instant examples are judged at unless they say otherwise.
const NOW: &str = "2026-11-24T00:00:00Z";

/// Runs every example of the catalogue.
#[must_use]
pub fn run_all(catalog: &Catalog) -> Vec<Problem> {
    catalog.statements().flat_map(|statement| run(catalog, statement)).collect()
}

/// Runs the examples of one statement and tells which come out otherwise than they say.
#[must_use]
pub fn run(catalog: &Catalog, statement: &Statement) -> Vec<Problem> {
    let mut problems = Vec::new();
    for example in &statement.examples {
        if let Err(what) = run_one(catalog, statement, example) {
            problems.push(Problem::at_file(
                format!("statement {}, example '{}'", statement.id, example.name),
                what,
                "mend the example or the check",
            ));
        }
    }
    problems
}

fn run_one(catalog: &Catalog, statement: &Statement, example: &Example) -> Result<(), String> {
    let now = example.now.map_or_else(|| NOW.parse::<At>().map_err(|error| error.to_string()), Ok)?;
    let snapshot = snapshot(statement, example, now)?;
    let profile = Profile {
        id: "example".into(),
        name: model::Text::same("example"),
        sets: example.param.iter().map(|(param, value)| set(statement, param, value)).collect(),
        ..Profile::default()
    };
    let judge = Judge::of(catalog, &profile, |id| *id == statement.id).map_err(|error| error.to_string())?;
    let verdicts = judge.all(&snapshot, now);
    if judge.all(&only_looked_at(&snapshot, &judge, statement.subject)?, now) != verdicts {
        return Err("it comes out otherwise when only the facts that are looked at are there".into());
    }
    let found = verdicts.iter().find(|verdict| verdict.statement == statement.id);
    let outcome = found.map(|verdict| verdict.verdict);
    if outcome != example.verdict {
        let reason = found.map_or("it does not apply", |verdict| verdict.reason.en.as_str());
        return Err(format!("expected {:?}, found {outcome:?}: {reason}", example.verdict));
    }
    if let (Some(expected), Some(verdict)) = (&example.offenders, found)
        && *expected != verdict.offenders
    {
        return Err(format!("expected offenders {expected:?}, found {:?}", verdict.offenders));
    }
    if let Some(verdict) = found {
        for lang in model::Lang::ALL {
            let reason = verdict.reason.get(lang);
            if reason.trim().is_empty() || reason.contains('{') {
                return Err(format!("the reason in '{lang}' is empty or has a hole: {reason:?}"));
            }
        }
    }
    Ok(())
}

/// The snapshot with no more of the lists than the judge says it looks at, as a store of many subjects gives it.
fn only_looked_at(snapshot: &Snapshot, judge: &Judge, subject: SubjectKind) -> Result<Snapshot, String> {
    let looks = judge.lists(subject);
    let mut less = Snapshot::accepting(snapshot.waivers.clone());
    for known in snapshot.all() {
        let kind = known.subject.kind;
        let mut known = known.clone();
        if kind != subject && kind != SubjectKind::Company {
            known.sections.retain(|name, _| looks.section(kind, name).is_some());
            for (name, section) in &mut known.sections {
                let (Some(look), Some(value)) = (looks.section(kind, name), &section.value) else { continue };
                let value = look.read(&value.to_string()).map_err(|error| error.to_string())?;
                section.value = Some(Arc::new(value));
            }
        }
        less.put(known);
    }
    Ok(less)
}

fn set(statement: &Statement, param: &str, value: &Value) -> Set {
    Set {
        statement: statement.id.clone(),
        param: param.to_owned(),
        value: value.clone(),
        reason: model::Text::same("example"),
    }
}

/// The example's facts as documents: the subject's and the company's as one each, lists as one per item.
fn snapshot(statement: &Statement, example: &Example, now: At) -> Result<Snapshot, String> {
    let at = now.plus_days(-example.age_days);
    let mut snapshot = Snapshot::default();
    let mut put = |subject: Subject, facts: Map<String, Value>, misses: Vec<Miss>, source| {
        let name = subject.id.clone();
        let document = FactDocument {
            format: FORMAT.into(),
            version: VERSION,
            subject,
            name,
            source,
            collector: String::new(),
            collected_at: at,
            facts,
            misses,
        };
        document.check().map_err(|error| error.to_string())?;
        snapshot.take("example", &document);
        Ok::<(), String>(())
    };
    let misses: Vec<Miss> = example
        .misses
        .iter()
        .map(|miss| Miss { at: miss.at.clone(), why: miss.why, detail: String::new() })
        .collect();
    let own = example.facts.get(statement.subject.name());
    let id = if statement.subject == SubjectKind::Company { "company" } else { "example" };
    let facts = match own {
        Some(Value::Object(facts)) => facts.clone(),
        Some(_) => return Err(format!("facts.{} is not a table", statement.subject)),
        None => Map::new(),
    };
    put(Subject::new(statement.subject, id), facts, misses, example.source.unwrap_or(Source::Import))?;
    let kinds: BTreeMap<&str, SubjectKind> =
        SubjectKind::ALL.into_iter().map(|kind| (kind.plural(), kind)).collect();
    for (variable, value) in &example.facts {
        match (variable.as_str(), value) {
            (own, _) if own == statement.subject.name() => {}
            ("company", Value::Object(facts)) => {
                put(Subject::company(), facts.clone(), Vec::new(), Source::Import)?;
            }
            (list, Value::Array(items)) if kinds.contains_key(list) => {
                for (number, item) in items.iter().enumerate() {
                    let kind = kinds.get(list).copied().unwrap_or(SubjectKind::Device);
                    let Value::Object(facts) = item else {
                        return Err(format!("facts.{list} must be a list of tables"));
                    };
                    let mut facts = facts.clone();
                    let id = match facts.remove("id") {
                        Some(Value::String(id)) => id,
                        _ => format!("{}-{}", kind.name(), number + 1),
                    };
                    put(Subject::new(kind, id), facts, Vec::new(), Source::Import)?;
                }
            }
            (other, _) => return Err(format!("facts.{other} is no variable of this statement")),
        }
    }
    Ok(snapshot)
}
