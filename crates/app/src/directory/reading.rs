//! The two things about a directory that are done outside: reading one, and writing a package of group policy. Both are
//! handed in when the application is opened, as the clock is. Knows no protocol.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use model::{At, FactDocument, Text};

use super::change::Change;

/// Where to read, and as whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// `ldaps://host[:port]` or `ldap://host[:port]`.
    pub url: String,
    /// Whether to begin TLS on an open connection first (always with `ldap://`).
    pub starttls: bool,
    /// Who signs in, as typed: `reader@ad.example`, `AD\reader` or a distinguished name.
    pub user: String,
    /// With which password.
    pub password: String,
    /// Certificates to trust, in PEM; those of the system when there are none.
    pub ca_pem: Option<String>,
    /// Whether group policy is read from SYSVOL as well.
    pub sysvol: bool,
    /// How long it may take altogether.
    pub time_limit: Duration,
}

/// Without the password: it stands in no log.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("url", &self.url)
            .field("starttls", &self.starttls)
            .field("user", &self.user)
            .field("sysvol", &self.sysvol)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// User name or password were refused, or the account is locked or disabled.
    Refused,
    /// The certificate is not trusted, is out of date, or of another name.
    Certificate,
    /// Nobody answers there.
    Unreachable,
    /// It answers, and is no Active Directory.
    NotADirectory,
    /// It took too long.
    TimedOut,
    /// Anything else.
    Other,
}

impl ReadErrorKind {
    /// The kind as a run's outcome and the last part of a locale key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ReadErrorKind::Refused => "refused",
            ReadErrorKind::Certificate => "certificate",
            ReadErrorKind::Unreachable => "unreachable",
            ReadErrorKind::NotADirectory => "not-a-directory",
            ReadErrorKind::TimedOut => "timed-out",
            ReadErrorKind::Other => "other",
        }
    }
}

/// Nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Why, in a word.
    pub kind: ReadErrorKind,
    /// What was found, expected, and what to do; never a password.
    pub told: Text,
}

/// Reads a domain into a fact document. Blocks; tries the password once.
pub type Read = dyn Fn(&Target, At) -> Result<FactDocument, ReadError> + Send + Sync;

/// Writes changes of group policy as files (name, bytes) for a domain of that DNS name.
pub type Package = dyn Fn(&[Change], &str) -> Result<Vec<(String, Vec<u8>)>, Text> + Send + Sync;

/// What is done outside.
#[derive(Clone, Default)]
pub struct Outside {
    /// Reads a domain; none: this Mimamori takes documents of domains only as files.
    pub read: Option<Arc<Read>>,
    /// Writes group policy; none: pages only show what to set.
    pub package: Option<Arc<Package>>,
}
