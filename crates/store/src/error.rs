//! What can go wrong in the store.

use std::path::PathBuf;

/// An error of the store, with what was being done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or used.
    #[error("the data folder {folder} cannot be used: {source}: check the path and its permissions")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process holds the data folder.
    #[error(
        "the data folder {folder} is in use by {holder}: stop that one first, or choose another folder with --data"
    )]
    Held {
        /// The folder.
        folder: PathBuf,
        /// Who holds it, as it wrote itself down.
        holder: String,
    },
    /// The database was written by a newer program.
    #[error("the database has version {found}, this program knows up to {known}: update Mimamori")]
    Newer {
        /// The database's version.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// A migration failed; nothing was changed.
    #[error(
        "the database could not be brought to version {version}: {source}; it was left as it was, at version {from}"
    )]
    Migration {
        /// The version it was at.
        from: u32,
        /// The version that failed.
        version: u32,
        /// Why.
        source: rusqlite::Error,
    },
    /// The database refused something.
    #[error("the database could not do this: {0}")]
    Sql(#[from] rusqlite::Error),
    /// Something stored cannot be read back.
    #[error("stored {what} cannot be read: {problem}")]
    Stored {
        /// What.
        what: &'static str,
        /// Why.
        problem: String,
    },
    /// Somebody else was quicker: what was to be changed is no longer what it was.
    #[error("it was changed by somebody else in the meantime")]
    Conflict,
    /// It is there already.
    #[error("it is there already")]
    Exists,
}

impl StoreError {
    /// For `map_err` on values that are stored as text.
    pub(crate) fn stored(what: &'static str, problem: impl std::fmt::Display) -> Self {
        Self::Stored { what, problem: problem.to_string() }
    }
}
