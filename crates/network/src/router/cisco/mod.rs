//! Cisco IOS and IOS XE: `show running-config`.
//!
//! A packet from the Internet meets the access list of the interface it came in on (`ip access-group … in`), before
//! address translation. The first entry that fits decides; what fits none is dropped; without a list everything passes.
//! Zone-based firewalls and outer-to-inner lists on the home's side are not read: what they may drop is unknown.
//! Source: Cisco, "Security Configuration Guide: Access Control Lists"; Cisco, "NAT Order of Operation".

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::RouterError;
use super::net::Net;
use super::paste::Line;
use super::remark::Remarks;
use super::traffic::KEYS;
use super::walk::{Book, Cause, Fate, Fates, Step, walk};

mod entry;

use entry::Entry;

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    V4,
    V6,
}

/// An interface.
#[derive(Debug, Default)]
struct Interface {
    /// Names of the lists for what comes in, with the line.
    lists: BTreeMap<Side, (String, u32)>,
    lists_out: BTreeMap<Side, u32>,
    zone: Option<u32>,
    nat_outside: bool,
    dhcp: bool,
    v6: bool,
    networks: Vec<Net>,
    shut: bool,
}

/// A configuration.
#[derive(Debug, Default)]
pub(super) struct Config {
    interfaces: BTreeMap<String, Interface>,
    lists: BTreeMap<(Side, String), Vec<Entry>>,
    gateways: BTreeMap<Side, Vec<String>>,
    v6_routing: bool,
}

/// Whether a line is one of these devices' own.
pub(super) fn is_own(words: &[&str]) -> bool {
    match words {
        ["ip", "access-group", ..] | ["ip", "access-list", ..] | ["ip", "nat", ..] | ["access-list", ..] => {
            true
        }
        ["ip", "address", ..] | ["ip", "route", "0.0.0.0", ..] | ["ipv6", "traffic-filter", ..] => true,
        ["service", "timestamps", ..] | ["boot-start-marker"] | ["line", "vty", ..] | ["no", "shutdown"] => {
            true
        }
        ["interface", name] => name.len() > 4,
        ["zone-member", "security", ..] => true,
        _ => false,
    }
}

/// Where the following lines belong.
enum Section {
    None,
    Interface(String),
    List(Side, String, bool),
}

/// Reads a configuration.
///
/// # Errors
/// [`RouterError::Truncated`] when its last line, `end`, is not there: lists stand near the end, and a list that is not
/// there lets everything in.
pub(super) fn read(lines: &[Line]) -> Result<Config, RouterError> {
    let mut config = Config::default();
    let mut section = Section::None;
    let mut ended = false;
    for line in lines {
        let words = line.words();
        match words.as_slice() {
            ["end"] => ended = true,
            [mark, ..] if mark.starts_with('!') => section = Section::None,
            ["exit"] => section = Section::None,
            ["interface", name @ ..] => {
                let name = name.concat();
                config.interfaces.entry(name.clone()).or_default();
                section = Section::Interface(name);
            }
            ["ip", "access-list", kind @ ("extended" | "standard"), name, ..] => {
                config.lists.entry((Side::V4, (*name).to_owned())).or_default();
                section = Section::List(Side::V4, (*name).to_owned(), *kind == "standard");
            }
            ["ipv6", "access-list", name, ..] => {
                config.lists.entry((Side::V6, (*name).to_owned())).or_default();
                section = Section::List(Side::V6, (*name).to_owned(), false);
            }
            ["access-list", number, rest @ ..] => {
                let is_standard =
                    number.parse().is_ok_and(|number: u32| number < 100 || (1300..2000).contains(&number));
                config.entry(Side::V4, number, rest, is_standard, line.number);
            }
            ["ip", "route", "0.0.0.0", "0.0.0.0", rest @ ..] => config.gateway(Side::V4, rest),
            ["ipv6", "route", "::/0", rest @ ..] => config.gateway(Side::V6, rest),
            ["ipv6", "unicast-routing"] => config.v6_routing = true,
            own => match &section {
                Section::Interface(name) => {
                    if let Some(interface) = config.interfaces.get_mut(name) {
                        of_interface(interface, own, line.number);
                    }
                }
                Section::List(side, name, standard) => {
                    let (side, name, standard) = (*side, name.clone(), *standard);
                    config.entry(side, &name, own, standard, line.number);
                }
                Section::None => {}
            },
        }
    }
    let last = lines.last().map_or(0, |line| line.number);
    if ended { Ok(config) } else { Err(RouterError::Truncated(last)) }
}

fn of_interface(own: &mut Interface, words: &[&str], line: u32) {
    match words {
        ["ip", "access-group", name, "in"] => {
            own.lists.insert(Side::V4, ((*name).to_owned(), line));
        }
        ["ipv6", "traffic-filter", name, "in"] => {
            own.lists.insert(Side::V6, ((*name).to_owned(), line));
        }
        ["ip", "access-group", _, "out"] => {
            own.lists_out.insert(Side::V4, line);
        }
        ["ipv6", "traffic-filter", _, "out"] => {
            own.lists_out.insert(Side::V6, line);
        }
        ["zone-member", "security", ..] => own.zone = Some(line),
        ["ip", "nat", "outside"] => own.nat_outside = true,
        ["ip", "address", "dhcp" | "negotiated", ..] => own.dhcp = true,
        ["ip", "address", address, mask, ..] => own.networks.extend(Net::with_mask(address, mask)),
        ["ipv6", "address" | "enable", rest @ ..] => {
            own.v6 = true;
            own.networks.extend(rest.iter().filter_map(|word| Net::parse(word)));
        }
        ["shutdown"] => own.shut = true,
        _ => {}
    }
}

impl Config {
    fn entry(&mut self, side: Side, name: &str, words: &[&str], standard: bool, line: u32) {
        if let Some(entry) = entry::read(words, standard, line) {
            self.lists.entry((side, name.to_owned())).or_default().push(entry);
        }
    }

    fn gateway(&mut self, side: Side, words: &[&str]) {
        let gateway = match words {
            [name, number, ..]
                if !name.contains('.')
                    && name.chars().all(char::is_alphabetic)
                    && number.starts_with(|c: char| c.is_ascii_digit())
                    && !number.contains('.') =>
            {
                name.to_string() + number
            }
            [word, ..] => (*word).to_owned(),
            [] => return,
        };
        self.gateways.entry(side).or_default().push(gateway);
    }

    /// The interfaces towards the Internet, as far as the configuration tells.
    pub(super) fn wans(&self, side: Side) -> Vec<String> {
        let up = || self.interfaces.iter().filter(|(_, own)| !own.shut);
        let mut found: Vec<String> =
            up().filter(|(_, own)| own.nat_outside).map(|(name, _)| name.clone()).collect();
        for gateway in self.gateways.get(&side).into_iter().flatten() {
            match gateway.parse::<IpAddr>() {
                Ok(address) => {
                    let holds = |own: &Interface| own.networks.iter().any(|net| net.has(address));
                    found.extend(up().find(|(_, own)| holds(own)).map(|(name, _)| name.clone()));
                }
                Err(_) if self.interfaces.contains_key(gateway) => found.push(gateway.clone()),
                Err(_) => {}
            }
        }
        if found.is_empty() {
            found.extend(up().filter(|(_, own)| own.dhcp).map(|(name, _)| name.clone()));
        }
        found.sort();
        found.dedup();
        found
    }

    /// Its interfaces.
    pub(super) fn names(&self) -> Vec<String> {
        self.interfaces.keys().cloned().collect()
    }

    /// Whether IPv6 goes through it.
    pub(super) fn carries_v6(&self) -> bool {
        self.v6_routing && self.interfaces.values().any(|own| own.v6)
    }

    /// What becomes of every port that comes in on any of the interfaces.
    pub(super) fn fates(&self, side: Side, wans: &[String], remarks: &mut Remarks) -> Fates {
        let mut all: Option<Fates> = None;
        for wan in wans {
            let own = self.through(side, wan, remarks);
            match &mut all {
                Some(all) => all.or(&own),
                None => all = Some(own),
            }
        }
        let mut all = all
            .unwrap_or_else(|| Fates::all(Fate::Unknown, remarks.say("no interface towards the Internet")));
        let inner = self.interfaces.iter().filter(|(name, _)| !wans.contains(*name));
        if let Some(line) = inner.filter_map(|(_, own)| own.lists_out.get(&side)).min() {
            // It may drop what the way in let through.
            for key in 0..KEYS {
                if all.of(key).0 == Fate::Passed {
                    all.set(key, Fate::Unknown, Cause::Line(*line));
                }
            }
        }
        all
    }

    fn through(&self, side: Side, wan: &str, remarks: &mut Remarks) -> Fates {
        let Some(own) = self.interfaces.get(wan) else {
            return Fates::all(Fate::Unknown, remarks.say(&format!("there is no interface {wan}")));
        };
        let (command, name) = match side {
            Side::V4 => ("ip access-group", "IPv4"),
            Side::V6 => ("ipv6 traffic-filter", "IPv6"),
        };
        let mut fates = match own.lists.get(&side) {
            None => {
                let said = format!("{wan}: no '{command} … in', so every {name} packet passes");
                Fates::all(Fate::Passed, remarks.say(&said))
            }
            Some((list, line)) => self.walked(side, list, *line, wan),
        };
        if let Some(line) = own.zone {
            // A zone-based firewall drops what no policy lets through; its policies are not read.
            for key in 0..KEYS {
                if fates.of(key).0 == Fate::Passed {
                    fates.set(key, Fate::Unknown, Cause::Line(line));
                }
            }
        }
        fates
    }

    fn walked(&self, side: Side, list: &str, line: u32, wan: &str) -> Fates {
        let here = Cause::Line(line);
        // A list without entries, or that is not there, lets everything pass on these devices.
        let Some(entries) = self.lists.get(&(side, list.to_owned())).filter(|entries| !entries.is_empty())
        else {
            return Fates::all(Fate::Passed, here);
        };
        let homes: Vec<Net> = self
            .interfaces
            .iter()
            .filter(|(name, _)| *name != wan)
            .flat_map(|(_, own)| own.networks.clone())
            .collect();
        let steps: Vec<Step> = entries.iter().filter_map(|entry| entry.step(&homes)).collect();
        walk(&Book::from([(String::new(), steps)]), "", Fate::Dropped, here).fates
    }
}
