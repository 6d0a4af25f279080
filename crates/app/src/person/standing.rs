//! How somebody stands, reckoned from the register's dates, and the register kept true as days pass.

use model::decision::Day;
use model::facts::{Employment, EmploymentStatus};
use model::{At, Caller, Lang, Role, Source, Subject, SubjectKind};
use serde_json::{Map, Value};

use super::SECTION;
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// How somebody stands on a day. The last day and both ends of a leave still belong to what they end: who leaves on the
/// 30th has left on the 31st. Where no date says it, what was stated stays.
#[must_use]
pub fn standing(employment: &Employment, today: Day) -> EmploymentStatus {
    let stated = employment.status.unwrap_or(EmploymentStatus::Active);
    let day = |at: Option<At>| at.map(Day::of);
    match day(employment.left_at) {
        Some(last) if today > last => return EmploymentStatus::Left,
        None if stated == EmploymentStatus::Left => return EmploymentStatus::Left,
        _ => {}
    }
    let is_back = day(employment.leave_until_at).is_some_and(|until| today > until);
    match day(employment.leave_from_at) {
        Some(from) if from <= today && !is_back => EmploymentStatus::OnLeave,
        None if stated == EmploymentStatus::OnLeave && !is_back => EmploymentStatus::OnLeave,
        None if stated == EmploymentStatus::Unknown => EmploymentStatus::Unknown,
        _ => EmploymentStatus::Active,
    }
}

/// The word for how somebody stands, for example `on_leave`.
#[must_use]
pub fn word(status: EmploymentStatus) -> &'static str {
    match status {
        EmploymentStatus::Active => "active",
        EmploymentStatus::OnLeave => "on_leave",
        EmploymentStatus::Left => "left",
        EmploymentStatus::Unknown => "unknown",
    }
}

/// The program itself, when a day passes: no person, and named so in the audit chain.
pub(crate) fn passing_of_time() -> Caller {
    Caller { name: "schedule".into(), role: Role::Administrator, lang: Lang::Ja }
}

impl App {
    /// States anew how everybody stands whose date has passed.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn restate_standings(&self) -> Result<()> {
        let all = self.store.read(|read| read.section_of_all(SubjectKind::Person, SECTION))?;
        self.restate(&passing_of_time(), Action::PersonSave, all)
    }

    /// The same for one person, of whom new facts came: what was brought in may say a standing its dates do not.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn standing_came(&self, caller: &Caller, person: &Subject) -> Result<()> {
        let found = self.section_of(person, SECTION)?.map(|value| (person.id.clone(), value));
        self.restate(caller, Action::PersonSave, found)
    }

    fn restate(
        &self,
        caller: &Caller,
        action: Action,
        all: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<()> {
        let today = Day::of(self.now());
        let mut stated = Vec::new();
        for (id, value) in all {
            let Ok(employment) = serde_json::from_value::<Employment>(value) else { continue };
            let now = standing(&employment, today);
            if employment.status == Some(now)
                || employment.status.is_none() && now == EmploymentStatus::Active
            {
                continue;
            }
            let detail = format!("standing as of {today}: {}", word(now));
            stated.push(statement(&id, "", &Employment { status: Some(now), ..employment }, detail)?);
        }
        self.state_many(caller, action, stated)?;
        Ok(())
    }
}

/// What the register says of somebody, to be stated. An empty name leaves the one there is.
pub(super) fn statement(id: &str, name: &str, employment: &Employment, detail: String) -> Result<Statement> {
    let value = serde_json::to_value(employment)
        .map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
    Ok(Statement {
        subject: Subject::new(SubjectKind::Person, id),
        name: name.to_owned(),
        source: Source::Record,
        facts: Map::from_iter([(SECTION.to_owned(), value)]),
        detail,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Option<At> {
        (!day.is_empty()).then(|| format!("{day}T00:00:00+09:00").parse().unwrap())
    }

    #[test]
    fn dates_decide_and_the_last_day_still_counts() {
        let check = |stated, [left, from, until]: [&str; 3], today: &str, expected| {
            let employment = Employment {
                status: Some(stated),
                left_at: at(left),
                leave_from_at: at(from),
                leave_until_at: at(until),
                ..Employment::default()
            };
            assert_eq!(
                standing(&employment, today.parse().unwrap()),
                expected,
                "{left} {from} {until} {today}"
            );
        };
        use EmploymentStatus::{Active, Left, OnLeave, Unknown};
        check(Active, ["", "", ""], "2026-11-24", Active);
        check(Active, ["2026-11-24", "", ""], "2026-11-24", Active);
        check(Active, ["2026-11-24", "", ""], "2026-11-25", Left);
        // Somebody who was said to have left, but whose last day lies ahead, is here.
        check(Left, ["2026-12-01", "", ""], "2026-11-25", Active);
        check(Left, ["", "", ""], "2026-11-25", Left);
        check(Active, ["", "2026-11-24", "2026-11-30"], "2026-11-23", Active);
        check(Active, ["", "2026-11-24", "2026-11-30"], "2026-11-24", OnLeave);
        check(OnLeave, ["", "2026-11-24", "2026-11-30"], "2026-11-30", OnLeave);
        check(OnLeave, ["", "2026-11-24", "2026-11-30"], "2026-12-01", Active);
        check(Active, ["", "2026-11-24", ""], "2027-11-24", OnLeave);
        check(OnLeave, ["", "", ""], "2026-11-24", OnLeave);
        check(OnLeave, ["", "", "2026-11-23"], "2026-11-24", Active);
        check(OnLeave, ["2026-11-23", "2026-10-01", ""], "2026-11-24", Left);
        check(Unknown, ["", "", ""], "2026-11-24", Unknown);
    }

    #[test]
    fn without_any_word_somebody_works_here() {
        assert_eq!(standing(&Employment::default(), "2026-11-24".parse().unwrap()), EmploymentStatus::Active);
    }
}
