//! What an event could cost, how often it happens, and what the measure against it costs (section 11.2.2).
//!
//! People cannot name these to the yen, so everything is a range: they are nine parts in ten sure that the truth lies
//! inside. The arithmetic on ranges is elsewhere; these are the values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A range somebody is 90 % sure of; `low` is not above `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// One time in twenty it is less.
    pub low: u64,
    /// One time in twenty it is more.
    pub high: u64,
}

/// What is expected to be lost when nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// Yen of damage when it happens once.
    pub event_yen: Range,
    /// How often it happens, in times per thousand years: once in ten years is 100, twice a year is 2000.
    pub per_millennium: Range,
    /// How much of the loss the measure prevents once it is in force everywhere, 0 to 100.
    pub prevented_percent: u8,
}

/// Yen to spend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spend {
    /// Once.
    #[serde(default)]
    pub once: u64,
    /// Every year.
    #[serde(default)]
    pub yearly: u64,
}

/// What a measure costs in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Tools and appliances.
    #[serde(default)]
    pub tools: Spend,
    /// Working with them.
    #[serde(default)]
    pub operation: Spend,
    /// Telling and training staff.
    #[serde(default)]
    pub training: Spend,
}

impl Cost {
    /// The three kinds, in order.
    #[must_use]
    pub fn kinds(&self) -> [Spend; 3] {
        [self.tools, self.operation, self.training]
    }

    /// Everything spent once, and everything spent every year.
    #[must_use]
    pub fn total(&self) -> Spend {
        self.kinds().into_iter().fold(Spend::default(), |sum, spend| Spend {
            once: sum.once.saturating_add(spend.once),
            yearly: sum.yearly.saturating_add(spend.yearly),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_add_up() {
        let spend = |once, yearly| Spend { once, yearly };
        let cost =
            Cost { tools: spend(450_000, 0), operation: spend(0, 30_000), training: spend(20_000, 5_000) };
        assert_eq!(cost.total(), spend(470_000, 35_000));
    }
}
