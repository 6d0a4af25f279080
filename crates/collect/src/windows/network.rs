//! Section `network`: cards, addresses, gateways, name servers, the kind of network, machines seen nearby.

use std::net::IpAddr;

use model::facts::{Adapter, AdapterKind, Neighbour, Network, NetworkProfile, PortMapping};

use super::machine::{Api, CIMV2, Machine, Row, STANDARD};
use super::proxy;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

const ADAPTERS_MAX: usize = 500;
const NEIGHBOURS_MAX: usize = 5_000;
/// Routers that are asked, each within its time.
const GATEWAYS_MAX: usize = 2;
/// Kinds of interface (IANA ifType).
const ETHERNET: i64 = 6;
const PPP: i64 = 23;
const WIRELESS: i64 = 71;
const TUNNEL: i64 = 131;
/// From this state on the hardware address of a neighbour is known (`NlnsDelay`).
const KNOWN: i64 = 3;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Network, Gap> {
    let configured = machine.query(
        CIMV2,
        "SELECT InterfaceIndex, Description, IPAddress, DefaultIPGateway, DNSServerSearchOrder FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled = TRUE",
    );
    let profile = machine
        .query(STANDARD, "SELECT NetworkCategory FROM MSFT_NetConnectionProfile")
        .and_then(|rows| profile(&rows));
    let neighbours = machine
        .query(STANDARD, "SELECT IPAddress, LinkLayerAddress, State FROM MSFT_NetNeighbor")
        .and_then(|rows| at_most(rows.iter().filter_map(neighbour).collect(), NEIGHBOURS_MAX, "neighbours"));
    let cards = machine.query(STANDARD, "SELECT InterfaceIndex, Name, InterfaceType, MediaConnectState, HardwareInterface FROM MSFT_NetAdapter");
    let adapters = configured.clone().and_then(|configured| {
        let adapters = match &cards {
            Ok(cards) => cards.iter().map(|card| adapter(card, &configured)).collect(),
            // Without the newer namespace only what is configured is seen, and its kind is not.
            Err(gap) => {
                gaps.note("adapters.kind", gap.clone());
                configured.iter().map(configured_adapter).collect()
            }
        };
        at_most(adapters, ADAPTERS_MAX, "network cards")
    });
    let listed = |property: &str| {
        configured.clone().and_then(|rows| at_most(addresses(&rows, property), ADAPTERS_MAX, property))
    };
    // Only private addresses are routers of this network; others are not asked.
    let mappings = listed("DefaultIPGateway").and_then(|gateways| {
        let own: Vec<String> = gateways.into_iter().filter(|address| is_private(address)).collect();
        port_mappings(machine, &own)
    });
    Ok(Network {
        gateways: gaps.keep("gateways", listed("DefaultIPGateway")),
        dns: gaps.keep("dns", listed("DNSServerSearchOrder")),
        profile: gaps.keep("profile", profile),
        adapters: gaps.keep("adapters", adapters),
        neighbours: gaps.keep("neighbours", neighbours),
        port_mappings: gaps.keep("port_mappings", mappings),
        proxies: gaps.keep("proxies", proxy::proxies(machine)),
    })
}

/// The ports each router opened on request. One that does not answer leaves the list open.
fn port_mappings(machine: &dyn Machine, gateways: &[String]) -> Result<Vec<PortMapping>, Gap> {
    if gateways.is_empty() {
        return Err(Gap::not_found("no gateway"));
    }
    let mut all = Vec::new();
    for gateway in gateways.iter().take(GATEWAYS_MAX) {
        all.extend(machine.ask(Api::PortMappings, gateway)?.iter().map(port_mapping));
    }
    at_most(all, NEIGHBOURS_MAX, "port mappings")
}

/// Named as the router's answer names them (UPnP Forum: "WANIPConnection:1").
fn port_mapping(row: &Row) -> PortMapping {
    PortMapping {
        external_port: row.number("NewExternalPort"),
        protocol: row.text("NewProtocol").map(|name| name.to_ascii_lowercase()),
        internal_address: row.text("NewInternalClient"),
        description: row.text("NewPortMappingDescription"),
    }
}

/// The addresses in a property of all cards, each once.
fn addresses(rows: &[Row], property: &str) -> Vec<String> {
    let mut all: Vec<String> = rows
        .iter()
        .flat_map(|row| row.texts(property).unwrap_or_default())
        .filter(|text| text.parse::<IpAddr>().is_ok())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn is_private(address: &str) -> bool {
    address.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_private())
}

/// Of several networks the least trusted counts: 0 public, 1 private, 2 the domain's.
fn profile(rows: &[Row]) -> Result<NetworkProfile, Gap> {
    let category = rows.iter().filter_map(|row| row.number("NetworkCategory")).min();
    match category {
        Some(0) => Ok(NetworkProfile::Public),
        Some(1) => Ok(NetworkProfile::Private),
        Some(2) => Ok(NetworkProfile::Domain),
        Some(other) => Err(Gap::failed(format_args!("NetworkCategory {other}"))),
        None => Err(Gap::not_found("no network is connected")),
    }
}

fn adapter(card: &Row, configured: &[Row]) -> Adapter {
    let index = card.number("InterfaceIndex");
    let settings = configured.iter().find(|row| index.is_some() && row.number("InterfaceIndex") == index);
    Adapter {
        name: card.text("Name"),
        kind: card.number("InterfaceType").map(|kind| kind_of(kind, card.flag("HardwareInterface"))),
        up: card.number("MediaConnectState").map(|state| state == 1),
        addresses: Some(settings.and_then(own_addresses).unwrap_or_default()),
    }
}

/// A card's addresses. A number of the card (`%4`), which some systems add, is no part of an address.
fn own_addresses(row: &Row) -> Option<Vec<String>> {
    let plain = |text: String| text.split('%').next().map(str::to_owned);
    Some(row.texts("IPAddress")?.into_iter().filter_map(plain).collect())
}

fn configured_adapter(row: &Row) -> Adapter {
    Adapter { name: row.text("Description"), kind: None, up: Some(true), addresses: own_addresses(row) }
}

fn kind_of(interface: i64, hardware: Option<bool>) -> AdapterKind {
    match interface {
        WIRELESS => AdapterKind::Wifi,
        PPP | TUNNEL => AdapterKind::Vpn,
        ETHERNET if hardware == Some(true) => AdapterKind::Wired,
        _ => AdapterKind::Other,
    }
}

/// A machine seen nearby; groups of machines (multicast) are none.
fn neighbour(row: &Row) -> Option<Neighbour> {
    let address: IpAddr = row.text("IPAddress")?.parse().ok()?;
    let mac = row.text("LinkLayerAddress")?.replace('-', ":").to_ascii_lowercase();
    let known = row.number("State").is_some_and(|state| state >= KNOWN);
    let broadcast = mac == "ff:ff:ff:ff:ff:ff" || mac.starts_with("00:00:00:00");
    (known && !address.is_multicast() && !broadcast).then(|| Neighbour {
        address: Some(address.to_string()),
        vendor: crate::maker::maker(&mac).map(str::to_owned),
        mac: Some(mac),
    })
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, list, row, text};
    use super::*;

    fn configured() -> Recorded {
        Recorded::default().rows(
            CIMV2,
            "Win32_NetworkAdapterConfiguration",
            vec![row(&[
                ("InterfaceIndex", Cell::Number(4)),
                ("Description", text("Intel Wi-Fi")),
                ("IPAddress", list(&["192.168.1.20", "fe80::2%4"])),
                ("DefaultIPGateway", list(&["192.168.1.1"])),
                ("DNSServerSearchOrder", list(&["192.168.1.1", "\u{fffd}"])),
            ])],
        )
    }

    #[test]
    fn a_home_network() {
        let near = |address: &str, mac: &str, state: i64| {
            row(&[
                ("IPAddress", text(address)),
                ("LinkLayerAddress", text(mac)),
                ("State", Cell::Number(state)),
            ])
        };
        let machine = configured()
            .rows(
                STANDARD,
                "MSFT_NetConnectionProfile",
                vec![
                    row(&[("NetworkCategory", Cell::Number(1))]),
                    row(&[("NetworkCategory", Cell::Number(0))]),
                ],
            )
            .rows(
                STANDARD,
                "MSFT_NetAdapter",
                vec![row(&[
                    ("InterfaceIndex", Cell::Number(4)),
                    ("Name", text("Wi-Fi")),
                    ("InterfaceType", Cell::Number(71)),
                    ("MediaConnectState", Cell::Number(1)),
                ])],
            )
            .rows(
                STANDARD,
                "MSFT_NetNeighbor",
                vec![
                    near("192.168.1.1", "AA-BB-CC-DD-EE-FF", 5),
                    near("224.0.0.22", "01-00-5E-00-00-16", 6),
                    near("192.168.1.9", "00-00-00-00-00-00", 6),
                    near("192.168.1.8", "AA-AA-AA-AA-AA-AA", 1),
                ],
            );
        let network = read(&machine, &mut Gaps::of("network")).unwrap();
        assert_eq!(network.profile, Some(NetworkProfile::Public), "the least trusted");
        let adapter = &network.adapters.unwrap()[0];
        assert_eq!(adapter.addresses, Some(vec!["192.168.1.20".to_owned(), "fe80::2".to_owned()]));
        assert_eq!(
            (adapter.kind, adapter.up, adapter.addresses.as_ref().unwrap().len()),
            (Some(AdapterKind::Wifi), Some(true), 2)
        );
        assert_eq!(
            (network.gateways.unwrap(), network.dns.unwrap()),
            (vec!["192.168.1.1".to_owned()], vec!["192.168.1.1".to_owned()])
        );
        let macs: Vec<_> = network.neighbours.unwrap().iter().map(|one| one.mac.clone().unwrap()).collect();
        assert_eq!(macs, ["aa:bb:cc:dd:ee:ff"]);
    }

    #[test]
    fn ports_the_router_opened() {
        let mapping = row(&[
            ("NewExternalPort", Cell::Text("50001".into())),
            ("NewProtocol", text("TCP")),
            ("NewInternalClient", text("192.168.1.20")),
            ("NewPortMappingDescription", text("game")),
        ]);
        let check = |machine: Recorded, expected: Result<usize, Why>| {
            let mut gaps = Gaps::of("network");
            let found = read(&machine, &mut gaps).unwrap().port_mappings.map(|all| all.len());
            assert_eq!(found.ok_or_else(|| gaps.why("port_mappings").unwrap()), expected);
        };
        let asked = |answer| configured().api(Api::PortMappings, "192.168.1.1", answer);
        check(asked(Ok(vec![mapping.clone()])), Ok(1));
        check(asked(Err(Gap::timeout(""))), Err(Why::Timeout));
        check(configured(), Err(Why::NotSupported));
        let found = port_mapping(&mapping);
        assert_eq!((found.external_port, found.protocol.as_deref()), (Some(50_001), Some("tcp")));
        assert!(!is_private("203.0.113.1") && !is_private("fe80::1") && is_private("192.168.1.1"));
    }

    #[test]
    fn without_the_newer_namespace() {
        let mut gaps = Gaps::of("network");
        let network = read(&configured(), &mut gaps).unwrap();
        let adapters = network.adapters.unwrap();
        assert_eq!((adapters[0].name.as_deref(), adapters[0].kind), (Some("Intel Wi-Fi"), None));
        assert_eq!(
            (gaps.why("adapters.kind"), gaps.why("profile"), gaps.why("neighbours")),
            (Some(Why::NotSupported), Some(Why::NotSupported), Some(Why::NotSupported))
        );
    }

    #[test]
    fn kinds() {
        let check = |interface, hardware, expected| assert_eq!(kind_of(interface, hardware), expected);
        check(ETHERNET, Some(true), AdapterKind::Wired);
        check(ETHERNET, Some(false), AdapterKind::Other);
        check(PPP, None, AdapterKind::Vpn);
        check(-1, None, AdapterKind::Other);
    }
}
