//! Section `cloud_sync`: cloud storage clients that run, or that start with a person's session.
//!
//! Source: Desktop Application Autostart Specification; systemd.unit(5) for what a person's session wants.

use model::facts::CloudSync;

use super::{Here, accounts, process};
use crate::gap::Gap;
use crate::product::CLOUD;
use crate::reading::Gaps;

/// Where a session starts from for everybody.
const FOR_ALL: &str = "/etc/xdg/autostart";
/// The most entries looked at in one folder.
const ENTRIES_MAX: usize = 200;

pub(crate) fn read(here: &Here, _: &mut Gaps) -> Result<Vec<CloudSync>, Gap> {
    let running = process::running(here)?;
    let started = started(here)?;
    let uses = |names: &[&str]| running.any(names) || names.iter().any(|name| started.contains(name));
    let found = CLOUD.iter().filter(|client| uses(client.processes));
    Ok(found.map(|client| CloudSync { name: Some(client.name.into()) }).collect())
}

/// The known programs that start with somebody's session.
fn started(here: &Here) -> Result<Vec<&'static str>, Gap> {
    let mut started = desktop_entries(here, FOR_ALL)?;
    // One folder that may not be looked into leaves it open whether anything starts from there.
    for person in accounts::people(here)? {
        let home = person.home();
        started.extend(desktop_entries(here, &format!("{home}/.config/autostart"))?);
        let wants = format!("{home}/.config/systemd/user/default.target.wants");
        for unit in here.root.names_if_there(&wants)? {
            started.extend(unit.strip_suffix(".service").and_then(known));
        }
    }
    Ok(started)
}

fn desktop_entries(here: &Here, folder: &str) -> Result<Vec<&'static str>, Gap> {
    let names = here.root.names_if_there(folder)?.into_iter().filter(|name| name.ends_with(".desktop"));
    // An entry that cannot be read (a link that leads nowhere) starts nothing either.
    let texts = names.take(ENTRIES_MAX).filter_map(|name| here.root.text(&format!("{folder}/{name}")).ok());
    Ok(texts.filter_map(|text| program_of(&text).and_then(known)).collect())
}

/// The program of a desktop entry that is not switched off, without its folder.
fn program_of(entry: &str) -> Option<&str> {
    let value =
        |key: &str| entry.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
    if value("Hidden").map(str::trim) == Some("true")
        || value("X-GNOME-Autostart-enabled").map(str::trim) == Some("false")
    {
        return None;
    }
    let command = value("Exec")?.trim().trim_start_matches('"');
    command.split([' ', '"']).next()?.rsplit('/').next()
}

/// The name of a client's process, when the program is one.
fn known(program: &str) -> Option<&'static str> {
    let names = CLOUD.iter().flat_map(|client| client.processes);
    names.copied().find(|name| *name == program)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &[u8] = b"root:x:0:0::/root:/bin/bash\nsato:x:1000:1000::/home/sato/:/bin/bash\n";

    fn check(files: &[(&str, &[u8])], expected: Option<&[&str]>) {
        let (_folder, here) = Here::with(files);
        let read = read(&here, &mut Gaps::of("cloud_sync")).ok();
        let names = read
            .as_ref()
            .map(|found| found.iter().map(|one| one.name.as_deref().unwrap()).collect::<Vec<_>>());
        assert_eq!(names.as_deref(), expected);
    }

    #[test]
    fn running_and_started() {
        check(&[("/proc/1/comm", b"init\n"), ("/etc/passwd", PASSWD)], Some(&[]));
        check(
            &[
                ("/proc/1/comm", b"init\n"),
                ("/proc/7/comm", b"dropbox\n"),
                ("/etc/passwd", PASSWD),
                (
                    "/home/sato/.config/autostart/n.desktop",
                    b"[Desktop Entry]\nExec=\"/usr/bin/nextcloud\" --background\n",
                ),
                ("/home/sato/.config/systemd/user/default.target.wants/onedrive.service", b""),
                ("/etc/xdg/autostart/m.desktop", b"Exec = megasync\nHidden=true\n"),
            ],
            Some(&["Dropbox", "Nextcloud", "OneDrive"]),
        );
    }

    #[test]
    fn what_could_not_be_seen_is_not_called_absent() {
        check(&[("/proc/9/comm", b"init\n"), ("/etc/passwd", PASSWD)], None);
        check(&[("/proc/1/comm", b"init\n")], None);
        check(
            &[("/proc/1/comm", b"init\n"), ("/etc/passwd", PASSWD), ("/home/sato/.config/autostart", b"")],
            Some(&[]),
        );
    }
}
