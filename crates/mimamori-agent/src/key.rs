//! The device's own key (Ed25519, RFC 8032): made on the PC, never leaves it, signs every message.

use model::agent::{Digest, KeyId, Signed};
use model::{At, agent};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::Problem;

/// A device's key.
#[derive(Debug)]
pub struct Key {
    pair: Ed25519KeyPair,
}

impl Key {
    /// Makes a key: the key, and its form for keeping (PKCS#8), which is a secret.
    ///
    /// # Errors
    /// [`Problem::Chance`] when the system gives no random numbers.
    pub fn make() -> Result<(Self, Vec<u8>), Problem> {
        let kept = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Problem::Chance)?;
        Ok((Self::read(kept.as_ref())?, kept.as_ref().to_vec()))
    }

    /// Reads a kept key.
    ///
    /// # Errors
    /// [`Problem::Key`] when it is not one.
    pub fn read(kept: &[u8]) -> Result<Self, Problem> {
        Ed25519KeyPair::from_pkcs8(kept).map(|pair| Self { pair }).map_err(|_| Problem::Key)
    }

    /// The public key, 32 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The `Authorization` header of a message.
    #[must_use]
    pub fn sign(&self, path: &str, count: u64, sent_at: At, whole: Digest, body: &[u8]) -> Signed {
        let key = KeyId::of(self.public());
        let text = agent::Signed::text(path, key, count, sent_at, whole, body);
        let mut signature = [0; 64];
        signature.iter_mut().zip(self.pair.sign(&text).as_ref()).for_each(|(to, from)| *to = *from);
        Signed { key, count, sent_at, whole, signature }
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[test]
    fn signs_what_its_public_key_proves() {
        let (key, kept) = Key::make().unwrap();
        let again = Key::read(&kept).unwrap();
        assert_eq!(key.public(), again.public());
        let at = At::from_unix_secs(5).unwrap();
        let signed = again.sign("/p", 3, at, Digest::default(), b"body");
        let check = |path: &str, body: &[u8], right: bool| {
            let text = Signed::text(path, signed.key, 3, at, signed.whole, body);
            let proved = UnparsedPublicKey::new(&ED25519, key.public()).verify(&text, &signed.signature);
            assert_eq!(proved.is_ok(), right);
        };
        check("/p", b"body", true);
        check("/q", b"body", false);
        check("/p", b"bodx", false);
    }

    #[test]
    fn a_broken_key_is_told() {
        for kept in [&b""[..], b"x", &[0x30; 85]] {
            assert!(matches!(Key::read(kept), Err(Problem::Key)));
        }
    }
}
