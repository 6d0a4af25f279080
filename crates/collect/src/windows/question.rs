//! The table of questions (`catalog/collection/windows.toml`), and which of its questions covers what a reader asks.
//!
//! The same file is the catalogue's, which shows it to people; here it says what the script asks. Not that of a folder
//! given with `--catalog`: what is asked is decided by who makes the program.

use model::Collection;
use model::collection::{RegistryHive, Section};

use super::machine::Hive;

/// The table, as it stands in the binary.
pub(crate) const TABLE: &str = include_str!("../../../../catalog/collection/windows.toml");

/// The sections of the table. A test holds that it can be read.
pub(crate) fn table() -> Vec<Section> {
    toml::from_str::<Collection>(TABLE).map(|table| table.sections).unwrap_or_default()
}

impl From<RegistryHive> for Hive {
    fn from(hive: RegistryHive) -> Self {
        match hive {
            RegistryHive::Machine => Hive::Machine,
            RegistryHive::Machine32 => Hive::Machine32,
            RegistryHive::Users => Hive::Users,
        }
    }
}

/// A key of the registry, levels of which may stand for several. Case does not count.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    hive: Hive,
    levels: Vec<String>,
    only: Vec<String>,
}

impl Pattern {
    pub(crate) fn new(hive: Hive, key: &str, only: &[String]) -> Self {
        let levels = key.split('\\').map(str::to_lowercase).collect();
        Self { hive, levels, only: only.iter().map(|one| one.to_lowercase()).collect() }
    }

    /// Whether it stands for a key.
    pub(crate) fn covers(&self, hive: Hive, key: &str) -> bool {
        let levels = key.split('\\').map(str::to_lowercase);
        hive == self.hive
            && levels.clone().count() == self.levels.len()
            && self.levels.iter().zip(levels).enumerate().all(|(at, (wanted, level))| {
                let person = at == 0 && hive == Hive::Users;
                match wanted.as_str() {
                    "*_classes" if person => level.ends_with("_classes"),
                    "*" => person || self.only.is_empty() || self.only.contains(&level),
                    _ => *wanted == level,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        toml::from_str::<Collection>(TABLE).unwrap();
        assert!(table().len() > 10);
    }

    #[test]
    fn patterns() {
        let check = |hive, pattern: &str, only: &[&str], key: &str, expected: bool| {
            let only: Vec<String> = only.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(Pattern::new(hive, pattern, &only).covers(hive, key), expected, "{pattern} {key}");
        };
        check(Hive::Machine, r"SOFTWARE\*", &[], r"Software\X/y", true);
        check(Hive::Machine, r"SOFTWARE\*", &[], r"SOFTWARE\a\b", false);
        check(Hive::Machine, r"SOFTWARE\*", &["a"], r"SOFTWARE\A", true);
        check(Hive::Machine, r"SOFTWARE\*", &["a"], r"SOFTWARE\b", false);
        check(Hive::Machine, r"SOFTWARE", &[], r"SOFTWARE", true);
        check(Hive::Users, r"*\Software\*", &["a"], r"S-1-5-21-1\Software\a", true);
        check(Hive::Users, r"*\Software\*", &["a"], r"S-1-5-21-1\Software\b", false);
        check(Hive::Users, r"*_Classes\a", &[], r"S-1-5-21-1_Classes\A", true);
        check(Hive::Users, r"*_Classes\a", &[], r"S-1-5-21-1\a", false);
        check(Hive::Machine, r"*_Classes\a", &[], r"x_Classes\a", false);
        check(Hive::Machine, r"a\*\b\*", &[], r"a\x\b\y", true);
        check(Hive::Users, "", &[], "", true);
        assert!(!Pattern::new(Hive::Machine, "a", &[]).covers(Hive::Machine32, "a"));
    }
}
