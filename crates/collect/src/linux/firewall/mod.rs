//! Section `firewall`: what the kernel lets in, whichever program set it up (ufw, firewalld, nft, iptables).
//!
//! One profile, `public`: Linux behaves the same in every network. Reading the rules needs root.

use model::facts::{Firewall, FirewallProfile, FirewallRule, InboundDefault, NetworkProfile};

use super::root::absent_is_none;
use super::{Here, process};
use crate::command::LONG;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

mod chain;
mod iptables;
mod nft;

use chain::{Chains, Family, Inbound};

/// The most rules in one document.
const RULES_MAX: usize = 2_000;

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Firewall, Gap> {
    let inbound = inbound(here)?;
    let profile = FirewallProfile {
        name: Some(NetworkProfile::Public),
        enabled: Some(inbound.filters),
        default_inbound: Some(if inbound.blocks { InboundDefault::Block } else { InboundDefault::Allow }),
    };
    let rules = at_most(inbound.accepted, RULES_MAX, "rules");
    Ok(Firewall { profiles: Some(vec![profile]), allow_rules: gaps.keep("allow_rules", rules) })
}

/// Who may reach any of these TCP ports: `any` for all, nobody when no rule opens them.
pub(crate) fn allowed(here: &Here, ports: &[u16]) -> Result<Vec<String>, Gap> {
    Ok(reaches(&inbound(here)?, ports))
}

fn reaches(inbound: &Inbound, ports: &[u16]) -> Vec<String> {
    if !inbound.blocks {
        return vec!["any".into()];
    }
    let opens = |rule: &&FirewallRule| {
        let of_tcp = matches!(rule.protocol.as_deref(), None | Some("tcp" | "any"));
        let names = |listed: &String| {
            let (first, last) = listed.split_once('-').unwrap_or((listed, listed));
            listed == "any"
                || matches!((first.parse::<u16>(), last.parse::<u16>()), (Ok(first), Ok(last))
                    if ports.iter().any(|port| (first..=last).contains(port)))
        };
        of_tcp && rule.local_ports.as_ref().is_none_or(|listed| listed.iter().any(names))
    };
    let mut from: Vec<String> = inbound
        .accepted
        .iter()
        .filter(opens)
        .flat_map(|rule| rule.remote_addresses.clone().unwrap_or_default())
        .collect();
    from.sort_unstable();
    from.dedup();
    from
}

/// Reads all rules there are: those of nftables, and those of iptables in its old and its new form.
fn inbound(here: &Here) -> Result<Inbound, Gap> {
    if !here.is_root() {
        return Err(Gap::denied("reading the firewall's rules needs root"));
    }
    let mut chains = Chains::default();
    let mut asked = false;
    // Without naming a table: naming one would load it into the kernel, and nothing is to be changed.
    for (program, family) in [("iptables-save", Family::Four), ("ip6tables-save", Family::Six)] {
        if here.has(program) {
            iptables::parse(&here.output(program, &[], LONG)?, family, &mut chains);
            asked = true;
        }
    }
    if here.has("nft") {
        nft::parse(&here.output("nft", &["-j", "list", "ruleset"], LONG)?, &mut chains)?;
        asked = true;
    }
    if !asked {
        return Err(Gap::not_found("neither nft nor iptables is installed"));
    }
    if !here.has("nft") && process::running(here)?.any(&["firewalld"]) {
        // Its rules are nftables' own, which iptables does not show.
        return Err(Gap::not_found("firewalld runs, but the program nft is not installed"));
    }
    let six = absent_is_none(here.root.text("/proc/net/if_inet6"))?.unwrap_or_default();
    Ok(chains.inbound(six.lines().any(|line| !line.trim_end().ends_with(" lo"))))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn without_root_it_is_denied() {
        let (_folder, here) = Here::with(&[("/proc/self/status", b"Name:\tx\nUid:\t0\t1000\t1000\t1000\n")]);
        assert_eq!(read(&here, &mut Gaps::of("firewall")).unwrap_err().why, Why::Denied);
        let (_folder, here) = Here::with(&[("/proc/self/status", b"Uid:\t1000\t0\t0\t0\n")]);
        assert_eq!(read(&here, &mut Gaps::of("firewall")).unwrap_err().why, Why::NotFound);
    }

    #[test]
    fn who_reaches_a_port() {
        let rule = |protocol: &str, ports: &[&str], from: &str| FirewallRule {
            protocol: Some(protocol.into()),
            local_ports: Some(ports.iter().map(|port| (*port).to_owned()).collect()),
            remote_addresses: Some(vec![from.into()]),
            ..FirewallRule::default()
        };
        let accepted = vec![
            rule("tcp", &["22"], "10.0.0.0/8"),
            rule("tcp", &["20-25", "80"], "192.0.2.1"),
            rule("udp", &["22"], "any"),
            rule("any", &["any"], "192.0.2.9"),
            rule("tcp", &["ssh"], "192.0.2.10"),
        ];
        let inbound = Inbound { filters: true, blocks: true, accepted };
        assert_eq!(reaches(&inbound, &[22]), ["10.0.0.0/8", "192.0.2.1", "192.0.2.9"]);
        assert_eq!(reaches(&inbound, &[50022]), ["192.0.2.9"]);
        assert_eq!(reaches(&Inbound { blocks: false, ..inbound }, &[22]), ["any"]);
    }
}
