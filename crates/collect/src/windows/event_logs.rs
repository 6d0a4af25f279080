//! Section `event_logs`: size and retention of the classic logs and of the newer channels that the guideline's logs
//! come from.

use model::At;
use model::facts::{EventLogs, LogChannel, WhenFull};

use super::archives;
use super::machine::{Api, Hive, Machine};
use super::os;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

const CLASSIC: &str = r"SYSTEM\CurrentControlSet\Services\EventLog";
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\EventLog";
const CHANNELS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels";
/// The most channels in one document.
const CHANNELS_MAX: usize = 500;
/// Nothing is overwritten.
const KEEP: u64 = 0xFFFF_FFFF;
/// Newer channels whose settings are read: antivirus, NTLM, remote logons, SMB, DNS, DHCP, IIS, firewall, PowerShell.
const NEWER: [&str; 15] = [
    "Microsoft-Windows-Windows Defender/Operational",
    "Microsoft-Windows-NTLM/Operational",
    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
    "Microsoft-Windows-SMBServer/Audit",
    "Microsoft-Windows-SMBServer/Security",
    "Microsoft-Windows-DNSServer/Audit",
    "DNS Server",
    "Microsoft-Windows-Dhcp-Server/Operational",
    "Microsoft-Windows-DHCP Server Events/Operational",
    "Microsoft-Windows-LAPS/Operational",
    "Microsoft-IIS-Logging/Logs",
    "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
    "Microsoft-Windows-PowerShell/Operational",
    "Microsoft-Windows-Sysmon/Operational",
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<EventLogs, Gap> {
    let boot_root = machine.text(os::CURRENT_VERSION, "SystemRoot")?;
    let boot = boot_root.as_deref().and_then(drive);
    let classic = machine.keys(Hive::Machine, CLASSIC)?.ok_or_else(|| Gap::not_found(CLASSIC))?;
    let mut channels = Vec::new();
    // Some entries are settings of the service, not logs.
    for name in classic.into_iter().filter(|name| name != "State" && name != "Parameters") {
        channels.push(classic_channel(machine, &name, boot, gaps));
    }
    for name in NEWER {
        channels.extend(newer_channel(machine, name, boot, gaps));
    }
    Ok(EventLogs {
        channels: gaps.keep("channels", at_most(channels, CHANNELS_MAX, "channels")),
        archives_compressed: gaps
            .keep("archives_compressed", archives::compressed(machine, boot_root.as_deref())),
    })
}

fn classic_channel(machine: &dyn Machine, name: &str, boot: Option<char>, gaps: &mut Gaps) -> LogChannel {
    let (key, policy) = (format!(r"{CLASSIC}\{name}"), format!(r"{POLICY}\{name}"));
    // The policy counts in kilobytes.
    let by_policy =
        machine.number(&policy, "MaxSize").map(|size| size.map(|kilobytes| kilobytes.saturating_mul(1024)));
    let size = by_policy.and_then(|size| size.map_or_else(|| machine.needed_number(&key, "MaxSize"), Ok));
    let retention = machine.first_number(&[(&policy, "Retention"), (&key, "Retention")]);
    let backup = machine.first_number(&[(&policy, "AutoBackupLogFiles"), (&key, "AutoBackupLogFiles")]);
    let file = machine.text(&key, "File");
    LogChannel {
        name: Some(crate::text::clean(name)),
        enabled: Some(true),
        max_size_bytes: gaps.keep("channels.max_size_bytes", size).and_then(|size| i64::try_from(size).ok()),
        when_full: gaps
            .keep("channels.when_full", retention.and_then(|retention| when_full(name, retention, backup?))),
        path: file.clone().ok().flatten(),
        on_boot_drive: gaps
            .keep("channels.on_boot_drive", file.and_then(|file| on_boot_drive(file.as_deref(), boot))),
        oldest_at: oldest(machine, name, gaps),
    }
}

/// A newer channel; none when Windows does not have it.
fn newer_channel(
    machine: &dyn Machine,
    name: &str,
    boot: Option<char>,
    gaps: &mut Gaps,
) -> Option<LogChannel> {
    let key = format!(r"{CHANNELS}\{name}");
    let exists = gaps.keep("channels", machine.keys(Hive::Machine, &key))?;
    exists?;
    let enabled = machine.needed_number(&key, "Enabled").map(|enabled| enabled == 1);
    // One that never recorded has no oldest record.
    let oldest_at = if enabled == Ok(true) { oldest(machine, name, gaps) } else { None };
    let retention = machine.number(&key, "Retention");
    let backup = machine.number(&key, "AutoBackupLogFiles");
    let file = machine.text(&key, "LogFileName");
    Some(LogChannel {
        name: Some(name.into()),
        enabled: gaps.keep("channels.enabled", enabled),
        max_size_bytes: gaps
            .keep("channels.max_size_bytes", machine.needed_number(&key, "MaxSize"))
            .and_then(|size| i64::try_from(size).ok()),
        when_full: gaps
            .keep("channels.when_full", retention.and_then(|retention| when_full(name, retention, backup?))),
        path: file.clone().ok().flatten(),
        on_boot_drive: gaps
            .keep("channels.on_boot_drive", file.and_then(|file| on_boot_drive(file.as_deref(), boot))),
        oldest_at,
    })
}

/// When the oldest record that is still there was written; none while a log is empty.
fn oldest(machine: &dyn Machine, name: &str, gaps: &mut Gaps) -> Option<At> {
    let rows = gaps.keep("channels.oldest_at", machine.ask(Api::OldestRecord, name))?;
    rows.first()?.at("TimeCreated")
}

/// What happens when a log is full. Policies write 1 for "keep". What is not set is overwritten.
/// Source: Microsoft, "Eventlog Key".
fn when_full(name: &str, retention: Option<u64>, backup: Option<u64>) -> Result<WhenFull, Gap> {
    match (retention, backup) {
        (None | Some(0), _) => Ok(WhenFull::Overwrite),
        (Some(1 | KEEP), Some(1)) => Ok(WhenFull::Archive),
        (Some(1 | KEEP), _) => Ok(WhenFull::Stop),
        (Some(secs), _) => Err(Gap::failed(format_args!("{name}: Retention {secs}"))),
    }
}

/// The drive of a path: `C`.
fn drive(path: &str) -> Option<char> {
    let mut chars = path.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    (chars.next() == Some(':')).then(|| letter.to_ascii_uppercase())
}

/// Whether a log lies on the drive Windows starts from, as it does when nothing else is set.
fn on_boot_drive(file: Option<&str>, boot: Option<char>) -> Result<bool, Gap> {
    let Some(file) = file else { return Ok(true) };
    let lower = file.to_ascii_lowercase();
    if ["%systemroot%", "%windir%", "%systemdrive%", r"\systemroot"]
        .iter()
        .any(|start| lower.starts_with(start))
    {
        return Ok(true);
    }
    match (drive(file), boot) {
        (Some(drive), Some(boot)) => Ok(drive == boot),
        _ => Err(Gap::failed(format_args!("{file}: its drive is not known"))),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, row, text};
    use super::*;

    fn key(name: &str) -> String {
        format!(r"{CLASSIC}\{name}")
    }

    #[test]
    fn classic_and_newer() {
        let defender = format!(r"{CHANNELS}\{}", NEWER[0]);
        let machine = Recorded::default()
            .text(os::CURRENT_VERSION, "SystemRoot", r"C:\Windows")
            .number(&key("Security"), "MaxSize", 20_971_520)
            .number(&key("Security"), "Retention", 0)
            .text(&key("Security"), "File", r"D:\logs\Security.evtx")
            .number(&key("System"), "MaxSize", 20_971_520)
            .text(&format!(r"{POLICY}\System"), "Retention", "1")
            .text(&format!(r"{POLICY}\System"), "AutoBackupLogFiles", "1")
            .number(&format!(r"{POLICY}\System"), "MaxSize", 102_400)
            .number(&defender, "Enabled", 1)
            .number(&defender, "MaxSize", 16_777_216)
            .api(Api::OldestRecord, "Security", Err(Gap::denied("0x80070005")))
            .api(
                Api::OldestRecord,
                "System",
                Ok(vec![row(&[("TimeCreated", text("20260101000000.000000+000"))])]),
            )
            .api(Api::OldestRecord, NEWER[0], Ok(Vec::new()));
        let mut gaps = Gaps::of("event_logs");
        let channels = read(&machine, &mut gaps).unwrap().channels.unwrap();
        let find = |name: &str| {
            channels
                .iter()
                .find(|channel| channel.name.as_deref().unwrap().eq_ignore_ascii_case(name))
                .unwrap()
        };
        let security = find("Security");
        assert_eq!(
            (security.max_size_bytes, security.when_full),
            (Some(20_971_520), Some(WhenFull::Overwrite))
        );
        assert_eq!(security.on_boot_drive, Some(false));
        let system = find("System");
        assert_eq!((system.max_size_bytes, system.when_full), (Some(104_857_600), Some(WhenFull::Archive)));
        assert_eq!(system.on_boot_drive, Some(true));
        assert_eq!((find(NEWER[0]).enabled, channels.len()), (Some(true), 3));
        assert_eq!(system.oldest_at.unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!((security.oldest_at, find(NEWER[0]).oldest_at), (None, None));
        assert_eq!(gaps.why("channels.oldest_at"), Some(Why::Denied));
        assert_eq!(security.path.as_deref(), Some(r"D:\logs\Security.evtx"));
    }

    #[test]
    fn full_logs() {
        let check = |retention, backup, expected: Result<WhenFull, Why>| {
            assert_eq!(when_full("x", retention, backup).map_err(|gap| gap.why), expected);
        };
        check(None, None, Ok(WhenFull::Overwrite));
        check(Some(0), Some(1), Ok(WhenFull::Overwrite));
        check(Some(KEEP), Some(1), Ok(WhenFull::Archive));
        check(Some(KEEP), Some(0), Ok(WhenFull::Stop));
        check(Some(604_800), None, Err(Why::Failed));
    }

    #[test]
    fn drives() {
        let check = |file: Option<&str>, expected: Result<bool, Why>| {
            assert_eq!(on_boot_drive(file, Some('C')).map_err(|gap| gap.why), expected);
        };
        check(None, Ok(true));
        check(Some(r"%SystemRoot%\System32\Winevt\Logs\a.evtx"), Ok(true));
        check(Some(r"c:\logs\a.evtx"), Ok(true));
        check(Some(r"E:\a.evtx"), Ok(false));
        check(Some(r"\\server\logs"), Err(Why::Failed));
        check(Some("\u{fffd}"), Err(Why::Failed));
    }
}
