//! Files to catalogue: every mistake is found in one go, with its file and line.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::checklist::ChecklistFile;
use super::files::Files;
use super::problem::{Problem, Problems};
use super::{About, Catalog, Labels, SupportTable, Threats, inspect};

/// Reads and inspects all files; a catalogue with any problem is refused.
pub(super) fn load(files: &Files) -> Result<Catalog, Problems> {
    match draft(files) {
        (Some(catalog), problems) if problems.is_empty() => Ok(catalog),
        (_, problems) => Err(Problems(problems)),
    }
}

/// Reads and inspects all files; what can be read is given together with the problems.
pub(super) fn draft(files: &Files) -> (Option<Catalog>, Vec<Problem>) {
    let mut problems = Vec::new();
    let about: Option<About> = one(files, "catalog.toml", &mut problems);
    let checklist: Option<ChecklistFile> = one(files, "checklist.toml", &mut problems);
    let threats: Option<Threats> = one(files, "threats.toml", &mut problems);
    let labels: Option<Labels> = one(files, "labels.toml", &mut problems);
    let mut policies = folder::<super::Policy>(files, "policies/", &mut problems);
    let crosswalks = folder(files, "crosswalk/", &mut problems);
    let profiles = folder(files, "profiles/", &mut problems);
    let tables: Vec<(String, SupportTable)> = folder(files, "eol/", &mut problems);
    for path in files.0.keys() {
        let known =
            ["policies/", "crosswalk/", "profiles/", "eol/"].iter().any(|start| path.starts_with(start))
                || ["catalog.toml", "checklist.toml", "threats.toml", "labels.toml"].contains(&path.as_str());
        if !known {
            problems.push(Problem::at_file(
                path,
                "no file of this name belongs to a catalogue",
                "put it under policies/, crosswalk/, profiles/ or eol/, or remove it",
            ));
        }
    }
    let (Some(about), Some(checklist), Some(threats), Some(labels)) = (about, checklist, threats, labels)
    else {
        return (None, problems);
    };

    policies.sort_by_key(|(_, policy)| numbers(&policy.id));
    let (policy_files, policies): (Vec<String>, Vec<super::Policy>) = policies.into_iter().unzip();
    let mut places = BTreeMap::new();
    for (at, policy) in policies.iter().enumerate() {
        for (number, statement) in policy.statements.iter().enumerate() {
            places.insert(statement.id.clone(), (at, number));
        }
    }
    let mut rows = checklist.rows;
    rows.sort_by_key(|row| row.no);
    let (profile_files, profiles): (Vec<String>, Vec<crate::Profile>) = profiles.into_iter().unzip();
    let support =
        SupportTable { releases: tables.into_iter().flat_map(|(_, table)| table.releases).collect() };
    let catalog = Catalog {
        about,
        policies,
        rows,
        threats,
        crosswalks: crosswalks.into_iter().map(|(_, crosswalk)| crosswalk).collect(),
        profiles,
        support,
        labels,
        places,
    };
    inspect::inspect(&catalog, files, &policy_files, &profile_files, &mut problems);
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    (Some(catalog), problems)
}

/// A section's numbers, for sorting.
fn numbers(id: &str) -> Vec<u32> {
    id.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

fn one<T: DeserializeOwned>(files: &Files, path: &str, problems: &mut Vec<Problem>) -> Option<T> {
    match files.0.get(path) {
        None => {
            problems.push(Problem::at_file(path, "the file is missing", "every catalogue has one"));
            None
        }
        Some(text) => read(path, text, problems),
    }
}

fn folder<T: DeserializeOwned>(files: &Files, start: &str, problems: &mut Vec<Problem>) -> Vec<(String, T)> {
    files
        .0
        .iter()
        .filter(|(path, _)| path.starts_with(start))
        .filter_map(|(path, text)| Some((path.clone(), read(path, text, problems)?)))
        .collect()
}

fn read<T: DeserializeOwned>(path: &str, text: &str, problems: &mut Vec<Problem>) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = error.span().map_or(0, |span| line_at(text, span.start));
            problems.push(Problem {
                file: path.to_owned(),
                line,
                what: error.message().to_owned(),
                fix: "compare it with a neighbouring file; catalog/schema/ lists every field".into(),
            });
            None
        }
    }
}

/// The line, from 1, of a byte position.
fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}
