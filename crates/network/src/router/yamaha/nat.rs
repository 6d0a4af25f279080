//! YAMAHA's address translation: what of the Internet's traffic it lets through to the filters, and to which host.
//!
//! With IP masquerade only static entries come in; what fits none is rejected, unless `masquerade incoming` says
//! otherwise. Source: YAMAHA, command reference, "nat descriptor type", "nat descriptor masquerade static",
//! "nat descriptor masquerade incoming", "nat descriptor static".

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::super::port;
use super::super::remark::Remarks;
use super::super::traffic::{Protocol, Spans, of_key};
use super::super::walk::{Cause, Fate, Fates};
use super::Interface;

/// A descriptor.
#[derive(Debug, Default)]
pub(super) struct Descriptor {
    line: u32,
    /// `masquerade`, `nat-masquerade`, `nat` or `none`; empty: not declared.
    kind: String,
    sent: Vec<Sent>,
    /// What becomes of the rest: `reject`, `discard`, `through`, `forward`.
    incoming: Option<(String, Option<IpAddr>, u32)>,
    /// Whole hosts are let in (`nat descriptor static`).
    hosts: Vec<(u32, Option<IpAddr>)>,
}

/// Ports that are sent to a host.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    line: u32,
    /// The host; `None` when it is not told.
    pub(super) to: Option<IpAddr>,
    /// The ports as they arrive.
    outer: Spans,
    /// The first port within, and the first outside, when they differ.
    shift: Option<(u16, u16)>,
    /// Not understood: it may send anything.
    unread: bool,
}

/// What address translation lets through.
pub(super) struct Arrivals {
    /// What becomes of what is not let through.
    pub(super) rest: Fates,
    /// Whether packets come in as they were addressed.
    pub(super) direct: bool,
    /// What is sent to hosts.
    pub(super) sent: Vec<Sent>,
}

impl Arrivals {
    /// No translation.
    pub(super) fn direct() -> Self {
        Self { rest: Fates::all(Fate::Dropped, Cause::Line(0)), direct: true, sent: Vec::new() }
    }
}

/// Takes in a `nat descriptor …` command.
pub(super) fn command(all: &mut BTreeMap<u32, Descriptor>, words: &[&str], line: u32) {
    let number = |word: &str| word.parse::<u32>().ok();
    match words {
        ["type", id, kind, ..] => {
            if let Some(id) = number(id) {
                let own = all.entry(id).or_default();
                (own.kind, own.line) = ((*kind).to_owned(), line);
            }
        }
        ["masquerade", "static", id, _, rest @ ..] => {
            if let Some(id) = number(id) {
                all.entry(id).or_default().sent.push(static_entry(rest, line));
            }
        }
        ["masquerade", "incoming", id, deed, rest @ ..] => {
            if let Some(id) = number(id) {
                let to = rest.first().and_then(|word| word.parse().ok());
                all.entry(id).or_default().incoming = Some(((*deed).to_owned(), to, line));
            }
        }
        ["static", id, _, rest @ ..] => {
            if let Some(id) = number(id) {
                let inner = rest
                    .first()
                    .and_then(|word| word.split_once('='))
                    .and_then(|(_, inner)| inner.parse().ok());
                let single = rest.len() < 2;
                all.entry(id).or_default().hosts.push((line, inner.filter(|_| single)));
            }
        }
        _ => {}
    }
}

/// `192.168.1.10 tcp 8080=80`, `192.168.1.10 tcp www`, `192.168.1.10 udp 5000-5010`, `192.168.1.10 esp`.
fn static_entry(words: &[&str], line: u32) -> Sent {
    let to = words.first().and_then(|word| word.parse().ok());
    let mut sent = Sent { line, to, outer: Spans::all(), shift: None, unread: to.is_none() };
    let protocols: Vec<Protocol> = match words.get(1).copied().unwrap_or_default() {
        "tcp" | "6" => vec![Protocol::Tcp],
        "udp" | "17" => vec![Protocol::Udp],
        "tcp,udp" | "udp,tcp" => Protocol::ALL.to_vec(),
        other if other.chars().all(|c| c.is_ascii_alphanumeric()) && !other.is_empty() => Vec::new(),
        _ => {
            sent.unread = true;
            return sent;
        }
    };
    let ports = words.get(2).copied().unwrap_or("*");
    let (outer, inner) = ports.split_once('=').unwrap_or((ports, ports));
    let ranges = |text: &str| if text == "*" { Some(vec![(0, u16::MAX)]) } else { port::list(text, '-') };
    let (Some(outside), Some(inside)) = (ranges(outer), ranges(inner)) else {
        sent.unread = true;
        return sent;
    };
    if outer != inner {
        sent.shift = outside.first().zip(inside.first()).map(|(outer, inner)| (outer.0, inner.0));
        sent.unread |= outside.len() > 1;
    }
    sent.outer = protocols.iter().fold(Spans::none(), |all, one| all.or(&Spans::ports(*one, &outside)));
    sent
}

/// What an interface's descriptors let through.
pub(super) fn arrivals(own: &Interface, all: &BTreeMap<u32, Descriptor>, remarks: &mut Remarks) -> Arrivals {
    if own.descriptors.is_empty() {
        return Arrivals::direct();
    }
    let mut found =
        Arrivals { rest: Fates::all(Fate::Dropped, Cause::Line(0)), direct: false, sent: Vec::new() };
    for id in &own.descriptors {
        let Some(descriptor) = all.get(id).filter(|own| !own.kind.is_empty()) else {
            // Named and not there: the text is not whole.
            let cause = remarks.say(&format!(
                "nat descriptor {id} is used, but 'nat descriptor type {id}' is not in the text"
            ));
            found.rest.or(&Fates::all(Fate::Unknown, cause));
            continue;
        };
        found.rest.or(&Fates::all(Fate::Dropped, Cause::Line(descriptor.line)));
        let masquerade = descriptor.kind.ends_with("masquerade");
        found.direct |= descriptor.kind == "none";
        let hosts = descriptor.hosts.iter().filter(|_| descriptor.kind.starts_with("nat"));
        found.sent.extend(hosts.map(|(line, to)| whole_host(*line, *to)));
        if descriptor.kind == "nat" && descriptor.hosts.is_empty() {
            // Basic NAT hands out outer addresses as inner hosts ask; who has one is reachable.
            found.sent.push(whole_host(descriptor.line, None));
        }
        if !masquerade {
            continue;
        }
        found.sent.extend(descriptor.sent.iter().cloned());
        match &descriptor.incoming {
            None => {}
            Some((deed, to, line)) => match deed.as_str() {
                "reject" | "discard" => {}
                "through" => found.direct = true,
                "forward" => found.sent.push(whole_host(*line, *to)),
                _ => found.rest.or(&Fates::all(Fate::Unknown, Cause::Line(*line))),
            },
        }
    }
    found
}

fn whole_host(line: u32, to: Option<IpAddr>) -> Sent {
    Sent { line, to, outer: Spans::all(), shift: None, unread: false }
}

impl Sent {
    /// Lets the ports in as they arrive, by what the filters do with them as they go on.
    pub(super) fn arrive(&self, all: &mut Fates, inner: &Fates) {
        let cause = Cause::Line(self.line);
        for key in self.outer.keys() {
            match inner.of(self.inner_key(key)) {
                _ if self.unread => all.or_key(key, Fate::Unknown, cause),
                (Fate::Passed, _) => all.or_key(key, Fate::Passed, cause),
                (fate, filter) => all.or_key(key, fate, filter),
            }
        }
    }

    fn inner_key(&self, key: u32) -> u32 {
        let Some((outer, inner)) = self.shift else { return key };
        let (protocol, port) = of_key(key);
        protocol.key(port.wrapping_sub(outer).wrapping_add(inner))
    }
}
