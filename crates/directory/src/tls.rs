//! TLS: whom to trust, and what a failed handshake means. Certificates are always checked, with the host's name.

use std::sync::Arc;

use ldap3::LdapError;
use model::At;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::DirectoryError;
use crate::value::quoted;

/// The largest file of authorities, in bytes.
const CA_BYTES_MAX: usize = 1024 * 1024;

/// The client's side of TLS 1.2 and 1.3, trusting the given authorities alone, or else those of the system.
///
/// # Errors
/// When there is no authority to trust.
pub(crate) fn config(ca: Option<&[u8]>) -> Result<Arc<ClientConfig>, DirectoryError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(pem) if pem.len() > CA_BYTES_MAX => {
            return Err(DirectoryError::Authority(format!("it is larger than {CA_BYTES_MAX} bytes")));
        }
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate =
                    certificate.map_err(|error| DirectoryError::Authority(quoted(&error.to_string())))?;
                roots
                    .add(certificate)
                    .map_err(|error| DirectoryError::Authority(quoted(&error.to_string())))?;
            }
            if roots.is_empty() {
                return Err(DirectoryError::Authority("it holds no certificate".to_owned()));
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                return Err(DirectoryError::Authority("the system trusts no authority".to_owned()));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| DirectoryError::Authority(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// When a certificate ends.
pub(crate) fn ends(der: &[u8]) -> Option<At> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    At::from_unix_secs(certificate.validity().not_after.timestamp())
}

/// What a failed connection means.
pub(crate) fn failure(host: &str, error: &LdapError) -> DirectoryError {
    let host = host.to_owned();
    let inner = match error {
        LdapError::Rustls { source } => Some(source),
        LdapError::Io { source } => source.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    match (inner, error) {
        (Some(rustls::Error::InvalidCertificate(problem)), _) => certificate(host, problem),
        (Some(other), _) => DirectoryError::Tls { host, problem: quoted(&other.to_string()) },
        (None, LdapError::LdapResult { result }) => DirectoryError::StartTls {
            host,
            problem: format!("code {}: {}", result.rc, quoted(&result.text)),
        },
        (None, LdapError::Io { source }) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
            DirectoryError::Tls { host, problem: "the server hung up".to_owned() }
        }
        (None, other) => DirectoryError::Connection { host, problem: quoted(&other.to_string()) },
    }
}

fn certificate(host: String, problem: &CertificateError) -> DirectoryError {
    match problem {
        CertificateError::ExpiredContext { not_after, .. } => {
            let ended = i64::try_from(not_after.as_secs()).ok().and_then(At::from_unix_secs);
            match ended {
                Some(ended) => DirectoryError::Expired { host, ended },
                None => DirectoryError::Tls { host, problem: "its certificate has expired".to_owned() },
            }
        }
        CertificateError::UnknownIssuer => DirectoryError::Untrusted { host },
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names = presented.iter().take(5).map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "no name at all".to_owned() } else { names };
            DirectoryError::OtherName { host, names }
        }
        other => DirectoryError::Tls { host, problem: quoted(&format!("certificate: {other}")) },
    }
}
