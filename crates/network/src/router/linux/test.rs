//! What a netfilter rule asks of a packet, and what the answer is for a packet from the Internet.

use std::net::IpAddr;

use super::super::net::Net;
use super::super::walk::Sure;
use super::{Family, Hook, to_net};

/// Names of interfaces; one that ends in `*` stands for all that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Named {
    pub(in super::super) names: Vec<String>,
    pub(in super::super) negated: bool,
}

/// One condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Test {
    /// Where it comes in.
    In(Named),
    /// Where it goes out.
    Out(Named),
    /// Where it comes from.
    From(Vec<Net>, bool),
    /// Where it goes to.
    To(Vec<Net>, bool),
    /// The state of its connection, in lower case; whether negated.
    State(Vec<String>, bool),
    /// Whether its destination was rewritten.
    Sent(bool),
    /// Whether it is for the router itself.
    Local(bool),
    /// TCP flags: of the mask, exactly the value; whether negated.
    Flags(u8, u8, bool),
    /// IPv4 or IPv6.
    Of(Family),
    /// Holds for some packets: a rate, a time, a source port.
    Part,
    /// Holds for no first packet from the Internet.
    Never,
    /// Not understood.
    Unread,
}

/// A packet, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Packet<'a> {
    pub(super) family: Family,
    pub(super) hook: Hook,
    pub(super) wan: &'a str,
    /// Where it goes out, when that is known.
    pub(super) lan: Option<&'a str>,
    /// The address it was sent to, when a rule did.
    pub(super) sent_to: Option<IpAddr>,
    /// Whether a rule rewrote its destination.
    pub(super) sent: bool,
}

/// The flags of a packet that opens a TCP connection: SYN alone.
const SYN: u8 = 0x02;

impl Packet<'_> {
    /// How much of such packets pass all conditions; `None`: none does.
    pub(super) fn meets(&self, tests: &[Test]) -> Option<Sure> {
        tests.iter().try_fold(Sure::Whole, |sure, test| Some(sure.max(self.meets_one(test)?)))
    }

    fn meets_one(&self, test: &Test) -> Option<Sure> {
        let whole = |yes: bool| yes.then_some(Sure::Whole);
        match test {
            Test::In(named) => whole(named.has(self.wan) != named.negated),
            Test::Out(named) => self.goes_out(named),
            Test::From(nets, negated) => from(nets, *negated),
            Test::To(nets, negated) => self.goes_to(nets, *negated),
            Test::State(states, negated) => {
                let has = |state: &str| states.iter().any(|own| own == state);
                whole((has("new") || (self.sent && has("dnat"))) != *negated)
            }
            Test::Sent(negated) => whole(self.sent != *negated),
            Test::Local(negated) => match self.hook {
                Hook::Input => whole(!negated),
                Hook::Forward => whole(*negated),
                _ => Some(Sure::Part),
            },
            Test::Flags(mask, value, negated) => whole((SYN & mask == *value) != *negated),
            Test::Of(family) => whole(*family == self.family),
            Test::Part => Some(Sure::Part),
            Test::Never => None,
            Test::Unread => Some(Sure::Unsure),
        }
    }

    fn goes_out(&self, named: &Named) -> Option<Sure> {
        let whole = |yes: bool| yes.then_some(Sure::Whole);
        match (self.hook, self.lan) {
            (Hook::Forward, Some(lan)) => whole(named.has(lan) != named.negated),
            // Back to where it came from is not into the home.
            (Hook::Forward, None) if named.has(self.wan) => whole(named.negated),
            (Hook::Forward, None) => Some(if named.negated { Sure::Partly } else { Sure::Part }),
            _ => whole(named.negated),
        }
    }

    fn goes_to(&self, nets: &[Net], negated: bool) -> Option<Sure> {
        if let Some(address) = self.sent_to {
            return (nets.iter().any(|net| net.has(address)) != negated).then_some(Sure::Whole);
        }
        let best = nets.iter().filter_map(|net| to_net(*net)).min();
        match (best, negated) {
            (best, false) => best,
            (Some(Sure::Whole), true) => None,
            (Some(Sure::Partly), true) => Some(Sure::Unsure),
            (Some(_), true) => Some(Sure::Part),
            (None, true) => Some(Sure::Whole),
        }
    }
}

/// How much of the Internet's traffic comes from networks.
pub(in super::super) fn from(nets: &[Net], negated: bool) -> Option<Sure> {
    let any = nets.iter().any(|net| net.is_any());
    let none = nets.iter().all(|net| net.is_inside());
    match (any, none, negated) {
        (true, _, false) | (false, true, true) => Some(Sure::Whole),
        (true, _, true) | (false, true, false) => None,
        (false, false, _) => Some(Sure::Part),
    }
}

impl Named {
    /// Whether an interface is meant.
    pub(super) fn has(&self, interface: &str) -> bool {
        self.names.iter().any(|name| match name.strip_suffix('*') {
            Some(start) => interface.starts_with(start),
            None => name == interface,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(hook: Hook, lan: Option<&'static str>, sent_to: Option<&str>) -> Packet<'static> {
        let sent_to = sent_to.map(|address| address.parse().unwrap());
        Packet { family: Family::V4, hook, wan: "ppp0", lan, sent: sent_to.is_some(), sent_to }
    }

    fn named(names: &[&str], negated: bool) -> Named {
        Named { names: names.iter().map(|name| (*name).to_owned()).collect(), negated }
    }

    fn nets(words: &[&str]) -> Vec<Net> {
        words.iter().map(|word| Net::parse(word).unwrap()).collect()
    }

    #[test]
    fn interfaces() {
        let forward = packet(Hook::Forward, Some("lan0"), None);
        let check = |test: Test, expected: Option<Sure>| assert_eq!(forward.meets(&[test]), expected);
        check(Test::In(named(&["ppp*"], false)), Some(Sure::Whole));
        check(Test::In(named(&["ppp"], false)), None);
        check(Test::In(named(&["lan0"], true)), Some(Sure::Whole));
        check(Test::Out(named(&["lan0"], false)), Some(Sure::Whole));
        check(Test::Out(named(&["lan1"], false)), None);
        let unknown = packet(Hook::Forward, None, None);
        assert_eq!(unknown.meets(&[Test::Out(named(&["ppp0"], false))]), None);
        assert_eq!(unknown.meets(&[Test::Out(named(&["x"], false))]), Some(Sure::Part));
        assert_eq!(packet(Hook::Input, None, None).meets(&[Test::Out(named(&["x"], false))]), None);
    }

    #[test]
    fn addresses() {
        let direct = packet(Hook::Forward, None, None);
        let sent = packet(Hook::Forward, None, Some("192.168.1.20"));
        let check = |packet: &Packet<'_>, test: Test, expected: Option<Sure>| {
            assert_eq!(packet.meets(std::slice::from_ref(&test)), expected, "{test:?}");
        };
        check(&direct, Test::From(nets(&["192.168.0.0/16"]), false), None);
        check(&direct, Test::From(nets(&["192.168.0.0/16"]), true), Some(Sure::Whole));
        check(&direct, Test::From(nets(&["203.0.113.0/24"]), true), Some(Sure::Part));
        check(&direct, Test::To(nets(&["192.168.1.0/24"]), false), Some(Sure::Partly));
        check(&direct, Test::To(nets(&["192.168.1.1"]), false), Some(Sure::Part));
        check(&direct, Test::To(nets(&["224.0.0.0/4"]), false), None);
        check(&sent, Test::To(nets(&["192.168.1.0/24"]), false), Some(Sure::Whole));
        check(&sent, Test::To(nets(&["192.168.1.10"]), false), None);
    }

    #[test]
    fn states_and_flags() {
        let direct = packet(Hook::Forward, None, None);
        let sent = packet(Hook::Forward, None, Some("192.168.1.20"));
        let state = |words: &[&str], negated| {
            Test::State(words.iter().map(|word| (*word).to_owned()).collect(), negated)
        };
        assert_eq!(direct.meets(&[state(&["established", "related"], false)]), None);
        assert_eq!(direct.meets(&[state(&["new", "established"], false)]), Some(Sure::Whole));
        assert_eq!(direct.meets(&[state(&["new"], true)]), None);
        assert_eq!(direct.meets(&[state(&["dnat"], false)]), None);
        assert_eq!(sent.meets(&[state(&["dnat"], false)]), Some(Sure::Whole));
        assert_eq!(direct.meets(&[Test::Flags(0x17, 0x02, false)]), Some(Sure::Whole));
        assert_eq!(direct.meets(&[Test::Flags(0x17, 0x02, true)]), None);
        assert_eq!(direct.meets(&[Test::Part, Test::Unread]), Some(Sure::Unsure));
        assert_eq!(direct.meets(&[Test::Unread, Test::Never]), None);
    }
}
