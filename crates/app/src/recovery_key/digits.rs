//! The 48 digits of a BitLocker recovery password: read as people type them, and checked.
//!
//! Eight groups of six digits; each is a multiple of 11 and smaller than 720,896, as it stands for 16 bits (Microsoft,
//! "BitLocker recovery overview"; the check catches nearly every slip).

/// Groups, and digits of each.
const GROUPS: usize = 8;
const GROUP_DIGITS: usize = 6;
/// What a group is a multiple of, and the highest value its quotient may have, plus one.
const FACTOR: u32 = 11;
const QUOTIENT_END: u32 = 0x1_0000;

/// Not the digits of a recovery password. Never says which were typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDigits {
    /// Another count of digits than 48, or something else among them.
    #[error("a recovery password has 48 digits")]
    Count,
    /// A group that cannot be one; counted from 1.
    #[error("group {0} holds a slip")]
    Group(usize),
}

/// The digits in their groups, `123456-…`: full-width digits, blanks and hyphens of every kind are understood.
///
/// # Errors
/// [`NotDigits`].
pub fn read(text: &str) -> Result<String, NotDigits> {
    let mut digits = String::with_capacity(GROUPS * GROUP_DIGITS);
    for c in text.chars() {
        let plain = match c {
            '０'..='９' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
            other => other,
        };
        match plain {
            '0'..='9' if digits.len() < GROUPS * GROUP_DIGITS => digits.push(plain),
            '-' | '‐' | '‑' | '–' | '—' | '−' | 'ー' | '－' => {}
            other if other.is_whitespace() => {}
            _ => return Err(NotDigits::Count),
        }
    }
    if digits.len() != GROUPS * GROUP_DIGITS {
        return Err(NotDigits::Count);
    }
    let mut groups = Vec::with_capacity(GROUPS);
    let mut rest = digits.as_str();
    while let Some((group, after)) = rest.split_at_checked(GROUP_DIGITS) {
        let value: u32 = group.parse().map_err(|_| NotDigits::Count)?;
        if !value.is_multiple_of(FACTOR) || value / FACTOR >= QUOTIENT_END {
            return Err(NotDigits::Group(groups.len() + 1));
        }
        groups.push(group);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made of the quotients 1 to 8; nobody's key.
    const GOOD: &str = "000011-000022-000033-000044-000055-000066-000077-720885";

    #[test]
    fn digits_are_read_as_people_type_them() {
        let check = |text: &str, expected: Result<&str, NotDigits>| {
            assert_eq!(read(text).as_deref().map_err(|error| *error), expected);
        };
        check(GOOD, Ok(GOOD));
        check(&GOOD.replace('-', " "), Ok(GOOD));
        check(&GOOD.replace('-', ""), Ok(GOOD));
        check(&GOOD.replace('0', "０").replace('-', "－"), Ok(GOOD));
        check(&GOOD.replace("000022", "000023"), Err(NotDigits::Group(2)));
        // 720,896 would stand for a number of 17 bits.
        check(&GOOD.replace("720885", "720896"), Err(NotDigits::Group(8)));
        check(&GOOD.replace("720885", "99999"), Err(NotDigits::Count));
        check(&format!("{GOOD}1"), Err(NotDigits::Count));
        check("", Err(NotDigits::Count));
        check(&GOOD.replace('-', "x"), Err(NotDigits::Count));
    }
}
