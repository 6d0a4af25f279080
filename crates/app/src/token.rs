//! Random tokens, and their hashes.

use sha2::{Digest as _, Sha256};

use crate::{AppError, Result};

/// Letters of tokens people may have to read out: no 0 O 1 I L.
const LETTERS: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/// A token of so many letters, each worth 4.95 bits.
///
/// # Errors
/// The system gives no random numbers.
pub fn random(letters: usize) -> Result<String> {
    let mut token = String::with_capacity(letters);
    let mut bytes = [0_u8; 64];
    while token.len() < letters {
        getrandom::fill(&mut bytes)
            .map_err(|error| AppError::Internal(format!("no random numbers from the system: {error}")))?;
        // 248 = 8 × 31: bytes above it would make some letters likelier than others.
        let usable = bytes.iter().filter(|byte| **byte < 248);
        for letter in usable.filter_map(|byte| LETTERS.get(usize::from(byte % 31))) {
            if token.len() < letters {
                token.push(char::from(*letter));
            }
        }
    }
    Ok(token)
}

/// The hash a token is stored as.
#[must_use]
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Whether two texts are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (hash(a), hash(b));
    a.iter().zip(b).fold(0, |differences, (x, y)| differences | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (a, b) = (random(40).unwrap(), random(40).unwrap());
        assert_eq!((a.len(), a != b), (40, true));
        assert!(a.bytes().all(|byte| LETTERS.contains(&byte)));
        assert!(same(&a, &a.clone()) && !same(&a, &b) && !same(&a, ""));
    }
}
