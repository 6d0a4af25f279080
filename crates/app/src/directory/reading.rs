//! Reading a directory is done outside: handed in when the application is opened, as the clock is, so that tests bring
//! domains of their own. Knows no protocol.

use std::fmt;
use std::time::Duration;

use ::directory::{self, DirectoryError};
use model::{At, FactDocument, Text};

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

/// Reads a real domain over the network: what an application does that is told nothing else.
///
/// # Errors
/// [`ReadError`] when nobody could sign in; what could not be read after that is a miss in the document.
pub(crate) fn over_the_network(target: &Target, now: At) -> Result<FactDocument, ReadError> {
    let asked = directory::Target {
        url: target.url.clone(),
        starttls: target.starttls,
        ca: target.ca_pem.clone().map(String::into_bytes),
        user: target.user.clone(),
        password: directory::Secret::new(target.password.clone()),
        bind: directory::Bind::Auto,
        policies: if target.sysvol { directory::Policies::Share } else { directory::Policies::Unread },
        time_limit: Some(target.time_limit),
        subject: None,
    };
    directory::collect(&asked, now).map_err(|error| {
        let kind = kind_of(&error);
        ReadError { kind, told: Text::new(format!("{}({error})", kind.in_japanese()), error.to_string()) }
    })
}

fn kind_of(error: &DirectoryError) -> ReadErrorKind {
    match error {
        DirectoryError::Refused { .. } | DirectoryError::EmptyPassword | DirectoryError::User(..) => {
            ReadErrorKind::Refused
        }
        DirectoryError::Authority(_)
        | DirectoryError::Expired { .. }
        | DirectoryError::Untrusted { .. }
        | DirectoryError::OtherName { .. }
        | DirectoryError::Tls { .. }
        | DirectoryError::StartTls { .. } => ReadErrorKind::Certificate,
        DirectoryError::Connection { .. } | DirectoryError::Address(..) => ReadErrorKind::Unreachable,
        DirectoryError::NotActiveDirectory { .. } | DirectoryError::GlobalCatalog(_) => {
            ReadErrorKind::NotADirectory
        }
        DirectoryError::Timeout { .. } => ReadErrorKind::TimedOut,
        DirectoryError::Broken { .. } | DirectoryError::Document(_) => ReadErrorKind::Other,
    }
}

impl ReadErrorKind {
    /// What happened and what to do, before the details in the words of the protocol.
    fn in_japanese(self) -> &'static str {
        match self {
            ReadErrorKind::Refused => {
                "サインインできませんでした。ユーザー名とパスワード、アカウントの状態を確かめてください。試したのは1回だけです。"
            }
            ReadErrorKind::Certificate => {
                "サーバーの証明書を確かめられませんでした。パスワードは送っていません。証明書の期限と名前、登録した認証局の証明書を確かめてください。"
            }
            ReadErrorKind::Unreachable => {
                "つながりませんでした。ホスト名とポート、ファイアウォールを確かめてください。"
            }
            ReadErrorKind::NotADirectory => {
                "つながりましたが、Active Directoryのドメインコントローラーではありません。パスワードは送っていません。"
            }
            ReadErrorKind::TimedOut => {
                "時間内に応答がありませんでした。しばらくしてからもう一度お試しください。"
            }
            ReadErrorKind::Other => "読み取りの途中で止まりました。もう一度お試しください。",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_there_is_told_as_such() {
        let target = Target {
            // A port on which nothing listens.
            url: "ldaps://127.0.0.1:1".into(),
            starttls: false,
            user: "reader@ad.example".into(),
            password: "of the reader".into(),
            ca_pem: None,
            sysvol: false,
            time_limit: Duration::from_secs(5),
        };
        let error = over_the_network(&target, "2026-11-24T00:00:00Z".parse().unwrap()).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unreachable);
        assert!(error.told.ja.contains("127.0.0.1") && !error.told.ja.contains("of the reader"));
    }
}
