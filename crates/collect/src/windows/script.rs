//! The readable script that asks the questions of the table and writes down the answers: a frame written by hand
//! (`collect.ps1.in`), the questions in between, and of `interfaces.ps1.in` the parts that a question needs.
//!
//! It interprets nothing; that is left to the readers.

use std::fmt::Write as _;

use model::Text;
use model::collection::{ApiQuestion, Call, Collection, Query, RegistryQuestion, Section};

use super::question::{TABLE, table};

const FRAME: &str = include_str!("collect.ps1.in");
const INTERFACES: &str = include_str!("interfaces.ps1.in");
/// What the script calls itself in the documents it writes.
const VERSION: &str = concat!("collect.ps1 ", env!("CARGO_PKG_VERSION"));
/// A part of the interfaces opens with this and the names of those it serves.
const PART: &str = "#@ ";

/// The script, as it is saved: with the byte order mark that Windows PowerShell 5.1 needs to read Japanese, and with
/// the line ends of Windows. The same program gives the same script.
#[must_use]
pub fn script() -> String {
    let never = toml::from_str::<Collection>(TABLE).map(|table| table.never).unwrap_or_default();
    let text = written(&table(), &never);
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

fn written(sections: &[Section], never: &[Text]) -> String {
    let bullets = |texts: &mut dyn Iterator<Item = String>| {
        texts.map(|text| format!("    - {}", comment(&text))).collect::<Vec<_>>().join("\n")
    };
    let looks = |section: &Section, get: fn(&Text) -> &str| {
        format!("{}: {}", get(&section.title), get(&section.looks))
    };
    let ja = |text: &Text| text.ja.clone();
    let en = |text: &Text| text.en.clone();
    FRAME
        .replace("@VERSION@", VERSION)
        .replace("@LOOKS_JA@", &bullets(&mut sections.iter().map(|one| looks(one, |text| &text.ja))))
        .replace("@LOOKS_EN@", &bullets(&mut sections.iter().map(|one| looks(one, |text| &text.en))))
        .replace("@NEVER_JA@", &bullets(&mut never.iter().map(ja)))
        .replace("@NEVER_EN@", &bullets(&mut never.iter().map(en)))
        .replace("@SECTIONS@", &questions(sections))
        .replace("@INTERFACES@", &interfaces(sections))
}

/// A text that does not end the comment it stands in.
fn comment(text: &str) -> String {
    text.replace("#>", "# >")
}

/// A text as PowerShell's literal. It takes the curly quotes for quotes too; doubled, they stand for themselves.
fn literal(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        quoted.push(c);
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(c);
        }
    }
    quoted.push('\'');
    quoted
}

fn list(texts: &[String]) -> String {
    format!("@({})", texts.iter().map(|one| literal(one)).collect::<Vec<_>>().join(", "))
}

/// The questions, section by section; one that an earlier section asked already is not asked again.
fn questions(sections: &[Section]) -> String {
    let mut seen = std::collections::BTreeSet::new();
    let mut text = String::new();
    for section in sections {
        // Writing into a text does not fail.
        let _ = writeln!(
            text,
            "    @{{\n        Ja = {}; En = {}",
            literal(&section.title.ja),
            literal(&section.title.en)
        );
        let groups = [
            ("Registry", section.registry.iter().map(registry).collect::<Vec<_>>()),
            ("Queries", section.queries.iter().map(query).collect()),
            ("Calls", section.calls.iter().map(call).collect()),
            ("Apis", section.apis.iter().map(api).collect()),
        ];
        for (name, lines) in groups {
            let fresh: Vec<String> = lines.into_iter().filter(|line| seen.insert(line.clone())).collect();
            if !fresh.is_empty() {
                let lines: String = fresh.iter().map(|line| format!("            {line}\n")).collect();
                let _ = writeln!(text, "        {name} = @(\n{lines}        )");
            }
        }
        text.push_str("    }\n");
    }
    text.trim_end().to_owned()
}

fn registry(question: &RegistryQuestion) -> String {
    let mut fields = vec![
        format!("Hive = {}", literal(question.hive.name())),
        format!("Key = {}", literal(&question.key)),
    ];
    if !question.only.is_empty() {
        fields.push(format!("Only = {}", list(&question.only)));
    }
    if question.all_values && question.names_only {
        fields.push("AllValues = $true; NamesOnly = $true".into());
    } else if question.all_values {
        fields.push("AllValues = $true".into());
    } else if !question.values.is_empty() {
        fields.push(format!("Values = {}", list(&question.values)));
    }
    if question.names_below {
        fields.push("NamesBelow = $true".into());
    }
    table_of(&fields)
}

fn query(question: &Query) -> String {
    let mut fields = vec![
        format!("Namespace = {}", literal(&question.namespace)),
        format!("Wql = {}", literal(&question.wql)),
    ];
    if !question.of.is_empty() {
        fields.push(format!("Of = {}", literal(&question.of)));
    }
    if !question.keep.is_empty() {
        fields.push(format!("Keep = {}", list(&question.keep)));
    }
    if !question.kind_only.is_empty() {
        fields.push(format!("KindOnly = {}", list(&question.kind_only)));
    }
    table_of(&fields)
}

fn call(question: &Call) -> String {
    let Call { namespace, of, class, key, method, takes, numbers } = question;
    let mut fields: Vec<String> =
        [("Namespace", namespace), ("Of", of), ("Class", class), ("Key", key), ("Method", method)]
            .into_iter()
            .map(|(name, value)| format!("{name} = {}", literal(value)))
            .collect();
    if !takes.is_empty() {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        fields.push(format!("Takes = {}; Numbers = @({})", literal(takes), numbers.join(", ")));
    }
    table_of(&fields)
}

fn api(question: &ApiQuestion) -> String {
    let mut fields = vec![format!("Api = {}", literal(question.api.name()))];
    if !question.of.is_empty() {
        fields.push(format!("Of = {}", list(&question.of)));
    }
    if !question.of_keys.is_empty() {
        fields.push(format!("OfKeys = {}", literal(&question.of_keys)));
    }
    if let Some(path) = &question.of_path {
        let [key, value, below] = [&path.key, &path.value, &path.below].map(|text| literal(text));
        fields.push(format!("OfPath = @{{ Key = {key}; Value = {value}; Below = {below} }}"));
    }
    if let Some(found) = &question.of_found {
        let [namespace, wql, property] =
            [&found.namespace, &found.wql, &found.property].map(|text| literal(text));
        fields.push(format!("OfFound = @{{ Namespace = {namespace}; Wql = {wql}; Property = {property} }}"));
    }
    table_of(&fields)
}

fn table_of(fields: &[String]) -> String {
    format!("@{{ {} }}", fields.join("; "))
}

/// The parts of the interfaces that some question needs, without their marks.
fn interfaces(sections: &[Section]) -> String {
    let asked: Vec<&str> =
        sections.iter().flat_map(|section| &section.apis).map(|question| question.api.name()).collect();
    let mut parts = INTERFACES.split(PART);
    let head = parts.next().unwrap_or_default();
    let mut text = if asked.is_empty() { String::new() } else { head.to_owned() };
    for part in parts {
        let (names, body) = part.split_once('\n').unwrap_or((part, ""));
        if names.split_whitespace().any(|name| asked.contains(&name)) {
            text.push_str(body);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use model::collection::Interface;

    use super::*;

    #[test]
    fn the_script_is_for_windows_and_asks_everything_once() {
        let script = script();
        assert!(
            script.starts_with('\u{feff}') && !script.contains("@LOOKS") && !script.contains("@SECTIONS@")
        );
        assert_eq!(script.matches('\n').count(), script.matches("\r\n").count());
        for section in table() {
            assert!(script.contains(&format!("Ja = {}", literal(&section.title.ja))), "{}", section.facts);
            let asked = section.registry.iter().map(registry).chain(section.queries.iter().map(query));
            for line in asked.chain(section.calls.iter().map(call)).chain(section.apis.iter().map(api)) {
                assert_eq!(script.matches(&line).count(), 1, "{line}");
            }
        }
    }

    #[test]
    fn literals_hold_what_they_say() {
        let check = |text: &str, expected: &str| assert_eq!(literal(text), expected);
        check("SID = 'S-1'", "'SID = ''S-1'''");
        check(r"MSSQL$SQLEXPRESS", r"'MSSQL$SQLEXPRESS'");
        check("’x‘", "'’’x‘‘'");
        assert_eq!(comment("a #> b"), "a # > b");
    }

    #[test]
    fn only_what_is_asked_is_in_the_script() {
        let mut sections = table();
        sections.truncate(1);
        let asking = |api, of_keys: &str| ApiQuestion {
            api,
            of: Vec::new(),
            of_keys: of_keys.into(),
            of_path: None,
            of_found: None,
        };
        sections[0].apis = vec![asking(Interface::OldestRecord, "SYSTEM")];
        let text = written(&sections, &[]);
        assert!(text.contains("@{ Api = 'oldest_record'; OfKeys = 'SYSTEM' }"), "{text}");
        assert!(text.contains("$Interfaces['oldest_record']") && text.contains("function Read-Record"));
        assert!(
            !text.contains("$Interfaces['events']") && !text.contains("Add-Type") && !text.contains(PART)
        );
        sections[0].apis.clear();
        assert!(!written(&sections, &[]).contains("$Interfaces"));
    }

    #[test]
    fn every_interface_has_its_part() {
        let named: std::collections::BTreeSet<&str> = INTERFACES
            .lines()
            .filter_map(|line| line.strip_prefix("$Interfaces['")?.split('\'').next())
            .collect();
        for api in Interface::ALL {
            assert!(named.contains(api.name()), "{}", api.name());
        }
        assert_eq!(named.len(), Interface::ALL.len());
    }
}
