//! Which ports are listened on, from `/proc/net/{tcp,tcp6,udp,udp6}`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Here;
use super::root::absent_is_none;
use crate::gap::Gap;

/// The state of a listening TCP socket and of an unconnected UDP one.
const TCP_LISTEN: &str = "0A";

/// TCP ports that are listened on, with the local address.
pub(crate) fn tcp(here: &Here) -> Result<Vec<(IpAddr, u16)>, Gap> {
    let mut listeners = parse(&here.root.text("/proc/net/tcp")?);
    // Without IPv6 there is no such file.
    let six = absent_is_none(here.root.text("/proc/net/tcp6"))?.unwrap_or_default();
    listeners.extend(parse(&six));
    Ok(listeners)
}

/// Whether any of these ports is open to other machines.
pub(crate) fn is_open(listeners: &[(IpAddr, u16)], ports: &[u16]) -> bool {
    listeners.iter().any(|(address, port)| !address.to_canonical().is_loopback() && ports.contains(port))
}

/// Reads the table; lines that do not fit are passed over.
fn parse(table: &str) -> Vec<(IpAddr, u16)> {
    let listener = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let (address, port) = fields.next()?.split_once(':')?;
        let state = fields.nth(1)?;
        (state == TCP_LISTEN).then_some((address_of(address)?, u16::from_str_radix(port, 16).ok()?))
    };
    table.lines().skip(1).filter_map(listener).collect()
}

/// An address as the kernel writes it: 32-bit words, each in the machine's byte order (little-endian here).
pub(crate) fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = hex.get(at * 8..at * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::swap_bytes)
    };
    match hex.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from_bits(word(0)?))),
        32 => {
            let bits = (0..4).try_fold(0_u128, |bits, at| Some(bits << 32 | u128::from(word(at)?)))?;
            Some(IpAddr::V6(Ipv6Addr::from_bits(bits)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0A00000A:0016 0B00000A:C001 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
";
    const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000001000000:0CEA 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: B80D0120000000000000000001000000:01BD 00000000000000000000000000000000:0000 0A 00000000:00000000
";

    #[test]
    fn listeners_are_read() {
        let (_folder, here) =
            Here::with(&[("/proc/net/tcp", TCP.as_bytes()), ("/proc/net/tcp6", TCP6.as_bytes())]);
        let listeners = tcp(&here).unwrap();
        let texts: Vec<_> = listeners.iter().map(|(address, port)| format!("{address} {port}")).collect();
        assert_eq!(texts, ["0.0.0.0 22", "127.0.0.1 631", "::1 3306", "2001:db8::1 445"]);
        assert!(is_open(&listeners, &[22]));
        assert!(!is_open(&listeners, &[631, 3306]));
    }

    #[test]
    fn other_bytes_are_passed_over() {
        assert!(parse("head\n 0: zz:0016 0:0 0A\n\u{fffd}\n 1: 0100007F:FFFFFFF 0:0 0A").is_empty());
        assert_eq!(address_of("総務総務"), None);
    }
}
