//! The `users` file of FreeRADIUS (its manual page `users(5)`): names and whether they are let in. Passwords and what
//! is answered are passed over.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use model::At;

use super::remark::{AccountRemark, RemarkKind};
use super::{ACCOUNTS_MAX, AccountListError, ListedAccount};

/// Attributes by which the file is known.
const KNOWN: &[&str] = &[
    "auth-type",
    "cleartext-password",
    "user-password",
    "nt-password",
    "crypt-password",
    "ssha-password",
    "password-with-header",
];
/// The longest name kept, in characters.
const NAME_MAX_CHARS: usize = 200;

/// Whether a text is such a file: an entry, in the first column, with a check item that only such files have.
pub(super) fn is_users(text: &str) -> bool {
    text.lines().filter(|line| is_entry(line)).any(|line| {
        let lower = line.to_ascii_lowercase();
        let operator = [":=", "==", "+="].iter().any(|operator| lower.contains(operator));
        operator && KNOWN.iter().any(|known| lower.contains(known))
    })
}

fn is_entry(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', '\t', '#', '$'])
}

/// Reads the file.
pub(super) fn read(
    text: &str,
    offset: Offset,
    now: At,
) -> Result<(Vec<ListedAccount>, Vec<AccountRemark>), AccountListError> {
    let (mut accounts, mut remarks): (Vec<ListedAccount>, Vec<AccountRemark>) = (Vec::new(), Vec::new());
    let mut goes_on = false;
    for (line, raw) in (1_u64..).zip(text.lines()) {
        let continued =
            std::mem::replace(&mut goes_on, raw.trim_end().ends_with(['\\', ',']) && is_entry(raw));
        if let Some(file) = raw.strip_prefix("$INCLUDE") {
            let detail = file.trim().chars().take(NAME_MAX_CHARS).collect();
            remarks.push(AccountRemark { kind: RemarkKind::Included, line, detail });
        }
        if continued || !is_entry(raw) {
            continue;
        }
        let Some((name, checks)) = entry(raw) else { continue };
        let checks = items(checks);
        if name == "DEFAULT" {
            let kinds: Vec<String> = checks.iter().map(Item::told).collect();
            let detail = format!("DEFAULT {}", kinds.join(", "));
            remarks.push(AccountRemark {
                kind: RemarkKind::ForEverybody,
                line,
                detail: detail.trim().to_owned(),
            });
            continue;
        }
        if accounts.len() >= ACCOUNTS_MAX {
            return Err(AccountListError::TooManyAccounts);
        }
        accounts.push(ListedAccount {
            name: name.chars().take(NAME_MAX_CHARS).collect(),
            enabled: !refused(&checks, offset, now),
            display: None,
            mail: None,
            last_used_at: None,
            line,
            looks_shared: None,
        });
    }
    Ok((accounts, remarks))
}

/// Whether the entry keeps its user out: `Auth-Type := Reject` without a condition, or an `Expiration` that has passed.
fn refused(checks: &[Item<'_>], offset: Offset, now: At) -> bool {
    // With a comparison the entry holds for some requests alone.
    let conditional = checks.iter().any(|item| !matches!(item.operator, ":=" | "=" | "+="));
    checks.iter().any(|item| match item.attribute.to_ascii_lowercase().as_str() {
        "auth-type" => item.value.eq_ignore_ascii_case("reject") && !conditional,
        "expiration" => expiration(item.value, offset).is_some_and(|end| end < now),
        _ => false,
    })
}

/// `24 Nov 2026`, `Nov 24 2026 08:30:00`.
fn expiration(value: &str, offset: Offset) -> Option<At> {
    let (mut day, mut month, mut year, mut time) = (None, None, None, Time::midnight());
    for word in value.split([' ', '-', ',']).filter(|word| !word.is_empty()) {
        if let Some(number) = crate::vpn::radius::month(word) {
            month = Some(number);
        } else if let Some((hour, rest)) = word.split_once(':') {
            let minute = rest.split(':').next().and_then(|minute| minute.parse().ok());
            time = Time::new(hour.parse().ok()?, minute?, 0, 0).ok()?;
        } else if let Ok(number) = word.parse::<i16>() {
            if number > 31 { year = Some(number) } else { day = i8::try_from(number).ok() }
        }
    }
    let date = Date::new(year?, month?, day?).ok()?;
    At::from_unix_secs(offset.to_timestamp(date.to_datetime(time)).ok()?.as_second())
}

/// Name and check items of an entry's line.
fn entry(line: &str) -> Option<(String, &str)> {
    if let Some(rest) = line.strip_prefix('"') {
        let mut name = String::new();
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => return Some((name, rest.get(at + 1..).unwrap_or_default())),
                '\\' => name.extend(chars.next().map(|(_, c)| c)),
                _ => name.push(c),
            }
        }
        return None;
    }
    let end = line.find([' ', '\t']).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end)?;
    Some((name.to_owned(), rest))
}

/// A check item.
#[derive(Debug, PartialEq, Eq)]
struct Item<'a> {
    attribute: &'a str,
    operator: &'a str,
    value: &'a str,
}

impl Item<'_> {
    /// As it may be told: a value only where it is no secret.
    fn told(&self) -> String {
        if self.attribute.eq_ignore_ascii_case("auth-type") {
            format!("{} {} {}", self.attribute, self.operator, self.value)
        } else {
            format!("{} {} ****", self.attribute, self.operator)
        }
    }
}

/// The items of a line, split at commas outside quotes.
fn items(line: &str) -> Vec<Item<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in line.char_indices() {
        match c {
            '\\' if quoted && !escaped => {
                escaped = true;
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            ',' if !quoted => {
                parts.extend(line.get(start..at));
                start = at + 1;
            }
            '#' if !quoted => break,
            _ => {}
        }
        escaped = false;
    }
    parts.extend(line.get(start..));
    parts.into_iter().filter_map(item).collect()
}

fn item(part: &str) -> Option<Item<'_>> {
    let part = part.split('#').next().filter(|_| !part.contains('"')).unwrap_or(part).trim();
    let start = part.find([':', '=', '+', '!', '<', '>', '~'])?;
    let (attribute, rest) = part.split_at_checked(start)?;
    let operators = [":=", "==", "+=", "!=", "<=", ">=", "=~", "!~", "=*", "!*", "=", "<", ">"];
    let operator = operators.into_iter().find(|operator| rest.starts_with(operator))?;
    let value = rest.get(operator.len()..)?.trim();
    let value = value.strip_prefix('"').and_then(|value| value.split('"').next()).unwrap_or(value);
    Some(Item { attribute: attribute.trim(), operator, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, accounts: &str, remarks: &[&str]) {
        assert!(is_users(text), "{text}");
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        let (found, said) = read(text, jiff::tz::offset(9), now).unwrap();
        let found: Vec<String> =
            found.iter().map(|own| format!("{}{}", own.name, if own.enabled { '+' } else { '-' })).collect();
        let said: Vec<&str> = said.iter().map(|own| own.detail.as_str()).collect();
        assert_eq!((found.join(" ").as_str(), said.as_slice()), (accounts, remarks), "{text}");
    }

    #[test]
    fn entries() {
        check("bob\tCleartext-Password := \"hello, world\"\n\tReply-Message := \"hi\"\n", "bob+", &[]);
        check(
            "# bob Cleartext-Password := \"a\"\nlameuser\tAuth-Type := Reject\n\tReply-Message = \"no\"\n",
            "lameuser-",
            &[],
        );
        check("\"John Doe\"  Cleartext-Password := \"a\\\"b\", Auth-Type := Reject\n", "John Doe-", &[]);
        check("a NT-Password := 0xABCD\nb Auth-Type := Reject, NAS-Port-Type == Virtual\n", "a+ b+", &[]);
        check(
            "c Cleartext-Password := \"x\", Expiration := \"01 Nov 2026\"\nd Cleartext-Password := \"x\", Expiration := \"Dec 31 2026\"\n",
            "c- d+",
            &[],
        );
        check("田中 Cleartext-Password := \"x\"\n", "田中+", &[]);
    }

    #[test]
    fn for_everybody() {
        check(
            "DEFAULT Auth-Type := Accept\nDEFAULT Cleartext-Password := \"hunter2\"\n$INCLUDE more/users\na Auth-Type := Reject\n",
            "a-",
            &["DEFAULT Auth-Type := Accept", "DEFAULT Cleartext-Password := ****", "more/users"],
        );
    }

    #[test]
    fn others_are_none() {
        for text in ["user,status\na,enabled\n", "", "# nothing\n", "\tReply-Message := \"x\"\n"] {
            assert!(!is_users(text), "{text}");
        }
    }
}
