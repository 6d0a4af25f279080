//! When a directory is read by itself: hours and weekdays of Japan.

use model::At;
use serde::{Deserialize, Serialize};

/// Japan is nine hours ahead, all year.
const JAPAN_SECS: i64 = 9 * 3_600;
const DAY_SECS: i64 = 86_400;

/// When.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "every", deny_unknown_fields)]
pub enum Schedule {
    /// Only when somebody asks for it.
    #[default]
    Off,
    /// Every day at an hour, 0 to 23.
    Daily {
        /// The hour.
        hour: u8,
    },
    /// Once a week.
    Weekly {
        /// 0 is Monday, 6 Sunday.
        weekday: u8,
        /// The hour, 0 to 23.
        hour: u8,
    },
}

impl Schedule {
    /// Its name, and the last part of its locale key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Schedule::Off => "off",
            Schedule::Daily { .. } => "daily",
            Schedule::Weekly { .. } => "weekly",
        }
    }

    /// The schedule of a form's words; none when they do not fit.
    #[must_use]
    pub fn from_words(every: &str, weekday: &str, hour: &str) -> Option<Self> {
        let hour = || hour.trim().parse().ok().filter(|hour| *hour < 24);
        match every {
            "off" => Some(Schedule::Off),
            "daily" => Some(Schedule::Daily { hour: hour()? }),
            "weekly" => {
                let weekday = weekday.trim().parse().ok().filter(|weekday| *weekday < 7)?;
                Some(Schedule::Weekly { weekday, hour: hour()? })
            }
            _ => None,
        }
    }

    /// The hour, for a form.
    #[must_use]
    pub fn hour(self) -> u8 {
        match self {
            Schedule::Off => 5,
            Schedule::Daily { hour } | Schedule::Weekly { hour, .. } => hour,
        }
    }

    /// The weekday, for a form.
    #[must_use]
    pub fn weekday(self) -> u8 {
        if let Schedule::Weekly { weekday, .. } = self { weekday } else { 0 }
    }

    /// The last time it was due, up to now.
    #[must_use]
    pub fn last_due(self, now: At) -> Option<At> {
        let (hour, weekday) = match self {
            Schedule::Off => return None,
            Schedule::Daily { hour } => (hour, None),
            Schedule::Weekly { weekday, hour } => (hour, Some(i64::from(weekday))),
        };
        let japan = now.unix_secs() + JAPAN_SECS;
        let today = japan.div_euclid(DAY_SECS);
        // 1 January 1970 was a Thursday.
        let day_of = |day: i64| (day + 3).rem_euclid(7);
        let due = (0..=7)
            .map(|back| today - back)
            .filter(|day| weekday.is_none_or(|wanted| day_of(*day) == wanted))
            .map(|day| day * DAY_SECS + i64::from(hour) * 3_600)
            .find(|due| *due <= japan)?;
        At::from_unix_secs(due - JAPAN_SECS)
    }

    /// The next time it is due.
    #[must_use]
    pub fn next_due(self, now: At) -> Option<At> {
        let last = self.last_due(now)?;
        Some(last.plus_days(if matches!(self, Schedule::Weekly { .. }) { 7 } else { 1 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_due_at_its_hour_in_japan() {
        let check = |schedule: Schedule, now: &str, last: &str, next: &str| {
            let at = |text: &str| text.parse::<At>().unwrap();
            assert_eq!(schedule.last_due(at(now)), Some(at(last)), "{schedule:?} {now}");
            assert_eq!(schedule.next_due(at(now)), Some(at(next)), "{schedule:?} {now}");
        };
        let five = Schedule::Daily { hour: 5 };
        check(five, "2026-11-24T05:00:00+09:00", "2026-11-24T05:00:00+09:00", "2026-11-25T05:00:00+09:00");
        check(five, "2026-11-24T04:59:59+09:00", "2026-11-23T05:00:00+09:00", "2026-11-24T05:00:00+09:00");
        // 24 November 2026 is a Tuesday.
        let tuesday = Schedule::Weekly { weekday: 1, hour: 23 };
        check(tuesday, "2026-11-24T23:00:00+09:00", "2026-11-24T23:00:00+09:00", "2026-12-01T23:00:00+09:00");
        check(tuesday, "2026-11-24T22:59:00+09:00", "2026-11-17T23:00:00+09:00", "2026-11-24T23:00:00+09:00");
        assert_eq!(Schedule::Off.last_due("2026-11-24T23:00:00+09:00".parse().unwrap()), None);
    }

    #[test]
    fn words_that_do_not_fit_are_no_schedule() {
        let check = |words: (&str, &str, &str), expected: Option<Schedule>| {
            assert_eq!(Schedule::from_words(words.0, words.1, words.2), expected, "{words:?}");
        };
        check(("daily", "", "23"), Some(Schedule::Daily { hour: 23 }));
        check(("daily", "", "24"), None);
        check(("weekly", "7", "3"), None);
        check(("weekly", "6", "3"), Some(Schedule::Weekly { weekday: 6, hour: 3 }));
        check(("off", "x", "y"), Some(Schedule::Off));
        check(("hourly", "", "1"), None);
    }
}
