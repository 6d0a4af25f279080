//! Where the agent keeps its things on each system, and how a page is opened there.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Names another folder for everything, for tests and for trying it out without rights.
pub(crate) const FOLDER_VARIABLE: &str = "MIMAMORI_AGENT_FOLDER";

/// The agent's own folder.
pub(crate) fn folder() -> PathBuf {
    if let Some(given) = given() {
        return given;
    }
    if cfg!(windows) {
        program_data().join("Mimamori")
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/Mimamori")
    } else {
        PathBuf::from("/var/lib/mimamori-agent")
    }
}

/// Where Windows keeps programs' data. The registry is asked, not the environment: a service and an administrator's
/// terminal must find the same folder, and an environment can be set by whoever starts a program.
#[cfg(windows)]
fn program_data() -> PathBuf {
    let drive = std::env::var("SystemDrive").unwrap_or_else(|_| "C:".into());
    let told = windows_registry::LOCAL_MACHINE
        .open(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList")
        .and_then(|key| key.get_string("ProgramData"));
    let told = told.unwrap_or_else(|_| r"%SystemDrive%\ProgramData".into());
    PathBuf::from(told.replace("%SystemDrive%", &drive).replace("%SYSTEMDRIVE%", &drive))
}

#[cfg(not(windows))]
fn program_data() -> PathBuf {
    PathBuf::new()
}

/// Where the running agent says how its page is opened; every user of the PC may read it.
pub(crate) fn page_file() -> PathBuf {
    if given().is_some() || cfg!(windows) {
        return folder().join("page.json");
    }
    if cfg!(target_os = "macos") {
        PathBuf::from("/var/run/mimamori-agent/page.json")
    } else {
        PathBuf::from("/run/mimamori-agent/page.json")
    }
}

fn given() -> Option<PathBuf> {
    std::env::var_os(FOLDER_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Opens an address in the user's browser; false when that did not work.
pub(crate) fn open(address: &str) -> bool {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("rundll32.exe");
        command.args(["url.dll,FileProtocolHandler", address]);
        command
    } else {
        let mut command = Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
        command.arg(address);
        command
    };
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
