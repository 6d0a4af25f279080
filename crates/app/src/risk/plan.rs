//! What a budget does best, made the plan: the chosen rows are decided as to be done, all by one day.

use model::Caller;
use model::decision::{Choice, Day, Decision};

use crate::checklist::Form;
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The most rows taken into the plan at once.
const ROWS_MAX: usize = 200;
/// The longest name of who sees to it, as in a row's own form.
const OWNER_MAX: usize = 100;

/// The form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanForm {
    /// Row numbers, each with the version the writer saw, 0 for none.
    pub rows: Vec<(u32, u32)>,
    /// By when.
    pub due: String,
    /// Who sees to it; may be empty.
    pub owner: String,
}

/// What became of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rows decided as to be done.
    pub planned: Vec<u32>,
    /// Rows left as they are: somebody decided or changed them in the meantime, or they cannot be saved as they stand.
    pub passed_over: Vec<u32>,
}

impl App {
    /// Decides rows nobody has decided on as to be done, each as a new version of its own; all else they say stays.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault: then nothing is saved; the caller may not, or the database.
    pub fn plan_rows(&self, caller: &Caller, form: &PlanForm) -> Result<Taken> {
        self.allow(caller, Action::DecisionSave, "checklist")?;
        let mut findings = Findings::default();
        if form.due.trim().parse::<Day>().is_err() {
            findings.add(Invalid::new("due", "not-a-day"));
        }
        let owner = findings.optional("owner", &form.owner, OWNER_MAX);
        if form.rows.is_empty() {
            findings.add(Invalid::new("rows", "missing"));
        } else if form.rows.len() > ROWS_MAX {
            findings.add(Invalid::new("rows", "too-many").with(ROWS_MAX));
        }
        findings.done()?;
        let lines = self.rows(caller)?;
        let known = |no: u32| lines.iter().find(|line| line.row.no == no).ok_or(AppError::NotFound("row"));
        // Nothing is saved when a row does not exist.
        let rows =
            form.rows.iter().map(|(no, after)| Ok((known(*no)?, after))).collect::<Result<Vec<_>>>()?;
        let mut taken = Taken::default();
        for (line, after) in rows {
            let no = line.row.no;
            let version = line.version.as_ref().map_or(0, |version| version.version);
            let decision: Decision =
                line.version.as_ref().map(|version| version.decision.clone()).unwrap_or_default();
            let own = Form {
                choice: Choice::Do.name().to_owned(),
                due: form.due.clone(),
                owner: owner.clone(),
                ..Form::of(&decision, *after)
            };
            let outcome = if version == *after && decision.choice == Choice::Open {
                self.decide(caller, no, &own)
            } else {
                Err(AppError::Conflict)
            };
            match outcome {
                Ok(_) => taken.planned.push(no),
                Err(AppError::Conflict | AppError::Invalid(_)) => taken.passed_over.push(no),
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }
}
