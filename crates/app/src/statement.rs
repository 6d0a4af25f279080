//! One statement's page: what is asked, why, how, and how every subject stands.

use model::{Caller, StatementId, Verdict};

use crate::{Action, App, AppError, Result};

/// The most verdicts shown on a page.
pub(crate) const VERDICTS_SHOWN_MAX: u32 = 300;

impl App {
    /// The verdicts of a statement, the worst first.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn verdicts_of(&self, caller: &Caller, statement: &StatementId) -> Result<Vec<Verdict>> {
        self.allow(caller, Action::Look, &statement.0)?;
        if self.catalog().statement(statement).is_none() {
            return Err(AppError::NotFound("statement"));
        }
        self.settle()?;
        Ok(self.store.read(|read| read.verdicts_of_statement(statement, VERDICTS_SHOWN_MAX))?)
    }
}
