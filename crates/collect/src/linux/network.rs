//! Section `network`: cards, addresses, gateways, name servers, machines seen nearby.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::facts::{Adapter, AdapterKind, Neighbour, Network, PortMapping};

use super::root::absent_is_none;
use super::{Here, Root, listener};
use crate::command::SHORT;
use crate::gap::Gap;
use crate::gateway;
use crate::maker::maker;
use crate::reading::{Gaps, at_most};
use crate::text;

/// The most network cards, neighbours, gateways, name servers in one document.
const ADAPTERS_MAX: usize = 500;
const NEIGHBOURS_MAX: usize = 5_000;
const SERVERS_MAX: usize = 100;

const CLASS: &str = "/sys/class/net";
/// A resolver of the machine's own, behind which the true ones stand.
const LOCAL_RESOLVER: &str = "127.0.0.53";
/// Kinds of link (`ARPHRD_…` in if_arp.h): Ethernet, PPP, and tunnels without one.
const ETHERNET: &str = "1";
const PPP: &str = "512";
const NO_LINK: &str = "65534";

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Network, Gap> {
    let root = &here.root;
    gaps.note("profile", Gap::not_supported("Linux has no profiles of networks"));
    let gateways = gateways(root);
    let opened = gateways.clone().and_then(|gateways| opened_ports(here, &gateways));
    let neighbours = gaps.keep("neighbours", neighbours(here));
    if neighbours.iter().flatten().any(|one| one.vendor.is_none()) {
        gaps.note("neighbours.vendor", Gap::not_found("makers that are not in the table"));
    }
    Ok(Network {
        adapters: gaps.keep("adapters", adapters(here)),
        gateways: gaps.keep("gateways", gateways),
        neighbours,
        port_mappings: gaps.keep("port_mappings", opened),
        dns: gaps.keep("dns", name_servers(root)),
        proxies: None,
        profile: None,
    })
}

/// What the router opened on request. It is asked over the network, so only on a live machine.
fn opened_ports(here: &Here, gateways: &[String]) -> Result<Vec<PortMapping>, Gap> {
    let four = gateways.iter().find_map(|gateway| gateway.parse::<Ipv4Addr>().ok());
    let router = four.filter(|_| here.live).ok_or_else(|| Gap::not_found("no IPv4 gateway"))?;
    gateway::port_mappings(router.into())
}

fn adapters(here: &Here) -> Result<Vec<Adapter>, Gap> {
    let mut addresses = if here.live { addresses()? } else { BTreeMap::new() };
    let names = here.root.names(CLASS)?.into_iter().filter(|name| name != "lo");
    // Plain files, such as bonding_masters, lie beside the cards.
    let cards = names.filter(|name| here.root.exists(&format!("{CLASS}/{name}/type")));
    let adapter = |name: String| Adapter {
        kind: Some(kind(&here.root, &name)),
        up: Some(is_up(&here.root, &name)),
        addresses: Some(addresses.remove(&name).unwrap_or_default()),
        name: Some(text::clean(&name)),
    };
    at_most(cards.map(adapter).collect(), ADAPTERS_MAX, "network cards")
}

/// The addresses of each card.
fn addresses() -> Result<BTreeMap<String, Vec<String>>, Gap> {
    let all =
        nix::ifaddrs::getifaddrs().map_err(|error| Gap::of_io("getifaddrs", &std::io::Error::from(error)))?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in all.take(ADAPTERS_MAX * 20) {
        let Some(address) = one.address else { continue };
        let four = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        let ip = four.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())));
        if let Some(ip) = ip {
            found.entry(one.interface_name).or_default().push(ip.to_string());
        }
    }
    Ok(found)
}

fn kind(root: &Root, name: &str) -> AdapterKind {
    let card = format!("{CLASS}/{name}");
    let link = root.line(&format!("{card}/type")).unwrap_or_default();
    let about = root.text(&format!("{card}/uevent")).unwrap_or_default();
    if is_wireless(root, name) {
        AdapterKind::Wifi
    } else if about.lines().any(|line| line == "DEVTYPE=wireguard")
        || root.exists(&format!("{card}/tun_flags")) && link == NO_LINK
        || link == PPP
    {
        AdapterKind::Vpn
    } else if link == ETHERNET && root.exists(&format!("{card}/device")) {
        AdapterKind::Wired
    } else {
        AdapterKind::Other
    }
}

/// Whether a card is wireless.
pub(crate) fn is_wireless(root: &Root, name: &str) -> bool {
    ["wireless", "phy80211"].iter().any(|sign| root.exists(&format!("{CLASS}/{name}/{sign}")))
}

/// Tunnels do not know whether they are up; those count that carry.
fn is_up(root: &Root, name: &str) -> bool {
    let line = |file: &str| root.line(&format!("{CLASS}/{name}/{file}")).unwrap_or_default();
    match line("operstate").as_str() {
        "up" => true,
        "unknown" => line("carrier") == "1",
        _ => false,
    }
}

fn gateways(root: &Root) -> Result<Vec<String>, Gap> {
    let mut gateways = four_gateways(&root.text("/proc/net/route")?);
    let six = absent_is_none(root.text("/proc/net/ipv6_route"))?.unwrap_or_default();
    gateways.extend(six_gateways(&six));
    gateways.sort_unstable();
    gateways.dedup();
    at_most(gateways.iter().map(ToString::to_string).collect(), SERVERS_MAX, "gateways")
}

/// `Iface Destination Gateway Flags …`: the default route leads to 0.0.0.0.
fn four_gateways(table: &str) -> Vec<IpAddr> {
    let gateway = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let (destination, gateway) = (fields.next()?, fields.next()?);
        let mask = fields.nth(4)?;
        (destination == "00000000" && mask == "00000000").then(|| listener::address_of(gateway))?
    };
    table.lines().skip(1).filter_map(gateway).filter(|address| !address.is_unspecified()).collect()
}

/// `destination length source length next-hop …`, plain hexadecimal.
fn six_gateways(table: &str) -> Vec<IpAddr> {
    let gateway = |line: &str| {
        let mut fields = line.split_whitespace();
        let (destination, length) = (fields.next()?, fields.next()?);
        let hop = fields.nth(2)?;
        let is_default = length == "00" && destination.bytes().all(|byte| byte == b'0');
        let hop = Ipv6Addr::from_bits(u128::from_str_radix(hop, 16).ok()?);
        (is_default && !hop.is_unspecified()).then_some(IpAddr::V6(hop))
    };
    table.lines().filter_map(gateway).collect()
}

fn name_servers(root: &Root) -> Result<Vec<String>, Gap> {
    let mut servers = parse_resolv(&root.text("/etc/resolv.conf")?);
    if servers.iter().any(|server| server == LOCAL_RESOLVER)
        && let Some(behind) = root.text_if_there("/run/systemd/resolve/resolv.conf")?
    {
        servers = parse_resolv(&behind);
    }
    at_most(servers, SERVERS_MAX, "name servers")
}

fn parse_resolv(config: &str) -> Vec<String> {
    let server = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then(|| words.next().map(text::clean))?
    };
    config.lines().filter_map(server).collect()
}

/// IPv4 from the kernel's table, IPv6 (which has no table) from `ip`.
fn neighbours(here: &Here) -> Result<Vec<Neighbour>, Gap> {
    let mut neighbours = arp(&here.root.text("/proc/net/arp")?);
    if here.has("ip") {
        neighbours.extend(ndp(&here.output("ip", &["-6", "-j", "neigh", "show"], SHORT)?));
    }
    at_most(neighbours, NEIGHBOURS_MAX, "neighbours")
}

/// `IP-address HW-type Flags HW-address Mask Device`; flag 2: the hardware address is known.
fn arp(table: &str) -> Vec<Neighbour> {
    let neighbour = |line: &str| {
        let mut fields = line.split_whitespace();
        let (address, flags) = (fields.next()?, fields.nth(1)?);
        let mac = fields.next()?;
        let flags = u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok()?;
        address.parse::<IpAddr>().ok().filter(|_| flags & 2 != 0).map(|address| found(&address, mac))
    };
    table.lines().skip(1).filter_map(neighbour).collect()
}

fn ndp(json: &str) -> Vec<Neighbour> {
    let entries: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let text = |entry: &serde_json::Value, key: &str| entry.get(key)?.as_str().map(str::to_owned);
    let neighbour = |entry: &serde_json::Value| {
        let address = text(entry, "dst")?.parse::<IpAddr>().ok()?;
        Some(found(&address, &text(entry, "lladdr")?))
    };
    entries.iter().filter_map(neighbour).collect()
}

fn found(address: &IpAddr, mac: &str) -> Neighbour {
    Neighbour {
        address: Some(address.to_string()),
        mac: Some(text::clean(&mac.to_ascii_lowercase())),
        vendor: maker(mac).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const ARP: &str = "\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         AA:bb:cc:dd:ee:ff     *        eth0
192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0
";
    const ROUTE: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
";

    #[test]
    fn a_home_network() {
        let (_folder, here) = Here::with(&[
            ("/sys/class/net/lo/type", b"772\n"),
            ("/sys/class/net/eth0/type", b"1\n"),
            ("/sys/class/net/eth0/operstate", b"up\n"),
            ("/sys/class/net/eth0/device/vendor", b"0x8086\n"),
            ("/sys/class/net/wlan0/type", b"1\n"),
            ("/sys/class/net/wlan0/phy80211/name", b"phy0\n"),
            ("/sys/class/net/wg0/type", b"65534\n"),
            ("/sys/class/net/wg0/uevent", b"DEVTYPE=wireguard\nINTERFACE=wg0\n"),
            ("/sys/class/net/wg0/operstate", b"unknown\n"),
            ("/sys/class/net/wg0/carrier", b"1\n"),
            ("/sys/class/net/docker0/type", b"1\n"),
            ("/sys/class/net/bonding_masters", b"\n"),
            ("/proc/net/arp", ARP.as_bytes()),
            ("/proc/net/route", ROUTE.as_bytes()),
            ("/etc/resolv.conf", b"nameserver 127.0.0.53\n"),
            ("/run/systemd/resolve/resolv.conf", b"# x\nnameserver 192.168.1.1\nsearch home\n"),
        ]);
        let mut gaps = Gaps::of("network");
        let network = read(&here, &mut gaps).unwrap();
        let kinds: Vec<_> = network
            .adapters
            .unwrap()
            .iter()
            .map(|one| (one.name.clone().unwrap(), one.kind.unwrap(), one.up.unwrap()))
            .collect();
        let expected = [
            ("docker0".to_owned(), AdapterKind::Other, false),
            ("eth0".to_owned(), AdapterKind::Wired, true),
            ("wg0".to_owned(), AdapterKind::Vpn, true),
            ("wlan0".to_owned(), AdapterKind::Wifi, false),
        ];
        assert_eq!(kinds, expected);
        assert_eq!(network.gateways, Some(vec!["192.168.1.1".to_owned()]));
        assert_eq!(network.dns, Some(vec!["192.168.1.1".to_owned()]));
        let neighbours = network.neighbours.unwrap();
        assert_eq!(neighbours, [found(&"192.168.1.1".parse().unwrap(), "aa:bb:cc:dd:ee:ff")]);
        assert_eq!(gaps.why("profile"), Some(Why::NotSupported));
    }

    #[test]
    fn ipv6() {
        let route = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
            fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n\
            20010db8000000000000000000000000 40 00000000000000000000000000000000 00 \
            00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth0\n";
        assert_eq!(six_gateways(route), ["fe80::1".parse::<IpAddr>().unwrap()]);
        let json = r#"[{"dst":"fe80::1","dev":"eth0","lladdr":"aa:bb:cc:dd:ee:ff","state":["REACHABLE"]},{"dst":"fe80::2","state":["FAILED"]}]"#;
        assert_eq!(ndp(json).len(), 1);
        assert!(ndp("[{").is_empty());
    }

    #[test]
    fn odd_tables_are_passed_over() {
        assert!(arp("head\n\u{fffd} 0x1\n1.2.3.4 0x1 zz aa\n").is_empty());
        assert!(four_gateways("head\neth0 00000000\n").is_empty());
        assert!(six_gateways("総務\n").is_empty());
    }
}
