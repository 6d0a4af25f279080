//! What section `software` adds to the registered programs: packages of the Store (MSIX), Java, developers' tools,
//! input methods and Linux systems, each where its maker says that it registers.

use model::facts::{Software, SoftwareScope};

use super::machine::{Hive, Machine, text};
use crate::gap::Gap;

/// Packages that Windows sets up for everybody, and those of one person (below the classes of the person's hive).
const FOR_ALL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications";
const OF_PERSON: &str =
    r"Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages";
const INPUT_METHODS: &str = r"SOFTWARE\Microsoft\CTF\TIP";
/// Below an input method: that it writes Japanese.
const JAPANESE: &str = r"LanguageProfile\0x00000411";
const LINUX: &str = r"Software\Microsoft\Windows\CurrentVersion\Lxss";
/// Tools with a key below which each version has a key of its own.
const VERSIONS: [(&str, &str, &str); 6] = [
    ("Java Runtime Environment", "Oracle", r"SOFTWARE\JavaSoft\Java Runtime Environment"),
    ("Java Runtime Environment", "Oracle", r"SOFTWARE\JavaSoft\JRE"),
    ("Java Development Kit", "Oracle", r"SOFTWARE\JavaSoft\Java Development Kit"),
    ("Java Development Kit", "Oracle", r"SOFTWARE\JavaSoft\JDK"),
    ("Eclipse Temurin JDK", "Eclipse Adoptium", r"SOFTWARE\Eclipse Adoptium\JDK"),
    ("Python", "Python Software Foundation", r"SOFTWARE\Python\PythonCore"),
];
/// Tools whose version is a value.
const TOOLS: [(&str, &str, &str, &str); 2] = [
    ("Git", "The Git Development Community", r"SOFTWARE\GitForWindows", "CurrentVersion"),
    ("Node.js", "OpenJS Foundation", r"SOFTWARE\Node.js", "Version"),
];

/// What is found beyond the registered programs.
pub(super) fn found(machine: &dyn Machine, people: &[String]) -> Result<Vec<Software>, Gap> {
    let mut all = Vec::new();
    for name in machine.keys(Hive::Machine, FOR_ALL)?.unwrap_or_default() {
        all.extend(package(&name, SoftwareScope::Machine));
    }
    for hive in [Hive::Machine, Hive::Machine32] {
        for (name, vendor, key) in VERSIONS {
            for version in machine.keys(hive, key)?.unwrap_or_default() {
                all.push(tool(name, &version, vendor, SoftwareScope::Machine));
            }
        }
        for (name, vendor, key, value) in TOOLS {
            if let Some(version) = text(machine.value(hive, key, value)?, key, value).unwrap_or_default() {
                all.push(tool(name, &version, vendor, SoftwareScope::Machine));
            }
        }
    }
    all.extend(input_methods(machine)?);
    for sid in people {
        let packages = format!(r"{sid}_Classes\{OF_PERSON}");
        for name in machine.keys(Hive::Users, &packages)?.unwrap_or_default() {
            all.extend(package(&name, SoftwareScope::User));
        }
        for id in machine.keys(Hive::Users, &format!(r"{sid}\{LINUX}"))?.unwrap_or_default() {
            if let Some(name) = machine.persons_text(sid, &format!(r"{LINUX}\{id}"), "DistributionName")? {
                all.push(tool(&format!("WSL: {name}"), "", "", SoftwareScope::User));
            }
        }
    }
    Ok(all)
}

fn tool(name: &str, version: &str, vendor: &str, scope: SoftwareScope) -> Software {
    Software {
        name: Some(crate::text::clean(name)),
        version: Some(crate::text::clean(version)),
        vendor: Some(vendor.to_owned()).filter(|vendor| !vendor.is_empty()),
        scope: Some(scope),
        installed_at: None,
    }
}

/// A package by its full name `Name_Version_Architecture_Resources_Publisher` (Microsoft: "Package identity"). Parts
/// that only bring a language or a picture size belong to another.
fn package(full: &str, scope: SoftwareScope) -> Option<Software> {
    let parts: Vec<&str> = full.split('_').collect();
    let [name, version, _, resources, publisher] = parts.as_slice() else { return None };
    let whole = matches!(*resources, "" | "~" | "neutral");
    let is_version =
        version.split('.').count() == 4 && version.split('.').all(|part| part.parse::<u32>().is_ok());
    // The hash of Microsoft's own name as a publisher.
    let vendor = if matches!(*publisher, "8wekyb3d8bbwe" | "cw5n1h2txyewy") { "Microsoft" } else { "" };
    (whole && is_version && !name.is_empty()).then(|| tool(name, version, vendor, scope))
}

/// Input methods that write Japanese. A description that begins with `@` is a text of Windows in its language.
fn input_methods(machine: &dyn Machine) -> Result<Vec<Software>, Gap> {
    let mut found = Vec::new();
    for id in machine.keys(Hive::Machine, INPUT_METHODS)?.unwrap_or_default() {
        let profiles = format!(r"{INPUT_METHODS}\{id}\{JAPANESE}");
        for profile in machine.keys(Hive::Machine, &profiles)?.unwrap_or_default() {
            let key = format!(r"{profiles}\{profile}");
            let name = text(machine.value(Hive::Machine, &key, "Description")?, &key, "Description");
            if let Some(name) = name.unwrap_or_default().filter(|name| !name.starts_with('@')) {
                found.push(tool(&format!("IME: {name}"), "", "", SoftwareScope::Machine));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::machine::Datum;
    use super::super::recorded::Recorded;
    use super::*;

    const PERSON: &str = "S-1-5-21-1-2-3-1001";

    #[test]
    fn packages_by_their_full_names() {
        let check = |full: &str, expected: Option<(&str, &str)>| {
            let found = package(full, SoftwareScope::User);
            assert_eq!(
                found.as_ref().map(|one| (one.name.as_deref().unwrap(), one.version.as_deref().unwrap())),
                expected,
                "{full}"
            );
        };
        check(
            "Microsoft.WindowsCalculator_11.2311.0.0_x64__8wekyb3d8bbwe",
            Some(("Microsoft.WindowsCalculator", "11.2311.0.0")),
        );
        check(
            "Microsoft.ZuneMusic_11.2.3.0_neutral_~_8wekyb3d8bbwe",
            Some(("Microsoft.ZuneMusic", "11.2.3.0")),
        );
        check("Microsoft.ZuneMusic_11.2.3.0_neutral_split.language-ja_8wekyb3d8bbwe", None);
        check("総務_1.0_x_y", None);
        check("_1.0.0.0_x64__a", None);
        check("", None);
    }

    #[test]
    fn found_beyond_the_programs() {
        let text = |text: &str| Datum::Text(text.into());
        let machine = Recorded::default()
            .key(&format!(r"{FOR_ALL}\Microsoft.Todos_2.1.0.0_x64__8wekyb3d8bbwe"))
            .datum(
                Hive::Users,
                &format!(r"{PERSON}_Classes\{OF_PERSON}\Chat_1.0.0.0_x64__abc"),
                "x",
                Datum::Other,
            )
            .datum(Hive::Users, &format!(r"{PERSON}\{LINUX}\{{1}}"), "DistributionName", text("Ubuntu"))
            .datum(Hive::Machine32, VERSIONS[0].2, "x", Datum::Other)
            .key(&format!(r"{}\21.0.5", VERSIONS[3].2))
            .text(TOOLS[0].2, "CurrentVersion", "2.47.0")
            .text(&format!(r"{INPUT_METHODS}\{{a}}\{JAPANESE}\{{b}}"), "Description", "ATOK")
            .text(&format!(r"{INPUT_METHODS}\{{c}}\{JAPANESE}\{{d}}"), "Description", "@%SystemRoot%,-1");
        let names: Vec<_> = found(&machine, &[PERSON.to_owned()])
            .unwrap()
            .into_iter()
            .map(|one| (one.name.unwrap(), one.version.unwrap()))
            .collect();
        let expected = [
            ("Microsoft.Todos", "2.1.0.0"),
            ("Java Development Kit", "21.0.5"),
            ("Git", "2.47.0"),
            ("IME: ATOK", ""),
            ("Chat", "1.0.0.0"),
            ("WSL: Ubuntu", ""),
        ];
        assert_eq!(names, expected.map(|(name, version)| (name.to_owned(), version.to_owned())));
    }
}
