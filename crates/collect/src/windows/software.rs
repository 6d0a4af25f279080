//! Section `software`: the registered programs, for the machine (64 and 32 bit) and for those who are logged in, and
//! what registers elsewhere (`packages`).

use std::collections::BTreeSet;

use model::facts::{Software, SoftwareScope};

use super::machine::{Hive, Machine, number, text};
use super::packages;
use crate::day;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

const UNINSTALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
/// The most programs in one document.
const SOFTWARE_MAX: usize = 20_000;

pub(crate) fn read(machine: &dyn Machine, _gaps: &mut Gaps) -> Result<Vec<Software>, Gap> {
    let mut places = vec![
        (Hive::Machine, UNINSTALL.to_owned(), SoftwareScope::Machine),
        (Hive::Machine32, UNINSTALL.to_owned(), SoftwareScope::Machine),
    ];
    let people = machine.people()?;
    for sid in &people {
        places.push((Hive::Users, format!(r"{sid}\{UNINSTALL}"), SoftwareScope::User));
    }
    let mut seen = BTreeSet::new();
    let mut software = Vec::new();
    for (hive, key, scope) in places {
        for name in machine.keys(hive, &key)?.unwrap_or_default() {
            let Some(program) = program(machine, hive, &format!(r"{key}\{name}"), scope)? else { continue };
            // Where both views are one (32-bit Windows), each program would show twice.
            if seen.insert((
                name,
                program.name.clone(),
                program.version.clone(),
                scope == SoftwareScope::User,
            )) {
                software.push(program);
            }
        }
    }
    // A package that is there for everybody shows with each person too.
    for one in packages::found(machine, &people)? {
        let known = |other: &Software| other.name == one.name && other.version == one.version;
        if !software.iter().any(known) {
            software.push(one);
        }
    }
    at_most(software, SOFTWARE_MAX, "software")
}

/// A program, when it is one that Windows itself would list: with a name, no part of another, no update.
fn program(
    machine: &dyn Machine,
    hive: Hive,
    key: &str,
    scope: SoftwareScope,
) -> Result<Option<Software>, Gap> {
    // A value that is not of its usual form is as good as absent.
    let text_of =
        |name: &str| Ok::<_, Gap>(text(machine.value(hive, key, name)?, key, name).unwrap_or_default());
    let is_part = number(machine.value(hive, key, "SystemComponent")?, key, "SystemComponent")
        .is_ok_and(|value| value == Some(1));
    let Some(name) = text_of("DisplayName")?.filter(|_| !is_part) else { return Ok(None) };
    if text_of("ParentKeyName")?.is_some()
        || text_of("ReleaseType")?.is_some_and(|kind| kind.ends_with("Update") || kind == "Hotfix")
    {
        return Ok(None);
    }
    Ok(Some(Software {
        name: Some(name),
        version: Some(text_of("DisplayVersion")?.unwrap_or_default()),
        vendor: text_of("Publisher")?,
        scope: Some(scope),
        installed_at: text_of("InstallDate")?.as_deref().and_then(day::from_digits),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::machine::Datum;
    use super::super::recorded::Recorded;
    use super::*;

    const USER: &str = r"S-1-5-21-1-2-3-1001\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\chat";

    fn key(name: &str) -> String {
        format!(r"{UNINSTALL}\{name}")
    }

    #[test]
    fn programs() {
        let text = |text: &str| Datum::Text(text.into());
        let machine = Recorded::default()
            .text(&key("{1}"), "DisplayName", "7-Zip 24.08")
            .text(&key("{1}"), "DisplayVersion", "24.08")
            .text(&key("{1}"), "Publisher", "Igor Pavlov")
            .text(&key("{1}"), "InstallDate", "20261101")
            .text(&key("{2}"), "DisplayName", "Part")
            .number(&key("{2}"), "SystemComponent", 1)
            .text(&key("{3}"), "DisplayName", "Update")
            .text(&key("{3}"), "ReleaseType", "Security Update")
            .text(&key("{4}"), "DisplayVersion", "nameless")
            .text(&key("{5}"), "DisplayName", "一太郎")
            .number(&key("{5}"), "DisplayVersion", 5)
            .text(&key("{5}"), "InstallDate", "2026/11/01")
            .datum(Hive::Machine32, &key("old"), "DisplayName", text("Old"))
            .datum(Hive::Users, USER, "DisplayName", text("Chat"))
            .datum(
                Hive::Users,
                r"S-1-5-18\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\x",
                "DisplayName",
                text("Service's"),
            );
        let software = read(&machine, &mut Gaps::of("software")).unwrap();
        let shown: Vec<_> = software
            .iter()
            .map(|one| (one.name.as_deref().unwrap(), one.version.as_deref().unwrap(), one.scope.unwrap()))
            .collect();
        let expected = [
            ("7-Zip 24.08", "24.08", SoftwareScope::Machine),
            ("一太郎", "", SoftwareScope::Machine),
            ("Old", "", SoftwareScope::Machine),
            ("Chat", "", SoftwareScope::User),
        ];
        assert_eq!(shown, expected);
        assert_eq!(software[0].installed_at.unwrap().to_string(), "2026-11-01T00:00:00Z");
        assert_eq!(software[1].installed_at, None);
    }
}
