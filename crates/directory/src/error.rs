//! What stops a reading as a whole: one line each, saying what failed, on what, and what to do. What only takes a part
//! away is a miss instead. No message holds a password.

use model::At;

/// Why a domain could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The address cannot be used.
    #[error("'{0}' is no address of a domain controller: {1}")]
    Address(String, &'static str),
    /// The global catalog was asked for.
    #[error(
        "{0} is the global catalog, which lacks most settings: use port 636 (ldaps://) or 389 (ldap:// with --starttls)"
    )]
    GlobalCatalog(String),
    /// The name cannot be used.
    #[error("the user '{0}' cannot be used: {1}")]
    User(String, &'static str),
    /// An empty password, with which a server takes anybody for nobody (RFC 4513, 5.1.2).
    #[error("the password is empty: give the password of the account that reads the directory")]
    EmptyPassword,
    /// The certification authority's certificate.
    #[error(
        "the CA certificate: {0}: give a PEM file with the certificate of the authority that issued the server's"
    )]
    Authority(String),
    /// No connection.
    #[error("{host}: {problem}: check the name and port, and that the firewall lets LDAP through")]
    Connection {
        /// Where.
        host: String,
        /// What happened.
        problem: String,
    },
    /// No answer in time.
    #[error("{host}: no answer within {secs} s while {doing}: try again, or raise the time limit")]
    Timeout {
        /// Where.
        host: String,
        /// What was being done.
        doing: &'static str,
        /// The limit.
        secs: u64,
    },
    /// The server refuses StartTLS.
    #[error(
        "{host}: StartTLS was refused ({problem}); no password was sent: give the server a certificate, or use ldaps://"
    )]
    StartTls {
        /// Where.
        host: String,
        /// What it said.
        problem: String,
    },
    /// The certificate has ended.
    #[error(
        "{host}: its certificate expired on {ended}; no password was sent: renew the server's certificate"
    )]
    Expired {
        /// Where.
        host: String,
        /// When.
        ended: At,
    },
    /// The certificate is from an authority that is not trusted.
    #[error(
        "{host}: its certificate is not from a trusted authority; no password was sent: give the authority's certificate with --ca FILE"
    )]
    Untrusted {
        /// Where.
        host: String,
    },
    /// The certificate is another machine's.
    #[error("{host}: its certificate is for {names}; no password was sent: use one of these names in --url")]
    OtherName {
        /// Where.
        host: String,
        /// Whom it is for.
        names: String,
    },
    /// TLS fails otherwise.
    #[error(
        "{host}: TLS failed ({problem}); no password was sent: check that the server has a certificate and speaks TLS 1.2 or 1.3"
    )]
    Tls {
        /// Where.
        host: String,
        /// What happened.
        problem: String,
    },
    /// Not Active Directory.
    #[error(
        "{host} is an LDAP server, but not Active Directory ({found}); no password was sent: give the address of a domain controller"
    )]
    NotActiveDirectory {
        /// Where.
        host: String,
        /// What is lacking, and who made it if it says so.
        found: String,
    },
    /// The server does not let this account in.
    #[error("{host}: signing in as '{user}' was refused: {why}. It was tried once and is not tried again")]
    Refused {
        /// Where.
        host: String,
        /// Who.
        user: String,
        /// Why, and what to do.
        why: String,
    },
    /// The session broke.
    #[error("{host}: {problem}: try again")]
    Broken {
        /// Where.
        host: String,
        /// What happened.
        problem: String,
    },
    /// What was read makes no document.
    #[error("the facts that were read do not fit together: {0}: please report this")]
    Document(String),
}

/// What a refused sign-in means, from the server's words: Active Directory writes the reason as a hexadecimal number
/// after `data` (the Windows error codes of [MS-ERREF] 2.2).
pub(crate) fn refusal(code: u32, text: &str) -> String {
    let data =
        text.split("data ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_hexdigit()).next());
    let told = match (code, data) {
        (49, Some("525")) => "there is no such account; check the name",
        (49, Some("52e")) => {
            "the name or the password is wrong; check both before another try, so that the account is not locked"
        }
        (49, Some("52f")) => {
            "the account is restricted; check where and how it may sign in (Protected Users, logon restrictions)"
        }
        (49, Some("530")) => "the account may not sign in at this hour; check its logon hours",
        (49, Some("531")) => {
            "the account may not sign in from this computer; check its permitted workstations"
        }
        (49, Some("532")) => "the password has expired; change it",
        (49, Some("533")) => "the account is disabled; enable it or use another",
        (49, Some("701")) => "the account has expired; extend it or use another",
        (49, Some("773")) => {
            "the password must be changed at the first sign-in; sign in to Windows once and change it"
        }
        (49, Some("775")) => "the account is locked; unlock it, or wait until the lockout ends",
        (49, _) => "the name or the password is wrong, or the account may not sign in",
        (8, _) => {
            "the server asks for a stronger sign-in; write the user as NAME@DOMAIN to use a simple bind over TLS"
        }
        (7, _) => "the server does not know this way of signing in; choose another with --bind",
        _ => "the server refused",
    };
    match (code, data) {
        (49, Some(_)) => told.to_owned(),
        _ => format!(
            "{told} (code {code}{}{})",
            if text.is_empty() { "" } else { ": " },
            crate::value::quoted(text)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_why_a_sign_in_was_refused() {
        let check = |code: u32, text: &str, word: &str| {
            let told = refusal(code, text);
            assert!(told.contains(word), "{told} should mention {word}");
        };
        let data = |code: &str| {
            format!(
                "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data {code}, v4563\0"
            )
        };
        check(49, &data("52e"), "password is wrong");
        check(49, &data("525"), "no such account");
        check(49, &data("530"), "hour");
        check(49, &data("532"), "has expired");
        check(49, &data("533"), "disabled");
        check(49, &data("701"), "account has expired");
        check(49, &data("773"), "must be changed");
        check(49, &data("775"), "locked");
        check(49, "", "code 49");
        check(8, "strong auth", "simple bind");
        check(53, "unwilling\r\n", "code 53: unwilling");
    }
}
