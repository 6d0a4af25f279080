//! How the sample writes a fact document: days counted back from one instant, one call per document.

use model::evidence::{FORMAT, VERSION};
use model::{At, FactDocument, Miss, Source, Subject, SubjectKind, Why};
use serde_json::{Map, Value};

use super::company::ADMINISTRATOR;

/// The time the sample tells of; every day in it is counted back from one instant.
#[derive(Clone, Copy)]
pub(super) struct Month {
    now: At,
}

impl Month {
    /// The month that ends at an instant.
    pub(super) fn ending(now: At) -> Self {
        Self { now }
    }

    /// The instant so many days before the end; a negative number lies ahead.
    pub(super) fn day(self, ago: i64) -> At {
        self.now.plus_days(-ago)
    }
}

/// Whether something that happens weekly, for the first time `first` and for the last time `last` days ago, happens.
pub(super) fn weekly(first: i64, last: i64, ago: i64) -> bool {
    (last..=first).contains(&ago) && (ago - last) % 7 == 0
}

/// A document of facts known so many days ago; some minutes or hours before that instant, by the subject's id, as
/// nothing real happens at the same minute everywhere.
pub(super) fn document(
    month: Month,
    ago: i64,
    subject: (SubjectKind, &str, &str),
    source: Source,
    facts: Value,
) -> FactDocument {
    let (kind, id, name) = subject;
    let minutes = id.bytes().fold(5, |sum: i64, byte| (sum * 31 + i64::from(byte)) % 420);
    FactDocument {
        format: FORMAT.into(),
        version: VERSION,
        subject: Subject::new(kind, id),
        name: name.into(),
        source,
        collector: match source {
            Source::Record | Source::Attest => ADMINISTRATOR.into(),
            _ => concat!("mimamori ", env!("CARGO_PKG_VERSION")).into(),
        },
        collected_at: month.day(ago).plus_secs(-60 * minutes),
        facts: match known(facts) {
            Value::Object(fields) => fields,
            _ => Map::new(),
        },
        misses: Vec::new(),
    }
}

/// An object without those of its fields that are null: they were not read.
pub(super) fn known(mut facts: Value) -> Value {
    if let Value::Object(fields) = &mut facts {
        fields.retain(|_, value| !value.is_null());
    }
    facts
}

/// A section that could not be read; takes the place of what is known of it.
pub(super) fn miss(document: &mut FactDocument, section: &str, why: Why, detail: &str) {
    document.facts.remove(section);
    document.misses.push(Miss { at: section.into(), why, detail: detail.into() });
}
