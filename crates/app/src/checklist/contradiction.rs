//! Where a decision and the facts, or a decision and itself, do not fit together.

use std::collections::BTreeSet;

use guideline::catalog::Row;
use model::decision::{Choice, Day, Decision, Severity};
use model::{Level, Outcome};
use store::{Read, StoreError};

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
    /// Not needed until a day that is past.
    AcceptanceOver,
    /// Not needed, but something fails that did not fail when that was decided.
    AcceptanceStale,
    /// Decided without rating any damage.
    Unrated,
}

impl Contradiction {
    /// Every kind.
    pub const ALL: [Contradiction; 8] = [
        Contradiction::DoneButFails,
        Contradiction::DoneButUnknown,
        Contradiction::Overdue,
        Contradiction::DoButMet,
        Contradiction::NotNeededButFails,
        Contradiction::AcceptanceOver,
        Contradiction::AcceptanceStale,
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
            Contradiction::AcceptanceOver => "acceptance-over",
            Contradiction::AcceptanceStale => "acceptance-stale",
            Contradiction::Unrated => "unrated",
        }
    }

    /// The field of the form to look at, as its id on the page.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Contradiction::DoneButFails | Contradiction::DoneButUnknown | Contradiction::DoButMet => "choice",
            Contradiction::Overdue | Contradiction::AcceptanceOver => "due",
            Contradiction::NotNeededButFails | Contradiction::AcceptanceStale => "reason",
            Contradiction::Unrated => "impacts",
        }
    }

    /// What does not fit in a row. `failing` holds what fails now, for a row whose decision has a basis.
    pub(crate) fn find(decision: &Decision, state: &RowState, failing: &[String], today: Day) -> Vec<Self> {
        let mut found = Vec::new();
        let outcome = state.outcome;
        // What the profile leaves out is not judged: the rest does not show that the measure is met.
        let met = outcome == Some(Outcome::Pass) && state.left_out == 0;
        let past = decision.due.is_some_and(|due| due < today);
        match decision.choice {
            Choice::Done if outcome == Some(Outcome::Fail) => found.push(Self::DoneButFails),
            Choice::Done if matches!(outcome, Some(Outcome::Unknown) | None) => {
                found.push(Self::DoneButUnknown)
            }
            Choice::Do if past && !met => found.push(Self::Overdue),
            Choice::Do if met => found.push(Self::DoButMet),
            Choice::NotNeeded => {
                if state.shall.of(Outcome::Fail) > 0 {
                    found.push(Self::NotNeededButFails);
                }
                if past {
                    found.push(Self::AcceptanceOver);
                }
                if let Some(basis) = &decision.basis
                    && outgrown(basis, failing)
                {
                    found.push(Self::AcceptanceStale);
                }
            }
            _ => {}
        }
        if decision.choice != Choice::Open && decision.damage() == Severity::Unrated {
            found.push(Self::Unrated);
        }
        found
    }
}

/// A figure or a word a decided row still lacks. The name is the last part of its locale key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hole {
    /// The damage is serious or worse, but no loss is reckoned.
    NoLoss,
    /// A loss, but no asset it is reckoned from, although there are assets to choose from.
    NoAsset,
    /// To be done, without a cost.
    NoCost,
    /// To be done, by nobody.
    NoOwner,
    /// A SHALL is not needed, without a reason.
    NoReason,
    /// A SHALL is not needed, without a day when that is looked at again.
    NoDay,
}

impl Hole {
    /// Every kind.
    pub const ALL: [Hole; 6] =
        [Hole::NoLoss, Hole::NoAsset, Hole::NoCost, Hole::NoOwner, Hole::NoReason, Hole::NoDay];

    /// The name, for example `no-loss`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Hole::NoLoss => "no-loss",
            Hole::NoAsset => "no-asset",
            Hole::NoCost => "no-cost",
            Hole::NoOwner => "no-owner",
            Hole::NoReason => "no-reason",
            Hole::NoDay => "no-day",
        }
    }

    /// The field of the form to fill in, as its id on the page.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Hole::NoLoss => "loss_low",
            Hole::NoAsset => "assets",
            Hole::NoCost => "tools_once",
            Hole::NoOwner => "owner",
            Hole::NoReason => "reason",
            Hole::NoDay => "due",
        }
    }

    /// What a decision lacks. `inventory` says whether there are assets to choose from.
    pub(crate) fn find(decision: &Decision, binds: bool, inventory: bool) -> Vec<Self> {
        let choice = decision.choice;
        let lacks = |hole: Hole| match hole {
            Hole::NoLoss => {
                choice != Choice::Open && decision.damage() >= Severity::Serious && decision.loss.is_none()
            }
            Hole::NoAsset => inventory && decision.loss.is_some() && decision.assets.is_empty(),
            Hole::NoCost => choice == Choice::Do && decision.cost.is_none(),
            Hole::NoOwner => choice == Choice::Do && decision.owner.trim().is_empty(),
            Hole::NoReason => choice == Choice::NotNeeded && binds && decision.reason.trim().is_empty(),
            Hole::NoDay => choice == Choice::NotNeeded && binds && decision.due.is_none(),
        };
        Self::ALL.into_iter().filter(|hole| lacks(*hole)).collect()
    }
}

/// What fails in a row now, as `5.1.4-1 device/PC-001`, at most so many.
pub(crate) fn failing(read: &Read<'_>, row: &Row, most: usize) -> Result<Vec<String>, StoreError> {
    let mut pairs = Vec::new();
    for id in &row.statements {
        let left = most.saturating_sub(pairs.len());
        for subject in read.failing_subjects(id, u32::try_from(left).unwrap_or(u32::MAX))? {
            pairs.push(format!("{id} {subject}"));
        }
    }
    Ok(pairs)
}

/// Notes failing pairs in the order of [`failing`]: the first ones, and when there are more, how many in all.
pub(crate) fn noted(mut pairs: Vec<String>, most: usize) -> Vec<String> {
    let all = pairs.len();
    if all > most {
        pairs.truncate(most);
        pairs.push(format!("… {all} in all"));
    }
    pairs
}

/// Whether something fails that was not noted. Of a list that was cut, statements before the one at the cut are noted
/// whole; of that one and those after it only the number in all is known.
fn outgrown(basis: &[String], failing: &[String]) -> bool {
    let all = basis.last().and_then(|last| last.strip_prefix("… ")?.strip_suffix(" in all")?.parse().ok());
    let known: BTreeSet<&String> = basis.iter().collect();
    let Some(all) = all else { return failing.iter().any(|pair| !known.contains(pair)) };
    let statement = |pair: &String| pair.split(' ').next().map(str::to_owned);
    let at_cut = basis.iter().rev().nth(1).and_then(statement);
    failing.len() > all
        || failing.iter().take_while(|pair| statement(pair) != at_cut).any(|pair| !known.contains(pair))
}

/// Whether a row holds a SHALL statement under a profile, also one that the profile leaves out: leaving it out makes it
/// no smaller.
pub(crate) fn binds(
    row: &guideline::catalog::Row,
    catalog: &guideline::Catalog,
    profile: &guideline::Profile,
) -> bool {
    row.statements
        .iter()
        .filter_map(|id| catalog.statement(id))
        .any(|statement| profile.level(statement) == Level::Shall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::verdict::Counts;

    fn rated(choice: Choice, due: Option<&str>) -> Decision {
        let mut decision =
            Decision { choice, due: due.map(|day| day.parse().unwrap()), ..Decision::default() };
        decision.impacts[0].severity = Severity::Serious;
        decision
    }

    fn find(decision: &Decision, counts: Counts, failing: &[&str]) -> Vec<Contradiction> {
        let state = RowState { all: counts, shall: counts, outcome: counts.worst(), ..RowState::default() };
        let failing: Vec<String> = failing.iter().map(|pair| (*pair).to_owned()).collect();
        Contradiction::find(decision, &state, &failing, "2026-11-24".parse().unwrap())
    }

    #[test]
    fn decisions_are_held_against_the_facts() {
        let check = |choice: Choice, due: Option<&str>, counts: Counts, expected: &[Contradiction]| {
            assert_eq!(find(&rated(choice, due), counts, &[]), expected, "{choice:?} {due:?} {counts:?}");
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
        check(Choice::NotNeeded, None, pass, &[]);
        check(Choice::NotNeeded, None, fail, &[Contradiction::NotNeededButFails]);
        check(Choice::NotNeeded, Some("2026-11-24"), pass, &[]);
        check(Choice::NotNeeded, Some("2026-11-23"), pass, &[Contradiction::AcceptanceOver]);
        check(
            Choice::NotNeeded,
            Some("2026-11-23"),
            fail,
            &[Contradiction::NotNeededButFails, Contradiction::AcceptanceOver],
        );
        check(Choice::Open, None, fail, &[]);
        let unrated = Decision { choice: Choice::Done, ..Decision::default() };
        assert_eq!(find(&unrated, pass, &[]), [Contradiction::Unrated]);
    }

    #[test]
    fn an_acceptance_rests_on_what_failed_then() {
        let pass = Counts { pass: 1, ..Counts::default() };
        let check = |basis: Option<&[&str]>, failing: &[&str], stale: bool| {
            let basis = basis.map(|pairs| pairs.iter().map(|pair| (*pair).to_owned()).collect());
            let decision = Decision { basis, ..rated(Choice::NotNeeded, None) };
            let found = find(&decision, pass, failing).contains(&Contradiction::AcceptanceStale);
            assert_eq!(found, stale, "{failing:?}");
        };
        check(Some(&["5.1.4-1 device/PC-001"]), &["5.1.4-1 device/PC-001"], false);
        check(Some(&["5.1.4-1 device/PC-001"]), &[], false);
        check(Some(&["5.1.4-1 device/PC-001"]), &["5.1.4-1 device/PC-002"], true);
        check(Some(&[]), &["5.1.4-1 device/PC-002"], true);
        check(None, &["5.1.4-1 device/PC-002"], false);
    }

    #[test]
    fn a_long_basis_notes_how_many_there_are() {
        let pairs = |statement: &str, many: std::ops::Range<u32>| -> Vec<String> {
            many.map(|number| format!("{statement} device/PC-{number}")).collect()
        };
        let then = [pairs("5.1.1-1", 0..2), pairs("5.1.2-1", 0..10)].concat();
        let basis = noted(then.clone(), 5);
        assert_eq!((basis.len(), basis.last().map(String::as_str)), (6, Some("… 12 in all")));
        assert_eq!(noted(then.clone(), 12), then);
        let check = |failing: Vec<String>, stale: bool| assert_eq!(outgrown(&basis, &failing), stale);
        check(then.clone(), false);
        check([pairs("5.1.1-1", 0..1), pairs("5.1.2-1", 0..10)].concat(), false);
        check([pairs("5.1.1-1", 1..2), pairs("5.1.2-1", 5..10)].concat(), false);
        check([pairs("5.1.1-1", 0..2), pairs("5.1.2-1", 0..11)].concat(), true);
        check([pairs("5.1.1-1", 5..6), pairs("5.1.2-1", 0..10)].concat(), true);
        check(Vec::new(), false);
    }

    #[test]
    fn what_the_profile_leaves_out_is_not_met() {
        let pass = Counts { pass: 3, ..Counts::default() };
        let check = |due: &str, left_out: u32, expected: &[Contradiction]| {
            let state = RowState { all: pass, shall: pass, outcome: pass.worst(), judged: 1, left_out };
            let found = Contradiction::find(
                &rated(Choice::Do, Some(due)),
                &state,
                &[],
                "2026-11-24".parse().unwrap(),
            );
            assert_eq!(found, expected, "{due} {left_out}");
        };
        check("2026-12-01", 0, &[Contradiction::DoButMet]);
        check("2026-12-01", 1, &[]);
        check("2026-11-23", 1, &[Contradiction::Overdue]);
    }

    #[test]
    fn holes_are_what_a_decision_lacks() {
        let check = |decision: &Decision, binds: bool, expected: &[Hole]| {
            assert_eq!(Hole::find(decision, binds, true), expected, "{decision:?}");
        };
        check(&rated(Choice::Open, None), true, &[]);
        check(&rated(Choice::Done, None), true, &[Hole::NoLoss]);
        check(&rated(Choice::Do, None), true, &[Hole::NoLoss, Hole::NoCost, Hole::NoOwner]);
        check(&rated(Choice::NotNeeded, None), true, &[Hole::NoLoss, Hole::NoReason, Hole::NoDay]);
        check(&rated(Choice::NotNeeded, None), false, &[Hole::NoLoss]);
        let range = model::risk::Range { low: 1, high: 2 };
        let loss = Some(model::risk::Loss { event_yen: range, per_millennium: range, prevented_percent: 80 });
        check(&Decision { loss, ..rated(Choice::Done, None) }, true, &[Hole::NoAsset]);
        check(&Decision { loss, assets: vec![1], ..rated(Choice::Done, None) }, true, &[]);
        let without = Decision { loss, ..rated(Choice::Done, None) };
        assert_eq!(Hole::find(&without, true, false), [], "there is nothing to choose from");
    }
}
