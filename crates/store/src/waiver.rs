//! Acceptances with an end.

use model::{At, StatementId, Subject, Waiver};
use sha2::{Digest as _, Sha256};

use crate::account::at;
use crate::read::Read;
use crate::subject::kind;
use crate::write::Change;
use crate::{Result, StoreError};

/// An acceptance with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverLine {
    /// Its number.
    pub id: i64,
    /// The acceptance.
    pub waiver: Waiver,
}

/// What the audit line of an acceptance begins with: `waiver` and the SHA-256 over all of it but its end, which may come
/// earlier.
///
/// # Errors
/// The basis has no JSON form.
pub fn witness(waiver: &Waiver) -> Result<String> {
    let basis =
        serde_json::to_string(&waiver.basis).map_err(|error| StoreError::stored("acceptance", error))?;
    let subject = waiver.subject.as_ref().map(ToString::to_string).unwrap_or_default();
    let from = waiver.from.unix_secs().to_string();
    let mut hasher = Sha256::new();
    for field in [&waiver.statement.0, &subject, &waiver.reason, &waiver.by, &from, &basis] {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("waiver {hex}"))
}

impl Read<'_> {
    /// All acceptances, the newest first.
    ///
    /// # Errors
    /// The database.
    pub fn waivers(&self) -> Result<Vec<WaiverLine>> {
        self.rows(
            "SELECT id, statement, kind, subject, reason, by, from_at, until_at, basis FROM waiver ORDER BY id DESC",
            [],
            |row| {
                let (of, id): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
                let basis: Option<String> = row.get(8)?;
                let subject = match (of, id) {
                    (Some(of), Some(id)) => Some(Subject::new(kind(&of)?, id)),
                    _ => None,
                };
                Ok(WaiverLine {
                    id: row.get(0)?,
                    waiver: Waiver {
                        statement: StatementId(row.get(1)?),
                        subject,
                        reason: row.get(4)?,
                        by: row.get(5)?,
                        from: at(row.get(6)?)?,
                        until: at(row.get(7)?)?,
                        basis: basis
                            .map(|basis| serde_json::from_str(&basis))
                            .transpose()
                            .map_err(|error| StoreError::stored("acceptance", error))?,
                    },
                })
            },
        )
    }
}

impl Change<'_> {
    /// Adds an acceptance.
    ///
    /// # Errors
    /// The database, which also refuses one that ends before it begins.
    pub fn add_waiver(&self, waiver: &Waiver) -> Result<i64> {
        let subject = waiver.subject.as_ref();
        let basis = waiver.basis.as_ref().map(serde_json::to_string).transpose();
        let basis = basis.map_err(|error| StoreError::stored("acceptance", error))?;
        self.run(
            "INSERT INTO waiver (statement, kind, subject, reason, by, from_at, until_at, basis) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                &waiver.statement.0,
                subject.map(|subject| subject.kind.name()),
                subject.map(|subject| &subject.id),
                &waiver.reason,
                &waiver.by,
                waiver.from.unix_secs(),
                waiver.until.unix_secs(),
                basis,
            ),
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Ends an acceptance now; it stays on record.
    ///
    /// # Errors
    /// The database.
    pub fn end_waiver(&self, id: i64, now: At) -> Result<bool> {
        let ended = self.run(
            "UPDATE waiver SET until_at = max(from_at + 1, ?2) WHERE id = ?1 AND until_at > ?2",
            (id, now.unix_secs()),
        )?;
        Ok(ended == 1)
    }
}
