//! Which domain controller is read, as whom, and within which bounds. Nothing is connected here.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::DirectoryError;

/// A password. It is shown nowhere: its debug form is a word.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes a password.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The password itself: for signing in alone.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// How to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bind {
    /// NTLM for `DOMAIN\name` where the server offers it, else a simple bind over TLS.
    #[default]
    Auto,
    /// A simple bind over TLS (RFC 4513, 5.1.3).
    Simple,
    /// NTLM within SPNEGO, with channel binding ([MS-NLMP]).
    Ntlm,
}

/// Where the files of group policy are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Policies {
    /// From SYSVOL of the same domain controller, over SMB, with the same account.
    #[default]
    Share,
    /// From a copy of SYSVOL in a folder, or from a backup of group policies.
    Folder(PathBuf),
    /// Nowhere: what group policy says stays unknown.
    Unread,
}

/// What is read, and how.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// `ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]` together with `starttls`.
    pub url: String,
    /// Whether to turn `ldap://` into TLS before anything else is said.
    pub starttls: bool,
    /// PEM certificates of the only authorities to trust; without it, those of the system.
    pub ca: Option<Vec<u8>>,
    /// Who reads: `name@domain`, `DOMAIN\name`, a distinguished name, or a bare logon name of this domain.
    pub user: String,
    /// That account's password.
    pub password: Secret,
    /// How to sign in.
    pub bind: Bind,
    /// Where the files of group policy are read.
    pub policies: Policies,
    /// The time for everything together; without it, 60 seconds.
    pub time_limit: Option<Duration>,
    /// The subject's id in the document; without it, the domain's DNS name.
    pub subject: Option<String>,
}

/// Where to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The host's name or IPv4 address.
    pub(crate) host: String,
    /// The address as ldap3 takes it.
    pub(crate) url: String,
    /// Whether TLS is begun by StartTLS.
    pub(crate) starttls: bool,
}

/// What a name for signing in looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// `name@domain`.
    Upn,
    /// `DOMAIN\name`.
    DownLevel,
    /// `CN=…,DC=…`.
    DistinguishedName,
    /// A logon name of the domain.
    Bare,
}

impl Target {
    /// Where to connect.
    ///
    /// # Errors
    /// When the address could only be reached without TLS, is a global catalog, or is none.
    pub(crate) fn address(&self) -> Result<Address, DirectoryError> {
        let bad = |hint| DirectoryError::Address(crate::value::quoted(&self.url), hint);
        let hint = "write ldaps://HOST, or ldap://HOST with --starttls";
        let (scheme, rest) = self.url.split_once("://").ok_or_else(|| bad(hint))?;
        let (plain, default) = match (scheme.to_ascii_lowercase().as_str(), self.starttls) {
            ("ldaps", false) => (false, 636),
            ("ldap", true) => (true, 389),
            ("ldap", false) => {
                return Err(bad("a password is never sent without TLS: use ldaps://, or add --starttls"));
            }
            ("ldaps", true) => return Err(bad("ldaps:// is TLS from the first byte: leave --starttls out")),
            _ => return Err(bad(hint)),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => {
                (host, port.parse::<u16>().map_err(|_| bad("the port is no number of 1 to 65535"))?)
            }
            None => (rest, default),
        };
        let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if host.is_empty() || host.len() > 253 || !host.chars().all(usable) || port == 0 {
            return Err(bad("give a host name or an IPv4 address"));
        }
        if matches!(port, 3268 | 3269) {
            return Err(DirectoryError::GlobalCatalog(format!("{host}:{port}")));
        }
        let scheme = if plain { "ldap" } else { "ldaps" };
        Ok(Address { host: host.to_owned(), url: format!("{scheme}://{host}:{port}"), starttls: plain })
    }

    /// What the name looks like.
    ///
    /// # Errors
    /// When it is empty or mixes two forms.
    pub(crate) fn look(&self) -> Result<Look, DirectoryError> {
        let bad = |hint| DirectoryError::User(crate::value::quoted(&self.user), hint);
        let hint = "write NAME@DOMAIN, DOMAIN\\NAME or a distinguished name";
        if self.user.trim().is_empty() || self.user.chars().any(char::is_control) || self.user.len() > 1_000 {
            return Err(bad(hint));
        }
        if self.user.contains('=') && self.user.contains(',') {
            return Ok(Look::DistinguishedName);
        }
        let empty = |(a, b): (&str, &str)| {
            a.is_empty() || b.is_empty() || b.contains(['\\', '@']) || a.contains(['\\', '@'])
        };
        match (self.user.split_once('\\'), self.user.split_once('@')) {
            (None, None) => Ok(Look::Bare),
            (Some(parts), _) if !empty(parts) => Ok(Look::DownLevel),
            (None, Some(parts)) if !empty(parts) => Ok(Look::Upn),
            _ => Err(bad(hint)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_addresses_that_speak_tls() {
        let check = |url: &str, starttls: bool, expected: &str| {
            let target = Target { url: url.into(), starttls, ..Target::default() };
            let told = target.address().map_or_else(|error| error.to_string(), |address| address.url);
            assert!(told.contains(expected), "{url}: {told} should hold {expected}");
        };
        check("ldaps://dc1.example.test", false, "ldaps://dc1.example.test:636");
        check("LDAPS://dc1.example.test:1636/", false, "ldaps://dc1.example.test:1636");
        check("ldap://127.0.0.9", true, "ldap://127.0.0.9:389");
        check("ldap://dc1", false, "never sent without TLS");
        check("ldaps://dc1", true, "leave --starttls out");
        check("dc1", false, "write ldaps://HOST");
        check("http://dc1", false, "write ldaps://HOST");
        check("ldaps://dc1:3269", false, "global catalog");
        check("ldaps://dc1:0", false, "host name");
        check("ldaps://dc1:99999", false, "port");
        check("ldaps://user:pw@dc1", false, "port");
        check("ldaps://", false, "host name");
        check("ldaps://dc1/dc=x", false, "host name");
    }

    #[test]
    fn tells_names_apart() {
        let check = |user: &str, look: Option<Look>| {
            let target = Target { user: user.into(), ..Target::default() };
            assert_eq!(target.look().ok(), look, "{user}");
        };
        check("reader@example.test", Some(Look::Upn));
        check(r"EXAMPLE\reader", Some(Look::DownLevel));
        check("CN=reader,OU=Staff,DC=example,DC=test", Some(Look::DistinguishedName));
        check("reader", Some(Look::Bare));
        check(r"EXAMPLE\", None);
        check(r"EXAMPLE\a@b", None);
        check("@b", None);
        check("", None);
        check(" ", None);
        check("a\nb", None);
    }

    #[test]
    fn shows_no_password() {
        let target = Target { password: Secret::new("hunter2".into()), ..Target::default() };
        assert!(!format!("{target:?}").contains("hunter2"));
    }
}
