//! Codes by which agents introduce themselves. Only hashes of their secrets are kept.

use model::{At, Subject, SubjectKind};
use rusqlite::Row;

use crate::Result;
use crate::account::at;
use crate::read::Read;
use crate::subject::kind;
use crate::write::Change;

/// A code to be made.
#[derive(Clone, Debug)]
pub struct NewEnrolment {
    /// SHA-256 of the secret.
    pub code_hash: [u8; 32],
    /// What enrols by it: a device or a server.
    pub kind: SubjectKind,
    /// The id of the one it is for; `None`: each machine under its own name.
    pub subject: Option<String>,
    /// How many machines may use it.
    pub uses: u32,
    /// Who made it.
    pub by: String,
    /// The instant after which it counts no more.
    pub expires_at: At,
}

/// A code as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Its number.
    pub id: i64,
    /// What enrols by it.
    pub kind: SubjectKind,
    /// The id of the one it is for.
    pub subject: Option<String>,
    /// How many machines may still use it.
    pub uses_left: u32,
    /// Who made it.
    pub by: String,
    /// When it was made.
    pub created_at: At,
    /// The instant after which it counts no more.
    pub expires_at: At,
    /// When somebody closed it before that.
    pub closed_at: Option<At>,
}

impl Enrolment {
    /// Whether a machine may still enrol by it.
    #[must_use]
    pub fn is_open(&self, now: At) -> bool {
        self.uses_left > 0 && self.closed_at.is_none() && now < self.expires_at
    }

    /// The subject it is for, if it is for one.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        self.subject.as_ref().map(|id| Subject::new(self.kind, id.clone()))
    }
}

const COLUMNS: &str = "id, kind, subject, uses_left, by, created_at, expires_at, closed_at";

fn enrolment(row: &Row<'_>) -> Result<Enrolment> {
    Ok(Enrolment {
        id: row.get(0)?,
        kind: kind(&row.get::<_, String>(1)?)?,
        subject: row.get(2)?,
        uses_left: row.get(3)?,
        by: row.get(4)?,
        created_at: at(row.get(5)?)?,
        expires_at: at(row.get(6)?)?,
        closed_at: row.get::<_, Option<i64>>(7)?.map(at).transpose()?,
    })
}

impl Read<'_> {
    /// The code of a secret's hash, open or not.
    ///
    /// # Errors
    /// The database.
    pub fn enrolment_by_hash(&self, code_hash: &[u8]) -> Result<Option<Enrolment>> {
        self.row(&format!("SELECT {COLUMNS} FROM enrolment WHERE code_hash = ?1"), [code_hash], enrolment)
    }

    /// The codes by which a machine may still enrol, the newest first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn open_enrolments(&self, now: At, most: u32) -> Result<Vec<Enrolment>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM enrolment WHERE uses_left > 0 AND closed_at IS NULL AND expires_at > ?1 \
                 ORDER BY id DESC LIMIT ?2"
            ),
            (now.unix_secs(), most),
            enrolment,
        )
    }
}

impl Change<'_> {
    /// Makes a code; gives its number.
    ///
    /// # Errors
    /// The database.
    pub fn add_enrolment(&self, new: &NewEnrolment, now: At) -> Result<i64> {
        self.run(
            "INSERT INTO enrolment (code_hash, kind, subject, uses_left, by, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                &new.code_hash[..],
                new.kind.name(),
                &new.subject,
                new.uses,
                &new.by,
                now.unix_secs(),
                new.expires_at.unix_secs(),
            ),
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Takes one use of a code. False when none is left or it is over.
    ///
    /// # Errors
    /// The database.
    pub fn use_enrolment(&self, id: i64, now: At) -> Result<bool> {
        let used = self.run(
            "UPDATE enrolment SET uses_left = uses_left - 1 WHERE id = ?1 AND uses_left > 0 \
             AND closed_at IS NULL AND expires_at > ?2",
            (id, now.unix_secs()),
        )?;
        Ok(used == 1)
    }

    /// Closes a code. False when it is over already.
    ///
    /// # Errors
    /// The database.
    pub fn close_enrolment(&self, id: i64, now: At) -> Result<bool> {
        let closed = self.run(
            "UPDATE enrolment SET closed_at = ?2 WHERE id = ?1 AND closed_at IS NULL AND uses_left > 0 AND expires_at > ?2",
            (id, now.unix_secs()),
        )?;
        Ok(closed == 1)
    }
}
