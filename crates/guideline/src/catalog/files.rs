//! The catalogue's files: in the binary, a folder that overrides them, and kept as one document.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rust_embed::RustEmbed;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::problem::{Problem, Problems};

#[derive(RustEmbed)]
#[folder = "../../catalog"]
#[include = "*.toml"]
#[include = "policies/**/*.toml"]
#[include = "profiles/*.toml"]
#[include = "crosswalk/*.toml"]
#[include = "eol/*.toml"]
#[include = "products/*.toml"]
#[include = "collection/*.toml"]
#[exclude = "remedies/*"]
#[exclude = "vpn-products.toml"]
struct Embedded;

/// What lies beside the catalogue and is no part of it: the built-in remedies, which no folder can add to, and what is
/// said of VPN products, by which nothing is judged.
const BESIDE: [&str; 2] = ["remedies/", "vpn-products.toml"];
/// The largest catalogue file read, in bytes.
const FILE_MAX_BYTES: u64 = 1024 * 1024;
/// The most catalogue files read.
const FILES_MAX: usize = 2_000;
/// The most bytes of all texts together: written as one document they stay below [`DOCUMENT_MAX_BYTES`].
const TEXTS_MAX_BYTES: usize = 4 * 1024 * 1024;
/// The largest document that [`Files::from_bytes`] reads, in bytes.
pub const DOCUMENT_MAX_BYTES: usize = 8 * 1024 * 1024;

/// File texts by path, such as `policies/device/5.1.4-disk-encryption.toml`. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(pub Arc<BTreeMap<String, String>>);

impl Files {
    /// The files in the binary.
    #[must_use]
    pub fn embedded() -> Self {
        let texts = Embedded::iter().filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some((path.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        });
        Self(Arc::new(texts.collect()))
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
                    if !BESIDE.iter().any(|start| name.starts_with(start)) {
                        files.insert(name, text);
                    }
                }
            }
        }
        if files.0.values().map(String::len).sum::<usize>() > TEXTS_MAX_BYTES {
            return Err(whole(
                "its files are too large",
                &format!("at most {TEXTS_MAX_BYTES} bytes together"),
            ));
        }
        Ok(files)
    }

    /// Puts in a file, in place of the one at its path.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        Arc::make_mut(&mut self.0).insert(path.into(), text.into());
    }

    /// The files as one document: a JSON object of paths and texts. The same files give the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let texts = self.0.iter().map(|(path, text)| (path.clone(), Value::from(text.as_str())));
        Value::Object(texts.collect()).to_string().into_bytes()
    }

    /// Reads such a document.
    ///
    /// # Errors
    /// It is larger than 8 MiB, holds too many or too large files, or is no such document.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problems> {
        if bytes.len() > DOCUMENT_MAX_BYTES {
            let most = format!("at most {DOCUMENT_MAX_BYTES} bytes can be read");
            return Err(whole(&format!("it is {} bytes long", bytes.len()), &most));
        }
        let texts: BTreeMap<String, String> = serde_json::from_slice(bytes).map_err(|error| {
            whole(&format!("it is no catalogue document: {error}"), "take one that Mimamori wrote")
        })?;
        let large = texts.values().any(|text| text.len() as u64 > FILE_MAX_BYTES);
        if large || texts.len() > FILES_MAX {
            return Err(whole("too large a file, or too many files", "take one that Mimamori wrote"));
        }
        Ok(Self(Arc::new(texts)))
    }

    /// What tells these files from others: SHA-256 in hexadecimal over every path and text, each with its length before it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in self.0.iter().flat_map(|(path, text)| [path, text]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn whole(what: &str, fix: &str) -> Problems {
    Problems(vec![Problem::at_file("the catalogue", what, fix)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[(&str, &str)]) -> Files {
        let mut files = Files::default();
        for (path, text) in texts {
            files.insert(*path, *text);
        }
        files
    }

    #[test]
    fn a_document_comes_back_as_it_was() {
        let all = Files::embedded();
        let bytes = all.to_bytes();
        let back = Files::from_bytes(&bytes).unwrap();
        assert_eq!(back, all);
        assert_eq!(back.to_bytes(), bytes);
        assert_eq!(back.fingerprint(), all.fingerprint());
        assert_eq!(all.fingerprint().len(), 64);
        assert!(bytes.len() < DOCUMENT_MAX_BYTES);
    }

    #[test]
    fn the_fingerprint_tells_files_apart() {
        let prints: std::collections::BTreeSet<String> = [
            files(&[]),
            files(&[("a", "bc")]),
            files(&[("ab", "c")]),
            files(&[("a", ""), ("b", "c")]),
            files(&[("a", "b"), ("c", "")]),
        ]
        .iter()
        .map(Files::fingerprint)
        .collect();
        assert_eq!(prints.len(), 5);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let check = |bytes: &[u8], words: &str| {
            let problems = Files::from_bytes(bytes).unwrap_err().to_string();
            assert!(problems.contains(words), "{problems}");
        };
        check(b"[]", "no catalogue document");
        check(b"{\"a\": 1}", "no catalogue document");
        check(b"\xff\xfe", "no catalogue document");
        check(&vec![b' '; DOCUMENT_MAX_BYTES + 1], "bytes long");
        let large = Value::from("x".repeat(2 * 1024 * 1024)).to_string();
        check(format!("{{\"a\": {large}}}").as_bytes(), "too large");
        let many: Vec<String> = (0..2_001).map(|number| format!("\"{number}\": \"\"")).collect();
        check(format!("{{{}}}", many.join(",")).as_bytes(), "too many");
    }

    #[test]
    fn a_clone_does_not_change_with_its_origin() {
        let first = files(&[("a", "b")]);
        let mut second = first.clone();
        second.insert("a", "c");
        assert_eq!(first.0.get("a").map(String::as_str), Some("b"));
    }
}
