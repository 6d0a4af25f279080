//! Reads a pile of certificates – PEM, DER, PKCS #7, PKCS #12 – and revocation lists into the certificates of section
//! `certificates` of a VPN, with what stands out: guideline 7.1.3 (expiry, key size) and 7.1.5 (a field that names one
//! person).
//!
//! Certification authorities and the gateway's own certificate are told apart: they let nobody in. Private keys that
//! lie in the same files are never kept. A file that cannot be read is named with the reason; the others still count.
//! Signatures, of certificates and of revocation lists, are not verified: this lists what is there, the gateway decides
//! what it trusts. Who the people are is not known here.

mod container;
mod der;
mod entry;
mod finding;
mod miss;
mod name;
mod revocation;

pub use finding::{CertificateFinding, Fault, LONG_LIVED_DAYS, RENEWAL_DAYS, RSA_BITS_MIN, SOON_DAYS};
pub use revocation::RevocationList;

use std::collections::HashMap;

use model::At;
use model::facts::VpnCertificate;

use container::Found;
use entry::{Bearer, Entry};

/// The most files read at once.
pub const FILES_MAX: usize = 5_000;
/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// All files together, in bytes.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;
/// The most certificates kept, those of authorities included.
pub const CERTIFICATES_MAX: usize = 10_000;

/// A file as it was handed in.
#[derive(Clone, Copy, Debug)]
pub struct CertificateFile<'a> {
    /// The name it goes by in facts and reasons.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// Why nothing was read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// More than [`FILES_MAX`].
    #[error("there are more than {FILES_MAX} files: hand in the certificates of one VPN")]
    TooManyFiles,
    /// More than [`BYTES_MAX`].
    #[error("the files are larger than {BYTES_MAX} bytes together: hand in certificates alone")]
    TooLarge,
    /// More than [`CERTIFICATES_MAX`].
    #[error("there are more than {CERTIFICATES_MAX} certificates: hand in those of one VPN")]
    TooManyCertificates,
}

/// Why a file, or a piece of it, was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`FILE_BYTES_MAX`].
    #[error("it is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// Neither PEM nor DER of a kind that is known.
    #[error("it is neither a certificate nor a revocation list (PEM, DER, PKCS #7 or PKCS #12)")]
    Unrecognised,
    /// It begins like one and cannot be taken apart.
    #[error("it begins like a certificate and is cut off or damaged")]
    Damaged,
    /// A PKCS #12 file that does not open.
    #[error("the password does not open it (PKCS #12): give the right one")]
    WrongPassword,
    /// A PKCS #12 file in a form that is not read.
    #[error("its form of PKCS #12 is not read: export it again as PEM, without the private key")]
    Unsupported,
    /// A PKCS #12 file that would take too long to open.
    #[error("it asks for too much work to open (PKCS #12, iterations): export it again as PEM")]
    TooMuchWork,
    /// A revocation list that only says what changed.
    #[error("it is a delta revocation list: hand in the complete one")]
    DeltaList,
    /// Nothing but private keys.
    #[error("there is no certificate in it, only a private key; it was not read")]
    KeyAlone,
}

/// A file, or a piece of it, that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub file: String,
    /// Why.
    pub why: Unreadable,
}

/// A certificate that lets no person in: an authority's or the gateway's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCertificate {
    /// Subject.
    pub subject: String,
    /// When it ends.
    pub expires_at: At,
    /// SHA-256 in hexadecimal.
    pub fingerprint: String,
    /// The file.
    pub file: String,
}

/// What the files say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CertificateList {
    /// Certificates that people come in with, each once, by file and place in it. `upn` and `email` are empty, not
    /// absent, where the certificate has none. `revoked` says whether a list that was handed in names it: without a
    /// list it stays `false`, so that nothing is excused.
    pub certificates: Vec<VpnCertificate>,
    /// Certification authorities.
    pub authorities: Vec<OtherCertificate>,
    /// Certificates for servers only: the gateway's own.
    pub gateways: Vec<OtherCertificate>,
    /// Revocation lists.
    pub lists: Vec<RevocationList>,
    /// What stands out.
    pub findings: Vec<CertificateFinding>,
    /// What was not read.
    pub unread: Vec<Unread>,
}

/// Reads the files. `passwords` are tried on PKCS #12 files in turn, after the empty one; `now` decides what has
/// expired.
///
/// # Errors
/// [`CertificateError`] when there is more than the limits allow; a file that is no good is in `unread` instead.
pub fn read(
    files: &[CertificateFile<'_>],
    passwords: &[&str],
    now: At,
) -> Result<CertificateList, CertificateError> {
    if files.len() > FILES_MAX {
        return Err(CertificateError::TooManyFiles);
    }
    if files.iter().map(|file| file.bytes.len()).sum::<usize>() > BYTES_MAX {
        return Err(CertificateError::TooLarge);
    }
    let mut list = CertificateList::default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen: HashMap<String, ()> = HashMap::new();
    let mut revocations = Vec::new();
    let mut opener = container::Opener::new(passwords);
    for file in files {
        for found in opener.open(file.bytes) {
            let unread = |why| Unread { file: file.name.to_owned(), why };
            match found {
                Found::Certificate(der) => match entry::read(&der, file.name) {
                    Some(entry) => {
                        if seen.insert(entry.fingerprint().to_owned(), ()).is_none() {
                            entries.push(entry);
                        }
                    }
                    None => list.unread.push(unread(Unreadable::Damaged)),
                },
                Found::List(der) => match revocation::read(&der, file.name) {
                    Ok(revocation) => revocations.push(revocation),
                    Err(why) => list.unread.push(unread(why)),
                },
                Found::Unreadable(why) => list.unread.push(unread(why)),
            }
            if entries.len() > CERTIFICATES_MAX {
                return Err(CertificateError::TooManyCertificates);
            }
        }
    }
    let revocations = revocation::newest(revocations);
    for entry in &mut entries {
        let named = revocations.iter().any(|list| list.names(entry));
        entry.certificate.revoked = Some(named);
    }
    let mut people: Vec<Entry> = Vec::new();
    for entry in entries {
        match entry.bearer {
            Bearer::Person => people.push(entry),
            Bearer::Authority => list.authorities.push(entry.other()),
            Bearer::Gateway => list.gateways.push(entry.other()),
        }
    }
    finding::mark_duplicates(&mut people, now);
    list.findings = finding::all(&people, &revocations, now);
    list.lists = revocations.into_iter().map(|revocation| revocation.list).collect();
    list.certificates = people.into_iter().map(|entry| entry.certificate).collect();
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        let now = At::from_unix_secs(1_790_000_000).unwrap();
        let file = CertificateFile { name: "a", bytes: b"" };
        assert_eq!(read(&vec![file; FILES_MAX + 1], &[], now), Err(CertificateError::TooManyFiles));
        let bytes = vec![b'a'; FILE_BYTES_MAX + 1];
        let large = CertificateFile { name: "a", bytes: &bytes };
        assert_eq!(read(&[large; 6], &[], now), Err(CertificateError::TooLarge));
        let list = read(&[large], &[], now).unwrap();
        assert_eq!(list.unread, [Unread { file: "a".into(), why: Unreadable::TooLarge }]);
    }
}
