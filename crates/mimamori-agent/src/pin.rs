//! Which server an agent talks to: the one whose certificate it knows, and no other.
//!
//! No authority is asked and no date is looked at: a PC's clock may be off, and the certificate is known byte for byte
//! by its SHA-256. That the server holds the key to it is proved by the handshake's signature (RFC 8446, 4.4.3).

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use sha2::{Digest as _, Sha256};

/// What is known of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// Its SHA-256.
    Whole([u8; 32]),
    /// The first bytes of its SHA-256, as an enrolment code holds them.
    Start([u8; 10]),
}

impl Pin {
    /// Whether a certificate (DER) is meant.
    #[must_use]
    pub fn fits(&self, certificate: &[u8]) -> bool {
        let hash: [u8; 32] = Sha256::digest(certificate).into();
        match self {
            Pin::Whole(pin) => *pin == hash,
            Pin::Start(pin) => hash.starts_with(pin),
        }
    }
}

/// Accepts the pinned certificate alone, and remembers the hash of what it accepted.
#[derive(Debug)]
pub(crate) struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
    seen: OnceLock<[u8; 32]>,
}

impl Pinned {
    pub(crate) fn new(pin: Pin, provider: Arc<CryptoProvider>) -> Self {
        Self { pin, provider, seen: OnceLock::new() }
    }

    /// The SHA-256 of the accepted certificate, once there was one.
    pub(crate) fn seen(&self) -> Option<[u8; 32]> {
        self.seen.get().copied()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if !self.pin.fits(end_entity) {
            return Err(rustls::CertificateError::ApplicationVerificationFailure.into());
        }
        self.seen.get_or_init(|| Sha256::digest(end_entity).into());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::PeerIncompatible::ServerDoesNotSupportTls12Or13.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_certificate_fits() {
        let hash: [u8; 32] = Sha256::digest(b"certificate").into();
        let start: [u8; 10] = hash[..10].try_into().unwrap();
        let check = |pin: Pin, certificate: &[u8], fits: bool| assert_eq!(pin.fits(certificate), fits);
        check(Pin::Whole(hash), b"certificate", true);
        check(Pin::Whole(hash), b"another", false);
        check(Pin::Start(start), b"certificate", true);
        check(Pin::Start(start), b"another", false);
        check(Pin::Start([0; 10]), b"certificate", false);
    }
}
