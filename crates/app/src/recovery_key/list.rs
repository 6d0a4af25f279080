//! The register: which key id belongs to which PC and is kept where; found by the first characters a PC shows when it
//! asks for its recovery key.

use model::facts::{ProtectorKind, Volume};
use model::{Caller, Subject};
use store::Record;

use super::save::same_id;
use super::{KIND, RecoveryKey};
use crate::{Action, App, AppError, Result};

/// The most lines of a search.
const FOUND_MAX: usize = 500;

/// A key in the register.
#[derive(Clone, Debug)]
pub struct RegisterLine {
    /// Its record; without the escrow's ciphertext, which no list needs.
    pub record: Record<RecoveryKey>,
    /// Whether the key itself is in escrow.
    pub in_escrow: bool,
}

/// A key a PC has, as it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriveKey {
    /// Drive letter.
    pub letter: String,
    /// The key's id as the PC writes it.
    pub id: String,
}

/// The keys of one PC: what it has, what is on record.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// Keys it has that are on record nowhere.
    pub missing: Vec<DriveKey>,
    /// Keys on record that it has.
    pub kept: Vec<RegisterLine>,
    /// Keys on record that it no longer has; all of them, when its drives were never read.
    pub unused: Vec<RegisterLine>,
    /// Whether its drives were read.
    pub read: bool,
}

impl App {
    /// The register of all PCs: with words, only keys whose id begins so, or whose PC is called so.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn recovery_keys(&self, caller: &Caller, words: &str) -> Result<Vec<RegisterLine>> {
        self.allow(caller, Action::Look, "recovery_keys")?;
        let all: Vec<Record<RecoveryKey>> = self.store.read(|read| read.records(KIND))?;
        let wanted = words.trim().trim_start_matches('{').to_lowercase();
        let fits = |key: &RecoveryKey| {
            wanted.is_empty()
                || key.protector_id.trim_start_matches('{').to_lowercase().starts_with(&wanted)
                || key.subject.to_lowercase().contains(&wanted)
        };
        Ok(all.into_iter().filter(|record| fits(&record.value)).map(line).take(FOUND_MAX).collect())
    }

    /// The keys of one PC.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn recovery_keys_of(&self, caller: &Caller, subject: &Subject) -> Result<Register> {
        self.allow(caller, Action::Look, &subject.to_string())?;
        self.store.read(|read| read.subject(subject))?.ok_or(AppError::NotFound("subject"))?;
        let kept = self.keys_of(&subject.to_string())?;
        let there = self.protectors_of(subject)?;
        let on_record =
            |key: &DriveKey| kept.iter().any(|record| same_id(&record.value.protector_id, &key.id));
        let missing = there.iter().filter(|key| !on_record(key)).cloned().collect();
        let read = self.section_of(subject, "volumes")?.is_some();
        let (kept, unused) = kept
            .into_iter()
            .map(line)
            .partition(|line| there.iter().any(|key| same_id(&line.record.value.protector_id, &key.id)));
        Ok(Register { missing, kept, unused, read })
    }

    /// The recovery passwords a PC has, as it was last read.
    pub(super) fn protectors_of(&self, subject: &Subject) -> Result<Vec<DriveKey>> {
        let Some(value) = self.section_of(subject, "volumes")? else { return Ok(Vec::new()) };
        let volumes: Vec<Volume> = serde_json::from_value(value)
            .map_err(|error| AppError::Internal(format!("stored section volumes: {error}")))?;
        let mut found = Vec::new();
        for volume in volumes {
            let letter = volume.letter.unwrap_or_default();
            for protector in volume.protectors.into_iter().flatten() {
                if protector.kind == Some(ProtectorKind::RecoveryPassword)
                    && let Some(id) = protector.id
                {
                    found.push(DriveKey { letter: letter.clone(), id });
                }
            }
        }
        Ok(found)
    }
}

fn line(mut record: Record<RecoveryKey>) -> RegisterLine {
    let in_escrow = record.value.escrow.take().is_some();
    RegisterLine { record, in_escrow }
}
