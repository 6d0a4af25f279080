//! Signing the frozen list: by whoever lends, by the user, or on paper.

use model::evidence::id_of;
use model::{At, Caller};
use store::Record;

#[cfg(doc)]
use super::ShownLending;
use super::{Baseline, Lending, Side, Signature, Way};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest name under a paper.
const NAME_MAX: usize = 100;

/// What both sign: the SHA-256 over who, which PC, since when, the terms and the frozen list, in hexadecimal.
fn seal(lending: &Lending, number: u64, baseline: &Baseline) -> Result<String> {
    let text = serde_json::to_string(&(
        &lending.device,
        &lending.person,
        lending.lent.to_string(),
        &lending.note,
        number,
        baseline,
    ))
    .map_err(|error| AppError::Internal(format!("sealing: {error}")))?;
    Ok(id_of(text.as_bytes()))
}

impl App {
    /// Signs as whoever lends.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the lending changed since it was shown; [`AppError::Invalid`] before a list is frozen.
    pub fn sign_as_lender(&self, caller: &Caller, id: u64, after: u32) -> Result<()> {
        self.allow(caller, Action::LendingSave, &format!("lending/{id}"))?;
        let record = self.lasting_lending(id)?;
        let name = self.name_of(caller)?;
        self.sign(caller, &record, after, Side::Administrator, name, Way::SignedIn)
    }

    /// Records that the user signed on paper.
    ///
    /// # Errors
    /// As [`App::sign_as_lender`]; a name that is missing.
    pub fn sign_on_paper(&self, caller: &Caller, id: u64, after: u32, name: &str) -> Result<()> {
        self.allow(caller, Action::LendingSave, &format!("lending/{id}"))?;
        let mut findings = Findings::default();
        let name = findings.text("name", name, NAME_MAX);
        findings.done()?;
        let record = self.lasting_lending(id)?;
        self.sign(caller, &record, after, Side::User, name, Way::Paper)
    }

    /// Signs as the user the PC is lent to. `seal` names what the user saw, as [`ShownLending::seal`] gave it; signing
    /// twice changes nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for another person's lending; [`AppError::Conflict`] when the list was frozen anew, or the
    /// terms changed, since they were shown.
    pub fn sign_as_user(&self, caller: &Caller, id: u64, seal: &str) -> Result<()> {
        self.allow(caller, Action::OwnReport, &format!("lending/{id}"))?;
        let record = self.lending_of_caller(caller, id)?;
        if self.seal_of(&record.value)?.as_deref() != Some(seal) {
            return Err(AppError::Conflict);
        }
        if record.value.signature(Side::User).is_some() {
            return Ok(());
        }
        let name = self.name_of(caller)?;
        self.sign(caller, &record, record.version, Side::User, name, Way::SignedIn)
    }

    /// A lending that lasts, of the person a caller's account belongs to.
    pub(super) fn lending_of_caller(&self, caller: &Caller, id: u64) -> Result<Record<Lending>> {
        let account = self.store.read(|read| read.account_by_login(&caller.name))?;
        let person = account.and_then(|account| account.person);
        let record = self.lasting_lending(id)?;
        if person.as_deref() == Some(record.value.person.as_str()) {
            Ok(record)
        } else {
            Err(AppError::NotFound("lending"))
        }
    }

    /// The seal over a lending as it is now; `None` before its list is frozen.
    pub(super) fn seal_of(&self, lending: &Lending) -> Result<Option<String>> {
        let Some(number) = lending.baseline else { return Ok(None) };
        let baseline = self.baseline(number)?.ok_or(AppError::NotFound("baseline"))?;
        seal(lending, number, &baseline.value).map(Some)
    }

    /// The name a caller is known by: the account's, or what stands in the audit chain.
    pub(crate) fn name_of(&self, caller: &Caller) -> Result<String> {
        let account = self.store.read(|read| read.account_by_login(&caller.name))?;
        Ok(account.map_or_else(|| caller.name.clone(), |account| account.name))
    }

    fn sign(
        &self,
        caller: &Caller,
        record: &Record<Lending>,
        after: u32,
        side: Side,
        name: String,
        way: Way,
    ) -> Result<()> {
        let number = record.value.baseline.ok_or_else(|| Invalid::new("baseline", "not-frozen"))?;
        let baseline = self.baseline(number)?.ok_or(AppError::NotFound("baseline"))?;
        let at: At = self.now();
        let mut lending = record.value.clone();
        lending.signatures.retain(|signature| signature.side != side);
        lending.signatures.push(Signature {
            side,
            name,
            login: caller.name.clone(),
            at,
            way,
            seal: seal(&lending, number, &baseline.value)?,
        });
        let what = format!("signed by the {}", side.name());
        self.put_lending(caller, Some((record.id, after)), &lending, &what)?;
        Ok(())
    }
}
