//! An off-boarding of which everything is over closes by itself; one that is open again is opened. Both are noted.

use model::decision::Day;
use store::{Entry, Record};

use super::list::Leaving;
use super::{KIND, Noted, State, Why};
use crate::person::passing_of_time;
use crate::{App, Result};

impl App {
    /// Notes which off-boardings closed since it was last asked, and which are open again.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn note_leavings(&self) -> Result<()> {
        let caller = passing_of_time();
        let all: Vec<Record<Noted>> = self.store.read(|read| read.records(KIND))?;
        for leaving in self.leavings_now()? {
            let Some(day) = leaving.day else { continue };
            let record = all.iter().find(|record| is_of(&record.value, &leaving.person, leaving.why, day));
            let closed = record.is_some_and(|record| record.value.closed_at.is_some());
            if leaving.is_over() == closed {
                continue;
            }
            let noted = Noted {
                person: leaving.person.clone(),
                why: leaving.why,
                day,
                closed_at: leaving.is_over().then(|| self.now()),
                over: if leaving.is_over() { over(&leaving) } else { Vec::new() },
                changed: record.map(|record| record.value.changed.clone()).unwrap_or_default(),
            };
            let entry = match record {
                Some(record) => Entry::next(record.id, record.version, &noted)?,
                None => Entry::new(&noted)?,
            };
            let words = if leaving.is_over() {
                "off-boarding closed: everything is over"
            } else {
                "off-boarding open again"
            };
            self.put_noted(&caller, &format!("person/{}", leaving.person), &[entry], words)?;
        }
        Ok(())
    }

    pub(super) fn noted(&self, person: &str, why: Why, day: Day) -> Result<Option<Record<Noted>>> {
        let all: Vec<Record<Noted>> = self.store.read(|read| read.records(KIND))?;
        Ok(all.into_iter().find(|record| is_of(&record.value, person, why, day)))
    }
}

pub(super) fn is_of(noted: &Noted, person: &str, why: Why, day: Day) -> bool {
    noted.person == person && noted.why == why && noted.day == day
}

/// What was over, each with what was found.
fn over(leaving: &Leaving) -> Vec<String> {
    let done = leaving.items.iter().filter(|item| item.state == State::Done);
    done.map(|item| format!("{} {} {}", item.what, item.about, item.found).replace("  ", " ")).collect()
}
