//! The tables of a domain's computers, and of how its controller speaks.

use model::At;
use model::facts::{DomainComputer, DomainFacts, LapsKind};

use super::{Cell, Row, State, judged, number, words, worst_first};
use crate::directory::hazard::is_stale;

/// A switch, as words.
pub(super) fn on_off(on: Option<bool>) -> Cell {
    Cell::Key(match on {
        Some(true) => "on",
        Some(false) => "off",
        None => "unread",
    })
}

pub(super) fn computers(facts: &DomainFacts, now: At) -> Vec<Row> {
    let rows = facts.computers.iter().flatten().map(|own| {
        let mut found = vec![Cell::Words(
            format!("{} {}", words(own.os.as_ref()), words(own.os_version.as_ref())).trim().to_owned(),
        )];
        let (laps, todo) = laps(own, now);
        found.extend(laps);
        if let Some(at) = own.last_logon_at {
            found.push(Cell::Key("last-logon"));
            found.push(Cell::At(at));
        }
        let stale = own.enabled != Some(false) && is_stale(own, now);
        if stale {
            found.push(Cell::Key("stale"));
        }
        if own.enabled == Some(false) {
            found.push(Cell::Key("account-off"));
        }
        let todo = todo.or(stale.then_some("stale"));
        Row {
            part: String::new(),
            item: Cell::Words(words(own.name.as_ref())),
            found,
            expected: Some(Cell::Key(if own.domain_controller == Some(true) { "no-local" } else { "laps" })),
            state: match todo {
                Some("laps") => State::Bad,
                Some(_) => State::Look,
                None if own.laps.is_none() && own.domain_controller != Some(true) => State::Unread,
                None => State::Good,
            },
            todo,
        }
    });
    worst_first(rows.collect())
}

/// What LAPS says of a computer, and what to do about it. A domain controller has no local accounts; one that is off
/// needs nothing.
fn laps(own: &DomainComputer, now: At) -> (Vec<Cell>, Option<&'static str>) {
    if own.domain_controller == Some(true) {
        return (vec![Cell::Key("domain-controller")], None);
    }
    let off = own.enabled == Some(false);
    let mut cells = vec![Cell::Key(match own.laps {
        Some(LapsKind::Windows) => "laps-windows",
        Some(LapsKind::Legacy) => "laps-legacy",
        Some(LapsKind::None) => "laps-none",
        None => "laps-unread",
    })];
    let mut todo = (own.laps == Some(LapsKind::None) && !off).then_some("laps");
    if let Some(at) = own.laps_expires_at {
        let past = at < now;
        cells.push(Cell::Key(if past { "laps-expired" } else { "laps-expires" }));
        cells.push(Cell::At(at));
        if past && !off {
            todo = todo.or(Some("laps-expired"));
        }
    }
    (cells, todo)
}

pub(super) fn transport(facts: &DomainFacts, now: At) -> Vec<Row> {
    let Some(own) = &facts.transport else { return Vec::new() };
    let plain = |item, text: Option<&String>| Row {
        part: String::new(),
        item: Cell::Key(item),
        found: vec![text.cloned().map_or(Cell::Key("unread"), Cell::Words)],
        expected: None,
        state: State::Plain,
        todo: None,
    };
    let ends = own.certificate_expires_at;
    vec![
        plain("host", own.host.as_ref()),
        plain("bound-with", own.bound_with.as_ref()),
        judged(
            "ldap-signing",
            on_off(own.ldap_signing_required),
            Cell::Key("on"),
            own.ldap_signing_required,
            "hazard",
        ),
        judged(
            "channel-binding",
            number(own.ldap_channel_binding),
            Cell::KeyWith("at-least", "1".into()),
            own.ldap_channel_binding.map(|n| n >= 1),
            "hazard",
        ),
        judged(
            "smb-signing",
            on_off(own.smb_signing_required),
            Cell::Key("on"),
            own.smb_signing_required,
            "hazard",
        ),
        plain("smb-dialect", own.smb_dialect.as_ref()),
        judged(
            "anonymous-search",
            on_off(own.anonymous_search),
            Cell::Key("off"),
            own.anonymous_search.map(|open| !open),
            "hazard",
        ),
        judged(
            "certificate",
            ends.map_or(Cell::Key("unread"), Cell::At),
            Cell::Key("thirty-days"),
            ends.map(|end| now.days_until(end) > 30),
            "hazard",
        ),
    ]
}
