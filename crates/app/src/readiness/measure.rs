//! The measures of chapter 14 as things one can plan.

use guideline::catalog::Readiness;
use model::decision::{Choice, Day};
use model::{Caller, StatementId, Text};
use store::{Entry, Record};

use super::{MEASURE_KIND, PartState, Planned};
use crate::error::{Findings, Invalid};
use crate::yen;
use crate::{Action, App, AppError, Result};

/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// The most former versions shown.
const VERSIONS_SHOWN_MAX: u32 = 50;

/// A measure with what is planned about it.
#[derive(Clone, Debug)]
pub struct MeasureLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Why.
    pub why: Text,
    /// How: numbered steps, a line each.
    pub how: Text,
    /// The statements it has to do with.
    pub statements: Vec<StatementId>,
    /// What is planned; nothing decided when nobody did.
    pub planned: Planned,
    /// The version of that; 0 when nobody did.
    pub version: u32,
    /// Whom it would help by their answers: part, what the answers are kept under, name.
    pub helps: Vec<(String, String, Text)>,
}

/// A measure's page.
#[derive(Clone, Debug)]
pub struct ShownMeasure {
    /// The measure.
    pub line: MeasureLine,
    /// What was planned, the newest first.
    pub versions: Vec<Record<Planned>>,
}

/// The form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureForm {
    /// The version the writer saw, 0 for none.
    pub after: u32,
    /// The choice's name.
    pub choice: String,
    /// By when.
    pub due: String,
    /// Who sees to it.
    pub owner: String,
    /// What it costs once.
    pub yen_once: String,
    /// What it costs a year.
    pub yen_yearly: String,
    /// A remark.
    pub note: String,
}

impl MeasureForm {
    /// What is planned as a form, to fill the page.
    #[must_use]
    pub fn of(planned: &Planned, after: u32) -> Self {
        let yen = |yen: Option<u64>| yen.map(crate::yen::typed).unwrap_or_default();
        Self {
            after,
            choice: planned.choice.name().to_owned(),
            due: planned.due.map(|day| day.to_string()).unwrap_or_default(),
            owner: planned.owner.clone(),
            yen_once: yen(planned.yen_once),
            yen_yearly: yen(planned.yen_yearly),
            note: planned.note.clone(),
        }
    }

    fn read(&self, measure: &str, findings: &mut Findings) -> Planned {
        let choice = Choice::from_name(&self.choice).unwrap_or_else(|| {
            findings.add(Invalid::new("choice", "unknown-choice"));
            Choice::Open
        });
        let due = self.due.trim().parse::<Day>().ok().filter(|_| choice == Choice::Do);
        if choice == Choice::Do && due.is_none() {
            findings.add(Invalid::new("due", "not-a-day"));
        }
        let mut yen = |field: &str, text: &str| {
            yen::read(text).unwrap_or_else(|problem| {
                findings.add(Invalid::new(field, problem));
                None
            })
        };
        let (yen_once, yen_yearly) = (yen("yen_once", &self.yen_once), yen("yen_yearly", &self.yen_yearly));
        Planned {
            measure: measure.to_owned(),
            choice,
            due,
            owner: findings.optional("owner", &self.owner, 100),
            yen_once,
            yen_yearly,
            note: findings.optional("note", &self.note, NOTE_MAX),
        }
    }
}

/// The measures in the guideline's order, with what is planned and whom they would help.
pub(super) fn lines(
    questions: &Readiness,
    planned: &[Record<Planned>],
    parts: &[PartState],
) -> Vec<MeasureLine> {
    questions
        .measures
        .iter()
        .map(|measure| {
            let record = planned.iter().find(|record| record.value.measure == measure.id);
            MeasureLine {
                id: measure.id.clone(),
                title: measure.title.clone(),
                why: measure.why.clone(),
                how: measure.how.clone(),
                statements: measure.statements.clone(),
                version: record.map_or(0, |record| record.version),
                planned: record.map(|record| record.value.clone()).unwrap_or_default(),
                helps: parts
                    .iter()
                    .flat_map(|part| part.standings.iter().map(move |own| (part, own)))
                    .filter(|(_, own)| own.measures.contains(&measure.id))
                    .map(|(part, own)| (part.id.clone(), own.about.clone(), own.name.clone()))
                    .collect(),
            }
        })
        .collect()
}

impl App {
    /// A measure with its history.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn measure(&self, caller: &Caller, id: &str) -> Result<ShownMeasure> {
        let all = self.readiness(caller)?.measures;
        let line = all.into_iter().find(|own| own.id == id).ok_or(AppError::NotFound("measure"))?;
        let versions = match self.planned(id)? {
            Some(record) => {
                self.store.read(|read| read.record_versions(MEASURE_KIND, record.id, VERSIONS_SHOWN_MAX))?
            }
            None => Vec::new(),
        };
        Ok(ShownMeasure { line, versions })
    }

    /// Saves what is planned about a measure as a new version.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime;
    /// [`AppError::NotFound`].
    pub fn plan_measure(&self, caller: &Caller, id: &str, form: &MeasureForm) -> Result<()> {
        let object = format!("measure/{id}");
        self.allow(caller, Action::ReadinessSave, &object)?;
        self.catalog().readiness.measure(id).ok_or(AppError::NotFound("measure"))?;
        let mut findings = Findings::default();
        let planned = form.read(id, &mut findings);
        findings.done()?;
        let entries = [match self.planned(id)? {
            Some(record) => Entry::next(record.id, form.after, &planned)?,
            None if form.after > 0 => return Err(AppError::Conflict),
            None => Entry::new(&planned)?,
        }];
        let due = planned.due.map(|day| format!(" by {day}")).unwrap_or_default();
        let detail =
            format!("{} {}{due}", store::record::witness(MEASURE_KIND, &entries), planned.choice.name());
        let now = self.now();
        self.store.change(&self.act(caller, Action::ReadinessSave, &object, &detail), |change| {
            if entries.iter().any(|entry| entry.id.is_none()) {
                // Two people began at the same moment: the second sees what the first wrote.
                let kept: Vec<Record<Planned>> = change.records(MEASURE_KIND)?;
                if kept.iter().any(|own| own.value.measure == id) {
                    return Err(AppError::Conflict);
                }
            }
            change.put_records(MEASURE_KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    fn planned(&self, id: &str) -> Result<Option<Record<Planned>>> {
        let kept: Vec<Record<Planned>> = self.store.read(|read| read.records(MEASURE_KIND))?;
        Ok(kept.into_iter().find(|record| record.value.measure == id))
    }
}
