//! What configurations say, as facts of a VPN: sections `configuration`, `authentication` and, where the configuration
//! holds all of them, `accounts` (guideline 7.1). What cannot be told leaves its facts out and is a miss.

use model::facts::{ConfigurationFinding, VpnAccount, VpnAuthentication, VpnConfiguration, VpnFacts};
use model::{At, FactDocument, Miss, Source, Subject, SubjectKind, Why};
use serde_json::{Map, Value};

use super::{ConfigurationReading, ENTRIES_MAX, what};

/// The longest text of a miss, in characters.
const DETAIL_MAX_CHARS: usize = 300;

/// The sections of a VPN, and what of them could not be told. `now` decides which accounts have run out.
#[must_use]
pub fn facts(reading: &ConfigurationReading, now: At) -> (VpnFacts, Vec<Miss>) {
    let mut misses = Vec::new();
    let authentication = authentication(reading, &mut misses);
    let accounts = accounts(reading, now, &mut misses);
    let products: Vec<&str> = reading.products.iter().map(|own| own.word()).collect();
    let configuration = VpnConfiguration {
        product: Some(products.join(", ")),
        protocols: reading.protocols.clone(),
        findings: Some(
            reading
                .findings
                .iter()
                .take(ENTRIES_MAX)
                .map(|finding| ConfigurationFinding {
                    what: Some(finding.what.to_owned()),
                    place: Some(finding.by.place.clone()),
                    line: Some(finding.by.line.clone()),
                    breaks: what(finding.what)
                        .filter(|own| !own.breaks.is_empty())
                        .map(|own| own.breaks.to_owned()),
                })
                .collect(),
        ),
        unread: Some(reading.unread.iter().take(ENTRIES_MAX).cloned().collect()),
    };
    let facts = VpnFacts {
        authentication: (authentication != VpnAuthentication::default()).then_some(authentication),
        accounts,
        configuration: Some(configuration),
        ..VpnFacts::default()
    };
    (facts, misses)
}

fn authentication(reading: &ConfigurationReading, misses: &mut Vec<Miss>) -> VpnAuthentication {
    let mut lines: Vec<String> = Vec::new();
    // The statement about shared keys is the gravest; its line comes first, then backend and certificates.
    let shared = reading.shared_password.as_ref().filter(|told| told.value).map(|told| &told.by);
    let others = [
        reading.backend.as_ref().map(|told| &told.by),
        reading.certificate_field.as_ref().map(|told| &told.by),
    ];
    for by in [shared].into_iter().chain(others).flatten() {
        let told = by.told();
        if !lines.contains(&told) {
            lines.push(told);
        }
    }
    let absent = [
        ("authentication.backend", reading.backend.is_none()),
        ("authentication.certificate_field", reading.certificate_field.is_none()),
        ("authentication.shared_password", reading.shared_password.is_none()),
    ];
    for (at, absent) in absent {
        if absent {
            misses.push(miss(at, reading, "the files handed in do not decide it"));
        }
    }
    VpnAuthentication {
        backend: reading.backend.as_ref().map(|told| told.value),
        certificate_field: reading.certificate_field.as_ref().map(|told| told.value),
        shared_password: reading.shared_password.as_ref().map(|told| told.value),
        line: (!lines.is_empty()).then(|| lines.join("; ")),
    }
}

fn accounts(reading: &ConfigurationReading, now: At, misses: &mut Vec<Miss>) -> Option<Vec<VpnAccount>> {
    if !reading.accounts_complete {
        misses.push(miss(
            "accounts",
            reading,
            "the configuration does not hold all accounts: hand in their list",
        ));
        return None;
    }
    let account = |own: &super::Account| VpnAccount {
        name: Some(own.name.clone()),
        enabled: Some(own.enabled && own.expires_at.is_none_or(|at| at > now)),
        last_used_at: own.last_used_at,
        ..VpnAccount::default()
    };
    Some(reading.accounts.iter().take(ENTRIES_MAX).map(account).collect())
}

fn miss(at: &str, reading: &ConfigurationReading, otherwise: &str) -> Miss {
    let said = reading.lacking.iter().find(|(field, _)| *field == at).map(|(_, reason)| reason.as_str());
    Miss {
        at: at.to_owned(),
        why: Why::NotFound,
        detail: model::printable::clip(said.unwrap_or(otherwise), DETAIL_MAX_CHARS),
    }
}

/// A fact document of a VPN. `id` names it as it is (the caller sees to it that [`Subject::id_is_usable`]); `name` is
/// what people know it by. `now` is the instant the facts are dated to.
#[must_use]
pub fn document(id: &str, name: &str, reading: &ConfigurationReading, now: At) -> FactDocument {
    let (facts, misses) = facts(reading, now);
    let sections = match serde_json::to_value(facts) {
        Ok(Value::Object(sections)) => sections,
        _ => Map::new(),
    };
    FactDocument {
        format: model::evidence::FORMAT.into(),
        version: model::evidence::VERSION,
        subject: Subject::new(SubjectKind::Vpn, id),
        name: name.into(),
        source: Source::Import,
        collector: crate::COLLECTOR.into(),
        collected_at: now,
        facts: sections,
        misses,
    }
}
