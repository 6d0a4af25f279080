//! What people handed in as proof, byte for byte as it is kept. Never changed, never deleted.

use model::evidence::id_of;
use model::{At, Subject};
use rusqlite::Row;

use crate::account::at;
use crate::evidence::Received;
use crate::read::Read;
use crate::subject::kind;
use crate::write::Change;
use crate::{Result, StoreError};

/// What the audit line of an attachment begins with.
pub(crate) const WITNESS: &str = "attachment ";

/// A proof in a list.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its id: SHA-256 of its bytes, in hexadecimal.
    pub id: String,
    /// What it is about.
    pub subject: Subject,
    /// The section of its facts it proves.
    pub section: String,
    /// What it is, for example `image/png`.
    pub media_type: String,
    /// The name it came with.
    pub name: String,
    /// When it came.
    pub received_at: At,
    /// Who brought it: a sign-in name.
    pub received_by: String,
    /// Its size in bytes.
    pub size_bytes: i64,
}

/// A proof to be kept.
#[derive(Clone, Debug)]
pub struct NewAttachment<'a> {
    /// What it is about.
    pub subject: &'a Subject,
    /// The section of its facts it proves.
    pub section: &'a str,
    /// What it is.
    pub media_type: &'a str,
    /// The name it came with.
    pub name: &'a str,
    /// Its bytes.
    pub file: &'a [u8],
}

/// What the audit line that takes a file in begins with: `attachment` and its SHA-256.
#[must_use]
pub fn witness(file: &[u8]) -> String {
    format!("{WITNESS}{}", id_of(file))
}

/// How the audit line of a statement names a proof: ` proof ` and the first 16 digits of its id.
#[must_use]
pub fn proof_mark(id: &str) -> String {
    format!(" proof {}", id.get(..16).unwrap_or(id))
}

const COLUMNS: &str = "id, kind, subject, section, media_type, name, received_at, received_by, length(file)";

fn attachment(row: &Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        id: row.get(0)?,
        subject: Subject::new(kind(&row.get::<_, String>(1)?)?, row.get::<_, String>(2)?),
        section: row.get(3)?,
        media_type: row.get(4)?,
        name: row.get(5)?,
        received_at: at(row.get(6)?)?,
        received_by: row.get(7)?,
        size_bytes: row.get(8)?,
    })
}

impl Read<'_> {
    /// The proofs of a subject, the newest first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn attachments_of(&self, subject: &Subject, most: u32) -> Result<Vec<Attachment>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM attachment WHERE kind = ?1 AND subject = ?2 \
                 ORDER BY received_at DESC, id LIMIT ?3"
            ),
            (subject.kind.name(), &subject.id, most),
            attachment,
        )
    }

    /// A proof without its bytes.
    ///
    /// # Errors
    /// The database.
    pub fn attachment(&self, id: &str) -> Result<Option<Attachment>> {
        self.row(&format!("SELECT {COLUMNS} FROM attachment WHERE id = ?1"), [id], attachment)
    }

    /// A proof's bytes, checked against its id.
    ///
    /// # Errors
    /// The database, or bytes that are not what came.
    pub fn attached(&self, id: &str) -> Result<Option<Vec<u8>>> {
        let file: Option<Vec<u8>> = self.value("SELECT file FROM attachment WHERE id = ?1", [id])?;
        match file {
            Some(file) if id_of(&file) != id => Err(StoreError::stored(
                "attachment",
                format!("file {id} was altered: its hash does not match"),
            )),
            other => Ok(other),
        }
    }

    /// Whether a statement about a subject used a proof: its audit line names the proof by the first half of its id's
    /// hexadecimal digits, as [`proof_mark`] writes it.
    ///
    /// # Errors
    /// The database.
    pub fn is_proof_used(&self, id: &str, subject: &Subject) -> Result<bool> {
        let found: Option<i64> = self.value(
            "SELECT 1 FROM audit WHERE outcome = 'done' AND object = ?1 AND instr(detail, ?2) > 0 LIMIT 1",
            (subject.to_string(), proof_mark(id)),
        )?;
        Ok(found.is_some())
    }

    /// How many proofs somebody brought since an instant.
    ///
    /// # Errors
    /// The database.
    pub fn attachments_by(&self, by: &str, since: At) -> Result<u32> {
        let count = self.value(
            "SELECT count(*) FROM attachment WHERE received_by = ?1 AND received_at >= ?2",
            (by, since.unix_secs()),
        )?;
        Ok(count.unwrap_or(0))
    }
}

impl Change<'_> {
    /// Keeps a proof; the audit line must begin with its [`witness`]. The same bytes are kept once: a second time
    /// nothing is written and the answer says so, whatever they are about.
    ///
    /// # Errors
    /// The database.
    pub fn add_attachment(&self, new: &NewAttachment<'_>, by: &str, now: At) -> Result<Received> {
        let id = id_of(new.file);
        if self.attachment(&id)?.is_some() {
            return Ok(Received { id, new: false });
        }
        self.run(
            "INSERT INTO attachment (id, kind, subject, section, media_type, name, received_at, received_by, file) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                &id,
                new.subject.kind.name(),
                &new.subject.id,
                new.section,
                new.media_type,
                new.name,
                now.unix_secs(),
                by,
                new.file,
            ),
        )?;
        Ok(Received { id, new: true })
    }
}
