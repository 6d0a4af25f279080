//! Takes files apart into certificates and revocation lists in DER: PEM of any label, DER, PKCS #7, PKCS #12. Private
//! keys fall away here. Knows nothing of what a certificate says.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use x509_parser::pem::parse_x509_pem;

use super::der::{self, CONTEXT_0, CONTEXT_1, INTEGER, OCTET_STRING, OID, SEQUENCE};
use super::{FILE_BYTES_MAX, Unreadable};

/// 1.2.840.113549.1.7.1, RFC 5652.
const PKCS7_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// 1.2.840.113549.1.7.2, RFC 5652.
const PKCS7_SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// How many rounds of key derivation all PKCS #12 files together may ask for, over all passwords tried: seconds.
const ROUNDS_MAX: u64 = 20_000_000;
/// How deep a PKCS #12 file is walked before it is opened.
const DEPTH_MAX: u32 = 16;
/// The most pieces taken from one file.
const PIECES_MAX: usize = 10_001;

/// A piece of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A certificate in DER; not looked into yet.
    Certificate(Vec<u8>),
    /// A revocation list in DER; not looked into yet.
    List(Vec<u8>),
    /// Not read.
    Unreadable(Unreadable),
}

/// Opens files one after the other and keeps count of the work PKCS #12 asks for.
pub(super) struct Opener<'a> {
    passwords: Vec<&'a str>,
    rounds: u64,
}

impl<'a> Opener<'a> {
    pub(super) fn new(passwords: &[&'a str]) -> Self {
        let mut own = vec![""];
        own.extend(passwords.iter().copied().filter(|password| !password.is_empty()));
        Self { passwords: own, rounds: 0 }
    }

    /// The pieces of a file; never none.
    pub(super) fn open(&mut self, bytes: &[u8]) -> Vec<Found> {
        if bytes.len() > FILE_BYTES_MAX {
            return vec![Found::Unreadable(Unreadable::TooLarge)];
        }
        if bytes.first() == Some(&SEQUENCE) {
            return self.binary(bytes);
        }
        // Notepad writes UTF-16; PEM is ASCII, so that the zeros can go.
        let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let narrow: Vec<u8> =
            if wide { bytes.iter().copied().filter(|byte| *byte != 0).collect() } else { bytes.to_vec() };
        self.text(&String::from_utf8_lossy(&narrow))
    }

    fn text(&mut self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        let mut keys = false;
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("-----BEGIN ") {
            if found.len() >= PIECES_MAX {
                break;
            }
            let Some((label, body)) = after.split_once("-----") else {
                found.push(Found::Unreadable(Unreadable::Damaged));
                break;
            };
            rest = body;
            if label.contains("PRIVATE KEY") {
                keys = true;
                continue;
            }
            let Some((inside, after_end)) = body.split_once("-----END ") else {
                found.push(Found::Unreadable(Unreadable::Damaged));
                break;
            };
            // A block whose end is missing swallows the next one's beginning.
            if inside.contains("-----BEGIN ") {
                found.push(Found::Unreadable(Unreadable::Damaged));
                continue;
            }
            rest = after_end;
            match label {
                "CERTIFICATE"
                | "X509 CERTIFICATE"
                | "TRUSTED CERTIFICATE"
                | "X509 CRL"
                | "CRL"
                | "PKCS7"
                | "CMS"
                | "PKCS12" => found.extend(self.block(inside)),
                // Parameters, requests, public keys: nobody comes in with them.
                _ => {}
            }
        }
        match (found.is_empty(), keys) {
            (false, _) => found,
            (true, true) => vec![Found::Unreadable(Unreadable::KeyAlone)],
            (true, false) => vec![Found::Unreadable(Unreadable::Unrecognised)],
        }
    }

    fn block(&mut self, inside: &str) -> Vec<Found> {
        let lines: Vec<&str> = inside.split_whitespace().collect();
        let pem = format!("-----BEGIN X-----\n{}\n-----END X-----\n", lines.join("\n"));
        match parse_x509_pem(pem.as_bytes()) {
            Ok((_, pem)) => self.binary(&pem.contents),
            Err(_) => vec![Found::Unreadable(Unreadable::Damaged)],
        }
    }

    /// DER: one thing after the other.
    fn binary(&mut self, bytes: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut rest = bytes;
        while rest.first() == Some(&SEQUENCE) && found.len() < PIECES_MAX {
            let Some((element, after)) = der::first(rest) else {
                found.push(Found::Unreadable(Unreadable::Damaged));
                break;
            };
            rest = after;
            match kind(element.body) {
                Kind::Certificate => found.push(Found::Certificate(element.whole.to_vec())),
                Kind::List => found.push(Found::List(element.whole.to_vec())),
                Kind::Pkcs7(signed) => found.extend(pkcs7(signed)),
                Kind::Pkcs12 => found.extend(self.pkcs12(element.whole)),
                Kind::Key => found.push(Found::Unreadable(Unreadable::KeyAlone)),
                Kind::Unknown => found.push(Found::Unreadable(Unreadable::Unrecognised)),
            }
        }
        if found.is_empty() {
            found.push(Found::Unreadable(Unreadable::Unrecognised));
        }
        found
    }

    fn pkcs12(&mut self, bytes: &[u8]) -> Vec<Found> {
        let rounds = rounds(bytes, 0).max(1);
        for password in self.passwords.clone() {
            self.rounds = self.rounds.saturating_add(rounds);
            if self.rounds > ROUNDS_MAX {
                return vec![Found::Unreadable(Unreadable::TooMuchWork)];
            }
            match Pkcs12Archive::from_pkcs12(bytes, password) {
                // The keys in it are dropped here.
                Ok(archive) if archive.certs.is_empty() => {
                    return vec![Found::Unreadable(Unreadable::KeyAlone)];
                }
                Ok(archive) => {
                    let own = archive.certs.iter().take(PIECES_MAX);
                    return own.map(|bag| Found::Certificate(bag.cert.as_der().to_vec())).collect();
                }
                // Without a checksum a wrong password shows when what is decrypted makes no sense.
                Err(
                    Pkcs12Error::MacError(_)
                    | Pkcs12Error::UnpadError
                    | Pkcs12Error::Pkcs5Error(_)
                    | Pkcs12Error::InvalidData
                    | Pkcs12Error::InvalidLength,
                ) => {}
                Err(Pkcs12Error::InvalidParameters) => {
                    return vec![Found::Unreadable(Unreadable::TooMuchWork)];
                }
                Err(Pkcs12Error::DerError(_)) => return vec![Found::Unreadable(Unreadable::Damaged)],
                Err(_) => return vec![Found::Unreadable(Unreadable::Unsupported)],
            }
        }
        vec![Found::Unreadable(Unreadable::WrongPassword)]
    }
}

/// What a sequence is, by how it begins.
enum Kind<'a> {
    Certificate,
    List,
    /// The signed data.
    Pkcs7(&'a [u8]),
    Pkcs12,
    Key,
    Unknown,
}

fn kind(body: &[u8]) -> Kind<'_> {
    let mut inside = der::each(body);
    let (Some(head), next) = (inside.next(), inside.next()) else { return Kind::Unknown };
    let oid_of = |element: der::Element<'_>| der::first(element.body).map(|(first, _)| first.whole.to_vec());
    match (head.tag, next) {
        (OID, Some(next)) if head.body == PKCS7_SIGNED && next.tag == CONTEXT_0 => Kind::Pkcs7(next.body),
        (INTEGER, Some(next)) if next.tag == SEQUENCE => {
            let oid = oid_of(next).unwrap_or_default();
            let is = |known: &[u8]| oid.get(2..) == Some(known);
            if head.body == [3] && (is(PKCS7_DATA) || is(PKCS7_SIGNED)) { Kind::Pkcs12 } else { Kind::Key }
        }
        (INTEGER, Some(next)) if next.tag == INTEGER || next.tag == OCTET_STRING => Kind::Key,
        (SEQUENCE, Some(next)) if next.tag == SEQUENCE => signed(head.body),
        _ => Kind::Unknown,
    }
}

/// A certificate's body begins with its version or serial number; a list's with its version or the algorithm, and a
/// time stands in third or fourth place (RFC 5280, 4.1 and 5.1).
fn signed(body: &[u8]) -> Kind<'static> {
    let tags: Vec<u8> = der::each(body).take(5).map(|element| element.tag).collect();
    match tags.as_slice() {
        [CONTEXT_0, INTEGER, ..] | [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, ..] => Kind::Certificate,
        [INTEGER, SEQUENCE, SEQUENCE, 0x17 | 0x18, ..] | [SEQUENCE, SEQUENCE, 0x17 | 0x18, ..] => Kind::List,
        _ => Kind::Unknown,
    }
}

/// Certificates stand in `[0]` of the signed data, lists in `[1]` (RFC 5652, 5.1).
fn pkcs7(signed: &[u8]) -> Vec<Found> {
    let Some((data, _)) = der::first(signed) else {
        return vec![Found::Unreadable(Unreadable::Damaged)];
    };
    let mut found = Vec::new();
    for part in der::each(data.body) {
        let own = der::each(part.body).take(PIECES_MAX).filter(|element| element.tag == SEQUENCE);
        match part.tag {
            CONTEXT_0 => found.extend(own.map(|element| Found::Certificate(element.whole.to_vec()))),
            CONTEXT_1 => found.extend(own.map(|element| Found::List(element.whole.to_vec()))),
            _ => {}
        }
    }
    if found.is_empty() { vec![Found::Unreadable(Unreadable::Unrecognised)] } else { found }
}

/// The rounds of key derivation that a PKCS #12 file asks for in the clear: wherever a salt is followed by a number
/// (PBKDF2, the older PBE and the checksum all have that shape; RFC 7292, RFC 8018). What is encrypted shows later and
/// is bounded by `p12-keystore`.
fn rounds(bytes: &[u8], depth: u32) -> u64 {
    if depth > DEPTH_MAX {
        return 0;
    }
    let mut sum = 0_u64;
    let mut after_salt = false;
    for element in der::each(bytes) {
        if element.tag == INTEGER && after_salt {
            let number = element
                .body
                .iter()
                .take(9)
                .fold(0_u64, |sum, byte| sum.saturating_mul(256) + u64::from(*byte));
            sum = sum.saturating_add(number);
        }
        after_salt = element.tag == OCTET_STRING;
        if element.tag & 0x20 != 0 || (element.tag == OCTET_STRING && element.body.first() == Some(&SEQUENCE))
        {
            sum = sum.saturating_add(rounds(element.body, depth + 1));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[Found]) {
        assert_eq!(Opener::new(&[]).open(bytes), expected);
    }

    #[test]
    fn what_is_none() {
        let unrecognised = [Found::Unreadable(Unreadable::Unrecognised)];
        check(b"", &unrecognised);
        check(b"hello", &unrecognised);
        check(b"PK\x03\x04", &unrecognised);
        check(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", &unrecognised);
        let key = [Found::Unreadable(Unreadable::KeyAlone)];
        check(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", &key);
        let damaged = [Found::Unreadable(Unreadable::Damaged)];
        check(b"-----BEGIN CERTIFICATE-----\nMIIB", &damaged);
        check(b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", &damaged);
        check(b"\x30\x82\xff\xff", &damaged);
    }

    #[test]
    fn deep_nesting_ends() {
        // Each level has one byte more than the next: 200 levels, far beyond what is walked.
        let mut bytes = vec![0x30, 0x00];
        for _ in 0..60 {
            let mut outer = vec![0x30, u8::try_from(bytes.len()).unwrap()];
            outer.extend(&bytes);
            bytes = outer;
        }
        check(&bytes, &[Found::Unreadable(Unreadable::Unrecognised)]);
        assert_eq!(rounds(&bytes, 0), 0);
    }

    #[test]
    fn rounds_are_counted() {
        let salted = [0x30, 0x07, 0x04, 0x01, 0xaa, 0x02, 0x02, 0x08, 0x00];
        assert_eq!(rounds(&salted, 0), 2_048);
        let mut nested = vec![0x04, 0x09];
        nested.extend(salted);
        assert_eq!(rounds(&nested, 0), 2_048);
    }
}
