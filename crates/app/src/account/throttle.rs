//! Slows down guessing: after a few failures a name, or an address, has to wait, longer each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::At;

/// Failures that cost nothing.
const FREE: u32 = 5;
/// Seconds to wait after the first failure that costs something; doubled by each further one.
const FIRST_WAIT_SECS: i64 = 15;
/// The longest wait.
const LONGEST_WAIT_SECS: i64 = 900;
/// Failures are forgotten after so long.
const FORGET_SECS: i64 = 3_600;
/// How many names and addresses are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Remembers failures by name and by address.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: At,
}

impl Failures {
    fn wait_secs(self, now: At) -> i64 {
        let Some(costly) = self.count.checked_sub(FREE) else { return 0 };
        let wait = FIRST_WAIT_SECS.saturating_mul(1 << costly.min(10)).min(LONGEST_WAIT_SECS);
        self.last.unix_secs() + wait - now.unix_secs()
    }
}

impl Throttle {
    /// Seconds any of these keys still has to wait; `None` when none has to.
    pub fn wait_secs(&self, keys: &[&str], now: At) -> Option<i64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let longest =
            keys.iter().filter_map(|key| failures.get(*key)).map(|failures| failures.wait_secs(now)).max()?;
        (longest > 0).then_some(longest)
    }

    /// Notes a failure for each key.
    pub fn failed(&self, keys: &[&str], now: At) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, known| now.unix_secs() - known.last.unix_secs() < FORGET_SECS);
        for key in keys {
            // When full, a newcomer takes the oldest one's place: a flood of made-up names cannot clear a real one
            // faster than it fills the table.
            if failures.len() >= REMEMBERED_MAX
                && !failures.contains_key(*key)
                && let Some(oldest) =
                    failures.iter().min_by_key(|(_, known)| known.last).map(|(key, _)| key.clone())
            {
                failures.remove(&oldest);
            }
            let known = failures.entry((*key).to_owned()).or_insert(Failures { count: 0, last: now });
            known.count = known.count.saturating_add(1);
            known.last = now;
        }
    }

    /// Forgets a key's failures.
    pub fn succeeded(&self, key: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_forgotten() {
        let throttle = Throttle::default();
        let start: At = "2026-11-24T00:00:00Z".parse().unwrap();
        for _ in 0..4 {
            throttle.failed(&["sato"], start);
        }
        assert_eq!(throttle.wait_secs(&["sato"], start), None);
        throttle.failed(&["sato"], start);
        assert_eq!(throttle.wait_secs(&["sato", "tanaka"], start), Some(15));
        throttle.failed(&["sato"], start);
        assert_eq!(throttle.wait_secs(&["sato"], start), Some(30));
        assert_eq!(throttle.wait_secs(&["sato"], start.plus_secs(30)), None);
        throttle.succeeded("sato");
        assert_eq!(throttle.wait_secs(&["sato"], start), None);
    }
}
