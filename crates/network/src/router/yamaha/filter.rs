//! YAMAHA's filters: `ip filter NUMBER DEED FROM TO PROTOCOL FROM-PORTS TO-PORTS`, and the dynamic ones.
//! Source: YAMAHA, command reference, "ip filter", "ip filter dynamic".

use std::net::IpAddr;

use super::super::net::Net;
use super::super::port;
use super::super::traffic::{Protocol, Spans};
use super::super::walk::{Act, Cause, Step, Sure};

/// The flags of a packet that opens a TCP connection: SYN alone.
const SYN: u32 = 0x02;

/// Hosts as a filter names them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    Any,
    Nets(Vec<Net>),
    /// A name, a range, a pattern.
    Some,
}

/// A static filter.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    line: u32,
    act: Act,
    from: Hosts,
    to: Hosts,
    /// Destination ports; nothing when it fits no first packet.
    spans: Spans,
    sure: Sure,
}

/// Reads what stands after the number.
pub(super) fn read(words: &[&str], line: u32) -> Filter {
    let field = |at: usize| words.get(at).copied().unwrap_or("*");
    let deed = field(0).split('-').next().unwrap_or_default();
    let act = match deed {
        // What is restricted passes while the line is up, which is the time that counts.
        "pass" | "restrict" => Act::Pass,
        "reject" => Act::Drop,
        _ => Act::Unread,
    };
    let (protocol, mut sure) = protocols(field(3));
    let to_ports = ports(field(5));
    if field(4) != "*" {
        sure = sure.max(Sure::Part);
    }
    if to_ports.is_none() || act == Act::Unread {
        sure = Sure::Unsure;
    }
    let spans = protocol.and(&to_ports.unwrap_or_else(Spans::all));
    Filter { line, act, from: hosts(field(1)), to: hosts(field(2)), spans, sure }
}

/// The protocols of `tcp,udp`, `established`, `tcpflag=0x0002/0x0017`, `*`; and how surely a first packet is meant.
fn protocols(list: &str) -> (Spans, Sure) {
    let tcp = Spans::of(Protocol::Tcp);
    let mut all = Spans::none();
    let mut sure = Sure::Whole;
    for one in list.split(',') {
        let own = match one {
            "*" => Spans::all(),
            "tcp" | "6" => tcp.clone(),
            "udp" | "17" => Spans::of(Protocol::Udp),
            "tcpsyn" => tcp.clone(),
            // A first packet acknowledges nothing, ends nothing and resets nothing.
            "established" | "tcpfin" | "tcprst" => Spans::none(),
            flag if flag.starts_with("tcpflag") => match flag_fits(flag) {
                Some(true) => tcp.clone(),
                Some(false) => Spans::none(),
                None => {
                    sure = Sure::Unsure;
                    tcp.clone()
                }
            },
            other if other.parse::<u8>().is_ok() => Spans::none(),
            "icmp" | "icmp-error" | "icmp-info" | "icmp4" | "icmp6" | "ipv6" | "ipip" | "gre" | "esp"
            | "ah" | "ipv6-nonxt" | "ipv6-opts" | "ipv6-frag" | "icmpv6" | "ospf" | "igmp" => Spans::none(),
            _ => {
                sure = Sure::Unsure;
                Spans::all()
            }
        };
        all = all.or(&own);
    }
    (all, sure)
}

/// Whether `tcpflag=VALUE/MASK` or `tcpflag!=VALUE/MASK` fits a packet with SYN alone.
fn flag_fits(word: &str) -> Option<bool> {
    let (negated, rest) = match word.strip_prefix("tcpflag!=") {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix("tcpflag=")?),
    };
    let (value, mask) = rest.split_once('/')?;
    let number = |text: &str| u32::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    Some((SYN & number(mask)? == number(value)?) != negated)
}

fn ports(list: &str) -> Option<Spans> {
    if list == "*" {
        return Some(Spans::all());
    }
    let mut all = Vec::new();
    for word in list.split(',') {
        // In these devices' language `ftp` is both of its ports.
        if word == "ftp" {
            all.push((20, 21));
        } else {
            all.push(port::range(word, '-')?);
        }
    }
    Some(Spans::both(&all))
}

fn hosts(list: &str) -> Hosts {
    if list.split(',').any(|word| word == "*") {
        return Hosts::Any;
    }
    match list.split(',').map(Net::parse).collect::<Option<Vec<_>>>() {
        Some(nets) if nets.iter().any(|net| net.is_any()) => Hosts::Any,
        Some(nets) => Hosts::Nets(nets),
        None => Hosts::Some,
    }
}

impl Filter {
    /// The filter for packets from the Internet to a host, or to any of the home's networks; `None` when it fits none.
    pub(super) fn step(&self, to: Option<IpAddr>, homes: &[Net]) -> Option<Step> {
        let sure = self.sure.max(self.sees_internet()?).max(self.reaches(to, homes)?);
        let (spans, cause) = (self.spans.clone(), Cause::Line(self.line));
        (!spans.is_empty()).then(|| Step { spans, sure, act: self.act.clone(), cause })
    }

    fn sees_internet(&self) -> Option<Sure> {
        match &self.from {
            Hosts::Any => Some(Sure::Whole),
            Hosts::Nets(nets) if nets.iter().all(|net| net.is_inside()) => None,
            Hosts::Nets(_) | Hosts::Some => Some(Sure::Part),
        }
    }

    fn reaches(&self, to: Option<IpAddr>, homes: &[Net]) -> Option<Sure> {
        let nets = match &self.to {
            Hosts::Any => return Some(Sure::Whole),
            Hosts::Some => return Some(Sure::Partly),
            Hosts::Nets(nets) => nets,
        };
        if let Some(address) = to {
            return nets.iter().any(|net| net.has(address)).then_some(Sure::Whole);
        }
        let all = !homes.is_empty() && homes.iter().all(|home| nets.iter().any(|net| net.covers(*home)));
        // IPv6 networks of the home come from outside, and are not in the configuration.
        let unknown = homes.is_empty() || nets.iter().any(|net| !net.is_v4() && !net.is_host());
        Some(if all {
            Sure::Whole
        } else if unknown && nets.iter().any(|net| !net.is_host()) {
            Sure::Partly
        } else {
            Sure::Part
        })
    }
}

/// A dynamic filter.
#[derive(Clone, Debug)]
pub(super) struct Dynamic {
    line: u32,
    spans: Spans,
}

/// `ip filter dynamic NUMBER FROM TO PROTOCOL`, or with `filter` lists, of which it cannot be told what they name.
pub(super) fn dynamic(words: &[&str], line: u32) -> Dynamic {
    let named = words.get(2).copied().unwrap_or_default();
    let spans = match named {
        "tcp" => Spans::of(Protocol::Tcp),
        "udp" => Spans::of(Protocol::Udp),
        "ftp" => Spans::ports(Protocol::Tcp, &[(21, 21)]),
        other => match port::range(other, '-') {
            Some(range) => Spans::both(&[range]),
            None => Spans::all(),
        },
    };
    Dynamic { line, spans }
}

impl Dynamic {
    pub(super) fn step(&self) -> Step {
        Step { spans: self.spans.clone(), sure: Sure::Unsure, act: Act::Pass, cause: Cause::Line(self.line) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_a_first_packet() {
        let check =
            |list: &str, spans: Spans, sure: Sure| assert_eq!(protocols(list), (spans, sure), "{list}");
        check("udp,tcp", Spans::all(), Sure::Whole);
        check("established", Spans::none(), Sure::Whole);
        check("tcpfin", Spans::none(), Sure::Whole);
        check("tcpflag=0x0002/0x0017", Spans::of(Protocol::Tcp), Sure::Whole);
        check("tcpflag!=0x0002/0x0017", Spans::none(), Sure::Whole);
        check("tcpflag=x", Spans::of(Protocol::Tcp), Sure::Unsure);
        check("icmp", Spans::none(), Sure::Whole);
        check("47", Spans::none(), Sure::Whole);
        check("sctp2", Spans::all(), Sure::Unsure);
        assert_eq!(ports("ftp,netbios_ns-netbios_ssn"), Some(Spans::both(&[(20, 21), (137, 139)])));
        assert_eq!(ports("smb"), None);
    }
}
