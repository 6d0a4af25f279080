//! Security filtering: which computers may read and apply a policy, by its access control list ([MS-GPOL] 3.2.5.1.6).

use windows_sddl::{AccessMask, Ace, AceType, DaclKind, Guid};

/// The extended right "Apply Group Policy" ([MS-ADTS] 5.1.3.2.1).
const APPLY: &str = "edacfd8f-ffb3-11d1-b41d-00a0c968f939";
/// Groups every computer is in: Everyone, Authenticated Users, Network is left out (not at start-up).
const EVERYBODY: [&str; 2] = ["S-1-1-0", "S-1-5-11"];
/// Domain Computers, and Domain Controllers with Enterprise Domain Controllers.
const MEMBERS: u32 = 515;
const CONTROLLERS: u32 = 516;
const ENTERPRISE_CONTROLLERS: &str = "S-1-5-9";
/// Groups for people, which no computer is in: Administrator, Domain Admins, Domain Users, Domain Guests, Schema
/// Admins, Enterprise Admins, Group Policy Creator Owners. What they are denied or allowed does not matter here.
const PEOPLE: [u32; 7] = [500, 512, 513, 514, 518, 519, 520];

/// Which machines of one kind a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Every one.
    All,
    /// Some, or perhaps some.
    Some,
    /// None.
    None,
    /// Not known: the access control list could not be read.
    Unknown,
}

/// Who may apply a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    /// Of workstations and servers.
    pub(super) members: Audience,
    /// Of domain controllers.
    pub(super) controllers: Audience,
    /// Those named besides everybody, by security id.
    pub(super) named: Vec<String>,
}

/// Reads the access control list of a policy from its security descriptor ([MS-DTYP] 2.4.6).
pub(super) fn filter(descriptor: Option<&[u8]>) -> Filter {
    let Some(parsed) = descriptor.and_then(|bytes| windows_sddl::parse(bytes).ok()) else {
        return Filter { members: Audience::Unknown, controllers: Audience::Unknown, named: Vec::new() };
    };
    let aces: &[Ace] = match (&parsed.dacl, parsed.dacl_kind) {
        (Some(acl), _) => &acl.aces,
        // No list at all lets everybody in.
        (None, DaclKind::Null) => {
            return Filter { members: Audience::All, controllers: Audience::All, named: Vec::new() };
        }
        (None, _) => {
            return Filter { members: Audience::Unknown, controllers: Audience::Unknown, named: Vec::new() };
        }
    };
    let mut named: Vec<String> = Vec::new();
    for ace in aces.iter().filter(|ace| is_here(ace) && grants_apply(ace)) {
        let sid = ace.trustee.to_string();
        if !is_everybody(ace) && !is_people(ace) {
            let sid = if is_deny(ace) { format!("-{sid}") } else { sid };
            if !named.contains(&sid) {
                named.push(sid);
            }
        }
    }
    Filter { members: audience(aces, false), controllers: audience(aces, true), named }
}

fn audience(aces: &[Ace], controller: bool) -> Audience {
    let apply = allowed(aces, controller, grants_apply);
    let read = allowed(aces, controller, grants_read);
    // Conditional entries ([MS-DTYP] 2.4.4.17) turn on claims, which are not known here.
    let conditional = aces.iter().any(|ace| matches!(ace.ace_type, AceType::Other(9..=12)));
    match (apply, read) {
        (Audience::None, _) | (_, Audience::None) if !conditional => Audience::None,
        (Audience::All, Audience::All) if !conditional => Audience::All,
        _ => Audience::Some,
    }
}

/// Who has one right. Entries are walked in order, as Windows does: what comes first counts.
fn allowed(aces: &[Ace], controller: bool, right: fn(&Ace) -> bool) -> Audience {
    let (mut let_in, mut turned_away) = (false, false);
    for ace in aces.iter().filter(|ace| is_here(ace) && right(ace) && !is_people(ace)) {
        match (is_deny(ace), covers(ace, controller)) {
            (true, true) => return if let_in { Audience::Some } else { Audience::None },
            // Everybody is let in; if somebody was turned away before, not quite everybody.
            (false, true) => return if turned_away { Audience::Some } else { Audience::All },
            (_, false) if is_either_kind(ace) => {}
            (true, false) => turned_away = true,
            (false, false) => let_in = true,
        }
    }
    if let_in { Audience::Some } else { Audience::None }
}

fn is_deny(ace: &Ace) -> bool {
    matches!(ace.ace_type, AceType::AccessDenied | AceType::AccessDeniedObject)
}

/// Whether an entry speaks of the object itself: neither inherit-only nor of a kind that is no access entry.
fn is_here(ace: &Ace) -> bool {
    const INHERIT_ONLY: u8 = 0x08;
    ace.flags & INHERIT_ONLY == 0 && (ace.is_allow() || is_deny(ace))
}

fn grants_apply(ace: &Ace) -> bool {
    let of_apply = ace.object_type.is_none_or(|guid| Some(guid) == Guid::parse(APPLY));
    ace.mask.intersects(AccessMask::CONTROL_ACCESS | AccessMask::GENERIC_ALL) && of_apply
}

fn grants_read(ace: &Ace) -> bool {
    ace.object_type.is_none()
        && ace.mask.intersects(AccessMask::READ_PROP | AccessMask::GENERIC_READ | AccessMask::GENERIC_ALL)
}

fn domain_rid(ace: &Ace) -> Option<u32> {
    (ace.trustee.sub_authorities.first() == Some(&21)).then(|| ace.trustee.rid()).flatten()
}

fn is_everybody(ace: &Ace) -> bool {
    EVERYBODY.contains(&ace.trustee.to_string().as_str())
}

/// Groups for people, the system itself, and Creator Owner: no computer gets in through them.
fn is_people(ace: &Ace) -> bool {
    domain_rid(ace).is_some_and(|rid| PEOPLE.contains(&rid))
        || ["S-1-5-18", "S-1-3-0", "S-1-5-32-544"].contains(&ace.trustee.to_string().as_str())
}

fn is_controllers(ace: &Ace) -> bool {
    domain_rid(ace) == Some(CONTROLLERS) || ace.trustee.to_string() == ENTERPRISE_CONTROLLERS
}

fn is_either_kind(ace: &Ace) -> bool {
    is_controllers(ace) || domain_rid(ace) == Some(MEMBERS)
}

/// Whether every computer of a kind is in the group an entry is for.
fn covers(ace: &Ace, controller: bool) -> bool {
    is_everybody(ace) || if controller { is_controllers(ace) } else { domain_rid(ace) == Some(MEMBERS) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use windows_sddl::Sid;

    /// An entry for tests: `+` or `-`, `a` (apply) or `r` (read), and a security id.
    fn ace(text: &str) -> Vec<u8> {
        let (what, sid) = text.split_once(' ').unwrap();
        let sid = Sid::parse(sid).unwrap().to_bytes();
        let deny = what.starts_with('-');
        let (kind, mut body): (u8, Vec<u8>) = if what.ends_with('a') {
            let mut body = 0x100_u32.to_le_bytes().to_vec();
            body.extend(1_u32.to_le_bytes());
            body.extend(Guid::parse(APPLY).unwrap().0);
            (if deny { 6 } else { 5 }, body)
        } else {
            (u8::from(deny), 0x0002_0094_u32.to_le_bytes().to_vec())
        };
        body.extend(sid);
        let mut bytes = vec![kind, 0];
        bytes.extend(u16::try_from(body.len() + 4).unwrap().to_le_bytes());
        bytes.extend(body);
        bytes
    }

    /// A security descriptor for tests, of entries as [`ace`] takes them.
    pub(in crate::group_policy) fn descriptor(aces: &[&str]) -> Vec<u8> {
        let body: Vec<u8> = aces.iter().flat_map(|text| ace(text)).collect();
        let mut bytes = vec![1, 0];
        bytes.extend(0x8004_u16.to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(20_u32.to_le_bytes());
        bytes.extend([4, 0]);
        bytes.extend(u16::try_from(body.len() + 8).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(aces.len()).unwrap().to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(body);
        bytes
    }

    const D: &str = "S-1-5-21-1-2-3";

    fn check(aces: &[&str], members: Audience, controllers: Audience) {
        let aces: Vec<String> = aces.iter().map(|ace| ace.replace('D', D)).collect();
        let aces: Vec<&str> = aces.iter().map(String::as_str).collect();
        let found = filter(Some(&descriptor(&aces)));
        assert_eq!((found.members, found.controllers), (members, controllers), "{aces:?}");
    }

    #[test]
    fn who_may_apply_follows_from_the_list() {
        use Audience::{All, None, Some};
        check(&["+a S-1-5-11", "+r S-1-5-11"], All, All);
        check(&["+a S-1-1-0", "+r S-1-5-11", "-a D-512"], All, All);
        check(&["+a D-515", "+r S-1-5-11"], All, None);
        check(&["+a D-516", "+r S-1-5-11"], None, All);
        check(&["+a D-1105", "+r S-1-5-11"], Some, Some);
        check(&["+a S-1-5-11"], None, None);
        check(&["+r S-1-5-11"], None, None);
        check(&["-a D-516", "+a S-1-5-11", "+r S-1-5-11"], All, None);
        check(&["-a D-1105", "+a S-1-5-11", "+r S-1-5-11"], Some, Some);
        check(&["-a S-1-5-11", "+a S-1-5-11", "+r S-1-5-11"], None, None);
        check(&["+a D-1105", "+a S-1-5-11", "+r S-1-5-11"], All, All);
        check(&["+a D-512", "+r D-512"], None, None);
        check(&["-a D-1105", "+r S-1-5-11"], None, None);
        check(&[], None, None);
    }

    #[test]
    fn a_list_that_cannot_be_read_says_nothing() {
        assert_eq!(filter(Option::None).members, Audience::Unknown);
        let whole = descriptor(&["+a S-1-5-11", "+r S-1-5-11"]);
        for end in 0..whole.len() {
            assert_eq!(filter(Some(&whole[..end])).members, Audience::Unknown);
        }
        let named = filter(Some(&descriptor(&["+a S-1-5-21-1-2-3-1105", "-a S-1-5-21-1-2-3-1106"])));
        assert_eq!(named.named, ["S-1-5-21-1-2-3-1105", "-S-1-5-21-1-2-3-1106"]);
    }
}
