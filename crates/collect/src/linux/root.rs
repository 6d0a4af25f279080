//! Bounded reading of files below `/`, or below another folder that stands in for it in tests.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use model::{At, Why};

use crate::gap::Gap;

/// The largest file read as text, in bytes.
const TEXT_MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most names read from one folder.
const NAMES_MAX: usize = 200_000;

/// The root of the file system.
#[derive(Clone, Debug)]
pub(crate) struct Root(PathBuf);

impl Root {
    pub(crate) fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Where a path, given from `/`, lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// Whether there is something at a path (or a link that leads nowhere). `false` too when it cannot be seen.
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    /// A file as text; what is not UTF-8 is replaced.
    pub(crate) fn text(&self, path: &str) -> Result<String, Gap> {
        let bytes = self.bytes(path, TEXT_MAX_BYTES)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A file as text; `None` when there is no such file.
    pub(crate) fn text_if_there(&self, path: &str) -> Result<Option<String>, Gap> {
        absent_is_none(self.text(path))
    }

    /// The first line of a file, without blanks at its ends: what most files below `/sys` hold.
    pub(crate) fn line(&self, path: &str) -> Result<String, Gap> {
        Ok(self.text(path)?.lines().next().unwrap_or_default().trim().to_owned())
    }

    /// A whole file of at most `max` bytes; more is a gap.
    pub(crate) fn bytes(&self, path: &str, max: usize) -> Result<Vec<u8>, Gap> {
        let bytes = self.beginning(path, max.saturating_add(1))?;
        if bytes.len() > max {
            return Err(Gap::failed(format_args!("{path}: more than {max} bytes")));
        }
        Ok(bytes)
    }

    /// The first `max` bytes of a file, or of a disk.
    pub(crate) fn beginning(&self, path: &str, max: usize) -> Result<Vec<u8>, Gap> {
        let gap = |error: std::io::Error| Gap::of_io(path, &error);
        let place = self.path(path);
        // A pipe would keep the reader waiting, a terminal would swallow input.
        let kind = fs::metadata(&place).map_err(gap)?.file_type();
        if !kind.is_file() && !std::os::unix::fs::FileTypeExt::is_block_device(&kind) {
            return Err(Gap::failed(format_args!("{path}: not a regular file")));
        }
        let mut bytes = Vec::new();
        let bound = u64::try_from(max).unwrap_or(u64::MAX);
        File::open(&place).map_err(gap)?.take(bound).read_to_end(&mut bytes).map_err(gap)?;
        Ok(bytes)
    }

    /// The names in a folder, sorted; names that are not UTF-8 are left out.
    pub(crate) fn names(&self, path: &str) -> Result<Vec<String>, Gap> {
        let gap = |error: std::io::Error| Gap::of_io(path, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path(path)).map_err(gap)? {
            if names.len() == NAMES_MAX {
                return Err(Gap::failed(format_args!("{path}: more than {NAMES_MAX} names")));
            }
            names.extend(entry.map_err(gap)?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The names in a folder; none when there is no such folder.
    pub(crate) fn names_if_there(&self, path: &str) -> Result<Vec<String>, Gap> {
        Ok(absent_is_none(self.names(path))?.unwrap_or_default())
    }

    /// When a file or folder was last changed.
    pub(crate) fn modified_at(&self, path: &str) -> Result<At, Gap> {
        let modified = fs::metadata(self.path(path)).and_then(|about| about.modified());
        modified.map(whole_secs).map_err(|error| Gap::of_io(path, &error))
    }

    /// When a file or folder was made; not every file system keeps it.
    pub(crate) fn created_at(&self, path: &str) -> Result<At, Gap> {
        let created = fs::metadata(self.path(path)).and_then(|about| about.created());
        let none_kept = || Gap::not_supported(format_args!("{path}: no birth time is kept"));
        let at = created.map(whole_secs).map_err(|error| match error.kind() {
            std::io::ErrorKind::Unsupported => none_kept(),
            _ => Gap::of_io(path, &error),
        })?;
        // Images are sometimes built with all their times set to nothing.
        if at.unix_secs() > 0 { Ok(at) } else { Err(none_kept()) }
    }

    /// Where a path leads once every link is followed, given from this root.
    pub(crate) fn real(&self, path: &str) -> Result<String, Gap> {
        let real = fs::canonicalize(self.path(path)).map_err(|error| Gap::of_io(path, &error))?;
        let root = fs::canonicalize(&self.0).map_err(|error| Gap::of_io("/", &error))?;
        let below: &Path = real.strip_prefix(&root).unwrap_or(&real);
        Ok(format!("/{}", below.display()))
    }
}

/// An instant without fractions of a second, which would say nothing here.
fn whole_secs(time: std::time::SystemTime) -> At {
    let at = At::from(time);
    At::from_unix_secs(at.unix_secs()).unwrap_or(at)
}

/// What is absent is `None`; every other gap stays one.
pub(crate) fn absent_is_none<T>(read: Result<T, Gap>) -> Result<Option<T>, Gap> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(gap) if gap.why == Why::NotFound => Ok(None),
        Err(gap) => Err(gap),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A folder that stands in for `/`, with these files in it.
    pub(crate) fn root_with(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::at(folder.path());
        for (path, content) in files {
            let place = root.path(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, content).unwrap();
        }
        (folder, root)
    }

    #[test]
    fn files_are_read_within_bounds() {
        let huge = vec![b'x'; TEXT_MAX_BYTES + 1];
        let (_folder, root) =
            root_with(&[("/etc/a", b"one \ntwo"), ("/etc/odd", b"\xff\xfe"), ("/etc/huge", &huge)]);
        assert_eq!(root.line("/etc/a").unwrap(), "one");
        assert_eq!(root.text("/etc/odd").unwrap(), "\u{fffd}\u{fffd}");
        assert_eq!(root.text("/etc/huge").unwrap_err().why, Why::Failed);
        assert_eq!(root.beginning("/etc/huge", 3).unwrap(), b"xxx");
        assert_eq!(root.text("/etc/none").unwrap_err().why, Why::NotFound);
        assert_eq!(root.text_if_there("/etc/none"), Ok(None));
        assert_eq!(root.text("/etc").unwrap_err().why, Why::Failed, "a folder is not a file");
        assert_eq!(root.names("/etc").unwrap(), ["a", "huge", "odd"]);
        assert_eq!(root.names_if_there("/none").unwrap(), Vec::<String>::new());
        assert_eq!(root.real("/etc/../etc/a").unwrap(), "/etc/a");
    }

    #[test]
    fn a_pipe_does_not_keep_the_reader_waiting() {
        let (_folder, root) = root_with(&[]);
        nix::unistd::mkfifo(&root.path("/pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(root.text("/pipe").unwrap_err().why, Why::Failed);
    }
}
