//! Connects and signs in: TLS first, then what the server is, then one try with the password.

use std::collections::BTreeSet;
use std::time::Duration;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapResult, StdStream};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::root::{self, Root};
use crate::session::{ANSWER_TIME, BYTES_MAX, Reach, Session, Trouble};
use crate::target::{Address, Bind, Look, Target};
use crate::{DirectoryError, error, start_tls, tls};

/// The time for everything, unless another is given.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The time for connecting and TLS.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Connects and signs in. The password is sent at most once, and only after the server's certificate was checked and the
/// server showed itself to be Active Directory.
///
/// # Errors
/// [`DirectoryError`].
pub(crate) fn sign_in(target: &Target) -> Result<Session, DirectoryError> {
    let look = target.look()?;
    if target.password.reveal().is_empty() {
        return Err(DirectoryError::EmptyPassword);
    }
    let mut session = open(target)?;
    let host = target.address()?.host;
    let way = way(target.bind, look, &session.root);
    if way == Bind::Ntlm && !matches!(look, Look::DownLevel | Look::Upn) {
        return Err(DirectoryError::User(target.user.clone(), "NTLM takes DOMAIN\\NAME or NAME@DOMAIN"));
    }
    let user = match look {
        Look::Bare => format!("{}@{}", target.user, session.root.dns_name()),
        _ => target.user.clone(),
    };
    session.bound_with = if way == Bind::Ntlm { "NTLM over TLS" } else { "simple over TLS" };
    let (ldap, password, name) = (session.ldap.clone(), target.password.clone(), user.clone());
    let result = session.runtime.block_on(async move {
        let task = tokio::spawn(bind(ldap, way, name, password));
        tokio::time::timeout(ANSWER_TIME, task).await
    });
    let host = || host.clone();
    let result = match result {
        Err(_) => {
            return Err(DirectoryError::Timeout {
                host: host(),
                doing: "signing in",
                secs: ANSWER_TIME.as_secs(),
            });
        }
        Ok(Err(_)) => {
            return Err(DirectoryError::Broken { host: host(), problem: "a malformed answer".to_owned() });
        }
        Ok(Ok(Err(problem))) => return Err(DirectoryError::Broken { host: host(), problem }),
        Ok(Ok(Ok(result))) => result,
    };
    match result.rc {
        0 => Ok(session),
        code => Err(DirectoryError::Refused { host: host(), user, why: error::refusal(code, &result.text) }),
    }
}

/// Connects without signing in, and asks the server what it is.
///
/// # Errors
/// [`DirectoryError`].
pub(crate) fn open(target: &Target) -> Result<Session, DirectoryError> {
    let address = target.address()?;
    let config = tls::config(target.ca.as_deref())?;
    let broken = |problem: String| DirectoryError::Broken { host: address.host.clone(), problem };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| broken(error.to_string()))?;
    let limit = target.time_limit.unwrap_or(TIME_LIMIT);
    let deadline = runtime.block_on(async { Instant::now() }) + limit;
    let (ldap, certificate) = connect(&runtime, &address, config, limit.min(CONNECT_TIME))?;
    let mut session = Session {
        runtime,
        ldap,
        deadline,
        bytes_left: BYTES_MAX,
        root: Root::default(),
        referrals: BTreeSet::new(),
        bound_with: "nobody",
        certificate,
    };
    let found = session.search("", Reach::Entry, "(objectClass=*)", root::ATTRIBUTES);
    let entry = match found {
        Ok(mut entries) => entries.pop().unwrap_or_default(),
        Err(Trouble::Timeout) => {
            return Err(DirectoryError::Timeout {
                host: address.host,
                doing: "asking what it is",
                secs: limit.min(ANSWER_TIME).as_secs(),
            });
        }
        Err(Trouble::Denied(_) | Trouble::NotFound) => crate::Entry::default(),
        Err(other) => return Err(broken(other.to_string())),
    };
    let host = address.host;
    session.root = Root::read(&entry).map_err(|found| DirectoryError::NotActiveDirectory { host, found })?;
    Ok(session)
}

fn connect(
    runtime: &Runtime,
    address: &Address,
    config: std::sync::Arc<rustls::ClientConfig>,
    limit: Duration,
) -> Result<(Ldap, Option<Vec<u8>>), DirectoryError> {
    let settings = LdapConnSettings::new().set_config(config);
    let (url, starttls) = (address.url.clone(), address.starttls);
    // In a task of its own: a library that panics on a malformed answer ends the task, not the program.
    let opened = runtime.block_on(async move {
        let task = tokio::spawn(async move {
            let Some(place) = url.strip_prefix("ldap://").filter(|_| starttls) else {
                return LdapConnAsync::with_settings(settings, &url).await;
            };
            // What is said before TLS is ours to read; from then on it is as with ldaps://.
            let stream = start_tls::begin(place).await?;
            let settings = settings.set_std_stream(StdStream::Tcp(stream));
            LdapConnAsync::with_settings(settings, &format!("ldaps://{place}")).await
        });
        tokio::time::timeout(limit, task).await
    });
    let host = || address.host.clone();
    match opened {
        Err(_) => Err(DirectoryError::Timeout { host: host(), doing: "connecting", secs: limit.as_secs() }),
        Ok(Err(_)) => Err(DirectoryError::Broken { host: host(), problem: "a malformed answer".to_owned() }),
        Ok(Ok(Err(error))) => Err(tls::failure(&address.host, &error)),
        Ok(Ok(Ok((connection, mut ldap)))) => {
            let certificate = runtime.block_on(async {
                // The session's searches see a broken connection themselves.
                drop(tokio::spawn(connection.drive()));
                tokio::time::timeout(limit, ldap.get_peer_certificate())
                    .await
                    .ok()
                    .and_then(Result::ok)
                    .flatten()
            });
            Ok((ldap, certificate))
        }
    }
}

/// How to sign in: the one way that is tried.
fn way(asked: Bind, look: Look, root: &Root) -> Bind {
    let offered = root.mechanisms.iter().any(|name| name.eq_ignore_ascii_case("GSS-SPNEGO"));
    match asked {
        Bind::Auto if look == Look::DownLevel && offered => Bind::Ntlm,
        Bind::Auto => Bind::Simple,
        chosen => chosen,
    }
}

async fn bind(
    mut ldap: Ldap,
    way: Bind,
    user: String,
    password: crate::Secret,
) -> Result<LdapResult, String> {
    ldap.with_timeout(ANSWER_TIME);
    let result = match way {
        Bind::Ntlm => ldap.sasl_ntlm_bind(&user, password.reveal()).await,
        Bind::Simple | Bind::Auto => ldap.simple_bind(&user, password.reveal()).await,
    };
    result.map_err(|error| crate::value::quoted(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_one_way() {
        let root = |names: &[&str]| Root {
            mechanisms: names.iter().map(|n| (*n).to_owned()).collect(),
            ..Root::default()
        };
        let check = |asked, look, names: &[&str], chosen| assert_eq!(way(asked, look, &root(names)), chosen);
        check(Bind::Auto, Look::DownLevel, &["GSSAPI", "GSS-SPNEGO"], Bind::Ntlm);
        check(Bind::Auto, Look::DownLevel, &["GSSAPI"], Bind::Simple);
        check(Bind::Auto, Look::Upn, &["GSS-SPNEGO"], Bind::Simple);
        check(Bind::Auto, Look::DistinguishedName, &["GSS-SPNEGO"], Bind::Simple);
        check(Bind::Ntlm, Look::Upn, &[], Bind::Ntlm);
        check(Bind::Simple, Look::DownLevel, &["GSS-SPNEGO"], Bind::Simple);
    }
}
