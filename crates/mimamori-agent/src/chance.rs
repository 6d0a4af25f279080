//! Chance, as a parameter: real for the agent, repeatable for tests and the simulator.

/// Gives numbers that nobody foresees, or that a test chose.
pub trait Chance: Send {
    /// A number from 0 up to but without 1.
    fn unit(&mut self) -> f64;
}

/// The system's own chance. Without it (which does not happen) everything falls in the middle.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn unit(&mut self) -> f64 {
        getrandom::u64().map_or(0.5, fraction)
    }
}

/// Numbers that follow from a seed (SplitMix64, Steele and others 2014).
#[derive(Clone, Copy, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Chance for Dice {
    fn unit(&mut self) -> f64 {
        fraction(self.bits())
    }
}

#[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_between_nought_and_one_and_alike_for_a_seed() {
        let (mut one, mut other) = (Dice(7), Dice(7));
        for _ in 0..1000 {
            let drawn = one.unit();
            assert!((0.0..1.0).contains(&drawn));
            assert!((drawn - other.unit()).abs() < f64::EPSILON);
        }
        assert!((0.0..1.0).contains(&SystemChance.unit()));
    }
}
