//! Trying a check before it is kept: against what is known of the company now.

use std::collections::BTreeMap;
use std::sync::Arc;

use guideline::Profile;
use guideline::catalog::Group;
use guideline::profile::{Misfits, OwnStatement};
use model::verdict::Counts;
use model::{Caller, Level, StatementId, Subject, SubjectKind, Text, Verdict};
use serde_json::Value;

use super::OwnStatementForm;
use crate::{Action, App, AppError, Result, Standard};

/// The most verdicts shown.
const VERDICTS_SHOWN_MAX: usize = 50;
/// The statement tried; it is never kept under this id.
const TRIED: &str = "C999-1";

/// How many days evidence counts in a trial when the form does not say.
const DAYS: i64 = 400;

/// A check as typed.
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
    /// What is wrong with it.
    pub problems: Misfits,
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
    pub fn try_check(&self, caller: &Caller, asked: &OwnStatementForm) -> Result<Trial> {
        self.allow(caller, Action::ProfileSave, "profile trial")?;
        // A trial judges everything: one at a time.
        let Ok(_one_at_a_time) = self.trying.try_lock() else { return Err(AppError::Wait(5)) };
        let form = &asked.check;
        let Ok(subject) = form.subject.parse::<SubjectKind>() else {
            return Err(crate::Invalid::new("subject", "unknown-choice").into());
        };
        let standard = self.standard();
        let offenders = form.offenders.trim();
        let days = asked.max_age_days.trim().parse().ok().filter(|days| (1..=3_660).contains(days));
        let title = asked.title.trim().chars().take(100).collect::<String>();
        let title = if title.is_empty() {
            Text::new("試した検査", "the check tried")
        } else {
            Text::same(title)
        };
        let own = OwnStatement {
            id: StatementId(TRIED.to_owned()),
            group: Group::Device,
            level: Level::May,
            subject,
            text: title.clone(),
            why: title.clone(),
            title,
            holds: form.holds.trim().to_owned(),
            offenders: (!offenders.is_empty()).then(|| offenders.to_owned()),
            needs: form.needs.split_whitespace().map(str::to_owned).collect(),
            max_age_days: days.unwrap_or(DAYS),
            remedy: Text::new("–", "–"),
        };
        let name = Text::new("試し", "trial");
        let profile = Profile { id: "trial".into(), name, statements: vec![own], ..Profile::default() };
        let tried = match Standard::of(Arc::clone(&standard.base), &profile) {
            Ok(tried) => tried,
            Err(AppError::Misfit(found)) => {
                let problems = found.into_iter().map(|misfit| misfit.without(TRIED)).collect();
                return Ok(Trial { problems, ..Trial::default() });
            }
            Err(AppError::Judge(error)) => {
                return Ok(Trial { problems: vec![error.misfit()], ..Trial::default() });
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

    /// The newest word on each section of a subject, for those who write a check; `None` where it could not be read.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn known_facts(&self, caller: &Caller, subject: &Subject) -> Result<BTreeMap<String, Option<Value>>> {
        self.allow(caller, Action::Look, &subject.to_string())?;
        let sections = self.store.read(|read| read.sections(subject, None))?;
        Ok(sections.into_iter().map(|section| (section.name, section.value)).collect())
    }
}
