//! The ways a packet takes through a Linux router, put together from the walks through its chains.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::super::remark::Remarks;
use super::super::traffic::{Protocol, Spans, of_key};
use super::super::walk::{Act, Book, Cause, Fate, Fates, Step, Translated, walk};
use super::test::Packet;
use super::{Chain, Deed, Family, Hook, Rule, Ruleset, Target};

/// The most rules weighed in all, over every interface and target.
const WEIGHED_MAX: usize = 3_000_000;
/// What a walk weighs beside its rules.
const WALK_WEIGHT: usize = 3_000;
/// The most interfaces towards the home that are looked at one by one.
const LANS_MAX: usize = 16;

/// What becomes of every port of a family that comes in on any of the interfaces.
pub(in super::super) fn fates(
    rules: &Ruleset,
    family: Family,
    wans: &[String],
    remarks: &mut Remarks,
) -> Fates {
    let lans = rules.lans(wans);
    let mut way = Way { rules, family, weighed: 0, remarks, lans };
    let mut all: Option<Fates> = None;
    for wan in wans {
        let own = way.through(wan);
        match &mut all {
            Some(all) => all.or(&own),
            None => all = Some(own),
        }
    }
    if way.weighed > WEIGHED_MAX || way.lans.len() > LANS_MAX {
        return Fates::all(
            Fate::Unknown,
            way.remarks.say("too many rules, interfaces and forwarded ports to weigh"),
        );
    }
    all.unwrap_or_else(|| Fates::all(Fate::Unknown, way.remarks.say("no interface towards the Internet")))
}

struct Way<'a> {
    rules: &'a Ruleset,
    family: Family,
    weighed: usize,
    remarks: &'a mut Remarks,
    lans: Vec<String>,
}

impl<'a> Way<'a> {
    /// Everything that comes in on one interface.
    fn through(&mut self, wan: &str) -> Fates {
        let packet = |hook| Packet { family: self.family, hook, wan, lan: None, sent_to: None, sent: false };
        let (early, before, input) = (packet(Hook::Ingress), packet(Hook::Prerouting), packet(Hook::Input));
        let mut entry = self.filtered(&early, true);
        entry.and(&self.filtered(&before, true));
        let (direct, sent) = self.translated(&before);
        let mut as_addressed = self.filtered(&input, false);
        as_addressed.or(&self.forwarded(&before));
        let mut home = direct;
        home.and(&as_addressed);
        let places = self.targets();
        let mut hosts: BTreeMap<Option<IpAddr>, Vec<(&Translated, &Target)>> = BTreeMap::new();
        for one in &sent {
            if let Some((_, target)) = places.get(one.target) {
                hosts.entry(target.address).or_default().push((one, target));
            }
        }
        for (address, entries) in hosts {
            if self.weighed > WEIGHED_MAX {
                break;
            }
            let packet = Packet { sent_to: address, sent: true, ..before.clone() };
            let inner = match address {
                Some(_) => self.forwarded(&packet),
                None => self.filtered(&Packet { hook: Hook::Input, ..packet }, false),
            };
            entries.into_iter().for_each(|(one, target)| arrive(&mut home, one, target, &inner));
        }
        entry.and(&home);
        entry
    }

    /// The way through the router, to any of its other interfaces.
    fn forwarded(&mut self, packet: &Packet<'_>) -> Fates {
        let stays = match self.family {
            Family::V4 => self.rules.kernel.v4_stays,
            Family::V6 => self.rules.kernel.v6_stays,
        };
        if stays {
            return Fates::all(Fate::Dropped, self.remarks.say("the kernel forwards nothing"));
        }
        let lans = std::mem::take(&mut self.lans);
        let mut all: Option<Fates> = None;
        let ways = lans.iter().map(|lan| Some(lan.as_str())).chain(lans.is_empty().then_some(None));
        for lan in ways.take(LANS_MAX) {
            let own = self.filtered(&Packet { hook: Hook::Forward, lan, ..packet.clone() }, false);
            match &mut all {
                Some(all) => all.or(&own),
                None => all = Some(own),
            }
        }
        self.lans = lans;
        all.unwrap_or_else(|| Fates::all(Fate::Unknown, Cause::Line(0)))
    }

    /// All filters of a hook in a row. Where there is none, everything passes; `quiet` when that is nothing to remark.
    fn filtered(&mut self, packet: &Packet<'_>, quiet: bool) -> Fates {
        let rules = self.rules;
        let mut chains = at_hook(rules, packet, false);
        chains.sort_by_key(|chain| chain.priority);
        let mut all: Option<Fates> = None;
        for chain in chains {
            let own = walk(&self.book(chain, packet), &chain.name, chain.policy, chain.cause).fates;
            match &mut all {
                Some(all) => all.and(&own),
                None => all = Some(own),
            }
        }
        all.unwrap_or_else(|| {
            let family = if self.family == Family::V4 { "IPv4" } else { "IPv6" };
            let cause = match (packet.hook, quiet) {
                (_, true) => Cause::Line(0),
                (Hook::Input, _) => {
                    self.remarks.say(&format!("no chain filters {family} to the router itself"))
                }
                _ => self.remarks.say(&format!("no chain filters {family} that is forwarded")),
            };
            Fates::all(Fate::Passed, cause)
        })
    }

    /// What stays as it was addressed, and what is sent elsewhere.
    fn translated(&mut self, packet: &Packet<'_>) -> (Fates, Vec<Translated>) {
        let rules = self.rules;
        let mut chains = at_hook(rules, packet, true);
        chains.sort_by_key(|chain| chain.priority);
        let mut direct = Fates::all(Fate::Passed, Cause::Line(0));
        let mut sent = Vec::new();
        for chain in chains {
            let own = walk(&self.book(chain, packet), &chain.name, chain.policy, chain.cause);
            direct.and(&own.fates);
            sent.extend(own.translated);
        }
        (direct, sent)
    }

    /// The rules of a chain's table, as far as such a packet meets them.
    fn book(&mut self, of: &Chain, packet: &Packet<'_>) -> Book {
        let mut book = Book::new();
        self.weighed += WALK_WEIGHT;
        let targets = self.targets();
        for chain in self.rules.chains.iter().filter(|chain| chain.table == of.table) {
            self.weighed += chain.rules.len();
            let steps = chain.rules.iter().filter_map(|rule| step(rule, packet, &targets));
            book.insert(
                chain.name.clone(),
                if self.weighed > WEIGHED_MAX { Vec::new() } else { steps.collect() },
            );
        }
        book
    }

    /// Every place traffic is sent to, by the line that does it.
    fn targets(&self) -> Vec<(Cause, &'a Target)> {
        let rules = self.rules.chains.iter().flat_map(|chain| &chain.rules);
        rules
            .filter_map(|rule| match &rule.deed {
                Deed::Send(target) => Some((rule.cause, target)),
                _ => None,
            })
            .collect()
    }
}

/// The chains of a hook that see a family.
fn at_hook<'a>(rules: &'a Ruleset, packet: &Packet<'_>, nat: bool) -> Vec<&'a Chain> {
    let fits = |chain: &&Chain| {
        chain.hook == Some(packet.hook) && chain.nat == nat && chain.families.contains(&packet.family)
    };
    rules.chains.iter().filter(fits).collect()
}

fn step(rule: &Rule, packet: &Packet<'_>, targets: &[(Cause, &Target)]) -> Option<Step> {
    let act = match &rule.deed {
        Deed::Accept => Act::Pass,
        Deed::Drop => Act::Drop,
        Deed::Return => Act::Return,
        Deed::Jump(chain) => Act::Jump(chain.clone()),
        Deed::Goto(chain) => Act::Goto(chain.clone()),
        Deed::Send(own) => {
            // Rules made of one line's map share the line, so line and place together name the target.
            Act::Translate(targets.iter().position(|(cause, target)| *cause == rule.cause && *target == own)?)
        }
        Deed::Unread => Act::Unread,
        Deed::Masquerade | Deed::Nothing => return None,
    };
    if rule.spans.is_empty() {
        return None;
    }
    Some(Step { spans: rule.spans.clone(), sure: packet.meets(&rule.tests)?, act, cause: rule.cause })
}

/// Lets in the ports that a rule sends elsewhere, by what becomes of the ports they arrive at.
fn arrive(home: &mut Fates, one: &Translated, target: &Target, inner: &Fates) {
    // A range sent to a range spreads over it, one by one or at random: the worst of it stands for each.
    let at = target.ports.map(|ports| {
        Protocol::ALL.map(|protocol| worst(Spans::ports(protocol, &[ports]).keys().map(|key| inner.of(key))))
    });
    for key in one.traffic.keys() {
        let (fate, cause) = match at {
            None => inner.of(key),
            Some([tcp, udp]) => {
                if of_key(key).0 == Protocol::Tcp {
                    tcp
                } else {
                    udp
                }
            }
        };
        match fate {
            Fate::Passed if one.certain => home.or_key(key, Fate::Passed, one.cause),
            Fate::Unknown if one.certain => home.or_key(key, Fate::Unknown, cause),
            Fate::Passed | Fate::Unknown => home.or_key(key, Fate::Unknown, one.cause),
            Fate::Dropped => home.or_key(key, Fate::Dropped, cause),
        }
    }
}

fn worst(fates: impl Iterator<Item = (Fate, Cause)>) -> (Fate, Cause) {
    fates.fold((Fate::Dropped, Cause::Line(0)), |found, own| match (found.0, own.0) {
        (Fate::Passed, _) | (_, Fate::Dropped) => found,
        (Fate::Unknown, Fate::Unknown) => found,
        _ => own,
    })
}
