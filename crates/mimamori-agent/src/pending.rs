//! The key of an enrolment that was begun: kept until its answer is in, since the server may have taken it in and used
//! the code up. The same code then goes out with the same key, which the server answers again.

use model::agent::KeyId;
use model::agent_code::AgentCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::agent::{KEY_MAX_BYTES, KEY_START};
use crate::machine::hex;
use crate::{Folder, Key, Problem};

/// Its file.
const FILE: &str = "pending.json";
const PENDING_MAX_BYTES: usize = 1024;

/// Which key went out with which code.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// The SHA-256 of the code's secret, in hexadecimal: the code itself is not kept.
    code: String,
    /// The key's file.
    key: String,
}

impl Pending {
    /// The key for a code and its file: the one that went out with this code before, or a new one, kept before it is used.
    pub(crate) fn key(folder: &Folder, code: &AgentCode) -> Result<(Key, String), Problem> {
        let hash = hex(&Sha256::digest(format!("mimamori code\n{}", code.secret_text())));
        // What cannot be read is a beginning that never got far.
        let begun: Option<Self> =
            folder.read(FILE, PENDING_MAX_BYTES)?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if let Some(begun) = begun.filter(|begun| begun.code == hash && begun.key.starts_with(KEY_START))
            && let Some(kept) = folder.read(&begun.key, KEY_MAX_BYTES)?
            && let Ok(key) = Key::read(&kept)
        {
            return Ok((key, begun.key));
        }
        let (key, kept) = Key::make()?;
        let file = format!("{KEY_START}{}", KeyId::of(key.public()));
        folder.write(&file, &kept)?;
        let pending = Self { code: hash, key: file.clone() };
        let bytes = serde_json::to_vec(&pending).map_err(|error| Problem::Answer(error.to_string()))?;
        folder.write(FILE, &bytes).inspect_err(|_| {
            // Nobody knows this key, and it would only take room.
            let _ = folder.remove(&file);
        })?;
        Ok((key, file))
    }

    /// Nothing is begun any more.
    pub(crate) fn forget(folder: &Folder) -> Result<(), Problem> {
        folder.remove(FILE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_goes_out_with_the_same_key() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        let code = |secret: u8| AgentCode { secret: [secret; 10], certificate: [0; 10] };
        let key = |secret: u8| Pending::key(&folder, &code(secret)).unwrap().0.public().to_vec();
        let first = key(1);
        assert_eq!(key(1), first);
        let text = String::from_utf8(folder.read(FILE, 1024).unwrap().unwrap()).unwrap();
        assert!(!text.contains(&code(1).secret_text()), "{text}");
        let second = key(2);
        assert_ne!(second, first, "another code, another key");
        Pending::forget(&folder).unwrap();
        assert_ne!(key(2), second);
        folder.write(FILE, b"{").unwrap();
        key(2);
    }
}
