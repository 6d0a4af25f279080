//! What the readers bring, made into the facts and misses of a document.
//!
//! A reader hands back a typed section and notes in its [`Gaps`] what it could not read. Here the promise is kept that
//! nothing is silently absent: every section a machine can know, and every field of a section that was read, is either
//! a fact or a miss.

use std::fmt::Display;

use model::evidence::{DOCUMENT_MAX_BYTES, MISSES_MAX};
use model::facts::{self, Nature};
use model::{Miss, SubjectKind, Why};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::gap::Gap;

/// The most misses one section may note; more would only repeat themselves.
const SECTION_MISSES_MAX: usize = 100;

/// What one reader could not read of its section.
#[derive(Debug)]
pub(crate) struct Gaps {
    section: &'static str,
    misses: Vec<Miss>,
}

impl Gaps {
    pub(crate) fn of(section: &'static str) -> Self {
        Self { section, misses: Vec::new() }
    }

    /// The value when it was read; otherwise the gap is noted for the field (a path within the section).
    pub(crate) fn keep<T>(&mut self, field: &str, read: Result<T, Gap>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(gap) => {
                self.note(field, gap);
                None
            }
        }
    }

    /// Notes that a field was not read.
    pub(crate) fn note(&mut self, field: &str, gap: Gap) {
        if self.misses.len() < SECTION_MISSES_MAX {
            self.misses.push(miss(format!("{}.{field}", self.section), gap));
        }
    }

    /// Whether a field was noted, in whole or in part.
    #[cfg(test)]
    pub(crate) fn why(&self, field: &str) -> Option<Why> {
        let at = format!("{}.{field}", self.section);
        self.misses.iter().find(|miss| miss.at == at).map(|miss| miss.why)
    }
}

/// A list that is short enough to be a fact. A list that was cut would look complete, so a longer one is a gap.
pub(crate) fn at_most<T>(list: Vec<T>, max: usize, what: impl Display) -> Result<Vec<T>, Gap> {
    if list.len() > max {
        return Err(Gap::failed(format_args!("{what}: {} entries; the limit is {max}", list.len())));
    }
    Ok(list)
}

/// What one reader brought of one section.
#[derive(Debug)]
pub(crate) struct Part {
    section: &'static str,
    value: Option<Value>,
    misses: Vec<Miss>,
}

impl Part {
    /// Of a reader's typed answer. A section without a single fact counts as not read.
    pub(crate) fn of<T: Serialize>(gaps: Gaps, read: Result<T, Gap>) -> Self {
        let Gaps { section, mut misses } = gaps;
        let value = read.and_then(|facts| {
            serde_json::to_value(facts).map_err(|error| Gap::failed(format_args!("{section}: {error}")))
        });
        let value = match value {
            Ok(Value::Object(fields)) if fields.is_empty() => None,
            Ok(value) => Some(value),
            Err(gap) => {
                // The section as a whole explains more than its fields.
                misses.insert(0, miss(section.to_owned(), gap));
                None
            }
        };
        Self { section, value, misses }
    }

    /// Of a section that was not read at all.
    pub(crate) fn missed(section: &'static str, gap: Gap) -> Self {
        Self { section, value: None, misses: vec![miss(section.to_owned(), gap)] }
    }
}

/// The sections of a kind that a machine can know.
pub(crate) fn measured(kind: SubjectKind) -> impl Iterator<Item = &'static str> {
    facts::sections(kind)
        .into_iter()
        .filter(move |section| matches!(facts::nature(kind, section), Some(Nature::Measured | Nature::Both)))
}

/// The facts and misses of a document, with everything accounted for.
pub(crate) fn complete(kind: SubjectKind, parts: Vec<Part>) -> (Map<String, Value>, Vec<Miss>) {
    let mut facts = Map::new();
    let mut misses = Vec::new();
    for part in parts {
        if let Some(value) = part.value {
            facts.insert(part.section.to_owned(), value);
        }
        misses.extend(part.misses);
    }
    for section in measured(kind) {
        match facts.get(section) {
            None if !misses.iter().any(|miss| miss.section() == section) => {
                misses.push(miss(section.to_owned(), Gap::not_collected("")));
            }
            Some(Value::Object(read)) => {
                for field in fields(kind, section).into_iter().filter(|field| !read.contains_key(*field)) {
                    let at = format!("{section}.{field}");
                    if !misses.iter().any(|miss| is_at_or_below(&miss.at, &at)) {
                        misses.push(miss(at, Gap::not_collected("")));
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(network) = facts.get_mut("network") {
        put_in_order(network, &misses);
    }
    shrink(&mut facts, &mut misses);
    misses.truncate(MISSES_MAX);
    (facts, misses)
}

/// Tables of the system that come in another order at every look are put in order, so that a PC on which nothing changed
/// is the same twice. A list of whose items a miss speaks by number stays as it is.
fn put_in_order(network: &mut Value, misses: &[Miss]) {
    let sort = |list: Option<&mut Value>| {
        if let Some(Value::Array(items)) = list {
            items.sort_by_cached_key(Value::to_string);
        }
    };
    let numbered = |field: &str| {
        let start = format!("network.{field}[");
        misses.iter().any(|miss| miss.at.starts_with(&start))
    };
    for adapter in network.get_mut("adapters").and_then(Value::as_array_mut).into_iter().flatten() {
        sort(adapter.get_mut("addresses"));
    }
    for field in ["adapters", "gateways", "neighbours", "port_mappings"] {
        if !numbered(field) {
            sort(network.get_mut(field));
        }
    }
}

fn miss(at: String, gap: Gap) -> Miss {
    Miss { at, why: gap.why, detail: gap.detail }
}

fn is_at_or_below(at: &str, path: &str) -> bool {
    at.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Gives up the largest sections of facts that would not fit into a document.
fn shrink(facts: &mut Map<String, Value>, misses: &mut Vec<Miss>) {
    // The misses and the document's head need room too.
    let room = DOCUMENT_MAX_BYTES - DOCUMENT_MAX_BYTES / 8;
    let mut sizes: Vec<(usize, String)> =
        facts.iter().map(|(section, value)| (value.to_string().len(), section.clone())).collect();
    sizes.sort_unstable();
    let mut total: usize = sizes.iter().map(|(size, _)| size).sum();
    while total > room
        && let Some((size, section)) = sizes.pop()
    {
        facts.remove(&section);
        total = total.saturating_sub(size);
        misses.push(miss(
            section,
            Gap::new(Why::Failed, format_args!("{size} bytes do not fit into a document")),
        ));
    }
}

/// The fields of a section, from the schema; empty for a section that is a list.
fn fields(kind: SubjectKind, section: &str) -> Vec<&'static str> {
    let root = facts::schema(kind);
    let Some(mut here) = root.get("properties").and_then(|sections| sections.get(section)) else {
        return Vec::new();
    };
    // A section is optional and lies under its own name: "this or null", then a reference.
    if let Some(options) = here.get("anyOf").and_then(Value::as_array) {
        let there = options.iter().find(|option| option.get("$ref").is_some());
        here = there.unwrap_or(here);
    }
    if let Some(reference) = here.get("$ref").and_then(Value::as_str) {
        here = root.pointer(reference.trim_start_matches('#')).unwrap_or(here);
    }
    let properties = here.get("properties").and_then(Value::as_object);
    properties.map_or_else(Vec::new, |properties| properties.keys().map(String::as_str).collect())
}

#[cfg(test)]
mod tests {
    use model::facts::{DeviceFacts, SecureBoot, Tpm};

    use super::*;

    fn part<T: Serialize>(section: &'static str, read: Result<T, Gap>) -> Part {
        Part::of(Gaps::of(section), read)
    }

    #[test]
    fn what_comes_in_another_order_at_every_look_is_put_in_order() {
        let facts = || {
            serde_json::json!({"neighbours": [{"address": "192.0.2.9"}, {"address": "192.0.2.1"}], "dns": ["b", "a"],
                "adapters": [{"addresses": [], "name": "e"}, {"name": "w", "addresses": ["b", "a"]}]})
        };
        let mut network = facts();
        put_in_order(&mut network, &[]);
        let sorted = serde_json::json!({"neighbours": [{"address": "192.0.2.1"}, {"address": "192.0.2.9"}],
            "dns": ["b", "a"], "adapters": [{"name": "w", "addresses": ["a", "b"]}, {"addresses": [], "name": "e"}]});
        assert_eq!(network, sorted);
        let mut network = facts();
        let about_an_item = miss("network.neighbours[0].mac".into(), Gap::not_found("mac"));
        put_in_order(&mut network, &[about_an_item]);
        assert_eq!(network["neighbours"], facts()["neighbours"]);
    }

    #[test]
    fn everything_is_accounted_for() {
        let mut gaps = Gaps::of("tpm");
        let version = gaps.keep("version", Err::<String, _>(Gap::denied("/sys")));
        let parts = vec![
            Part::of(gaps, Ok(Tpm { present: Some(true), version, ..Tpm::default() })),
            part("secure_boot", Err::<SecureBoot, _>(Gap::not_supported("no EFI"))),
            part("os", Ok(facts::Os::default())),
        ];
        let (facts, misses) = complete(SubjectKind::Device, parts);
        assert_eq!(facts.keys().collect::<Vec<_>>(), ["tpm"]);
        let why = |at: &str| misses.iter().find(|miss| miss.at == at).map(|miss| miss.why);
        assert_eq!(why("tpm.version"), Some(Why::Denied));
        assert_eq!(why("tpm.ready"), Some(Why::NotCollected));
        assert_eq!(why("tpm.present"), None);
        assert_eq!(why("secure_boot"), Some(Why::NotSupported));
        assert_eq!(why("secure_boot.enabled"), None);
        assert_eq!(why("os"), Some(Why::NotCollected), "a section without a fact is not read");
        for section in measured(SubjectKind::Device) {
            assert!(facts.contains_key(section) || misses.iter().any(|miss| miss.section() == section));
        }
        assert!(!misses.iter().any(|miss| miss.section() == "lending"), "only a person states it");
    }

    #[test]
    fn an_empty_list_is_a_fact() {
        let (facts, misses) = complete(SubjectKind::Server, vec![part("edr", Ok(Vec::<facts::Edr>::new()))]);
        assert_eq!(facts["edr"], Value::Array(Vec::new()));
        assert!(!misses.iter().any(|miss| miss.section() == "edr"));
    }

    #[test]
    fn a_cut_list_is_a_gap() {
        assert_eq!(at_most(vec![1, 2], 2, "rules"), Ok(vec![1, 2]));
        assert_eq!(at_most(vec![1, 2, 3], 2, "rules").unwrap_err().why, Why::Failed);
    }

    #[test]
    fn what_does_not_fit_is_given_up_largest_first() {
        let huge = vec![facts::CloudSync { name: Some("x".repeat(1000)) }; 9000];
        let parts = vec![part("cloud_sync", Ok(huge)), part("edr", Ok(Vec::<facts::Edr>::new()))];
        let (facts, misses) = complete(SubjectKind::Device, parts);
        assert!(!facts.contains_key("cloud_sync") && facts.contains_key("edr"));
        assert!(misses.iter().any(|miss| miss.at == "cloud_sync" && miss.why == Why::Failed));
    }

    #[test]
    fn the_schema_tells_the_fields() {
        assert_eq!(fields(SubjectKind::Device, "secure_boot"), ["enabled"]);
        assert!(fields(SubjectKind::Device, "volumes").is_empty());
        assert!(fields(SubjectKind::Device, "nowhere").is_empty());
        let _: DeviceFacts = serde_json::from_str("{}").unwrap();
    }
}
