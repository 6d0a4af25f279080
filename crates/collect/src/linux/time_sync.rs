//! Section `time_sync`: which of chrony, systemd-timesyncd and ntpd runs, and with whom it is set to agree.

use model::facts::TimeSync;

use super::{Here, process};
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

/// A daemon, by its process, and its settings.
struct Daemon {
    names: &'static [&'static str],
    files: &'static [&'static str],
    folders: &'static [&'static str],
}

const CHRONY: Daemon = Daemon {
    names: &["chronyd"],
    files: &["/etc/chrony/chrony.conf", "/etc/chrony.conf"],
    folders: &["/etc/chrony/conf.d", "/etc/chrony/sources.d", "/etc/chrony.d"],
};
const NTPD: Daemon = Daemon {
    names: &["ntpd", "ntpd-rs"],
    files: &["/etc/ntpsec/ntp.conf", "/etc/ntp.conf"],
    folders: &["/etc/ntpsec/ntp.d"],
};

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<TimeSync, Gap> {
    let running = process::running(here)?;
    for daemon in [CHRONY, NTPD] {
        if running.any(daemon.names) {
            let server = gaps.keep("server", configured(here, &daemon));
            return Ok(TimeSync { enabled: Some(true), server });
        }
    }
    if running.any(&["systemd-timesyncd"]) {
        let server =
            here.output("timedatectl", &["show-timesync"], SHORT).and_then(|answer| timesync_server(&answer));
        return Ok(TimeSync { enabled: Some(true), server: gaps.keep("server", server) });
    }
    gaps.note("server", Gap::not_found("no program that keeps the time runs"));
    Ok(TimeSync { enabled: Some(false), server: None })
}

/// The first server a daemon is set to use.
fn configured(here: &Here, daemon: &Daemon) -> Result<String, Gap> {
    let mut paths: Vec<String> = daemon.files.iter().map(|path| (*path).to_owned()).collect();
    for folder in daemon.folders {
        paths.extend(here.root.names_if_there(folder)?.iter().map(|name| format!("{folder}/{name}")));
    }
    for path in paths {
        if let Some(server) = here.root.text_if_there(&path)?.as_deref().and_then(first_server) {
            return Ok(server);
        }
    }
    Err(Gap::not_found("no server or pool in the settings"))
}

fn first_server(config: &str) -> Option<String> {
    config.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        matches!(words.next()?, "server" | "pool" | "peer").then(|| words.next().map(text::clean))?
    })
}

/// `ServerName=` of `timedatectl show-timesync`.
fn timesync_server(answer: &str) -> Result<String, Gap> {
    let name = answer.lines().find_map(|line| line.strip_prefix("ServerName=")).map(text::clean);
    name.filter(|name| !name.is_empty()).ok_or_else(|| Gap::not_found("no server was reached yet"))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn chrony() {
        let (_folder, here) = Here::with(&[
            ("/proc/1/comm", b"chronyd\n"),
            ("/etc/chrony/chrony.conf", b"# pool x\nconfdir /etc/chrony/conf.d\n"),
            ("/etc/chrony/sources.d/a.sources", b"pool ntp.nict.jp iburst\n"),
        ]);
        let sync = read(&here, &mut Gaps::of("time_sync")).unwrap();
        assert_eq!((sync.enabled, sync.server.as_deref()), (Some(true), Some("ntp.nict.jp")));
    }

    #[test]
    fn nothing_runs() {
        let (_folder, here) = Here::with(&[("/proc/1/comm", b"init\n")]);
        let mut gaps = Gaps::of("time_sync");
        let sync = read(&here, &mut gaps).unwrap();
        assert_eq!((sync.enabled, gaps.why("server")), (Some(false), Some(Why::NotFound)));
    }

    #[test]
    fn timesyncd() {
        assert_eq!(timesync_server("NTPMessage={}\nServerName=ntp.ubuntu.com\n").unwrap(), "ntp.ubuntu.com");
        assert_eq!(timesync_server("ServerName=\n\u{fffd}").unwrap_err().why, Why::NotFound);
    }
}
