//! An entry of an access list: `permit tcp any host 192.0.2.1 eq 443 established log`.
//! Source: Cisco, "IOS Security Command Reference", "permit (IP)", "permit (IPv6)", "access-list (IP extended)".

use super::super::net::Net;
use super::super::port;
use super::super::traffic::{Protocol, Spans};
use super::super::walk::{Act, Cause, Step, Sure};

/// Hosts as an entry names them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    Any,
    Net(Net),
    /// A group, or a wildcard with gaps.
    Some,
}

/// An entry.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    line: u32,
    act: Act,
    from: Hosts,
    to: Hosts,
    spans: Spans,
    sure: Sure,
}

/// Words of an entry, taken from the front.
struct Words<'a>(std::iter::Peekable<std::slice::Iter<'a, &'a str>>);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.0.next().copied()
    }

    fn peek(&mut self) -> &'a str {
        self.0.peek().map_or("", |word| **word)
    }
}

/// Reads an entry; `None` for a remark, or what is no entry.
pub(super) fn read(words: &[&str], standard: bool, line: u32) -> Option<Entry> {
    let words = match words {
        ["sequence", _, rest @ ..] => rest,
        [number, rest @ ..] if number.parse::<u32>().is_ok() => rest,
        all => all,
    };
    let mut words = Words(words.iter().peekable());
    let act = match words.next()? {
        "permit" => Act::Pass,
        "deny" => Act::Drop,
        // A reflexive list lets in answers only.
        "remark" | "evaluate" | "description" | "dynamic" | "no" | "statistics" => return None,
        _ => Act::Unread,
    };
    let mut entry =
        Entry { line, act, from: Hosts::Any, to: Hosts::Any, spans: Spans::all(), sure: Sure::Whole };
    if entry.act == Act::Unread {
        entry.sure = Sure::Unsure;
        return Some(entry);
    }
    if standard {
        entry.from = standard_hosts(&mut words);
        return Some(entry);
    }
    entry.protocol(&mut words);
    entry.from = hosts(&mut words);
    if entry.ports(&mut words).is_some() {
        entry.sure = entry.sure.max(Sure::Part);
    }
    entry.to = hosts(&mut words);
    if let Some(spans) = entry.ports(&mut words) {
        entry.spans = entry.spans.and(&spans);
    }
    entry.options(&mut words);
    Some(entry)
}

fn standard_hosts(words: &mut Words<'_>) -> Hosts {
    match words.next().unwrap_or_default() {
        "any" => Hosts::Any,
        "host" => words.next().and_then(Net::parse).map_or(Hosts::Some, Hosts::Net),
        address => match words.peek() {
            "" | "log" => Net::parse(address).map_or(Hosts::Some, Hosts::Net),
            wildcard => Net::with_wildcard(address, wildcard).map_or(Hosts::Some, Hosts::Net),
        },
    }
}

fn hosts(words: &mut Words<'_>) -> Hosts {
    match words.next().unwrap_or_default() {
        "any" | "any4" | "any6" => Hosts::Any,
        "host" => words.next().and_then(Net::parse).map_or(Hosts::Some, Hosts::Net),
        "object-group" | "interface" | "addrgroup" => {
            words.next();
            Hosts::Some
        }
        net if net.contains('/') => Net::parse(net).map_or(Hosts::Some, Hosts::Net),
        address => match Net::with_wildcard(address, words.next().unwrap_or_default()) {
            Some(net) if net.is_any() => Hosts::Any,
            Some(net) => Hosts::Net(net),
            None => Hosts::Some,
        },
    }
}

impl Entry {
    fn protocol(&mut self, words: &mut Words<'_>) {
        self.spans = match words.next().unwrap_or_default() {
            "ip" | "ipv6" | "0" => Spans::all(),
            "tcp" | "6" => Spans::of(Protocol::Tcp),
            "udp" | "17" => Spans::of(Protocol::Udp),
            // A group of services is not read.
            "object-group" => {
                words.next();
                self.sure = Sure::Unsure;
                Spans::all()
            }
            other if other.parse::<u8>().is_ok() => Spans::none(),
            "icmp" | "esp" | "ahp" | "gre" | "igmp" | "ospf" | "eigrp" | "pim" | "ipinip" | "nos" | "pcp"
            | "sctp" | "hbh" => Spans::none(),
            _ => {
                self.sure = Sure::Unsure;
                Spans::all()
            }
        };
    }

    /// `eq 80 443`, `range 137 139`, `gt 1023`; nothing when no ports are named.
    fn ports(&mut self, words: &mut Words<'_>) -> Option<Spans> {
        let sign = match words.peek() {
            sign @ ("eq" | "neq" | "gt" | "lt" | "range") => sign,
            "portgroup" => {
                self.sure = Sure::Unsure;
                words.next();
                words.next();
                return Some(Spans::all());
            }
            _ => return None,
        };
        words.next();
        let mut ports = Vec::new();
        let most = if sign == "range" {
            2
        } else if sign == "eq" || sign == "neq" {
            10
        } else {
            1
        };
        while ports.len() < most {
            match port::of(words.peek()) {
                Some(port) => ports.push(port),
                None => break,
            }
            words.next();
        }
        let each: Vec<_> = ports.iter().map(|port| (*port, *port)).collect();
        let spans = match (sign, ports.as_slice()) {
            ("range", [a, b]) => Spans::both(&[(*a.min(b), *a.max(b))]),
            ("gt", [port]) => {
                port.checked_add(1).map_or_else(Spans::none, |from| Spans::both(&[(from, u16::MAX)]))
            }
            ("lt", [port]) => port.checked_sub(1).map_or_else(Spans::none, |to| Spans::both(&[(0, to)])),
            ("eq", [_, ..]) => Spans::both(&each),
            ("neq", [_, ..]) => Spans::both(&each).not(),
            _ => {
                // A name that is not known.
                self.sure = Sure::Unsure;
                words.next();
                Spans::all()
            }
        };
        Some(spans)
    }

    fn options(&mut self, words: &mut Words<'_>) {
        while let Some(word) = words.next() {
            match word {
                "established" | "ack" | "fin" | "rst" | "psh" | "urg" | "+ack" | "+fin" | "+rst"
                | "fragments" | "-syn" => {
                    // Not a packet that opens a connection. Flags named one by one fit when any is set.
                    self.spans = Spans::none();
                }
                "match-any" | "match-all" => {
                    let flags: Vec<&str> = std::iter::from_fn(|| {
                        words.peek().starts_with(['+', '-']).then(|| words.next()).flatten()
                    })
                    .collect();
                    let fits = |flag: &str| flag == "+syn" || (flag.starts_with('-') && flag != "-syn");
                    let holds = if word == "match-all" {
                        flags.iter().all(|flag| fits(flag))
                    } else {
                        flags.iter().any(|flag| fits(flag))
                    };
                    if !holds {
                        self.spans = Spans::none();
                    }
                }
                "syn" | "log" | "log-input" | "reflect" | "timeout" => {}
                "time-range" | "dscp" | "precedence" | "tos" | "ttl" | "option" | "flow-label" => {
                    words.next();
                    self.sure = self.sure.max(Sure::Part);
                }
                name if name.parse::<u32>().is_ok() => {}
                // The name of a reflexive list, or a cookie of the log.
                _ if self.act == Act::Pass => {}
                _ => self.sure = Sure::Unsure,
            }
        }
    }

    /// The entry for packets from the Internet; `None` when it fits none.
    pub(super) fn step(&self, homes: &[Net]) -> Option<Step> {
        let from = match &self.from {
            Hosts::Any => Sure::Whole,
            Hosts::Net(net) if net.is_inside() => return None,
            Hosts::Net(_) | Hosts::Some => Sure::Part,
        };
        let to = match &self.to {
            Hosts::Any => Sure::Whole,
            Hosts::Some => Sure::Partly,
            Hosts::Net(net) if !homes.is_empty() && homes.iter().all(|home| net.covers(*home)) => Sure::Whole,
            Hosts::Net(net) if net.is_group() => return None,
            Hosts::Net(net) if net.is_host() => Sure::Part,
            Hosts::Net(_) => Sure::Partly,
        };
        let (spans, cause) = (self.spans.clone(), Cause::Line(self.line));
        (!spans.is_empty()).then(|| Step {
            spans,
            sure: self.sure.max(from).max(to),
            act: self.act.clone(),
            cause,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Option<Step> {
        let words: Vec<&str> = text.split_whitespace().collect();
        read(&words, false, 1).and_then(|entry| entry.step(&[]))
    }

    #[test]
    fn entries() {
        let tcp = |ranges: &[(u16, u16)]| Spans::ports(Protocol::Tcp, ranges);
        let check = |text: &str, expected: Option<(Act, Spans, Sure)>| {
            assert_eq!(entry(text).map(|step| (step.act, step.spans, step.sure)), expected, "{text}");
        };
        check("deny tcp any any eq 445", Some((Act::Drop, tcp(&[(445, 445)]), Sure::Whole)));
        check("10 deny tcp any any range 137 139 log", Some((Act::Drop, tcp(&[(137, 139)]), Sure::Whole)));
        check("permit tcp any any gt 1023", Some((Act::Pass, tcp(&[(1024, 65_535)]), Sure::Whole)));
        check("permit tcp any any lt telnet", Some((Act::Pass, tcp(&[(0, 22)]), Sure::Whole)));
        check("permit tcp any any neq 23", Some((Act::Pass, tcp(&[(0, 22), (24, 65_535)]), Sure::Whole)));
        check("permit tcp any any eq www 443", Some((Act::Pass, tcp(&[(80, 80), (443, 443)]), Sure::Whole)));
        check("permit udp any eq domain any", Some((Act::Pass, Spans::of(Protocol::Udp), Sure::Part)));
        check("permit tcp any any established", None);
        check("permit icmp any any echo-reply", None);
        check("permit ip 192.168.0.0 0.0.255.255 any", None);
        check("permit tcp host 203.0.113.9 any eq 22", Some((Act::Pass, tcp(&[(22, 22)]), Sure::Part)));
        check("deny tcp any host 192.168.1.9 eq 445", Some((Act::Drop, tcp(&[(445, 445)]), Sure::Part)));
        check(
            "deny tcp any 192.168.1.0 0.0.0.255 eq 445",
            Some((Act::Drop, tcp(&[(445, 445)]), Sure::Partly)),
        );
        check("permit object-group WEB any any", Some((Act::Pass, Spans::all(), Sure::Unsure)));
        check("permit tcp any any eq zzz", Some((Act::Pass, Spans::of(Protocol::Tcp), Sure::Unsure)));
        check(
            "permit tcp any any match-all +syn -ack",
            Some((Act::Pass, Spans::of(Protocol::Tcp), Sure::Whole)),
        );
        check("sequence 20 permit tcp any any eq 22", Some((Act::Pass, tcp(&[(22, 22)]), Sure::Whole)));
        check("remark deny everything", None);
        check("permit ip any any", Some((Act::Pass, Spans::all(), Sure::Whole)));
    }
}
