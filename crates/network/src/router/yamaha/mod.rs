//! YAMAHA RTX and its siblings: `show config`.
//!
//! A packet from the Internet goes through address translation, then through the filter list of the interface it came
//! in on (`ip pp secure filter in …`), whose numbers stand for filters. The first that fits decides; what fits none is
//! dropped; without a list everything passes. IP masquerade drops what nobody inside asked for, except static entries.
//! Source: YAMAHA, command reference, "ip filter", "ip INTERFACE secure filter", "nat descriptor masquerade static",
//! "nat descriptor masquerade incoming"; YAMAHA, "Packet filtering" and "NAT descriptor" technical notes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::net::Net;
use super::paste::Line;
use super::remark::Remarks;
use super::traffic::{KEYS, Spans};
use super::walk::{Act, Book, Cause, Fate, Fates, Step, Sure, walk};

mod filter;
mod nat;

use filter::Filter;
use nat::Descriptor;

/// The most hosts ports are sent to.
const HOSTS_MAX: usize = 256;
/// The most filters weighed for the hosts ports are sent to: hosts times filters.
const WEIGHED_MAX: usize = 4_000;

/// IPv4 or IPv6, as the commands begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    V4,
    V6,
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Side::V4 => "ip",
            Side::V6 => "ipv6",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Side::V4 => "IPv4",
            Side::V6 => "IPv6",
        }
    }
}

/// A list of filters on an interface.
#[derive(Clone, Debug, Default)]
struct List {
    line: u32,
    filters: Vec<u32>,
    dynamic: Vec<u32>,
    /// A named set, which is not read.
    named: bool,
}

/// An interface as far as packets from the Internet are concerned.
#[derive(Debug, Default)]
struct Interface {
    filters_in: BTreeMap<Side, List>,
    filters_out: BTreeMap<Side, u32>,
    networks: Vec<Net>,
    /// Descriptors of address translation, in order.
    descriptors: Vec<u32>,
    /// Gets its IPv4 address by DHCP.
    dhcp: bool,
}

/// A configuration.
#[derive(Debug, Default)]
pub(super) struct Config {
    interfaces: BTreeMap<String, Interface>,
    filters: BTreeMap<(Side, u32), Filter>,
    dynamic: BTreeMap<(Side, u32), filter::Dynamic>,
    descriptors: BTreeMap<u32, Descriptor>,
    /// Where default routes lead.
    gateways: BTreeMap<Side, Vec<String>>,
    v6_spoken: bool,
    v6_off: bool,
}

/// Whether a line is one of these devices' own; the more, the surer.
pub(super) fn is_own(words: &[&str]) -> bool {
    match words {
        ["ip" | "ipv6", "filter", ..] | ["pp" | "tunnel", "select", ..] | ["nat", "descriptor", ..] => true,
        ["ip" | "ipv6", _, "secure", "filter", ..] | ["ip" | "ipv6", "route", "default", "gateway", ..] => {
            true
        }
        ["ip", interface, "address", ..] => is_interface(interface),
        ["administrator" | "login", "password", ..] | ["ngn", "type", ..] | ["pppoe", "use", ..] => true,
        ["#", model, "Rev.", ..] => model.starts_with(['R', 'N', 'F']),
        _ => false,
    }
}

fn is_interface(word: &str) -> bool {
    ["lan", "vlan", "wan", "onu", "bridge", "pp", "tunnel", "loopback"].iter().any(|start| {
        word.strip_prefix(start)
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || "/.".contains(c)))
    })
}

/// Reads a configuration.
pub(super) fn read(lines: &[Line]) -> Config {
    let mut config = Config::default();
    let mut selected = String::new();
    let mut listed: Option<(String, Side)> = None;
    for line in lines {
        let words = prompt_off(line.words());
        let number = |word: &str| word.parse::<u32>().is_ok() || word == "dynamic";
        // A list longer than the terminal is wide goes on in the next line.
        if !words.is_empty()
            && words.iter().all(|word| number(word))
            && !words.iter().all(|word| *word == "dynamic")
        {
            if let Some((interface, side)) = &listed {
                let list = config.interfaces.get_mut(interface).and_then(|own| own.filters_in.get_mut(side));
                if let Some(list) = list {
                    list.extend(&words);
                }
            }
            continue;
        }
        listed = None;
        match words.as_slice() {
            ["pp" | "tunnel", "select", "none"] => selected.clear(),
            [kind @ ("pp" | "tunnel"), "select", number] => selected = format!("{kind} {number}"),
            [side @ ("ip" | "ipv6"), rest @ ..] => {
                let side = if *side == "ip" { Side::V4 } else { Side::V6 };
                listed = config.command(side, rest, &selected, line.number);
            }
            ["nat", "descriptor", rest @ ..] => nat::command(&mut config.descriptors, rest, line.number),
            ["no", ..] => {}
            _ => {}
        }
    }
    config
}

/// Without a prompt in front, as in `RTX830# ip route …`.
fn prompt_off(words: Vec<&str>) -> Vec<&str> {
    match words.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && first.len() > 1 && first.ends_with(['#', '>']) => {
            rest.to_vec()
        }
        _ => words,
    }
}

impl List {
    fn extend(&mut self, words: &[&str]) {
        for word in words {
            match word.parse() {
                Ok(number) if self.dynamic.is_empty() => self.filters.push(number),
                // Zero marks where the dynamic filters begin.
                Ok(number) => self.dynamic.push(number),
                Err(_) => self.dynamic.push(0),
            }
        }
    }
}

impl Config {
    fn interface(&mut self, word: &str, selected: &str) -> &mut Interface {
        let name = if ["pp", "tunnel"].contains(&word) { selected } else { word };
        self.interfaces.entry(name.to_owned()).or_default()
    }

    /// An `ip …` or `ipv6 …` command; gives back the filter list that may go on in the next line.
    fn command(&mut self, side: Side, words: &[&str], selected: &str, line: u32) -> Option<(String, Side)> {
        match words {
            ["routing", "off"] if side == Side::V6 => self.v6_off = true,
            ["filter", "dynamic", number, rest @ ..] => {
                if let Ok(number) = number.parse() {
                    self.dynamic.insert((side, number), filter::dynamic(rest, line));
                }
            }
            ["filter", number, rest @ ..] => {
                if let Ok(number) = number.parse() {
                    self.filters.insert((side, number), filter::read(rest, line));
                }
            }
            ["route", "default", "gateway", rest @ ..] => {
                self.v6_spoken |= side == Side::V6;
                self.gateways.entry(side).or_default().extend(gateways(rest));
            }
            ["prefix", _, rest @ ..] if side == Side::V6 => {
                self.v6_spoken = true;
                self.gateways
                    .entry(side)
                    .or_default()
                    .extend(rest.iter().filter_map(|word| prefix_from(word)));
            }
            [interface, rest @ ..] if is_interface(interface) => {
                return self.of_interface(side, interface, rest, selected, line);
            }
            _ => {}
        }
        None
    }

    fn of_interface(
        &mut self,
        side: Side,
        word: &str,
        rest: &[&str],
        selected: &str,
        line: u32,
    ) -> Option<(String, Side)> {
        let name = if ["pp", "tunnel"].contains(&word) { selected.to_owned() } else { word.to_owned() };
        let own = self.interface(word, selected);
        match rest {
            ["secure", "filter", "in", "name", ..] | ["secure", "filter", "name", ..] => {
                own.filters_in.insert(side, List { line, named: true, ..List::default() });
            }
            ["secure", "filter", "in", list @ ..] => {
                let mut read = List { line, ..List::default() };
                read.extend(list);
                own.filters_in.insert(side, read);
                return Some((name, side));
            }
            ["secure", "filter", "out", ..] => {
                own.filters_out.insert(side, line);
            }
            ["nat", "descriptor", numbers @ ..] => {
                own.descriptors = numbers.iter().filter_map(|number| number.parse().ok()).collect();
            }
            ["address" | "secondary", ..] | ["secondary", "address", ..] if side == Side::V4 => {
                own.dhcp |= rest.contains(&"dhcp");
                own.networks.extend(rest.iter().filter_map(|word| Net::parse(word)));
            }
            ["address" | "prefix" | "rtadv" | "dhcp", ..] if side == Side::V6 => {
                self.v6_spoken = true;
                // `ra-prefix@lan2::1/64` names the interface the prefix comes from; who is told its own address is there.
                let towards = self.gateways.entry(Side::V6).or_default();
                towards.extend(rest.iter().filter_map(|word| prefix_from(word)));
                if matches!(rest, ["address", "auto" | "dhcp", ..] | ["dhcp", "service", "client", ..]) {
                    towards.push(name);
                }
            }
            _ => {}
        }
        None
    }

    /// The interfaces towards the Internet, as far as the configuration tells.
    pub(super) fn wans(&self, side: Side) -> Vec<String> {
        let gateways = self.gateways.get(&side).into_iter().flatten();
        let mut found: Vec<String> = gateways.filter_map(|gateway| self.towards(gateway)).collect();
        if found.is_empty() {
            let with_nat = self.interfaces.iter().filter(|(_, own)| !own.descriptors.is_empty() || own.dhcp);
            found.extend(with_nat.map(|(name, _)| name.clone()));
        }
        found.sort();
        found.dedup();
        found
    }

    fn towards(&self, gateway: &str) -> Option<String> {
        match gateway.parse::<IpAddr>() {
            Ok(address) => {
                let holds = |own: &Interface| own.networks.iter().any(|net| net.has(address));
                self.interfaces.iter().find(|(_, own)| holds(own)).map(|(name, _)| name.clone())
            }
            Err(_) => Some(gateway.to_owned()),
        }
    }

    /// The interfaces it speaks of.
    pub(super) fn names(&self) -> Vec<String> {
        let routes = self.gateways.values().flatten().filter(|gateway| gateway.parse::<IpAddr>().is_err());
        let mut names: Vec<String> = self.interfaces.keys().chain(routes).cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    /// Whether it carries IPv6 at all.
    pub(super) fn carries_v6(&self) -> bool {
        self.v6_spoken && !self.v6_off
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
        self.doubt_by_inner_filters(side, wans, &mut all);
        all
    }

    fn through(&self, side: Side, wan: &str, remarks: &mut Remarks) -> Fates {
        let nothing = Interface::default();
        let own = self.interfaces.get(wan).unwrap_or(&nothing);
        let arrivals = if side == Side::V4 {
            nat::arrivals(own, &self.descriptors, remarks)
        } else {
            nat::Arrivals::direct()
        };
        let mut all = arrivals.rest;
        if arrivals.direct {
            all = self.filtered(side, wan, own, None, remarks);
        }
        let mut hosts: BTreeMap<Option<IpAddr>, Vec<&nat::Sent>> = BTreeMap::new();
        for entry in &arrivals.sent {
            hosts.entry(entry.to).or_default().push(entry);
        }
        let filters = own.filters_in.get(&side).map_or(0, |list| list.filters.len());
        if hosts.len() > HOSTS_MAX || hosts.len().saturating_mul(filters) > WEIGHED_MAX {
            let said = "ports are sent to too many hosts for so many filters to be weighed: \
                        take out static entries or filters that are not needed";
            return Fates::all(Fate::Unknown, remarks.say(said));
        }
        for (to, entries) in hosts {
            let inner = self.filtered(side, wan, own, to, remarks);
            entries.into_iter().for_each(|entry| entry.arrive(&mut all, &inner));
        }
        all
    }

    /// The filter list of an interface, for packets to one host or to any.
    fn filtered(
        &self,
        side: Side,
        wan: &str,
        own: &Interface,
        to: Option<IpAddr>,
        remarks: &mut Remarks,
    ) -> Fates {
        let Some(list) = own.filters_in.get(&side) else {
            let said = format!(
                "{wan}: no '{} … secure filter in', so every {} packet passes",
                side.word(),
                side.name()
            );
            return Fates::all(Fate::Passed, remarks.say(&said));
        };
        let here = Cause::Line(list.line);
        if list.named {
            return Fates::all(Fate::Unknown, here);
        }
        let homes: Vec<Net> = self
            .interfaces
            .iter()
            .filter(|(name, _)| *name != wan)
            .flat_map(|(_, own)| own.networks.clone())
            .collect();
        let mut steps = Vec::new();
        for number in &list.filters {
            match self.filters.get(&(side, *number)) {
                Some(filter) => steps.extend(filter.step(to, &homes)),
                // A filter that is named and not there: the text is not whole.
                None => steps.push(Step {
                    spans: Spans::all(),
                    sure: Sure::Unsure,
                    act: Act::Unread,
                    cause: here,
                }),
            }
        }
        steps.extend(self.dynamics(side, list));
        let book = Book::from([(String::new(), steps)]);
        walk(&book, "", Fate::Dropped, here).fates
    }

    /// Dynamic filters of the way in let in what they name, in an order the reference does not fix: a doubt.
    fn dynamics(&self, side: Side, list: &List) -> Vec<Step> {
        let numbers = list.dynamic.iter().filter(|number| **number != 0);
        let here = Cause::Line(list.line);
        numbers
            .map(|number| match self.dynamic.get(&(side, *number)) {
                Some(dynamic) => dynamic.step(),
                None => Step { spans: Spans::all(), sure: Sure::Unsure, act: Act::Pass, cause: here },
            })
            .collect()
    }

    /// Lists on the way out to the home may drop what the way in let through; they are not walked.
    fn doubt_by_inner_filters(&self, side: Side, wans: &[String], fates: &mut Fates) {
        let inner = self.interfaces.iter().filter(|(name, _)| !wans.contains(*name));
        let Some(line) = inner.filter_map(|(_, own)| own.filters_out.get(&side)).min() else { return };
        for key in 0..KEYS {
            if fates.of(key).0 == Fate::Passed {
                fates.set(key, Fate::Unknown, Cause::Line(*line));
            }
        }
    }
}

/// The gateways of `pp 1 filter 1 gateway dhcp lan2`: `pp 1` and `lan2`.
fn gateways(words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let routes = words.split(|word| *word == "gateway");
    for route in routes {
        match route {
            [kind @ ("pp" | "tunnel"), number, ..] => found.push(format!("{kind} {number}")),
            ["dhcp", interface, ..] => found.push((*interface).to_owned()),
            [address, ..] => {
                // An IPv6 gateway names its interface after a percent sign: `fe80::1%2` is on LAN2.
                match address.split_once('%') {
                    Some((_, number)) => found.push(format!("lan{number}")),
                    None => found.push((*address).to_owned()),
                }
            }
            [] => {}
        }
    }
    found
}

/// `ra-prefix@lan2::1/64`, `dhcp-prefix@lan2::/64`, `ra-prefix@pp1…`: the interface.
fn prefix_from(word: &str) -> Option<String> {
    let after = word.split_once("-prefix@")?.1;
    let name: String = after.chars().take_while(|c| *c != ':').collect();
    Some(match name.strip_prefix("pp") {
        Some(number) => format!("pp {number}"),
        None => name,
    })
}
