//! Which reviews there are, when each is due, and what of the last one is not settled yet.

use model::decision::Day;
use model::{At, Caller, Subject};
use store::Record;

use super::{Change, KIND, Review, What};
use crate::{Action, App, Result};

/// A review is asked for after so many days: once a month.
pub(crate) const MONTH_DAYS: i64 = 31;

/// When the next review is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Days since the last; `None` before the first.
    pub since: Option<i64>,
    /// Days that may pass between two, as the statement says; a month where no statement asks.
    pub most: i64,
}

impl Due {
    /// Whether more days passed than may.
    #[must_use]
    pub fn is_overdue(self) -> bool {
        self.since.is_none_or(|days| days > self.most)
    }

    /// Whether it is time: a month has passed.
    #[must_use]
    pub fn is_due(self) -> bool {
        self.is_overdue() || self.since.is_some_and(|days| days >= MONTH_DAYS)
    }

    /// The word, for example `overdue`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.since {
            None => "never",
            Some(_) if self.is_overdue() => "overdue",
            Some(_) if self.is_due() => "due",
            Some(_) => "fresh",
        }
    }
}

/// A review in the list.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// What is reviewed.
    pub what: What,
    /// Of what.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// When it was last signed, and by whom.
    pub last: Option<(Day, String)>,
    /// When the next is due.
    pub due: Due,
    /// How many things are new.
    pub new: usize,
    /// How many changed.
    pub changed: usize,
    /// How many are gone.
    pub gone: usize,
    /// What was to go, or to be asked about, and is still there.
    pub open: Vec<String>,
    /// When what there is was read.
    pub read_at: At,
}

/// Reviews in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewSummary {
    /// Never signed, or longer ago than may be.
    pub overdue: usize,
    /// With something still there that was to go or to be asked about.
    pub open: usize,
}

impl App {
    /// Every review there is something to look at for: the overdue first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn reviews(&self, caller: &Caller) -> Result<Vec<ReviewLine>> {
        self.allow(caller, Action::Look, "reviews")?;
        let all: Vec<Record<Review>> = self.store.read(|read| read.records(KIND))?;
        let mut lines = Vec::new();
        for what in What::ALL {
            for kind in what.kinds() {
                let subjects = self.store.read(|read| read.subjects(*kind))?;
                for line in subjects.into_iter().filter(|line| line.retired_at.is_none()) {
                    let Some(readings) = self.readings(what, &line.subject)? else { continue };
                    let name = line.subject.to_string();
                    let last = all
                        .iter()
                        .find(|record| record.value.what == what && record.value.subject == name)
                        .map(|record| &record.value);
                    let (rows, gone) = super::show::rows(&readings.things, last);
                    let count = |change| rows.iter().filter(|row| row.change == change).count();
                    let open = last.map(|last| {
                        last.still_there(&readings.things).map(|own| own.thing.name.clone()).collect()
                    });
                    lines.push(ReviewLine {
                        what,
                        new: count(Change::New),
                        changed: count(Change::Changed),
                        gone: gone.len(),
                        open: open.unwrap_or_default(),
                        due: self.review_due(what, &line.subject, last.map(|last| last.at)),
                        last: last.map(|last| (Day::of(last.at), last.by.clone())),
                        subject: line.subject,
                        name: line.name,
                        read_at: readings.at,
                    });
                }
            }
        }
        lines.sort_by_key(|line| (!line.due.is_overdue(), !line.due.is_due(), line.what));
        Ok(lines)
    }

    /// How many reviews are overdue or not settled, for the first page.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn review_summary(&self, caller: &Caller) -> Result<ReviewSummary> {
        let lines = self.reviews(caller)?;
        Ok(ReviewSummary {
            overdue: lines.iter().filter(|line| line.due.is_overdue()).count(),
            open: lines.iter().filter(|line| !line.open.is_empty()).count(),
        })
    }

    pub(super) fn review_due(&self, what: What, subject: &Subject, last: Option<At>) -> Due {
        let asked = what.asked_by(subject.kind);
        let most = asked
            .and_then(|(statement, param)| self.param_of(statement, param))
            .and_then(|value| value.as_i64())
            .unwrap_or(MONTH_DAYS);
        Due { since: last.map(|at| at.days_until(self.now())), most }
    }
}
