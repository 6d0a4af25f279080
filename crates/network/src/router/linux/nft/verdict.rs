//! What an nftables rule does: the statements that end it. Source: nft(8), "Verdict statements", "NAT statements".

use std::net::IpAddr;

use super::super::{Deed, Target};

/// The deed of a verdict's words: `accept`, `jump web`.
pub(super) fn of(words: &[&str]) -> Option<Deed> {
    Some(match words {
        ["accept", ..] => Deed::Accept,
        ["drop" | "reject", ..] => Deed::Drop,
        ["return", ..] => Deed::Return,
        ["continue", ..] => Deed::Nothing,
        ["jump", chain, ..] => Deed::Jump((*chain).to_owned()),
        ["goto", chain, ..] => Deed::Goto((*chain).to_owned()),
        ["queue" | "dup" | "fwd" | "tproxy" | "synproxy", ..] => Deed::Unread,
        ["masquerade" | "snat", ..] => Deed::Masquerade,
        ["redirect", rest @ ..] => redirect(rest),
        ["dnat", rest @ ..] => dnat(rest),
        _ => return None,
    })
}

/// The last verdict among words of which some were not understood.
pub(super) fn last(words: &[&str]) -> Deed {
    (0..words.len()).rev().find_map(|at| of(words.get(at..)?)).unwrap_or(Deed::Nothing)
}

fn redirect(rest: &[&str]) -> Deed {
    match rest {
        ["to", port, ..] => match ports(port.trim_start_matches(':')) {
            Some(ports) => Deed::Send(Target { address: None, ports: Some(ports) }),
            None => Deed::Unread,
        },
        _ => Deed::Send(Target { address: None, ports: None }),
    }
}

fn dnat(rest: &[&str]) -> Deed {
    let to = match rest {
        ["to", place, ..] | ["ip" | "ip6", "to", place, ..] => place,
        _ => return Deed::Unread,
    };
    target(to).map_or(Deed::Unread, Deed::Send)
}

/// `192.168.1.10`, `192.168.1.10:80`, `192.168.1.10:3000-4000`, `[2001:db8::1]:80`, `:80`.
pub(in super::super) fn target(place: &str) -> Option<Target> {
    if let Ok(address) = place.parse::<IpAddr>() {
        return Some(Target { address: Some(address), ports: None });
    }
    let (address, port) =
        place.rsplit_once(':').map_or((place, None), |(address, port)| (address, Some(port)));
    let address = address.trim_start_matches('[').trim_end_matches(']');
    let address = if address.is_empty() { None } else { Some(address.parse().ok()?) };
    let ports = match port {
        Some(port) => Some(ports(port)?),
        None => None,
    };
    Some(Target { address, ports })
}

/// `80`, `3000-4000`; netfilter may add `/80` for where a range begins.
pub(in super::super) fn ports(word: &str) -> Option<(u16, u16)> {
    let word = word.split('/').next()?;
    let (from, to) = word.split_once('-').unwrap_or((word, word));
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let check = |place: &str, address: Option<&str>, ports: Option<(u16, u16)>| {
            let address = address.map(|address| address.parse().unwrap());
            assert_eq!(target(place), Some(Target { address, ports }), "{place}");
        };
        check("192.168.1.10", Some("192.168.1.10"), None);
        check("192.168.1.10:80", Some("192.168.1.10"), Some((80, 80)));
        check("192.168.1.10:3000-4000", Some("192.168.1.10"), Some((3000, 4000)));
        check("2001:db8::1", Some("2001:db8::1"), None);
        check("[2001:db8::1]:80", Some("2001:db8::1"), Some((80, 80)));
        check(":80", None, Some((80, 80)));
        for bad in ["", "192.168.1.10-192.168.1.12", "x:1", "192.168.1.10:x", "192.168.1.10:9-1"] {
            assert!(
                target(bad).is_none_or(|target| target.address.is_none() && target.ports.is_none()),
                "{bad}"
            );
        }
        assert_eq!(target("192.168.1.10-192.168.1.12"), None);
    }
}
