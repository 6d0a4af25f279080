//! Whom a self-relative security descriptor lets do what.
//!
//! Source: [MS-DTYP] 2.4.6 (`SECURITY_DESCRIPTOR`), 2.4.5 (`ACL`), 2.4.4 (`ACE`), 2.4.2 (`SID`), 2.4.3
//! (`ACCESS_MASK`). Who is refused something is left out: that only narrows what the others list, and what is shown
//! must not look narrower than it is.

use model::facts::Access;

use crate::gap::Gap;

/// Where a descriptor says what; all numbers lie with their lowest byte first.
const CONTROL: usize = 2;
const DACL: usize = 16;
/// `SE_DACL_PRESENT`.
const DACL_PRESENT: u16 = 0x0004;
/// `INHERIT_ONLY_ACE`: holds for what lies below, not for this object.
const INHERIT_ONLY: u8 = 0x08;
/// Kinds of entries.
const ALLOWED: u8 = 0x00;
const DENIED: u8 = 0x01;
/// Rights: of files, and the generic ones that stand for several.
const WRITE: u32 = 0x0001_0000 | 0x0000_0002 | 0x0000_0004 | 0x0000_0040 | 0x4000_0000;
const READ: u32 = 0x0000_0001 | 0x8000_0000 | 0x2000_0000;
const OWN: u32 = 0x0004_0000 | 0x0008_0000 | 0x1000_0000;
/// The most parts of a security id.
const SUB_AUTHORITIES_MAX: u8 = 15;

/// Who may do what, by security id. Without a list of rights everybody may do everything.
pub(super) fn permissions(bytes: &[u8]) -> Result<Vec<(String, Access)>, Gap> {
    parse(bytes).ok_or_else(|| Gap::failed(format_args!("a security descriptor of {} bytes", bytes.len())))
}

fn parse(bytes: &[u8]) -> Option<Vec<(String, Access)>> {
    if bytes.first() != Some(&1) {
        return None;
    }
    let offset = u32_at(bytes, DACL)? as usize;
    if u16_at(bytes, CONTROL)? & DACL_PRESENT == 0 || offset == 0 {
        return Some(vec![("S-1-1-0".into(), Access::Full)]);
    }
    let list = bytes.get(offset..)?;
    let list = list.get(..usize::from(u16_at(list, 2)?))?;
    let mut found = Vec::new();
    let mut rest = list.get(8..)?;
    for _ in 0..u16_at(list, 4)? {
        let (kind, flags, size) = (*rest.first()?, *rest.get(1)?, usize::from(u16_at(rest, 2)?));
        let entry = rest.get(..size)?;
        match kind {
            ALLOWED => {
                let sid = sid(entry.get(8..)?)?;
                if flags & INHERIT_ONLY == 0 {
                    found.extend(access(u32_at(entry, 4)?).map(|access| (sid, access)));
                }
            }
            DENIED => {}
            // Shares have no others; one that is not understood might let somebody in.
            _ => return None,
        }
        // An entry is at least its own head, or this would never end where it should.
        rest = rest.get(size.max(4)..)?;
    }
    Some(found)
}

/// What a mask allows; none when it allows neither reading nor more.
fn access(mask: u32) -> Option<Access> {
    if mask & OWN != 0 {
        Some(Access::Full)
    } else if mask & WRITE != 0 {
        Some(Access::Change)
    } else if mask & READ != 0 {
        Some(Access::Read)
    } else {
        None
    }
}

/// `S-1-5-21-…`.
fn sid(bytes: &[u8]) -> Option<String> {
    let (revision, count) = (*bytes.first()?, *bytes.get(1)?);
    if revision != 1 || count > SUB_AUTHORITIES_MAX {
        return None;
    }
    // The authority alone has its highest byte first.
    let authority = bytes.get(2..8)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for index in 0..usize::from(count) {
        text.push_str(&format!("-{}", u32_at(bytes, 8 + 4 * index)?));
    }
    Some(text)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An entry: kind, flags, mask, and a security id of the Windows authority with these parts.
    fn entry(kind: u8, flags: u8, mask: u32, authority: u8, parts: &[u32]) -> Vec<u8> {
        let size = u16::try_from(8 + 8 + 4 * parts.len()).unwrap();
        let mut bytes = vec![kind, flags];
        bytes.extend(size.to_le_bytes());
        bytes.extend(mask.to_le_bytes());
        bytes.extend([1, u8::try_from(parts.len()).unwrap(), 0, 0, 0, 0, 0, authority]);
        bytes.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
        bytes
    }

    fn descriptor(entries: &[Vec<u8>]) -> Vec<u8> {
        let list = entries.concat();
        let mut bytes = vec![1, 0, 0x04, 0x80];
        for offset in [0_u32, 0, 0, 20] {
            bytes.extend(offset.to_le_bytes());
        }
        bytes.extend([2, 0]);
        bytes.extend(u16::try_from(8 + list.len()).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(list);
        bytes
    }

    /// A share that lets Everyone read and a group change, and refuses another.
    pub(crate) fn typical() -> Vec<u8> {
        descriptor(&[
            entry(DENIED, 0, 0x001F_01FF, 5, &[21, 1, 2, 3, 1005]),
            entry(ALLOWED, 0, 0x0012_00A9, 1, &[0]),
            entry(ALLOWED, 0, 0x0013_01BF, 5, &[21, 1, 2, 3, 1001]),
            entry(ALLOWED, 0, 0x001F_01FF, 5, &[32, 544]),
            entry(ALLOWED, INHERIT_ONLY, 0x001F_01FF, 5, &[11]),
        ])
    }

    #[test]
    fn a_typical_share() {
        let expected = [
            ("S-1-1-0".to_owned(), Access::Read),
            ("S-1-5-21-1-2-3-1001".to_owned(), Access::Change),
            ("S-1-5-32-544".to_owned(), Access::Full),
        ];
        assert_eq!(permissions(&typical()).unwrap(), expected);
    }

    #[test]
    fn rights() {
        let check = |mask: u32, expected: Option<Access>| assert_eq!(access(mask), expected, "{mask:#x}");
        check(0x001F_01FF, Some(Access::Full));
        check(0x1000_0000, Some(Access::Full));
        check(0x0013_01BF, Some(Access::Change));
        check(0x4000_0000, Some(Access::Change));
        check(0x0012_00A9, Some(Access::Read));
        check(0x0010_0000, None);
        check(0, None);
    }

    #[test]
    fn without_a_list_everybody_may() {
        let everybody = [("S-1-1-0".to_owned(), Access::Full)];
        let mut none = descriptor(&[]);
        none[2] = 0;
        assert_eq!(permissions(&none).unwrap(), everybody);
        let mut null = descriptor(&[]);
        null[16] = 0;
        assert_eq!(permissions(&null).unwrap(), everybody);
        assert_eq!(permissions(&descriptor(&[])).unwrap(), [], "an empty list lets nobody in");
    }

    #[test]
    fn what_is_cut_or_odd_is_a_gap() {
        let whole = typical();
        for length in 0..whole.len() {
            assert!(permissions(&whole[..length]).is_err(), "{length}");
        }
        // Any byte may be wrong; nothing but an answer or a gap may come of it.
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut odd = whole.clone();
                odd[at] = value;
                let _ = permissions(&odd);
            }
        }
        assert!(permissions(&descriptor(&[entry(0x0B, 0, 1, 1, &[0])])).is_err(), "an unknown kind");
        assert!(permissions(&[]).is_err());
    }
}
