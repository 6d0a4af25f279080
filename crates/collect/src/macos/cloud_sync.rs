//! Section `cloud_sync`: cloud storage clients that run, and iCloud Drive of each person.
//!
//! Sources: ps(1); `MobileMeAccounts.plist`, in which macOS keeps which services of iCloud a person uses.

use model::facts::CloudSync;

use super::answer::{Mac, flag, get, text};
use crate::gap::Gap;
use crate::product::{CLOUD, Product};
use crate::reading::Gaps;

/// What is no person's below `/Users`.
const NOBODY: [&str; 4] = ["Shared", "Guest", ".localized", ".DS_Store"];
const DRIVE: &str = "MOBILE_DOCUMENTS";

pub(crate) fn read(mac: &dyn Mac, _: &mut Gaps) -> Result<Vec<CloudSync>, Gap> {
    let running = running(mac)?;
    let icloud = icloud(mac)?;
    let found = CLOUD.iter().filter(|client| running.iter().any(|program| is_of(program, client)));
    let names = found.map(|client| client.name).chain(icloud.then_some("iCloud Drive"));
    Ok(names.map(|name| CloudSync { name: Some(name.into()) }).collect())
}

/// The names of running programs, without their folders.
pub(super) fn running(mac: &dyn Mac) -> Result<Vec<String>, Gap> {
    let out = mac.output("ps", &["-axo", "comm="])?;
    // The first process is always there; a list without it hides others too.
    if !out.lines().any(|line| line.trim() == "/sbin/launchd") {
        return Err(super::answer::unknown_form("ps"));
    }
    Ok(out.lines().filter_map(|line| line.trim().rsplit('/').next()).map(str::to_owned).collect())
}

/// Programs are named after the product, in part with a word behind: `pCloud Drive`, `Google Drive`.
fn is_of(program: &str, client: &Product) -> bool {
    let begins =
        program.get(..client.name.len()).is_some_and(|start| start.eq_ignore_ascii_case(client.name));
    let rest = program.get(client.name.len()..).unwrap_or_default();
    begins && (rest.is_empty() || rest.starts_with(' '))
        || client.processes.iter().any(|name| name.eq_ignore_ascii_case(program))
}

/// Whether anybody on this Mac has iCloud Drive on.
fn icloud(mac: &dyn Mac) -> Result<bool, Gap> {
    let people = mac.names("/Users")?.ok_or_else(|| Gap::not_found("/Users"))?;
    for person in people.iter().filter(|name| !NOBODY.contains(&name.as_str())) {
        let path = format!("/Users/{person}/Library/Preferences/MobileMeAccounts.plist");
        let Some(settings) = mac.settings(&path)? else { continue };
        let form = || super::answer::unknown_form(&path);
        for account in get(&settings, "Accounts").and_then(plist::Value::as_array).ok_or_else(form)? {
            let services = get(account, "Services").and_then(plist::Value::as_array).ok_or_else(form)?;
            if services.iter().any(|service| {
                text(service, "Name").as_deref() == Some(DRIVE) && flag(service, "Enabled") == Some(true)
            }) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    fn check(processes: &str, enabled: &str, expected: &[&str]) {
        let services = format!(
            "<key>Accounts</key><array><dict><key>Services</key><array><dict><key>Name</key><string>{DRIVE}</string>\
             <key>Enabled</key><{enabled}/></dict></array></dict></array>"
        );
        let mac = Recorded::default()
            .program("ps -axo comm=", &format!("/sbin/launchd\n{processes}"))
            .file("/Users/Shared/x", "")
            .settings("/Users/sato/Library/Preferences/MobileMeAccounts.plist", &services);
        let found = read(&mac, &mut Gaps::of("cloud_sync")).unwrap();
        let names: Vec<_> = found.iter().map(|one| one.name.as_deref().unwrap()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn clients() {
        check("", "false", &[]);
        check(
            "/Applications/Dropbox.app/Contents/MacOS/Dropbox\n/Applications/Google Drive.app/Contents/MacOS/Google Drive\n\
             /Applications/pCloud Drive.app/Contents/MacOS/pCloud Drive\n/usr/libexec/boxed\n",
            "true",
            &["Dropbox", "Google Drive", "pCloud", "iCloud Drive"],
        );
        check("/Applications/MEGAsync.app/Contents/MacOS/MEGAsync\n", "false", &["MEGA"]);
    }

    #[test]
    fn a_home_that_is_closed_is_a_gap() {
        let mac = Recorded::default().program("ps -axo comm=", "/sbin/launchd\n");
        assert!(read(&mac, &mut Gaps::of("cloud_sync")).is_err());
    }
}
