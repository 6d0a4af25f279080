//! The set of measures that saves most within a budget.

/// How many sets are followed at once: what bounds the work. The rows of a checklist stay far below it.
const SETS_MAX: usize = 20_000;
/// Sums of the same amounts in another order differ by less than this share.
const ROUNDING: f64 = 1e-9;

/// Something that can be bought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Offer {
    /// What it costs in the first year, in yen.
    pub(super) cost: u64,
    /// What it saves a year, in yen.
    pub(super) saves: f64,
}

/// Which offers to take.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Best {
    /// Offer by offer, in their order.
    pub(super) taken: Vec<bool>,
    /// Whether no other set within the budget saves more; otherwise there were too many sets to follow all.
    pub(super) exact: bool,
}

/// A set of offers, as the last one taken and the set it was added to.
#[derive(Clone, Copy)]
struct Set {
    cost: u64,
    saves: f64,
    /// Its place on the trail, plus one; 0 for the empty set.
    trail: usize,
}

/// Which offers to take; never dearer than the budget. Of sets that save the same, the cheapest.
///
/// Offer by offer, every set is kept that no other beats in both cost and saving, and that could still come out ahead
/// of the best one known. Costs are never rounded, so the answer is exact to the yen.
pub(super) fn best(offers: &[Offer], budget: u64) -> Best {
    let affordable = |offer: &Offer| offer.cost <= budget && offer.saves > 0.0;
    let all = offers.iter().filter(|offer| affordable(offer)).map(|offer| u128::from(offer.cost));
    if all.sum::<u128>() <= u128::from(budget) {
        return Best { taken: offers.iter().map(affordable).collect(), exact: true };
    }
    let mut queue: Vec<(usize, Offer)> =
        offers.iter().copied().enumerate().filter(|(_, offer)| affordable(offer)).collect();
    let rate = |offer: &Offer| if offer.cost == 0 { f64::INFINITY } else { offer.saves / offer.cost as f64 };
    queue.sort_by(|(_, a), (_, b)| rate(b).total_cmp(&rate(a)));

    let (greedy, greedy_saves) = by_rate(&queue, budget);
    let mut exact = true;
    let mut trail: Vec<(usize, usize)> = Vec::new();
    let mut sets = vec![Set { cost: 0, saves: 0.0, trail: 0 }];
    let mut rest = queue.as_slice();
    while let Some(((at, offer), after)) = rest.split_first() {
        rest = after;
        let added: Vec<Set> = sets
            .iter()
            .filter(|set| offer.cost <= budget.saturating_sub(set.cost))
            .map(|set| {
                trail.push((*at, set.trail));
                Set { cost: set.cost + offer.cost, saves: set.saves + offer.saves, trail: trail.len() }
            })
            .collect();
        let known = sets.iter().chain(&added).map(|set| set.saves).fold(greedy_saves, f64::max);
        sets = unbeaten(sets, added);
        let hope = |set: &Set| set.saves + at_most(rest, budget.saturating_sub(set.cost));
        sets.retain(|set| hope(set) >= known * (1.0 - ROUNDING));
        if sets.len() > SETS_MAX {
            exact = false;
            sets.sort_by(|a, b| hope(b).total_cmp(&hope(a)));
            sets.truncate(SETS_MAX);
            sets.sort_by(|a, b| a.cost.cmp(&b.cost).then(b.saves.total_cmp(&a.saves)));
        }
    }

    let mut taken = vec![false; offers.len()];
    let mut take = |at: usize| {
        if let Some(slot) = taken.get_mut(at) {
            *slot = true;
        }
    };
    match sets.last() {
        Some(set) if set.saves >= greedy_saves * (1.0 - ROUNDING) => {
            let mut step = set.trail;
            while let Some((at, before)) = step.checked_sub(1).and_then(|place| trail.get(place)) {
                take(*at);
                step = *before;
            }
        }
        _ => greedy.into_iter().for_each(take),
    }
    Best { taken, exact }
}

/// Two lists of sets, each dearer and better than the one before, as one.
fn unbeaten(sets: Vec<Set>, added: Vec<Set>) -> Vec<Set> {
    let mut both = sets;
    both.extend(added);
    // Both parts are in order already, which this sort makes use of.
    both.sort_by(|a, b| a.cost.cmp(&b.cost).then(b.saves.total_cmp(&a.saves)));
    let mut most = f64::NEG_INFINITY;
    both.retain(|set| {
        let better = set.saves > most;
        most = most.max(set.saves);
        better
    });
    both
}

/// What the best rates in turn come to: a set that is good already, though seldom the best.
fn by_rate(queue: &[(usize, Offer)], budget: u64) -> (Vec<usize>, f64) {
    let (mut left, mut saves, mut taken) = (budget, 0.0, Vec::new());
    for (at, offer) in queue {
        if offer.cost <= left {
            left -= offer.cost;
            saves += offer.saves;
            taken.push(*at);
        }
    }
    (taken, saves)
}

/// More than this no set of offers saves within so many yen: the best rates in turn, the last one in part.
fn at_most(queue: &[(usize, Offer)], yen: u64) -> f64 {
    let (mut left, mut saves) = (yen, 0.0);
    for (_, offer) in queue {
        if offer.cost > left {
            return saves + offer.saves * left as f64 / offer.cost as f64;
        }
        left -= offer.cost;
        saves += offer.saves;
    }
    saves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(pairs: &[(u64, f64)]) -> Vec<Offer> {
        pairs.iter().map(|(cost, saves)| Offer { cost: *cost, saves: *saves }).collect()
    }

    fn sums(offers: &[Offer], chosen: &[bool]) -> (u64, f64) {
        let taken = offers.iter().zip(chosen).filter(|(_, chosen)| **chosen);
        taken.fold((0, 0.0), |(cost, saves), (offer, _)| (cost + offer.cost, saves + offer.saves))
    }

    #[test]
    fn chooses_what_saves_most() {
        let check = |pairs: &[(u64, f64)], budget: u64, expected: &[bool]| {
            let best = best(&offers(pairs), budget);
            assert_eq!((best.taken.as_slice(), best.exact), (expected, true), "{pairs:?} {budget}");
        };
        check(&[], 100, &[]);
        // The best ratio first would leave the better pair.
        check(&[(60, 70.0), (50, 55.0), (50, 55.0)], 100, &[false, true, true]);
        check(&[(0, 5.0), (0, 0.0), (10, 9.0)], 0, &[true, false, false]);
        // As good and cheaper.
        check(&[(90, 10.0), (30, 10.0)], 90, &[false, true]);
        check(&[(u64::MAX, 1e18), (1, 1.0)], 1_000_000_000_000_000, &[false, true]);
        check(&[(u64::MAX, 1e18), (u64::MAX, 2e18)], u64::MAX, &[false, true]);
    }

    #[test]
    fn is_exact_to_the_yen() {
        let check = |pairs: &[(u64, f64)], budget: u64, expected: &[bool]| {
            let best = best(&offers(pairs), budget);
            assert_eq!((best.taken.as_slice(), best.exact), (expected, true), "{pairs:?} {budget}");
        };
        let (a, b, c) = ((399_999, 4.0), (100_001, 1.0), (1_234_567, 9.0));
        check(&[a, b], 500_000, &[true, true]);
        check(&[a, b], 499_999, &[true, false]);
        check(&[a, b, c], 1_734_567, &[true, true, true]);
        check(&[a, b, c], 1_734_566, &[true, false, true]);
        // A dearer one that cannot be had does not stand in the way of those that fill the budget.
        check(&[(9_000_001, 99.0), a, b, c], 1_734_567, &[false, true, true, true]);
        // What does not all fit, and fills the budget to the yen.
        check(&[a, b, c, (399_998, 3.9)], 1_734_567, &[true, true, true, false]);
    }

    #[test]
    fn agrees_with_trying_every_set() {
        // A small generator of our own: the same sets every time.
        let mut state = 12_345_u64;
        let mut throw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..60 {
            let own: Vec<Offer> = (0..10)
                .map(|_| Offer { cost: throw(600_000), saves: throw(1_000) as f64 * 1_000.0 })
                .collect();
            let budget = throw(3_000_000);
            let (cost, saves) = sums(&own, &best(&own, budget).taken);
            let exact = (0..1_u32 << own.len())
                .map(|set| {
                    let chosen: Vec<bool> = (0..own.len()).map(|at| set >> at & 1 == 1).collect();
                    sums(&own, &chosen)
                })
                .filter(|(cost, _)| *cost <= budget)
                .map(|(_, saves)| saves)
                .fold(0.0, f64::max);
            assert!(cost <= budget);
            assert_eq!(saves, exact, "{own:?} {budget}");
        }
    }

    #[test]
    fn odd_yen_and_large_budgets_stay_inside_the_budget() {
        let own: Vec<Offer> =
            (1..=60).map(|at| Offer { cost: 777_777 * at + 13, saves: at as f64 * 1.5 }).collect();
        let best = best(&own, 300_000_001);
        let (cost, _) = sums(&own, &best.taken);
        assert!(best.exact && cost <= 300_000_001 && cost > 290_000_000, "{cost}");
    }

    #[test]
    fn what_is_hard_to_choose_ends_and_stays_inside_the_budget() {
        // Savings that go along with costs, and no two sums alike: the worst there is to choose from.
        let mut state = 7_u64;
        let own: Vec<Offer> = (0..60)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let cost = 1_000_000 + (state >> 20) % 1_000_000_000;
                Offer { cost, saves: cost as f64 + 100_000_000.0 }
            })
            .collect();
        let budget = own.iter().map(|offer| offer.cost).sum::<u64>() / 2;
        let (cost, saves) = sums(&own, &best(&own, budget).taken);
        assert!(cost <= budget && cost > budget / 100 * 95, "{cost} of {budget}, {saves}");
    }
}
