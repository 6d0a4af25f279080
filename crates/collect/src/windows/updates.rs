//! Section `updates`: what Windows Update offers and has installed, when it last looked, whether a restart is due,
//! whether updates install by themselves.
//!
//! Nothing is searched online: what the last search found is asked, and how old that is is a fact of its own
//! (`last_checked_at`). Source: Microsoft, "Windows Update Agent API", "WSUS classification GUIDs", "Manage additional
//! Windows Update settings".

use std::collections::BTreeMap;

use model::At;
use model::facts::{InstalledUpdate, PendingUpdate, UpdateKind, UpdateSeverity, Updates};

use super::machine::{Api, Hive, Machine, Row};
use super::os;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

/// The most updates in one document.
const PENDING_MAX: usize = 2_000;
const INSTALLED_MAX: usize = 3_000;
/// Keys that exist while a restart is due.
const RESTART: [&str; 2] = [
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
];
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";
const MANAGED: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device\Update";
const PAUSE: &str = r"SOFTWARE\Microsoft\WindowsUpdate\UX\Settings";
const SERVICE: &str = r"SYSTEM\CurrentControlSet\Services\wuauserv";
/// A service that is never started.
const DISABLED: u64 = 4;
/// Kinds by the id of the classification.
const KINDS: [(&str, UpdateKind); 5] = [
    ("0fa1201d-4330-4fa8-8ae9-b877473b6441", UpdateKind::Security),
    ("e0789628-ce08-4437-be74-2495b842f43b", UpdateKind::Definition),
    ("ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0", UpdateKind::Driver),
    ("3689bdc8-b205-4af4-8d4a-a63924c5e9d5", UpdateKind::Feature),
    ("b54e7d24-7add-428f-8b75-90a396fa584f", UpdateKind::Feature),
];
/// Antivirus definitions and engines, which come daily and tell nothing of patches.
const DEFINITIONS: [&str; 5] = ["KB2267602", "KB4052623", "KB2310138", "KB2461484", "KB915597"];
/// `IUpdate.Type` of a driver; `IUpdateHistoryEntry.Operation` of an installation; `ResultCode` of success, with errors
/// or without.
const DRIVER: i64 = 2;
const INSTALLATION: i64 = 1;
const SUCCEEDED: [i64; 2] = [2, 3];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Updates, Gap> {
    let checked = machine.ask(Api::UpdateResults, "").and_then(|rows| {
        let at = rows.first().and_then(|row| row.at("LastSearchSuccessDate"));
        at.ok_or_else(|| Gap::not_found("Windows Update has never searched"))
    });
    let history = machine.ask(Api::UpdateHistory, "").map(|rows| installed(&rows));
    let last = history.clone().and_then(|all| {
        last_patch(&all).ok_or_else(|| Gap::not_found("no patch in the history of Windows Update"))
    });
    let pending = machine
        .ask(Api::PendingUpdates, "")
        .and_then(|rows| at_most(rows.iter().map(pending).collect(), PENDING_MAX, "pending updates"));
    Ok(Updates {
        last_checked_at: gaps.keep("last_checked_at", checked),
        last_installed_at: gaps.keep("last_installed_at", last),
        installed: gaps
            .keep("installed", history.and_then(|all| at_most(all, INSTALLED_MAX, "installed updates"))),
        pending: gaps.keep("pending", pending),
        reboot_pending: gaps.keep("reboot_pending", restart_is_due(machine)),
        automatic: gaps.keep("automatic", automatic(machine)),
    })
}

fn pending(row: &Row) -> PendingUpdate {
    let number = row.texts("KBArticleIDs").and_then(|all| all.into_iter().next()).map(|id| format!("KB{id}"));
    PendingUpdate {
        id: number.or_else(|| row.text("UpdateID")),
        title: row.text("Title"),
        kind: Some(kind(row)),
        severity: Some(severity(row.text("MsrcSeverity").as_deref())),
        published_at: row.at("LastDeploymentChangeTime"),
    }
}

/// The kind; what Microsoft rated closes a hole, whatever it is classified as.
fn kind(row: &Row) -> UpdateKind {
    let classes = row.texts("CategoryIDs").unwrap_or_default();
    let of_class = |(id, _): &&(&str, UpdateKind)| classes.iter().any(|class| class.eq_ignore_ascii_case(id));
    if let Some((_, kind)) = KINDS.iter().find(of_class) {
        *kind
    } else if row.number("Type") == Some(DRIVER) {
        UpdateKind::Driver
    } else if row.text("MsrcSeverity").is_some() {
        UpdateKind::Security
    } else {
        UpdateKind::Other
    }
}

/// The words are the same in every language.
fn severity(word: Option<&str>) -> UpdateSeverity {
    match word {
        Some("Critical") => UpdateSeverity::Critical,
        Some("Important") => UpdateSeverity::Important,
        Some("Moderate") => UpdateSeverity::Moderate,
        Some("Low") => UpdateSeverity::Low,
        _ => UpdateSeverity::Unspecified,
    }
}

/// What was installed, the newest date of each, newest first.
fn installed(history: &[Row]) -> Vec<InstalledUpdate> {
    let mut newest: BTreeMap<String, InstalledUpdate> = BTreeMap::new();
    for row in history {
        let done = row.number("Operation") == Some(INSTALLATION)
            && row.number("ResultCode").is_some_and(|code| SUCCEEDED.contains(&code));
        let title = row.text("Title");
        let id = title.as_deref().and_then(knowledge_base).or_else(|| row.text("UpdateID"));
        let Some(id) = id.filter(|_| done) else { continue };
        let update = InstalledUpdate { id: Some(id.clone()), title, installed_at: row.at("Date") };
        let known = newest.entry(id).or_insert_with(|| update.clone());
        if known.installed_at < update.installed_at {
            *known = update;
        }
    }
    let mut all: Vec<InstalledUpdate> = newest.into_values().collect();
    all.sort_by_key(|update| std::cmp::Reverse(update.installed_at));
    all
}

/// The number in a title, which is written alike in every language: `(KB5046617)`.
fn knowledge_base(title: &str) -> Option<String> {
    title.split(|c: char| !c.is_ascii_alphanumeric()).map(text::clean).find(|word| {
        word.strip_prefix("KB").is_some_and(|digits| {
            (5..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// When a patch was last installed. Apps from the Store have no number, and definitions are no patches.
fn last_patch(all: &[InstalledUpdate]) -> Option<At> {
    let is_patch = |id: &str| id.starts_with("KB") && !DEFINITIONS.contains(&id);
    all.iter().filter(|one| one.id.as_deref().is_some_and(is_patch)).filter_map(|one| one.installed_at).max()
}

fn restart_is_due(machine: &dyn Machine) -> Result<bool, Gap> {
    for key in RESTART {
        if machine.keys(Hive::Machine, key)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether updates install by themselves: the policy's word, or a management's, or what Windows does when nothing is
/// set: clients install, while servers only download or leave it to the administrator.
fn automatic(machine: &dyn Machine) -> Result<bool, Gap> {
    if machine.number(SERVICE, "Start")? == Some(DISABLED) {
        return Ok(false);
    }
    if machine.number(POLICY, "NoAutoUpdate")? == Some(1) {
        return Ok(false);
    }
    match machine.number(POLICY, "AUOptions")? {
        Some(4) => return not_paused(machine),
        Some(2 | 3 | 7) => return Ok(false),
        Some(5) => return Err(Gap::not_collected("AUOptions 5: each administrator of the PC decides")),
        Some(other) => return Err(Gap::failed(format_args!("AUOptions {other}"))),
        None => {}
    }
    match machine.number(MANAGED, "AllowAutoUpdate")? {
        Some(0 | 5) => return Ok(false),
        Some(1..=4 | 6) => return not_paused(machine),
        Some(other) => return Err(Gap::failed(format_args!("AllowAutoUpdate {other}"))),
        None => {}
    }
    if os::is_server(machine)? {
        return Err(Gap::not_found("not set; what a server does then is not told"));
    }
    not_paused(machine)
}

/// A pause that the user set ends by itself; until then nothing is installed.
fn not_paused(machine: &dyn Machine) -> Result<bool, Gap> {
    let until = machine.text(PAUSE, "PauseUpdatesExpiryTime")?.and_then(|text| text.parse::<At>().ok());
    Ok(until.is_none_or(|until| until <= machine.now()))
}

#[cfg(test)]
#[path = "updates_tests.rs"]
pub(crate) mod tests;
