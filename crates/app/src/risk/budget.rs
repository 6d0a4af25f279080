//! The set of measures that saves most within a budget.

/// Into how many units a budget is cut at most: what bounds the work.
const UNITS_MAX: u64 = 32_768;

/// Something that can be bought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Offer {
    /// What it costs in the first year, in yen.
    pub(super) cost: u64,
    /// What it saves a year, in yen.
    pub(super) saves: f64,
}

/// Which offers to take; never dearer than the budget.
///
/// Dynamic programming over units of money. The unit is the largest sum all costs are multiples of, so the answer is
/// exact to the yen; only when the budget has more than [`UNITS_MAX`] of them (odd yen and a large budget) the unit
/// grows and costs are rounded up to it.
pub(super) fn best(offers: &[Offer], budget: u64) -> Vec<bool> {
    let affordable = |offer: &Offer| offer.cost <= budget && offer.saves > 0.0;
    let common = offers.iter().filter(|offer| affordable(offer)).fold(0, |unit, offer| gcd(unit, offer.cost));
    let unit = common.max(budget.div_ceil(UNITS_MAX)).max(1);
    let capacity = usize::try_from(budget / unit).unwrap_or(0);
    let weight = |offer: &Offer| usize::try_from(offer.cost.div_ceil(unit)).unwrap_or(usize::MAX);
    // After each offer: the most that can be saved with so many units, and whether the offer is part of that.
    let mut most = vec![0.0_f64; capacity + 1];
    let mut steps: Vec<Vec<bool>> = Vec::with_capacity(offers.len());
    for offer in offers {
        let mut taken = vec![false; capacity + 1];
        if affordable(offer) && weight(offer) <= capacity {
            let mut next = most.clone();
            let slots = next.iter_mut().zip(taken.iter_mut()).skip(weight(offer));
            for ((slot, taken), before) in slots.zip(&most) {
                if before + offer.saves > *slot {
                    *slot = before + offer.saves;
                    *taken = true;
                }
            }
            most = next;
        }
        steps.push(taken);
    }
    // The fewest units that save as much as all of them; then back along the steps.
    let top = most.last().copied().unwrap_or(0.0);
    let mut units = most.iter().position(|saved| *saved >= top).unwrap_or(0);
    let mut chosen = vec![false; offers.len()];
    for ((chosen, offer), taken) in chosen.iter_mut().zip(offers).zip(steps).rev() {
        if taken.get(units).copied().unwrap_or(false) {
            *chosen = true;
            units = units.saturating_sub(weight(offer));
        }
    }
    chosen
}

/// The greatest common divisor.
fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
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
            assert_eq!(best(&offers(pairs), budget), expected, "{pairs:?} {budget}");
        };
        check(&[], 100, &[]);
        // The best ratio first would leave the better pair.
        check(&[(60, 70.0), (50, 55.0), (50, 55.0)], 100, &[false, true, true]);
        check(&[(0, 5.0), (0, 0.0), (10, 9.0)], 0, &[true, false, false]);
        // As good and cheaper.
        check(&[(90, 10.0), (30, 10.0)], 90, &[false, true]);
        check(&[(u64::MAX, 1e18), (1, 1.0)], 1_000_000_000_000_000, &[false, true]);
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
                .map(|_| Offer { cost: throw(60) * 10_000, saves: throw(1_000) as f64 * 1_000.0 })
                .collect();
            let budget = throw(300) * 10_000;
            let (cost, saves) = sums(&own, &best(&own, budget));
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
        let chosen = best(&own, 300_000_001);
        let (cost, _) = sums(&own, &chosen);
        assert!(cost <= 300_000_001 && cost > 290_000_000, "{cost}");
    }
}
