//! One review: what is new, what changed, what is gone, and what stayed as it was since the last signed one.

use std::collections::HashMap;

use model::{At, Caller, Subject};
use sha2::{Digest as _, Sha256};
use store::Record;

use super::read::Readings;
use super::{Choice, Due, KIND, Review, Thing, What};
use crate::{Action, App, AppError, Result};

/// How a thing stands towards the last signed review; what wants a look first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was to go, or to be asked about, and is still there.
    Still,
    /// Not there then.
    New,
    /// There, and another now.
    Changed,
    /// As it was, and confirmed.
    Same,
}

impl Change {
    /// The word, for example `new`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Change::Still => "still",
            Change::New => "new",
            Change::Changed => "changed",
            Change::Same => "same",
        }
    }
}

/// A thing to say something about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The thing.
    pub thing: Thing,
    /// How it stands towards the last review.
    pub change: Change,
    /// What was said about it then.
    pub former: Option<Choice>,
    /// Its facts then, where they differ.
    pub before: Vec<(String, String)>,
}

/// A review to be signed.
#[derive(Clone, Debug)]
pub struct ShownReview {
    /// What is reviewed.
    pub what: What,
    /// Of what.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// Whom or what there is to say something about, what wants a look first.
    pub rows: Vec<Row>,
    /// What is gone since the last review: with what was said about it.
    pub gone: Vec<(Thing, Choice)>,
    /// When it was read.
    pub read_at: At,
    /// Days since.
    pub read_days: i64,
    /// Sections that could not be read.
    pub lacking: Vec<String>,
    /// The version of the last signed review; 0 before the first.
    pub version: u32,
    /// When it was signed, by whom, with which note.
    pub last: Option<(At, String, String)>,
    /// When the next is due.
    pub due: Due,
    /// A seal over what is shown: what is signed must be what was seen.
    pub seal: String,
    /// Former reviews, the newest first: when, by whom, how many things, how many to be removed or asked about, note.
    pub history: Vec<(String, String, usize, usize, String)>,
}

impl ShownReview {
    /// How many rows stand so.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        self.rows.iter().filter(|row| row.change == change).count()
    }
}

/// What there is now held against the last signed review.
pub(super) fn rows(now: &[Thing], last: Option<&Review>) -> (Vec<Row>, Vec<(Thing, Choice)>) {
    let former: HashMap<&str, &super::Judged> =
        last.iter().flat_map(|last| &last.things).map(|own| (own.thing.key.as_str(), own)).collect();
    let mut rows: Vec<Row> = now
        .iter()
        .map(|thing| {
            let own = former.get(thing.key.as_str());
            let before: Vec<(String, String)> = own
                .map(|own| {
                    own.thing.facts.iter().filter(|fact| !thing.facts.contains(fact)).cloned().collect()
                })
                .unwrap_or_default();
            let change = match own {
                None => Change::New,
                Some(own) if own.thing.facts != thing.facts => Change::Changed,
                Some(own) if own.choice != Choice::Keep => Change::Still,
                Some(_) => Change::Same,
            };
            Row { thing: thing.clone(), change, former: own.map(|own| own.choice), before }
        })
        .collect();
    // By group they come; a stable order keeps that.
    rows.sort_by_key(|row| (row.change, row.thing.alarms.is_empty()));
    let gone = last
        .iter()
        .flat_map(|last| &last.things)
        .filter(|own| !now.iter().any(|thing| thing.key == own.thing.key))
        .map(|own| (own.thing.clone(), own.choice))
        .collect();
    (rows, gone)
}

/// A seal over what is shown.
pub(super) fn seal(things: &[Thing]) -> String {
    let mut hasher = Sha256::new();
    for thing in things {
        let facts = thing.facts.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        for part in [thing.key.as_str(), thing.name.as_str()].into_iter().chain(facts) {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl App {
    /// One review.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is nothing to look at.
    pub fn review(&self, caller: &Caller, what: What, subject: &Subject) -> Result<ShownReview> {
        self.allow(caller, Action::Look, &subject.to_string())?;
        if !what.kinds().contains(&subject.kind) {
            return Err(AppError::NotFound("review"));
        }
        let line = self.store.read(|read| read.subject(subject))?.ok_or(AppError::NotFound("subject"))?;
        let readings: Readings = self.readings(what, subject)?.ok_or(AppError::NotFound("review"))?;
        let last = self.last_review(what, subject)?;
        let (rows, gone) = rows(&readings.things, last.as_ref().map(|record| &record.value));
        let history = match &last {
            None => Vec::new(),
            Some(record) => self
                .store
                .read(|read| read.record_versions::<Review>(KIND, record.id, 24))?
                .into_iter()
                .map(|version| {
                    let review = version.value;
                    let open = review.things.iter().filter(|own| own.choice != Choice::Keep).count();
                    (review.at.minute(), review.by, review.things.len(), open, review.note)
                })
                .collect(),
        };
        Ok(ShownReview {
            what,
            subject: subject.clone(),
            name: line.name,
            seal: seal(&readings.things),
            rows,
            gone,
            read_days: readings.at.days_until(self.now()),
            read_at: readings.at,
            lacking: readings.lacking,
            version: last.as_ref().map_or(0, |record| record.version),
            due: self.review_due(what, subject, last.as_ref().map(|record| record.value.at)),
            last: last.map(|record| (record.value.at, record.value.by, record.value.note)),
            history,
        })
    }

    pub(super) fn last_review(&self, what: What, subject: &Subject) -> Result<Option<Record<Review>>> {
        let all: Vec<Record<Review>> = self.store.read(|read| read.records(KIND))?;
        let name = subject.to_string();
        Ok(all.into_iter().find(|record| record.value.what == what && record.value.subject == name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Judged;
    use super::*;

    fn thing(key: &str, value: &str) -> Thing {
        Thing {
            key: key.into(),
            name: key.into(),
            facts: vec![("value".into(), value.into())],
            ..Thing::default()
        }
    }

    fn review(things: &[(&str, &str, Choice)]) -> Review {
        let at = "2026-10-24T00:00:00Z".parse().unwrap();
        let things =
            things.iter().map(|(key, value, choice)| Judged { thing: thing(key, value), choice: *choice });
        Review {
            what: What::Accounts,
            subject: "vpn/a".into(),
            by: "sato".into(),
            at,
            read_at: at,
            things: things.collect(),
            note: String::new(),
        }
    }

    #[test]
    fn what_wants_a_look_comes_first() {
        let last = review(&[
            ("same", "1", Choice::Keep),
            ("other", "1", Choice::Keep),
            ("to-go", "1", Choice::Remove),
            ("gone", "1", Choice::Remove),
        ]);
        let now = [thing("same", "1"), thing("fresh", "1"), thing("other", "2"), thing("to-go", "1")];
        let (rows, gone) = rows(&now, Some(&last));
        let found: Vec<(&str, Change)> =
            rows.iter().map(|row| (row.thing.key.as_str(), row.change)).collect();
        use Change::{Changed, New, Same, Still};
        assert_eq!(found, [("to-go", Still), ("fresh", New), ("other", Changed), ("same", Same)]);
        assert_eq!(rows[2].before, [("value".to_owned(), "1".to_owned())]);
        assert_eq!(gone.len(), 1);
        let still: Vec<&str> = last.still_there(&now).map(|own| own.thing.key.as_str()).collect();
        assert_eq!(still, ["to-go"]);
        // Before the first review everything is new.
        assert!(super::rows(&now, None).0.iter().all(|row| row.change == New));
    }

    #[test]
    fn disabled_is_as_good_as_gone() {
        let account = |enabled: &str| Thing {
            key: "a".into(),
            facts: vec![("enabled".into(), enabled.into())],
            ..Thing::default()
        };
        let mut last = review(&[]);
        last.things.push(Judged { thing: account("yes"), choice: Choice::Remove });
        assert_eq!(last.still_there(&[account("yes")]).count(), 1);
        assert_eq!(last.still_there(&[account("no")]).count(), 0);
        assert_eq!(last.still_there(&[]).count(), 0);
    }

    #[test]
    fn a_seal_is_of_what_is_shown() {
        assert_eq!(seal(&[thing("a", "1")]), seal(&[thing("a", "1")]));
        assert_ne!(seal(&[thing("a", "1")]), seal(&[thing("a", "2")]));
        assert_ne!(seal(&[thing("a", "1")]), seal(&[thing("a", "1"), thing("b", "1")]));
    }
}
