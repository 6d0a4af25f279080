//! Where a decision and the facts, or a decision and itself, do not fit together.

use model::decision::{Choice, Day, Decision, Severity};
use model::{Level, Outcome};

use super::RowState;

/// Something a person should look at again. The name is the last part of its locale key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contradiction {
    /// Decided as done, but a statement fails.
    DoneButFails,
    /// Decided as done, but nothing proves it.
    DoneButUnknown,
    /// To be done by a day that is past.
    Overdue,
    /// To be done, but everything is met already.
    DoButMet,
    /// Not needed, although a SHALL statement is broken.
    NotNeededButFails,
    /// Decided without rating any damage.
    Unrated,
}

impl Contradiction {
    /// Every kind.
    pub const ALL: [Contradiction; 6] = [
        Contradiction::DoneButFails,
        Contradiction::DoneButUnknown,
        Contradiction::Overdue,
        Contradiction::DoButMet,
        Contradiction::NotNeededButFails,
        Contradiction::Unrated,
    ];

    /// The name, for example `done-but-fails`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Contradiction::DoneButFails => "done-but-fails",
            Contradiction::DoneButUnknown => "done-but-unknown",
            Contradiction::Overdue => "overdue",
            Contradiction::DoButMet => "do-but-met",
            Contradiction::NotNeededButFails => "not-needed-but-fails",
            Contradiction::Unrated => "unrated",
        }
    }

    /// What does not fit in a row.
    pub(crate) fn find(decision: &Decision, state: &RowState, today: Day) -> Vec<Self> {
        let mut found = Vec::new();
        let outcome = state.outcome;
        match decision.choice {
            Choice::Done if outcome == Some(Outcome::Fail) => found.push(Self::DoneButFails),
            Choice::Done if matches!(outcome, Some(Outcome::Unknown) | None) => {
                found.push(Self::DoneButUnknown)
            }
            Choice::Do if decision.due.is_some_and(|due| due < today) && outcome != Some(Outcome::Pass) => {
                found.push(Self::Overdue);
            }
            Choice::Do if outcome == Some(Outcome::Pass) => found.push(Self::DoButMet),
            Choice::NotNeeded if state.shall.of(Outcome::Fail) > 0 => found.push(Self::NotNeededButFails),
            _ => {}
        }
        if decision.choice != Choice::Open && decision.damage() == Severity::Unrated {
            found.push(Self::Unrated);
        }
        found
    }
}

/// Whether a row holds a SHALL statement under a profile.
pub(crate) fn binds(
    row: &guideline::catalog::Row,
    catalog: &guideline::Catalog,
    profile: &guideline::Profile,
) -> bool {
    let statements = row.statements.iter().filter(|id| profile.exclusion(id).is_none());
    statements
        .filter_map(|id| catalog.statement(id))
        .any(|statement| profile.level(statement) == Level::Shall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::verdict::Counts;

    #[test]
    fn decisions_are_held_against_the_facts() {
        let check = |choice: Choice, due: Option<&str>, counts: Counts, expected: &[Contradiction]| {
            let mut decision =
                Decision { choice, due: due.map(|day| day.parse().unwrap()), ..Decision::default() };
            decision.impacts[0].severity = Severity::Serious;
            let state = RowState { all: counts, shall: counts, outcome: counts.worst() };
            let found = Contradiction::find(&decision, &state, "2026-11-24".parse().unwrap());
            assert_eq!(found, expected, "{choice:?} {due:?} {counts:?}");
        };
        let pass = Counts { pass: 3, ..Counts::default() };
        let fail = Counts { pass: 2, fail: 1, ..Counts::default() };
        let unknown = Counts { unknown: 1, ..Counts::default() };
        check(Choice::Done, None, pass, &[]);
        check(Choice::Done, None, fail, &[Contradiction::DoneButFails]);
        check(Choice::Done, None, unknown, &[Contradiction::DoneButUnknown]);
        check(Choice::Do, Some("2026-11-24"), fail, &[]);
        check(Choice::Do, Some("2026-11-23"), fail, &[Contradiction::Overdue]);
        check(Choice::Do, Some("2026-11-23"), pass, &[Contradiction::DoButMet]);
        check(Choice::NotNeeded, None, fail, &[Contradiction::NotNeededButFails]);
        check(Choice::Open, None, fail, &[]);
        let unrated = Decision { choice: Choice::Done, ..Decision::default() };
        let state = RowState { all: pass, shall: pass, outcome: pass.worst() };
        let found = Contradiction::find(&unrated, &state, "2026-11-24".parse().unwrap());
        assert_eq!(found, [Contradiction::Unrated]);
    }
}
