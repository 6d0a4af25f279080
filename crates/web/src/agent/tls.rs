//! TLS for agents: version 1.3 only, the server's own certificate, no names and no authorities.

use std::sync::Arc;

use app::agent::Identity;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{Error, ServerConfig, version};

/// What accepts connections as this server.
///
/// # Errors
/// Certificate and key do not fit each other.
pub fn acceptor(identity: &Identity) -> Result<TlsAcceptor, Error> {
    let certificate = CertificateDer::from(identity.certificate_der.clone());
    let key = PrivatePkcs8KeyDer::from(identity.key_der.clone());
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // An agent comes once an hour: a ticket to come back with costs more than it saves.
    config.send_tls13_tickets = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
