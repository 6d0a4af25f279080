//! Twenty thousand years of the company, thrown with dice that always fall alike.
//!
//! Every year a row's event happens so often as a Poisson number says, whose rate is itself drawn from the range of
//! how often; and every time it costs what is drawn from the range of its damage. All rows live through the same years,
//! so that the sum of a year is a true sum, and its quantiles are not the sums of quantiles. Each row has dice of its
//! own, chosen by its number: what is reckoned for a row does not change because another row was added.
//!
//! Means are not thrown but reckoned from the distributions: they add up exactly, and an order built on them does not
//! hang on luck.

use model::risk::Loss;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rand_distr::{Distribution as _, Poisson, StandardNormal};

use super::chance::{Chance, PARTS, moments};

/// The simulated years.
const YEARS: usize = 20_000;
/// Where the dice start: any number, but always the same.
const SEED: u64 = 20_180_913;
/// Above so many events a year their sum is drawn at once.
const SINGLE_EVENTS_MAX: f64 = 32.0;
/// Above this rate the number of events comes from the library's Poisson distribution, not from adding up its terms.
const COUNTED_RATE_MAX: f64 = 30.0;
/// No event happens more often than so many times a year.
const RATE_MAX: f64 = 100_000.0;
/// How many scenarios are reckoned at once.
pub(super) const SCENARIOS: usize = 4;

/// Yen a year, as chance has it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// The mean of many years.
    pub mean: f64,
    /// One year in twenty it is less (P5).
    pub low: f64,
    /// Every other year it is less (P50).
    pub middle: f64,
    /// One year in twenty it is more (P95).
    pub high: f64,
}

impl Spread {
    /// The same when only a share of every loss is left.
    #[must_use]
    pub fn times(self, share: f64) -> Self {
        Self {
            mean: self.mean * share,
            low: self.low * share,
            middle: self.middle * share,
            high: self.high * share,
        }
    }
}

/// One row in the simulation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    /// The row's number: it chooses the dice.
    pub(super) no: u32,
    /// What is expected to be lost when nothing is done.
    pub(super) loss: Loss,
    /// The share of the loss that is left, scenario by scenario, 0 to 1.
    pub(super) left: [f64; SCENARIOS],
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outlook {
    /// The loss of each row when nothing is done, in the order of the parts.
    pub(super) rows: Vec<Spread>,
    /// The loss of all rows together, scenario by scenario.
    pub(super) totals: [Spread; SCENARIOS],
}

/// Lives through the years.
pub(super) fn simulate(parts: &[Part]) -> Outlook {
    let mut years = vec![[0.0; SCENARIOS]; YEARS];
    let mut means = [0.0; SCENARIOS];
    let mut rows = Vec::with_capacity(parts.len());
    for part in parts {
        let dice = Dice::new(&part.loss);
        let mut losses = Vec::new();
        if !dice.event.is_nothing() && dice.rate > 0.0 {
            let mut rng = ChaCha8Rng::seed_from_u64(SEED);
            rng.set_stream(u64::from(part.no));
            for year in &mut years {
                let yen = dice.year(&mut rng);
                if yen > 0.0 {
                    losses.push(yen);
                    for (sum, left) in year.iter_mut().zip(part.left) {
                        *sum += yen * left;
                    }
                }
            }
        }
        let mean = dice.rate * dice.mean;
        for (sum, left) in means.iter_mut().zip(part.left) {
            *sum += mean * left;
        }
        rows.push(spread(mean, losses));
    }
    let mut totals = [Spread::default(); SCENARIOS];
    for (at, (total, mean)) in totals.iter_mut().zip(means).enumerate() {
        let losses = years.iter().filter_map(|year| year.get(at).copied().filter(|yen| *yen > 0.0)).collect();
        *total = spread(mean, losses);
    }
    Outlook { rows, totals }
}

/// The spread of the years: those with a loss, and the rest without one.
fn spread(mean: f64, mut losses: Vec<f64>) -> Spread {
    let without = YEARS - losses.len().min(YEARS);
    let mut at = |share: f64| {
        let rank = (share * (YEARS - 1) as f64).round() as usize;
        match rank.checked_sub(without) {
            Some(rank) if rank < losses.len() => *losses.select_nth_unstable_by(rank, f64::total_cmp).1,
            _ => 0.0,
        }
    };
    Spread { mean, low: at(0.05), middle: at(0.5), high: at(0.95) }
}

/// What a year of one row is thrown with.
struct Dice {
    /// Equally likely rates, each with the chance that nothing happens in a year.
    rates: Vec<(f64, f64)>,
    /// The damage of one event.
    event: Chance,
    /// The mean rate, in events a year.
    rate: f64,
    /// Mean and variance of the damage of one event.
    mean: f64,
    variance: f64,
}

impl Dice {
    fn new(loss: &Loss) -> Self {
        let rates: Vec<f64> = Chance::of(loss.per_millennium)
            .parts()
            .into_iter()
            .map(|often| (often / 1_000.0).min(RATE_MAX))
            .collect();
        let event = Chance::of(loss.event_yen);
        let (mean, variance) = moments(&event.parts());
        let (rate, _) = moments(&rates);
        let rates = rates.into_iter().map(|rate| (rate, (-rate).exp())).collect();
        Self { rates, event, rate, mean, variance }
    }

    /// The yen lost in one year. One throw settles both the rate and whether anything happens; most years end there.
    fn year(&self, rng: &mut ChaCha8Rng) -> f64 {
        let throw = rng.next_u64();
        let Some((rate, none)) = self.rates.get(throw as usize % PARTS) else { return 0.0 };
        // The upper 53 bits, as a number from 0 up to 1; the rate took the lowest ten.
        let chance = (throw >> 11) as f64 / (1_u64 << 53) as f64;
        if *rate <= COUNTED_RATE_MAX {
            if chance < *none {
                return 0.0;
            }
            self.events(f64::from(count(chance, *rate, *none)), rng)
        } else {
            let events = Poisson::new(*rate).map_or(*rate, |poisson| poisson.sample(rng));
            self.events(events, rng)
        }
    }

    /// The yen of so many events.
    fn events(&self, events: f64, rng: &mut ChaCha8Rng) -> f64 {
        if events <= SINGLE_EVENTS_MAX {
            let mut sum = 0.0;
            let mut left = events;
            while left >= 1.0 {
                sum += self.event.at(StandardNormal.sample(rng));
                left -= 1.0;
            }
            return sum;
        }
        // Many events: a lognormal with the mean and variance of their sum (Fenton and Wilkinson).
        let mean = events * self.mean;
        let sigma = (self.variance / (self.mean * mean)).ln_1p().sqrt();
        let deviations: f64 = StandardNormal.sample(rng);
        (mean.ln() - sigma * sigma / 2.0 + sigma * deviations).exp().min(events * self.event.most)
    }
}

/// The Poisson number that belongs to a chance, reckoned term by term.
fn count(chance: f64, rate: f64, none: f64) -> u32 {
    let (mut events, mut term, mut sum) = (0_u32, none, none);
    // Rounding may keep the sum just below the chance for ever.
    while chance >= sum && events < 200 {
        events += 1;
        term *= rate / f64::from(events);
        sum += term;
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::risk::Range;

    fn loss(event: (u64, u64), often: (u64, u64)) -> Loss {
        Loss {
            event_yen: Range { low: event.0, high: event.1 },
            per_millennium: Range { low: often.0, high: often.1 },
            prevented_percent: 80,
        }
    }

    fn part(no: u32, loss: Loss) -> Part {
        Part { no, loss, left: [1.0, 0.5, 0.2, 0.0] }
    }

    fn near(found: f64, expected: f64, percent: f64) -> bool {
        (found - expected).abs() <= expected * percent / 100.0
    }

    #[test]
    fn means_are_those_of_the_distributions() {
        let check = |own: Loss, expected: f64| {
            let mean = simulate(&[part(1, own)]).rows[0].mean;
            assert!(near(mean, expected, 1.0), "{own:?}: {mean}, not {expected}");
        };
        check(loss((1_000_000, 1_000_000), (100, 100)), 100_000.0);
        // A lognormal over a decade has 1.278 times the mean of its middle.
        let decade = (0.5 * (10.0_f64.ln() / 3.289_707).powi(2)).exp();
        check(loss((1_000_000, 10_000_000), (1_000, 1_000)), 1e6 * 10.0_f64.sqrt() * decade);
        check(loss((1_000_000, 10_000_000), (100, 1_000)), 1e5 * 10.0 * decade * decade);
        check(loss((0, 0), (1_000, 1_000)), 0.0);
        check(loss((1_000, 1_000), (0, 0)), 0.0);
    }

    #[test]
    fn the_thrown_years_agree_with_what_is_reckoned() {
        for often in [(100, 500), (4_000, 12_000), (50_000, 90_000)] {
            let dice = Dice::new(&loss((200_000, 3_000_000), often));
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let years: Vec<f64> = (0..200_000).map(|_| dice.year(&mut rng)).collect();
            let (thrown, _) = moments(&years);
            assert!(near(thrown, dice.rate * dice.mean, 3.0), "{often:?}: {thrown}");
        }
    }

    #[test]
    fn quantiles_are_those_of_a_year() {
        // Once in ten years exactly a million: most years nothing, one in ten something.
        let rare = simulate(&[part(1, loss((1_000_000, 1_000_000), (100, 100)))]).rows[0];
        assert_eq!((rare.low, rare.middle, rare.high), (0.0, 0.0, 1_000_000.0));
        // Once a year on average: in 37 % of the years nothing, in 26 % more than once.
        let yearly = simulate(&[part(1, loss((1_000_000, 1_000_000), (1_000, 1_000)))]).rows[0];
        assert_eq!((yearly.low, yearly.middle, yearly.high), (0.0, 1_000_000.0, 3_000_000.0));
    }

    #[test]
    fn the_sum_has_quantiles_of_its_own() {
        let parts: Vec<Part> =
            (1..=35).map(|no| part(no, loss((1_000_000, 1_000_000), (100, 100)))).collect();
        let outlook = simulate(&parts);
        let [inherent, half, _, nothing] = outlook.totals;
        // 35 rows of once in ten years: a Poisson number with mean 3.5.
        assert!(near(inherent.mean, 3_500_000.0, 0.1), "{inherent:?}");
        assert_eq!((inherent.low, inherent.middle, inherent.high), (1_000_000.0, 3_000_000.0, 7_000_000.0));
        assert_eq!(half.high, inherent.high / 2.0);
        assert_eq!(nothing, Spread::default());
    }

    #[test]
    fn a_row_does_not_change_when_another_is_added() {
        let first = part(4, loss((100_000, 900_000), (300, 1_000)));
        let alone = simulate(&[first]);
        let beside = simulate(&[part(2, loss((1, 9), (1, 9))), first]);
        assert_eq!(alone.rows[0], beside.rows[1]);
        assert_eq!(simulate(&[first]), alone, "the same input gives the same output");
    }

    #[test]
    fn the_ends_of_what_can_be_typed_do_no_harm() {
        let ends = [0, 1, 1_000_000_000_000_000, u64::MAX];
        for high in ends {
            for often in ends {
                for low in [0, high] {
                    let outlook = simulate(&[part(1, loss((low, high), (low.min(often), often)))]);
                    let own = outlook.rows[0];
                    let all = [own.mean, own.low, own.middle, own.high];
                    assert!(all.iter().all(|yen| yen.is_finite() && *yen >= 0.0), "{high} {often}: {own:?}");
                }
            }
        }
    }
}
