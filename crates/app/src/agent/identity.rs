//! Who the server is to its agents: a key and a certificate it made for itself, once. Agents know it by the
//! certificate's hash; there is no authority to trust, and nothing to renew.
//!
//! Kept as a setting, so that a backup carries it: a server restored elsewhere is the same server to its agents. Whoever
//! has the data folder has the key.

use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{At, Caller, Lang};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use serde::{Deserialize, Serialize};

use crate::{App, AppError, Result};

const KEY: &str = "agent_identity";
/// The name in the certificate. Nobody looks it up: agents compare the certificate itself.
const SERVER_NAME: &str = "mimamori.invalid";
/// How long the certificate is valid, in years. Agents pin it; its end must never be what stops them.
const YEARS: i32 = 100;

/// The server's certificate and key.
#[derive(Clone)]
pub struct Identity {
    /// The certificate (X.509, DER).
    pub certificate_der: Vec<u8>,
    /// The private key (PKCS #8, DER).
    pub key_der: Vec<u8>,
}

/// The key never shows in a log.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// As it is stored: both in base64.
#[derive(Serialize, Deserialize)]
struct Stored {
    certificate: String,
    key: String,
}

impl Identity {
    fn make(now: At) -> std::result::Result<Self, rcgen::Error> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::new([SERVER_NAME.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "Mimamori");
        let year: i32 = now.day().get(..4).and_then(|year| year.parse().ok()).unwrap_or(2026);
        // A year back, so that an agent whose clock is behind is no worse off.
        params.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
        params.not_after = rcgen::date_time_ymd(year + YEARS, 1, 1);
        let certificate = params.self_signed(&key)?;
        Ok(Self { certificate_der: certificate.der().to_vec(), key_der: key.serialize_der() })
    }

    fn stored(&self) -> Stored {
        Stored { certificate: STANDARD.encode(&self.certificate_der), key: STANDARD.encode(&self.key_der) }
    }

    fn of(stored: &Stored) -> Option<Self> {
        let decode = |text: &str| STANDARD.decode(text).ok();
        Some(Self { certificate_der: decode(&stored.certificate)?, key_der: decode(&stored.key)? })
    }
}

impl App {
    /// The server's identity; made when it is asked for the first time.
    ///
    /// # Errors
    /// The database, or no random numbers.
    pub fn agent_identity(&self) -> Result<Identity> {
        let mut held = self.agents.identity.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(identity) = held.as_ref() {
            return Ok(identity.clone());
        }
        let stored: Option<Stored> = self.store.read(|read| read.setting(KEY))?;
        let identity = match stored {
            Some(stored) => Identity::of(&stored)
                .ok_or_else(|| AppError::Internal("the server's stored identity cannot be read".into()))?,
            None => self.make_identity()?,
        };
        *held = Some(identity.clone());
        Ok(identity)
    }

    fn make_identity(&self) -> Result<Identity> {
        let now = self.now();
        let identity = Identity::make(now)
            .map_err(|error| AppError::Internal(format!("no certificate for agents: {error}")))?;
        let caller = Caller::console(Lang::Ja);
        let act = store::Act {
            at: now,
            caller: &caller,
            action: "agent.identity",
            object: "server".into(),
            detail: format!("certificate {}", model::evidence::id_of(&identity.certificate_der)),
        };
        self.store
            .change(&act, |change| change.set_setting(KEY, &identity.stored()).map_err(AppError::from))?;
        Ok(identity)
    }
}
