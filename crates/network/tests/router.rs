//! Configurations of every family, good, open, with one port forgotten, forwarded ports, IPv6 left open, not whole.
//! Those of Linux were loaded into the kernel and printed by `nft list ruleset` and `iptables-save` (nftables 1.0.6,
//! iptables 1.8.9); the others were written for these tests in the devices' language.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use network::router::{Fate, Reading, RouterError, answers, document, packet_filter, read, recognise};

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/router/{file}.txt", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn reading(file: &str) -> Reading {
    read(&bytes(file), &[]).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// `passed` and `unknown`: the ports of the guideline with the beginning of what decides; the rest must be dropped.
fn check(file: &str, passed: &[(&str, &str)], unknown: &[(&str, &str)]) {
    let answers = answers(&[reading(file)]);
    let of = |fate: Fate| -> Vec<(String, String)> {
        let own = answers.iter().filter(|answer| answer.fate == fate);
        own.map(|answer| (answer.port.clone(), answer.place.clone())).collect()
    };
    for (fate, expected) in [(Fate::Passed, passed), (Fate::Unknown, unknown)] {
        let found = of(fate);
        assert_eq!(found.len(), expected.len(), "{file} {fate:?}: {found:#?}");
        for ((port, place), (expected_port, start)) in found.iter().zip(expected) {
            assert!(port == expected_port && place.starts_with(start), "{file}: {port} {place}");
        }
    }
}

/// Every port of the guideline, with the same place.
fn every(place: &str) -> Vec<(&'static str, &str)> {
    let both = [
        "tcp/23",
        "tcp/135",
        "tcp/137",
        "tcp/138",
        "tcp/139",
        "tcp/445",
        "tcp/2049",
        "udp/23",
        "udp/135",
        "udp/137",
        "udp/138",
        "udp/139",
        "udp/445",
        "udp/2049",
        "tcp/12345",
    ];
    both.into_iter().map(|port| (port, place)).collect()
}

#[test]
fn yamaha() {
    check("yamaha-good", &[], &[]);
    check("yamaha-open", &every("lan2: no 'ip … secure filter in'"), &[]);
    check("yamaha-masquerade", &[], &[]);
    check("yamaha-forward", &[("tcp/445", "13: nat descriptor masquerade static 1 1")], &[]);
    check("yamaha-dmz", &every("7: nat descriptor masquerade incoming 1 forward"), &[]);
    check("yamaha-forgotten", &[("udp/2049", "10: ip filter 9 pass")], &[]);
    check("yamaha-ipv6-open", &every("IPv6 lan2: no 'ipv6 … secure filter in'"), &[]);
    check("yamaha-ipv6-good", &[], &[]);
    // Whoever sends chooses the source port: a filter that lets in answers of name servers lets in everything.
    let pasted = every("13: ip filter 3 pass * * udp domain *");
    let udp: Vec<_> = pasted.into_iter().filter(|(port, _)| port.starts_with("udp")).collect();
    check("yamaha-pasted", &udp, &[]);
    let cut = every("4: ip lan2 secure filter in");
    let cut: Vec<_> =
        cut.into_iter().filter(|(port, _)| ["2049", "12345"].iter().any(|own| port.ends_with(own))).collect();
    check("yamaha-truncated", &[], &cut);
}

#[test]
fn cisco() {
    check("cisco-good", &[], &[]);
    check("cisco-open", &every("Dialer1: no 'ip access-group … in'"), &[]);
    check("cisco-forgotten", &[("udp/2049", "42: access-list 101 permit ip any any")], &[]);
    check("cisco-ipv6-open", &every("IPv6 Dialer1: no 'ipv6 traffic-filter … in'"), &[]);
    check("cisco-ipv6-good", &[], &[]);
    check("cisco-zone", &[], &every("24: zone-member security OUTSIDE"));
    check("cisco-group", &[], &every("37: permit object-group SERVICES any any"));
    assert!(matches!(read(&bytes("cisco-truncated"), &[]), Err(RouterError::Truncated(_))));
}

#[test]
fn nftables() {
    check("nft-good", &[], &[]);
    check("nft-open", &[], &every("no chain filters it"));
    check("nft-forgotten", &[("tcp/2049", "")], &[]);
    check(
        "nft-forward",
        &[
            ("tcp/23", "18: iifname \"ppp0\" tcp dport 23 dnat"),
            ("tcp/445", "17: iifname \"ppp0\" tcp dport 445 dnat"),
        ],
        &[],
    );
    check("nft-ipv6-open", &every("IPv6 20: type filter hook forward"), &[]);
    check("nft-ipv6-silent", &[], &every("IPv6 no chain filters it"));
    check("nft-maps", &[], &[]);
    assert!(matches!(read(&bytes("nft-truncated"), &[]), Err(RouterError::Truncated(_))));
}

#[test]
fn iptables() {
    check("iptables-good", &[], &[]);
    check("iptables-v4only", &[], &every("IPv6 hand in what 'ip6tables-save'"));
    check("iptables-no-ipv6", &[], &[]);
    check("iptables-ipv6-open", &every("IPv6 "), &[]);
    check("iptables-forgotten", &[("udp/445", "")], &[]);
    check("iptables-forward", &[("tcp/23", ""), ("tcp/445", ""), ("udp/137", "")], &[]);
    check("iptables-doubt", &[], &[("tcp/445", "")]);
    assert!(matches!(read(&bytes("iptables-truncated"), &[]), Err(RouterError::Truncated(_))));
}

#[test]
fn other_ports_that_are_let_in_are_named() {
    let ports = |file: &str| -> Vec<String> {
        let (filter, _) = packet_filter(&[reading(file)]);
        filter.passed.unwrap_or_default().into_iter().filter_map(|own| own.port).collect()
    };
    assert_eq!(ports("nft-good"), ["tcp/8443"]);
    assert_eq!(ports("iptables-good"), ["tcp/8443"]);
    assert_eq!(ports("cisco-good")[..1], ["tcp/443"]);
    assert_eq!(ports("yamaha-forward"), ["tcp/445", "tcp/8443"]);
    assert_eq!(ports("yamaha-open"), ["tcp/any", "udp/any"]);
    assert_eq!(ports("nft-maps"), ["tcp/22", "tcp/80", "tcp/3389"]);
}

#[test]
fn two_files_of_one_router_are_one() {
    let both = [reading("iptables-v4only"), reading("iptables-no-ipv6")];
    assert!(answers(&both).iter().all(|answer| answer.fate == Fate::Dropped));
    assert_eq!(packet_filter(&both).0.drops_by_default, Some(true));
}

#[test]
fn facts_are_left_out_when_they_are_not_certain() {
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    for file in
        ["yamaha-good", "yamaha-open", "cisco-zone", "nft-forgotten", "iptables-v4only", "iptables-doubt"]
    {
        let document = document("home-1", "", &[reading(file)], now);
        document.check().unwrap_or_else(|error| panic!("{file}: {error}"));
        let text = serde_json::to_string(&document).unwrap();
        assert!(!text.contains("hunter2"), "{file}: a secret left");
    }
    let (filter, misses) = packet_filter(&[reading("cisco-zone")]);
    assert_eq!((filter.passed, filter.dropped, filter.drops_by_default), (None, None, None));
    let missed: Vec<_> = misses.iter().map(|miss| miss.at.as_str()).collect();
    assert_eq!(missed, ["filter.passed", "filter.dropped", "filter.drops_by_default"]);
    assert!(misses[0].detail.contains("zone-member"), "{misses:?}");
}

#[test]
fn the_interface_can_be_named() {
    let text = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -i eth1 -j DROP\nCOMMIT\nnet.ipv6.conf.all.disable_ipv6 = 1\n";
    let unknown = read(text.as_bytes(), &[]).unwrap();
    assert!(answers(&[unknown]).iter().all(|own| own.fate == Fate::Unknown && own.place.contains("--wan")));
    let named = read(text.as_bytes(), &["eth1".to_owned()]).unwrap();
    assert!(answers(&[named]).iter().all(|own| own.fate == Fate::Dropped));
    let wrong = read(&bytes("cisco-good"), &["Dialer9".to_owned()]);
    assert!(wrong.unwrap_err().to_string().contains("GigabitEthernet0/1"));
    assert!(read(&bytes("yamaha-good"), &["pp1".to_owned()]).is_ok());
}

#[test]
fn nothing_breaks_on_anything() {
    assert_eq!(recognise(b""), None);
    assert_eq!(recognise(b"config system interface\n edit wan1\n"), None);
    assert_eq!(read(b"\0\0", &[]).unwrap_err(), RouterError::NotText);
    assert_eq!(read(&vec![b' '; 2_000_000], &[]).unwrap_err(), RouterError::TooLarge);
    for entry in std::fs::read_dir(format!("{}/tests/router", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let whole = std::fs::read(entry.unwrap().path()).unwrap();
        // Every text cut short, and with a byte changed, is read or refused; CRLF changes nothing.
        for cut in (0..whole.len()).step_by(whole.len() / 3 + 1) {
            let mut changed = whole.clone();
            changed[cut] = b'9';
            for bytes in [&whole[..cut], &changed] {
                let _ = read(bytes, &[]);
            }
        }
        let crlf = String::from_utf8(whole.clone()).unwrap().replace('\n', "\r\n");
        assert_eq!(read(crlf.as_bytes(), &[]), read(&whole, &[]));
    }
}

#[test]
fn the_longest_configuration_is_read_in_seconds() {
    let mut text = "ip route default gateway pp 1\npp select 1\n ip pp secure filter in ".to_owned();
    text.extend((1..8_000).map(|number| format!("{number} ")));
    text.push('\n');
    text.extend((1..8_000).map(|number| format!("ip filter {number} reject 203.0.113.9 * tcp * {number}\n")));
    let begun = std::time::Instant::now();
    read(text.as_bytes(), &[]).unwrap();
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn the_work_of_many_hosts_and_filters_is_bounded() {
    let filters = 1..2_000;
    let mut text =
        "ip route default gateway pp 1\npp select 1\n ip pp nat descriptor 1\n ip pp secure filter in "
            .to_owned();
    text.extend(filters.clone().map(|number| format!("{number} ")));
    text.push('\n');
    text.extend(
        filters.map(|number| format!("ip filter {number} reject 203.0.113.9 * tcp * {}\n", number * 2)),
    );
    text.push_str("nat descriptor type 1 masquerade\n");
    text.extend((1..200).map(|host| {
        format!("nat descriptor masquerade static 1 {host} 192.168.1.{host} tcp {}\n", 2_000 + host)
    }));
    let begun = std::time::Instant::now();
    let reading = read(text.as_bytes(), &[]).unwrap();
    let (_, misses) = network::router::packet_filter(&[reading]);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    assert!(misses.iter().any(|miss| miss.detail.contains("too many hosts")), "{misses:?}");
}
