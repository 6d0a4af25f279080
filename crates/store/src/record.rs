//! What the company keeps in its own words, kind by kind: numbered, every version stays, witnessed by the audit chain.

use std::collections::BTreeMap;

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

    /// The hash of an entry; of a new record, whose number is not known before it is written, with its place among the
    /// new ones of the change.
    fn hash(&self, kind: &str, place: usize) -> [u8; 32] {
        let id = self.id.map_or_else(|| format!("new {place}"), |id| id.to_string());
        let mut hasher = Sha256::new();
        for field in [kind, &id, &self.after.to_string(), if self.gone { "gone" } else { "" }, &self.body] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// What the audit line of a change begins with: `records` and the SHA-256 over the entries. The order of new records
/// counts, for it gives them their numbers; that of the others does not.
#[must_use]
pub fn witness(kind: &str, entries: &[Entry]) -> String {
    let mut new = 0;
    let mut hashes: Vec<[u8; 32]> = entries
        .iter()
        .map(|entry| {
            let hash = entry.hash(kind, new);
            new += usize::from(entry.id.is_none());
            hash
        })
        .collect();
    hashes.sort_unstable();
    let digest = Sha256::digest(hashes.concat());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("records {hex}")
}

/// How many seconds a record's time may differ from its audit line's: both are of the same change.
const CLOCK_SECS: i64 = 5;

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

    /// Every version of every record of a kind, also of those that are gone.
    ///
    /// # Errors
    /// The database, or a record that does not fit.
    pub fn record_history<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<Record<T>>> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM record WHERE kind = ?1 ORDER BY id, version"),
            [kind],
            record,
        )
    }

    /// The witness of every change of records, by the number of its audit line, reckoned from what is stored; none of a
    /// change whose records bear another time or name than the audit line, or numbers that were not next.
    pub(crate) fn record_witnesses(&self) -> Result<Vec<(i64, Option<String>)>> {
        let mut found: Vec<(i64, Option<String>)> = Vec::new();
        let mut highest: BTreeMap<String, u64> = BTreeMap::new();
        let mut held: Option<Written> = None;
        self.rows(
            "SELECT record.line, record.kind, record.id, record.version, record.gone, record.body, \
             record.by = audit.caller AND abs(record.at - audit.at) <= ?1 \
             FROM record JOIN audit ON audit.seq = record.line ORDER BY record.line, record.kind, record.id",
            [CLOCK_SECS],
            |row| {
                let (line, kind): (i64, String) = (row.get(0)?, row.get(1)?);
                let version: u32 = row.get(3)?;
                let entry = Entry {
                    id: row.get(2)?,
                    after: version.saturating_sub(1),
                    gone: row.get(4)?,
                    body: row.get(5)?,
                };
                let by_its_line: bool = row.get(6)?;
                match &mut held {
                    Some(own) if own.line == line && own.kind == kind => {
                        own.entries.push(entry);
                        own.by_its_line &= by_its_line;
                    }
                    _ => {
                        found.extend(held.take().map(|own| own.witness(&mut highest)));
                        held = Some(Written { line, kind, entries: vec![entry], by_its_line });
                    }
                }
                Ok(())
            },
        )?;
        found.extend(held.map(|own| own.witness(&mut highest)));
        Ok(found)
    }
}

/// What one change wrote, by number.
struct Written {
    line: i64,
    kind: String,
    entries: Vec<Entry>,
    /// Whether all of it bears the audit line's time and name.
    by_its_line: bool,
}

impl Written {
    /// Its audit line and its witness. `highest` holds the highest number given so far in each kind.
    fn witness(mut self, highest: &mut BTreeMap<String, u64>) -> (i64, Option<String>) {
        let highest = highest.entry(self.kind.clone()).or_default();
        let mut sound = self.by_its_line;
        for entry in self.entries.iter_mut().filter(|entry| entry.after == 0) {
            // Written as a new record: its number was the next one.
            let id = entry.id.take();
            *highest += 1;
            sound &= id == Some(*highest);
        }
        (self.line, sound.then(|| witness(&self.kind, &self.entries)))
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
            if entry.id.is_some() != (entry.after > 0) {
                // Numbers of new records are given here and nowhere else.
                return Err(StoreError::Conflict);
            }
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
