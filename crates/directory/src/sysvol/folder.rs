//! A copy of SYSVOL in a folder. Links are not followed, so nothing outside the folder is read.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{FILE_MAX, Sysvol, SysvolError};
use crate::Entry;

/// How deep below the given folder `Policies` is looked for: `sysvol/example.test/Policies`.
const DEPTH_MAX: usize = 4;
/// The most entries of one folder that are looked at.
const ENTRIES_MAX: usize = 10_000;

/// A copy of SYSVOL.
#[derive(Debug)]
pub struct Folder {
    policies: PathBuf,
}

impl Folder {
    /// Opens a copy: the folder `Policies` itself, or one above it.
    ///
    /// # Errors
    /// [`SysvolError`] when no folder `Policies` is there.
    pub fn open(folder: &Path) -> Result<Self, SysvolError> {
        let found = policies(folder, 0).ok_or_else(|| {
            SysvolError::Failed(
                "no folder 'Policies' in it: give a copy of \\\\DOMAIN\\SYSVOL\\DOMAIN, with its folder Policies".into(),
            )
        })?;
        Ok(Self { policies: found })
    }

    /// The policies of the copy, as far as it knows them: entries for [`crate::group_policy::Scope`] without the
    /// directory's say on names, links and rights.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let folders = folders(&self.policies);
        let guids = folders.iter().filter_map(|folder| folder.file_name()?.to_str());
        let entry = |guid: &str| Entry {
            dn: format!("CN={guid}"),
            attributes: [("cn".to_owned(), vec![guid.as_bytes().to_vec()])].into(),
        };
        guids.filter(|name| name.starts_with('{') && name.ends_with('}')).map(entry).collect()
    }
}

impl Sysvol for Folder {
    fn file(&self, guid: &str, path: &str) -> Result<Option<Vec<u8>>, SysvolError> {
        below(&self.policies, std::iter::once(guid).chain(path.split('/')))
    }
}

/// The folder `Policies` at or below one, nearest first.
fn policies(folder: &Path, depth: usize) -> Option<PathBuf> {
    let is_named = |path: &Path| path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("Policies"));
    let holds_policies = |path: &Path| {
        folders(path).iter().any(|path| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('{'))
        })
    };
    if is_named(folder) || holds_policies(folder) {
        return Some(folder.to_owned());
    }
    if depth >= DEPTH_MAX {
        return None;
    }
    folders(folder).iter().find_map(|inner| policies(inner, depth + 1))
}

/// The folders in a folder, by name; links are none.
pub(super) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(ENTRIES_MAX);
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut found: Vec<PathBuf> = entries.filter(is_folder).map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// A file below a folder, each step compared without regard to case.
pub(super) fn below<'a>(
    folder: &Path,
    steps: impl Iterator<Item = &'a str>,
) -> Result<Option<Vec<u8>>, SysvolError> {
    let mut here = folder.to_owned();
    for step in steps {
        if step.is_empty() || step == "." || step == ".." || step.contains(['/', '\\']) {
            return Err(SysvolError::Outside);
        }
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) => return told(&error).map(|()| None),
        };
        let is_named = |entry: &fs::DirEntry| {
            entry.file_name().to_str().is_some_and(|name| name.to_lowercase() == step.to_lowercase())
        };
        let Some(entry) = entries.flatten().take(ENTRIES_MAX).find(is_named) else {
            return Ok(None);
        };
        let kind = entry.file_type().map_err(|error| failed(&error))?;
        if kind.is_symlink() {
            return Err(SysvolError::Outside);
        }
        // Opening a pipe would wait for somebody to write into it.
        if !kind.is_dir() && !kind.is_file() {
            return Err(SysvolError::Failed("it is no file".into()));
        }
        here = entry.path();
    }
    read(&here).map(Some)
}

/// A file's bytes, at most [`FILE_MAX`].
fn read(path: &Path) -> Result<Vec<u8>, SysvolError> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| failed(&error))?;
    if !file.metadata().is_ok_and(|about| about.is_file()) {
        return Err(SysvolError::Failed("it is no file".into()));
    }
    let most = FILE_MAX as u64;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if bytes.len() as u64 > most {
        return Err(SysvolError::TooLarge { found: bytes.len() as u64, most });
    }
    Ok(bytes)
}

/// An error of reading a folder: that it is not there is an answer.
fn told(error: &std::io::Error) -> Result<(), SysvolError> {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Ok(()),
        _ => Err(failed(error)),
    }
}

fn failed(error: &std::io::Error) -> SysvolError {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => SysvolError::Denied,
        kind => SysvolError::Failed(kind.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "{31B2F340-016D-11D2-945F-00C04FB984F9}";

    #[test]
    fn a_copy_is_found_and_read_whatever_the_case() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("sysvol/example.test/Policies").join(GUID.to_lowercase());
        fs::create_dir_all(policy.join("MACHINE")).unwrap();
        fs::write(policy.join("gpt.ini"), "[General]").unwrap();
        fs::write(policy.join("MACHINE/registry.pol"), "PReg").unwrap();
        for from in ["", "sysvol", "sysvol/example.test", "sysvol/example.test/Policies"] {
            let copy = Folder::open(&folder.path().join(from)).unwrap();
            assert_eq!(copy.file(GUID, "GPT.INI").unwrap().unwrap(), b"[General]");
            assert_eq!(copy.file(GUID, "Machine/Registry.pol").unwrap().unwrap(), b"PReg");
            assert_eq!(copy.file(GUID, "Machine/Preferences/Registry/Registry.xml"), Ok(None));
            assert_eq!(copy.file(GUID, "../../secret"), Err(SysvolError::Outside));
            assert_eq!(copy.file("..", "secret"), Err(SysvolError::Outside));
            assert_eq!(copy.entries()[0].text("cn"), Some(GUID.to_lowercase().as_str()));
        }
        assert!(Folder::open(&policy.join("MACHINE")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("Policies").join(GUID);
        fs::create_dir_all(&policy).unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink(folder.path().join("secret"), policy.join("GPT.INI")).unwrap();
        std::os::unix::fs::symlink(folder.path(), policy.join("Machine")).unwrap();
        let copy = Folder::open(folder.path()).unwrap();
        assert_eq!(copy.file(GUID, "GPT.INI"), Err(SysvolError::Outside));
        assert_eq!(copy.file(GUID, "Machine/secret"), Err(SysvolError::Outside));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("Policies").join(GUID);
        fs::create_dir_all(&policy).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(policy.join("GPT.INI")).unwrap();
        let copy = Folder::open(folder.path()).unwrap();
        assert_eq!(copy.file(GUID, "GPT.INI"), Err(SysvolError::Failed("it is no file".into())));
    }

    #[test]
    fn a_file_that_is_too_large_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("Policies").join(GUID);
        fs::create_dir_all(&policy).unwrap();
        fs::File::create(policy.join("GPT.INI")).unwrap().set_len(FILE_MAX as u64 + 2).unwrap();
        let copy = Folder::open(folder.path()).unwrap();
        assert!(matches!(copy.file(GUID, "GPT.INI"), Err(SysvolError::TooLarge { .. })));
    }
}
