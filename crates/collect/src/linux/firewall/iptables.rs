//! The rules as `iptables-save` and `ip6tables-save` print them.

use super::chain::{Chains, Demand, Family, Rule, Then};

/// Adds the chains of the table `filter`; lines that do not fit are passed over.
pub(super) fn parse(saved: &str, family: Family, chains: &mut Chains) {
    let name_of = |chain: &str| unique(family, chain);
    let mut table = "";
    for line in saved.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name.trim();
        }
        if table != "filter" {
            continue;
        }
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [head, policy, ..] if head.starts_with(':') => {
                let chain = head.trim_start_matches(':');
                let entry = chains.0.entry(name_of(chain)).or_default();
                entry.input = (chain == "INPUT").then_some(family);
                entry.drops = *policy == "DROP";
            }
            ["-A", chain, rest @ ..] => {
                let rule = rule(rest, family);
                chains.0.entry(name_of(chain)).or_default().rules.push(rule);
            }
            _ => {}
        }
    }
}

/// A chain's name, told apart from those of the other family and of nftables.
pub(super) fn unique(family: Family, chain: &str) -> String {
    format!("{} {chain}", if family == Family::Six { "ip6tables" } else { "iptables" })
}

/// The words of a line; a comment in quotes is one word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in line.chars() {
        match c {
            _ if escaped => {
                word.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn rule(words: &[&str], family: Family) -> Rule {
    let mut demand = Demand::default();
    let mut rule = Rule { demand: Demand::default(), then: Then::Nothing, comment: String::new() };
    let mut words = words.iter().copied();
    let mut negated = false;
    while let Some(word) = words.next() {
        if word == "!" {
            negated = true;
            continue;
        }
        // Of "everything but this" only the "everything" is kept.
        let not = std::mem::take(&mut negated);
        let mut value = || words.next().unwrap_or_default();
        match word {
            "--comment" => rule.comment = value().to_owned(),
            // Naming a module demands nothing; its options do.
            "-m" => {
                value();
            }
            "-j" => rule.then = then(value(), family, Then::Jump),
            "-g" => rule.then = then(value(), family, Then::Goto),
            _ if not => {
                value();
                demand.more = true;
            }
            "-p" => {
                demand.protocol =
                    Some(value().replace("ipv6-icmp", "icmp")).filter(|protocol| protocol != "all")
            }
            "--dport" | "--dports" => {
                demand.ports = Some(value().split(',').map(|port| port.replace(':', "-")).collect())
            }
            "-s" => demand.from = Some(value().split(',').map(host).collect()),
            "-i" => match value() {
                "lo" => demand.loopback_only = true,
                _ => demand.more = true,
            },
            "--ctstate" | "--state" => {
                let states = value();
                let only = states
                    .split(',')
                    .all(|state| matches!(state, "RELATED" | "ESTABLISHED" | "UNTRACKED" | "SNAT" | "DNAT"));
                demand.answers_only = only;
                demand.more |= !only && states != "NEW";
            }
            // Options of targets say nothing about the packet.
            "--reject-with" | "--log-prefix" | "--log-level" | "--nflog-group" | "--nflog-prefix" => {
                value();
            }
            _ => demand.more = true,
        }
    }
    rule.demand = demand;
    rule
}

/// A whole address without the length that says so.
fn host(address: &str) -> String {
    address.strip_suffix("/32").or_else(|| address.strip_suffix("/128")).unwrap_or(address).to_owned()
}

fn then(target: &str, family: Family, chain: fn(String) -> Then) -> Then {
    match target {
        "ACCEPT" => Then::Accept,
        "DROP" | "REJECT" | "TARPIT" => Then::Refuse,
        "RETURN" => Then::Return,
        "LOG" | "NFLOG" | "MARK" | "CONNMARK" | "NOTRACK" | "AUDIT" | "TRACE" | "SET" => Then::Nothing,
        // Someone else decides: it may let everything in.
        "QUEUE" | "NFQUEUE" => Then::Accept,
        other => chain(unique(family, other)),
    }
}

#[cfg(test)]
mod tests {
    use model::facts::FirewallRule;

    use super::super::chain::Inbound;
    use super::*;

    fn inbound(saved: &str) -> Inbound {
        let mut chains = Chains::default();
        parse(saved, Family::Four, &mut chains);
        chains.inbound(false)
    }

    fn shown(rule: &FirewallRule) -> String {
        let list = |list: &Option<Vec<String>>| list.clone().unwrap().join(",");
        format!(
            "{} {} {}",
            rule.protocol.clone().unwrap(),
            list(&rule.local_ports),
            list(&rule.remote_addresses)
        )
    }

    const UFW: &str = "\
# Generated by iptables-save
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:ufw-before-input - [0:0]
:ufw-user-input - [0:0]
-A INPUT -j ufw-before-input
-A INPUT -j ufw-user-input
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
-A ufw-user-input -s 192.168.1.10/32 -p tcp -m tcp --dport 22 -m comment --comment \"from the \\\"office\\\"\" -j ACCEPT
-A ufw-user-input -p tcp -m multiport --dports 80,443,8000:8010 -j ACCEPT
COMMIT
";

    #[test]
    fn ufw() {
        let inbound = inbound(UFW);
        assert!(inbound.filters && inbound.blocks);
        let rules: Vec<_> = inbound.accepted.iter().map(shown).collect();
        assert_eq!(
            rules,
            ["icmp any any", "udp 5353 any", "tcp 22 192.168.1.10", "tcp 80,443,8000-8010 any"]
        );
        assert_eq!(inbound.accepted[2].name.as_deref(), Some("from the \"office\""));
    }

    #[test]
    fn other_tables_filter_nothing() {
        let saved = "*nat\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n*mangle\n:INPUT DROP [0:0]\nCOMMIT\n";
        assert!(!inbound(saved).blocks);
    }

    #[test]
    fn nothing_is_filtered() {
        let inbound = inbound("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
        assert!(!inbound.filters && !inbound.blocks);
    }

    #[test]
    fn what_is_not_understood_is_taken_for_open() {
        let rules = inbound(
            "*filter\n:INPUT DROP [0:0]\n-A INPUT ! -s 10.0.0.0/8 -m owner --odd x -j ACCEPT\nCOMMIT\n",
        )
        .accepted;
        assert_eq!(rules.iter().map(shown).collect::<Vec<_>>(), ["any any any"]);
        assert!(
            !inbound("*filter\n:INPUT DROP [0:0]\n-A INPUT -j NFQUEUE --queue-num 0\n").accepted.is_empty()
        );
        assert!(!inbound("\u{fffd}\n:\n-A\n-A INPUT -s\n").filters);
    }
}
