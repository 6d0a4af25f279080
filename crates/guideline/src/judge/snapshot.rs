//! What is known at one moment: of every subject, the newest word on each section.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::evidence::counts_from;
use model::verdict::EvidenceRef;
use model::{At, FactDocument, Miss, Source, Subject, SubjectKind, Waiver};
use serde_json::Value;

/// Evidence dated later than this many days from now is not used.
pub(crate) const FUTURE_MAX_DAYS: i64 = 1;

/// The newest word on one section of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The document that says it.
    pub evidence: EvidenceRef,
    /// What was read; absent when the whole section could not be.
    pub value: Option<Arc<Value>>,
    /// What of it could not be read.
    pub misses: Vec<Miss>,
}

impl Section {
    /// Whether an item of a list could not be read: then nothing can be said about all of them.
    #[must_use]
    pub fn has_gap(&self) -> Option<&Miss> {
        self.misses.iter().find(|miss| miss.at.contains('['))
    }

    /// Whether it is neither older than so many days nor from the future.
    #[must_use]
    pub fn is_fresh(&self, max_age_days: i64, now: At) -> bool {
        (-FUTURE_MAX_DAYS..=max_age_days).contains(&self.evidence.collected_at.days_until(now))
    }
}

/// What is known of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The subject.
    pub subject: Subject,
    /// The name people know it by.
    pub name: String,
    /// Its sections.
    pub sections: BTreeMap<String, Section>,
}

impl Known {
    /// A subject of which nothing is known yet.
    #[must_use]
    pub fn nothing(subject: Subject) -> Self {
        Self { name: subject.id.clone(), subject, sections: BTreeMap::new() }
    }

    /// Takes in what a document says: for each section the newest document counts, at the same instant the better
    /// source, then the smaller id, so that the order of arrival does not matter. What a PC measured of a home stands longer
    /// ([`counts_from`]).
    pub fn take(&mut self, id: &str, document: &FactDocument) {
        let evidence =
            EvidenceRef { id: id.to_owned(), collected_at: document.collected_at, source: document.source };
        for name in document.sections() {
            let kind = self.subject.kind;
            let newer = self
                .sections
                .get(name)
                .is_none_or(|held| rank(kind, name, &evidence) > rank(kind, name, &held.evidence));
            if newer {
                let section = Section {
                    evidence: evidence.clone(),
                    value: document.facts.get(name).cloned().map(Arc::new),
                    misses: document.misses.iter().filter(|miss| miss.section() == name).cloned().collect(),
                };
                self.sections.insert(name.to_owned(), section);
            }
        }
        if !document.name.is_empty() {
            self.name.clone_from(&document.name);
        }
    }
}

fn rank<'a>(
    kind: SubjectKind,
    section: &str,
    evidence: &'a EvidenceRef,
) -> (model::At, std::cmp::Reverse<Source>, std::cmp::Reverse<&'a str>) {
    let at = counts_from(kind, section, evidence.source, evidence.collected_at);
    (at, std::cmp::Reverse(evidence.source), std::cmp::Reverse(&evidence.id))
}

/// What is known of everything, and what people accepted.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    subjects: BTreeMap<Subject, Known>,
    /// Acceptances, in force or not.
    pub waivers: Vec<Waiver>,
}

impl Snapshot {
    /// Nothing known yet, with these acceptances.
    #[must_use]
    pub fn accepting(waivers: Vec<Waiver>) -> Self {
        Self { subjects: BTreeMap::new(), waivers }
    }

    /// A snapshot of fact documents with their ids.
    pub fn of<'a>(documents: impl IntoIterator<Item = (&'a str, &'a FactDocument)>) -> Self {
        let mut snapshot = Self::default();
        for (id, document) in documents {
            snapshot.take(id, document);
        }
        snapshot
    }

    /// Takes in one more document.
    pub fn take(&mut self, id: &str, document: &FactDocument) {
        self.subjects
            .entry(document.subject.clone())
            .or_insert_with(|| Known::nothing(document.subject.clone()))
            .take(id, document);
    }

    /// Puts in a subject, in place of what was known of it.
    pub fn put(&mut self, known: Known) {
        self.subjects.insert(known.subject.clone(), known);
    }

    /// One subject.
    #[must_use]
    pub fn get(&self, subject: &Subject) -> Option<&Known> {
        self.subjects.get(subject)
    }

    /// All subjects of a kind, by id.
    pub fn of_kind(&self, kind: SubjectKind) -> impl Iterator<Item = &Known> {
        self.subjects
            .range(Subject::new(kind, "")..)
            .map(|(_, known)| known)
            .take_while(move |known| known.subject.kind == kind)
    }

    /// All subjects.
    pub fn all(&self) -> impl Iterator<Item = &Known> {
        self.subjects.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(at: &str, source: &str, facts: Value, misses: Value) -> FactDocument {
        let whole = serde_json::json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": "P"},
            "source": source, "collected_at": at, "facts": facts, "misses": misses,
        });
        FactDocument::parse(whole.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn the_newest_word_counts_even_when_it_is_a_miss() {
        let old = document(
            "2026-11-01T00:00:00Z",
            "agent",
            serde_json::json!({"volumes": [], "tpm": {"present": true}}),
            serde_json::json!([]),
        );
        let new = document(
            "2026-11-02T00:00:00Z",
            "agent",
            serde_json::json!({}),
            serde_json::json!([{"at": "volumes", "why": "denied"}]),
        );
        for order in [[("a", &old), ("b", &new)], [("b", &new), ("a", &old)]] {
            let snapshot = Snapshot::of(order);
            let known = snapshot.get(&Subject::new(SubjectKind::Device, "P")).unwrap();
            assert_eq!(known.sections["volumes"].value, None);
            assert_eq!(known.sections["volumes"].evidence.id, "b");
            assert_eq!(known.sections["tpm"].evidence.id, "a");
        }
    }
}
