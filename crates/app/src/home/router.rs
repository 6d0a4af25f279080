//! The edge router of a home (5.2.3): the person's form. Never its password, only how long it is.

use model::Caller;
use model::facts::{HomeRouter, PacketFilter, PassedPort};
use serde_json::{Map, json};

use super::wifi::yes_no;
use super::{Told, answer, length, past_day, proof_of};
use crate::attachment::{Given, Upload};
use crate::error::{Findings, Invalid};
use crate::{App, Result};

/// The most ports a person lists.
const PORTS_MAX: usize = 40;

/// The form.
#[derive(Clone, Debug, Default)]
pub struct RouterForm {
    /// Maker.
    pub vendor: String,
    /// Model.
    pub model: String,
    /// Whether the administrator password was changed: `yes`, `no` or `unknown`.
    pub password_changed: String,
    /// Its characters.
    pub password_length: String,
    /// Where it is kept.
    pub kept_where: String,
    /// The day the firmware was last checked or updated.
    pub firmware_checked: String,
    /// Whether the maker no longer mends it: `yes`, `no` or `unknown`.
    pub support_ended: String,
    /// Whether something from the Internet is let in: `yes`, `no` or `unknown`.
    pub opened: String,
    /// Which ports, as `tcp/8080, udp/27015`.
    pub ports: String,
    /// Whether the router drops what nobody asked for: `yes`, `no` or `unknown`.
    pub drops: String,
}

impl RouterForm {
    /// The form filled with what is known.
    #[must_use]
    pub fn of(router: Option<&Told<HomeRouter>>, filter: Option<&Told<PacketFilter>>) -> Self {
        let Some(router) = router.map(|told| told.value.clone()) else { return Self::default() };
        let filter = filter.map(|told| told.value.clone()).unwrap_or_default();
        let ports: Vec<String> =
            filter.passed.iter().flatten().filter_map(|passed| passed.port.clone()).collect();
        Self {
            vendor: router.vendor.unwrap_or_default(),
            model: router.model.unwrap_or_default(),
            password_changed: yes_no(router.password_changed),
            password_length: router.password_length.map(|length| length.to_string()).unwrap_or_default(),
            kept_where: router.password_kept_where.unwrap_or_default(),
            firmware_checked: router.firmware_checked_at.map(model::At::day).unwrap_or_default(),
            support_ended: yes_no(router.support_ended),
            opened: yes_no(filter.passed.as_ref().map(|passed| !passed.is_empty())),
            ports: ports.join(", "),
            drops: yes_no(filter.drops_by_default),
        }
    }

    fn router(&self, findings: &mut Findings, now: model::At) -> HomeRouter {
        let text = |findings: &mut Findings, field: &str, text: &str, max: usize| {
            let text = findings.optional(field, text, max);
            (!text.is_empty()).then_some(text)
        };
        let changed = answer(findings, "password_changed", &self.password_changed);
        HomeRouter {
            vendor: Some(findings.text("vendor", &self.vendor, 100)),
            model: text(findings, "model", &self.model, 100),
            password_changed: changed,
            password_length: if changed == Some(true) {
                length(findings, "password_length", &self.password_length)
            } else {
                None
            },
            password_kept_where: text(findings, "router_kept_where", &self.kept_where, 200),
            firmware_checked_at: past_day(findings, "firmware_checked", &self.firmware_checked, now),
            support_ended: answer(findings, "support_ended", &self.support_ended),
        }
    }

    /// What the router lets in, as far as it was asked and answered: nothing is made up beside it.
    fn filter(&self, findings: &mut Findings) -> PacketFilter {
        let passed = match answer(findings, "opened", &self.opened) {
            Some(false) => Some(Vec::new()),
            Some(true) => Some(ports(findings, &self.ports)),
            None => None,
        };
        PacketFilter { dropped: None, passed, drops_by_default: answer(findings, "drops", &self.drops) }
    }
}

/// What is stated of the packet filter, given what the router's own configuration said. Without that, the answers. With
/// it, memory does not take away what was read; what the person admits beside it counts at once.
fn beside(read: Option<PacketFilter>, said: PacketFilter) -> Option<PacketFilter> {
    let Some(mut read) = read else {
        return (said != PacketFilter::default()).then_some(said);
    };
    let admitted = said.passed.unwrap_or_default();
    let ports: Vec<String> = admitted.iter().filter_map(|passed| passed.port.clone()).collect();
    if !admitted.is_empty() {
        let passed = read.passed.get_or_insert_default();
        let new = |own: &PassedPort| passed.iter().all(|known| known.port != own.port);
        let new: Vec<PassedPort> = admitted.into_iter().filter(|own| new(own)).collect();
        passed.extend(new);
    }
    if let Some(dropped) = &mut read.dropped {
        dropped.retain(|port| !ports.contains(port));
    }
    if said.drops_by_default == Some(false) {
        read.drops_by_default = Some(false);
    }
    Some(read)
}

/// Ports as people write them: `tcp/8080, udp/27015` or `8080`, which means both.
fn ports(findings: &mut Findings, text: &str) -> Vec<PassedPort> {
    let words: Vec<&str> =
        text.split([',', '、', ' ', '\u{3000}', '\n', '\r']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        findings.add(Invalid::new("ports", "missing"));
    } else if words.len() > PORTS_MAX {
        findings.add(Invalid::new("ports", "too-many").with(PORTS_MAX));
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in words {
        let word = word.to_ascii_lowercase();
        let (kinds, number): (&[&str], &str) = match word.split_once('/') {
            Some(("tcp", number)) => (&["tcp"], number),
            Some(("udp", number)) => (&["udp"], number),
            None => (&["tcp", "udp"], word.as_str()),
            Some(_) => (&[], ""),
        };
        match number.parse::<u16>() {
            Ok(number) if number > 0 => found.extend(
                kinds.iter().map(|kind| PassedPort { port: Some(format!("{kind}/{number}")), line: None }),
            ),
            _ => {
                findings.add(Invalid::new("ports", "not-ports"));
                return Vec::new();
            }
        }
    }
    found
}

impl App {
    /// Says what the router is and how it is set.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`] with every field at fault, or the caller may not.
    pub fn save_router(
        &self,
        caller: &Caller,
        person: &str,
        form: &RouterForm,
        screenshot: Option<&Upload>,
    ) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let mut findings = Findings::default();
        let router = form.router(&mut findings, self.now());
        let filter = form.filter(&mut findings);
        let proof = proof_of(&mut findings, "screenshot", screenshot);
        let given = proof.as_ref().map(|proof| Given::new("screenshot", "router", proof));
        let mut proofs: Vec<_> = given.into_iter().collect();
        let home = teller.home.clone();
        self.check_proofs(caller, &mut findings, &home, &mut proofs)?;
        findings.done()?;
        let mut facts = Map::new();
        facts.insert("router".into(), json!(router));
        let read = self.filter_read(&home)?;
        let from_router = read.is_some();
        // What counts already is not said again: it would only take the place of the router's own word.
        if let Some(filter) = beside(read, filter)
            && !(from_router && self.section_of(&home, "filter")? == Some(json!(filter)))
        {
            facts.insert("filter".into(), json!(filter));
        }
        let name = self.home_name(&teller.person)?;
        self.tell(caller, &teller, (home, name), (facts, &[]), (&proofs, "router"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(passed: Option<&[&str]>, drops: Option<bool>) -> PacketFilter {
        let port = |port: &&str| PassedPort { port: Some((*port).to_owned()), line: None };
        PacketFilter {
            dropped: None,
            passed: passed.map(|ports| ports.iter().map(port).collect()),
            drops_by_default: drops,
        }
    }

    #[test]
    fn nothing_is_stated_that_was_not_asked() {
        let check = |opened: &str, drops: &str, expected: PacketFilter| {
            let form = RouterForm {
                opened: opened.into(),
                ports: "tcp/8080".into(),
                drops: drops.into(),
                ..RouterForm::default()
            };
            let mut findings = Findings::default();
            assert_eq!(form.filter(&mut findings), expected, "{opened} {drops}");
            assert!(findings.done().is_ok());
        };
        check("no", "unknown", filter(Some(&[]), None));
        check("yes", "no", filter(Some(&["tcp/8080"]), Some(false)));
        check("unknown", "yes", filter(None, Some(true)));
        check("unknown", "unknown", filter(None, None));
    }

    #[test]
    fn memory_adds_to_what_was_read_and_takes_nothing_away() {
        let check = |read: Option<PacketFilter>, said: PacketFilter, expected: Option<PacketFilter>| {
            assert_eq!(beside(read, said), expected);
        };
        let read = || Some(filter(Some(&["tcp/445"]), Some(true)));
        check(None, filter(None, None), None);
        check(None, filter(Some(&[]), None), Some(filter(Some(&[]), None)));
        check(read(), filter(Some(&[]), Some(true)), read());
        check(read(), filter(None, None), read());
        check(
            read(),
            filter(Some(&["tcp/23", "tcp/445"]), Some(false)),
            Some(filter(Some(&["tcp/445", "tcp/23"]), Some(false))),
        );
    }

    #[test]
    fn ports_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let mut findings = Findings::default();
            let found: Vec<String> =
                ports(&mut findings, text).into_iter().filter_map(|passed| passed.port).collect();
            match expected {
                Some(expected) => assert_eq!(
                    (found, findings.done().is_ok()),
                    (expected.iter().map(|port| (*port).to_owned()).collect(), true)
                ),
                None => assert!(findings.done().is_err(), "{text}"),
            }
        };
        check("tcp/8080", Some(&["tcp/8080"]));
        check("445、UDP/137", Some(&["tcp/445", "udp/445", "udp/137"]));
        check("", None);
        check("http", None);
        check("tcp/0", None);
        check("icmp/8", None);
        check("70000", None);
    }
}
