//! Section `os`: version and build of macOS, and when it came onto this Mac.
//!
//! Sources: `SystemVersion.plist`; `InstallHistory.plist`, in which the installer writes what it installed and when.

use model::At;
use model::facts::{Os, OsChannel, OsFamily};
use plist::Value;

use super::answer::{Mac, at, text, unknown_form};
use crate::gap::Gap;
use crate::reading::Gaps;

const VERSION: &str = "/System/Library/CoreServices/SystemVersion.plist";
const HISTORY: &str = "/Library/Receipts/InstallHistory.plist";

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Os, Gap> {
    gaps.note("ubr", Gap::not_supported("macOS has no update build revision"));
    gaps.note("edition", Gap::not_supported("macOS has no editions"));
    gaps.note("extended_updates", Gap::not_supported("Apple sells no updates beyond the support end"));
    let settings = mac.settings(VERSION)?.ok_or_else(|| Gap::not_found(VERSION))?;
    let version = text(&settings, "ProductVersion").filter(|version| is_version(version));
    let version = version.ok_or_else(|| unknown_form(VERSION))?;
    let build = text(&settings, "ProductBuildVersion");
    Ok(Os {
        family: Some(OsFamily::Macos),
        // Up to 10.15 it calls itself `Mac OS X`.
        product: Some("macOS".into()),
        edition: None,
        channel: Some(OsChannel::Other),
        display_version: Some(build.map_or_else(|| version.clone(), |build| format!("{version} ({build})"))),
        build: Some(0),
        ubr: None,
        version: Some(version),
        installed_at: gaps.keep("installed_at", installed_at(mac)),
        architecture: gaps.keep("architecture", architecture(mac)),
        extended_updates: None,
    })
}

/// `15.1` or `14.7.1`.
fn is_version(version: &str) -> bool {
    version.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What was ever installed.
pub(super) fn history(mac: &dyn Mac) -> Result<Vec<Value>, Gap> {
    let history = mac.settings(HISTORY)?.ok_or_else(|| Gap::not_found(HISTORY))?;
    history.into_array().ok_or_else(|| unknown_form(HISTORY))
}

/// The oldest entry: the list begins anew when the Mac is erased, and goes on when macOS is updated.
fn installed_at(mac: &dyn Mac) -> Result<At, Gap> {
    let oldest = history(mac)?.iter().filter_map(|entry| at(entry, "date")).min();
    oldest.ok_or_else(|| Gap::not_found("InstallHistory.plist has no entry"))
}

fn architecture(mac: &dyn Mac) -> Result<String, Gap> {
    match mac.line("sysctl", &["-n", "hw.machine"])?.as_str() {
        known @ ("arm64" | "x86_64") => Ok(known.to_owned()),
        _ => Err(unknown_form("hw.machine")),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, list};
    use super::*;

    #[test]
    fn sequoia() {
        let mac = Recorded::default()
            .settings(
                VERSION,
                "<key>ProductName</key><string>macOS</string><key>ProductVersion</key><string>15.7.2</string>\
                 <key>ProductBuildVersion</key><string>24G325</string>",
            )
            .file(
                HISTORY,
                &list(
                    "<array><dict><key>date</key><date>2025-04-02T01:00:00Z</date></dict>\
                     <dict><key>date</key><date>2026-11-05T03:00:00Z</date></dict></array>",
                ),
            )
            .program("sysctl -n hw.machine", "arm64\n");
        let mut gaps = Gaps::of("os");
        let os = read(&mac, &mut gaps).unwrap();
        assert_eq!(
            (os.version.as_deref(), os.display_version.as_deref()),
            (Some("15.7.2"), Some("15.7.2 (24G325)"))
        );
        assert_eq!((os.product.as_deref(), os.family), (Some("macOS"), Some(OsFamily::Macos)));
        assert_eq!(os.installed_at.unwrap().to_string(), "2025-04-02T01:00:00Z");
        assert_eq!(os.architecture.as_deref(), Some("arm64"));
        assert_eq!(gaps.why("edition"), Some(Why::NotSupported));
    }

    #[test]
    fn odd_versions_are_gaps() {
        for version in ["", "15.", "15.x", "総務"] {
            let mac = Recorded::default()
                .settings(VERSION, &format!("<key>ProductVersion</key><string>{version}</string>"));
            assert_eq!(read(&mac, &mut Gaps::of("os")).unwrap_err().why, Why::Failed, "{version}");
        }
    }
}
