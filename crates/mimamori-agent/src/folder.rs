//! The agent's folder: small files, each replaced as a whole or not at all.
//!
//! A file is written beside the old one, brought to the disk, and then put in its place: after a power cut or on a full
//! disk the old one is still there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::{Problem, guard};

/// What a half-written file ends with.
const HALF: &str = ".half";

/// A folder that only the system and administrators may enter.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens a folder, or makes it, closed to others.
    ///
    /// # Errors
    /// [`Problem::File`] without the right to, [`Problem::Folder`] when somebody else made it.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        guard::folder(path)?;
        Ok(Self { path: path.to_path_buf() })
    }

    /// A folder as it is, to read from.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// The path of a file in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file's bytes, `None` when it is not there.
    ///
    /// # Errors
    /// [`Problem::File`] when it cannot be read or has more than `max` bytes, [`Problem::Planted`] when somebody else put
    /// it there.
    pub fn read(&self, name: &str, max: usize) -> Result<Option<Vec<u8>>, Problem> {
        let path = self.path(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Problem::file(&path, error)),
        };
        guard::trusted(&path)?;
        let mut bytes = Vec::new();
        let read = file.take(max as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| Problem::file(&path, error))?;
        if bytes.len() > max {
            let error = io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {max} bytes"));
            return Err(Problem::file(&path, error));
        }
        Ok(Some(bytes))
    }

    /// Replaces a file.
    ///
    /// # Errors
    /// [`Problem::File`]; the old file is then still there.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let path = self.path(name);
        write_whole(&path, bytes).map_err(|error| Problem::file(&path, error))
    }

    /// Removes a file; that it is not there is no problem.
    ///
    /// # Errors
    /// [`Problem::File`].
    pub fn remove(&self, name: &str) -> Result<(), Problem> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Problem::file(&path, error)),
            _ => Ok(()),
        }
    }

    /// The names of the files whose name starts so, with their sizes in bytes, in order.
    ///
    /// # Errors
    /// [`Problem::File`].
    pub fn list(&self, start: &str) -> Result<Vec<(String, u64)>, Problem> {
        let failed = |error| Problem::file(&self.path, error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(start) && !name.ends_with(HALF) {
                found.push((name, entry.metadata().map_or(0, |data| data.len())));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Writes a file beside the old one and puts it in its place.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut half = path.as_os_str().to_owned();
    half.push(HALF);
    let half = PathBuf::from(half);
    let done = write_synced(&half, bytes).and_then(|()| fs::rename(&half, path));
    if done.is_err() {
        // On a full disk the half file would only take more room.
        let _ = fs::remove_file(&half);
        return done;
    }
    // The folder's own entry; Windows has no such thing to sync.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // A new file gets its rights from the folder; an old one would keep its own.
    #[cfg(windows)]
    {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => options.create_new(true),
        };
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_whole_and_listed() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        assert!(folder.read("x", 10).unwrap().is_none());
        folder.write("x", b"one").unwrap();
        folder.write("x", b"two").unwrap();
        folder.write("xy", b"3").unwrap();
        assert_eq!(folder.read("x", 10).unwrap().unwrap(), b"two");
        assert!(folder.read("x", 2).is_err());
        assert_eq!(folder.list("x").unwrap(), [("x".to_owned(), 3), ("xy".to_owned(), 1)]);
        folder.remove("x").unwrap();
        folder.remove("x").unwrap();
        assert_eq!(folder.list("").unwrap().len(), 1);
    }

    /// A real full disk: `/dev/full` takes nothing (Linux).
    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_keeps_the_old_file_and_says_so() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("state.json");
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink("/dev/full", room.path().join("state.json.half")).unwrap();
        let error = write_whole(&path, b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(Problem::file(&path, error).says().ja.contains("空きがない"));
    }
}
