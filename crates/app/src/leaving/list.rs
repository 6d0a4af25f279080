//! Who leaves or is on leave, and how everything stands for each.

use model::decision::Day;
use model::facts::EmploymentStatus;
use model::{At, Caller};

use super::close::is_of;
use super::ground::Ground;
use super::item::{Case, items, reason};
use super::{Item, State, Why};
use crate::person::{Listed, everybody};
use crate::{Action, App, AppError, Result};

/// One off-boarding.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// How the person stands today.
    pub standing: EmploymentStatus,
    /// Why.
    pub why: Why,
    /// The last day, or the first day of the leave; `None` when the register does not say.
    pub day: Option<Day>,
    /// Days from today to that day; negative when it is past.
    pub days_left: Option<i64>,
    /// Whether everything should be over.
    pub due: bool,
    /// What has to be over, the open first.
    pub items: Vec<Item>,
    /// When it was noted as closed.
    pub closed_at: Option<At>,
}

impl Leaving {
    /// How many items stand so.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }

    /// Whether everything is over, and the day is past.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.due && self.day.is_some() && self.items.iter().all(|item| item.state == State::Done)
    }

    /// Whether something is open that should be over.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.due && self.count(State::Open) > 0
    }
}

/// One off-boarding with its history.
#[derive(Clone, Debug)]
pub struct ShownLeaving {
    /// It.
    pub leaving: Leaving,
    /// When it closed and was opened again, the newest first: when, by whom, whether it closed.
    pub history: Vec<(String, String, bool)>,
}

/// Off-boardings in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeavingSummary {
    /// Not over.
    pub open: usize,
    /// Of those, with something open past its day.
    pub overdue: usize,
}

impl LeavingSummary {
    pub(super) fn of(all: &[Leaving]) -> Self {
        Self {
            open: all.iter().filter(|leaving| !leaving.is_over()).count(),
            overdue: all.iter().filter(|leaving| leaving.is_overdue()).count(),
        }
    }
}

impl App {
    /// Every off-boarding: those with something open past its day first, then by day; those that are over last.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn leavings(&self, caller: &Caller) -> Result<Vec<Leaving>> {
        self.allow(caller, Action::Look, "leavings")?;
        self.leavings_now()
    }

    pub(super) fn leavings_now(&self) -> Result<Vec<Leaving>> {
        let now = self.now();
        let today = Day::of(now);
        self.store.read(|read| {
            let people = everybody(read, today)?;
            let concerned: Vec<(&Listed, Why, Option<Day>)> = people
                .iter()
                .filter(|person| person.retired_at.is_none() && person.registered)
                .filter_map(|person| {
                    let (why, day) = reason(&person.employment, person.standing, today)?;
                    Some((person, why, day))
                })
                .collect();
            if concerned.is_empty() {
                return Ok(Vec::new());
            }
            let mut ground = Ground::of(read)?;
            let ids: Vec<&str> = concerned.iter().map(|(person, ..)| person.id.as_str()).collect();
            ground.look_closer(read, &ids)?;
            let mut found: Vec<Leaving> = concerned
                .into_iter()
                .map(|(person, why, day)| judged(person, (why, day), &ground, now))
                .collect();
            found.sort_by_key(|leaving| (leaving.is_over(), !leaving.is_overdue(), leaving.day));
            Ok::<_, AppError>(found)
        })
    }

    /// One off-boarding.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the person neither leaves nor is on leave.
    pub fn leaving(&self, caller: &Caller, person: &str) -> Result<ShownLeaving> {
        self.allow(caller, Action::Look, &format!("person/{person}"))?;
        let all = self.leavings_now()?;
        let leaving = all.into_iter().find(|leaving| leaving.person == person);
        let leaving = leaving.ok_or(AppError::NotFound("leaving"))?;
        let record = leaving.day.map(|day| self.noted(person, leaving.why, day)).transpose()?.flatten();
        let history = match record {
            None => Vec::new(),
            Some(record) => {
                let versions = self
                    .store
                    .read(|read| read.record_versions::<super::Noted>(super::KIND, record.id, 50))?;
                let mut found: Vec<(String, String, bool)> = Vec::new();
                let mut before = false;
                for version in versions.into_iter().rev() {
                    let closed = version.value.closed_at.is_some();
                    if closed != before {
                        found.push((version.at.minute(), version.by, closed));
                    }
                    before = closed;
                }
                found.reverse();
                found
            }
        };
        Ok(ShownLeaving { leaving, history })
    }
}

fn judged(person: &Listed, (why, day): (Why, Option<Day>), ground: &Ground, now: At) -> Leaving {
    let today = Day::of(now);
    let mut noted = ground.noted.iter().map(|record| &record.value);
    let noted = day.and_then(|day| noted.rfind(|noted| is_of(noted, &person.id, why, day)));
    // Without a date, whoever left has left before today.
    let counts = day.unwrap_or_else(|| today.plus_days(-1));
    let case = Case { id: &person.id, employment: &person.employment, why, day: counts, now, noted };
    let mut items = items(&case, ground);
    items.sort_by_key(|item| item.state);
    Leaving {
        person: person.id.clone(),
        name: person.name.clone(),
        standing: person.standing,
        why,
        day,
        days_left: day.map(|day| today.days_until(day)),
        due: case.is_due(),
        items,
        closed_at: noted.and_then(|noted| noted.closed_at),
    }
}
