//! Files to catalogue: every mistake is found in one go, with its file and line.

use std::collections::BTreeMap;

use model::Collection;
use serde::de::DeserializeOwned;

use super::checklist::ChecklistFile;
use super::files::Files;
use super::inspect::{self, Origins};
use super::problem::{Problem, Problems};
use super::{About, Catalog, Crosswalk, Labels, Policy, ProductClass, Readiness, SupportTable, Threats};
use crate::profile::Profile;

/// Files that a catalogue has one of.
const SINGLE: [&str; 5] = ["catalog.toml", "checklist.toml", "threats.toml", "labels.toml", "readiness.toml"];
/// Folders of files that are alike.
const FOLDERS: [&str; 6] = ["policies/", "products/", "crosswalk/", "profiles/", "eol/", "collection/"];

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
    let readiness: Option<Readiness> = one(files, "readiness.toml", &mut problems);
    let mut policies = folder::<Policy>(files, "policies/", &mut problems);
    let mut products = folder::<ProductClass>(files, "products/", &mut problems);
    let crosswalks = folder::<Crosswalk>(files, "crosswalk/", &mut problems);
    let profiles = folder::<Profile>(files, "profiles/", &mut problems);
    let tables = folder::<SupportTable>(files, "eol/", &mut problems);
    let mut collections = folder::<Collection>(files, "collection/", &mut problems);
    for path in files.0.keys() {
        if !FOLDERS.iter().any(|start| path.starts_with(start)) && !SINGLE.contains(&path.as_str()) {
            problems.push(Problem::at_file(
                path,
                "no file of this name belongs to a catalogue",
                format!("put it under {}, or remove it", FOLDERS.join(", ")),
            ));
        }
    }
    let (Some(about), Some(checklist), Some(threats), Some(labels), Some(readiness)) =
        (about, checklist, threats, labels, readiness)
    else {
        return (None, problems);
    };

    policies.sort_by_key(|(_, policy)| numbers(&policy.id));
    products.sort_by_key(|(_, class)| numbers(&class.section));
    collections.sort_by_key(|(_, collection)| collection.system);
    let mut rows = checklist.rows;
    rows.sort_by_key(|row| row.no);
    let (policy_files, policies) = policies.into_iter().unzip();
    let (product_files, products) = products.into_iter().unzip();
    let (crosswalk_files, crosswalks) = crosswalks.into_iter().unzip();
    let (profile_files, profiles) = profiles.into_iter().unzip();
    let (collection_files, collections) = collections.into_iter().unzip();
    let support =
        SupportTable { releases: tables.into_iter().flat_map(|(_, table)| table.releases).collect() };
    let mut catalog = Catalog {
        about,
        policies,
        rows,
        threats,
        crosswalks,
        products,
        readiness,
        profiles,
        support,
        labels,
        collections,
        places: BTreeMap::new(),
        files: files.clone(),
        untailored: None,
    };
    catalog.find_places();
    let origins = Origins {
        policies: policy_files,
        profiles: profile_files,
        products: product_files,
        crosswalks: crosswalk_files,
        collections: collection_files,
    };
    inspect::inspect(&catalog, files, &origins, &mut problems);
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
