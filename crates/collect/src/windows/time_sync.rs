//! Section `time_sync`: whether the Windows Time service keeps the clock right, and with whom.
//!
//! Source: Microsoft, "Windows Time service tools and settings".

use model::facts::TimeSync;

use super::machine::Machine;
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

const SERVICE: &str = r"SYSTEM\CurrentControlSet\Services\W32Time";
const SETTINGS: &str = r"SYSTEM\CurrentControlSet\Services\W32Time\Parameters";
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\W32Time\Parameters";
const CLIENT: &str = r"SYSTEM\CurrentControlSet\Services\W32Time\TimeProviders\NtpClient";
const CLIENT_POLICY: &str = r"SOFTWARE\Policies\Microsoft\W32Time\TimeProviders\NtpClient";
const NETWORK: &str = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters";
/// A service that is never started.
const DISABLED: u64 = 4;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<TimeSync, Gap> {
    let start = machine.needed_number(SERVICE, "Start")?;
    let client = machine.first_number(&[(CLIENT_POLICY, "Enabled"), (CLIENT, "Enabled")])?;
    let kind = first_text(machine, "Type")?;
    let syncs = match kind.as_deref() {
        Some(kind) if kind.eq_ignore_ascii_case("NoSync") => Ok(false),
        Some(kind) if ["NTP", "NT5DS", "AllSync"].iter().any(|known| known.eq_ignore_ascii_case(kind)) => {
            Ok(true)
        }
        Some(other) => Err(Gap::failed(format_args!("W32Time Type '{other}'"))),
        None => Err(Gap::not_found(format_args!(r"{SETTINGS}\Type"))),
    };
    let enabled = syncs.map(|syncs| syncs && start != DISABLED && client != Some(0));
    let server = server(machine, kind.as_deref(), enabled.clone());
    Ok(TimeSync { enabled: gaps.keep("enabled", enabled), server: gaps.keep("server", server) })
}

/// A setting: the policy's, or else the machine's.
fn first_text(machine: &dyn Machine, name: &str) -> Result<Option<String>, Gap> {
    match machine.text(POLICY, name)? {
        Some(text) => Ok(Some(text)),
        None => machine.text(SETTINGS, name),
    }
}

/// The first server that is set (`time.windows.com,0x9 …`), or the domain whose controllers are asked.
fn server(machine: &dyn Machine, kind: Option<&str>, enabled: Result<bool, Gap>) -> Result<String, Gap> {
    if !enabled? {
        return Err(Gap::not_supported("the clock is not kept right"));
    }
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("NT5DS")) {
        let domain = machine.text(NETWORK, "Domain")?;
        return domain.ok_or_else(|| Gap::not_found("set to ask the domain, but there is none"));
    }
    let set = first_text(machine, "NtpServer")?.unwrap_or_default();
    let first = set.split_whitespace().next().and_then(|one| one.split(',').next()).map(text::clean);
    first.filter(|name| !name.is_empty()).ok_or_else(|| Gap::not_found(format_args!(r"{SETTINGS}\NtpServer")))
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    pub(crate) fn as_installed(machine: Recorded) -> Recorded {
        machine.number(SERVICE, "Start", 3).number(CLIENT, "Enabled", 1).text(SETTINGS, "Type", "NTP").text(
            SETTINGS,
            "NtpServer",
            "time.windows.com,0x9 ntp.nict.jp,0x8",
        )
    }

    #[test]
    fn kept_right_or_not() {
        let check = |machine: Recorded, enabled: Option<bool>, server: Result<&str, Why>| {
            let mut gaps = Gaps::of("time_sync");
            let read = read(&machine, &mut gaps).unwrap();
            assert_eq!(read.enabled, enabled);
            assert_eq!(read.server.as_deref().ok_or_else(|| gaps.why("server").unwrap()), server);
        };
        let pc = || as_installed(Recorded::default());
        check(pc(), Some(true), Ok("time.windows.com"));
        check(pc().number(SERVICE, "Start", 4), Some(false), Err(Why::NotSupported));
        check(pc().number(CLIENT_POLICY, "Enabled", 0), Some(false), Err(Why::NotSupported));
        check(pc().text(POLICY, "Type", "NoSync"), Some(false), Err(Why::NotSupported));
        check(pc().text(POLICY, "NtpServer", "ntp.nict.jp"), Some(true), Ok("ntp.nict.jp"));
        let member = pc().text(SETTINGS, "Type", "NT5DS");
        check(member.clone(), Some(true), Err(Why::NotFound));
        check(member.text(NETWORK, "Domain", "corp.example"), Some(true), Ok("corp.example"));
        check(pc().text(SETTINGS, "Type", "?"), None, Err(Why::Failed));
        check(pc().text(SETTINGS, "NtpServer", " ,0x9"), Some(true), Err(Why::NotFound));
    }

    #[test]
    fn absent() {
        let read = read(&Recorded::default(), &mut Gaps::of("time_sync"));
        assert_eq!(read.unwrap_err().why, Why::NotFound);
    }
}
