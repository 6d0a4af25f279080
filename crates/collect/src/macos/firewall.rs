//! Section `firewall`: the application firewall of macOS.
//!
//! It lets programs in, not ports or addresses. Its state is asked of `socketfilterfw`, of whose answer only the number
//! counts (`… (State = 1)`: 0 off, 1 on, 2 everything refused), as macOS 15 no longer keeps it in a settings file.
//! Which programs it lets in is told as a text and is a miss here, unless everything is refused.

use model::facts::{Firewall, FirewallProfile, InboundDefault, NetworkProfile};

use super::answer::{Mac, unknown_form};
use crate::gap::Gap;
use crate::reading::Gaps;

const PROGRAM: &str = "/usr/libexec/ApplicationFirewall/socketfilterfw";

/// How the firewall stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Off,
    On,
    /// Nothing is let in but what the network itself needs.
    Closed,
}

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Firewall, Gap> {
    let state = state(mac)?;
    let rules = match state {
        State::Closed => Ok(Vec::new()),
        _ => Err(Gap::not_collected("macOS lets programs in, not ports; which ones it tells as a text")),
    };
    let profile = FirewallProfile {
        name: Some(NetworkProfile::Public),
        enabled: Some(state != State::Off),
        default_inbound: Some(if state == State::Off {
            InboundDefault::Allow
        } else {
            InboundDefault::Block
        }),
    };
    Ok(Firewall { profiles: Some(vec![profile]), allow_rules: gaps.keep("allow_rules", rules) })
}

/// Asks for the state.
pub(super) fn state(mac: &dyn Mac) -> Result<State, Gap> {
    let line = mac.line(PROGRAM, &["--getglobalstate"])?;
    let number = line.split_once("(State = ").and_then(|(_, rest)| rest.split_once(')'));
    match number {
        Some(("0", _)) => Ok(State::Off),
        Some(("1", _)) => Ok(State::On),
        Some(("2", _)) => Ok(State::Closed),
        _ => Err(unknown_form("socketfilterfw")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    /// A Mac whose firewall answers this.
    pub(in super::super) fn with(mac: Recorded, line: &str) -> Recorded {
        mac.program(&format!("{PROGRAM} --getglobalstate"), line)
    }

    #[test]
    fn states() {
        let check = |line: &str, expected: Option<State>| {
            assert_eq!(state(&with(Recorded::default(), line)).ok(), expected, "{line}");
        };
        check("Firewall is disabled. (State = 0)\n", Some(State::Off));
        check("Firewall is enabled. (State = 1)\n", Some(State::On));
        check(
            "Firewall is blocking all non-essential incoming connections. (State = 2)\n",
            Some(State::Closed),
        );
        check("Firewall is enabled.\n", None);
        check("(State = 12)\n", None);
        let off = read(&with(Recorded::default(), "(State = 0)"), &mut Gaps::of("firewall")).unwrap();
        assert_eq!(off.profiles.unwrap()[0].default_inbound, Some(InboundDefault::Allow));
        let closed = read(&with(Recorded::default(), "(State = 2)"), &mut Gaps::of("firewall")).unwrap();
        assert_eq!(closed.allow_rules, Some(Vec::new()));
    }
}
