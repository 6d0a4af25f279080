//! Times as RADIUS servers write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use model::At;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A month by its English name or its first three letters.
pub(crate) fn month(word: &str) -> Option<i8> {
    let three = word.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == three)?;
    word.chars().all(char::is_alphabetic).then(|| i8::try_from(at + 1).ok())?
}

/// `18:05:01`, with or without a fraction.
fn time(word: &str) -> Option<Time> {
    let mut parts = word.split('.').next()?.split(':');
    let mut next = || parts.next()?.parse::<i8>().ok();
    Time::new(next()?, next()?, next()?, 0).ok()
}

fn date(year: &str, month: i8, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// The local time at the head of a line, `Tue Nov 24 18:05:01 2026`, and what follows.
pub(super) fn ctime(line: &str) -> Option<(DateTime, &str)> {
    let mut rest = line;
    let mut words = [""; 5];
    for word in &mut words {
        let own = rest.trim_start_matches(' ');
        let end = own.find(' ').unwrap_or(own.len());
        (*word, rest) = own.split_at_checked(end)?;
    }
    let [weekday, name, day, clock, year] = words;
    let weekday_fits = weekday.len() == 3 && weekday.chars().all(|c| c.is_ascii_alphabetic());
    if !weekday_fits || name.len() != 3 || year.len() != 4 {
        return None;
    }
    let date = date(year, month(name)?, day)?;
    Some((DateTime::from_parts(date, time(clock)?), rest))
}

/// A local time as an instant.
pub(super) fn instant(local: DateTime, offset: Offset) -> Option<At> {
    At::from_unix_secs(offset.to_timestamp(local).ok()?.as_second())
}

/// Event-Timestamp: `Nov 24 2026 18:05:01 JST`, or seconds since 1970. Another zone than UTC and JST is taken for the
/// server's own.
pub(super) fn event(text: &str, offset: Offset) -> Option<At> {
    if let Ok(secs) = text.trim().parse::<i64>() {
        return At::from_unix_secs(secs);
    }
    let mut words = text.split_whitespace();
    let (name, day, year, clock) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let offset = match words.next() {
        Some("UTC" | "GMT") => Offset::UTC,
        Some("JST") => jiff::tz::offset(9),
        _ => offset,
    };
    instant(DateTime::from_parts(date(year, month(name)?, day)?, time(clock)?), offset)
}

/// Day and time of NPS: `11/24/2026` and `18:05:01.123`; some systems write the year first.
pub(super) fn nps(day: &str, clock: &str, offset: Offset) -> Option<At> {
    instant(DateTime::from_parts(nps_day(day)?, time(clock)?), offset)
}

fn nps_day(day: &str) -> Option<Date> {
    let parts: Vec<&str> = day.split(['/', '-']).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => date(year, month.parse().ok()?, day),
        [month, day, year] if year.len() == 4 => date(year, month.parse().ok()?, day),
        _ => None,
    }
}

/// Whether a cell is a day.
pub(super) fn is_day(cell: &str) -> bool {
    nps_day(cell).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let tokyo = jiff::tz::offset(9);
        let check = |found: Option<At>, expected: Option<&str>| {
            assert_eq!(found.map(|at| at.to_string()).as_deref(), expected);
        };
        let head = |line: &str| ctime(line).and_then(|(local, _)| instant(local, tokyo));
        check(head("Tue Nov 24 18:05:01 2026"), Some("2026-11-24T09:05:01Z"));
        check(head("Wed Nov  4 08:05:01 2026 : Auth: x"), Some("2026-11-03T23:05:01Z"));
        check(head("Tue Nov 31 18:05:01 2026"), None);
        check(head("User-Name = x"), None);
        check(event("Nov 24 2026 09:05:01 UTC", tokyo), Some("2026-11-24T09:05:01Z"));
        check(event("Nov 24 2026 18:05:01 JST", Offset::UTC), Some("2026-11-24T09:05:01Z"));
        check(event("1795511101", tokyo), Some("2026-11-24T09:05:01Z"));
        check(nps("11/24/2026", "18:05:01.123", tokyo), Some("2026-11-24T09:05:01Z"));
        check(nps("2026/11/24", "18:05:01", tokyo), Some("2026-11-24T09:05:01Z"));
        check(nps("24/11/2026", "18:05:01", tokyo), None);
        assert_eq!(month("Nov"), Some(11));
        assert_eq!(month("日本"), None);
    }
}
