//! Keeping the verdicts true: after new evidence at once, as time passes by a sweep.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use guideline::Judge;
use guideline::judge::{Known, Look, Section, Snapshot};
use model::{At, Subject, SubjectKind, Verdict};
use store::Read;

use crate::{App, AppError, Result};

/// How many subjects are judged and written in one go.
const SUBJECTS_AT_ONCE: usize = 200;

/// How many subjects of a kind a sweep judges; where there are more, they take turns. Evidence grows old by days, so
/// that ten thousand PCs that are each looked at once an hour are looked at often enough.
const SWEPT_AT_ONCE: usize = 2_000;

/// Settling that takes so long is not done for every page.
const LONG: Duration = Duration::from_secs(1);
/// How many times as long as it took it is then left alone.
const LONG_PAUSES: u32 = 20;

/// Where the last sweep stopped.
#[derive(Default)]
pub(crate) struct Swept {
    /// When it began.
    at: Option<At>,
    /// Of kinds of which it judged a part only: the last subject.
    last: HashMap<SubjectKind, Subject>,
}

impl Swept {
    /// Those whose turn it is; all of them where they are few, or the turns do not count.
    fn turn<'a>(&mut self, kind: SubjectKind, subjects: &'a [Subject], whole: bool) -> &'a [Subject] {
        if whole || subjects.len() <= SWEPT_AT_ONCE {
            self.last.remove(&kind);
            return subjects;
        }
        let after =
            self.last.get(&kind).map_or(0, |last| subjects.partition_point(|subject| subject <= last));
        let from = if after >= subjects.len() { 0 } else { after };
        let to = subjects.len().min(from + SWEPT_AT_ONCE);
        let turn = subjects.get(from..to).unwrap_or_default();
        if let Some(last) = turn.last() {
            self.last.insert(kind, last.clone());
        }
        turn
    }
}

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

    /// The same for many subjects of one kind at once.
    pub(crate) fn judge_many(&self, subjects: &[Subject]) -> Result<()> {
        let Some(first) = subjects.first() else { return Ok(()) };
        let standard = self.standard();
        {
            let mut marks = self.waiting();
            marks.kinds.extend(standard.judge.watchers(first.kind));
            marks.trend = true;
        }
        self.judge_subjects(&standard.judge, subjects)
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
        self.match_vpns_if_due()?;
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
        self.match_vpns_if_due()?;
        if self.waiting().kinds.contains(&kind) { self.settle() } else { Ok(()) }
    }

    /// Judges everything.
    ///
    /// # Errors
    /// The database.
    pub fn sweep(&self) -> Result<()> {
        self.time_passed()?;
        self.match_vpns_if_due()?;
        // What is marked from now on may be missed, and stays marked.
        self.waiting().take();
        self.judge_kinds(SubjectKind::ALL)?;
        self.note_trend()
    }

    /// Judges what may have changed though nobody did anything, as evidence grows old and acceptances begin and end: of
    /// kinds with thousands of subjects some at a time, but all of them once an acceptance began or ended.
    ///
    /// # Errors
    /// The database.
    pub fn sweep_in_turns(&self) -> Result<()> {
        self.time_passed()?;
        // A last day passes although nobody does anything.
        self.matching_is_due();
        self.match_vpns_if_due()?;
        let now = self.now();
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        let since = swept.at.replace(now);
        let whole = match since {
            None => true,
            Some(since) => self
                .store
                .read(waivers)?
                .iter()
                .any(|waiver| [waiver.from, waiver.until].iter().any(|at| (since..=now).contains(at))),
        };
        let marked = self.waiting().take().kinds;
        let standard = self.standard();
        let judge_turn = |swept: &mut Swept, kind| {
            let subjects = self.judged_subjects(kind)?;
            if subjects.is_empty() {
                return self.judge_absence(&standard.judge, kind);
            }
            let turn = swept.turn(kind, &subjects, whole || marked.contains(&kind));
            self.judge_subjects(&standard.judge, turn)
        };
        let judged = SubjectKind::ALL.into_iter().try_for_each(|kind| judge_turn(&mut swept, kind));
        if judged.is_err() {
            // What was left out is not known: the next time everything.
            swept.at = None;
        }
        judged.and_then(|()| self.note_trend())
    }

    /// What follows from the passing of days alone: who left or came back, and which off-boardings are over.
    fn time_passed(&self) -> Result<()> {
        self.restate_standings()?;
        self.note_leavings()
    }

    /// What follows when a subject was taken out of judging, or back in.
    pub(crate) fn judge_retired(&self, subject: &Subject) -> Result<()> {
        if subject.kind == SubjectKind::Person {
            self.matching_is_due();
        }
        self.judge_again(subject)?;
        if self.judged_subjects(subject.kind)?.is_empty() {
            self.judge_absence(&self.standard().judge, subject.kind)?;
        }
        Ok(())
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
        let mut shared = self.store.read(|read| shared(read, judge, kind))?;
        let mut chunks = subjects.chunks(SUBJECTS_AT_ONCE).peekable();
        while let Some(some) = chunks.next() {
            // From reading to writing, and no longer: a report need not wait for the whole sweep.
            let _one_at_a_time = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
            let last = chunks.peek().is_none();
            let mut snapshot = if last { std::mem::take(&mut shared) } else { shared.clone() };
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
    let looks = judge.lists(kind);
    for of in SubjectKind::ALL {
        let sections = looks.of(of);
        if !sections.is_empty() {
            listed(read, of, &sections)?.into_values().for_each(|known| snapshot.put(known));
        }
    }
    Ok(snapshot)
}

/// All subjects of a kind that are judged, with as much of some sections as is looked at. What many of them say alike is
/// in memory once.
fn listed(
    read: &Read<'_>,
    kind: SubjectKind,
    sections: &BTreeMap<&str, &Look>,
) -> Result<BTreeMap<String, Known>> {
    let mut all: BTreeMap<String, Known> = BTreeMap::new();
    for line in read.subjects(kind)?.into_iter().filter(|line| line.retired_at.is_none()) {
        let known = Known { name: line.name, ..Known::nothing(line.subject.clone()) };
        all.insert(line.subject.id, known);
    }
    let names: Vec<&str> = sections.keys().copied().collect();
    let mut said: HashSet<Arc<serde_json::Value>> = HashSet::new();
    let value = |name: &str, text: &str| {
        sections.get(name).map_or(Ok(serde_json::Value::Null), |look| look.read(text))
    };
    read.each_section(kind, &names, value, |subject, stored| {
        let value = stored.value.map(|value| match said.get(&value) {
            Some(same) => Arc::clone(same),
            None => {
                let value = Arc::new(value);
                said.insert(Arc::clone(&value));
                value
            }
        });
        if let Some(known) = all.get_mut(subject) {
            let section = Section { evidence: stored.evidence, value, misses: stored.misses };
            known.sections.insert(stored.name, section);
        }
    })?;
    Ok(all)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_take_turns_and_each_has_one() {
        let kind = SubjectKind::Device;
        let all: Vec<Subject> =
            (0..5_000).map(|number| Subject::new(kind, format!("PC-{number:05}"))).collect();
        let mut swept = Swept::default();
        let mut turn = |some: &[Subject], whole: bool| {
            let turn = swept.turn(kind, some, whole);
            (turn.first().unwrap().id.clone(), turn.len())
        };
        assert_eq!(turn(&all, false), ("PC-00000".into(), 2_000));
        assert_eq!(turn(&all, false), ("PC-02000".into(), 2_000));
        assert_eq!(turn(&all, false), ("PC-04000".into(), 1_000));
        assert_eq!(turn(&all, false), ("PC-00000".into(), 2_000));
        // Some were taken out meanwhile: nobody is passed over.
        assert_eq!(turn(&all[2_500..], false), ("PC-02500".into(), 2_000));
        assert_eq!(turn(&all, true), ("PC-00000".into(), 5_000));
        assert_eq!(turn(&all[..2_000], false), ("PC-00000".into(), 2_000));
    }
}
