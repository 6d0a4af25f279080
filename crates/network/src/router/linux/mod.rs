//! Linux as a router: what netfilter does with the first packet of a connection from the Internet, whichever language
//! the rules were printed in. Knows neither language (`nft`, `iptables` read them).
//!
//! A packet meets the chains of each hook by priority and must be accepted by all. On the way to the home it goes
//! through prerouting (where a port may be sent to another address) and forward; to the router itself through
//! prerouting and input. Source: netfilter wiki, "Configuring chains", "Netfilter hooks".

use std::net::IpAddr;

use super::net::Net;
use super::traffic::Spans;
use super::walk::{Cause, Fate};

pub(super) mod iptables;
pub(super) mod nft;
mod test;
mod way;

pub(super) use test::{Named, Test};
pub(super) use way::fates;

/// Where in the kernel a base chain sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    /// On the network card.
    Ingress,
    /// Before routing.
    Prerouting,
    /// To the router itself.
    Input,
    /// Through the router.
    Forward,
    /// After routing.
    Postrouting,
}

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Accept,
    Drop,
    Return,
    Jump(String),
    Goto(String),
    /// Sends it elsewhere; `None` as address: to the router itself.
    Send(Target),
    /// Rewrites the source: marks the interface towards the Internet.
    Masquerade,
    Unread,
    /// Counts, logs, marks.
    Nothing,
}

/// Where a rule sends traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) address: Option<IpAddr>,
    /// The ports there; `None`: the same.
    pub(super) ports: Option<(u16, u16)>,
}

/// A rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) cause: Cause,
    pub(super) spans: Spans,
    pub(super) tests: Vec<Test>,
    pub(super) deed: Deed,
}

/// A chain.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// Which table; chains call each other within one.
    pub(super) table: String,
    pub(super) name: String,
    /// The families it sees.
    pub(super) families: Vec<Family>,
    /// Where it sits; `None`: only called.
    pub(super) hook: Option<Hook>,
    pub(super) priority: i32,
    /// Whether it translates addresses instead of filtering.
    pub(super) nat: bool,
    /// What becomes of what no rule decides.
    pub(super) policy: Fate,
    pub(super) cause: Cause,
    pub(super) rules: Vec<Rule>,
}

/// Everything a router's configuration says.
#[derive(Debug, Default)]
pub(super) struct Ruleset {
    pub(super) chains: Vec<Chain>,
    /// The families the configuration speaks of.
    pub(super) spoken: Vec<Family>,
    pub(super) kernel: Kernel,
}

/// What the kernel's settings, handed in with the rules, say.
#[derive(Debug, Default)]
pub(super) struct Kernel {
    /// `net.ipv6.conf.all.disable_ipv6 = 1`.
    pub(super) no_v6: bool,
    /// `net.ipv4.ip_forward = 0`.
    pub(super) v4_stays: bool,
    /// `net.ipv6.conf.all.forwarding = 0`.
    pub(super) v6_stays: bool,
    /// Interfaces of default routes, as `ip route` prints them.
    pub(super) default_routes: Vec<String>,
}

impl Kernel {
    /// Takes in a line of `sysctl` or `ip route`; says whether it was one.
    pub(super) fn read(&mut self, words: &[&str]) -> bool {
        match words {
            [name, "=", value] => {
                let off = *value == "0";
                match *name {
                    "net.ipv6.conf.all.disable_ipv6" => self.no_v6 = *value == "1",
                    "net.ipv4.ip_forward" | "net.ipv4.conf.all.forwarding" => self.v4_stays = off,
                    "net.ipv6.conf.all.forwarding" => self.v6_stays = off,
                    other => return other.starts_with("net."),
                }
                true
            }
            ["default", rest @ ..] => {
                let device = rest.iter().position(|word| *word == "dev").and_then(|at| rest.get(at + 1));
                self.default_routes.extend(device.map(|name| (*name).to_owned()));
                device.is_some()
            }
            _ => false,
        }
    }
}

impl Ruleset {
    /// The interfaces towards the Internet, as far as the configuration tells: default routes, else where the source is
    /// rewritten on the way out. Tunnels and containers are no way to the Internet.
    pub(super) fn wans(&self) -> Vec<String> {
        let mut found = self.kernel.default_routes.clone();
        if found.is_empty() {
            let rules = self.chains.iter().flat_map(|chain| &chain.rules);
            let out = rules.filter(|rule| rule.deed == Deed::Masquerade).flat_map(|rule| &rule.tests);
            for test in out {
                if let Test::Out(Named { names, negated: false }) = test {
                    found.extend(names.iter().filter(|name| is_outward(name)).cloned());
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The other interfaces its rules name.
    fn lans(&self, wans: &[String]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for test in self.chains.iter().flat_map(|chain| &chain.rules).flat_map(|rule| &rule.tests) {
            let (Test::In(named) | Test::Out(named)) = test else { continue };
            let fits = |name: &&String| !name.ends_with('*') && *name != "lo" && !wans.contains(*name);
            found.extend(named.names.iter().filter(fits).cloned());
        }
        found.sort();
        found.dedup();
        found
    }
}

fn is_outward(name: &str) -> bool {
    !["tun", "tap", "wg", "docker", "br-", "veth", "virbr", "lo", "tailscale", "lxc"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Whether a packet to a network the configuration does not know more of is all, some or none of the traffic.
pub(super) fn to_net(net: Net) -> Option<super::walk::Sure> {
    use super::walk::Sure;
    if net.is_any() {
        Some(Sure::Whole)
    } else if net.is_group() {
        None
    } else if net.is_host() {
        Some(Sure::Part)
    } else {
        Some(Sure::Partly)
    }
}
