//! `iptables-save` and `ip6tables-save`: tables, chains with their policies, and rules as command-line options.
//!
//! Source: iptables(8), iptables-extensions(8).

use super::super::RouterError;
use super::super::net::Net;
use super::super::paste::Line;
use super::super::port;
use super::super::traffic::{Protocol, Spans};
use super::super::walk::{Cause, Fate};
use super::nft::{ports, target};
use super::{Chain, Deed, Family, Hook, Named, Rule, Ruleset, Target, Test};

/// Targets that change or note something and let the packet go on.
const GOES_ON: &[&str] = &[
    "LOG",
    "NFLOG",
    "ULOG",
    "MARK",
    "CONNMARK",
    "TCPMSS",
    "TOS",
    "DSCP",
    "TTL",
    "HL",
    "CLASSIFY",
    "CT",
    "NOTRACK",
    "SET",
    "CHECKSUM",
    "TRACE",
    "AUDIT",
    "SECMARK",
    "CONNSECMARK",
    "RATEEST",
    "LED",
    "ECN",
];

/// Reads what was saved; IPv4 and IPv6 may stand in one file, one after the other.
pub(in super::super) fn read(lines: &[Line]) -> Result<Ruleset, RouterError> {
    let mut ruleset = Ruleset::default();
    let mut family = family_of(lines);
    let mut table: Option<(String, u32)> = None;
    for line in lines {
        if let Some(rest) = line.text.strip_prefix('#') {
            if rest.contains("ip6tables-save") {
                family = Family::V6;
            } else if rest.contains("iptables-save") {
                family = Family::V4;
            }
            continue;
        }
        if let Some(name) = line.text.strip_prefix('*') {
            if let Some((_, line)) = table {
                return Err(RouterError::Truncated(line));
            }
            table = Some((name.trim().to_owned(), line.number));
            if name.trim() == "filter" && !ruleset.spoken.contains(&family) {
                ruleset.spoken.push(family);
            }
            continue;
        }
        if line.text == "COMMIT" {
            table = None;
            continue;
        }
        let Some((name, _)) = &table else {
            ruleset.kernel.read(&line.words());
            continue;
        };
        if let Some(declared) = line.text.strip_prefix(':') {
            ruleset.chains.extend(declare(name, declared, family, line.number));
        } else {
            append(&mut ruleset, name, family, line);
        }
    }
    match table {
        Some((_, line)) => Err(RouterError::Truncated(line)),
        None => Ok(ruleset),
    }
}

/// What the text is of when no header says it: addresses and protocol names tell.
fn family_of(lines: &[Line]) -> Family {
    let is_v6 = |line: &Line| {
        let words = line.words();
        words
            .iter()
            .any(|word| ["ipv6-icmp", "icmp6", "icmp6-port-unreachable", "--icmpv6-type"].contains(word))
            || words.iter().any(|word| Net::parse(word).is_some_and(|net| !net.is_v4()))
    };
    if lines.iter().any(is_v6) { Family::V6 } else { Family::V4 }
}

fn key(table: &str, family: Family) -> String {
    format!("{table} {family:?}")
}

fn declare(table: &str, declared: &str, family: Family, line: u32) -> Option<Chain> {
    let mut words = declared.split_whitespace();
    let (name, policy) = (words.next()?, words.next()?);
    let hook = match (policy, name) {
        ("-", _) => None,
        (_, "PREROUTING") => Some(Hook::Prerouting),
        (_, "INPUT") => Some(Hook::Input),
        (_, "FORWARD") => Some(Hook::Forward),
        (_, "POSTROUTING") => Some(Hook::Postrouting),
        _ => None,
    };
    let priority = match table {
        "raw" => -300,
        "mangle" => -150,
        "nat" => -100,
        "security" => 50,
        _ => 0,
    };
    Some(Chain {
        table: key(table, family),
        name: name.to_owned(),
        families: vec![family],
        hook,
        priority,
        nat: table == "nat",
        policy: if policy == "DROP" { Fate::Dropped } else { Fate::Passed },
        cause: Cause::Line(line),
        rules: Vec::new(),
    })
}

fn append(ruleset: &mut Ruleset, table: &str, family: Family, line: &Line) {
    let words = arguments(&line.text);
    let words: Vec<&str> =
        words.iter().map(String::as_str).skip_while(|word| word.starts_with('[')).collect();
    let ["-A", name, rest @ ..] = words.as_slice() else { return };
    let table = key(table, family);
    // A rule for a chain that was not declared has lost its head; what calls the chain finds nothing and is unknown.
    let chain = ruleset.chains.iter_mut().rev().find(|chain| chain.table == table && chain.name == **name);
    if let Some(chain) = chain {
        chain.rules.push(Reading::of(rest, Cause::Line(line.number)));
    }
}

/// The words of a line; quotes hold one together, a backslash takes the next character as it is.
fn arguments(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            '"' => (quoted, any) = (!quoted, true),
            c if c.is_whitespace() && !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

struct Reading<'a> {
    words: &'a [&'a str],
    at: usize,
    rule: Rule,
}

impl<'a> Reading<'a> {
    fn of(words: &'a [&'a str], cause: Cause) -> Rule {
        let rule = Rule { cause, spans: Spans::all(), tests: Vec::new(), deed: Deed::Nothing };
        let mut reading = Reading { words, at: 0, rule };
        while reading.option() {}
        reading.rule
    }

    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word
    }

    fn test(&mut self, test: Test) {
        self.rule.tests.push(test);
    }

    /// Reads one option with its value; false at the end.
    fn option(&mut self) -> bool {
        let Some(mut word) = self.next() else { return false };
        let negated = word == "!";
        if negated {
            let Some(after) = self.next() else { return false };
            word = after;
        }
        match word {
            "-i" | "--in-interface" => self.interface(negated, true),
            "-o" | "--out-interface" => self.interface(negated, false),
            "-p" | "--protocol" => self.protocol(negated),
            "-s" | "--source" | "-d" | "--destination" => {
                self.address(word.trim_start_matches('-').starts_with('s'), negated)
            }
            "-m" | "--match" => self.module(),
            "--dport" | "--destination-port" | "--dports" | "--destination-ports" | "--ports" => {
                self.ports(word, negated)
            }
            "--sport" | "--source-port" | "--sports" | "--source-ports" => {
                self.at += 1;
                self.test(Test::Part);
            }
            "--syn" => self.test(Test::Flags(0x17, 0x02, negated)),
            "--tcp-flags" => self.flags(negated),
            "--state" | "--ctstate" => {
                let states = self.next().unwrap_or_default();
                let states = states.split(',').map(str::to_ascii_lowercase).collect();
                self.test(Test::State(states, negated));
            }
            "--ctstatus" => {
                let sent = self.next().unwrap_or_default().contains("DNAT");
                self.test(if sent {
                    Test::Sent(negated)
                } else if negated {
                    Test::Part
                } else {
                    Test::Never
                });
            }
            "--dst-type" => {
                let kind = self.next().unwrap_or_default();
                self.test(match (kind, negated) {
                    ("LOCAL", _) => Test::Local(negated),
                    ("BROADCAST" | "MULTICAST" | "ANYCAST", false) => Test::Never,
                    _ => Test::Unread,
                });
            }
            "-j" | "--jump" | "-g" | "--goto" => {
                return self.target(word.trim_start_matches('-').starts_with('j'));
            }
            // A value of an option of a module that is known to be harmless, or that already counts as a doubt.
            other if other.starts_with('-') => self.other(),
            _ => {}
        }
        true
    }

    fn interface(&mut self, negated: bool, incoming: bool) {
        let name = self.next().unwrap_or_default();
        let name = name.strip_suffix('+').map_or_else(|| name.to_owned(), |start| format!("{start}*"));
        let named = Named { names: vec![name], negated };
        self.test(if incoming { Test::In(named) } else { Test::Out(named) });
    }

    fn protocol(&mut self, negated: bool) {
        let spans = match self.next().unwrap_or_default() {
            "tcp" | "6" => Spans::of(Protocol::Tcp),
            "udp" | "17" => Spans::of(Protocol::Udp),
            "all" | "0" | "ip" => Spans::all(),
            _ => Spans::none(),
        };
        self.narrow(&spans, negated);
    }

    fn narrow(&mut self, spans: &Spans, negated: bool) {
        self.rule.spans = self.rule.spans.and(&if negated { spans.not() } else { spans.clone() });
    }

    fn address(&mut self, source: bool, negated: bool) {
        let nets = self.next().unwrap_or_default().split(',').map(Net::parse).collect::<Option<Vec<_>>>();
        self.test(match nets {
            Some(nets) if source => Test::From(nets, negated),
            Some(nets) => Test::To(nets, negated),
            None => Test::Unread,
        });
    }

    fn ports(&mut self, option: &str, negated: bool) {
        match port::list(self.next().unwrap_or_default(), ':') {
            // Of `--ports` either side may fit: a source port is free to choose.
            Some(_) if option == "--ports" => self.test(Test::Part),
            Some(ranges) => self.narrow(&Spans::both(&ranges), negated),
            None => self.test(Test::Unread),
        }
    }

    fn flags(&mut self, negated: bool) {
        let (mask, value) = (self.next().unwrap_or_default(), self.next().unwrap_or_default());
        self.rule.spans = self.rule.spans.and(&Spans::of(Protocol::Tcp));
        self.test(match (bits(mask), bits(value)) {
            (Some(mask), Some(value)) => Test::Flags(mask, value, negated),
            _ => Test::Unread,
        });
    }

    /// A module whose options are read elsewhere, or that holds for some packets, or that is not known.
    fn module(&mut self) {
        match self.next().unwrap_or_default() {
            "tcp" | "udp" | "multiport" | "conntrack" | "state" | "comment" | "addrtype" | "standard" => {}
            "limit" | "hashlimit" | "recent" | "connlimit" | "mac" | "time" | "statistic" | "iprange"
            | "length" | "ttl" | "hl" | "tos" | "dscp" | "quota" | "connbytes" => self.test(Test::Part),
            // Traffic that came through an IPsec tunnel is not from the Internet.
            "policy" if self.words.contains(&"none") => self.test(Test::Part),
            "icmp" | "icmp6" | "esp" | "ah" | "policy" | "owner" => self.test(Test::Never),
            "pkttype" => self.pkttype(),
            _ => self.test(Test::Unread),
        }
    }

    fn pkttype(&mut self) {
        let negated = self.words.get(self.at) == Some(&"!");
        self.at += usize::from(negated) + 1;
        let unicast = self.next() == Some("unicast");
        self.test(match (unicast, negated) {
            (true, false) | (false, true) => Test::Part,
            _ => Test::Never,
        });
    }

    /// Options of modules: their values are passed over.
    fn other(&mut self) {
        while self.words.get(self.at).is_some_and(|word| !word.starts_with('-') && *word != "!") {
            self.at += 1;
        }
    }

    /// What the rule does; what follows are options of the target.
    fn target(&mut self, jump: bool) -> bool {
        let name = self.next().unwrap_or_default();
        let rest = self.words.get(self.at..).unwrap_or_default();
        let value = |option: &str| {
            rest.iter().position(|word| *word == option).and_then(|at| rest.get(at + 1)).copied()
        };
        self.rule.deed = match name {
            // In the table of translations, accepting means: as it was addressed.
            "ACCEPT" => Deed::Accept,
            "DROP" | "REJECT" | "TARPIT" => Deed::Drop,
            "RETURN" => Deed::Return,
            "MASQUERADE" | "SNAT" => Deed::Masquerade,
            "DNAT" => value("--to-destination").and_then(target).map_or(Deed::Unread, Deed::Send),
            "REDIRECT" => match value("--to-ports") {
                None => Deed::Send(Target { address: None, ports: None }),
                Some(word) => ports(word)
                    .map_or(Deed::Unread, |ports| Deed::Send(Target { address: None, ports: Some(ports) })),
            },
            "NETMAP" | "TPROXY" | "QUEUE" | "NFQUEUE" | "SYNPROXY" | "TEE" => Deed::Unread,
            other if GOES_ON.contains(&other) => Deed::Nothing,
            chain if jump => Deed::Jump(chain.to_owned()),
            chain => Deed::Goto(chain.to_owned()),
        };
        false
    }
}

fn bits(flags: &str) -> Option<u8> {
    flags.split(',').try_fold(0, |all, flag| {
        let bit = match flag {
            "FIN" => 0x01,
            "SYN" => 0x02,
            "RST" => 0x04,
            "PSH" => 0x08,
            "ACK" => 0x10,
            "URG" => 0x20,
            "NONE" => 0,
            "ALL" => 0x3f,
            _ => return None,
        };
        Some(all | bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let check = |text: &str, expected: &[&str]| assert_eq!(arguments(text), expected);
        check(
            r#"-m comment --comment "he said \"x\" -j ACCEPT" -j wan"#,
            &["-m", "comment", "--comment", r#"he said "x" -j ACCEPT"#, "-j", "wan"],
        );
        check(r#"--comment "" -j DROP"#, &["--comment", "", "-j", "DROP"]);
        check("", &[]);
    }
}
