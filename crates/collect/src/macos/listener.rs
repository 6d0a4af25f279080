//! Which TCP ports are listened on, from `netstat`: a table of numbers, the same in every language.

use super::answer::{Mac, unknown_form};
use crate::gap::Gap;

/// Ports that other machines can reach, sorted.
pub(super) fn open(mac: &dyn Mac) -> Result<Vec<u16>, Gap> {
    let out = mac.output("netstat", &["-an", "-p", "tcp"])?;
    // Without its head this is no such table.
    if !out.lines().any(|line| line.starts_with("Proto ")) {
        return Err(unknown_form("netstat"));
    }
    let mut ports: Vec<u16> = out.lines().filter_map(listened).collect();
    ports.sort_unstable();
    ports.dedup();
    Ok(ports)
}

/// `tcp4 0 0 *.22 *.* LISTEN`; what listens for this machine alone is left out.
fn listened(line: &str) -> Option<u16> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [protocol, _, _, local, _, "LISTEN", ..] = fields.as_slice() else { return None };
    let (address, port) = local.rsplit_once('.').filter(|_| protocol.starts_with("tcp"))?;
    let is_own = address.starts_with("127.") || address == "::1";
    if is_own { None } else { port.parse().ok() }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    /// A Mac that listens on these, for example `*.22`.
    pub(in super::super) fn with(mac: Recorded, listeners: &[&str]) -> Recorded {
        let head = "Active Internet connections (including servers)\nProto Recv-Q Send-Q  Local Address  Foreign Address  (state)\n";
        let lines: String = listeners
            .iter()
            .map(|local| format!("tcp46      0      0  {local}    *.*    LISTEN\n"))
            .collect();
        mac.program(
            "netstat -an -p tcp",
            &format!("{head}{lines}tcp4 0 0 10.0.0.2.52100 10.0.0.3.443 ESTABLISHED\n"),
        )
    }

    #[test]
    fn listeners() {
        let check = |listeners: &[&str], expected: &[u16]| {
            assert_eq!(open(&with(Recorded::default(), listeners)).unwrap(), expected);
        };
        check(&[], &[]);
        check(
            &["*.445", "*.22", "127.0.0.1.631", "::1.631", "192.168.1.5.5900", "*.22", "*.x"],
            &[22, 445, 5900],
        );
        assert!(open(&Recorded::default().program("netstat -an -p tcp", "")).is_err());
    }
}
