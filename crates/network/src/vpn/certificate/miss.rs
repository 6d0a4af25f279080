//! What of a pile of certificates could not be told, for a fact document.

use model::{Miss, Why};

use super::{CertificateList, Unreadable};

/// The most misses told one by one.
const MISSES_MAX: usize = 1_000;

impl CertificateList {
    /// What was a certificate and could not be read: it may hide one that matters, so that nothing is said about all of
    /// them. A note that lay beside them hides none. When no certificate of a user was found, that is a miss as well.
    #[must_use]
    pub fn misses(&self) -> Vec<Miss> {
        let harmless = [Unreadable::Unrecognised, Unreadable::KeyAlone];
        let hidden = self.unread.iter().filter(|own| !harmless.contains(&own.why)).take(MISSES_MAX);
        let mut misses: Vec<Miss> = hidden
            .map(|own| Miss {
                at: format!("certificates[{}]", own.file.replace(['[', ']', '.'], "_")),
                why: if own.why == Unreadable::WrongPassword { Why::Denied } else { Why::Failed },
                detail: format!("{}: {}", own.file, own.why),
            })
            .collect();
        if self.certificates.is_empty() {
            let detail = "no certificate of a user was found in what was named".to_owned();
            misses.push(Miss { at: "certificates".to_owned(), why: Why::NotFound, detail });
        }
        misses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vpn::certificate::Unread;

    #[test]
    fn a_note_hides_nothing() {
        let check = |why: Unreadable, expected: &[(&str, Why)]| {
            let unread = vec![Unread { file: "a.p12".into(), why }];
            let list = CertificateList { unread, ..CertificateList::default() };
            let misses = list.misses();
            let told: Vec<(&str, Why)> = misses.iter().map(|miss| (miss.at.as_str(), miss.why)).collect();
            assert_eq!(told, expected, "{why}");
        };
        let none = ("certificates", Why::NotFound);
        check(Unreadable::WrongPassword, &[("certificates[a_p12]", Why::Denied), none]);
        check(Unreadable::Damaged, &[("certificates[a_p12]", Why::Failed), none]);
        check(Unreadable::KeyAlone, &[none]);
        check(Unreadable::Unrecognised, &[none]);
    }
}
