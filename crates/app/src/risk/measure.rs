//! One measure: how far it is in force, what it saves and what it costs.

use model::decision::{Choice, Decision};
use model::risk::Spend;

use super::simulate::{Part, Spread, simulate};
use crate::checklist::RowState;

/// What a row's loss comes to, in yen a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reckoning {
    /// When nothing at all is done.
    pub inherent: Spread,
    /// As far as the measure is in force today.
    pub now: Spread,
    /// Once it is in force everywhere.
    pub after: Spread,
}

impl Reckoning {
    /// What the measure saves already, in the mean.
    #[must_use]
    pub fn saved(&self) -> f64 {
        (self.inherent.mean - self.now.mean).max(0.0)
    }

    /// What it would save beyond that, in the mean.
    #[must_use]
    pub fn to_save(&self) -> f64 {
        (self.now.mean - self.after.mean).max(0.0)
    }

    /// What it saves in all when it is in force everywhere, in the mean.
    #[must_use]
    pub fn effect(&self) -> f64 {
        (self.inherent.mean - self.after.mean).max(0.0)
    }
}

/// The share of a measure that is in force, 0 to 1: the verdicts that pass of those that count. What is unknown or
/// accepted never counts as protected, nor does the part of a SHALL statement that the profile leaves out. Where nothing
/// is judged, the word of the decision counts.
#[must_use]
pub(crate) fn share(state: &RowState, choice: Choice) -> f64 {
    let counts = state.leading();
    if counts.total() > 0 {
        f64::from(counts.pass) / f64::from(counts.total()) * state.counted()
    } else if choice == Choice::Done {
        state.counted()
    } else {
        0.0
    }
}

/// The share of the loss that is left when a measure is in force to a share.
pub(super) fn left(prevented_percent: u8, share: f64) -> f64 {
    1.0 - f64::from(prevented_percent.min(100)) / 100.0 * share.clamp(0.0, 1.0)
}

/// What is still to be spent on a measure: of one decided as done only what it costs every year, for the rest is paid.
pub(super) fn to_spend(decision: &Decision) -> Option<Spend> {
    let spend = decision.cost?.total();
    Some(match decision.choice {
        Choice::Done => Spend { once: 0, ..spend },
        _ => spend,
    })
}

/// Yen a year when what is spent once lasts so many years.
#[must_use]
pub fn yearly(spend: Spend, horizon_years: u32) -> f64 {
    spend.once as f64 / f64::from(horizon_years.max(1)) + spend.yearly as f64
}

/// A row's own reckoning, alone.
pub(crate) fn reckon(no: u32, decision: &Decision, state: &RowState) -> Option<Reckoning> {
    let loss = decision.loss?;
    let outlook = simulate(&[Part { no, loss, left: [0.0; super::simulate::SCENARIOS] }]);
    let inherent = *outlook.rows.first()?;
    Some(of(inherent, loss.prevented_percent, share(state, decision.choice)))
}

/// A reckoning from the loss when nothing is done.
pub(super) fn of(inherent: Spread, prevented_percent: u8, share: f64) -> Reckoning {
    Reckoning {
        inherent,
        now: inherent.times(left(prevented_percent, share)),
        after: inherent.times(left(prevented_percent, 1.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::verdict::Counts;

    #[test]
    fn only_what_passes_is_in_force() {
        let check = |choice: Choice, shall: Counts, all: Counts, expected: f64| {
            let state = RowState { all, shall, outcome: all.worst(), ..RowState::default() };
            assert!((share(&state, choice) - expected).abs() < 1e-9, "{choice:?} {shall:?} {all:?}");
        };
        let none = Counts::default();
        let mixed = Counts { pass: 6, fail: 2, unknown: 1, waived: 1 };
        check(Choice::Done, mixed, mixed, 0.6);
        check(Choice::Open, none, Counts { pass: 1, unknown: 3, ..none }, 0.25);
        check(Choice::Do, Counts { pass: 2, ..none }, Counts { pass: 2, fail: 9, ..none }, 1.0);
        check(Choice::Done, none, none, 1.0);
        check(Choice::Do, none, none, 0.0);
        check(Choice::NotNeeded, none, none, 0.0);
    }

    #[test]
    fn what_the_profile_leaves_out_is_not_in_force() {
        let pass = Counts { pass: 4, ..Counts::default() };
        let check = |shall: Counts, judged: u32, left_out: u32, expected: f64| {
            let state = RowState { all: pass, shall, outcome: pass.worst(), judged, left_out };
            assert!((share(&state, Choice::Done) - expected).abs() < 1e-9, "{judged} {left_out}");
        };
        check(pass, 1, 0, 1.0);
        check(pass, 3, 1, 0.75);
        check(Counts::default(), 0, 2, 0.0);
        check(Counts::default(), 0, 0, 1.0);
    }

    #[test]
    fn the_loss_left_follows_the_facts() {
        let inherent = Spread { mean: 1_000.0, low: 0.0, middle: 0.0, high: 5_000.0 };
        let check = |percent: u8, share: f64, now: f64, after: f64| {
            let own = of(inherent, percent, share);
            assert!((own.now.mean - now).abs() < 1e-9 && (own.after.mean - after).abs() < 1e-9, "{own:?}");
            assert!((own.saved() + own.to_save() - own.effect()).abs() < 1e-9);
        };
        check(80, 0.0, 1_000.0, 200.0);
        check(80, 0.5, 600.0, 200.0);
        check(80, 1.0, 200.0, 200.0);
        check(0, 1.0, 1_000.0, 1_000.0);
        check(100, 1.0, 0.0, 0.0);
        check(250, 1.0, 0.0, 0.0);
    }

    #[test]
    fn what_is_done_goes_on_costing_every_year() {
        let cost = model::risk::Cost { tools: Spend { once: 450_000, yearly: 30_000 }, ..Default::default() };
        let check = |choice: Choice, cost: Option<model::risk::Cost>, expected: Option<(u64, u64)>| {
            let spend = to_spend(&Decision { choice, cost, ..Decision::default() });
            assert_eq!(spend.map(|spend| (spend.once, spend.yearly)), expected, "{choice:?}");
        };
        check(Choice::Done, Some(cost), Some((0, 30_000)));
        check(Choice::Do, Some(cost), Some((450_000, 30_000)));
        check(Choice::Done, None, None);
        check(Choice::Open, None, None);
    }

    #[test]
    fn what_is_spent_once_is_spread() {
        let spend = Spend { once: 450_000, yearly: 30_000 };
        assert!((yearly(spend, 3) - 180_000.0).abs() < 1e-9);
        assert!((yearly(spend, 0) - 480_000.0).abs() < 1e-9);
    }
}
