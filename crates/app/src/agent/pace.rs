//! How often somebody may knock: a few at once, then at a steady rate. Remembers a bounded number of names.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use model::At;

/// A steady rate with room for a few at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// How many at once.
    pub(super) burst: i64,
    /// Seconds after which there is room for one more.
    pub(super) secs_each: i64,
}

/// What an agent may send: 60 an hour, 20 at once.
pub(super) const REPORTS: Rate = Rate { burst: 20, secs_each: 60 };
/// What may come from an address that is no agent's, or a code that is wrong: one in six seconds, 20 at once.
pub(super) const STRANGERS: Rate = Rate { burst: 20, secs_each: 6 };
/// How many names are remembered; when there are more, those go that have their full room again.
const REMEMBERED_MAX: usize = 20_000;

/// Keeps the pace of many.
pub(super) struct Pace<K>(Mutex<HashMap<K, At>>);

impl<K> Default for Pace<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash + Clone> Pace<K> {
    /// Whether one more is within the rate; if so it is counted.
    ///
    /// What is kept for a name is the instant at which it has its full room again (the generic cell rate algorithm).
    pub(super) fn admits(&self, name: &K, now: At, rate: Rate) -> bool {
        let mut full_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= REMEMBERED_MAX && !full_at.contains_key(name) {
            full_at.retain(|_, at| *at > now);
            if full_at.len() >= REMEMBERED_MAX {
                full_at.clear();
            }
        }
        let known = full_at.get(name).copied().unwrap_or(now).max(now);
        let next = known.plus_secs(rate.secs_each);
        let admitted = next.unix_secs() - now.unix_secs() <= rate.burst * rate.secs_each;
        if admitted {
            full_at.insert(name.clone(), next);
        }
        admitted
    }

    /// Whether one more would be within the rate.
    pub(super) fn would_admit(&self, name: &K, now: At, rate: Rate) -> bool {
        let full_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        full_at
            .get(name)
            .is_none_or(|at| at.unix_secs() + rate.secs_each - now.unix_secs() <= rate.burst * rate.secs_each)
    }
}

/// The most bytes taken from one key in a day. A full report is about 20 KB; a week of them that waited is well within.
pub(super) const DAY_MAX_BYTES: u64 = 20 * 1024 * 1024;
/// A day, in seconds.
const DAY_SECS: i64 = 86_400;

/// How much came from each key today.
pub(super) struct Budget<K>(Mutex<HashMap<K, (i64, u64)>>);

impl<K> Default for Budget<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash + Clone> Budget<K> {
    /// Whether so many bytes more are within a day's; if so they are counted.
    pub(super) fn admits(&self, name: &K, now: At, bytes: u64, most: u64) -> bool {
        let today = now.unix_secs().div_euclid(DAY_SECS);
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= REMEMBERED_MAX && !spent.contains_key(name) {
            spent.retain(|_, (day, _)| *day == today);
            if spent.len() >= REMEMBERED_MAX {
                spent.clear();
            }
        }
        let so_far = spent.get(name).filter(|(day, _)| *day == today).map_or(0, |(_, bytes)| *bytes);
        let sum = so_far.saturating_add(bytes);
        if sum <= most {
            spent.insert(name.clone(), (today, sum));
        }
        sum <= most
    }
}

/// How often something happened to each name since it was last cleared.
pub(super) struct Tally<K>(Mutex<HashMap<K, u32>>);

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash + Clone> Tally<K> {
    /// Once more; tells how often by now.
    pub(super) fn again(&self, name: &K) -> u32 {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() >= REMEMBERED_MAX && !times.contains_key(name) {
            times.clear();
        }
        let count = times.entry(name.clone()).or_default();
        *count = count.saturating_add(1);
        *count
    }

    /// Forgets it.
    pub(super) fn clear(&self, name: &K) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

/// Addresses that one guesser has at once: of IPv6 the first half.
pub(super) fn neighbourhood(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_a_steady_rate_each_for_itself() {
        let pace = Pace::default();
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        let rate = Rate { burst: 3, secs_each: 60 };
        let taken = |name: &str, at: At| (0..10).filter(|_| pace.admits(&name.to_owned(), at, rate)).count();
        assert_eq!(taken("a", now), 3);
        assert!(!pace.would_admit(&"a".to_owned(), now, rate));
        assert_eq!(taken("b", now), 3, "another is not held up");
        assert_eq!(taken("a", now.plus_secs(59)), 0);
        assert_eq!(taken("a", now.plus_secs(60)), 1);
        assert_eq!(taken("a", now.plus_secs(3_600)), 3, "no more than the burst is saved up");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let pace = Pace::default();
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        for number in 0..50_000_u32 {
            pace.admits(&number, now, STRANGERS);
        }
        assert!(pace.0.lock().unwrap().len() <= REMEMBERED_MAX);
    }

    #[test]
    fn a_day_has_a_budget_and_the_next_a_new_one() {
        let budget = Budget::default();
        let now: At = "2026-11-24T23:00:00Z".parse().unwrap();
        let check = |name: &str, at: At, bytes: u64, expected: bool| {
            assert_eq!(budget.admits(&name.to_owned(), at, bytes, 100), expected, "{name} {at} {bytes}");
        };
        check("a", now, 60, true);
        check("a", now, 41, false);
        check("a", now, 40, true);
        check("a", now, 1, false);
        check("b", now, 100, true);
        check("a", now.plus_secs(3_600), 100, true);
        check("b", now, u64::MAX, false);
    }

    #[test]
    fn an_ipv6_guesser_has_a_network_not_an_address() {
        let check = |address: &str, expected: &str| assert_eq!(neighbourhood(address), expected);
        check("192.0.2.1", "192.0.2.1");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
    }
}
