//! One nftables rule: its conditions from left to right, then what it does. A condition that is not understood makes
//! the rule one of which it cannot be told whether it matches. Source: nft(8), "Payload expressions", "Statements".

use super::super::super::net::Net;
use super::super::super::port;
use super::super::super::traffic::{Protocol, Spans};
use super::super::super::walk::Cause;
use super::super::{Deed, Family, Named, Rule, Test};
use super::{Sets, Token, entries, verdict};

/// What a condition asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    In,
    Out,
    Protocol,
    Family,
    From,
    To,
    Port(Option<Protocol>),
    SourcePort(Option<Protocol>),
    State,
    Status,
    Local,
    PacketType,
    Unread,
}

/// The rules a line stands for: one, or one per entry of a verdict map.
pub(super) fn read(tokens: &[Token], cause: Cause, table: &str, sets: &Sets) -> Vec<Rule> {
    let rule = Rule { cause, spans: Spans::all(), tests: Vec::new(), deed: Deed::Nothing };
    let mut reading = Reading { tokens, at: 0, table, sets, rule, more: Vec::new() };
    while reading.step() {}
    let mut rules = reading.more;
    rules.push(reading.rule);
    rules.retain(|rule| rule.deed != Deed::Nothing);
    rules
}

struct Reading<'a> {
    tokens: &'a [Token],
    at: usize,
    table: &'a str,
    sets: &'a Sets,
    rule: Rule,
    /// Rules from verdict maps, which come before what is left of the line.
    more: Vec<Rule>,
}

/// The values a condition compares with.
enum Values {
    List(Vec<String>),
    Unknown,
}

impl Reading<'_> {
    fn word(&self, ahead: usize) -> &str {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    fn rest(&self) -> Vec<&str> {
        super::words(self.tokens.get(self.at..).unwrap_or_default())
    }

    /// Reads one condition or statement; false at the end.
    fn step(&mut self) -> bool {
        if self.at >= self.tokens.len() {
            return false;
        }
        if let Some(deed) = verdict::of(&self.rest()) {
            self.rule.deed = deed;
            return false;
        }
        let (first, second) = (self.word(0).to_owned(), self.word(1).to_owned());
        match (first.as_str(), second.as_str()) {
            ("counter" | "notrack", _) => self.counter(),
            ("log", _) => self.log(),
            ("comment", _) => self.at += 2,
            ("limit" | "quota", _) => self.limit(),
            ("meta" | "ct", key) if self.word(2) == "set" && key != "state" => self.at += 4,
            ("tcp", "option") => self.give_up(!self.rest().contains(&"set")),
            ("flow" | "add" | "update" | "delete", _)
                if self.word(1) == "add" || self.word(1).starts_with('@') =>
            {
                self.meter();
            }
            ("tcp", "flags") => self.flags(),
            ("fib", _) => self.fib(),
            _ => match key_of(&first, &second) {
                Some((key, length)) => {
                    self.at += length;
                    self.narrow(&first, &second);
                    self.condition(key);
                }
                None => self.give_up(true),
            },
        }
        true
    }

    /// Conditions on a header imply that there is one.
    fn narrow(&mut self, first: &str, second: &str) {
        match first {
            "ip" => self.rule.tests.push(Test::Of(Family::V4)),
            "ip6" => self.rule.tests.push(Test::Of(Family::V6)),
            "icmp" | "icmpv6" | "igmp" | "esp" | "ah" | "gre" | "sctp" | "dccp" | "udplite" | "arp"
            | "comp" => {
                self.rule.spans = Spans::none();
            }
            "tcp" => self.rule.spans = self.rule.spans.and(&Spans::of(Protocol::Tcp)),
            "udp" => self.rule.spans = self.rule.spans.and(&Spans::of(Protocol::Udp)),
            _ => {}
        }
        if (first, second) == ("ip", "version") {
            self.rule.tests.push(Test::Unread);
        }
    }

    fn counter(&mut self) {
        self.at += 1;
        while ["packets", "bytes"].contains(&self.word(0)) {
            self.at += 2;
        }
        if self.word(0) == "name" {
            self.at += 2;
        }
    }

    fn log(&mut self) {
        self.at += 1;
        while ["prefix", "level", "group", "snaplen", "queue-threshold", "flags"].contains(&self.word(0)) {
            self.at += if self.word(0) == "flags" && ["tcp", "ip"].contains(&self.word(1)) { 3 } else { 2 };
        }
    }

    /// `limit rate over 10/second burst 5 packets`: some packets are within it, some beyond.
    fn limit(&mut self) {
        self.rule.tests.push(Test::Part);
        self.at += 1;
        let known = |word: &str| {
            ["rate", "over", "until", "burst", "packets", "bytes", "kbytes", "mbytes", "used", "name"]
                .contains(&word)
                || word.starts_with(|c: char| c.is_ascii_digit())
                || word.contains("/second")
                || word.contains("/minute")
        };
        while known(self.word(0)) {
            self.at += if self.word(0) == "name" { 2 } else { 1 };
        }
    }

    /// `add @seen { ip saddr limit rate over 5/minute }`: fills a set, and holds for some packets when it has a rate.
    fn meter(&mut self) {
        let from = self.at;
        while self.at < self.tokens.len()
            && self.tokens.get(self.at) != Some(&Token::Open)
            && self.at < from + 3
        {
            self.at += 1;
        }
        if self.tokens.get(self.at) == Some(&Token::Open) {
            let block = self.block();
            if block.iter().any(|word| word.contains("limit")) {
                self.rule.tests.push(Test::Part);
            }
        }
    }

    /// The words of a block in braces, which is passed over.
    fn block(&mut self) -> Vec<String> {
        let rest = self.tokens.get(self.at + 1..).unwrap_or_default();
        let found = entries(rest);
        let length = rest.iter().position(|token| *token == Token::Close).unwrap_or(rest.len());
        self.at += length + 2;
        found
    }

    /// `tcp flags syn / fin,syn,rst,ack`, `tcp flags != syn / syn,ack`, `tcp flags & (fin | syn) == syn`, `tcp flags syn`.
    fn flags(&mut self) {
        self.rule.spans = self.rule.spans.and(&Spans::of(Protocol::Tcp));
        self.at += 2;
        let mut words = Vec::new();
        let is_flag = |word: &str| {
            ["(", ")", "|", "&", "/", "==", "!=", "!", "0x0"].contains(&word) || flag_bits(word).is_some()
        };
        while is_flag(self.word(0)) {
            words.push(self.word(0).to_owned());
            self.at += 1;
        }
        let words: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !["(", ")", "|"].contains(word)).collect();
        let bits =
            |words: &[&str]| words.iter().filter_map(|word| flag_bits(word)).fold(0, |all, one| all | one);
        let test = match words
            .iter()
            .position(|word| ["/", "=="].contains(word) || (*word == "!=" && words.first() == Some(&"&")))
        {
            Some(at) => {
                let (left, right) = words.split_at(at);
                let by_slash = right.first() == Some(&"/");
                let (value, mask) =
                    if by_slash { (bits(left), bits(right)) } else { (bits(right), bits(left)) };
                let negated =
                    if by_slash { left.first() == Some(&"!=") } else { right.first() == Some(&"!=") };
                Test::Flags(mask, value, negated)
            }
            None => match words.as_slice() {
                ["!", one] | ["&", one, "==", "0x0"] => Test::Flags(bits(&[one]), 0, false),
                ["!=", one] => Test::Flags(u8::MAX, bits(&[one]), true),
                // Any of the flags: the first packet has SYN alone.
                [one] => Test::Flags(0x02, if bits(&[one]) & 0x02 == 0 { 0xff } else { 0x02 }, false),
                _ => Test::Unread,
            },
        };
        self.rule.tests.push(test);
    }

    /// `fib daddr type local` asks whether it is for the router; `fib saddr . iif oif missing` looks for forged sources.
    fn fib(&mut self) {
        let words: Vec<String> = self.rest().iter().map(|word| (*word).to_owned()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["fib", "daddr", "type", ..] => {
                self.at += 3;
                self.condition(Key::Local);
            }
            ["fib", "saddr", ".", "iif" | "mark", "oif" | "oifname", "missing" | "0", ..] => {
                self.rule.tests.push(Test::Never);
                self.at += 6;
            }
            ["fib", "saddr", ".", "iif" | "mark", "oif" | "oifname", "exists", ..] => self.at += 6,
            _ => self.give_up(true),
        }
    }

    /// Leaves the rest of the line unread, but for what it does in the end.
    fn give_up(&mut self, unread: bool) {
        if unread {
            self.rule.tests.push(Test::Unread);
        }
        self.rule.deed = verdict::last(&self.rest());
        self.at = self.tokens.len();
    }

    /// The comparison after a key.
    fn condition(&mut self, key: Key) {
        if self.word(0) == "." {
            return self.concatenated();
        }
        if self.word(0) == "vmap" {
            return self.verdict_map(key);
        }
        let sign = match self.word(0) {
            sign @ ("==" | "!=" | "<" | ">" | "<=" | ">=") => sign.to_owned(),
            _ => String::new(),
        };
        self.at += usize::from(!sign.is_empty());
        if matches!(sign.as_str(), "<" | ">" | "<=" | ">=") {
            let value = self.word(0).to_owned();
            self.at += 1;
            return match ordered(&sign, &value) {
                Some(range) => self.require(key, &[range], false),
                None => self.rule.tests.push(Test::Unread),
            };
        }
        if ["&", "^", "|", "<<"].contains(&self.word(0)) {
            return self.give_up(true);
        }
        match self.values() {
            Values::List(values) => self.require(key, &values, sign == "!="),
            Values::Unknown => self.rule.tests.push(Test::Unread),
        }
    }

    fn values(&mut self) -> Values {
        if self.tokens.get(self.at) == Some(&Token::Open) {
            return Values::List(self.block());
        }
        let word = self.word(0).to_owned();
        self.at += 1;
        match word.strip_prefix('@') {
            Some(name) => match self.sets.of(self.table, name) {
                Some(elements) => Values::List(elements.clone()),
                None => Values::Unknown,
            },
            None => Values::List(word.split(',').map(str::to_owned).collect()),
        }
    }

    /// `iifname . oifname { "ppp0" . "lan0" }`: several keys at once are not taken apart.
    fn concatenated(&mut self) {
        self.rule.tests.push(Test::Unread);
        while self.at < self.tokens.len() {
            if self.tokens.get(self.at) == Some(&Token::Open) {
                self.block();
                return;
            }
            let set = self.word(0).starts_with('@');
            self.at += 1;
            if set {
                return;
            }
        }
    }

    /// `tcp dport vmap { 22 : accept, 80 : jump web }` is a rule per entry.
    fn verdict_map(&mut self, key: Key) {
        self.at += 1;
        let Values::List(entries) = self.values() else { return self.give_up_on_map() };
        for entry in entries {
            let Some((values, does)) = entry.rsplit_once(" : ") else { return self.give_up_on_map() };
            let words: Vec<&str> = does.split_whitespace().collect();
            let Some(deed) = verdict::of(&words) else { return self.give_up_on_map() };
            let kept = self.rule.clone();
            self.require(key, &[values.to_owned()], false);
            let mut rule = std::mem::replace(&mut self.rule, kept);
            rule.deed = deed;
            self.more.push(rule);
        }
    }

    fn give_up_on_map(&mut self) {
        self.rule.tests.push(Test::Unread);
        self.rule.deed = Deed::Unread;
        self.at = self.tokens.len();
    }

    /// Adds a condition.
    fn require(&mut self, key: Key, values: &[String], negated: bool) {
        let values: Vec<&str> = values.iter().filter_map(|value| value.split_whitespace().next()).collect();
        if values.is_empty() {
            if !negated {
                self.rule.tests.push(Test::Never);
            }
            return;
        }
        let side = |spans: Spans| if negated { spans.not() } else { spans };
        let ranges = || values.iter().map(|value| port::range(value, '-')).collect::<Option<Vec<_>>>();
        match key {
            Key::In | Key::Out => {
                let named = Named { names: values.iter().map(|name| (*name).to_owned()).collect(), negated };
                self.rule.tests.push(if key == Key::In { Test::In(named) } else { Test::Out(named) });
            }
            Key::Protocol => match values.iter().map(|value| protocol(value)).collect::<Option<Vec<_>>>() {
                Some(spans) => {
                    let all = spans.iter().fold(Spans::none(), |all, one| all.or(one));
                    self.rule.spans = self.rule.spans.and(&side(all));
                }
                None => self.rule.tests.push(Test::Unread),
            },
            Key::Port(of) => match ranges() {
                Some(ranges) => {
                    // A negated port is one of the same protocol.
                    let limits = of.map_or_else(Spans::all, Spans::of);
                    let spans = of.map_or_else(|| Spans::both(&ranges), |of| Spans::ports(of, &ranges));
                    self.rule.spans = self.rule.spans.and(&limits).and(&side(spans));
                }
                None => self.rule.tests.push(Test::Unread),
            },
            Key::PacketType if values == ["unicast"] && !negated => {}
            Key::PacketType => self.rule.tests.push(if negated { Test::Part } else { Test::Never }),
            Key::SourcePort(_) => self.rule.tests.push(Test::Part),
            Key::From | Key::To => {
                match values.iter().map(|value| Net::parse(value)).collect::<Option<Vec<_>>>() {
                    Some(nets) if key == Key::From => self.rule.tests.push(Test::From(nets, negated)),
                    Some(nets) => self.rule.tests.push(Test::To(nets, negated)),
                    // A span of addresses: some hosts.
                    None => self.rule.tests.push(if values.iter().all(|value| is_address_span(value)) {
                        Test::Part
                    } else {
                        Test::Unread
                    }),
                }
            }
            Key::State => {
                let states = values.iter().map(|state| state.to_ascii_lowercase()).collect();
                self.rule.tests.push(Test::State(states, negated));
            }
            Key::Status => self.rule.tests.push(if values.contains(&"dnat") {
                Test::Sent(negated)
            } else if negated {
                Test::Part
            } else {
                Test::Never
            }),
            Key::Family => match values.as_slice() {
                ["ipv4"] => self.rule.tests.push(Test::Of(if negated { Family::V6 } else { Family::V4 })),
                ["ipv6"] => self.rule.tests.push(Test::Of(if negated { Family::V4 } else { Family::V6 })),
                _ => self.rule.tests.push(Test::Unread),
            },
            Key::Local => match values.as_slice() {
                ["local"] => self.rule.tests.push(Test::Local(negated)),
                ["broadcast" | "multicast" | "anycast"] if !negated => self.rule.tests.push(Test::Never),
                _ => self.rule.tests.push(Test::Unread),
            },
            Key::Unread => self.rule.tests.push(Test::Unread),
        }
    }
}

/// The key that begins a condition, and how many words it has.
fn key_of(first: &str, second: &str) -> Option<(Key, usize)> {
    use Protocol::{Tcp, Udp};
    Some(match (first, second) {
        ("iifname" | "iif", _) => (Key::In, 1),
        ("oifname" | "oif", _) => (Key::Out, 1),
        ("meta", "iifname" | "iif") => (Key::In, 2),
        ("meta", "oifname" | "oif") => (Key::Out, 2),
        ("meta", "l4proto") | ("ip", "protocol") | ("ip6", "nexthdr") => (Key::Protocol, 2),
        ("meta", "nfproto") => (Key::Family, 2),
        ("meta", "pkttype") => (Key::PacketType, 2),
        ("pkttype", _) => (Key::PacketType, 1),
        ("ip" | "ip6", "saddr") => (Key::From, 2),
        ("ip" | "ip6", "daddr") => (Key::To, 2),
        ("tcp", "dport") => (Key::Port(Some(Tcp)), 2),
        ("udp", "dport") => (Key::Port(Some(Udp)), 2),
        ("th", "dport") => (Key::Port(None), 2),
        ("tcp", "sport") => (Key::SourcePort(Some(Tcp)), 2),
        ("udp", "sport") => (Key::SourcePort(Some(Udp)), 2),
        ("th", "sport") => (Key::SourcePort(None), 2),
        ("ct", "state") => (Key::State, 2),
        ("ct", "status") => (Key::Status, 2),
        ("icmp" | "icmpv6" | "igmp" | "sctp" | "dccp" | "udplite" | "esp" | "ah" | "comp" | "arp", _) => {
            (Key::Unread, 2)
        }
        ("ip" | "ip6" | "meta" | "ether" | "vlan" | "tcp" | "udp", _) => (Key::Unread, 2),
        _ => return None,
    })
}

fn protocol(value: &str) -> Option<Spans> {
    match value {
        "tcp" | "6" => Some(Spans::of(Protocol::Tcp)),
        "udp" | "17" => Some(Spans::of(Protocol::Udp)),
        other if other.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => Some(Spans::none()),
        _ => None,
    }
}

fn flag_bits(word: &str) -> Option<u8> {
    word.split(',').try_fold(0, |all, flag| {
        let bit = match flag {
            "fin" => 0x01,
            "syn" => 0x02,
            "rst" => 0x04,
            "psh" => 0x08,
            "ack" => 0x10,
            "urg" => 0x20,
            "ecn" => 0x40,
            "cwr" => 0x80,
            _ => return None,
        };
        Some(all | bit)
    })
}

fn ordered(sign: &str, value: &str) -> Option<String> {
    let value = port::of(value)?;
    Some(match sign {
        "<" => format!("0-{}", value.checked_sub(1)?),
        "<=" => format!("0-{value}"),
        ">" => format!("{}-65535", value.checked_add(1)?),
        _ => format!("{value}-65535"),
    })
}

fn is_address_span(value: &str) -> bool {
    value.split_once('-').is_some_and(|(from, to)| {
        from.parse::<std::net::IpAddr>().is_ok() && to.parse::<std::net::IpAddr>().is_ok()
    })
}
