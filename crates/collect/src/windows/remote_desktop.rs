//! Section `remote_desktop`: whether, where and for whom connections are accepted.

use model::facts::RemoteDesktop;

use super::machine::Machine;
use super::{accounts, firewall};
use crate::gap::Gap;
use crate::reading::Gaps;

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const SERVER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
const LISTENER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
/// The port when none is set.
const DEFAULT_PORT: i64 = 3389;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<RemoteDesktop, Gap> {
    // The policy's setting wins over the machine's.
    let denied = machine.first_number(&[(POLICY, "fDenyTSConnections"), (SERVER, "fDenyTSConnections")]);
    let enabled = denied
        .and_then(|denied| denied.map(|denied| denied == 0).ok_or_else(|| absent("fDenyTSConnections")));
    let nla = machine.first_number(&[(POLICY, "UserAuthentication"), (LISTENER, "UserAuthentication")]);
    let nla = nla.and_then(|nla| nla.map(|nla| nla == 1).ok_or_else(|| absent("UserAuthentication")));
    let port = machine.number(LISTENER, "PortNumber").and_then(port);
    let allowed = port.clone().and_then(|port| firewall::allowed(machine, port));
    Ok(RemoteDesktop {
        enabled: gaps.keep("enabled", enabled),
        port: gaps.keep("port", port),
        nla: gaps.keep("nla", nla),
        users: gaps.keep("users", accounts::members(machine, accounts::REMOTE_DESKTOP_USERS)),
        allowed_addresses: gaps.keep("allowed_addresses", allowed),
        builtin_administrator_allowed: gaps
            .keep("builtin_administrator_allowed", administrator_allowed(machine)),
    })
}

fn absent(name: &str) -> Gap {
    Gap::not_found(format_args!("{name} is not set"))
}

fn port(number: Option<u64>) -> Result<i64, Gap> {
    match number {
        None => Ok(DEFAULT_PORT),
        Some(number) => {
            u16::try_from(number).map(i64::from).map_err(|_| Gap::failed(format_args!("PortNumber {number}")))
        }
    }
}

/// A disabled account cannot log on; of one that is enabled the user rights decide, which are not read yet.
fn administrator_allowed(machine: &dyn Machine) -> Result<bool, Gap> {
    if accounts::administrator_is_enabled(machine)? {
        return Err(Gap::not_collected("the account is enabled; the right to log on remotely is not read"));
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::firewall::tests::with_rules;
    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn the_policy_wins() {
        let machine = with_rules(&[])
            .number(SERVER, "fDenyTSConnections", 0)
            .number(POLICY, "fDenyTSConnections", 1)
            .number(LISTENER, "PortNumber", 50_001)
            .number(LISTENER, "UserAuthentication", 0)
            .number(POLICY, "UserAuthentication", 1);
        let read = read(&machine, &mut Gaps::of("remote_desktop")).unwrap();
        assert_eq!((read.enabled, read.port, read.nla), (Some(false), Some(50_001), Some(true)));
        assert_eq!(read.allowed_addresses, Some(Vec::new()));
    }

    #[test]
    fn as_set_on_the_machine() {
        let machine =
            with_rules(&[]).number(SERVER, "fDenyTSConnections", 0).number(LISTENER, "UserAuthentication", 0);
        let read = read(&machine, &mut Gaps::of("remote_desktop")).unwrap();
        assert_eq!((read.enabled, read.port, read.nla), (Some(true), Some(DEFAULT_PORT), Some(false)));
    }

    #[test]
    fn what_is_not_set_is_not_guessed() {
        let mut gaps = Gaps::of("remote_desktop");
        let read = read(&Recorded::default().number(LISTENER, "PortNumber", 70_000), &mut gaps).unwrap();
        assert_eq!((read.enabled, read.nla, read.port), (None, None, None));
        assert_eq!((gaps.why("enabled"), gaps.why("port")), (Some(Why::NotFound), Some(Why::Failed)));
    }

    #[test]
    fn the_builtin_administrator() {
        assert_eq!(administrator_allowed(&accounts::tests::pc(true)), Ok(false));
        assert_eq!(administrator_allowed(&accounts::tests::pc(false)).unwrap_err().why, Why::NotCollected);
    }
}
