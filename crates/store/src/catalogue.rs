//! The catalogues assessments were made with, kept by the fingerprint of their files.

use model::At;
use model::evidence::id_of;

use crate::Result;
use crate::read::Read;
use crate::write::Change;

impl Read<'_> {
    /// The files of a catalogue that was kept, as they were given.
    ///
    /// # Errors
    /// The database.
    pub fn catalogue(&self, fingerprint: &str) -> Result<Option<Vec<u8>>> {
        self.value("SELECT files FROM catalogue WHERE fingerprint = ?1", [fingerprint])
    }
}

/// What the audit line of keeping a catalogue holds: `catalogue`, the fingerprint and the SHA-256 of the files as kept.
#[must_use]
pub fn witness(fingerprint: &str, files: &[u8]) -> String {
    format!("catalogue {fingerprint} {}", id_of(files))
}

impl Change<'_> {
    /// Keeps a catalogue's files; what is kept already stays as it is. The audit line must hold their [`witness`].
    ///
    /// # Errors
    /// The database.
    pub fn keep_catalogue(&self, fingerprint: &str, name: &str, files: &[u8], now: At) -> Result<()> {
        self.run(
            "INSERT INTO catalogue (fingerprint, name, kept_at, sha256, files) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (fingerprint) DO NOTHING",
            (fingerprint, name, now.unix_secs(), id_of(files), files),
        )?;
        Ok(())
    }
}
