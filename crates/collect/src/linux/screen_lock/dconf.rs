//! The settings that GNOME keeps, in the file form of dconf (GVDB).
//!
//! Source: dconf(7); the form itself is documented in GLib's `gvdb-format.h` only. A file is a table of hashed names
//! with a tree of parents; a value is a GVariant in serialised form, of which flags and unsigned numbers are read.

use std::collections::BTreeMap;

use crate::gap::Gap;

/// The largest file of settings.
pub(super) const FILE_MAX_BYTES: usize = 4 * 1024 * 1024;
const SIGNATURE: &[u8] = b"GVariant";
const ITEM_BYTES: usize = 24;
/// Marks an item that has no parent.
const NO_PARENT: u32 = u32::MAX;
/// The upper bits of the count of bloom words are something else.
const BLOOM_MASK: u32 = (1 << 27) - 1;
const DEPTH_MAX: usize = 32;

/// A setting of a kind that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Flag(bool),
    Number(u32),
}

/// Settings by their full path, `/org/gnome/desktop/screensaver/lock-enabled`, and the paths that are locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) values: BTreeMap<String, Setting>,
    pub(super) locks: Vec<String>,
}

/// Reads a file of settings.
pub(super) fn parse(bytes: &[u8], path: &str) -> Result<Settings, Gap> {
    let broken = || Gap::failed(format_args!("{path}: not understood"));
    // An empty file is what dconf leaves when nothing was ever set.
    if bytes.is_empty() {
        return Ok(Settings::default());
    }
    let root = bytes.strip_prefix(SIGNATURE).and(span(bytes, 16)).ok_or_else(broken)?;
    let table = Table::at(bytes, root).ok_or_else(broken)?;
    let mut settings = Settings::default();
    for number in 0..table.count {
        let item = table.item(number).ok_or_else(broken)?;
        let name = table.name(number).ok_or_else(broken)?;
        match item.kind {
            b'v' => {
                if let Some(value) = setting(bytes.get(item.from..item.to).ok_or_else(broken)?) {
                    settings.values.insert(name, value);
                }
            }
            // Locks lie in a table of their own beside the settings.
            b'H' if name == ".locks" => {
                let locks = Table::at(bytes, (item.from, item.to)).ok_or_else(broken)?;
                for number in 0..locks.count {
                    settings.locks.push(locks.name(number).ok_or_else(broken)?);
                }
            }
            _ => {}
        }
    }
    Ok(settings)
}

/// A hashed table within the file.
struct Table<'a> {
    file: &'a [u8],
    items: &'a [u8],
    count: u32,
}

struct Item {
    parent: u32,
    name: (usize, usize),
    kind: u8,
    from: usize,
    to: usize,
}

impl<'a> Table<'a> {
    fn at(file: &'a [u8], (from, to): (usize, usize)) -> Option<Self> {
        let table = file.get(from..to)?;
        let bloom = usize::try_from(number(table, 0)? & BLOOM_MASK).ok()?;
        let buckets = usize::try_from(number(table, 4)?).ok()?;
        let items = table.get(bloom.checked_add(buckets)?.checked_mul(4)?.checked_add(8)?..)?;
        Some(Self { file, items, count: u32::try_from(items.len() / ITEM_BYTES).ok()? })
    }

    fn item(&self, number_of: u32) -> Option<Item> {
        let start = usize::try_from(number_of).ok()?.checked_mul(ITEM_BYTES)?;
        let item = self.items.get(start..start.checked_add(ITEM_BYTES)?)?;
        let name_at = usize::try_from(number(item, 8)?).ok()?;
        let length = usize::from(u16::from_le_bytes(*item.get(12..)?.first_chunk()?));
        let (from, to) = span(item, 16)?;
        Some(Item {
            parent: number(item, 4)?,
            name: (name_at, name_at.checked_add(length)?),
            kind: *item.get(14)?,
            from,
            to,
        })
    }

    /// The full name: those of its parents before its own.
    fn name(&self, number: u32) -> Option<String> {
        let mut parts = Vec::new();
        let mut next = number;
        while next != NO_PARENT {
            if parts.len() > DEPTH_MAX {
                return None;
            }
            let item = self.item(next)?;
            parts.push(std::str::from_utf8(self.file.get(item.name.0..item.name.1)?).ok()?);
            next = item.parent;
        }
        parts.reverse();
        Some(parts.concat())
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|number| u32::from_le_bytes(*number))
}

/// Where something lies: its first byte and the one behind its last.
fn span(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (from, to) = (number(bytes, at)?, number(bytes, at + 4)?);
    Some((usize::try_from(from).ok()?, usize::try_from(to).ok()?)).filter(|(from, to)| from <= to)
}

/// A value of any type is followed by a zero and its type: `b` a flag, `u` an unsigned number.
fn setting(variant: &[u8]) -> Option<Setting> {
    match variant {
        [flag @ (0 | 1), 0, b'b'] => Some(Setting::Flag(*flag == 1)),
        [a, b, c, d, 0, b'u'] => Some(Setting::Number(u32::from_le_bytes([*a, *b, *c, *d]))),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Made by `dconf compile` 0.40 from a key file: locking off, idle after 600 seconds, a text, and one lock.
    pub(crate) const COMPILED: &[u8] = include_bytes!("compiled.dconf");

    #[test]
    fn what_dconf_made() {
        let settings = parse(COMPILED, "x").unwrap();
        let expected = [
            ("/org/gnome/desktop/screensaver/lock-enabled".to_owned(), Setting::Flag(false)),
            ("/org/gnome/desktop/session/idle-delay".to_owned(), Setting::Number(600)),
        ];
        assert_eq!(settings.values.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(settings.locks, ["/org/gnome/desktop/session/idle-delay"]);
        assert_eq!(parse(b"", "x").unwrap(), Settings::default());
    }

    #[test]
    fn broken_files_are_gaps() {
        for length in 1..COMPILED.len() {
            // Whatever is cut off, nothing is made up of the rest.
            let _ = parse(&COMPILED[..length], "x");
        }
        assert!(parse(&COMPILED[..24], "x").is_err());
        assert!(parse(b"GVariant", "x").is_err());
        assert!(parse(&[0xff; 4096], "x").is_err());
        for at in 24..COMPILED.len() {
            let mut bent = COMPILED.to_vec();
            bent[at] ^= 0xff;
            let _ = parse(&bent, "x");
        }
    }
}
