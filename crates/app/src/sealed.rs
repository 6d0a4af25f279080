//! Passwords of accounts that read something for us, sealed (ChaCha20-Poly1305, RFC 8439) with a key in a file of its own
//! beside the database: whoever has only the database, or a copy of it, has no password. The name is bound in, so that
//! sealed bytes cannot be moved to another name. Knows no store.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The key's file in the data folder.
const KEY_FILE: &str = "secret.key";
/// The key's length in bytes.
const KEY_BYTES: usize = 32;

/// Why a secret cannot be sealed or opened. Never holds the secret.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key's file is not there.
    #[error(
        "the key file {0} is missing: put it back from the backup of the data folder, or enter the passwords again"
    )]
    KeyMissing(PathBuf),
    /// The key's file has another length, or cannot be read or written.
    #[error(
        "the key file {0} cannot be used: {1}. Put it back from the backup of the data folder, or remove it and enter \
         the passwords again"
    )]
    KeyUnusable(PathBuf, String),
    /// The sealed bytes are not of this key and name.
    #[error("a sealed password does not open with the key file {0}: enter the password again")]
    Foreign(PathBuf),
    /// The system gives no random numbers.
    #[error("no random numbers from the system")]
    NoChance,
}

/// Seals and opens with the key of a data folder.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    path: PathBuf,
}

impl Keeper {
    /// Of a data folder. Nothing is read or made yet.
    pub(crate) fn of(folder: &Path) -> Self {
        Self { path: folder.join(KEY_FILE) }
    }

    /// Seals a secret under a name. The key is made when there is none: what was sealed with one that was lost does not
    /// open with it.
    pub(crate) fn seal(&self, name: &str, secret: &str) -> Result<Vec<u8>, SealError> {
        let key = match self.key() {
            Err(SealError::KeyMissing(_)) => self.make_key()?,
            found => found?,
        };
        let mut nonce = [0_u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoChance)?;
        let mut body = secret.as_bytes().to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut body)
            .map_err(|_| SealError::Foreign(self.path.clone()))?;
        Ok([&nonce[..], &body].concat())
    }

    /// Opens a secret.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Result<String, SealError> {
        let foreign = || SealError::Foreign(self.path.clone());
        let key = self.key()?;
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(foreign)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| foreign())?;
        let mut body = body.to_vec();
        let secret = key.open_in_place(nonce, Aad::from(name), &mut body).map_err(|_| foreign())?;
        String::from_utf8(secret.to_vec()).map_err(|_| foreign())
    }

    fn key(&self) -> Result<LessSafeKey, SealError> {
        let unusable = |why: String| SealError::KeyUnusable(self.path.clone(), why);
        let file = match std::fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(SealError::KeyMissing(self.path.clone()));
            }
            Err(error) => return Err(unusable(error.to_string())),
        };
        let mut bytes = Vec::new();
        file.take(KEY_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unusable(error.to_string()))?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes)
            .map_err(|_| unusable(format!("it should hold {KEY_BYTES} bytes")))?;
        Ok(LessSafeKey::new(key))
    }

    /// Makes the key once: the file is written under another name and then linked, so that half a key never stands
    /// there, and of two who make it one wins.
    fn make_key(&self) -> Result<LessSafeKey, SealError> {
        let unusable = |error: std::io::Error| SealError::KeyUnusable(self.path.clone(), error.to_string());
        let mut bytes = [0_u8; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoChance)?;
        let fresh = self.path.with_extension("key.new");
        if let Err(error) = std::fs::remove_file(&fresh)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(unusable(error));
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh).map_err(unusable)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(unusable)?;
        std::fs::rename(&fresh, &self.path).map_err(unusable)?;
        self.key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_what_was_sealed_under_that_name_with_that_key() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let keeper = Keeper::of(folder.path());
        assert!(matches!(keeper.open("directory/1", b"x"), Err(SealError::KeyMissing(_))));
        let sealed = keeper.seal("directory/1", "パスワード!").unwrap();
        assert_eq!(keeper.open("directory/1", &sealed).unwrap(), "パスワード!");
        assert!(!sealed.windows(6).any(|part| part == &"パスワード!".as_bytes()[..6]));
        assert_ne!(keeper.seal("directory/1", "パスワード!").unwrap(), sealed, "never the same twice");
        let check = |keeper: &Keeper, name: &str, sealed: &[u8]| {
            let error = keeper.open(name, sealed).unwrap_err().to_string();
            assert!(error.contains("enter the password again") && !error.contains("パスワード!"), "{error}");
        };
        check(&keeper, "directory/2", &sealed);
        check(&keeper, "directory/1", sealed.get(..sealed.len() - 1).unwrap());
        check(&keeper, "directory/1", b"short");
        let stranger = Keeper::of(other.path());
        stranger.seal("x", "y").unwrap();
        check(&stranger, "directory/1", &sealed);
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::of(folder.path());
        let sealed = keeper.seal("a", "b").unwrap();
        let path = folder.path().join(KEY_FILE);
        let key = std::fs::read(&path).unwrap();
        keeper.seal("c", "d").unwrap();
        assert_eq!((std::fs::read(&path).unwrap(), key.len()), (key, KEY_BYTES));
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, b"short").unwrap();
        for error in [keeper.open("a", &sealed).unwrap_err(), keeper.seal("a", "b").unwrap_err()] {
            assert!(error.to_string().contains("32 bytes"), "{error}");
        }
    }
}
