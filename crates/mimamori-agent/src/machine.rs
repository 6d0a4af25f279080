//! What tells this machine from its copies: hashes over the hardware's id and over the installation's.
//!
//! A disk that was cloned carries the same installation id into other hardware; a virtual machine that was cloned has
//! the same hardware id only if nobody saw to it. An id that cannot be read now says nothing, rather than "another".

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Ids of boards whose maker did not set one (SMBIOS 3.7, 7.2.1, and what is seen in the field): they tell nothing.
const MEANINGLESS: [&str; 4] = [
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "03000200-0400-0500-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
];

/// Hashes of a machine's ids, in hexadecimal; the ids themselves are nobody's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Of the hardware's id: the SMBIOS system UUID, or the Mac's platform UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
    /// Of the installation's id: Windows' MachineGuid, or systemd's machine-id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<String>,
}

impl Mark {
    /// Of ids as the system gives them.
    pub(crate) fn of(hardware: Option<&str>, installation: Option<&str>) -> Self {
        let hash = |purpose: &str, id: Option<&str>| {
            let id = id?.trim().to_lowercase();
            let meant = !id.is_empty() && !MEANINGLESS.contains(&id.as_str());
            meant.then(|| hex(&Sha256::digest(format!("mimamori {purpose}\n{id}"))))
        };
        Self { hardware: hash("hardware", hardware), installation: hash("installation", installation) }
    }

    /// Of this machine.
    pub(crate) fn here() -> Self {
        Self::of(hardware_id().as_deref(), installation_id().as_deref())
    }

    /// Whether both are the same machine, as far as both could be read.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        same(&self.hardware, &other.hardware) && same(&self.installation, &other.installation)
    }

    /// Whether both halves could be read.
    pub(crate) fn is_whole(&self) -> bool {
        self.hardware.is_some() && self.installation.is_some()
    }

    /// Takes over the halves that are missing.
    pub(crate) fn complete(&mut self, other: &Self) {
        let fill = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        fill(&mut self.hardware, &other.hardware);
        fill(&mut self.installation, &other.installation);
    }

    /// One text for the server: both halves, `-` for one that could not be read, so that it can compare them as
    /// [`Mark::fits`] does.
    #[must_use]
    pub fn text(&self) -> String {
        let part = |id: &Option<String>| id.clone().unwrap_or_else(|| "-".into());
        format!("{}/{}", part(&self.hardware), part(&self.installation))
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(target_os = "linux")]
fn hardware_id() -> Option<String> {
    std::fs::read_to_string("/sys/class/dmi/id/product_uuid").ok()
}

#[cfg(target_os = "linux")]
fn installation_id() -> Option<String> {
    std::fs::read_to_string("/etc/machine-id").ok()
}

#[cfg(windows)]
fn hardware_id() -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename = "Win32_ComputerSystemProduct")]
    struct Product {
        #[serde(rename = "UUID")]
        uuid: Option<String>,
    }
    // On a thread of its own, as COM is set up per thread, and WMI may take its time after a start.
    let (answer, answers) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let found = wmi::WMIConnection::with_namespace_path("root\\cimv2")
            .and_then(|wmi| wmi.raw_query::<Product>("SELECT UUID FROM Win32_ComputerSystemProduct"));
        // Nobody listens any more when the time is over.
        let _ =
            answer.send(found.ok().and_then(|rows| rows.into_iter().next()).and_then(|product| product.uuid));
    });
    answers.recv_timeout(std::time::Duration::from_secs(20)).ok().flatten()
}

#[cfg(windows)]
fn installation_id() -> Option<String> {
    windows_registry::LOCAL_MACHINE
        .open(r"SOFTWARE\Microsoft\Cryptography")
        .and_then(|key| key.get_string("MachineGuid"))
        .ok()
}

#[cfg(not(any(target_os = "linux", windows)))]
fn hardware_id() -> Option<String> {
    let output = std::process::Command::new("/usr/sbin/ioreg")
        .args(["-rd1", "-c", "IOPlatformExpertDevice"])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.contains("IOPlatformUUID"))?;
    line.split('"').nth(3).map(str::to_owned)
}

#[cfg(not(any(target_os = "linux", windows)))]
fn installation_id() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_told_and_an_unreadable_id_is_not() {
        let own = Mark::of(Some("4C4C4544-0051"), Some("abc"));
        let check = |hardware, installation, fits: bool| {
            assert_eq!(own.fits(&Mark::of(hardware, installation)), fits, "{hardware:?} {installation:?}");
        };
        check(Some("4c4c4544-0051\n"), Some("abc"), true);
        check(Some("another"), Some("abc"), false);
        check(Some("4C4C4544-0051"), Some("another"), false);
        check(None, Some("abc"), true);
        check(None, None, true);
        check(Some("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"), Some("abc"), true);
    }

    #[test]
    fn a_missing_half_is_completed_and_a_known_one_stays() {
        let mut mark = Mark::of(None, Some("abc"));
        assert!(!mark.is_whole());
        mark.complete(&Mark::of(Some("hw"), Some("other")));
        assert_eq!(mark, Mark::of(Some("hw"), Some("abc")));
        assert!(mark.is_whole());
    }

    #[test]
    fn the_text_shows_no_id() {
        let mark = Mark::of(Some("4C4C4544-0051"), Some("abc"));
        assert_eq!(mark.text().len(), 129);
        assert!(!mark.text().to_lowercase().contains("4c4c4544"));
        assert_ne!(mark.text(), Mark::of(Some("4C4C4544-0051"), None).text());
        assert!(!serde_json::to_string(&mark).unwrap().to_lowercase().contains("4c4c4544-0051"));
    }

    #[test]
    #[cfg(any(target_os = "linux", windows))]
    fn this_machine_has_a_mark() {
        assert!(Mark::here().fits(&Mark::here()));
    }
}
