//! The catalogue's files: in the binary, and a folder that overrides them.

use std::collections::BTreeMap;
use std::path::Path;

use rust_embed::RustEmbed;

use super::problem::{Problem, Problems};

#[derive(RustEmbed)]
#[folder = "../../catalog"]
#[include = "*.toml"]
#[include = "policies/**/*.toml"]
#[include = "profiles/*.toml"]
#[include = "crosswalk/*.toml"]
#[include = "eol/*.toml"]
struct Embedded;

/// The largest catalogue file read, in bytes.
const FILE_MAX_BYTES: u64 = 1024 * 1024;
/// The most catalogue files read from a folder.
const FILES_MAX: usize = 2_000;

/// File texts by path, such as `policies/device/5.1.4-disk-encryption.toml`.
#[derive(Clone, Debug, Default)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// The files in the binary.
    #[must_use]
    pub fn embedded() -> Self {
        let texts = Embedded::iter().filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some((path.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        });
        Self(texts.collect())
    }

    /// The files in the binary, overridden and added to by those of a folder laid out the same way.
    ///
    /// # Errors
    /// A folder or file that cannot be read, or is too large.
    pub fn with_folder(folder: &Path) -> Result<Self, Problems> {
        let mut files = Self::embedded();
        let mut waiting = vec![folder.to_path_buf()];
        let mut read = 0;
        while let Some(here) = waiting.pop() {
            let problem = |path: &Path, what: &dyn std::fmt::Display| {
                Problems(vec![Problem::at_file(
                    path.display().to_string(),
                    format!("cannot be read: {what}"),
                    "check the path and its permissions",
                )])
            };
            let entries = std::fs::read_dir(&here).map_err(|error| problem(&here, &error))?;
            for entry in entries {
                let path = entry.map_err(|error| problem(&here, &error))?.path();
                let metadata = std::fs::symlink_metadata(&path).map_err(|error| problem(&path, &error))?;
                if metadata.is_dir() {
                    waiting.push(path);
                } else if metadata.is_file() && path.extension().is_some_and(|ending| ending == "toml") {
                    read += 1;
                    if metadata.len() > FILE_MAX_BYTES || read > FILES_MAX {
                        return Err(problem(&path, &"too large, or too many files"));
                    }
                    let text = std::fs::read_to_string(&path).map_err(|error| problem(&path, &error))?;
                    let name =
                        path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                    files.0.insert(name, text);
                }
            }
        }
        Ok(files)
    }
}
