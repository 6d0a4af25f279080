//! Section `firewall`: the Windows Defender Firewall's profiles, and its rules that let something in.
//!
//! Source: [MS-GPFAS] 2.2.2 ("Firewall Rule and the Firewall Rule Grammar Rule"). A product of another maker that took
//! over the firewall is not seen here.

use model::facts::{Firewall, FirewallProfile, FirewallRule, InboundDefault, NetworkProfile};

use super::machine::{Datum, Hive, Machine};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

const LOCAL: &str = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\WindowsFirewall";
/// The most rules in one document; Windows itself has a few hundred.
const RULES_MAX: usize = 5_000;
/// The longest rule read, in bytes; [MS-GPFAS] rules are far shorter.
const RULE_MAX_BYTES: usize = 16 * 1024;
/// Each profile with its name in the settings and its names in the policy. "Standard" is the private one.
const PROFILES: [(NetworkProfile, &str, &[&str]); 3] = [
    (NetworkProfile::Domain, "DomainProfile", &["DomainProfile"]),
    (NetworkProfile::Private, "StandardProfile", &["PrivateProfile", "StandardProfile"]),
    (NetworkProfile::Public, "PublicProfile", &["PublicProfile"]),
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Firewall, Gap> {
    let profiles: Result<Vec<_>, Gap> = PROFILES
        .into_iter()
        .map(|(name, local, policy)| {
            Ok(profile(
                name,
                number(machine, local, policy, "EnableFirewall")?,
                number(machine, local, policy, "DefaultInboundAction")?,
            ))
        })
        .collect();
    let rules = rules(machine).and_then(|rules| at_most(rules, RULES_MAX, "rules"));
    Ok(Firewall { profiles: gaps.keep("profiles", profiles), allow_rules: gaps.keep("allow_rules", rules) })
}

/// A profile's setting: the policy's, or else the local one. A profile is always set up.
fn number(machine: &dyn Machine, local: &str, policy: &[&str], name: &str) -> Result<Option<u64>, Gap> {
    for profile in policy {
        if let Some(number) = machine.number(&format!(r"{POLICY}\{profile}"), name)? {
            return Ok(Some(number));
        }
    }
    let key = format!(r"{LOCAL}\{local}");
    machine.keys(Hive::Machine, &key)?.ok_or_else(|| Gap::not_found(&key))?;
    machine.number(&key, name)
}

/// What is not set is as Windows has it: on, and blocking.
fn profile(name: NetworkProfile, enabled: Option<u64>, inbound: Option<u64>) -> FirewallProfile {
    FirewallProfile {
        name: Some(name),
        enabled: Some(enabled != Some(0)),
        default_inbound: Some(if inbound == Some(0) { InboundDefault::Allow } else { InboundDefault::Block }),
    }
}

/// All enabled rules that let something in: of the policy, and of the machine where the policy lets them hold.
pub(crate) fn rules(machine: &dyn Machine) -> Result<Vec<FirewallRule>, Gap> {
    Ok(grouped(machine)?.into_iter().map(|(_, rule)| rule).collect())
}

/// The groups of these rules, with the profiles in which each lets something in.
pub(crate) fn groups(machine: &dyn Machine) -> Result<Vec<(String, Vec<NetworkProfile>)>, Gap> {
    let rules = grouped(machine)?.into_iter();
    Ok(rules.map(|(group, rule)| (group, rule.profiles.unwrap_or_default())).collect())
}

/// A rule with its group.
type Grouped = (String, FirewallRule);

fn grouped(machine: &dyn Machine) -> Result<Vec<Grouped>, Gap> {
    let local = format!(r"{LOCAL}\FirewallRules");
    let listed = machine.values(Hive::Machine, &local)?.ok_or_else(|| Gap::not_found(&local))?;
    let mut merged = Vec::new();
    for (name, _, policy) in PROFILES {
        let ignored = policy
            .iter()
            .map(|profile| machine.number(&format!(r"{POLICY}\{profile}"), "AllowLocalPolicyMerge"));
        if !ignored.collect::<Result<Vec<_>, Gap>>()?.contains(&Some(0)) {
            merged.push(name);
        }
    }
    let mut rules = allowing(&listed, &merged);
    let set = machine.values(Hive::Machine, &format!(r"{POLICY}\FirewallRules"))?.unwrap_or_default();
    rules.extend(allowing(&set, &PROFILES.map(|(name, _, _)| name)));
    Ok(rules)
}

fn allowing(values: &[(String, Datum)], profiles: &[NetworkProfile]) -> Vec<Grouped> {
    let rule = |(name, datum): &(String, Datum)| match datum {
        Datum::Text(text) if text.len() <= RULE_MAX_BYTES => {
            Some((group(text), parse(name, text, profiles)?))
        }
        _ => None,
    };
    values.iter().filter_map(rule).collect()
}

/// The group a rule belongs to: `EmbedCtxt=@FirewallAPI.dll,-32752`, the same in every language.
fn group(rule: &str) -> String {
    let named = rule.split('|').find_map(|field| field.strip_prefix("EmbedCtxt="));
    named.map(text::clean).unwrap_or_default()
}

/// A rule in the form `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|…|`; none when it lets nothing in
/// in any of the profiles.
fn parse(id: &str, rule: &str, profiles: &[NetworkProfile]) -> Option<FirewallRule> {
    let fields: Vec<(&str, &str)> = rule.split('|').filter_map(|field| field.split_once('=')).collect();
    let first = |name: &str| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    let all = |names: &'static [&str]| {
        let named = fields.iter().filter(move |(key, _)| names.contains(key));
        named.map(|(_, value)| *value).take(1000)
    };
    let is = |name: &str, value: &str| first(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
    if !rule.starts_with('v')
        || !is("Active", "TRUE")
        || !is("Dir", "In")
        || !(is("Action", "Allow") || is("Action", "ByPass"))
    {
        return None;
    }
    let named: Vec<NetworkProfile> = all(&["Profile"]).filter_map(profile_of).collect();
    let holds: Vec<NetworkProfile> =
        profiles.iter().copied().filter(|one| named.is_empty() || named.contains(one)).collect();
    if holds.is_empty() {
        return None;
    }
    let or_any = |list: Vec<String>| if list.is_empty() { vec!["any".to_owned()] } else { list };
    let addresses = all(&["RA4", "RA6", "RA42", "RA62"]).map(address).collect();
    // A name that begins with @ is a text of Windows in its language; the rule's id does not change.
    let name = first("Name").filter(|name| !name.starts_with('@')).unwrap_or(id);
    Some(FirewallRule {
        name: Some(text::clean(name)),
        profiles: Some(holds),
        program: first("App").map(text::clean),
        protocol: Some(protocol(first("Protocol"))),
        local_ports: Some(or_any(all(&["LPort", "LPort2_10"]).map(text::clean).collect())),
        remote_addresses: Some(or_any(addresses)),
    })
}

fn profile_of(name: &str) -> Option<NetworkProfile> {
    match name {
        "Domain" => Some(NetworkProfile::Domain),
        "Private" => Some(NetworkProfile::Private),
        "Public" => Some(NetworkProfile::Public),
        _ => None,
    }
}

/// Numbers of IANA; 256 is any.
fn protocol(number: Option<&str>) -> String {
    match number {
        Some("6") => "tcp".into(),
        Some("17") => "udp".into(),
        Some("1" | "58") => "icmp".into(),
        None | Some("256") => "any".into(),
        Some(other) => text::clean(other),
    }
}

/// An address, a network, a range, or one of the words for what changes with the place.
fn address(given: &str) -> String {
    match given {
        "LocalSubnet" | "LocalSubnet4" | "LocalSubnet6" => "local_subnet".into(),
        "*" => "any".into(),
        other => text::clean(other).replace("/255.255.255.255", ""),
    }
}

/// Who may reach a TCP port: `any` for all, nobody when no rule opens it.
pub(crate) fn allowed(machine: &dyn Machine, port: i64) -> Result<Vec<String>, Gap> {
    let mut opens_all = false;
    for (name, local, policy) in PROFILES {
        let enabled = number(machine, local, policy, "EnableFirewall")?;
        let set = profile(name, enabled, number(machine, local, policy, "DefaultInboundAction")?);
        opens_all |= set.enabled == Some(false) || set.default_inbound == Some(InboundDefault::Allow);
    }
    if opens_all {
        return Ok(vec!["any".into()]);
    }
    let mut from: Vec<String> = rules(machine)?
        .iter()
        .filter(|rule| opens(rule, port))
        .flat_map(|rule| rule.remote_addresses.clone().unwrap_or_default())
        .collect();
    from.sort_unstable();
    from.dedup();
    at_most(from, 1000, "addresses")
}

/// Whether a rule opens a TCP port to Windows' own services. Rules for other programs do not.
fn opens(rule: &FirewallRule, port: i64) -> bool {
    let of_tcp = matches!(rule.protocol.as_deref(), Some("tcp" | "any"));
    let program = rule.program.as_deref().unwrap_or_default().to_ascii_lowercase();
    let of_service = program.is_empty() || program == "system" || program.ends_with(r"\svchost.exe");
    let names = |listed: &String| {
        let (first, last) = listed.split_once('-').unwrap_or((listed, listed));
        listed == "any"
            || matches!((first.parse::<i64>(), last.parse::<i64>()), (Ok(first), Ok(last)) if (first..=last).contains(&port))
    };
    of_tcp
        && of_service
        && rule
            .local_ports
            .iter()
            .flatten()
            .flat_map(|list| list.split(',').map(str::to_owned).collect::<Vec<_>>())
            .any(|listed| names(&listed))
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    const RDP: &str = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\\system32\\svchost.exe|\
        Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-28752|";

    /// A machine with the three profiles as installed, and these rules.
    pub(crate) fn with_rules(rules: &[(&str, &str)]) -> Recorded {
        let mut machine = Recorded::default().key(&format!(r"{LOCAL}\FirewallRules"));
        for (_, local, _) in PROFILES {
            machine = machine.number(&format!(r"{LOCAL}\{local}"), "EnableFirewall", 1);
        }
        for (id, rule) in rules {
            machine = machine.text(&format!(r"{LOCAL}\FirewallRules"), id, rule);
        }
        machine
    }

    #[test]
    fn profiles() {
        let machine = with_rules(&[])
            .number(&format!(r"{LOCAL}\PublicProfile"), "EnableFirewall", 0)
            .number(&format!(r"{LOCAL}\StandardProfile"), "DefaultInboundAction", 1)
            .number(&format!(r"{POLICY}\PrivateProfile"), "DefaultInboundAction", 0);
        let profiles = read(&machine, &mut Gaps::of("firewall")).unwrap().profiles.unwrap();
        let expected = [
            profile(NetworkProfile::Domain, Some(1), None),
            profile(NetworkProfile::Private, Some(1), Some(0)),
            profile(NetworkProfile::Public, Some(0), Some(1)),
        ];
        assert_eq!(profiles, expected);
        assert_eq!(profiles[1].default_inbound, Some(InboundDefault::Allow), "the policy wins");
    }

    #[test]
    fn a_machine_without_the_firewalls_keys() {
        let mut gaps = Gaps::of("firewall");
        assert_eq!(read(&Recorded::default(), &mut gaps).unwrap(), Firewall::default());
        assert_eq!(
            (gaps.why("profiles"), gaps.why("allow_rules")),
            (Some(Why::NotFound), Some(Why::NotFound))
        );
    }

    #[test]
    fn rules_that_let_in() {
        let rule = |text: &str| parse("id", text, &PROFILES.map(|(name, _, _)| name));
        let rdp = rule(RDP).unwrap();
        assert_eq!(rdp.name.as_deref(), Some("id"), "never the localised name");
        assert_eq!((rdp.protocol.as_deref(), rdp.local_ports), (Some("tcp"), Some(vec!["3389".to_owned()])));
        assert_eq!(
            (rdp.profiles.map(|all| all.len()), rdp.remote_addresses),
            (Some(3), Some(vec!["any".to_owned()]))
        );
        let narrow = rule("v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=17|Profile=Private|Profile=Domain|LPort=5000|LPort2_10=6000-6010|\
            RA4=192.168.1.0/255.255.255.0|RA4=10.0.0.1/255.255.255.255|RA6=LocalSubnet|Name=印刷|").unwrap();
        assert_eq!(narrow.name.as_deref(), Some("印刷"));
        assert_eq!(narrow.profiles, Some(vec![NetworkProfile::Domain, NetworkProfile::Private]));
        assert_eq!(narrow.local_ports, Some(vec!["5000".to_owned(), "6000-6010".to_owned()]));
        assert_eq!(
            narrow.remote_addresses.unwrap(),
            ["192.168.1.0/255.255.255.0", "10.0.0.1", "local_subnet"]
        );
        assert_eq!(rule("v2.0|Action=Allow|Active=TRUE|Dir=In|").unwrap().protocol.as_deref(), Some("any"));
    }

    #[test]
    fn rules_that_do_not() {
        let check =
            |text: &str| assert_eq!(parse("id", text, &PROFILES.map(|(name, _, _)| name)), None, "{text}");
        check(&RDP.replace("Active=TRUE", "Active=FALSE"));
        check(&RDP.replace("Action=Allow", "Action=Block"));
        check(&RDP.replace("Dir=In", "Dir=Out"));
        check("");
        check("\u{fffd}|=|Action=Allow");
        let huge = Datum::Text(RDP.repeat(10_000));
        assert!(
            allowing(&[("huge".into(), huge), ("odd".into(), Datum::Other)], &[NetworkProfile::Public])
                .is_empty()
        );
    }

    #[test]
    fn a_policy_may_turn_local_rules_off() {
        let machine = with_rules(&[("RemoteDesktop", RDP)])
            .number(&format!(r"{POLICY}\DomainProfile"), "AllowLocalPolicyMerge", 0)
            .text(
                &format!(r"{POLICY}\FirewallRules"),
                "{1}",
                &RDP.replace("LPort=3389", "LPort=50000|Profile=Domain"),
            );
        let profiles: Vec<_> =
            rules(&machine).unwrap().into_iter().map(|rule| rule.profiles.unwrap()).collect();
        assert_eq!(
            profiles,
            [vec![NetworkProfile::Private, NetworkProfile::Public], vec![NetworkProfile::Domain]]
        );
    }

    #[test]
    fn who_reaches_a_port() {
        let rule = RDP.replace("LPort=3389", "LPort=3389|RA4=192.168.1.10");
        let other = RDP.replace(r"App=%SystemRoot%\system32\svchost.exe", r"App=C:\game.exe");
        let machine = with_rules(&[("a", &rule), ("b", &other)]);
        assert_eq!(allowed(&machine, 3389).unwrap(), ["192.168.1.10"]);
        assert_eq!(allowed(&machine, 50_000).unwrap(), Vec::<String>::new());
        let open = machine.number(&format!(r"{LOCAL}\PublicProfile"), "EnableFirewall", 0);
        assert_eq!(allowed(&open, 3389).unwrap(), ["any"]);
    }
}
