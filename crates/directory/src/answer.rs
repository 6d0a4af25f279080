//! A search's answers, from the tags of their encoding (RFC 4511, 4.5.2). What is malformed is refused, not guessed.

use ldap3::asn1::{PL, StructureTag};

use crate::Entry;

/// One answer of a search.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// An entry.
    Entry(Entry),
    /// Other servers that hold the rest.
    Referral(Vec<String>),
}

/// Reads an answer; `None` when it is malformed.
pub(crate) fn read(tag: StructureTag) -> Option<Answer> {
    const ENTRY: u64 = 4;
    const REFERENCE: u64 = 19;
    let id = tag.id;
    let mut parts = inner(tag)?.into_iter();
    match id {
        ENTRY => {
            let dn = text(parts.next()?)?;
            let mut entry = Entry { dn, ..Entry::default() };
            for attribute in inner(parts.next()?)? {
                let mut halves = inner(attribute)?.into_iter();
                let name = text(halves.next()?)?.to_ascii_lowercase();
                let values = inner(halves.next()?)?.into_iter().map(bytes).collect::<Option<Vec<_>>>()?;
                entry.attributes.insert(name, values);
            }
            Some(Answer::Entry(entry))
        }
        REFERENCE => parts.map(text).collect::<Option<Vec<_>>>().map(Answer::Referral),
        _ => None,
    }
}

/// How many bytes an entry's values and names take.
pub(crate) fn size(entry: &Entry) -> usize {
    let values = |values: &Vec<Vec<u8>>| values.iter().map(|value| value.len() + 24).sum::<usize>();
    entry.attributes.iter().map(|(name, all)| name.len() + 48 + values(all)).sum::<usize>() + entry.dn.len()
}

/// A list that came in part: `member;range=0-1499` gives the attribute and where to go on; `None` when it is whole.
pub(crate) fn unfinished(entry: &Entry) -> Option<(String, String, usize)> {
    entry.attributes.keys().find_map(|key| {
        let (name, range) = key.split_once(";range=")?;
        let (_, last) = range.split_once('-')?;
        Some((key.clone(), name.to_owned(), last.parse::<usize>().ok()?.checked_add(1)?))
    })
}

fn inner(tag: StructureTag) -> Option<Vec<StructureTag>> {
    match tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

fn bytes(tag: StructureTag) -> Option<Vec<u8>> {
    match tag.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
}

fn text(tag: StructureTag) -> Option<String> {
    bytes(tag).and_then(|bytes| String::from_utf8(bytes).ok())
}

#[cfg(test)]
mod tests {
    use ldap3::asn1::TagClass;

    use super::*;

    fn leaf(text: &str) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(text.into()) }
    }
    fn node(id: u64, parts: Vec<StructureTag>) -> StructureTag {
        StructureTag { class: TagClass::Application, id, payload: PL::C(parts) }
    }

    #[test]
    fn reads_entries_and_refuses_what_is_malformed() {
        let tag = node(
            4,
            vec![leaf("CN=a"), node(16, vec![node(16, vec![leaf("objectSid"), node(17, vec![leaf("x")])])])],
        );
        let Some(Answer::Entry(entry)) = read(tag) else { panic!("an entry") };
        assert_eq!((entry.dn.as_str(), entry.text("objectsid")), ("CN=a", Some("x")));
        assert_eq!(read(node(19, vec![leaf("ldap://b")])), Some(Answer::Referral(vec!["ldap://b".into()])));
        assert_eq!(read(node(4, vec![])), None);
        assert_eq!(read(node(4, vec![leaf("CN=a"), leaf("b")])), None);
        assert_eq!(read(node(4, vec![leaf("CN=a"), node(16, vec![node(16, vec![])])])), None);
        assert_eq!(read(node(9, vec![])), None);
        assert_eq!(read(leaf("a")), None);
    }

    #[test]
    fn sees_where_a_list_goes_on() {
        let check = |key: &str, next: Option<usize>| {
            let attributes = [(key.to_owned(), vec![])].into_iter().collect();
            let entry = Entry { dn: String::new(), attributes };
            assert_eq!(unfinished(&entry).map(|(_, _, next)| next), next, "{key}");
        };
        check("member;range=0-1499", Some(1500));
        check("member;range=1500-*", None);
        check("member", None);
        check("member;range=0-18446744073709551615", None);
    }
}
