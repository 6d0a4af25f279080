//! How what is at fault is mended: for the person in front of the PC, in plain words, and as a script.

mod script;
mod show;

use model::{Caller, Subject, SubjectKind};
pub use remedy::{Change, Remedy, System};
pub use script::Script;
pub use show::{Fault, Mending};

use crate::{Action, App, AppError, Result};

impl App {
    /// Lets whoever may look at everything go on, and staff where the PC is their own.
    fn allow_own(&self, caller: &Caller, subject: &Subject) -> Result<()> {
        if Action::Look.open_to(caller.role) {
            return self.allow(caller, Action::Look, &subject.to_string());
        }
        self.allow(caller, Action::OwnLook, &subject.to_string())?;
        if subject.kind == SubjectKind::Device && self.is_own(caller, subject)? {
            return Ok(());
        }
        self.refuse(caller, Action::OwnLook, &subject.to_string())?;
        // Whether there is such a PC is nobody else's business.
        Err(AppError::NotFound("subject"))
    }

    /// Whether a PC is lent to the caller.
    fn is_own(&self, caller: &Caller, device: &Subject) -> Result<bool> {
        let person = self.person_of(caller)?;
        Ok(self.owner_of(device)?.as_deref() == Some(person.as_str()))
    }
}
