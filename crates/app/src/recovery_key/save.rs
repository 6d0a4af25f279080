//! Recording where a key is kept, and with escrow the key itself.

use model::facts;
use model::{Caller, Source, Subject, SubjectKind};
use serde_json::Map;
use store::{Entry, Record};

use super::{KIND, NotDigits, RecoveryKey, digits};
use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// The longest place and id.
const PLACE_MAX: usize = 200;
const ID_MAX: usize = 100;

/// The form, as typed. The digits are written nowhere but encrypted.
#[derive(Clone, Default)]
pub struct KeyForm {
    /// The key's id.
    pub protector_id: String,
    /// Whether it was printed.
    pub printed: bool,
    /// Where it is kept.
    pub kept_where: String,
    /// The 48 digits, for the escrow; may be empty.
    pub digits: String,
}

impl App {
    /// Records where a key of a PC is kept; of a key on record, anew. States section `recovery_key` of the PC.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::NotFound`].
    pub fn keep_recovery_key(&self, caller: &Caller, subject: &Subject, form: &KeyForm) -> Result<u64> {
        let object = subject.to_string();
        self.allow(caller, Action::RecoveryKeySave, &object)?;
        if subject.kind != SubjectKind::Device {
            return Err(AppError::NotFound("device"));
        }
        self.store.read(|read| read.subject(subject))?.ok_or(AppError::NotFound("subject"))?;
        let mut findings = Findings::default();
        let protector_id = findings.text("protector_id", &form.protector_id, ID_MAX).to_uppercase();
        let kept_where = findings.text("kept_where", &form.kept_where, PLACE_MAX);
        let escrow = match form.digits.trim() {
            "" => None,
            typed => match digits::read(typed) {
                Ok(digits) => Some(self.encrypted(&digits)),
                Err(NotDigits::Count) => {
                    findings.add(Invalid::new("digits", "not-48-digits"));
                    None
                }
                Err(NotDigits::Group(group)) => {
                    findings.add(Invalid::new("digits", "digit-group").with(group));
                    None
                }
            },
        };
        findings.done()?;
        let escrow = escrow.transpose()?;
        let former = self.key_on_record(&object, &protector_id)?;
        let kept = former.as_ref().and_then(|record| record.value.escrow.clone());
        let key = RecoveryKey {
            subject: object.clone(),
            protector_id,
            printed: form.printed,
            kept_where,
            recorded_by: self.name_of(caller)?,
            recorded_at: self.now(),
            escrow: escrow.or(kept),
        };
        let entries = [match former {
            Some(former) => Entry::next(former.id, former.version, &key)?,
            None => Entry::new(&key)?,
        }];
        let number = self.put_key(caller, &object, &entries, &key.protector_id, "kept")?;
        self.state_keys(caller, subject)?;
        Ok(number)
    }

    /// Takes a key off the register: it no longer opens anything. Its versions stay.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`].
    pub fn drop_recovery_key(&self, caller: &Caller, subject: &Subject, id: u64, after: u32) -> Result<()> {
        let object = subject.to_string();
        self.allow(caller, Action::RecoveryKeySave, &object)?;
        let record: Option<Record<RecoveryKey>> = self.store.read(|read| read.record(KIND, id))?;
        let record = record
            .filter(|record| !record.gone && record.value.subject == object)
            .ok_or(AppError::NotFound("recovery key"))?;
        let entries = [Entry::next(id, after, &record.value)?.gone()];
        self.put_key(caller, &object, &entries, &record.value.protector_id, "dropped")?;
        self.state_keys(caller, subject)
    }

    fn put_key(
        &self,
        caller: &Caller,
        object: &str,
        entries: &[Entry],
        protector_id: &str,
        what: &str,
    ) -> Result<u64> {
        let detail = format!("{} {protector_id} {what}", store::record::witness(KIND, entries));
        let now = self.now();
        let act = self.act(caller, Action::RecoveryKeySave, object, &detail);
        let written = self.store.change(&act, |change| {
            change.put_records(KIND, entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(written.first().map_or(0, |(id, _)| *id))
    }

    /// The register's keys of a subject.
    pub(crate) fn keys_of(&self, object: &str) -> Result<Vec<Record<RecoveryKey>>> {
        let all: Vec<Record<RecoveryKey>> = self.store.read(|read| read.records(KIND))?;
        Ok(all.into_iter().filter(|record| record.value.subject == object).collect())
    }

    fn key_on_record(&self, object: &str, protector_id: &str) -> Result<Option<Record<RecoveryKey>>> {
        let mut own = self.keys_of(object)?.into_iter();
        Ok(own.find(|record| same_id(&record.value.protector_id, protector_id)))
    }

    /// States what the register says of a PC. The ids are written as the PC writes them, so that they compare.
    fn state_keys(&self, caller: &Caller, subject: &Subject) -> Result<()> {
        let keys = self.keys_of(&subject.to_string())?;
        let read = self.protectors_of(subject)?;
        let ids = keys.iter().map(|record| {
            let own = &record.value.protector_id;
            read.iter().map(|key| &key.id).find(|id| same_id(id, own)).unwrap_or(own).clone()
        });
        let mut places: Vec<&str> = keys.iter().map(|record| record.value.kept_where.as_str()).collect();
        places.sort_unstable();
        places.dedup();
        let section = facts::RecoveryKey {
            protector_ids: Some(ids.collect()),
            printed: Some(!keys.is_empty() && keys.iter().all(|record| record.value.printed)),
            kept_where: Some(places.join(", ")),
            recorded_by: keys.last().map(|record| record.value.recorded_by.clone()),
        };
        let mut stated = Map::new();
        let value = serde_json::to_value(section)
            .map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
        stated.insert("recovery_key".to_owned(), value);
        self.state(
            caller,
            Action::RecoveryKeySave,
            Statement {
                subject: subject.clone(),
                name: String::new(),
                source: Source::Record,
                facts: stated,
                detail: format!("{} recovery keys on record", keys.len()),
            },
        )?;
        Ok(())
    }
}

/// Whether two ids are the same: systems differ in braces and case.
pub(crate) fn same_id(one: &str, other: &str) -> bool {
    let plain = |id: &str| id.trim_matches(['{', '}', ' ']).to_ascii_lowercase();
    plain(one) == plain(other)
}
