//! Keeping the verdicts true: after new evidence at once, as time passes by a sweep.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use guideline::judge::{Known, Section, Snapshot};
use guideline::{Catalog, Judge};
use model::{Subject, SubjectKind, Verdict};
use store::Read;

use crate::{App, AppError, Result};

/// How many subjects are judged and written in one go.
const SUBJECTS_AT_ONCE: usize = 200;

/// A judge for a built-in profile.
pub(crate) fn judge_with(catalog: &Catalog, profile: &str) -> Result<Judge> {
    let profile = catalog
        .profile(profile)
        .ok_or_else(|| AppError::Internal(format!("the catalogue has no profile '{profile}'")))?;
    Ok(Judge::new(catalog, profile)?)
}

impl App {
    /// Judges a subject again after its evidence changed, and marks the kinds that look at it.
    pub(crate) fn judge_again(&self, subject: &Subject) -> Result<()> {
        let _one_at_a_time = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        let judge = self.judge();
        let mut waiting = judge.watchers(subject.kind);
        if subject.kind == SubjectKind::Company {
            waiting.extend(SubjectKind::ALL.into_iter().filter(|kind| judge.reads_company(*kind)));
        }
        self.waiting().extend(waiting);
        self.judge_subjects(&judge, std::slice::from_ref(subject))?;
        self.note_trend()
    }

    /// Judges the kinds that were marked, so that pages show numbers of now.
    ///
    /// # Errors
    /// The database.
    pub fn settle(&self) -> Result<()> {
        let _one_at_a_time = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        let marked = std::mem::take(&mut *self.waiting());
        if marked.is_empty() {
            return Ok(());
        }
        let judged = self.judge_kinds(marked.iter().copied());
        if judged.is_err() {
            self.waiting().extend(marked);
        }
        judged?;
        self.note_trend()
    }

    /// Judges everything: evidence grows old and acceptances end without anybody doing anything.
    ///
    /// # Errors
    /// The database.
    pub fn sweep(&self) -> Result<()> {
        let _one_at_a_time = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting().clear();
        self.judge_kinds(SubjectKind::ALL)?;
        self.note_trend()
    }

    /// Takes another profile and judges everything by it.
    pub(crate) fn judge_by(&self, profile: &str) -> Result<()> {
        let judge = judge_with(&self.catalog, profile)?;
        *self.judge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(judge);
        self.sweep()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, BTreeSet<SubjectKind>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_trend(&self) -> Result<()> {
        let now = self.now();
        self.store.derive(|derive| {
            let summary = derive.summary()?;
            derive.set_trend(now, &summary)
        })?;
        Ok(())
    }

    fn judge_kinds(&self, kinds: impl IntoIterator<Item = SubjectKind>) -> Result<()> {
        let judge = self.judge();
        for kind in kinds {
            let subjects: Vec<Subject> = self.store.read(|read| {
                let lines = read.subjects(kind)?;
                Ok::<_, store::StoreError>(
                    lines
                        .into_iter()
                        .filter(|line| line.retired_at.is_none())
                        .map(|line| line.subject)
                        .collect(),
                )
            })?;
            if kind == SubjectKind::Company {
                self.judge_subjects(&judge, &[Subject::company()])?;
            } else if subjects.is_empty() {
                self.judge_absence(&judge, kind)?;
            } else {
                self.judge_subjects(&judge, &subjects)?;
            }
        }
        Ok(())
    }

    /// Judges subjects of one kind, some at a time; only what those need is in memory.
    fn judge_subjects(&self, judge: &Judge, subjects: &[Subject]) -> Result<()> {
        let Some(kind) = subjects.first().map(|subject| subject.kind) else { return Ok(()) };
        let now = self.now();
        let shared = self.store.read(|read| shared(read, judge, kind))?;
        for some in subjects.chunks(SUBJECTS_AT_ONCE) {
            let mut snapshot = shared.clone();
            self.store.read(|read| {
                for subject in some {
                    let known = known(read, subject, None)?;
                    snapshot.put(known.unwrap_or_else(|| Known::nothing(subject.clone())));
                }
                Ok::<_, AppError>(())
            })?;
            let judged: Vec<(&Subject, Vec<Verdict>)> =
                some.iter().zip(judge.subjects(&snapshot, some, now)).collect();
            self.store.derive(|derive| {
                derive.drop_none_yet(kind)?;
                for (subject, verdicts) in &judged {
                    // Taken out of judging in the meantime: it stays out.
                    let retired = derive.subject(subject)?.is_some_and(|line| line.retired_at.is_some());
                    derive.put_verdicts(subject, if retired { &[] } else { verdicts }, now)?;
                }
                Ok::<_, store::StoreError>(())
            })?;
        }
        Ok(())
    }

    /// Nothing of a kind is known: its statements say so.
    fn judge_absence(&self, judge: &Judge, kind: SubjectKind) -> Result<()> {
        let now = self.now();
        let snapshot = Snapshot::accepting(self.store.read(waivers)?);
        let verdicts = judge.absent(&snapshot, kind, now);
        self.store.derive(|derive| derive.put_verdicts(&Subject::none_yet(kind), &verdicts, now))?;
        Ok(())
    }
}

/// What all subjects of a kind are judged against: the company, the lists, the acceptances.
fn shared(read: &Read<'_>, judge: &Judge, kind: SubjectKind) -> Result<Snapshot> {
    let mut snapshot = Snapshot::accepting(waivers(read)?);
    if let Some(company) = known(read, &Subject::company(), None)? {
        snapshot.put(company);
    }
    for (of, sections) in judge.lists(kind) {
        for line in read.subjects(of)?.into_iter().filter(|line| line.retired_at.is_none()) {
            if let Some(item) = known(read, &line.subject, Some(&sections))? {
                snapshot.put(item);
            }
        }
    }
    Ok(snapshot)
}

fn waivers(read: &Read<'_>) -> Result<Vec<model::Waiver>> {
    Ok(read.waivers()?.into_iter().map(|line| line.waiver).collect())
}

/// What the store knows of a subject.
fn known(read: &Read<'_>, subject: &Subject, only: Option<&[&str]>) -> Result<Option<Known>> {
    let Some(line) = read.subject(subject)? else { return Ok(None) };
    let sections = read.sections(subject, only)?;
    Ok(Some(Known {
        subject: subject.clone(),
        name: line.name,
        sections: sections
            .into_iter()
            .map(|stored| {
                let section = Section {
                    evidence: stored.evidence,
                    value: stored.value.map(Arc::new),
                    misses: stored.misses,
                };
                (stored.name, section)
            })
            .collect(),
    }))
}
