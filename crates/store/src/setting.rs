//! Settings of the company, one JSON value each.

use model::evidence::id_of;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::read::Read;
use crate::write::Change;
use crate::{Result, StoreError};

/// What an audit line holds that vouches for a setting: its name and the SHA-256 of its value.
///
/// # Errors
/// The value has no JSON form.
pub fn witness<T: Serialize>(key: &str, value: &T) -> Result<String> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::stored("setting", error))?;
    Ok(format!("{key} {}", id_of(text.as_bytes())))
}

impl Read<'_> {
    /// A setting.
    ///
    /// # Errors
    /// The database, or a value that does not fit.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let text: Option<String> = self.value("SELECT value FROM setting WHERE key = ?1", [key])?;
        text.map(|text| serde_json::from_str(&text).map_err(|error| StoreError::stored("setting", error)))
            .transpose()
    }
}

impl Change<'_> {
    /// Sets a setting.
    ///
    /// # Errors
    /// The database.
    pub fn set_setting<T: Serialize>(&self, key: &str, value: &T) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|error| StoreError::stored("setting", error))?;
        self.run(
            "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            (key, text),
        )?;
        Ok(())
    }
}
