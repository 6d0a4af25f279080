//! Section `network`: connections, gateways, name servers, machines seen nearby, ports the router opened.
//!
//! Sources: system_profiler(8) (`SPNetworkDataType`), arp(8) with numbers only.

use std::net::{IpAddr, Ipv4Addr};

use model::facts::{Adapter, AdapterKind, Neighbour, Network};
use serde_json::Value;

use super::answer::{Mac, unknown_form};
use crate::gap::Gap;
use crate::maker::maker;
use crate::reading::{Gaps, at_most};
use crate::text;

const ADAPTERS_MAX: usize = 500;
const NEIGHBOURS_MAX: usize = 5_000;
const SERVERS_MAX: usize = 100;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Network, Gap> {
    gaps.note("profile", Gap::not_supported("macOS has no profiles of networks"));
    let services = mac.profile("SPNetworkDataType").and_then(|services| {
        // A Mac without any connection to set up is not usual; an answer without one is not understood.
        if services.is_empty() { Err(unknown_form("SPNetworkDataType")) } else { Ok(services) }
    });
    let gateways = services.clone().and_then(|services| gateways(&services));
    let router =
        gateways.as_ref().ok().and_then(|all| all.iter().find_map(|one| one.parse::<Ipv4Addr>().ok()));
    let opened = router.ok_or_else(|| Gap::not_found("no IPv4 gateway"));
    let neighbours = gaps.keep("neighbours", neighbours(mac));
    if neighbours.iter().flatten().any(|one| one.vendor.is_none()) {
        gaps.note("neighbours.vendor", Gap::not_found("makers that are not in the table"));
    }
    Ok(Network {
        profile: None,
        adapters: gaps.keep("adapters", services.clone().and_then(|services| adapters(&services))),
        gateways: gaps.keep("gateways", gateways),
        neighbours,
        port_mappings: gaps.keep("port_mappings", opened.and_then(|router| mac.opened_ports(router.into()))),
        dns: gaps.keep("dns", services.and_then(|services| name_servers(&services))),
        proxies: None,
    })
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(text::clean).collect()
}

fn adapters(services: &[Value]) -> Result<Vec<Adapter>, Gap> {
    let adapter = |service: &Value| {
        let value = |key: &str| service.get(key).and_then(Value::as_str);
        let name = value("interface").ok_or_else(|| unknown_form("SPNetworkDataType"))?;
        let four = texts(service.get("ip_address"));
        let six = texts(service.get("IPv6").and_then(|six| six.get("Addresses")));
        let kind = match (value("hardware"), value("type")) {
            (Some("AirPort"), _) => AdapterKind::Wifi,
            (Some("Ethernet"), _) => AdapterKind::Wired,
            (_, Some("PPP" | "PPPoE" | "IPSec" | "VPN" | "L2TP")) => AdapterKind::Vpn,
            _ => AdapterKind::Other,
        };
        let addresses = [four, six].concat();
        Ok(Adapter {
            name: Some(text::clean(name)),
            kind: Some(kind),
            up: Some(!addresses.is_empty()),
            addresses: Some(addresses),
        })
    };
    at_most(services.iter().map(adapter).collect::<Result<_, Gap>>()?, ADAPTERS_MAX, "network cards")
}

fn gateways(services: &[Value]) -> Result<Vec<String>, Gap> {
    let of = |service: &Value, family: &str| {
        let router = service.get(family)?.get("Router")?.as_str()?;
        router.split('%').next()?.parse::<IpAddr>().ok()
    };
    let mut found: Vec<IpAddr> =
        services.iter().flat_map(|service| [of(service, "IPv4"), of(service, "IPv6")]).flatten().collect();
    found.sort_unstable();
    found.dedup();
    at_most(found.iter().map(ToString::to_string).collect(), SERVERS_MAX, "gateways")
}

fn name_servers(services: &[Value]) -> Result<Vec<String>, Gap> {
    let mut found: Vec<String> = services
        .iter()
        .flat_map(|service| texts(service.get("DNS").and_then(|dns| dns.get("ServerAddresses"))))
        .collect();
    found.sort_unstable();
    found.dedup();
    at_most(found, SERVERS_MAX, "name servers")
}

/// `? (192.168.1.1) at 0:a0:de:1:2:3 on en0 ifscope [ethernet]`; what did not answer has no hardware address.
fn neighbours(mac: &dyn Mac) -> Result<Vec<Neighbour>, Gap> {
    let out = mac.output("arp", &["-an"])?;
    let neighbour = |line: &str| {
        let (address, rest) = line.split_once('(')?.1.split_once(") at ")?;
        let address = address.parse::<IpAddr>().ok()?;
        let own = rest.split(' ').next()?;
        let bytes: Option<Vec<u8>> =
            own.split(':').take(7).map(|digits| u8::from_str_radix(digits, 16).ok()).collect();
        let own = bytes.filter(|bytes| bytes.len() == 6)?;
        // Group and broadcast addresses are nobody's.
        if own.first().is_some_and(|first| first & 1 != 0) {
            return None;
        }
        let own = own.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
        let vendor = maker(&own).map(str::to_owned);
        Some(Neighbour { address: Some(address.to_string()), mac: Some(own), vendor })
    };
    let found: Vec<Neighbour> = out.lines().filter_map(neighbour).collect();
    if found.is_empty() && !out.trim().is_empty() && !out.contains("(incomplete)") {
        return Err(unknown_form("arp"));
    }
    if out.trim().is_empty() {
        return Err(Gap::not_found("arp lists nothing"));
    }
    at_most(found, NEIGHBOURS_MAX, "neighbours")
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    const SERVICES: &str = r#"{"SPNetworkDataType":[
        {"_name":"Wi-Fi","hardware":"AirPort","interface":"en0","type":"AirPort","ip_address":["192.168.1.20"],
         "IPv4":{"Router":"192.168.1.1"},"IPv6":{"Addresses":["2001:db8::20"],"Router":"fe80::1%en0"},"DNS":{"ServerAddresses":["192.168.1.1"]}},
        {"_name":"USB LAN","hardware":"Ethernet","interface":"en5","type":"Ethernet"}]}"#;
    const ARP: &str = "? (192.168.1.1) at 0:a0:de:1:2:3 on en0 ifscope [ethernet]\n\
        ? (192.168.1.9) at (incomplete) on en0 ifscope [ethernet]\n\
        ? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n";

    #[test]
    fn at_home() {
        let mac = Recorded::default()
            .program("system_profiler -json SPNetworkDataType", SERVICES)
            .program("arp -an", ARP);
        let mut gaps = Gaps::of("network");
        let network = read(&mac, &mut gaps).unwrap();
        let adapters = network.adapters.unwrap();
        assert_eq!((adapters[0].kind, adapters[0].up), (Some(AdapterKind::Wifi), Some(true)));
        assert_eq!(adapters[0].addresses.as_deref().unwrap(), ["192.168.1.20", "2001:db8::20"]);
        assert_eq!((adapters[1].kind, adapters[1].up), (Some(AdapterKind::Wired), Some(false)));
        assert_eq!(network.gateways.unwrap(), ["192.168.1.1", "fe80::1"]);
        assert_eq!(network.dns.unwrap(), ["192.168.1.1"]);
        let neighbours = network.neighbours.unwrap();
        assert_eq!(neighbours.len(), 1);
        assert_eq!(neighbours[0].mac.as_deref(), Some("00:a0:de:01:02:03"));
        assert_eq!(neighbours[0].vendor.as_deref(), Some("YAMAHA"));
        assert_eq!(gaps.why("port_mappings"), Some(Why::NotFound));
    }

    #[test]
    fn other_forms() {
        assert!(neighbours(&Recorded::default().program("arp -an", "usage: arp\n")).is_err());
        assert!(adapters(&[serde_json::json!(7)]).is_err());
    }
}
