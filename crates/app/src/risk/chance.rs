//! Ranges as chance: a lognormal through the two ends somebody is 90 % sure of.
//!
//! The rules where a range alone does not say enough: `low = high` is a fixed value; `low = 0` is read as a hundredth
//! of `high`, for a lognormal never reaches nothing; and no value is taken above ten times `high`, so that a very wide
//! range does not live from what nobody meant.

use std::sync::LazyLock;

use model::risk::Range;

/// Half of the width of 90 %, in standard deviations.
const HALF_90: f64 = 1.644_853_626_951_472_7;
/// How many times `high` a value may become.
const ABOVE_HIGH: f64 = 10.0;
/// Into how many equally likely parts a distribution is cut where it is reckoned and not thrown.
pub(super) const PARTS: usize = 1024;

/// The middles of equally likely parts of the standard normal distribution, the lowest first.
static NORMAL: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..PARTS).map(|part| normal_at((part as f64 + 0.5) / PARTS as f64)).collect());

/// A value that is known as a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chance {
    /// The mean of the logarithm; minus infinity when the value is nothing.
    pub(super) mu: f64,
    /// The deviation of the logarithm; 0 for a fixed value.
    pub(super) sigma: f64,
    /// No value is above it.
    pub(super) most: f64,
}

impl Chance {
    /// The chance of a range. A range upside down counts as turned over.
    pub(super) fn of(range: Range) -> Self {
        let (low, high) = (range.low.min(range.high) as f64, range.low.max(range.high) as f64);
        if high <= 0.0 {
            return Self { mu: f64::NEG_INFINITY, sigma: 0.0, most: 0.0 };
        }
        let low = if low <= 0.0 { high / 100.0 } else { low };
        let mu = f64::midpoint(low.ln(), high.ln());
        let sigma = (high.ln() - low.ln()) / (2.0 * HALF_90);
        Self { mu, sigma, most: if sigma > 0.0 { high * ABOVE_HIGH } else { high } }
    }

    /// Whether it is nothing, always.
    pub(super) fn is_nothing(&self) -> bool {
        self.most <= 0.0
    }

    /// The value so many deviations from the middle.
    pub(super) fn at(&self, deviations: f64) -> f64 {
        if self.is_nothing() {
            return 0.0;
        }
        if self.sigma <= 0.0 {
            return self.most;
        }
        (self.mu + self.sigma * deviations).exp().min(self.most)
    }

    /// The middles of its [`PARTS`] equally likely parts, the lowest first.
    pub(super) fn parts(&self) -> Vec<f64> {
        NORMAL.iter().map(|deviations| self.at(*deviations)).collect()
    }
}

/// Mean and variance of equally likely values.
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance)
}

/// The point of the standard normal distribution below which a share lies (P. J. Acklam's approximation, good to nine
/// digits); `share` between 0 and 1.
fn normal_at(share: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_5,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [0.007_784_695_709_041_462, 0.322_467_129_070_039_8, 2.445_134_137_142_996, 3.754_408_661_907_416];
    const TAIL: f64 = 0.02425;
    let of = |factors: &[f64], x: f64| factors.iter().fold(0.0, |sum, factor| sum * x + factor);
    if share < TAIL {
        let q = (-2.0 * share.ln()).sqrt();
        of(&C, q) / (of(&D, q) * q + 1.0)
    } else if share > 1.0 - TAIL {
        -normal_at(1.0 - share)
    } else {
        let q = share - 0.5;
        let r = q * q;
        q * of(&A, r) / (of(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_the_one_of_the_tables() {
        let check = |share: f64, expected: f64| {
            let found = normal_at(share);
            assert!((found - expected).abs() < 1e-6, "{share}: {found}");
        };
        check(0.5, 0.0);
        check(0.95, HALF_90);
        check(0.05, -HALF_90);
        check(0.975, 1.959_963_985);
        check(0.999, 3.090_232_306);
        check(0.001, -3.090_232_306);
    }

    #[test]
    fn nine_parts_in_ten_lie_inside_the_range() {
        let parts = Chance::of(Range { low: 100_000, high: 3_000_000 }).parts();
        let inside = parts.iter().filter(|value| (100_000.0..=3_000_000.0).contains(*value)).count();
        assert!((920..=924).contains(&inside), "{inside} of {PARTS}");
        let below = parts.iter().filter(|value| **value < 100_000.0).count();
        assert!((50..=52).contains(&below), "{below} of {PARTS}");
    }

    #[test]
    fn the_ends_of_what_can_be_typed_do_no_harm() {
        let check = |low: u64, high: u64, least: f64, most: f64| {
            let (mean, variance) = moments(&Chance::of(Range { low, high }).parts());
            assert!(mean.is_finite() && variance.is_finite(), "{low} {high}: {mean} {variance}");
            assert!((least..=most).contains(&mean), "{low} {high}: {mean}");
        };
        check(0, 0, 0.0, 0.0);
        check(7, 7, 7.0, 7.0);
        check(0, 1_000, 100.0, 400.0);
        check(1, u64::MAX, 1.0, 2e20);
        check(u64::MAX, u64::MAX, 1.8e19, 1.9e19);
        check(9, 3, 3.0, 9.0);
    }
}
