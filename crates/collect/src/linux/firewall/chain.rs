//! Chains of rules, whichever program printed them, and what they let in.
//!
//! Where a rule's conditions are not understood it is taken to let in more than it may: a rule set is never called
//! tighter than it is.

use std::collections::BTreeMap;

use model::facts::{FirewallRule, NetworkProfile};

/// The deepest chain of jumps followed.
const DEPTH_MAX: usize = 20;
/// The most accepting rules gathered: far more than a document takes.
const ACCEPTED_MAX: usize = 20_000;
/// The most rules looked at on all ways through all chains.
const STEPS_MAX: usize = 200_000;

/// Which packets a chain sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// IPv4.
    Four,
    /// IPv6.
    Six,
    /// Both.
    Both,
}

/// What a rule demands of a packet, as far as it is understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Demand {
    /// `tcp`, `udp`, `icmp`; none: any.
    pub(super) protocol: Option<String>,
    /// Local ports; none: any.
    pub(super) ports: Option<Vec<String>>,
    /// Where from; none: anywhere.
    pub(super) from: Option<Vec<String>>,
    /// Only answers to what this machine began.
    pub(super) answers_only: bool,
    /// Only from this machine itself.
    pub(super) loopback_only: bool,
    /// Something else that was not understood: the rule may hold for less than it seems.
    pub(super) more: bool,
}

impl Demand {
    /// Whether every packet meets it.
    fn is_none(&self) -> bool {
        *self == Demand::default()
    }

    /// Both this and what a rule further down demands.
    fn and(&self, deeper: &Demand) -> Demand {
        Demand {
            protocol: deeper.protocol.clone().or_else(|| self.protocol.clone()),
            ports: deeper.ports.clone().or_else(|| self.ports.clone()),
            from: deeper.from.clone().or_else(|| self.from.clone()),
            answers_only: self.answers_only || deeper.answers_only,
            loopback_only: self.loopback_only || deeper.loopback_only,
            more: self.more || deeper.more,
        }
    }
}

/// What a rule does with a packet that meets its demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Accept,
    Refuse,
    /// Goes on in another chain and, if nothing is decided there, comes back.
    Jump(String),
    /// Goes on in another chain for good.
    Goto(String),
    /// Goes back to where it came from.
    Return,
    /// Counts, marks, logs.
    Nothing,
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) demand: Demand,
    pub(super) then: Then,
    /// What its author wrote beside it.
    pub(super) comment: String,
}

/// A chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chain {
    /// Whether it sees what comes in for this machine, and for which family.
    pub(super) input: Option<Family>,
    /// Whether what no rule decides is dropped.
    pub(super) drops: bool,
    pub(super) rules: Vec<Rule>,
}

/// All chains by name; names are made unique with the table they belong to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chains(pub(super) BTreeMap<String, Chain>);

/// What is let in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Inbound {
    /// Whether anything is filtered at all.
    pub(super) filters: bool,
    /// Whether what no rule names is refused.
    pub(super) blocks: bool,
    /// The rules that let something in.
    pub(super) accepted: Vec<FirewallRule>,
}

/// How a walk through a chain ended for a packet that no demand names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Accepted,
    Refused,
    Undecided,
}

/// What is gathered on the way.
#[derive(Default)]
struct Walk {
    accepted: Vec<FirewallRule>,
    refuses: bool,
    steps: usize,
}

impl Chains {
    /// What the chains let in. `with_six`: whether the machine speaks IPv6 at all.
    pub(super) fn inbound(&self, with_six: bool) -> Inbound {
        let mut walk = Walk::default();
        let (mut four, mut six, mut filters) = (false, !with_six, false);
        for (name, chain) in &self.0 {
            let Some(family) = chain.input else { continue };
            let before = walk.accepted.len();
            walk.refuses = false;
            let end = self.follow(name, &Demand::default(), 0, &mut walk);
            let blocks = end == End::Refused || end == End::Undecided && chain.drops;
            filters |= blocks || walk.refuses;
            four |= blocks && family != Family::Six;
            six |= blocks && family != Family::Four;
            if !blocks {
                // A chain that lets everything in says nothing by also letting some of it in.
                walk.accepted.truncate(before);
            }
        }
        // A set too large to follow may hold anything.
        let followed = walk.steps < STEPS_MAX && walk.accepted.len() < ACCEPTED_MAX;
        Inbound { filters, blocks: four && six && followed, accepted: walk.accepted }
    }

    fn follow(&self, name: &str, above: &Demand, depth: usize, walk: &mut Walk) -> End {
        let Some(chain) = self.0.get(name).filter(|_| depth <= DEPTH_MAX) else { return End::Undecided };
        for rule in &chain.rules {
            walk.steps += 1;
            if walk.steps >= STEPS_MAX {
                return End::Accepted;
            }
            let demand = above.and(&rule.demand);
            let end = match &rule.then {
                Then::Accept => {
                    // What is accepted without any demand is the chain's end, not a rule of its own.
                    if !demand.is_none() && walk.accepted.len() < ACCEPTED_MAX {
                        walk.accepted.extend(as_fact(name, rule, &demand));
                    }
                    End::Accepted
                }
                Then::Refuse => {
                    walk.refuses = true;
                    End::Refused
                }
                Then::Jump(target) => self.follow(target, &demand, depth + 1, walk),
                Then::Goto(target) => match self.follow(target, &demand, depth + 1, walk) {
                    // Nothing decided there means back to the caller, not to the next rule.
                    End::Undecided if rule.demand.is_none() => return End::Undecided,
                    end => end,
                },
                Then::Return if rule.demand.is_none() => return End::Undecided,
                Then::Return | Then::Nothing => End::Undecided,
            };
            if end != End::Undecided && rule.demand.is_none() {
                return end;
            }
        }
        End::Undecided
    }
}

/// The fact of an accepting rule; none for answers and for the machine itself, which let nobody in.
fn as_fact(chain: &str, rule: &Rule, demand: &Demand) -> Option<FirewallRule> {
    if demand.answers_only || demand.loopback_only {
        return None;
    }
    let any = || vec!["any".to_owned()];
    let name = if rule.comment.is_empty() { chain } else { &rule.comment };
    Some(FirewallRule {
        name: Some(crate::text::clean(name)),
        profiles: Some(vec![NetworkProfile::Public]),
        program: None,
        protocol: Some(demand.protocol.clone().unwrap_or_else(|| "any".into())),
        local_ports: Some(demand.ports.clone().unwrap_or_else(any)),
        remote_addresses: Some(demand.from.clone().unwrap_or_else(any)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(demand: Demand, then: Then) -> Rule {
        Rule { demand, then, comment: String::new() }
    }

    fn tcp(port: &str) -> Demand {
        Demand { protocol: Some("tcp".into()), ports: Some(vec![port.into()]), ..Demand::default() }
    }

    fn input(drops: bool, rules: Vec<Rule>) -> Chain {
        Chain { input: Some(Family::Both), drops, rules }
    }

    fn chains(all: Vec<(&str, Chain)>) -> Chains {
        Chains(all.into_iter().map(|(name, chain)| (name.to_owned(), chain)).collect())
    }

    #[test]
    fn policies_and_last_rules() {
        let check = |chain: Chain, expected: (bool, bool, usize)| {
            let inbound = chains(vec![("input", chain)]).inbound(true);
            assert_eq!((inbound.filters, inbound.blocks, inbound.accepted.len()), expected);
        };
        check(input(true, vec![rule(tcp("22"), Then::Accept)]), (true, true, 1));
        check(
            input(false, vec![rule(tcp("22"), Then::Accept), rule(Demand::default(), Then::Refuse)]),
            (true, true, 1),
        );
        check(input(false, vec![rule(tcp("22"), Then::Accept)]), (false, false, 0));
        check(input(false, vec![rule(tcp("23"), Then::Refuse)]), (true, false, 0));
        check(input(true, vec![rule(Demand::default(), Then::Accept)]), (false, false, 0));
        check(
            input(true, vec![rule(Demand { answers_only: true, ..Demand::default() }, Then::Accept)]),
            (true, true, 0),
        );
    }

    #[test]
    fn both_families_must_block() {
        let four = Chain { input: Some(Family::Four), drops: true, rules: Vec::new() };
        let six = Chain { input: Some(Family::Six), drops: true, rules: Vec::new() };
        assert!(!chains(vec![("4", four.clone())]).inbound(true).blocks);
        assert!(chains(vec![("4", four.clone())]).inbound(false).blocks);
        assert!(chains(vec![("4", four), ("6", six)]).inbound(true).blocks);
        assert_eq!(
            Chains::default().inbound(true),
            Inbound { filters: false, blocks: false, accepted: Vec::new() }
        );
    }

    #[test]
    fn jumps() {
        let zone = Chain {
            rules: vec![
                rule(tcp("22"), Then::Accept),
                rule(Demand::default(), Then::Return),
                rule(tcp("23"), Then::Accept),
            ],
            ..Chain::default()
        };
        let from = Demand { from: Some(vec!["10.0.0.0/8".into()]), ..Demand::default() };
        let all =
            chains(vec![("input", input(true, vec![rule(from, Then::Jump("zone".into()))])), ("zone", zone)]);
        let accepted = all.inbound(true).accepted;
        assert_eq!(accepted.len(), 1);
        assert_eq!(accepted[0].remote_addresses, Some(vec!["10.0.0.0/8".to_owned()]));
        assert_eq!(accepted[0].local_ports, Some(vec!["22".to_owned()]));
    }

    #[test]
    fn chains_that_bite_their_tail_end() {
        let tail =
            Chain { rules: vec![rule(Demand::default(), Then::Jump("tail".into())); 3], ..Chain::default() };
        let all = chains(vec![
            ("input", input(true, vec![rule(Demand::default(), Then::Jump("tail".into()))])),
            ("tail", tail),
        ]);
        assert!(!all.inbound(true).blocks, "what could not be followed is not called tight");
    }
}
