//! Looking at the audit chain, and proving it.

use model::Caller;
use store::audit::{Line, Verified};

use crate::{Action, App, Result};

impl App {
    /// The newest lines below a number.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn audit_lines(&self, caller: &Caller, below: Option<i64>, most: u32) -> Result<Vec<Line>> {
        self.allow(caller, Action::Look, "audit")?;
        Ok(self.store.read(|read| read.audit_lines(below.unwrap_or(i64::MAX), most.min(500)))?)
    }

    /// Checks the whole chain, and every document and decision against what the chain says: the first altered one is
    /// told.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn verify_audit(&self, caller: &Caller) -> Result<(Verified, Option<String>)> {
        self.allow(caller, Action::Look, "audit")?;
        Ok(self.store.read(|read| Ok::<_, store::StoreError>((read.audit_verify()?, read.altered()?)))?)
    }
}

/// A check's result in parts: how many lines are intact, or the first broken one, and the last hash.
#[must_use]
pub fn proof(verified: &Verified) -> (Option<i64>, Option<i64>, String) {
    match verified {
        Verified::Intact { lines, head } => (Some(*lines), None, head.clone()),
        Verified::Broken { seq } => (None, Some(*seq), String::new()),
    }
}
