//! The list of subjects of a kind, the worst first.

use std::collections::BTreeMap;

use model::verdict::Counts;
use model::{Caller, Level, SubjectKind};
use store::SubjectLine;

use crate::agent::STALE_DAYS;
use crate::{Action, App, Result};

/// A subject in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The subject.
    pub line: SubjectLine,
    /// Its SHALL statements.
    pub shall: Counts,
    /// Its SHOULD statements.
    pub should: Counts,
    /// Days since its newest evidence.
    pub silent_days: i64,
    /// Days since its agent was heard of, when that is longer than it should be.
    pub agent_silent_days: Option<i64>,
}

impl App {
    /// All subjects of a kind: those with most unmet SHALL first, those taken out of judging last.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn subjects(&self, caller: &Caller, kind: SubjectKind) -> Result<Vec<Listed>> {
        self.allow(caller, Action::Look, kind.name())?;
        self.settle()?;
        let now = self.now();
        let (lines, shall, should, agents) = self.store.read(|read| {
            let shall: BTreeMap<_, _> = read.counts_by_subject(kind, Level::Shall)?.into_iter().collect();
            let should: BTreeMap<_, _> = read.counts_by_subject(kind, Level::Should)?.into_iter().collect();
            Ok::<_, store::StoreError>((read.subjects(kind)?, shall, should, read.agents_seen(kind)?))
        })?;
        let of = |counts: &BTreeMap<String, Counts>, id: &str| counts.get(id).copied().unwrap_or_default();
        let mut listed: Vec<Listed> = lines
            .into_iter()
            .map(|line| Listed {
                shall: of(&shall, &line.subject.id),
                should: of(&should, &line.subject.id),
                agent_silent_days: agents
                    .get(&line.subject.id)
                    .map(|seen| seen.days_until(now))
                    .filter(|days| *days >= STALE_DAYS),
                silent_days: line.last_seen_at.days_until(now),
                line,
            })
            .collect();
        // By id they come; a stable order keeps that.
        listed.sort_by_key(|item| {
            let (fail, unknown) = (item.shall.fail, item.shall.unknown);
            (item.line.retired_at.is_some(), std::cmp::Reverse(fail), std::cmp::Reverse(unknown))
        });
        Ok(listed)
    }

    /// How many subjects of each kind are judged.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn subject_counts(&self, caller: &Caller) -> Result<Vec<(SubjectKind, usize)>> {
        self.allow(caller, Action::Look, "subjects")?;
        self.store.read(|read| {
            SubjectKind::ALL
                .into_iter()
                .map(|kind| {
                    let lines = read.subjects(kind)?;
                    Ok((kind, lines.iter().filter(|line| line.retired_at.is_none()).count()))
                })
                .collect()
        })
    }
}
