//! The configuration files of a VPN, from the disk to their reader: files and folders that were named, by names that
//! say where they part. What the lines mean is known to `network::vpn::configuration`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use model::facts::VpnFacts;
use model::{At, Miss};
use network::vpn::configuration;

use crate::failure::Failure;

/// The largest file taken, in bytes; the readers have limits of their own below it.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The deepest folder walked into.
const DEPTH_MAX: u32 = 6;

/// A file as named on the command line or found in a folder that was.
struct File {
    /// With the folders that matter: `sites-enabled/default`.
    name: String,
    bytes: Vec<u8>,
}

/// What the files say together, and what could not be told.
pub(super) fn read(paths: &[PathBuf], now: At) -> Result<(VpnFacts, Vec<Miss>), Failure> {
    let files = files(paths)?;
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    let reading = configuration::read(&files).map_err(|error| {
        let text = error.to_string();
        let (what, hint) = text.split_once(": ").unwrap_or((&text, "see mimamori network collect --help"));
        Failure::argument(what, hint)
    })?;
    Ok(configuration::facts(&reading, now))
}

/// The files named, and those in the folders named. Names are cut to where the paths part, so that what an evidence
/// quotes says nothing of where the files lay on this computer.
fn files(paths: &[PathBuf]) -> Result<Vec<File>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        walk(path, 0, &mut found)?;
    }
    let common = common_folder(&found);
    found
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&common).unwrap_or(path);
            Ok(File { name: name.to_string_lossy().replace('\\', "/"), bytes: bytes(path)? })
        })
        .collect()
}

fn walk(path: &Path, depth: u32, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::file(path.display(), error, "check the path");
    // Links are followed: what FreeRADIUS has switched on are links into what it has.
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        if found.len() > configuration::FILES_MAX {
            return Err(Failure::argument(
                format!("more than {} files", configuration::FILES_MAX),
                "name the VPN's configuration alone",
            ));
        }
        found.push(path.to_owned());
        return Ok(());
    }
    if depth > DEPTH_MAX {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(failed)?
        .into_iter()
        .map(|entry| entry.path())
        .collect::<Vec<_>>();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !is_skipped(path, &name) && std::fs::metadata(&entry).is_ok() {
            walk(&entry, depth + 1, found)?;
        }
    }
    Ok(())
}

/// What is merely available, certificates and keys are not the configuration; of the modules' own files the users are.
fn is_skipped(folder: &Path, name: &str) -> bool {
    let of_modules = folder.file_name().is_some_and(|own| own == "mods-config");
    name.ends_with("-available")
        || name.starts_with('.')
        || ["certs", "private", "README.rst", "panic.gdb"].contains(&name)
        || of_modules && name != "files"
}

/// The folder under which all files lie.
fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let mut common = paths.first().and_then(|path| path.parent()).map(Path::to_owned).unwrap_or_default();
    while !paths.iter().all(|path| path.starts_with(&common)) {
        if !common.pop() {
            return PathBuf::new();
        }
    }
    common
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::file(path.display(), error, "check the path");
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is too much, however large the file claims to be.
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::argument(
            format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display()),
            "name the VPN's configuration alone",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_where_the_paths_part() {
        let check = |paths: &[&str], expected: &str| {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            assert_eq!(common_folder(&paths), Path::new(expected));
        };
        check(&["/etc/raddb/radiusd.conf", "/etc/raddb/sites-enabled/default"], "/etc/raddb");
        check(&["server.conf"], "");
        check(&["/a/x", "b/y"], "");
        check(&[], "");
    }
}
