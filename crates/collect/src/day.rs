//! Instants and days as systems write them: seconds, days since 1970, `20261124`, CIM date-times, FILETIMEs.
//!
//! A day without a time is taken as its midnight in UTC: a day's difference does not change what follows from it.

use model::At;

/// Seconds in a day.
#[cfg(any(target_os = "linux", test))]
const SECS_PER_DAY: i64 = 86_400;
/// Seconds from 1601-01-01, where Windows counts from, to 1970-01-01.
#[cfg(any(windows, test))]
const FILETIME_TO_UNIX_SECS: i64 = 11_644_473_600;
/// Days from 1899-12-30, where OLE Automation counts from, to 1970-01-01.
#[cfg(any(windows, test))]
const OLE_TO_UNIX_DAYS: f64 = 25_569.0;
/// FILETIME units of 100 nanoseconds in a second.
#[cfg(any(windows, test))]
const FILETIME_PER_SEC: u64 = 10_000_000;

/// From days since 1970-01-01, as `/etc/shadow` counts.
#[cfg(any(target_os = "linux", test))]
pub(crate) fn from_unix_days(days: i64) -> Option<At> {
    At::from_unix_secs(days.checked_mul(SECS_PER_DAY)?)
}

/// From a day written `20261124`, as installers write it.
pub(crate) fn from_digits(text: &str) -> Option<At> {
    let text = text.trim();
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{}-{}-{}T00:00:00Z", text.get(0..4)?, text.get(4..6)?, text.get(6..8)?).parse().ok()
}

/// From a CIM date-time, `20261124093000.000000+540`: local time and the minutes it is ahead of UTC.
/// Source: DMTF DSP0004, "Datetime type".
pub(crate) fn from_cim(text: &str) -> Option<At> {
    if !text.is_ascii() || text.len() != 25 {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to);
    let sign = part(21, 22).filter(|sign| matches!(*sign, "+" | "-"))?;
    let minutes: u32 = part(22, 25)?.parse().ok()?;
    format!(
        "{}-{}-{}T{}:{}:{}{sign}{:02}:{:02}",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        minutes / 60,
        minutes % 60
    )
    .parse()
    .ok()
}

/// From an instant as WMI writes it, or as PowerShell writes it into JSON: `/Date(1795521600000)/` (5.1), RFC 3339 (7).
pub(crate) fn from_windows(text: &str) -> Option<At> {
    let millis = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    match millis {
        Some(millis) => At::from_unix_secs(millis.parse::<i64>().ok()?.div_euclid(1000)),
        None => from_cim(text).or_else(|| text.parse().ok()),
    }
}

/// From a FILETIME: units of 100 nanoseconds since 1601-01-01 in UTC; 0 means never.
#[cfg(any(windows, test))]
pub(crate) fn from_filetime(ticks: u64) -> Option<At> {
    if ticks == 0 {
        return None;
    }
    let secs = i64::try_from(ticks / FILETIME_PER_SEC).ok()?;
    At::from_unix_secs(secs.checked_sub(FILETIME_TO_UNIX_SECS)?)
}

/// From a date as OLE Automation counts: days, with their fraction, since 1899-12-30; 0 means never.
#[cfg(any(windows, test))]
pub(crate) fn from_ole(days: f64) -> Option<At> {
    // Up to the year 9999, so that the seconds are whole numbers.
    if !(1.0..2_958_466.0).contains(&days) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "within the range above")]
    let secs = ((days - OLE_TO_UNIX_DAYS) * 86_400.0).round() as i64;
    At::from_unix_secs(secs)
}

/// In CIM's form, in UTC, as [`from_cim`] reads it.
#[cfg(any(windows, test))]
pub(crate) fn to_cim(at: At) -> String {
    let digits: String = at.to_string().chars().filter(char::is_ascii_digit).take(14).collect();
    format!("{digits}.000000+000")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(at: Option<At>) -> Option<String> {
        at.map(|at| at.to_string())
    }

    #[test]
    fn days() {
        assert_eq!(written(from_unix_days(20_781)).as_deref(), Some("2026-11-24T00:00:00Z"));
        assert_eq!(written(from_unix_days(i64::MAX)), None);
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(written(from_digits(text)).as_deref(), expected, "{text}");
        };
        check("20261124", Some("2026-11-24T00:00:00Z"));
        check("20261324", None);
        check("2026-11-24", None);
        check("11/24/26", None);
        check("２０２６１１２４", None);
        check("", None);
    }

    #[test]
    fn cim() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(written(from_cim(text)).as_deref(), expected, "{text}");
        };
        check("20261124093000.000000+540", Some("2026-11-24T00:30:00Z"));
        check("20261123193000.123456-300", Some("2026-11-24T00:30:00Z"));
        check("********000000.000000+000", None);
        check("20261124093000.000000", None);
        check("総務部総務部総務部", None);
        check("", None);
    }

    #[test]
    fn what_powershell_writes() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(written(from_windows(text)).as_deref(), expected, "{text}");
        };
        check("/Date(1732406400000)/", Some("2024-11-24T00:00:00Z"));
        check("/Date(-1)/", Some("1969-12-31T23:59:59Z"));
        check("/Date(99999999999999999999)/", None);
        check("2026-11-24T09:30:00+09:00", Some("2026-11-24T00:30:00Z"));
        check("20261124093000.000000+540", Some("2026-11-24T00:30:00Z"));
        check("yesterday", None);
    }

    #[test]
    fn filetimes() {
        assert_eq!(written(from_filetime(133_768_800_000_000_000)).as_deref(), Some("2024-11-24T00:00:00Z"));
        assert_eq!(from_filetime(0), None);
        assert!(from_filetime(u64::MAX).is_none());
    }

    #[test]
    fn ole() {
        let check = |days: f64, expected: Option<&str>| {
            assert_eq!(written(from_ole(days)).as_deref(), expected, "{days}");
        };
        check(46_350.0, Some("2026-11-24T00:00:00Z"));
        check(46_350.395_833_333_336, Some("2026-11-24T09:30:00Z"));
        check(0.0, None);
        check(-1.0, None);
        check(f64::NAN, None);
        check(f64::INFINITY, None);
        let at = from_ole(46_350.395_833_333_336).unwrap();
        assert_eq!(to_cim(at), "20261124093000.000000+000");
        assert_eq!(from_cim(&to_cim(at)), Some(at));
    }
}
