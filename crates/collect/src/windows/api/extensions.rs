//! How many extensions a person added to the browsers. Names of folders are counted; which extensions they are, and
//! whatever else a browser keeps, is not told.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{ROWS_MAX, number, row};
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// Browsers built on Chromium, with the folder of their profiles below the person's.
const CHROMIUM: [(&str, &str); 4] = [
    ("Google Chrome", r"AppData\Local\Google\Chrome\User Data"),
    ("Microsoft Edge", r"AppData\Local\Microsoft\Edge\User Data"),
    ("Brave", r"AppData\Local\BraveSoftware\Brave-Browser\User Data"),
    ("Vivaldi", r"AppData\Local\Vivaldi\User Data"),
];
const FIREFOX: (&str, &str) = ("Mozilla Firefox", r"AppData\Roaming\Mozilla\Firefox\Profiles");
/// What Chrome itself puts there: Google Docs Offline, Chrome Web Store Payments.
const OWN: [&str; 2] = ["ghbmnnjooekpmoecnnnilnnbdlolhkhi", "nmmhkkegccagdldgiimedpiccmgmieda"];

/// A row per browser that the person with this folder uses.
pub(super) fn counted(folder: &str) -> Result<Vec<Row>, Gap> {
    let folder = Path::new(folder);
    let mut rows = Vec::new();
    for (browser, profiles) in CHROMIUM {
        let names = added(&folder.join(profiles), "Extensions", is_id)?;
        rows.extend(names.map(|names| counting(browser, names.len())));
    }
    let names = added(&folder.join(FIREFOX.1), "extensions", |name| name.ends_with(".xpi"))?;
    rows.extend(names.map(|names| counting(FIREFOX.0, names.len())));
    Ok(rows)
}

fn counting(browser: &str, count: usize) -> Row {
    row([
        ("Browser", Cell::Text(browser.into())),
        ("Extensions", number(i32::try_from(count).unwrap_or(i32::MAX))),
    ])
}

/// Chromium's ids are 32 letters from a to p.
fn is_id(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| (b'a'..=b'p').contains(&byte)) && !OWN.contains(&name)
}

/// The names in a folder of every profile, each once; none when there are no profiles at all.
fn added(profiles: &Path, below: &str, counts: fn(&str) -> bool) -> Result<Option<BTreeSet<String>>, Gap> {
    let Some(all) = names(profiles)? else { return Ok(None) };
    let mut found = BTreeSet::new();
    for profile in all {
        let within = names(&profile.join(below))?.unwrap_or_default();
        let named = within.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        found.extend(named.filter(|name| counts(name)));
    }
    Ok(Some(found))
}

/// What lies in a folder; none when it does not exist.
fn names(folder: &Path) -> Result<Option<Vec<PathBuf>>, Gap> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries.take(ROWS_MAX).flatten().map(|entry| entry.path()).collect())),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(Gap::of_io("a browser's folder", &error)),
    }
}
