//! The facts of every kind of subject: wide enough for every row of the checklist.
//!
//! Facts are grouped in sections (`os`, `volumes`, `lending` …). A document holds the sections its source could read;
//! the newest document that speaks of a section counts. Every field may be absent: absent means *not read*, never
//! *no*. Names, units and closed word lists are fixed here; `catalog/schema/facts.json` is generated from these types.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::SubjectKind;

mod company;
mod device;
mod domain;
mod home;
mod network_device;
mod person;
mod vpn;

pub use company::*;
pub use device::*;
pub use domain::*;
pub use home::*;
pub use network_device::*;
pub use person::*;
pub use vpn::*;

/// Who can know a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Read by a machine.
    Measured,
    /// Said or done by a person.
    Stated,
    /// Either.
    Both,
}

/// A struct of facts: each field becomes an `Option` that is left out when it was not read, and an unknown field is
/// refused, so that a misspelt fact is an error and not a silent gap.
macro_rules! facts {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$field_meta:meta])* $field:ident : $type:ty, )* } )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize, ::schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(
            $(#[$field_meta])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,
        )* }
    )* };
}

/// A closed list of words, written in `snake_case`.
macro_rules! words {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$word_meta:meta])* $word:ident, )* } )*) => { $(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize, ::schemars::JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $( $(#[$word_meta])* $word, )* }
    )* };
}
pub(crate) use {facts, words};

/// The stated sections of each kind, and those that either a machine or a person can know; all others are measured.
const STATED: &[(SubjectKind, &[&str])] = &[
    (SubjectKind::Device, DEVICE_STATED),
    (SubjectKind::Server, DEVICE_STATED),
    (SubjectKind::Domain, &["reviews"]),
    (SubjectKind::Vpn, &["method", "procedures", "agreements", "watch", "reviews"]),
    (SubjectKind::Credential, &["kind", "procedures", "training"]),
    (SubjectKind::NetworkDevice, &["administration", "reviews"]),
    (SubjectKind::Home, &["connection", "router", "key", "agreements"]),
    (SubjectKind::HomeDevice, &["device", "antivirus", "updates", "scans", "tethering", "logs"]),
    (SubjectKind::Person, &["employment", "agreements", "pledges", "courses", "guidance"]),
    (SubjectKind::Company, &["register", "procedures", "regulations", "tasks", "outage"]),
];
const BOTH: &[(SubjectKind, &[&str])] = &[
    (SubjectKind::Vpn, &["gateway", "accounts", "authentication", "certificates"]),
    (SubjectKind::NetworkDevice, &["device", "logging", "blocklists"]),
    (SubjectKind::Home, &["wifi", "filter"]),
    (SubjectKind::Company, &["legacy_protocols", "log_system", "antivirus_management"]),
];
const DEVICE_STATED: &[&str] = &[
    "lending",
    "baseline",
    "recovery_key",
    "local_administrator",
    "mail_scanning",
    "allowed_peers",
    "approvals",
    "agreements",
    "sharing_review",
    "importance",
];

/// The most items of a list. Checks hold lists against each other, so their lengths are bounded.
const ITEMS_MAX: usize = 10_000;
/// The most items of a list that a person states.
const STATED_ITEMS_MAX: usize = 500;

/// The length of the longest list inside a value.
fn longest(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(longest).fold(items.len(), usize::max),
        Value::Object(fields) => fields.values().map(longest).max().unwrap_or(0),
        _ => 0,
    }
}

/// Checks that facts fit a kind: sections, fields, words and number ranges. Nothing is kept; only the fit is told.
///
/// # Errors
/// A sentence that names what does not fit and where.
pub fn check(kind: SubjectKind, facts: &Map<String, Value>) -> Result<(), String> {
    fn fits<T: DeserializeOwned>(kind: SubjectKind, facts: &Map<String, Value>) -> Result<(), String> {
        for (section, value) in facts {
            // One section at a time, so that the error can name it.
            let one: Map<String, Value> = [(section.clone(), value.clone())].into_iter().collect();
            let most = if STATED.iter().any(|(of, names)| *of == kind && names.contains(&section.as_str())) {
                STATED_ITEMS_MAX
            } else {
                ITEMS_MAX
            };
            if longest(value) > most {
                return Err(format!("section '{section}' has a list of more than {most} items"));
            }
            if value.is_null() {
                return Err(format!("section '{section}' is null: leave it out, or list it under misses"));
            }
            serde_json::from_value::<T>(Value::Object(one))
                .map_err(|error| format!("section '{section}': {error}"))?;
        }
        Ok(())
    }
    match kind {
        SubjectKind::Device | SubjectKind::Server => fits::<DeviceFacts>(kind, facts),
        SubjectKind::Domain => fits::<DomainFacts>(kind, facts),
        SubjectKind::Vpn => fits::<VpnFacts>(kind, facts),
        SubjectKind::Credential => fits::<CredentialFacts>(kind, facts),
        SubjectKind::NetworkDevice => fits::<NetworkDeviceFacts>(kind, facts),
        SubjectKind::Home => fits::<HomeFacts>(kind, facts),
        SubjectKind::HomeDevice => fits::<HomeDeviceFacts>(kind, facts),
        SubjectKind::Person => fits::<PersonFacts>(kind, facts),
        SubjectKind::Company => fits::<CompanyFacts>(kind, facts),
    }
}

/// Who can know a section of a kind; `None` when the kind has no such section.
#[must_use]
pub fn nature(kind: SubjectKind, section: &str) -> Option<Nature> {
    let listed = |table: &[(SubjectKind, &[&str])]| {
        table.iter().any(|(of, sections)| *of == kind && sections.contains(&section))
    };
    if !sections(kind).contains(&section) {
        None
    } else if listed(STATED) {
        Some(Nature::Stated)
    } else if listed(BOTH) {
        Some(Nature::Both)
    } else {
        Some(Nature::Measured)
    }
}

/// The sections of a kind, in alphabetical order.
#[must_use]
pub fn sections(kind: SubjectKind) -> Vec<&'static str> {
    let schema = schema(kind);
    schema
        .pointer("/properties")
        .and_then(Value::as_object)
        .map_or_else(Vec::new, |properties| properties.keys().map(String::as_str).collect())
}

/// Whether a dotted path such as `antivirus.products` leads to a fact of a kind. Lists are passed through: the step
/// after a list is a field of its items.
#[must_use]
pub fn path_exists(kind: SubjectKind, path: &str) -> bool {
    let root = schema(kind);
    let mut here = root;
    for step in path.split('.') {
        here = items_of(resolve(root, here), root);
        match here.get("properties").and_then(|properties| properties.get(step)) {
            Some(next) => here = resolve(root, next),
            None => return false,
        }
    }
    true
}

/// The JSON Schema of the facts of a kind (draft 2020-12).
#[must_use]
pub fn schema(kind: SubjectKind) -> &'static Value {
    static NONE: Value = Value::Null;
    SCHEMAS.get(&kind).unwrap_or(&NONE)
}

/// Follows `$ref` and the "or absent" of an optional field.
fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let inner = schema.get("anyOf").and_then(Value::as_array).and_then(|options| {
            options.iter().find(|option| option.get("type") != Some(&Value::from("null")))
        });
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| root.pointer(reference.trim_start_matches('#')));
        match inner.or(target) {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

fn items_of<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    schema.get("items").map_or(schema, |items| resolve(root, items))
}

static SCHEMAS: LazyLock<BTreeMap<SubjectKind, Value>> = LazyLock::new(|| {
    fn of<T: JsonSchema>() -> Value {
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
    }
    SubjectKind::ALL
        .into_iter()
        .map(|kind| {
            let schema = match kind {
                SubjectKind::Device | SubjectKind::Server => of::<DeviceFacts>(),
                SubjectKind::Domain => of::<DomainFacts>(),
                SubjectKind::Vpn => of::<VpnFacts>(),
                SubjectKind::Credential => of::<CredentialFacts>(),
                SubjectKind::NetworkDevice => of::<NetworkDeviceFacts>(),
                SubjectKind::Home => of::<HomeFacts>(),
                SubjectKind::HomeDevice => of::<HomeDeviceFacts>(),
                SubjectKind::Person => of::<PersonFacts>(),
                SubjectKind::Company => of::<CompanyFacts>(),
            };
            (kind, schema)
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_section_exists_once() {
        for (kind, names) in STATED.iter().chain(BOTH) {
            for name in *names {
                assert!(sections(*kind).contains(name), "{kind} has no section {name}");
            }
        }
        for (kind, names) in BOTH {
            let stated = STATED.iter().find(|(of, _)| of == kind).map_or(&[][..], |(_, names)| *names);
            assert!(names.iter().all(|name| !stated.contains(name)), "{kind}");
        }
    }

    #[test]
    fn paths_pass_through_lists() {
        let check = |path: &str, exists: bool| {
            assert_eq!(path_exists(SubjectKind::Device, path), exists, "{path}");
        };
        check("volumes", true);
        check("volumes.protection", true);
        check("antivirus.products.enabled", true);
        check("antivirus.productz", false);
        check("volumes.protection.more", false);
    }
}
