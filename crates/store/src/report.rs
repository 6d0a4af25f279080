//! Reports as they were handed out, byte for byte, found again by their seal: the SHA-256 of the file.

use model::evidence::id_of;
use model::{At, Lang};
use rusqlite::Row;

use crate::Result;
use crate::account::{at, lang};
use crate::read::Read;
use crate::write::Change;

/// A report that was handed out, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// Its number.
    pub id: i64,
    /// When it was made.
    pub made_at: At,
    /// By whom.
    pub made_by: String,
    /// Which report, for example `president`.
    pub kind: String,
    /// In which format, for example `html`.
    pub format: String,
    /// In which language.
    pub lang: Lang,
    /// The SHA-256 of its bytes in hexadecimal.
    pub seal: String,
}

const COLUMNS: &str = "id, made_at, made_by, kind, format, lang, seal";

fn line(row: &Row<'_>) -> Result<ReportLine> {
    let code: String = row.get(5)?;
    Ok(ReportLine {
        id: row.get(0)?,
        made_at: at(row.get(1)?)?,
        made_by: row.get(2)?,
        kind: row.get(3)?,
        format: row.get(4)?,
        lang: lang(&code)?,
        seal: row.get(6)?,
    })
}

impl Read<'_> {
    /// The reports handed out, the newest first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn reports(&self, most: u32) -> Result<Vec<ReportLine>> {
        self.rows(&format!("SELECT {COLUMNS} FROM report ORDER BY id DESC LIMIT ?1"), [most], line)
    }

    /// A report with its bytes.
    ///
    /// # Errors
    /// The database.
    pub fn report(&self, id: i64) -> Result<Option<(ReportLine, Vec<u8>)>> {
        self.row(&format!("SELECT {COLUMNS}, file FROM report WHERE id = ?1"), [id], |row| {
            Ok((line(row)?, row.get(7)?))
        })
    }

    /// The report with a seal.
    ///
    /// # Errors
    /// The database.
    pub fn report_sealed(&self, seal: &str) -> Result<Option<ReportLine>> {
        self.row(&format!("SELECT {COLUMNS} FROM report WHERE seal = ?1 ORDER BY id LIMIT 1"), [seal], line)
    }
}

impl Read<'_> {
    /// Whether the audit chain has a line that says this seal was made.
    ///
    /// # Errors
    /// The database.
    pub fn report_witnessed(&self, seal: &str) -> Result<bool> {
        let found: Option<i64> = self.value(
            "SELECT seq FROM audit WHERE action = 'report.make' AND outcome = 'done' \
             AND substr(detail, 1, 64) = ?1 LIMIT 1",
            [seal],
        )?;
        Ok(found.is_some())
    }

    /// How many reports somebody made since an instant.
    ///
    /// # Errors
    /// The database.
    pub fn reports_since(&self, by: &str, since: At) -> Result<u32> {
        let count = self.value(
            "SELECT count(*) FROM report WHERE made_by = ?1 AND made_at >= ?2",
            (by, since.unix_secs()),
        )?;
        Ok(count.unwrap_or(0))
    }
}

impl Change<'_> {
    /// Keeps a report; the audit line must begin with its seal.
    ///
    /// # Errors
    /// The database.
    pub fn add_report(
        &self,
        (kind, format, lang): (&str, &str, Lang),
        file: &[u8],
        by: &str,
        now: At,
    ) -> Result<i64> {
        self.run(
            "INSERT INTO report (made_at, made_by, kind, format, lang, seal, file) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (now.unix_secs(), by, kind, format, lang.code(), id_of(file), file),
        )?;
        Ok(self.connection.last_insert_rowid())
    }
}
