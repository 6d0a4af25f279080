//! Passwords: Argon2id with the library's defaults (19 MiB, 2 passes: RFC 9106's second choice for servers).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::error::{Findings, Invalid};
use crate::{AppError, Result};

/// The fewest characters of a password.
const MIN_CHARS: usize = 12;
/// The most characters: hashing must stay bounded.
const MAX_CHARS: usize = 200;

/// What can be done with a password.
pub struct Password;

impl Password {
    /// Notes what is wrong with a new password.
    pub(crate) fn check(findings: &mut Findings, field: &str, password: &str, login: &str) {
        let chars = password.chars().count();
        let mut letters: Vec<char> = password.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        if chars < MIN_CHARS {
            findings.add(Invalid::new(field, "too-short").with(MIN_CHARS));
        } else if chars > MAX_CHARS {
            findings.add(Invalid::new(field, "too-long").with(MAX_CHARS));
        } else if letters.len() < 5
            || (!login.is_empty() && password.to_lowercase().contains(&login.to_lowercase()) && chars < 20)
        {
            findings.add(Invalid::new(field, "too-simple"));
        }
    }

    /// The hash to store, with a salt of its own.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn hash(password: &str) -> Result<String> {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| AppError::Internal(format!("password hashing: {error}")))
    }

    /// Whether a typed password is the stored one.
    #[must_use]
    pub fn fits(typed: &str, stored: &str) -> bool {
        if typed.chars().count() > MAX_CHARS {
            return false;
        }
        PasswordHash::new(stored)
            .is_ok_and(|hash| Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_only_itself() {
        let stored = Password::hash("見守り太郎 2026 です!").unwrap();
        assert!(Password::fits("見守り太郎 2026 です!", &stored));
        assert!(!Password::fits("見守り太郎 2026 です", &stored));
        assert!(!Password::fits("", &stored) && !Password::fits("x", "not a hash"));
    }

    #[test]
    fn weak_ones_are_named() {
        let check = |password: &str, fine: bool| {
            let mut findings = Findings::default();
            Password::check(&mut findings, "password", password, "sato");
            assert_eq!(findings.done().is_ok(), fine, "{password}");
        };
        check("short", false);
        check("aaaaaaaaaaaaaaaa", false);
        check("sato-2026-11", false);
        check("correct horse battery", true);
        check("パスワードは長い方がよい", true);
        check(&"ab".repeat(101), false);
    }
}
