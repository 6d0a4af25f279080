//! What the company keeps in its own words, kind by kind: numbered, every version stays, witnessed by the audit chain.

use model::At;
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::account::at;
use crate::read::Read;
use crate::write::Change;
use crate::{Result, StoreError};

/// One version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<T> {
    /// Its number within its kind, from 1.
    pub id: u64,
    /// Its version, from 1.
    pub version: u32,
    /// When it was written.
    pub at: At,
    /// By whom.
    pub by: String,
    /// Whether this version says that it is no longer there.
    pub gone: bool,
    /// What it says.
    pub value: T,
}

/// A version to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record; a new one when absent.
    pub id: Option<u64>,
    /// The version the writer saw; 0 for a new record.
    pub after: u32,
    /// Whether the record is no longer there from now on.
    pub gone: bool,
    body: String,
}

impl Entry {
    /// A new record.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn new(value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(value).map_err(|error| StoreError::stored("record", error))?;
        Ok(Self { id: None, after: 0, gone: false, body })
    }

    /// The next version of a record.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn next(id: u64, after: u32, value: &impl Serialize) -> Result<Self> {
        Ok(Self { id: Some(id), after, ..Self::new(value)? })
    }

    /// The same as the last word on a record.
    #[must_use]
    pub fn gone(self) -> Self {
        Self { gone: true, ..self }
    }

    fn hash(&self, kind: &str) -> [u8; 32] {
        // The number of a new record is not known before it is written; its place in the chain says the rest.
        let id = self.id.filter(|_| self.after > 0).map(|id| id.to_string()).unwrap_or_default();
        let mut hasher = Sha256::new();
        for field in [kind, &id, &self.after.to_string(), if self.gone { "gone" } else { "" }, &self.body] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// What the audit line of a change begins with: `records` and the SHA-256 over the entries, whatever their order.
#[must_use]
pub fn witness(kind: &str, entries: &[Entry]) -> String {
    let mut hashes: Vec<[u8; 32]> = entries.iter().map(|entry| entry.hash(kind)).collect();
    hashes.sort_unstable();
    let digest = Sha256::digest(hashes.concat());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("records {hex}")
}

const COLUMNS: &str = "id, version, at, by, gone, body";

fn record<T: DeserializeOwned>(row: &Row<'_>) -> Result<Record<T>> {
    let body: String = row.get(5)?;
    Ok(Record {
        id: row.get(0)?,
        version: row.get(1)?,
        at: at(row.get(2)?)?,
        by: row.get(3)?,
        gone: row.get(4)?,
        value: serde_json::from_str(&body).map_err(|error| StoreError::stored("record", error))?,
    })
}

impl Read<'_> {
    /// The newest version of every record of a kind that is still there, by number.
    ///
    /// # Errors
    /// The database, or a record that does not fit.
    pub fn records<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<Record<T>>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM record AS own WHERE kind = ?1 AND gone = 0 AND version = \
                 (SELECT max(version) FROM record WHERE kind = own.kind AND id = own.id) ORDER BY id"
            ),
            [kind],
            record,
        )
    }

    /// The newest version of a record, also when it says that the record is gone.
    ///
    /// # Errors
    /// The database, or a record that does not fit.
    pub fn record<T: DeserializeOwned>(&self, kind: &str, id: u64) -> Result<Option<Record<T>>> {
        self.row(
            &format!(
                "SELECT {COLUMNS} FROM record WHERE kind = ?1 AND id = ?2 ORDER BY version DESC LIMIT 1"
            ),
            (kind, id),
            record,
        )
    }

    /// The versions of a record, the newest first, at most so many.
    ///
    /// # Errors
    /// The database, or a record that does not fit.
    pub fn record_versions<T: DeserializeOwned>(
        &self,
        kind: &str,
        id: u64,
        most: u32,
    ) -> Result<Vec<Record<T>>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM record WHERE kind = ?1 AND id = ?2 ORDER BY version DESC LIMIT ?3"
            ),
            (kind, id, most),
            record,
        )
    }

    /// The witness of every change of records, by the number of its audit line, reckoned from what is stored.
    pub(crate) fn record_witnesses(&self) -> Result<Vec<(i64, String)>> {
        let mut found: Vec<(i64, String)> = Vec::new();
        let mut held: Option<(i64, String, Vec<Entry>)> = None;
        self.rows("SELECT line, kind, id, version, gone, body FROM record ORDER BY line, kind", [], |row| {
            let (line, kind): (i64, String) = (row.get(0)?, row.get(1)?);
            let version: u32 = row.get(3)?;
            let entry = Entry {
                id: row.get(2)?,
                after: version.saturating_sub(1),
                gone: row.get(4)?,
                body: row.get(5)?,
            };
            match &mut held {
                Some((of, same, entries)) if *of == line && *same == kind => entries.push(entry),
                _ => {
                    found.extend(held.take().map(|(line, kind, own)| (line, witness(&kind, &own))));
                    held = Some((line, kind, vec![entry]));
                }
            }
            Ok(())
        })?;
        found.extend(held.map(|(line, kind, own)| (line, witness(&kind, &own))));
        Ok(found)
    }
}

impl Change<'_> {
    /// Writes versions of records of one kind; the audit line must begin with their [`witness`]. Gives the number and
    /// version of each.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody wrote a version of one of them in the meantime: then none is written.
    pub fn put_records(&self, kind: &str, entries: &[Entry], by: &str, now: At) -> Result<Vec<(u64, u32)>> {
        let line: i64 = self.value("SELECT max(seq) FROM audit", [])?.unwrap_or(0);
        let mut next: u64 = self
            .value::<u64>("SELECT coalesce(max(id), 0) + 1 FROM record WHERE kind = ?1", [kind])?
            .unwrap_or(1);
        let mut written = Vec::with_capacity(entries.len());
        for entry in entries {
            let id = entry.id.unwrap_or(next);
            next = next.max(id + 1);
            let newest: u32 = self
                .value(
                    "SELECT coalesce(max(version), 0) FROM record WHERE kind = ?1 AND id = ?2",
                    (kind, id),
                )?
                .unwrap_or(0);
            if newest != entry.after {
                return Err(StoreError::Conflict);
            }
            self.run(
                "INSERT INTO record (kind, id, version, at, by, line, gone, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                (kind, id, newest + 1, now.unix_secs(), by, line, entry.gone, &entry.body),
            )?;
            written.push((id, newest + 1));
        }
        Ok(written)
    }
}
