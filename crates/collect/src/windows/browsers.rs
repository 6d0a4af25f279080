//! Section `browsers`: which there are, their versions, and how many extensions people who are logged in added.

use std::collections::BTreeMap;

use model::facts::Browser;

use super::machine::{Api, Hive, Machine};
use super::os;
use crate::gap::Gap;
use crate::reading::Gaps;

const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
const FIREFOX: (&str, &str) = ("Mozilla Firefox", r"SOFTWARE\Mozilla\Mozilla Firefox");
/// Browsers with the keys that tell their version: of their removal, and of their last start by a person.
const BROWSERS: [(&str, &str, &str); 4] = [
    ("Google Chrome", "Google Chrome", r"Software\Google\Chrome\BLBeacon"),
    ("Microsoft Edge", "Microsoft Edge", r"Software\Microsoft\Edge\BLBeacon"),
    ("Brave", "BraveSoftware Brave-Browser", r"Software\BraveSoftware\Brave-Browser\BLBeacon"),
    ("Vivaldi", "Vivaldi", r"Software\Vivaldi\BLBeacon"),
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Vec<Browser>, Gap> {
    let people = machine.people()?;
    let mut versions: BTreeMap<&str, String> = BTreeMap::new();
    for (name, removal, start) in BROWSERS {
        if let Some(version) = version(machine, &people, removal, start)? {
            versions.insert(name, version);
        }
    }
    // `128.0.3 (x64 ja)`: the language is no part of the version.
    if let Some(version) = machine.text(FIREFOX.1, "CurrentVersion")? {
        versions.insert(FIREFOX.0, version.split(' ').next().unwrap_or_default().to_owned());
    }
    let extensions = gaps.keep("extensions", extensions(machine, &people));
    let count = |name: &str| extensions.as_ref().map(|all| all.get(name).copied().unwrap_or(0));
    let browser = |(name, version): (&str, String)| Browser {
        extensions: count(name),
        name: Some(name.into()),
        version: Some(version),
    };
    Ok(versions.into_iter().map(browser).collect())
}

fn version(
    machine: &dyn Machine,
    people: &[String],
    removal: &str,
    start: &str,
) -> Result<Option<String>, Gap> {
    let key = format!(r"{UNINSTALL}\{removal}");
    for hive in [Hive::Machine, Hive::Machine32] {
        let found =
            super::machine::text(machine.value(hive, &key, "DisplayVersion")?, &key, "DisplayVersion");
        if let Some(version) = found.unwrap_or_default() {
            return Ok(Some(version));
        }
    }
    for sid in people {
        for (key, name) in [(key.as_str(), "DisplayVersion"), (start, "version")] {
            if let Some(version) = machine.persons_text(sid, key, name)? {
                return Ok(Some(version));
            }
        }
    }
    Ok(None)
}

/// How many extensions each browser has, of all people together.
fn extensions(machine: &dyn Machine, people: &[String]) -> Result<BTreeMap<String, i64>, Gap> {
    if people.is_empty() {
        return Err(Gap::not_found("nobody is logged in"));
    }
    let root = machine.needed_text(os::CURRENT_VERSION, "SystemRoot")?;
    let mut counts = BTreeMap::new();
    for sid in people {
        let folder = machine.needed_text(&format!(r"{PROFILES}\{sid}"), "ProfileImagePath")?;
        let drive = root.get(..2).unwrap_or_default();
        let folder = folder.replace("%SystemDrive%", drive);
        for row in machine.ask(Api::Extensions, &folder)? {
            if let (Some(browser), Some(count)) = (row.text("Browser"), row.number("Extensions")) {
                *counts.entry(browser).or_insert(0) += count;
            }
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::{Cell, Datum};
    use super::super::recorded::{Recorded, row, text};
    use super::*;

    const PERSON: &str = "S-1-5-21-1-2-3-1001";

    fn pc() -> Recorded {
        Recorded::default()
            .text(os::CURRENT_VERSION, "SystemRoot", r"C:\Windows")
            .text(&format!(r"{PROFILES}\{PERSON}"), "ProfileImagePath", r"%SystemDrive%\Users\佐藤")
            .datum(
                Hive::Machine32,
                &format!(r"{UNINSTALL}\Microsoft Edge"),
                "DisplayVersion",
                Datum::Text("131.0.1".into()),
            )
            .datum(
                Hive::Users,
                &format!(r"{PERSON}\{}", BROWSERS[0].2),
                "version",
                Datum::Text("131.0.2".into()),
            )
            .text(FIREFOX.1, "CurrentVersion", "128.0.3 (x64 ja)")
    }

    #[test]
    fn versions_and_extensions() {
        let counted = row(&[("Browser", text("Google Chrome")), ("Extensions", Cell::Number(3))]);
        let machine = pc().api(Api::Extensions, r"C:\Users\佐藤", Ok(vec![counted]));
        let shown: Vec<_> = read(&machine, &mut Gaps::of("browsers"))
            .unwrap()
            .into_iter()
            .map(|one| (one.name.unwrap(), one.version.unwrap(), one.extensions))
            .collect();
        let expected = [
            ("Google Chrome".into(), "131.0.2".into(), Some(3)),
            ("Microsoft Edge".into(), "131.0.1".into(), Some(0)),
            ("Mozilla Firefox".into(), "128.0.3".into(), Some(0)),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_folder_that_may_not_be_read() {
        let machine = pc().api(Api::Extensions, r"C:\Users\佐藤", Err(Gap::denied("a browser's folder")));
        let mut gaps = Gaps::of("browsers");
        let browsers = read(&machine, &mut gaps).unwrap();
        assert!(browsers.len() == 3 && browsers.iter().all(|one| one.extensions.is_none()));
        assert_eq!(gaps.why("extensions"), Some(Why::Denied));
    }
}
