//! The rules as `nft -j list ruleset` prints them.
//!
//! Source: libnftables-json(5).

use serde_json::Value;

use super::chain::{Chains, Demand, Family, Rule, Then};
use super::iptables;
use crate::gap::Gap;

/// Adds the chains of all tables. Chains that iptables keeps in nftables are left out when iptables told of them.
pub(super) fn parse(json: &str, chains: &mut Chains) -> Result<(), Gap> {
    let json: Value =
        serde_json::from_str(json).map_err(|error| Gap::failed(format_args!("nft: {error}")))?;
    let told =
        [Family::Four, Family::Six].map(|family| chains.0.contains_key(&iptables::unique(family, "INPUT")));
    let entries =
        json.get("nftables").and_then(Value::as_array).ok_or_else(|| Gap::failed("nft: no 'nftables'"))?;
    for entry in entries {
        if let Some(chain) = entry.get("chain") {
            let Some((family, name)) = place(chain, "name", told) else { continue };
            let made = chains.0.entry(name).or_default();
            made.input = (text(chain, "hook") == Some("input") && text(chain, "type") == Some("filter"))
                .then_some(family);
            made.drops = text(chain, "policy") == Some("drop");
        } else if let Some(rule) = entry.get("rule") {
            let Some((_, name)) = place(rule, "chain", told) else { continue };
            let comment = text(rule, "comment").unwrap_or_default();
            let steps = rule.get("expr").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let rules = rules(steps, &name, comment);
            chains.0.entry(name).or_default().rules.extend(rules);
        }
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The family and the unique name of a chain; none for chains that see no packets for this machine, or are told of
/// already.
fn place(entry: &Value, key: &str, told: [bool; 2]) -> Option<(Family, String)> {
    let (family, table) = (text(entry, "family")?, text(entry, "table")?);
    let seen = match family {
        "ip" => Family::Four,
        "ip6" => Family::Six,
        "inet" => Family::Both,
        _ => return None,
    };
    let [four, six] = told;
    if table == "filter" && (seen == Family::Four && four || seen == Family::Six && six) {
        return None;
    }
    Some((seen, format!("{family} {table} {}", text(entry, key)?)))
}

/// A rule of nftables; one with a map of verdicts is several.
fn rules(steps: &[Value], chain: &str, comment: &str) -> Vec<Rule> {
    let table = chain.rsplit_once(' ').map_or(chain, |(table, _)| table);
    let mut demand = Demand::default();
    let mut made = Vec::new();
    for step in steps {
        let Some((kind, value)) = step.as_object().and_then(|step| step.iter().next()) else {
            demand.more = true;
            continue;
        };
        if let Some(then) = then(kind, value, table) {
            made.push(Rule { demand: demand.clone(), then, comment: comment.to_owned() });
            continue;
        }
        match kind.as_str() {
            "match" => matches(value, &mut demand),
            "vmap" => made.extend(mapped(value, &demand, table, comment)),
            "counter" | "log" | "limit" | "mangle" | "notrack" | "comment" => {
                // A limit lets through only so much of what it names, but it does let through.
                demand.more |= kind == "limit";
            }
            _ => demand.more = true,
        }
    }
    made
}

fn then(kind: &str, value: &Value, table: &str) -> Option<Then> {
    let target = || Some(format!("{table} {}", text(value, "target")?));
    match kind {
        "accept" | "queue" => Some(Then::Accept),
        "drop" | "reject" => Some(Then::Refuse),
        "return" => Some(Then::Return),
        "jump" => target().map(Then::Jump),
        "goto" => target().map(Then::Goto),
        _ => None,
    }
}

/// `{"key": …, "data": {"set": [[value, {"accept": null}], …]}}`: one rule per entry.
fn mapped(map: &Value, above: &Demand, table: &str, comment: &str) -> Vec<Rule> {
    let none = Value::Null;
    let key = map.get("key").unwrap_or(&none);
    let entries = map.pointer("/data/set").and_then(Value::as_array);
    let Some(entries) = entries else {
        // A map kept elsewhere may let anything in.
        return vec![Rule {
            demand: Demand { more: true, ..above.clone() },
            then: Then::Accept,
            comment: comment.to_owned(),
        }];
    };
    let rule = |entry: &Value| {
        let pair = entry.as_array()?;
        let (value, verdict) = (pair.first()?, pair.get(1)?);
        let (kind, target) = verdict.as_object()?.iter().next()?;
        let mut demand = above.clone();
        demanded(key, value, &mut demand);
        Some(Rule { demand, then: then(kind, target, table)?, comment: comment.to_owned() })
    };
    entries.iter().filter_map(rule).collect()
}

/// `{"op": "==", "left": …, "right": …}`.
fn matches(value: &Value, demand: &mut Demand) {
    let none = Value::Null;
    let of = |key: &str| value.get(key).unwrap_or(&none);
    match text(value, "op") {
        Some("==" | "in") => demanded(of("left"), of("right"), demand),
        _ => demand.more = true,
    }
}

/// What it means that `left` is one of `right`.
fn demanded(left: &Value, right: &Value, demand: &mut Demand) {
    let payload = left.get("payload").map(|payload| (text(payload, "protocol"), text(payload, "field")));
    let meta = left.get("meta").and_then(|meta| text(meta, "key"));
    let state = left.get("ct").and_then(|ct| text(ct, "key")) == Some("state");
    let listed = values(right);
    match (payload, meta, listed) {
        (Some((Some(protocol @ ("tcp" | "udp" | "th")), Some("dport"))), _, Some(ports)) => {
            if protocol != "th" {
                demand.protocol = Some(protocol.into());
            }
            demand.ports = Some(ports);
        }
        (Some((Some("ip" | "ip6"), Some("saddr"))), _, Some(from)) => demand.from = Some(from),
        (Some((Some("ip"), Some("protocol")) | (Some("ip6"), Some("nexthdr"))), _, Some(protocols))
        | (_, Some("l4proto"), Some(protocols)) => match protocols.as_slice() {
            [one] => demand.protocol = Some(one.replace("ipv6-icmp", "icmp")),
            several if several.iter().all(|one| one.ends_with("icmp")) => {
                demand.protocol = Some("icmp".into())
            }
            _ => demand.more = true,
        },
        (Some((Some("icmp" | "icmpv6"), _)), _, _) => {
            demand.protocol = Some("icmp".into());
            demand.more = true;
        }
        (_, Some("iif" | "iifname"), Some(cards)) if cards == ["lo"] => demand.loopback_only = true,
        (_, _, Some(states)) if state => {
            let answers =
                states.iter().all(|state| matches!(state.as_str(), "established" | "related" | "untracked"));
            demand.answers_only |= answers;
            demand.more |= !answers;
        }
        _ => demand.more = true,
    }
}

/// The values on the right: one, a set, ranges, networks; none when they are kept elsewhere (`@name`).
fn values(right: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) if text.starts_with('@') => None,
        Value::String(text) => Some(crate::text::clean(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => {
            let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), crate::text::clean);
            if let Some([first, last]) = object.get("range").and_then(Value::as_array).map(Vec::as_slice) {
                Some(format!("{}-{}", plain(first), plain(last)))
            } else {
                let network = object.get("prefix")?;
                Some(format!("{}/{}", text(network, "addr")?, network.get("len")?))
            }
        }
        _ => None,
    };
    match (right.get("set").and_then(Value::as_array), right) {
        (Some(set), _) | (None, Value::Array(set)) => set.iter().map(one).collect(),
        _ => Some(vec![one(right)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Inbound;
    use super::*;

    fn inbound(rules: &str, policy: &str) -> Inbound {
        let json = format!(
            r#"{{"nftables":[{{"metainfo":{{"version":"1.0.6"}}}},{{"table":{{"family":"inet","name":"filter","handle":1}}}},
            {{"chain":{{"family":"inet","table":"filter","name":"input","handle":1,"type":"filter","hook":"input","prio":0,"policy":"{policy}"}}}},
            {{"chain":{{"family":"inet","table":"filter","name":"zone","handle":2}}}}{rules}]}}"#
        );
        let mut chains = Chains::default();
        parse(&json, &mut chains).unwrap();
        chains.inbound(true)
    }

    fn rule(chain: &str, steps: &str) -> String {
        format!(
            r#",{{"rule":{{"family":"inet","table":"filter","chain":"{chain}","handle":9,"expr":[{steps}]}}}}"#
        )
    }

    fn shown(inbound: &Inbound) -> Vec<String> {
        let list = |list: &Option<Vec<String>>| list.clone().unwrap().join(",");
        let one = |rule: &model::facts::FirewallRule| {
            format!(
                "{} {} {}",
                rule.protocol.clone().unwrap(),
                list(&rule.local_ports),
                list(&rule.remote_addresses)
            )
        };
        inbound.accepted.iter().map(one).collect()
    }

    const ESTABLISHED: &str = r#"{"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established","related"]}},{"accept":null}"#;
    const LOOPBACK: &str =
        r#"{"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"lo"}},{"accept":null}"#;
    const SSH: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":{"prefix":{"addr":"10.0.0.0","len":8}}}},
        {"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":22}},{"counter":{"packets":0,"bytes":0}},{"accept":null}"#;
    const WEB: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[80,{"range":[8000,8010]}]}}},{"accept":null}"#;

    #[test]
    fn a_usual_set() {
        let rules = [ESTABLISHED, LOOPBACK, SSH, WEB].map(|steps| rule("input", steps)).concat();
        let inbound = inbound(&rules, "drop");
        assert!(inbound.filters && inbound.blocks);
        assert_eq!(shown(&inbound), ["tcp 22 10.0.0.0/8", "tcp 80,8000-8010 any"]);
    }

    #[test]
    fn a_set_like_firewalld() {
        let rules = rule("input", ESTABLISHED)
            + &rule("input", r#"{"jump":{"target":"zone"}}"#)
            + &rule("input", r#"{"reject":{"type":"icmpx","expr":"admin-prohibited"}}"#)
            + &rule("zone", WEB)
            + &rule(
                "zone",
                r#"{"match":{"op":"==","left":{"meta":{"key":"l4proto"}},"right":{"set":["icmp","ipv6-icmp"]}}},{"accept":null}"#,
            );
        let inbound = inbound(&rules, "accept");
        assert!(inbound.filters && inbound.blocks);
        assert_eq!(shown(&inbound), ["tcp 80,8000-8010 any", "icmp any any"]);
    }

    #[test]
    fn maps_of_verdicts() {
        let map = r#"{"vmap":{"key":{"payload":{"protocol":"tcp","field":"dport"}},"data":{"set":[[22,{"accept":null}],[23,{"drop":null}],[80,{"goto":{"target":"zone"}}]]}}}"#;
        let rules = rule("input", map) + &rule("zone", r#"{"accept":null}"#);
        assert_eq!(shown(&inbound(&rules, "drop")), ["tcp 22 any", "tcp 80 any"]);
    }

    #[test]
    fn what_is_not_understood_is_taken_for_open() {
        let check = |steps: &str, expected: &[&str]| {
            assert_eq!(shown(&inbound(&rule("input", steps), "drop")), expected)
        };
        check(r#"{"xt":null},{"accept":null}"#, &["any any any"]);
        check(
            r#"{"match":{"op":"!=","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"10.0.0.1"}},{"accept":null}"#,
            &["any any any"],
        );
        check(
            r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"@friends"}},{"accept":null}"#,
            &["any any any"],
        );
        check(r#"{"vmap":{"key":{},"data":"@map"}}"#, &["any any any"]);
        check("7", &[]);
    }

    #[test]
    fn no_rules_and_no_json() {
        let mut chains = Chains::default();
        parse(r#"{"nftables":[{"metainfo":{}}]}"#, &mut chains).unwrap();
        assert_eq!(chains, Chains::default());
        assert!(parse("", &mut chains).is_err());
        assert!(parse("{}", &mut chains).is_err());
        assert!(parse(&"[".repeat(100_000), &mut chains).is_err());
    }

    #[test]
    fn what_iptables_told_is_not_told_twice() {
        let mut chains = Chains::default();
        iptables::parse("*filter\n:INPUT DROP [0:0]\n", Family::Four, &mut chains);
        parse(r#"{"nftables":[{"chain":{"family":"ip","table":"filter","name":"INPUT","type":"filter","hook":"input","policy":"drop"}}]}"#, &mut chains).unwrap();
        assert_eq!(chains.0.len(), 1);
    }
}
