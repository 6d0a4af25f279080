//! An instant, written as RFC 3339 in UTC wherever it is stored or sent.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant. Text form: RFC 3339, for example `2026-11-24T08:30:00Z`; any offset is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(jiff::Timestamp);

/// A text that is not an instant.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a time: write it as RFC 3339, for example 2026-11-24T08:30:00Z")]
pub struct NotATime(pub String);

const SECS_PER_DAY: i64 = 86_400;

impl At {
    /// From seconds since 1970-01-01T00:00:00Z; `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn from_unix_secs(secs: i64) -> Option<Self> {
        jiff::Timestamp::from_second(secs).ok().map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_secs(self) -> i64 {
        self.0.as_second()
    }

    /// Whole days from `self` to `later`, rounded down; negative when `later` is earlier.
    #[must_use]
    pub fn days_until(self, later: At) -> i64 {
        later.unix_secs().saturating_sub(self.unix_secs()).div_euclid(SECS_PER_DAY)
    }

    /// The instant `days` later (or earlier, when negative); stays where it is past the end of time.
    #[must_use]
    pub fn plus_days(self, days: i64) -> At {
        self.plus_secs(days.saturating_mul(SECS_PER_DAY))
    }

    /// The instant `secs` later (or earlier, when negative); stays where it is past the end of time.
    #[must_use]
    pub fn plus_secs(self, secs: i64) -> At {
        At::from_unix_secs(self.unix_secs().saturating_add(secs)).unwrap_or(self)
    }

    /// The calendar day in Japan (UTC+9, no summer time), as `2026-11-24`.
    #[must_use]
    pub fn day(self) -> String {
        self.local().strftime("%Y-%m-%d").to_string()
    }

    /// Day and minute in Japan, as `2026-11-24 17:30`.
    #[must_use]
    pub fn minute(self) -> String {
        self.local().strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn local(self) -> jiff::civil::DateTime {
        Offset::constant(9).to_datetime(self.0)
    }
}

impl From<std::time::SystemTime> for At {
    fn from(time: std::time::SystemTime) -> Self {
        Self(jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for At {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        text.parse().map(Self).map_err(|_| NotATime(text.chars().take(60).collect()))
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for At {
    fn schema_name() -> Cow<'static, str> {
        "At".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    #[test]
    fn reads_any_offset_and_writes_utc() {
        assert_eq!(at("2026-11-24T17:30:00+09:00").to_string(), "2026-11-24T08:30:00Z");
        assert!("24.11.2026".parse::<At>().is_err());
        assert!("".parse::<At>().is_err());
    }

    #[test]
    fn counts_whole_days_down() {
        let check = |from: &str, to: &str, days: i64| assert_eq!(at(from).days_until(at(to)), days);
        check("2026-11-01T00:00:00Z", "2026-11-16T00:00:00Z", 15);
        check("2026-11-01T00:00:01Z", "2026-11-16T00:00:00Z", 14);
        check("2026-11-16T00:00:00Z", "2026-11-15T23:59:59Z", -1);
    }

    #[test]
    fn shows_japan_time() {
        assert_eq!(at("2026-11-24T15:00:00Z").day(), "2026-11-25");
        assert_eq!(at("2026-11-24T15:00:00Z").minute(), "2026-11-25 00:00");
    }
}
