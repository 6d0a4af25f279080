//! The agent as a service of each system: set up, taken down, and its life within.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{install, uninstall};
#[cfg(target_os = "macos")]
pub(crate) use macos::{install, uninstall};
#[cfg(windows)]
pub(crate) use windows::{dispatch, install, uninstall};

/// What people see in the list of services.
#[cfg(windows)]
pub(crate) const TITLE: &str = "Mimamori Agent";
/// What it says about itself there.
#[cfg(any(windows, target_os = "linux"))]
pub(crate) const DESCRIPTION: &str = "見守り：このPCの安全設定を読み取り、会社のサーバーに報告します。 / Mimamori: reports this PC's security settings to the company's server.";

/// Runs a system's program; what it said when it failed.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn command(program: &str, arguments: &[&str]) -> Result<(), crate::Problem> {
    let output =
        std::process::Command::new(program).args(arguments).stdin(std::process::Stdio::null()).output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said: String = String::from_utf8_lossy(&output.stderr).trim().chars().take(300).collect();
            Err(crate::Problem::Service(format!("{program} {}: {said}", arguments.join(" "))))
        }
        Err(error) => Err(crate::Problem::Service(format!("{program}: {error}"))),
    }
}

/// Puts the running program where services live; it may be there already.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn place_program(target: &std::path::Path) -> Result<(), crate::Problem> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |error| crate::Problem::file(target, error);
    let own = std::env::current_exe().and_then(std::fs::canonicalize).map_err(failed)?;
    if own == target {
        return Ok(());
    }
    let bytes = std::fs::read(&own).map_err(failed)?;
    crate::folder::write_whole(target, &bytes).map_err(failed)?;
    std::fs::set_permissions(target, std::fs::Permissions::from_mode(0o755)).map_err(failed)
}
