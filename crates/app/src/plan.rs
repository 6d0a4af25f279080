//! The plan: what is to be done, by damage and by day.

use model::Caller;
use model::decision::{Choice, Day, Severity};

use crate::checklist::RowLine;
use crate::{App, Result};

/// A row of the plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The checklist row.
    pub line: RowLine,
    /// By when.
    pub due: Option<Day>,
    /// How bad the damage would be.
    pub damage: Severity,
    /// Days from today to the due day; negative when it is past.
    pub days_left: Option<i64>,
}

impl Planned {
    /// Whether the day is past.
    #[must_use]
    pub fn overdue(&self) -> bool {
        self.days_left.is_some_and(|days| days < 0)
    }
}

/// The plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rows to do: the worst damage first, then the nearest day.
    pub to_do: Vec<Planned>,
    /// Rows nobody has decided about, that are not met.
    pub undecided: Vec<RowLine>,
    /// Rows done.
    pub done: usize,
    /// Rows not needed.
    pub not_needed: usize,
    /// Today in Japan.
    pub today: Day,
}

impl App {
    /// The plan.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn plan(&self, caller: &Caller) -> Result<Plan> {
        let today = Day::of(self.now());
        let mut plan = Plan { to_do: Vec::new(), undecided: Vec::new(), done: 0, not_needed: 0, today };
        for line in self.rows(caller)? {
            let decision = line.version.as_ref().map(|version| version.decision.clone()).unwrap_or_default();
            match decision.choice {
                Choice::Done => plan.done += 1,
                Choice::NotNeeded => plan.not_needed += 1,
                Choice::Do => plan.to_do.push(Planned {
                    due: decision.due,
                    damage: decision.damage(),
                    days_left: decision.due.map(|due| today.days_until(due)),
                    line,
                }),
                Choice::Open if line.state.outcome != Some(model::Outcome::Pass) => plan.undecided.push(line),
                Choice::Open => {}
            }
        }
        plan.to_do
            .sort_by_key(|planned| (std::cmp::Reverse(planned.damage), planned.due, planned.line.row.no));
        Ok(plan)
    }
}
