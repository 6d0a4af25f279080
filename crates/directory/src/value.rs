//! Values as Active Directory writes them: security ids, times, spans. Nothing here knows LDAP.

use model::At;

/// Seconds between 1601-01-01 and 1970-01-01.
const EPOCH_GAP_SECS: i64 = 11_644_473_600;
/// Steps of 100 ns in a second.
const TICKS: i64 = 10_000_000;

/// A security id in its text form, for example `S-1-5-32-544` ([MS-DTYP] 2.4.2.1 from 2.4.2.2); `None` when the bytes are none.
#[must_use]
pub fn sid(bytes: &[u8]) -> Option<String> {
    let [1, count, a, b, c, d, e, f, rest @ ..] = bytes else { return None };
    if rest.len() != usize::from(*count) * 4 || *count > 15 {
        return None;
    }
    let authority = u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]);
    let parts = rest.chunks_exact(4).filter_map(|four| four.try_into().ok()).map(u32::from_le_bytes);
    Some(parts.fold(format!("S-1-{authority}"), |text, part| format!("{text}-{part}")))
}

/// The last part of a security id of a domain: 500 is the built-in Administrator.
#[must_use]
pub fn rid(sid: &str) -> Option<u32> {
    sid.starts_with("S-1-5-21-").then_some(sid)?.rsplit('-').next()?.parse().ok()
}

/// A FILETIME (100 ns since 1601) as an instant; `None` for "never" (0 and the largest number) and what is no time.
#[must_use]
pub fn file_time(ticks: i64) -> Option<At> {
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    At::from_unix_secs(ticks.div_euclid(TICKS) - EPOCH_GAP_SECS)
}

/// A time in the directory's text form, for example `20261124083000.0Z` (RFC 4517, generalized time in UTC).
#[must_use]
pub fn generalized_time(text: &str) -> Option<At> {
    let part =
        |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if !text.ends_with('Z') {
        return None;
    }
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
}

/// A span as policies write it: negative, in 100 ns ([MS-SAMR] 2.2.4.1). 0 and the smallest number both mean "for ever",
/// which is given as 0. Rounded down to whole units of `secs`.
#[must_use]
pub fn span(ticks: i64, secs: i64) -> i64 {
    if ticks == i64::MIN {
        return 0;
    }
    ticks.saturating_neg().max(0) / TICKS / secs.max(1)
}

/// The outermost name of a distinguished name, unescaped: `Jr\, 山田` of `CN=Jr\, 山田,OU=Staff,DC=example,DC=test`
/// becomes `Jr, 山田` (RFC 4514).
#[must_use]
pub fn outermost_name(dn: &str) -> String {
    let value = dn.split_once('=').map_or(dn, |(_, value)| value);
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (*first, after) {
            (b',', _) => break,
            (b'\\', [high, low, beyond @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default();
                bytes.push(u8::try_from(digit(high) * 16 + digit(low)).unwrap_or_default());
                rest = beyond;
            }
            (b'\\', [escaped, beyond @ ..]) => {
                bytes.push(*escaped);
                rest = beyond;
            }
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A server's words for a message: without control characters, at most 200 characters.
#[must_use]
pub fn quoted(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_security_ids() {
        let check = |bytes: &[u8], text: Option<&str>| assert_eq!(sid(bytes).as_deref(), text);
        check(&[1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0], Some("S-1-5-32-544"));
        check(&[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], Some("S-1-1-0"));
        check(&[1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0], None);
        check(&[2, 0, 0, 0, 0, 0, 0, 5], None);
        check(b"", None);
        assert_eq!(rid("S-1-5-21-1-2-3-500"), Some(500));
        assert_eq!(rid("S-1-5-32-544"), None);
    }

    #[test]
    fn reads_times() {
        let check = |ticks: i64, text: Option<&str>| {
            assert_eq!(file_time(ticks).map(|at| at.to_string()).as_deref(), text);
        };
        check(133_000_000_000_000_000, Some("2022-06-18T04:26:40Z"));
        check(0, None);
        check(-1, None);
        check(i64::MAX, None);
        check(i64::MAX - 1, None);
        let check = |words: &str, text: Option<&str>| {
            assert_eq!(generalized_time(words).map(|at| at.to_string()).as_deref(), text);
        };
        check("20261124083000.0Z", Some("2026-11-24T08:30:00Z"));
        check("20261324083000.0Z", None);
        check("2026112408300", None);
        check("二〇二六", None);
    }

    #[test]
    fn reads_spans() {
        let check = |ticks: i64, secs: i64, count: i64| assert_eq!(span(ticks, secs), count);
        check(-18_000_000_000, 60, 30);
        check(-17_999_999_999, 60, 29);
        check(0, 60, 0);
        check(i64::MIN, 60, 0);
        check(-77_760_000_000_000, 86_400, 90);
        check(5, 60, 0);
    }

    #[test]
    fn reads_the_outermost_name() {
        let check = |dn: &str, name: &str| assert_eq!(outermost_name(dn), name);
        check("CN=Domain Admins,CN=Users,DC=example,DC=test", "Domain Admins");
        check(r"CN=Yamada\, Taro \28temp\29,OU=Staff,DC=example,DC=test", "Yamada, Taro (temp)");
        check(r"CN=\E5\B1\B1\E7\94\B0,DC=x", "山田");
        check("CN=総務部,DC=x", "総務部");
        check(r"CN=a\", "a\\");
        check("", "");
    }
}
