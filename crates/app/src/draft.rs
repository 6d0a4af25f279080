//! What somebody sent and has looked at but not yet saved: a sheet between its preview and its saving. Kept in memory,
//! bound to the account, for half an hour.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use model::At;

use crate::{Result, token};

/// How long a draft waits.
const WAITS_SECS: i64 = 30 * 60;
/// The most drafts of a kind that wait; the oldest goes.
const DRAFTS_MAX: usize = 8;
/// Letters of the random name of a draft: nobody guesses 198 bits.
const TOKEN_LETTERS: usize = 40;

struct Draft<T> {
    token: String,
    account: String,
    until: At,
    value: Arc<T>,
}

/// Drafts of one kind.
pub struct Drafts<T>(Mutex<VecDeque<Draft<T>>>);

impl<T> Default for Drafts<T> {
    fn default() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }
}

impl<T> Drafts<T> {
    /// Keeps a draft for an account, and names it.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn put(&self, account: &str, now: At, value: T) -> Result<String> {
        let token = token::random(TOKEN_LETTERS)?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|draft| now < draft.until);
        while held.len() >= DRAFTS_MAX {
            held.pop_front();
        }
        held.push_back(Draft {
            token: token.clone(),
            account: account.to_owned(),
            until: now.plus_secs(WAITS_SECS),
            value: Arc::new(value),
        });
        Ok(token)
    }

    /// The draft of a name, if it is this account's and still waits.
    #[must_use]
    pub fn get(&self, account: &str, now: At, token: &str) -> Option<Arc<T>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter()
            .find(|draft| draft.account == account && now < draft.until && token::same(&draft.token, token))
            .map(|draft| Arc::clone(&draft.value))
    }

    /// Lets a draft go.
    pub fn drop(&self, account: &str, token: &str) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|draft| draft.account != account || !token::same(&draft.token, token));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_for_one_account_and_half_an_hour() {
        let drafts = Drafts::default();
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        let token = drafts.put("sato", now, 7).unwrap();
        let check = |account: &str, secs: i64, token: &str, expected: Option<i32>| {
            let found = drafts.get(account, now.plus_secs(secs), token).map(|value| *value);
            assert_eq!(found, expected, "{account} after {secs} s");
        };
        check("sato", 0, &token, Some(7));
        check("sato", 1_799, &token, Some(7));
        check("sato", 1_800, &token, None);
        check("kansa", 0, &token, None);
        check("sato", 0, "", None);
        drafts.drop("kansa", &token);
        check("sato", 0, &token, Some(7));
        drafts.drop("sato", &token);
        check("sato", 0, &token, None);
    }

    #[test]
    fn the_oldest_goes() {
        let drafts = Drafts::default();
        let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
        let tokens: Vec<String> = (0..10).map(|n| drafts.put("sato", now, n).unwrap()).collect();
        let waiting = tokens.iter().filter(|token| drafts.get("sato", now, token).is_some()).count();
        assert_eq!(waiting, DRAFTS_MAX);
        assert!(
            drafts.get("sato", now, &tokens[9]).is_some() && drafts.get("sato", now, &tokens[1]).is_none()
        );
    }
}
