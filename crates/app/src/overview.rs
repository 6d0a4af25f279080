//! The first page: where we stand, what to do next, how it developed.

use std::collections::BTreeMap;

use guideline::catalog::Group;
use model::decision::{Choice, Day, Severity};
use model::verdict::{Counts, Summary};
use model::{Caller, Outcome};
use store::TrendDay;

use crate::checklist::{Contradiction, RowLine};
use crate::{Action, App, Result};

/// How many things to do next are shown.
const NEXT_MAX: usize = 5;
/// How many days the trend goes back.
const TREND_DAYS: u32 = 31;

/// The first page.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The counts, level by level.
    pub summary: Summary,
    /// The five things to do next.
    pub next: Vec<Next>,
    /// The counts of each group.
    pub map: Vec<(Group, Counts)>,
    /// The last days, the oldest first.
    pub trend: Vec<TrendDay>,
    /// How many rows are decided.
    pub decided: usize,
    /// How many rows there are.
    pub rows: usize,
    /// How many rows have something that does not fit.
    pub contradictions: usize,
    /// How many lent PCs are judged.
    pub devices: usize,
    /// Domains whose group policy publishes passwords to everybody.
    pub publishing: Vec<String>,
    /// Directories that wait for a password: address and number.
    pub waiting: Vec<(String, u64)>,
}

/// Something to do next, and why.
#[derive(Clone, Debug)]
pub struct Next {
    /// The row it is about.
    pub line: RowLine,
    /// Why it is next.
    pub why: Why,
    /// How bad the damage would be, as rated by the company.
    pub damage: Severity,
    /// How many subjects are concerned.
    pub count: u32,
}

/// Why something is next; the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The day is past.
    Overdue,
    /// Decided as done, but it fails.
    DoneButFails,
    /// It fails and nobody has decided.
    FailsUndecided,
    /// It fails, and is to be done.
    Fails,
    /// Nobody knows how it stands.
    Unknown,
    /// Nobody has decided.
    Undecided,
}

impl Why {
    /// The last part of its locale key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Why::Overdue => "overdue",
            Why::DoneButFails => "done-but-fails",
            Why::FailsUndecided => "fails-undecided",
            Why::Fails => "fails",
            Why::Unknown => "unknown",
            Why::Undecided => "undecided",
        }
    }

    /// Why a row wants attention, if it does.
    fn of(line: &RowLine, today: Day) -> Option<Self> {
        let decision = line.version.as_ref().map(|version| &version.decision);
        let choice = decision.map_or(Choice::Open, |decision| decision.choice);
        let fails = line.state.outcome == Some(Outcome::Fail);
        let due = decision.and_then(|decision| decision.due);
        match choice {
            Choice::NotNeeded => None,
            Choice::Do if line.contradictions.contains(&Contradiction::Overdue) => Some(Why::Overdue),
            // What is planned for later waits for its day.
            Choice::Do if fails && due.is_none_or(|due| today.days_until(due) <= 14) => Some(Why::Fails),
            Choice::Do => None,
            Choice::Done if fails => Some(Why::DoneButFails),
            Choice::Open if fails => Some(Why::FailsUndecided),
            Choice::Open if line.state.outcome == Some(Outcome::Unknown) => Some(Why::Unknown),
            Choice::Open => Some(Why::Undecided),
            Choice::Done => None,
        }
    }
}

impl App {
    /// The first page.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn overview(&self, caller: &Caller) -> Result<Overview> {
        let rows = self.rows(caller)?;
        let (summary, counts, trend) = self.store.read(|read| {
            Ok::<_, store::StoreError>((read.summary()?, read.statement_counts()?, read.trend(TREND_DAYS)?))
        })?;
        let mut map: BTreeMap<Group, Counts> = BTreeMap::new();
        let catalog = self.catalog();
        for line in counts {
            if let Some(policy) = catalog.policy_of(&line.statement) {
                map.entry(policy.group).or_default().add(line.outcome, line.count);
            }
        }
        let decided = rows
            .iter()
            .filter(|line| {
                line.version.as_ref().is_some_and(|version| version.decision.choice != Choice::Open)
            })
            .count();
        let contradictions = rows.iter().filter(|line| !line.contradictions.is_empty()).count();
        let devices = self
            .subject_counts(caller)?
            .into_iter()
            .find(|(kind, _)| *kind == model::SubjectKind::Device)
            .map_or(0, |(_, count)| count);
        let publishing = self.domains(caller)?.into_iter().filter(|domain| domain.published > 0);
        let waiting = self.directories(caller)?.into_iter().filter(|own| own.password.wanted());
        Ok(Overview {
            publishing: publishing.map(|domain| domain.subject.id).collect(),
            waiting: waiting.map(|own| (own.record.value.url, own.record.id)).collect(),
            summary,
            map: Group::ALL
                .into_iter()
                .filter_map(|group| Some((group, map.get(&group).copied()?)))
                .collect(),
            trend,
            decided,
            rows: rows.len(),
            contradictions,
            devices,
            next: next(rows, Day::of(self.now())),
        })
    }

    /// What is to be done next, for anybody who asks.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn next(&self, caller: &Caller) -> Result<Vec<Next>> {
        self.allow(caller, Action::Look, "overview")?;
        Ok(next(self.rows(caller)?, Day::of(self.now())))
    }
}

/// The most pressing first: why, whether it binds, damage, how many are concerned.
fn next(rows: Vec<RowLine>, today: Day) -> Vec<Next> {
    let mut found: Vec<Next> = rows
        .into_iter()
        .filter_map(|line| {
            let why = Why::of(&line, today)?;
            let counts = line.state.leading();
            let count = match why {
                Why::Unknown => counts.unknown,
                Why::Overdue => counts.fail + counts.unknown,
                _ => counts.fail,
            };
            let damage = line.version.as_ref().map_or(Severity::Unrated, |version| version.decision.damage());
            Some(Next { line, why, damage, count })
        })
        .collect();
    found.sort_by_key(|next| {
        (
            !next.line.binds,
            next.why,
            std::cmp::Reverse(next.damage),
            std::cmp::Reverse(next.count),
            next.line.row.no,
        )
    });
    found.truncate(NEXT_MAX);
    found
}
