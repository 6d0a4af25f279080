//! Addresses and networks: which hosts a rule speaks of, and which of them the Internet can be.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network: an address and how many of its bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Net {
    address: IpAddr,
    bits: u8,
}

/// Networks whose addresses no packet from the Internet comes from (RFC 6890, RFC 4193, RFC 4291, RFC 5771).
const INSIDE: &[(IpAddr, u8)] = &[
    (IpAddr::V4(Ipv4Addr::new(0, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(224, 0, 0, 0)), 3),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0)), 8),
];

impl Net {
    /// `192.168.1.0/24`, `192.168.1.1`, `192.168.1.0/255.255.255.0`, `2001:db8::/32`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let (address, mask) =
            word.split_once('/').map_or((word, None), |(address, mask)| (address, Some(mask)));
        let address: IpAddr = address.parse().ok()?;
        let full = if address.is_ipv4() { 32 } else { 128 };
        let bits = match mask {
            None => full,
            Some(mask) => match mask.parse::<u8>() {
                Ok(bits) => bits,
                Err(_) => bits_of(mask.parse().ok()?)?,
            },
        };
        (bits <= full).then_some(Self { address, bits })
    }

    /// Of an address and its mask, `255.255.255.0`.
    pub(super) fn with_mask(address: &str, mask: &str) -> Option<Self> {
        Some(Self { address: IpAddr::V4(address.parse().ok()?), bits: bits_of(mask.parse().ok()?)? })
    }

    /// Of an address and its wildcard, `0.0.0.255`; `None` when its bits are not in a row.
    pub(super) fn with_wildcard(address: &str, wildcard: &str) -> Option<Self> {
        let wildcard: Ipv4Addr = wildcard.parse().ok()?;
        let mask = Ipv4Addr::from(!u32::from(wildcard));
        Some(Self { address: IpAddr::V4(address.parse().ok()?), bits: bits_of(mask)? })
    }

    /// Whether it is every address.
    pub(super) fn is_any(self) -> bool {
        self.bits == 0
    }

    /// Whether it is one host.
    pub(super) fn is_host(self) -> bool {
        self.bits == if self.address.is_ipv4() { 32 } else { 128 }
    }

    /// Whether it holds an address.
    pub(super) fn has(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                let cut = |ip: Ipv4Addr| u32::from(ip).checked_shr(shift).unwrap_or(0);
                cut(own) == cut(other)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                let cut = |ip: Ipv6Addr| u128::from(ip).checked_shr(shift).unwrap_or(0);
                cut(own) == cut(other)
            }
            _ => false,
        }
    }

    /// Whether it holds all of another.
    pub(super) fn covers(self, other: Self) -> bool {
        self.bits <= other.bits && self.has(other.address)
    }

    /// Whether no packet from the Internet comes from it.
    pub(super) fn is_inside(self) -> bool {
        !self.is_any()
            && INSIDE.iter().any(|(address, bits)| Self { address: *address, bits: *bits }.covers(self))
    }

    /// Whether it is for groups or for everybody on a link: nothing that is routed to one host.
    pub(super) fn is_group(self) -> bool {
        match self.address {
            IpAddr::V4(own) => self.bits >= 4 && (own.is_multicast() || own.is_broadcast()),
            IpAddr::V6(own) => self.bits >= 8 && own.is_multicast(),
        }
    }

    /// Whether it is of IPv4.
    pub(super) fn is_v4(self) -> bool {
        self.address.is_ipv4()
    }
}

fn bits_of(mask: Ipv4Addr) -> Option<u8> {
    let mask = u32::from(mask);
    (mask.leading_ones() + mask.trailing_zeros() >= 32).then(|| u8::try_from(mask.leading_ones()).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let net = |word: &str| Net::parse(word).unwrap();
        assert_eq!(net("192.168.1.0/255.255.255.0"), net("192.168.1.0/24"));
        assert_eq!(Net::with_wildcard("10.0.0.0", "0.0.0.255"), Some(net("10.0.0.0/24")));
        assert_eq!(Net::with_wildcard("10.0.0.0", "0.255.0.255"), None);
        assert_eq!(Net::with_mask("10.0.0.1", "255.255.255.252"), Some(net("10.0.0.1/30")));
        for bad in ["", "x", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/255.0.255.0"] {
            assert_eq!(Net::parse(bad), None, "{bad}");
        }
        assert!(net("0.0.0.0/0").is_any() && net("::/0").is_any() && !net("0.0.0.0/0").is_inside());
        assert!(
            net("192.168.0.0/16").covers(net("192.168.9.0/24"))
                && !net("192.168.9.0/24").covers(net("192.168.0.0/16"))
        );
        assert!(
            net("0.0.0.0/0").has("203.0.113.9".parse().unwrap())
                && net("::/0").has("2001:db8::1".parse().unwrap())
        );
        for (word, inside) in [
            ("192.168.1.0/24", true),
            ("172.32.0.0/16", false),
            ("fe80::/10", true),
            ("203.0.113.0/24", false),
            ("10.0.0.0/7", false),
        ] {
            assert_eq!(net(word).is_inside(), inside, "{word}");
        }
    }
}
