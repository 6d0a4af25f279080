//! Links that sign a person in. Only hashes of their tokens are kept; an account has one link at a time.

use model::At;
use rusqlite::Row;

use crate::Result;
use crate::account::at;
use crate::read::Read;
use crate::write::Change;

/// A link that signs a person in until it ends.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The account it opens.
    pub account: i64,
    /// When it was made.
    pub created_at: At,
    /// When it ends.
    pub expires_at: At,
}

fn invitation(row: &Row<'_>) -> Result<Invitation> {
    Ok(Invitation { account: row.get(0)?, created_at: at(row.get(1)?)?, expires_at: at(row.get(2)?)? })
}

impl Read<'_> {
    /// The link of a token's hash, also one that has ended.
    ///
    /// # Errors
    /// The database.
    pub fn invitation(&self, token_hash: &[u8]) -> Result<Option<Invitation>> {
        self.row(
            "SELECT account, created_at, expires_at FROM invitation WHERE token_hash = ?1",
            [token_hash],
            invitation,
        )
    }

    /// All links, by account, also those that have ended.
    ///
    /// # Errors
    /// The database.
    pub fn invitations(&self) -> Result<Vec<Invitation>> {
        self.rows("SELECT account, created_at, expires_at FROM invitation ORDER BY account", [], invitation)
    }
}

impl Change<'_> {
    /// Gives an account a link. The one it had no longer opens anything, and who came in by it has to come in anew: a
    /// link is replaced when it went astray.
    ///
    /// # Errors
    /// The database.
    pub fn set_invitation(&self, account: i64, token_hash: &[u8], now: At, expires_at: At) -> Result<()> {
        self.end_invitation(account)?;
        self.run(
            "INSERT INTO invitation (account, token_hash, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
            (account, token_hash, now.unix_secs(), expires_at.unix_secs()),
        )?;
        Ok(())
    }

    /// Ends an account's link and its sessions.
    ///
    /// # Errors
    /// The database.
    pub fn end_invitation(&self, account: i64) -> Result<()> {
        self.run("DELETE FROM invitation WHERE account = ?1", [account])?;
        self.run("DELETE FROM session WHERE account = ?1", [account])?;
        Ok(())
    }
}
