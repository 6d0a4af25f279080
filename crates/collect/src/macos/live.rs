//! The Mac this program runs on. It is compiled and tried on every Unix, so that little is left that only a Mac shows.

use std::fs;

use model::At;
#[cfg(target_os = "macos")]
use serde::Serialize;

use super::answer::{FILE_MAX_BYTES, Mac};
use crate::command::{self, Answer, Limits};
use crate::gap::Gap;
#[cfg(target_os = "macos")]
use crate::gather::{LONG_LIMIT, Reader, reader};

/// The most names read from one folder.
const NAMES_MAX: usize = 10_000;

/// This Mac.
struct Live {
    now: At,
}

/// What is not there is no gap.
fn there<T>(path: &str, read: std::io::Result<T>) -> Result<Option<T>, Gap> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(Gap::of_io(path, &error)),
    }
}

impl Mac for Live {
    fn now(&self) -> At {
        self.now
    }

    fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Gap> {
        use std::io::Read;
        let Some(about) = there(path, fs::metadata(path))? else { return Ok(None) };
        // A pipe would keep the reader waiting.
        if !about.is_file() {
            return Err(Gap::failed(format_args!("{path}: not a regular file")));
        }
        let mut bytes = Vec::new();
        let bound = u64::try_from(FILE_MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        let read = fs::File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
        read.map_err(|error| Gap::of_io(path, &error))?;
        if bytes.len() > FILE_MAX_BYTES {
            return Err(Gap::failed(format_args!("{path}: more than {FILE_MAX_BYTES} bytes")));
        }
        Ok(Some(bytes))
    }

    fn modified_at(&self, path: &str) -> Result<Option<At>, Gap> {
        let modified = there(path, fs::metadata(path).and_then(|about| about.modified()))?;
        Ok(modified.and_then(|time| At::from_unix_secs(At::from(time).unix_secs())))
    }

    fn names(&self, path: &str) -> Result<Option<Vec<String>>, Gap> {
        let Some(entries) = there(path, fs::read_dir(path))? else { return Ok(None) };
        let mut names = Vec::new();
        for entry in entries {
            if names.len() == NAMES_MAX {
                return Err(Gap::failed(format_args!("{path}: more than {NAMES_MAX} names")));
            }
            let entry = entry.map_err(|error| Gap::of_io(path, &error))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort_unstable();
        Ok(Some(names))
    }

    fn run(&self, program: &str, args: &[&str], limits: Limits) -> Result<Answer, Gap> {
        command::run(program, args, limits)
    }

    fn opened_ports(&self, gateway: std::net::IpAddr) -> Result<Vec<model::facts::PortMapping>, Gap> {
        crate::gateway::port_mappings(gateway)
    }
}

#[cfg(target_os = "macos")]
struct Threads {
    now: At,
    readers: Vec<Reader>,
}

#[cfg(target_os = "macos")]
impl super::Plan for Threads {
    fn section<T: Serialize + 'static>(&mut self, name: &'static str, read: super::Read<T>) {
        let now = self.now;
        // `system_profiler` takes its time.
        self.readers.push(reader(name, LONG_LIMIT, move |gaps| read(&Live { now }, gaps)));
    }
}

/// One reader per section.
#[cfg(target_os = "macos")]
pub(crate) fn readers(now: At) -> Vec<Reader> {
    let mut threads = Threads { now, readers: Vec::new() };
    super::plan(&mut threads);
    threads.readers
}

/// The name this Mac goes by on its network.
#[cfg(target_os = "macos")]
pub(crate) fn host_name() -> Option<String> {
    super::host::name(&Live { now: At::from_unix_secs(0)? }).ok()
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn files_folders_and_programs() {
        let live = Live { now: "2026-11-24T12:00:00Z".parse().unwrap() };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(path("b"), b"x").unwrap();
        fs::write(path("a"), vec![0; FILE_MAX_BYTES + 1]).unwrap();
        assert_eq!(live.file(&path("b")), Ok(Some(b"x".to_vec())));
        assert_eq!(live.file(&path("none")), Ok(None));
        assert_eq!(live.file(&path("a")).unwrap_err().why, Why::Failed);
        assert_eq!(live.file(&path("")).unwrap_err().why, Why::Failed);
        assert_eq!(live.names(&path("")), Ok(Some(vec!["a".to_owned(), "b".to_owned()])));
        assert_eq!(live.names(&path("none")), Ok(None));
        assert!(live.modified_at(&path("b")).unwrap().is_some());
        assert_eq!(live.modified_at(&path("none")), Ok(None));
        let answer = live.run("/bin/sh", &["-c", "printf ok; exit 3"], command::SHORT).unwrap();
        assert_eq!((answer.code, answer.out.as_str()), (Some(3), "ok"));
        assert_eq!((&live as &dyn Mac).line("no-such-program", &[]).unwrap_err().why, Why::NotFound);
    }
}
