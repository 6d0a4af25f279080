//! Where a user is, as gateways write it, and when two such places are not the same.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The address in a Calling-Station-Id: `203.0.113.5`, `203.0.113.5:4500`, `203.0.113.5[4500]`, `[2001:db8::1]:4500`.
/// `None` for a telephone number or a MAC address.
#[must_use]
pub fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip().to_canonical());
    }
    let bare = match text.strip_prefix('[') {
        Some(inside) => inside.split(']').next()?,
        None => text.split(['[', '=', ' ', '/']).next()?,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Whether two addresses are two places. Of IPv6 the network counts (the first 64 bits: a PC changes the rest by
/// itself). IPv4 and IPv6 cannot be compared – a home has both – and do not differ.
#[must_use]
pub fn differ(one: IpAddr, other: IpAddr) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one != other,
        (IpAddr::V6(one), IpAddr::V6(other)) => network(one) != network(other),
        _ => false,
    }
}

fn network(address: Ipv6Addr) -> u64 {
    u64::try_from(address.to_bits() >> 64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), expected, "{text}");
        };
        check("203.0.113.5", Some("203.0.113.5"));
        check("203.0.113.5:4500", Some("203.0.113.5"));
        check("203.0.113.5[4500]", Some("203.0.113.5"));
        check("[2001:db8::1]:4500", Some("2001:db8::1"));
        check("2001:db8::1", Some("2001:db8::1"));
        check("::ffff:203.0.113.5", Some("203.0.113.5"));
        check("00-11-22-33-44-55", None);
        check("+81-3-1234-5678", None);
        check("", None);
    }

    #[test]
    fn places() {
        let check = |one: &str, other: &str, expected| {
            assert_eq!(differ(one.parse().unwrap(), other.parse().unwrap()), expected, "{one} {other}");
        };
        check("203.0.113.5", "203.0.113.5", false);
        check("203.0.113.5", "203.0.113.6", true);
        check("2001:db8::1", "2001:db8::2", false);
        check("2001:db8::1", "2001:db8:0:1::1", true);
        check("203.0.113.5", "2001:db8::1", false);
    }
}
