//! Sealed secrets by name. What is in them, and the key, are not known here; nor does an audit line ever hold them.

use model::At;
use rusqlite::Row;

use crate::Result;
use crate::account::at;
use crate::read::Read;
use crate::write::Change;

/// A sealed secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its number: another one each time it is set.
    pub id: i64,
    /// What it is for, for example `directory/1`.
    pub name: String,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// When it was set.
    pub set_at: At,
    /// By whom.
    pub set_by: String,
}

fn secret(row: &Row<'_>) -> Result<Secret> {
    Ok(Secret {
        id: row.get(0)?,
        name: row.get(1)?,
        sealed: row.get(2)?,
        set_at: at(row.get(3)?)?,
        set_by: row.get(4)?,
    })
}

impl Read<'_> {
    /// The secret of a name.
    ///
    /// # Errors
    /// The database.
    pub fn secret(&self, name: &str) -> Result<Option<Secret>> {
        self.row("SELECT id, name, sealed, set_at, set_by FROM secret WHERE name = ?1", [name], secret)
    }
}

impl Change<'_> {
    /// Sets a secret in place of the one of that name, and gives its number.
    ///
    /// # Errors
    /// The database.
    pub fn set_secret(&self, name: &str, sealed: &[u8], by: &str, now: At) -> Result<i64> {
        self.drop_secret(name)?;
        self.run(
            "INSERT INTO secret (name, sealed, set_at, set_by) VALUES (?1, ?2, ?3, ?4)",
            (name, sealed, now.unix_secs(), by),
        )?;
        Ok(self.value("SELECT id FROM secret WHERE name = ?1", [name])?.unwrap_or_default())
    }

    /// Deletes a secret. False when there is none of that name.
    ///
    /// # Errors
    /// The database.
    pub fn drop_secret(&self, name: &str) -> Result<bool> {
        // What is deleted is written over, not only forgotten.
        self.value::<i64>("PRAGMA secure_delete = ON", [])?;
        Ok(self.run("DELETE FROM secret WHERE name = ?1", [name])? > 0)
    }
}
