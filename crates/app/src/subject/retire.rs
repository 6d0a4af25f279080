//! Taking a subject out of judging: returned, scrapped, left. Its evidence stays.

use model::{Caller, Subject, SubjectKind};

use crate::{Action, App, AppError, Result};

impl App {
    /// Takes a subject out of judging, or back in.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn set_subject_retired(&self, caller: &Caller, subject: &Subject, retired: bool) -> Result<()> {
        let object = subject.to_string();
        self.allow(caller, Action::SubjectRetire, &object)?;
        if subject.kind == SubjectKind::Company {
            return Err(AppError::NotFound("subject"));
        }
        let now = self.now();
        let detail = if retired { "taken out of judging" } else { "back in judging" };
        self.store.change(&self.act(caller, Action::SubjectRetire, &object, detail), |change| {
            change.subject(subject)?.ok_or(AppError::NotFound("subject"))?;
            change.set_retired(subject, retired.then_some(now)).map_err(AppError::from)
        })?;
        self.judge_retired(subject)
    }
}
