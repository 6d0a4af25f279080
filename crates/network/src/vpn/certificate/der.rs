//! One step into DER: tag, length, body. Enough to tell the kinds of files apart and to walk a PKCS #7; what a
//! certificate says is read by `x509-parser`.

/// An element with a tag of one byte and a definite length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
    /// Tag and length included.
    pub(super) whole: &'a [u8],
}

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// `[1]`, constructed.
pub(super) const CONTEXT_1: u8 = 0xa1;

/// The first element and what follows it.
pub(super) fn first(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (&short, mut rest) = rest.split_first()?;
    let length = match short {
        0..=0x7f => usize::from(short),
        0x81..=0x84 => {
            let (digits, after) = rest.split_at_checked(usize::from(short & 0x7f))?;
            rest = after;
            digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit))
        }
        _ => return None,
    };
    let (body, rest) = rest.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((Element { tag, body, whole }, rest))
}

/// All elements of a body, up to the first that is none.
pub(super) fn each(mut body: &[u8]) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        let (element, rest) = first(body)?;
        body = rest;
        Some(element)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements() {
        let check = |bytes: &[u8], expected: Option<(u8, usize, usize)>| {
            let found = first(bytes).map(|(element, rest)| (element.tag, element.body.len(), rest.len()));
            assert_eq!(found, expected, "{bytes:02x?}");
        };
        check(&[0x30, 0x01, 0x05, 0x09], Some((0x30, 1, 1)));
        check(&[0x04, 0x81, 0x01, 0x05], Some((0x04, 1, 0)));
        check(&[0x30, 0x80, 0, 0], None);
        check(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], None);
        check(&[0x30, 0x85, 0, 0, 0, 0, 1, 0], None);
        check(&[0x1f, 0x01, 0x00], None);
        check(&[0x30], None);
        check(&[], None);
        assert_eq!(each(&[2, 1, 1, 2, 1, 2, 0x30, 9]).count(), 2);
    }
}
