//! The escrow: a key of the administrators that this program makes, shows once and forgets; what is encrypted for it can
//! only be read by whoever brings it. Every look is written down before it happens.

use std::str::FromStr as _;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use model::{At, Caller};
use serde::{Deserialize, Serialize};
use store::Record;

use super::{KIND, RecoveryKey};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The setting that holds for whom is encrypted.
const SETTING: &str = "escrow";
/// The longest reason for a look.
const REASON_MAX: usize = 500;

/// For whom recovery keys are encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escrow {
    /// The public half, `age1…`.
    pub recipient: String,
    /// When it was made.
    pub made_at: At,
    /// By whom.
    pub made_by: String,
}

/// The form of a look, as typed. Its key is never written anywhere.
#[derive(Clone, Default)]
pub struct OpenForm {
    /// Why it is needed.
    pub reason: String,
    /// The administrators' key, `AGE-SECRET-KEY-1…`.
    pub key: String,
}

/// A recovery password, in the clear, to be shown once. Prints as nothing.
pub struct Opened {
    /// Of which key.
    pub protector_id: String,
    /// The 48 digits in groups.
    pub digits: String,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("protector_id", &self.protector_id).finish_non_exhaustive()
    }
}

impl App {
    /// For whom recovery keys are encrypted; `None` while the company keeps them on paper only.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn escrow(&self, caller: &Caller) -> Result<Option<Escrow>> {
        self.allow(caller, Action::Look, "escrow")?;
        Ok(self.store.read(|read| read.setting::<Option<Escrow>>(SETTING))?.flatten())
    }

    /// Makes a key and begins the escrow with it; gives its secret half, which is kept nowhere. What was encrypted for a
    /// former key stays readable with that one.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn begin_escrow(&self, caller: &Caller) -> Result<String> {
        self.allow(caller, Action::EscrowSave, "escrow")?;
        let identity = Identity::generate();
        let escrow = Escrow {
            recipient: identity.to_public().to_string(),
            made_at: self.now(),
            made_by: caller.name.clone(),
        };
        self.set_escrow(caller, Some(escrow), "begun")?;
        Ok(identity.to_string().expose_secret().to_owned())
    }

    /// Ends the escrow: nothing more is encrypted; what is there stays.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn end_escrow(&self, caller: &Caller) -> Result<()> {
        self.allow(caller, Action::EscrowSave, "escrow")?;
        self.set_escrow(caller, None, "ended")
    }

    /// Keeps the setting; its audit line vouches for it.
    fn set_escrow(&self, caller: &Caller, escrow: Option<Escrow>, what: &str) -> Result<()> {
        let recipient = escrow.as_ref().map(|escrow| escrow.recipient.as_str()).unwrap_or_default();
        let detail = format!("{}, {what} {recipient}", store::setting::witness(SETTING, &escrow)?);
        let act = self.act(caller, Action::EscrowSave, "escrow", detail.trim_end());
        self.store.change(&act, |change| change.set_setting(SETTING, &escrow).map_err(AppError::from))
    }

    /// Encrypts the digits for the administrators' key.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when there is no escrow.
    pub(super) fn encrypted(&self, digits: &str) -> Result<String> {
        let escrow = self.store.read(|read| read.setting::<Option<Escrow>>(SETTING))?.flatten();
        let escrow = escrow.ok_or_else(|| Invalid::new("digits", "no-escrow"))?;
        let recipient = Recipient::from_str(&escrow.recipient)
            .map_err(|error| AppError::Internal(format!("the escrow's recipient: {error}")))?;
        age::encrypt_and_armor(&recipient, digits.as_bytes())
            .map_err(|error| AppError::Internal(format!("encrypting for the escrow: {error}")))
    }

    /// Opens a recovery key in escrow. The audit line that says who looked, and why, is written before.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a reason or key that is missing or does not fit; [`AppError::NotFound`].
    pub fn open_escrow(&self, caller: &Caller, id: u64, form: &OpenForm) -> Result<Opened> {
        let object = format!("recovery_key/{id}");
        self.allow(caller, Action::EscrowOpen, &object)?;
        let record: Option<Record<RecoveryKey>> = self.store.read(|read| read.record(KIND, id))?;
        let record = record.filter(|record| !record.gone).ok_or(AppError::NotFound("recovery key"))?;
        let sealed = record.value.escrow.ok_or(AppError::NotFound("recovery key in escrow"))?;
        let mut findings = Findings::default();
        let reason = findings.text("reason", &form.reason, REASON_MAX);
        // What a parser says may repeat what was typed: only that it does not fit is said.
        let identity = Identity::from_str(form.key.trim()).ok();
        if identity.is_none() {
            findings.add(Invalid::new("key", "not-an-escrow-key"));
        }
        let detail = format!("{} {reason}", record.value.protector_id);
        let act = self.act(caller, Action::EscrowOpen, &object, &detail);
        let Some(identity) = identity.filter(|_| !findings.any()) else {
            // A try that cannot succeed is a try all the same.
            self.store.denied(&act)?;
            return findings.done().and(Err(AppError::Denied));
        };
        self.store.change(&act, |_| {
            let bytes = age::decrypt(&identity, sealed.as_bytes())
                .map_err(|_| AppError::from(Invalid::new("key", "other-escrow-key")))?;
            let digits = String::from_utf8(bytes)
                .map_err(|_| AppError::Internal("what was in escrow is no text".to_owned()))?;
            Ok(Opened { protector_id: record.value.protector_id.clone(), digits })
        })
    }
}
