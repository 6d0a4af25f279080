//! One subject's page: every statement, every piece of evidence.

use model::verdict::Summary;
use model::{Caller, FactDocument, Source, Subject, Verdict};
use store::{EvidenceLine, SubjectLine};

use crate::{Action, App, AppError, Result};

/// The most documents listed on a page.
const EVIDENCE_SHOWN_MAX: u32 = 100;

/// What is known of a subject.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The subject.
    pub line: SubjectLine,
    /// Its verdicts: failing SHALL first.
    pub verdicts: Vec<Verdict>,
    /// The counts.
    pub summary: Summary,
    /// Its evidence, the newest first.
    pub evidence: Vec<EvidenceLine>,
    /// The newest document that was read on it or from it, to show its facts and misses; the newest record when there is
    /// none.
    pub newest: Option<FactDocument>,
}

impl App {
    /// Everything about a subject.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn subject(&self, caller: &Caller, subject: &Subject) -> Result<Shown> {
        self.allow(caller, Action::Look, &subject.to_string())?;
        self.settle_kind(subject.kind)?;
        self.store.read(|read| {
            let line = read.subject(subject)?.ok_or(AppError::NotFound("subject"))?;
            let mut verdicts = read.verdicts_of_subject(subject)?;
            verdicts
                .sort_by(|a, b| (a.verdict, a.level, &a.statement).cmp(&(b.verdict, b.level, &b.statement)));
            let evidence = read.evidence_of(subject, EVIDENCE_SHOWN_MAX)?;
            let read_of_it = |line: &&EvidenceLine| !matches!(line.source, Source::Record | Source::Attest);
            let newest = match evidence.iter().find(read_of_it).or(evidence.first()) {
                Some(line) => read.evidence(&line.id)?.and_then(|bytes| FactDocument::parse(&bytes).ok()),
                None => None,
            };
            Ok(Shown { line, summary: Summary::of(&verdicts), verdicts, evidence, newest })
        })
    }
}
