//! Who is signed in. Tokens are kept as hashes: a stolen database opens no session.

use model::At;

use crate::Result;
use crate::account::at;
use crate::read::Read;
use crate::write::Derive;

/// Someone signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account's number.
    pub account: i64,
    /// The token every form of this session carries.
    pub form_token: String,
    /// When it began.
    pub created_at: At,
    /// When it was last used.
    pub seen_at: At,
}

impl Read<'_> {
    /// The session of a token's hash.
    ///
    /// # Errors
    /// The database.
    pub fn session(&self, token_hash: &[u8]) -> Result<Option<Session>> {
        self.row(
            "SELECT account, form_token, created_at, seen_at FROM session WHERE token_hash = ?1",
            [token_hash],
            |row| {
                Ok(Session {
                    account: row.get(0)?,
                    form_token: row.get(1)?,
                    created_at: at(row.get(2)?)?,
                    seen_at: at(row.get(3)?)?,
                })
            },
        )
    }
}

impl Derive<'_> {
    /// Begins a session.
    ///
    /// # Errors
    /// The database.
    pub fn add_session(&self, token_hash: &[u8], session: &Session) -> Result<()> {
        self.run(
            "INSERT INTO session (token_hash, account, form_token, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                token_hash,
                session.account,
                &session.form_token,
                session.created_at.unix_secs(),
                session.seen_at.unix_secs(),
            ),
        )?;
        Ok(())
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database.
    pub fn touch_session(&self, token_hash: &[u8], now: At) -> Result<()> {
        self.run("UPDATE session SET seen_at = ?2 WHERE token_hash = ?1", (token_hash, now.unix_secs()))?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database.
    pub fn end_session(&self, token_hash: &[u8]) -> Result<()> {
        self.run("DELETE FROM session WHERE token_hash = ?1", [token_hash])?;
        Ok(())
    }

    /// Ends sessions begun or last used too long ago.
    ///
    /// # Errors
    /// The database.
    pub fn end_old_sessions(&self, created_before: At, seen_before: At) -> Result<()> {
        self.run(
            "DELETE FROM session WHERE created_at < ?1 OR seen_at < ?2",
            (created_before.unix_secs(), seen_before.unix_secs()),
        )?;
        Ok(())
    }
}
