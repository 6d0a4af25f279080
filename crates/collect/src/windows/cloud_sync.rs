//! Section `cloud_sync`: clients of cloud storage that people who are logged in use.
//!
//! A client that keeps files in step registers its folder with Windows (Microsoft: "Build a cloud sync engine"), or
//! starts when its person logs on. OneDrive is on every PC; it counts when an account is set up.

use std::collections::BTreeSet;

use model::facts::CloudSync;

use super::machine::{Hive, Machine};
use crate::gap::Gap;
use crate::reading::Gaps;

const ROOTS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SyncRootManager";
const RUN: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run";
const ONEDRIVE: &str = r"Software\Microsoft\OneDrive\Accounts";
/// Clients by the beginning of what they register: a folder `OneDrive!S-1-5-…!Personal`, or a program that is started.
const CLIENTS: [(&str, &str); 13] = [
    ("OneDrive", "OneDrive"),
    ("SharePoint", "OneDrive"),
    ("Dropbox", "Dropbox"),
    ("GoogleDriveFS", "Google Drive"),
    ("Google Drive", "Google Drive"),
    ("Box", "Box"),
    ("iCloudDrive", "iCloud Drive"),
    ("iCloudPhotos", "iCloud Drive"),
    ("MEGAsync", "MEGA"),
    ("Nextcloud", "Nextcloud"),
    ("pCloud", "pCloud"),
    ("Fileforce", "Fileforce Drive"),
    ("DirectCloud", "DirectCloud"),
];

pub(crate) fn read(machine: &dyn Machine, _gaps: &mut Gaps) -> Result<Vec<CloudSync>, Gap> {
    let mut found = BTreeSet::new();
    let folders = machine.keys(Hive::Machine, ROOTS)?.unwrap_or_default();
    found.extend(folders.iter().filter_map(|folder| client(folder.split('!').next().unwrap_or_default())));
    for hive in [Hive::Machine, Hive::Machine32] {
        found.extend(started(machine, hive, RUN)?);
    }
    for sid in machine.people()? {
        found.extend(started(machine, Hive::Users, &format!(r"{sid}\{RUN}"))?);
        for account in machine.keys(Hive::Users, &format!(r"{sid}\{ONEDRIVE}"))?.unwrap_or_default() {
            if machine.persons_text(&sid, &format!(r"{ONEDRIVE}\{account}"), "UserFolder")?.is_some() {
                found.insert("OneDrive");
            }
        }
    }
    Ok(found.into_iter().map(|name| CloudSync { name: Some(name.into()) }).collect())
}

/// Clients that start by themselves. OneDrive's entry is there whether it is used or not.
fn started(machine: &dyn Machine, hive: Hive, key: &str) -> Result<Vec<&'static str>, Gap> {
    let values = machine.values(hive, key)?.unwrap_or_default();
    Ok(values.iter().filter_map(|(name, _)| client(name)).filter(|name| *name != "OneDrive").collect())
}

fn client(name: &str) -> Option<&'static str> {
    let begins = |start: &str| {
        let (head, rest) = (name.get(..start.len()), name.get(start.len()..).unwrap_or_default());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
            && !rest.starts_with(|c: char| c.is_ascii_lowercase())
    };
    CLIENTS.iter().find(|(start, _)| begins(start)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::Datum;
    use super::super::recorded::Recorded;
    use super::*;

    const PERSON: &str = "S-1-5-21-1-2-3-1001";

    #[test]
    fn clients_in_use() {
        let text = |text: &str| Datum::Text(text.into());
        let idle = Recorded::default().datum(Hive::Users, &format!(r"{PERSON}\{RUN}"), "OneDrive", text("x"));
        assert_eq!(read(&idle, &mut Gaps::of("cloud_sync")).unwrap(), []);
        let machine = idle
            .key(&format!(r"{ROOTS}\Dropbox!{PERSON}!Personal"))
            .key(&format!(r"{ROOTS}\BoxedGame!{PERSON}!1"))
            .datum(
                Hive::Users,
                &format!(r"{PERSON}\{ONEDRIVE}\Business1"),
                "UserFolder",
                text(r"C:\Users\a\OneDrive"),
            )
            .datum(Hive::Machine32, RUN, "GoogleDriveFS", text("x"))
            .datum(Hive::Machine, RUN, "SecurityHealth", text("x"));
        let names: Vec<_> = read(&machine, &mut Gaps::of("cloud_sync"))
            .unwrap()
            .into_iter()
            .map(|one| one.name.unwrap())
            .collect();
        assert_eq!(names, ["Dropbox", "Google Drive", "OneDrive"]);
    }

    #[test]
    fn nobody_and_nothing() {
        let alone = Recorded::default().datum(Hive::Users, r"S-1-5-18\x", "x", Datum::Other);
        assert_eq!(read(&alone, &mut Gaps::of("cloud_sync")).unwrap(), []);
        let why = read(&Recorded::refusing(Why::Denied), &mut Gaps::of("cloud_sync")).unwrap_err().why;
        assert_eq!(why, Why::Denied);
    }

    #[test]
    fn names() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(client(name), expected, "{name}");
        check("Dropbox", Some("Dropbox"));
        check("box", Some("Box"));
        check("Box Drive", Some("Box"));
        check("MEGAsync", Some("MEGA"));
        check("Boxer", None);
        check("総務", None);
        check("", None);
    }
}
