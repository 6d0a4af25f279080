//! What changed between the software list frozen at lending and the list of today.
//!
//! Programs are told by their base name: the name without version numbers and builds, so that an update is an update and
//! not a program that came. Knows nothing of storage.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A program in a frozen list.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Name as the system shows it.
    pub name: String,
    /// Version; empty when the program states none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Maker; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// Whether it is there for one user only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub user_only: bool,
}

impl Program {
    /// Name and version, as offenders are named.
    #[must_use]
    pub fn label(&self) -> String {
        if self.version.is_empty() || self.name.contains(&self.version) {
            self.name.clone()
        } else {
            format!("{} {}", self.name, self.version)
        }
    }
}

/// A program whose version is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// As it was frozen.
    pub before: Program,
    /// As it is.
    pub after: Program,
}

/// What changed since the list was frozen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// What came, and nobody approved.
    pub unapproved: Vec<Program>,
    /// What came, and is approved.
    pub approved: Vec<Program>,
    /// What is there in another version.
    pub updated: Vec<Updated>,
    /// What is no longer there.
    pub removed: Vec<Program>,
}

impl Drift {
    /// Between two lists; `approved` are the names somebody approved, as they were written down.
    #[must_use]
    pub fn between(frozen: &[Program], now: &[Program], approved: &[String]) -> Self {
        let approved: BTreeSet<String> = approved.iter().map(|name| base_name(name)).collect();
        let (was, is) = (by_base_name(frozen), by_base_name(now));
        let mut drift = Self::default();
        for (name, programs) in &is {
            match was.get(name) {
                Some(former) => drift.updated.extend(updates(former, programs)),
                None if approved.contains(name) => drift.approved.extend(cloned(programs)),
                None => drift.unapproved.extend(cloned(programs)),
            }
        }
        for (name, programs) in &was {
            if !is.contains_key(name) {
                drift.removed.extend(cloned(programs));
            }
        }
        drift
    }
}

fn cloned(programs: &[&Program]) -> Vec<Program> {
    programs.iter().map(|program| (*program).clone()).collect()
}

fn by_base_name(programs: &[Program]) -> BTreeMap<String, Vec<&Program>> {
    let mut found: BTreeMap<String, Vec<&Program>> = BTreeMap::new();
    for program in programs {
        found.entry(base_name(&program.name)).or_default().push(program);
    }
    found
}

/// Of programs of one base name, those of today in a version that was not there, each beside one that is gone.
fn updates(former: &[&Program], today: &[&Program]) -> Vec<Updated> {
    let versions = |programs: &[&Program]| -> BTreeSet<String> {
        programs.iter().map(|program| program.version.clone()).collect()
    };
    let (was, is) = (versions(former), versions(today));
    let gone = former.iter().filter(|program| !is.contains(&program.version));
    let new = today.iter().filter(|program| !was.contains(&program.version));
    let anything = former.first();
    new.zip(gone.map(Some).chain(std::iter::repeat(anything)))
        .filter_map(|(after, before)| Some(Updated { before: (*before?).clone(), after: (*after).clone() }))
        .collect()
}

/// A name without what an update changes: version numbers, builds, years of patches and the words around them; lower
/// case, full-width letters and digits as plain ones. `Python 3.12.1 (64-bit)` and `Python 3.12.2 (64-bit)` have one.
///
/// What distinguishes products stays: `Visual Studio 2022` and `Visual Studio 2019` differ, as whole years are names, and
/// so do the 32-bit and the 64-bit program.
#[must_use]
pub fn base_name(name: &str) -> String {
    let plain: String = name.chars().map(plain).collect::<String>().to_lowercase();
    let words: Vec<&str> = plain
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    for word in &words {
        if is_version(word) {
            // "Update 411", "version 2.1", "build 22": the word before belongs to the number.
            if kept.last().is_some_and(|last| {
                matches!(
                    *last,
                    "update"
                        | "version"
                        | "ver"
                        | "ver."
                        | "v"
                        | "build"
                        | "rev"
                        | "release"
                        | "-"
                        | "バージョン"
                )
            }) {
                kept.pop();
            }
        } else {
            kept.push(word);
        }
    }
    // A name of nothing but numbers stays as it is.
    if kept.is_empty() { plain.trim().to_owned() } else { kept.join(" ") }
}

/// A full-width letter, digit or sign as a plain one.
fn plain(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// Whether a word is a version: `3.12.1`, `v20.11.0`, `24.08`, `411`, `130.0.6723.92`; a whole year and a lone figure that
/// is part of a name (`7-zip`, `365`) are none.
fn is_version(word: &str) -> bool {
    let number = word.strip_prefix('v').unwrap_or(word);
    let parts: Vec<&str> = number.split(['.', '-', '+']).collect();
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if parts.len() > 1 {
        // Letters may follow a figure: `1.8.0u411`, `2.0-beta1`.
        let figure = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
        return parts.first().is_some_and(|part| digits(part)) && parts.iter().skip(1).any(figure);
    }
    let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    digits(number) && !year && number != "365"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_keeps_its_base_name() {
        let same = |one: &str, other: &str| assert_eq!(base_name(one), base_name(other), "{one} / {other}");
        same("Python 3.12.1 (64-bit)", "Python 3.12.4 (64-bit)");
        same("Java 8 Update 411 (64-bit)", "Java 8 Update 421 (64-bit)");
        same("Mozilla Firefox 132.0 (x64 ja)", "Mozilla Firefox 133.0.1 (x64 ja)");
        same("7-Zip 24.08 (x64)", "7-Zip 25.01 (x64)");
        same("Node.js v20.11.0", "Node.js v22.3.0");
        same("秀丸エディタ Ver9.36", "秀丸エディタ Ver9.36");
        same("ATOK バージョン 34.1", "ATOK バージョン 34.2");
        same("サクラエディタ 2.4.1", "サクラエディタ 2.4.2");
    }

    #[test]
    fn what_differs_stays_different() {
        let differ = |one: &str, other: &str| assert_ne!(base_name(one), base_name(other), "{one} / {other}");
        differ("Visual Studio 2019", "Visual Studio 2022");
        differ("Microsoft 365", "Microsoft Office");
        differ("Java 8 Update 411 (64-bit)", "Java 8 Update 411");
        differ("7-Zip 24.08", "Zip 24.08");
        differ("TeamViewer", "AnyDesk");
        assert_eq!(base_name("365"), "365");
        assert_eq!(base_name("2.0"), "2.0");
        assert_eq!(base_name(""), "");
    }

    fn list(names: &[(&str, &str)]) -> Vec<Program> {
        names
            .iter()
            .map(|(name, version)| Program {
                name: (*name).into(),
                version: (*version).into(),
                ..Program::default()
            })
            .collect()
    }

    #[test]
    fn drift_tells_what_came_what_went_and_what_was_updated() {
        let frozen = list(&[("7-Zip 24.08 (x64)", "24.08"), ("Zoom", "6.1"), ("Git", "2.45")]);
        let now =
            list(&[("7-Zip 25.01 (x64)", "25.01"), ("Git", "2.45"), ("AnyDesk", "9.0"), ("Slack", "4.1")]);
        let drift = Drift::between(&frozen, &now, &["slack 4.0".into()]);
        let names = |programs: &[Program]| programs.iter().map(Program::label).collect::<Vec<_>>();
        assert_eq!(names(&drift.unapproved), ["AnyDesk 9.0"]);
        assert_eq!(names(&drift.approved), ["Slack 4.1"]);
        assert_eq!(names(&drift.removed), ["Zoom 6.1"]);
        let [updated] = drift.updated.as_slice() else { panic!("{:?}", drift.updated) };
        assert_eq!(
            (updated.before.label(), updated.after.label()),
            ("7-Zip 24.08 (x64)".into(), "7-Zip 25.01 (x64)".into())
        );
        assert_eq!(Drift::between(&now, &now, &[]), Drift::default());
    }
}
