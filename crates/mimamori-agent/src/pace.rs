//! When the next report is due. Pure: chance is given.
//!
//! Reports are spread, so that a company's PCs, all switched on at nine, do not knock at once; and failures are answered
//! by waiting longer each time, so that a server in trouble is left alone.

use std::time::Duration;

use crate::Chance;

/// The first wait after a failure.
const FAILURE_FIRST: Duration = Duration::from_secs(60);
/// The longest wait after failures.
const FAILURE_MAX: Duration = Duration::from_secs(6 * 3600);
/// The bounds for what a server may ask for.
const INTERVAL_MIN: Duration = Duration::from_secs(60);
const INTERVAL_MAX: Duration = Duration::from_secs(24 * 3600);
/// How far a wait may fall from its middle, as a share of it.
const JITTER: f64 = 0.2;
/// How soon after the start the first report goes out, in seconds.
const START_MIN: f64 = 10.0;
const START_MAX: f64 = 120.0;

/// What happened last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// The program has just started.
    Nothing,
    /// The server took it; it asks for this many seconds between reports.
    Taken(u64),
    /// So many failures one after the other.
    Failed(u32),
    /// The server does not want this device: ask once a day.
    Unwanted,
}

/// How long to wait.
pub(crate) fn wait(last: Last, chance: &mut dyn Chance) -> Duration {
    let middle = match last {
        Last::Nothing => return Duration::from_secs_f64(START_MIN + (START_MAX - START_MIN) * chance.unit()),
        Last::Taken(secs) => Duration::from_secs(secs).clamp(INTERVAL_MIN, INTERVAL_MAX),
        Last::Failed(times) => {
            FAILURE_FIRST.saturating_mul(2u32.saturating_pow(times.saturating_sub(1))).min(FAILURE_MAX)
        }
        Last::Unwanted => INTERVAL_MAX,
    };
    middle.mul_f64(1.0 - JITTER + 2.0 * JITTER * chance.unit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dice;

    struct Always(f64);

    impl Chance for Always {
        fn unit(&mut self) -> f64 {
            self.0
        }
    }

    #[test]
    fn waits_longer_each_time_and_never_too_long() {
        let check = |last, secs: u64| {
            assert_eq!(wait(last, &mut Always(0.5)).as_secs_f64().round() as u64, secs, "{last:?}")
        };
        check(Last::Nothing, 65);
        check(Last::Taken(3600), 3600);
        check(Last::Taken(0), 60);
        check(Last::Taken(u64::MAX), 86_400);
        check(Last::Failed(0), 60);
        check(Last::Failed(1), 60);
        check(Last::Failed(2), 120);
        check(Last::Failed(9), 15_360);
        check(Last::Failed(10), 21_600);
        check(Last::Failed(u32::MAX), 21_600);
        check(Last::Unwanted, 86_400);
    }

    #[test]
    fn waits_are_spread_by_a_fifth_to_either_side() {
        let mut dice = Dice(1);
        let waits: Vec<f64> = (0..1000).map(|_| wait(Last::Taken(1000), &mut dice).as_secs_f64()).collect();
        assert!(waits.iter().all(|secs| (800.0..1200.0).contains(secs)));
        assert!(waits.iter().any(|secs| *secs < 820.0) && waits.iter().any(|secs| *secs > 1180.0));
    }
}
