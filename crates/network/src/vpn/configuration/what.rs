//! The words for what is at fault in a configuration. Their texts in two languages are in `locales/*/vpn-finding.ftl`;
//! this file knows no language, and no product.

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It breaks a statement of the guideline.
    Shall,
    /// It should be mended; no statement says so in so many words.
    Advice,
}

/// One kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct What {
    /// Its word, for example `weak_cipher`; never given to another meaning.
    pub word: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// The statement it breaks; empty for advice.
    pub breaks: &'static str,
}

const fn shall(word: &'static str, breaks: &'static str) -> What {
    What { word, level: Level::Shall, breaks }
}

const fn advice(word: &'static str) -> What {
    What { word, level: Level::Advice, breaks: "" }
}

/// Every kind of finding. Statements: 7.1.1 method and accounts, 7.1.2 vulnerabilities, 7.1.5 who is who, 7.1.6 tie to
/// the directory.
pub const WHATS: &[What] = &[
    // Who is let in.
    shall("shared_key", "7.1.5-1"),
    shall("anonymous_user", "7.1.5-1"),
    shall("accept_all", "7.1.5-1"),
    shall("duplicate_cn", "7.1.5-1"),
    shall("duplicate_key", "7.1.5-1"),
    shall("issuer_only", "7.1.5-1"),
    shall("organization_only", "7.1.5-1"),
    shall("static_user", "7.1.6-1"),
    shall("wildcard_user", "7.1.5-1"),
    shall("no_revocation", "7.1.1-1"),
    advice("single_account"),
    advice("unnamed_peer"),
    advice("shared_preshared_key"),
    advice("wide_addresses"),
    advice("no_remote_cert_tls"),
    advice("ldap_not_ad"),
    // How it is protected.
    shall("pptp", "7.1.1-1"),
    shall("weak_cipher", "7.1.2-1"),
    shall("weak_hash", "7.1.2-1"),
    shall("weak_group", "7.1.2-1"),
    shall("weak_tls", "7.1.2-1"),
    shall("weak_authentication", "7.1.2-1"),
    shall("weak_secret", "7.1.2-1"),
    shall("aggressive_mode", "7.1.2-1"),
    shall("compression", "7.1.2-1"),
    shall("blastradius", "7.1.2-1"),
    shall("ldap_plain", "7.1.2-1"),
    shall("ldap_unverified", "7.1.2-1"),
    advice("sha1"),
    advice("message_authenticator_unset"),
];

/// The kind of a word.
#[must_use]
pub fn what(word: &str) -> Option<&'static What> {
    WHATS.iter().find(|own| own.word == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_weighed() {
        for (at, own) in WHATS.iter().enumerate() {
            assert!(WHATS.iter().skip(at + 1).all(|other| other.word != own.word), "{}", own.word);
            assert_eq!(own.level == Level::Advice, own.breaks.is_empty(), "{}", own.word);
            assert_eq!(what(own.word), Some(own));
        }
        assert_eq!(what("no such"), None);
    }
}
