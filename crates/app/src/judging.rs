//! Keeping the verdicts true: after new evidence at once, as time passes by a sweep.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use guideline::Judge;
use guideline::judge::{Known, Section, Snapshot};
use model::{Subject, SubjectKind, Verdict};
use store::Read;

use crate::{App, AppError, Result};

/// How many subjects are judged and written in one go.
const SUBJECTS_AT_ONCE: usize = 200;

/// Settling that takes so long is not done for every page.
const LONG: Duration = Duration::from_secs(1);
/// How many times as long as it took it is then left alone.
const LONG_PAUSES: u32 = 20;

/// What is to be judged when somebody looks.
#[derive(Default)]
pub(crate) struct Waiting {
    kinds: BTreeSet<SubjectKind>,
    /// Whether verdicts changed since the day's counts were taken.
    trend: bool,
    /// Until when it is left alone.
    not_before: Option<Instant>,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.kinds.is_empty() && !self.trend
    }

    /// What waits; nothing does from now on.
    fn take(&mut self) -> Self {
        let kinds = std::mem::take(&mut self.kinds);
        Self { kinds, trend: std::mem::take(&mut self.trend), not_before: self.not_before }
    }
}

/// A subject with its verdicts.
type Judged<'a> = (&'a Subject, Vec<Verdict>);

impl App {
    /// Judges a subject again after its evidence changed, and marks the kinds that look at it. Reads nothing but that
    /// subject, the company, and what its kind's statements compare it with.
    pub(crate) fn judge_again(&self, subject: &Subject) -> Result<()> {
        let standard = self.standard();
        let judge = &standard.judge;
        let mut waiting = judge.watchers(subject.kind);
        if subject.kind == SubjectKind::Company {
            waiting.extend(SubjectKind::ALL.into_iter().filter(|kind| judge.reads_company(*kind)));
        }
        {
            let mut marks = self.waiting();
            marks.kinds.extend(waiting);
            marks.trend = true;
        }
        self.judge_subjects(judge, std::slice::from_ref(subject))
    }

    /// Judges the kinds that were marked, so that pages show numbers of now. Where that takes long, because there are
    /// thousands of PCs, it is done again only after a while: a page is then as old as [`LONG_PAUSES`] times that, and
    /// the sweep keeps it from being older.
    ///
    /// # Errors
    /// The database.
    pub fn settle(&self) -> Result<()> {
        let paused = self.waiting().not_before.is_some_and(|instant| Instant::now() < instant);
        if paused { Ok(()) } else { self.settle_now() }
    }

    /// The same however long it takes: for what is kept.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn settle_now(&self) -> Result<()> {
        let _one_at_a_time = self.settling.lock().unwrap_or_else(PoisonError::into_inner);
        let started = Instant::now();
        let marked = self.waiting().take();
        if marked.is_empty() {
            return Ok(());
        }
        let judged = self.judge_kinds(marked.kinds.iter().copied()).and_then(|()| self.note_trend());
        let took = started.elapsed();
        let mut marks = self.waiting();
        marks.not_before = (took >= LONG).then(|| Instant::now() + took * LONG_PAUSES);
        if judged.is_err() {
            marks.kinds.extend(marked.kinds);
            marks.trend = true;
        }
        judged
    }

    /// Judges one kind if it was marked, for a page that shows nothing else.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn settle_kind(&self, kind: SubjectKind) -> Result<()> {
        if self.waiting().kinds.contains(&kind) { self.settle() } else { Ok(()) }
    }

    /// Judges everything: evidence grows old and acceptances end without anybody doing anything.
    ///
    /// # Errors
    /// The database.
    pub fn sweep(&self) -> Result<()> {
        // What is marked from now on may be missed, and stays marked.
        self.waiting().take();
        self.judge_kinds(SubjectKind::ALL)?;
        self.note_trend()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
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

    /// The subjects of a kind that are judged.
    fn judged_subjects(&self, kind: SubjectKind) -> Result<Vec<Subject>> {
        if kind == SubjectKind::Company {
            return Ok(vec![Subject::company()]);
        }
        let lines = self.store.read(|read| read.subjects(kind))?;
        Ok(lines.into_iter().filter(|line| line.retired_at.is_none()).map(|line| line.subject).collect())
    }

    fn judge_kinds(&self, kinds: impl IntoIterator<Item = SubjectKind>) -> Result<()> {
        let standard = self.standard();
        for kind in kinds {
            let subjects = self.judged_subjects(kind)?;
            if subjects.is_empty() {
                self.judge_absence(&standard.judge, kind)?;
            } else {
                self.judge_subjects(&standard.judge, &subjects)?;
            }
        }
        Ok(())
    }

    /// Judges everything by any judge without keeping the verdicts.
    pub(crate) fn judge_all(&self, judge: &Judge, each: &mut dyn FnMut(&Verdict)) -> Result<()> {
        let now = self.now();
        for kind in SubjectKind::ALL {
            let subjects = self.judged_subjects(kind)?;
            if subjects.is_empty() {
                let snapshot = Snapshot::accepting(self.store.read(waivers)?);
                judge.absent(&snapshot, kind, now).iter().for_each(&mut *each);
            }
            self.each_judged(judge, &subjects, &mut |judged| {
                judged.iter().flat_map(|(_, verdicts)| verdicts).for_each(&mut *each);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Judges subjects of one kind, some at a time; only what those need is in memory.
    fn each_judged(
        &self,
        judge: &Judge,
        subjects: &[Subject],
        each: &mut dyn FnMut(&[Judged<'_>]) -> Result<()>,
    ) -> Result<()> {
        let Some(kind) = subjects.first().map(|subject| subject.kind) else { return Ok(()) };
        let now = self.now();
        let shared = self.store.read(|read| shared(read, judge, kind))?;
        for some in subjects.chunks(SUBJECTS_AT_ONCE) {
            // From reading to writing, and no longer: a report need not wait for the whole sweep.
            let _one_at_a_time = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
            let mut snapshot = shared.clone();
            self.store.read(|read| {
                for subject in some {
                    let known = known(read, subject, None)?;
                    snapshot.put(known.unwrap_or_else(|| Known::nothing(subject.clone())));
                }
                Ok::<_, AppError>(())
            })?;
            let judged: Vec<Judged<'_>> = some.iter().zip(judge.subjects(&snapshot, some, now)).collect();
            each(&judged)?;
        }
        Ok(())
    }

    fn judge_subjects(&self, judge: &Judge, subjects: &[Subject]) -> Result<()> {
        let now = self.now();
        self.each_judged(judge, subjects, &mut |judged| {
            self.store.derive(|derive| {
                for (subject, verdicts) in judged {
                    derive.drop_none_yet(subject.kind)?;
                    // Taken out of judging in the meantime: it stays out.
                    let retired = derive.subject(subject)?.is_some_and(|line| line.retired_at.is_some());
                    derive.put_verdicts(subject, if retired { &[] } else { verdicts }, now)?;
                }
                Ok::<_, store::StoreError>(())
            })?;
            Ok(())
        })
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
