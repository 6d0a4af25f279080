//! Section `updates`: what Software Update found at its last look, and how it is set.
//!
//! Source: Apple, "SoftwareUpdate" (Device Management, profile payload `com.apple.SoftwareUpdate`): the names of the
//! settings; `RecommendedUpdates` and the dates are what the daemon itself writes beside them.

use model::At;
use model::facts::{PendingUpdate, UpdateKind, UpdateSeverity, Updates};
use plist::Value;

use super::answer::{Mac, at, flag, get, text, unknown_form};
use super::os;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

const SETTINGS: &str = "/Library/Preferences/com.apple.SoftwareUpdate.plist";
/// Set by the company's device management; it wins.
const MANAGED: &str = "/Library/Managed Preferences/com.apple.SoftwareUpdate.plist";
/// What has to be on so that updates install by themselves.
const AUTOMATIC: [&str; 4] = [
    "AutomaticCheckEnabled",
    "AutomaticDownload",
    "AutomaticallyInstallMacOSUpdates",
    "CriticalUpdateInstall",
];
/// When it last looked and reached Apple.
const LOOKS: [&str; 3] = ["LastSuccessfulDate", "LastFullSuccessfulDate", "LastBackgroundSuccessfulDate"];
/// Who writes entries of updates into the history.
const INSTALLERS: [&str; 3] = ["softwareupdated", "softwareupdate", "macOS Installer"];
const PENDING_MAX: usize = 500;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Updates, Gap> {
    let settings =
        mac.settings(SETTINGS).and_then(|settings| settings.ok_or_else(|| Gap::not_found(SETTINGS)));
    let managed = mac.settings(MANAGED);
    let automatic = match (&settings, &managed) {
        (Ok(settings), Ok(managed)) => automatic(settings, managed.as_ref()),
        (Err(gap), _) | (_, Err(gap)) => Err(gap.clone()),
    };
    let checked = settings.clone().and_then(|settings| checked_at(&settings));
    let pending = gaps.keep("pending", settings.and_then(|settings| pending(&settings)));
    Ok(Updates {
        installed: None,
        last_checked_at: gaps.keep("last_checked_at", checked),
        last_installed_at: gaps.keep("last_installed_at", last_installed_at(mac)),
        // An update of macOS is installed by the restart itself; until then it is pending.
        reboot_pending: pending.as_ref().map(|_| false),
        pending,
        automatic: gaps.keep("automatic", automatic),
    })
}

fn checked_at(settings: &Value) -> Result<At, Gap> {
    let newest = LOOKS.iter().filter_map(|name| at(settings, name)).max();
    newest.ok_or_else(|| Gap::not_found(format_args!("{SETTINGS}: no date of a look")))
}

/// Without a date of a look nothing is known to be pending.
fn pending(settings: &Value) -> Result<Vec<PendingUpdate>, Gap> {
    checked_at(settings)?;
    let form = || unknown_form("RecommendedUpdates");
    let found = match get(settings, "RecommendedUpdates") {
        Some(found) => found.as_array().ok_or_else(form)?.as_slice(),
        None => return Err(Gap::not_found(format_args!("{SETTINGS}: no RecommendedUpdates"))),
    };
    let update = |entry: &Value| {
        let name = text(entry, "Display Name").ok_or_else(form)?;
        let version = text(entry, "Display Version").unwrap_or_default();
        let id = text(entry, "Identifier").or_else(|| text(entry, "Product Key")).ok_or_else(form)?;
        Ok(PendingUpdate {
            kind: Some(kind(&id, &name)),
            id: Some(id),
            title: Some(format!("{name} {version}").trim().to_owned()),
            severity: Some(UpdateSeverity::Unspecified),
            published_at: None,
        })
    };
    at_most(found.iter().map(update).collect::<Result<_, Gap>>()?, PENDING_MAX, "pending updates")
}

/// Apple closes holes by updates of macOS and Safari and does not mark them; a new major version is offered as one.
fn kind(id: &str, name: &str) -> UpdateKind {
    if id.ends_with("_major") {
        UpdateKind::Feature
    } else if ["macOS", "Safari", "Security"].iter().any(|start| name.starts_with(start)) {
        UpdateKind::Security
    } else {
        UpdateKind::Other
    }
}

/// What is not set is left open: the default depends on what was answered when the Mac was set up.
fn automatic(settings: &Value, managed: Option<&Value>) -> Result<bool, Gap> {
    let value = |name: &str| managed.and_then(|managed| flag(managed, name)).or_else(|| flag(settings, name));
    let values = AUTOMATIC.map(value);
    if values.contains(&Some(false)) {
        Ok(false)
    } else if values.iter().all(Option::is_some) {
        Ok(true)
    } else {
        Err(Gap::not_found("not all settings of automatic updates are set"))
    }
}

fn last_installed_at(mac: &dyn Mac) -> Result<At, Gap> {
    let history = os::history(mac)?;
    let by_update =
        |entry: &&Value| text(entry, "processName").is_some_and(|name| INSTALLERS.contains(&name.as_str()));
    let newest = history.iter().filter(by_update).filter_map(|entry| at(entry, "date")).max();
    newest.ok_or_else(|| Gap::not_found("InstallHistory.plist names no update"))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, list};
    use super::*;

    const ON: &str = "<key>AutomaticCheckEnabled</key><true/><key>AutomaticDownload</key><true/>\
        <key>AutomaticallyInstallMacOSUpdates</key><true/><key>CriticalUpdateInstall</key><integer>1</integer>";
    const LOOKED: &str = "<key>LastSuccessfulDate</key><date>2026-11-23T20:00:00Z</date>";
    const FOUND: &str = "<key>RecommendedUpdates</key><array><dict><key>Display Name</key><string>macOS Tahoe 26.1</string>\
        <key>Display Version</key><string>26.1</string><key>Identifier</key><string>MSU_UPDATE_25B78_patch_26.1</string></dict>\
        <dict><key>Display Name</key><string>macOS X</string><key>Identifier</key><string>MSU_UPDATE_26A1_full_27.0_major</string></dict>\
        <dict><key>Display Name</key><string>Command Line Tools</string><key>Product Key</key><string>082-1</string></dict></array>";
    const NONE: &str = "<key>RecommendedUpdates</key><array/>";

    fn updates(settings: &str) -> (Updates, Gaps) {
        let mac = Recorded::default().settings(SETTINGS, settings);
        let mut gaps = Gaps::of("updates");
        (read(&mac, &mut gaps).unwrap(), gaps)
    }

    #[test]
    fn pending_updates() {
        let (read, _) = updates(&format!("{ON}{LOOKED}{FOUND}"));
        let kinds: Vec<_> = read.pending.unwrap().iter().map(|one| one.kind.unwrap()).collect();
        assert_eq!(kinds, [UpdateKind::Security, UpdateKind::Feature, UpdateKind::Other]);
        assert_eq!(read.last_checked_at.unwrap().to_string(), "2026-11-23T20:00:00Z");
        assert_eq!(read.automatic, Some(true));
        let (read, _) = updates(&format!("{LOOKED}{NONE}"));
        assert_eq!((read.pending, read.automatic), (Some(Vec::new()), None));
    }

    #[test]
    fn what_was_not_looked_up_is_not_called_complete() {
        let (read, gaps) = updates(NONE);
        assert_eq!((read.pending, gaps.why("pending")), (None, Some(Why::NotFound)));
        let (read, gaps) = updates(LOOKED);
        assert_eq!((read.pending, gaps.why("pending")), (None, Some(Why::NotFound)));
        let (read, gaps) =
            updates(&format!("{LOOKED}<key>RecommendedUpdates</key><array><string>x</string></array>"));
        assert_eq!((read.pending, gaps.why("pending")), (None, Some(Why::Failed)));
    }

    #[test]
    fn the_company_wins() {
        let mac = Recorded::default()
            .settings(SETTINGS, &format!("{ON}{LOOKED}{NONE}"))
            .settings(MANAGED, "<key>AutomaticDownload</key><false/>");
        assert_eq!(read(&mac, &mut Gaps::of("updates")).unwrap().automatic, Some(false));
    }

    #[test]
    fn last_installation() {
        let entry = |process: &str, date: &str| {
            format!(
                "<dict><key>processName</key><string>{process}</string><key>date</key><date>{date}</date></dict>"
            )
        };
        let history =
            entry("softwareupdated", "2026-11-05T03:00:00Z") + &entry("installer", "2026-11-20T03:00:00Z");
        let mac = Recorded::default()
            .file("/Library/Receipts/InstallHistory.plist", &list(&format!("<array>{history}</array>")));
        assert_eq!(last_installed_at(&mac).unwrap().to_string(), "2026-11-05T03:00:00Z");
    }
}
