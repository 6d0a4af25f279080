//! `Registry.pol` ([MS-GPREG]): what a policy does to registry values. Knows nothing of what they mean.

use preg::{PolicyFile, RegData};

use super::Garbled;

/// What a policy does to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Sets it, to this text (numbers in decimal).
    Sets(String),
    /// Sets it unless it is there already: what it comes to is not known.
    SetsIfAbsent(String),
    /// Removes it.
    Removes,
}

/// The registry half of a policy.
#[derive(Debug, Default)]
pub(super) struct Registry {
    entries: Vec<(String, String, Deed)>,
}

impl Registry {
    /// Reads a file. All or nothing: behind a garbled record nothing can be told from chance.
    ///
    /// # Errors
    /// [`Garbled`] with the place.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Garbled> {
        let file = PolicyFile::parse(bytes).map_err(|error| Garbled::new(error.to_string()))?;
        let entries = file
            .entries
            .into_iter()
            .filter_map(|entry| {
                let (name, deed) = deed(&entry.value, &entry.data)?;
                Some((entry.key.to_lowercase(), name, deed))
            })
            .collect();
        Ok(Self { entries })
    }

    /// What the file does to a value: of several records the last one counts.
    pub(super) fn deed(&self, key: &str, value: &str) -> Option<&Deed> {
        let key = key.to_lowercase();
        let value = value.to_lowercase();
        let about = |(its_key, its_value, _): &&(String, String, Deed)| {
            *its_key == key && (*its_value == value || its_value.is_empty())
        };
        self.entries.iter().rev().find(about).map(|(_, _, deed)| deed)
    }
}

/// What a record does, and to which value; an empty name stands for every value of the key. Records that concern
/// whole keys below, or access rights, are none of ours.
fn deed(value: &str, data: &RegData) -> Option<(String, Deed)> {
    let lower = value.to_lowercase();
    if let Some(name) = lower.strip_prefix("**del.") {
        return Some((name.to_owned(), Deed::Removes));
    }
    if lower.starts_with("**delvals") {
        return Some((String::new(), Deed::Removes));
    }
    if let Some(name) = lower.strip_prefix("**soft.") {
        return Some((name.to_owned(), Deed::SetsIfAbsent(shown(data))));
    }
    if lower.starts_with("**") || lower.is_empty() {
        return None;
    }
    Some((lower, Deed::Sets(shown(data))))
}

/// A value as text: numbers in decimal, lists with commas, bytes in hexadecimal.
fn shown(data: &RegData) -> String {
    match data {
        RegData::Sz(text) | RegData::ExpandSz(text) | RegData::Link(text) => text.clone(),
        RegData::Dword(number) | RegData::DwordBe(number) => number.to_string(),
        RegData::Qword(number) => number.to_string(),
        RegData::MultiSz(items) => items.join(","),
        RegData::Binary(bytes) | RegData::Other { bytes, .. } => {
            bytes.iter().take(64).map(|byte| format!("{byte:02x}")).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> PolicyFile {
        let mut file = PolicyFile::new();
        file.set("Software\\Policies\\A", "Number", RegData::Dword(5));
        file.set("Software\\Policies\\A", "Text", RegData::Sz("https://wsus.example.test".into()));
        file.set("Software\\Policies\\A", "**del.Gone", RegData::Sz(" ".into()));
        file.set("Software\\Policies\\A", "**soft.Perhaps", RegData::Dword(1));
        file.set("Software\\Policies\\B", "Kept", RegData::Dword(1));
        file.set("Software\\Policies\\B", "**delvals.", RegData::Sz(" ".into()));
        file.set("Software\\Policies\\B", "**あいう", RegData::Dword(1));
        file
    }

    #[test]
    fn every_kind_of_record_is_told_apart() {
        let read = Registry::parse(&file().to_bytes()).unwrap();
        let check = |key: &str, value: &str, expected: Option<Deed>| {
            assert_eq!(read.deed(key, value), expected.as_ref(), "{key} {value}");
        };
        check("software\\policies\\a", "NUMBER", Some(Deed::Sets("5".into())));
        check("Software\\Policies\\A", "Text", Some(Deed::Sets("https://wsus.example.test".into())));
        check("Software\\Policies\\A", "Gone", Some(Deed::Removes));
        check("Software\\Policies\\A", "Perhaps", Some(Deed::SetsIfAbsent("1".into())));
        check("Software\\Policies\\A", "Other", None);
        check("Software\\Policies\\B", "Kept", Some(Deed::Removes));
        check("Software\\Policies\\C", "Kept", None);
    }

    #[test]
    fn cut_off_anywhere_it_is_refused_or_ends_between_records() {
        let bytes = file().to_bytes();
        let whole = file().entries;
        for end in 0..bytes.len() {
            if let Ok(file) = PolicyFile::parse(&bytes[..end]) {
                assert!(whole.starts_with(&file.entries), "{end}");
            }
            let _ = Registry::parse(&bytes[..end]);
            let mut flipped = bytes.clone();
            flipped[end] ^= 0xff;
            let _ = Registry::parse(&flipped);
        }
        assert!(Registry::parse(b"garbage of some length").is_err());
        assert!(Registry::parse(b"").is_err());
    }
}
