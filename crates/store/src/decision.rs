//! What was decided about each checklist row; every version stays.

use model::At;
use model::decision::Decision;
use rusqlite::Row;

use crate::account::at;
use crate::read::Read;
use crate::write::Change;
use crate::{Result, StoreError};

/// One version of a row's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The row.
    pub row: u32,
    /// The version, from 1.
    pub version: u32,
    /// When.
    pub at: At,
    /// Who.
    pub by: String,
    /// What.
    pub decision: Decision,
}

fn version(row: &Row<'_>) -> Result<Version> {
    let body: String = row.get(4)?;
    Ok(Version {
        row: row.get(0)?,
        version: row.get(1)?,
        at: at(row.get(2)?)?,
        by: row.get(3)?,
        decision: serde_json::from_str(&body).map_err(|error| StoreError::stored("decision", error))?,
    })
}

impl Read<'_> {
    /// The newest version of every row that has one.
    ///
    /// # Errors
    /// The database.
    pub fn decisions(&self) -> Result<Vec<Version>> {
        self.rows(
            "SELECT row, version, at, by, body FROM decision AS own WHERE version = \
             (SELECT max(version) FROM decision WHERE row = own.row) ORDER BY row",
            [],
            version,
        )
    }

    /// The versions of one row, the newest first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn decision_versions(&self, row: u32, most: u32) -> Result<Vec<Version>> {
        self.rows(
            "SELECT row, version, at, by, body FROM decision WHERE row = ?1 ORDER BY version DESC LIMIT ?2",
            (row, most),
            version,
        )
    }
}

impl Read<'_> {
    /// The numbers of all rows that were ever decided.
    ///
    /// # Errors
    /// The database.
    pub fn decided_rows(&self) -> Result<Vec<u32>> {
        self.rows("SELECT DISTINCT row FROM decision ORDER BY row", [], |row| Ok(row.get(0)?))
    }
}

impl Change<'_> {
    /// Adds a version to a row. `after` is the version the writer saw, 0 for none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody added one in the meantime.
    pub fn add_decision(&self, row: u32, after: u32, decision: &Decision, by: &str, now: At) -> Result<u32> {
        let newest: u32 =
            self.value("SELECT coalesce(max(version), 0) FROM decision WHERE row = ?1", [row])?.unwrap_or(0);
        if newest != after {
            return Err(StoreError::Conflict);
        }
        let body = serde_json::to_string(decision).map_err(|error| StoreError::stored("decision", error))?;
        self.run(
            "INSERT INTO decision (row, version, at, by, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            (row, newest + 1, now.unix_secs(), by, body),
        )?;
        Ok(newest + 1)
    }
}
