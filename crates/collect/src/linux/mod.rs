//! Linux: one file per section, each a reader over `/etc`, `/proc`, `/sys` and a few programs of the system, and pure
//! functions that make facts of what they say.
//!
//! What Windows has and Linux has not (profiles of networks, event log channels, NTLM levels, LAPS …) is a miss that
//! says so. Works without root; what root alone may read is then a miss.

use std::sync::Arc;

use model::At;

use crate::gap::Gap;
use crate::gather::{LIMIT, LONG_LIMIT, Reader, reader};
use crate::reading::Gaps;

mod accounts;
mod antivirus;
mod cloud_sync;
mod edr;
mod firewall;
mod host;
mod listener;
mod network;
mod os;
mod process;
mod protocols;
mod remote_desktop;
mod removable_storage;
mod root;
mod samba;
mod screen_lock;
mod secure_boot;
mod sharing;
mod software;
mod time_sync;
mod tpm;
mod updates;
mod volumes;
mod wifi;

use root::Root;

/// What every reader of this system works with.
#[derive(Clone, Debug)]
pub(crate) struct Here {
    root: Root,
    now: At,
    /// Whether programs of the system may be asked; not in tests, where the root is a folder.
    live: bool,
}

impl Here {
    /// Whether this process may read what root may.
    fn is_root(&self) -> bool {
        // The line holds the real, effective, saved and file system user.
        let status = self.root.text("/proc/self/status").unwrap_or_default();
        let users = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        users.and_then(|users| users.split_whitespace().nth(1)) == Some("0")
    }

    /// Runs a program of the system; see [`crate::command::output`].
    fn output(&self, program: &str, args: &[&str], limits: crate::command::Limits) -> Result<String, Gap> {
        if !self.live {
            return Err(Gap::not_found(format_args!("program {program}")));
        }
        crate::command::output(program, args, limits)
    }

    /// Whether the system has a program.
    fn has(&self, program: &str) -> bool {
        ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]
            .iter()
            .any(|folder| self.root.exists(&format!("{folder}/{program}")))
    }
}

#[cfg(test)]
impl Here {
    /// A system made of these files, at noon on 2026-11-24 (UTC).
    fn with(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Self) {
        let (folder, root) = root::tests::root_with(files);
        (folder, Self { root, now: "2026-11-24T12:00:00Z".parse().unwrap(), live: false })
    }
}

/// One reader per section that this system has.
pub(crate) fn readers(now: At) -> Vec<Reader> {
    let here = Arc::new(Here { root: Root::at("/"), now, live: true });
    /// A reader that is given the system.
    fn of<T: serde::Serialize + 'static>(
        here: &Arc<Here>,
        section: &'static str,
        read: fn(&Here, &mut Gaps) -> Result<T, Gap>,
    ) -> Reader {
        let here = Arc::clone(here);
        let limit = if section == "updates" { LONG_LIMIT } else { LIMIT };
        reader(section, limit, move |gaps| read(&here, gaps))
    }
    vec![
        of(&here, "host", host::read),
        of(&here, "os", os::read),
        of(&here, "updates", updates::read),
        of(&here, "software", software::read),
        of(&here, "antivirus", antivirus::read),
        of(&here, "volumes", volumes::read),
        of(&here, "tpm", tpm::read),
        of(&here, "secure_boot", secure_boot::read),
        of(&here, "firewall", firewall::read),
        of(&here, "network", network::read),
        of(&here, "sharing", sharing::read),
        of(&here, "protocols", protocols::read),
        of(&here, "remote_desktop", remote_desktop::read),
        of(&here, "accounts", accounts::read),
        of(&here, "wifi", wifi::read),
        of(&here, "event_logs", event_logs),
        of(&here, "removable_storage", removable_storage::read),
        of(&here, "screen_lock", screen_lock::read),
        of(&here, "time_sync", time_sync::read),
        of(&here, "edr", edr::read),
        of(&here, "cloud_sync", cloud_sync::read),
    ]
}

/// The host name as the kernel has it.
pub(crate) fn host_name() -> Option<String> {
    host::name(&Root::at("/")).ok()
}

/// Linux has no event log channels.
fn event_logs(_: &Here, _: &mut Gaps) -> Result<model::facts::EventLogs, Gap> {
    Err(Gap::not_supported(
        "Linux has no event log channels; its journal and syslog are not Windows event logs",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::measured;

    #[test]
    fn an_empty_system_brings_misses_and_no_false_facts() {
        let (_folder, here) = Here::with(&[]);
        let mut gaps = Gaps::of("os");
        assert!(os::read(&here, &mut gaps).is_err());
        assert!(volumes::read(&here, &mut Gaps::of("volumes")).is_err());
        assert!(software::read(&here, &mut Gaps::of("software")).is_err());
        assert!(accounts::read(&here, &mut Gaps::of("accounts")).is_err());
        assert!(firewall::read(&here, &mut Gaps::of("firewall")).is_err());
        assert!(tpm::read(&here, &mut Gaps::of("tpm")).is_err());
        assert!(secure_boot::read(&here, &mut Gaps::of("secure_boot")).is_err());
        assert!(edr::read(&here, &mut Gaps::of("edr")).is_err());
        assert!(cloud_sync::read(&here, &mut Gaps::of("cloud_sync")).is_err());
        assert!(screen_lock::read(&here, &mut Gaps::of("screen_lock")).is_err());
        assert!(wifi::read(&here, &mut Gaps::of("wifi")).is_err());
        assert!(remote_desktop::read(&here, &mut Gaps::of("remote_desktop")).is_err());
    }

    #[test]
    fn every_reader_is_of_a_measured_section() {
        let known: Vec<_> = measured(model::SubjectKind::Device).collect();
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        assert!(readers(now).iter().all(|reader| known.contains(&reader.section())));
    }
}
