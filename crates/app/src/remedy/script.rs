//! A remedy's script, to keep and run by hand.

use model::Caller;

use crate::{Action, App, AppError, Result};

/// A script as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its file name, of ASCII letters.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl App {
    /// The script of a remedy. It holds nothing of the company's, so whoever signed in may have it.
    ///
    /// # Errors
    /// [`AppError::Denied`], [`AppError::NotFound`].
    pub fn remedy_script(&self, caller: &Caller, id: &str) -> Result<Script> {
        self.allow(caller, Action::OwnLook, id)?;
        let found = remedy::find(id).ok_or(AppError::NotFound("remedy"))?;
        Ok(Script { name: remedy::script_name(found), text: remedy::script(found) })
    }
}
