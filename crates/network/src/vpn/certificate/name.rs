//! A certificate's names as text: subject and issuer, user principal name, mail address.

use encoding_rs::{UTF_16BE, WINDOWS_1252};
use x509_parser::asn1_rs::{Any, Oid, Tag, oid};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::x509::X509Name;

use super::der::{self, CONTEXT_0};

/// The longest name kept, in characters.
const NAME_MAX_CHARS: usize = 300;

/// A name as `CN=田中, O=…`, in the order it is written (RFC 4514 without its reversal, which people do not expect).
pub(super) fn written(name: &X509Name<'_>) -> String {
    let parts: Vec<String> = name
        .iter_attributes()
        .map(|attribute| format!("{}={}", label(attribute.attr_type()), text(attribute.attr_value())))
        .collect();
    clean(&parts.join(", "))
}

fn label(kind: &Oid<'_>) -> String {
    let known = [
        (oid!(2.5.4.3), "CN"),
        (oid!(2.5.4.4), "SN"),
        (oid!(2.5.4.42), "GN"),
        (oid!(2.5.4.5), "serialNumber"),
        (oid!(2.5.4.6), "C"),
        (oid!(2.5.4.7), "L"),
        (oid!(2.5.4.8), "ST"),
        (oid!(2.5.4.10), "O"),
        (oid!(2.5.4.11), "OU"),
        (oid!(1.2.840.113549.1.9.1), "emailAddress"),
        (oid!(0.9.2342.19200300.100.1.1), "UID"),
        (oid!(0.9.2342.19200300.100.1.25), "DC"),
    ];
    let found = known.iter().find(|(oid, _)| oid == kind);
    found.map_or_else(|| kind.to_id_string(), |(_, label)| (*label).to_owned())
}

/// A value in whatever kind of string it was written.
fn text(value: &Any<'_>) -> String {
    match value.tag() {
        Tag::BmpString => UTF_16BE.decode_without_bom_handling(value.data).0.into_owned(),
        // What makers write as T61 is Latin-1, or UTF-8 after all.
        Tag::T61String => match std::str::from_utf8(value.data) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(value.data).0.into_owned(),
        },
        _ => String::from_utf8_lossy(value.data).into_owned(),
    }
}

/// Without control characters, and not endless.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_MAX_CHARS).collect::<String>().trim().to_owned()
}

/// Who a certificate says its bearer is. Empty where it does not say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// otherName 1.3.6.1.4.1.311.20.2.3 of the subject's alternative names.
    pub(super) upn: String,
    /// rfc822Name of the alternative names, else emailAddress of the subject.
    pub(super) email: String,
}

/// The names of a certificate.
pub(super) fn of(certificate: &X509Certificate<'_>) -> Names {
    let mut names = Names::default();
    if let Ok(Some(alternative)) = certificate.subject_alternative_name() {
        for name in &alternative.value.general_names {
            match name {
                GeneralName::OtherName(kind, value)
                    if names.upn.is_empty() && *kind == oid!(1.3.6.1.4.1.311.20.2.3) =>
                {
                    names.upn = upn(value);
                }
                GeneralName::RFC822Name(mail) if names.email.is_empty() => names.email = clean(mail),
                _ => {}
            }
        }
    }
    if names.email.is_empty() {
        let subject = certificate.subject().iter_email().next();
        names.email = subject.map(|attribute| clean(&text(attribute.attr_value()))).unwrap_or_default();
    }
    names
}

/// The string within `[0] EXPLICIT`.
fn upn(value: &[u8]) -> String {
    let mut bytes = value;
    for _ in 0..3 {
        match der::first(bytes) {
            Some((element, _)) if element.tag == CONTEXT_0 => bytes = element.body,
            // UTF8String, PrintableString, IA5String
            Some((element, _)) if [0x0c, 0x13, 0x16].contains(&element.tag) => {
                return clean(&String::from_utf8_lossy(element.body));
            }
            _ => break,
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upns() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(upn(bytes), expected, "{bytes:02x?}");
        check(b"\xa0\x05\x0c\x03a@b", "a@b");
        check(b"\x0c\x03a@b", "a@b");
        check(b"\xa0\x04\xa0\x02\x0c\x00", "");
        check(b"\xa0\x05\x0c\x09a@b", "");
        check(b"", "");
        check(b"\x04\x03a@b", "");
    }
}
