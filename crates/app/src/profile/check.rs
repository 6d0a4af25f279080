//! Trying a check before it is kept: against what is known of the company now.

use std::sync::Arc;

use guideline::Profile;
use guideline::catalog::Group;
use guideline::profile::OwnStatement;
use model::verdict::Counts;
use model::{Caller, Level, StatementId, SubjectKind, Text, Verdict};

use crate::{Action, App, AppError, Result, Standard};

/// The most verdicts shown.
const VERDICTS_SHOWN_MAX: usize = 50;
/// The statement tried; it is never kept under this id.
const TRIED: &str = "C999-1";

/// A check to try.
#[derive(Clone, Debug, Default)]
pub struct TrialForm {
    /// The kind of subject's name.
    pub subject: String,
    /// CEL: true when it is met.
    pub holds: String,
    /// CEL: a list of what is at fault; may be empty.
    pub offenders: String,
    /// Sections of lists it reads, as `devices.antivirus`, blank between them.
    pub needs: String,
}

/// How it came out.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// What is wrong with it: what, what to do.
    pub problems: Vec<(String, String)>,
    /// How many subjects stand how.
    pub counts: Counts,
    /// The verdicts, the worst first, at most [`VERDICTS_SHOWN_MAX`].
    pub verdicts: Vec<Verdict>,
}

impl App {
    /// Judges all subjects by a check without keeping anything.
    ///
    /// # Errors
    /// The caller may not, or the database. What is wrong with the check is in the trial.
    pub fn try_check(&self, caller: &Caller, form: &TrialForm) -> Result<Trial> {
        self.allow(caller, Action::Look, "profile trial")?;
        let Ok(subject) = form.subject.parse::<SubjectKind>() else {
            return Err(crate::Invalid::new("subject", "unknown-choice").into());
        };
        let standard = self.standard();
        let offenders = form.offenders.trim();
        let own = OwnStatement {
            id: StatementId(TRIED.to_owned()),
            group: Group::Device,
            level: Level::May,
            subject,
            title: Text::new("試した検査", "the check tried"),
            text: Text::new("試した検査", "the check tried"),
            why: Text::default(),
            holds: form.holds.trim().to_owned(),
            offenders: (!offenders.is_empty()).then(|| offenders.to_owned()),
            needs: form.needs.split_whitespace().map(str::to_owned).collect(),
            max_age_days: 400,
            remedy: Text::new("–", "–"),
        };
        let name = Text::new("試し", "trial");
        let profile = Profile { id: "trial".into(), name, statements: vec![own], ..Profile::default() };
        let tried = match Standard::of(Arc::clone(&standard.base), &profile) {
            Ok(tried) => tried,
            Err(AppError::Misfit(problems)) => return Ok(Trial { problems, ..Trial::default() }),
            Err(AppError::Judge(error)) => {
                return Ok(Trial { problems: vec![(error.to_string(), String::new())], ..Trial::default() });
            }
            Err(other) => return Err(other),
        };
        let id = StatementId(TRIED.to_owned());
        let judge = guideline::Judge::of(&tried.catalog, &tried.profile, |statement| *statement == id)?;
        let mut trial = Trial::default();
        self.judge_all(&judge, &mut |verdict| {
            trial.counts.add(verdict.verdict, 1);
            trial.verdicts.push(verdict.clone());
        })?;
        trial.verdicts.sort_by(|a, b| (a.verdict, &a.subject).cmp(&(b.verdict, &b.subject)));
        trial.verdicts.truncate(VERDICTS_SHOWN_MAX);
        Ok(trial)
    }
}
