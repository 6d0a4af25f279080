//! Files of policies held in memory: what was fetched, and what tests make up.

use std::collections::BTreeMap;

use super::{Sysvol, SysvolError, TOTAL_MAX};

/// Files in memory.
#[derive(Debug, Default)]
pub struct Held {
    files: BTreeMap<(String, String), Result<Vec<u8>, SysvolError>>,
    bytes: usize,
}

impl Held {
    /// Keeps what reading a file came to; beyond the limit for all files, only that it is too much.
    pub fn put(&mut self, guid: &str, path: &str, read: Result<Vec<u8>, SysvolError>) {
        let read = read.and_then(|bytes| {
            self.bytes = self.bytes.saturating_add(bytes.len());
            if self.bytes > TOTAL_MAX { Err(SysvolError::TotalTooLarge) } else { Ok(bytes) }
        });
        self.files.insert((guid.to_uppercase(), path.to_lowercase()), read);
    }

    /// How many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Sysvol for Held {
    fn file(&self, guid: &str, path: &str) -> Result<Option<Vec<u8>>, SysvolError> {
        match self.files.get(&(guid.to_uppercase(), path.to_lowercase())) {
            None => Ok(None),
            Some(read) => read.clone().map(Some),
        }
    }
}
