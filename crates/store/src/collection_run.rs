//! When a source was read, and what came of it.

use model::{At, Text};
use rusqlite::Row;

use crate::account::at;
use crate::read::Read;
use crate::write::Change;
use crate::{Result, StoreError};

/// The most runs kept of one source.
pub const RUNS_KEPT: u32 = 400;
/// The outcome of a run of which no end was written down.
pub const INTERRUPTED: &str = "interrupted";

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionRun {
    /// Its number, from 1; 0 before it is written.
    pub id: i64,
    /// What was read, for example `directory/1`.
    pub source: String,
    /// When it began.
    pub began_at: At,
    /// When it ended.
    pub ended_at: At,
    /// `done`, or in a word why not.
    pub outcome: String,
    /// The number of the secret it was tried with.
    pub secret: Option<i64>,
    /// Why it failed.
    pub detail: Option<Text>,
    /// The document it brought.
    pub evidence: Option<String>,
    /// The id of the subject the document is about.
    pub subject: Option<String>,
    /// What changed since the run before, as JSON.
    pub changes: String,
}

const COLUMNS: &str = "id, source, began_at, ended_at, outcome, secret, detail, evidence, subject, changes";

fn run(row: &Row<'_>) -> Result<CollectionRun> {
    let detail: String = row.get(6)?;
    let broken = |error| StoreError::stored("run", error);
    Ok(CollectionRun {
        id: row.get(0)?,
        source: row.get(1)?,
        began_at: at(row.get(2)?)?,
        ended_at: at(row.get(3)?)?,
        outcome: row.get(4)?,
        secret: row.get(5)?,
        detail: if detail.is_empty() { None } else { Some(serde_json::from_str(&detail).map_err(broken)?) },
        evidence: row.get(7)?,
        subject: row.get(8)?,
        changes: row.get(9)?,
    })
}

impl Read<'_> {
    /// The runs of a source, the newest first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn collection_runs(&self, source: &str, most: u32) -> Result<Vec<CollectionRun>> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM collection_run WHERE source = ?1 ORDER BY id DESC LIMIT ?2"),
            (source, most),
            run,
        )
    }

    /// The newest run of a source that brought something.
    ///
    /// # Errors
    /// The database.
    pub fn last_collection(&self, source: &str) -> Result<Option<CollectionRun>> {
        self.row(
            &format!(
                "SELECT {COLUMNS} FROM collection_run WHERE source = ?1 AND evidence IS NOT NULL \
                 ORDER BY id DESC LIMIT 1"
            ),
            [source],
            run,
        )
    }
}

impl Change<'_> {
    /// Writes down that a run begins, before anything is tried: should the program end in the middle, it stays, with the
    /// outcome [`INTERRUPTED`], until [`Change::end_collection_run`].
    ///
    /// # Errors
    /// The database.
    pub fn begin_collection_run(&self, new: &CollectionRun) -> Result<()> {
        self.add_collection_run(&CollectionRun { outcome: INTERRUPTED.to_owned(), ..new.clone() })
    }

    /// Writes down what came of a run that began.
    ///
    /// # Errors
    /// The database.
    pub fn end_collection_run(&self, ended: &CollectionRun) -> Result<()> {
        self.run(
            "DELETE FROM collection_run WHERE source = ?1 AND began_at = ?2 AND outcome = ?3",
            (&ended.source, ended.began_at.unix_secs(), INTERRUPTED),
        )?;
        self.add_collection_run(ended)
    }

    /// Writes a run down; of its source's runs the oldest beyond [`RUNS_KEPT`] go, but never the newest that brought
    /// something.
    ///
    /// # Errors
    /// The database.
    pub fn add_collection_run(&self, new: &CollectionRun) -> Result<()> {
        let detail = match &new.detail {
            Some(text) => serde_json::to_string(text).map_err(|error| StoreError::stored("run", error))?,
            None => String::new(),
        };
        self.run(
            "INSERT INTO collection_run (source, began_at, ended_at, outcome, secret, detail, evidence, subject, \
             changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                &new.source,
                new.began_at.unix_secs(),
                new.ended_at.unix_secs(),
                &new.outcome,
                new.secret,
                detail,
                &new.evidence,
                &new.subject,
                &new.changes,
            ),
        )?;
        self.run(
            "DELETE FROM collection_run WHERE source = ?1 AND id NOT IN \
             (SELECT id FROM collection_run WHERE source = ?1 ORDER BY id DESC LIMIT ?2) AND id IS NOT \
             (SELECT max(id) FROM collection_run WHERE source = ?1 AND evidence IS NOT NULL)",
            (&new.source, RUNS_KEPT),
        )?;
        Ok(())
    }
}
