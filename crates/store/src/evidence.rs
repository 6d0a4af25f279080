//! Fact documents, byte for byte as they came.

use model::evidence::{counts_from, id_of};
use model::{At, FactDocument, Source, Subject};
use rusqlite::Row;

use crate::account::at;
use crate::read::Read;
use crate::subject::{kind, source};
use crate::write::Change;
use crate::{Result, StoreError};

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its id: SHA-256 of its bytes, in hexadecimal.
    pub id: String,
    /// Whether it was new; the same bytes count once.
    pub new: bool,
}

/// A document in a list.
#[derive(Clone, Debug)]
pub struct EvidenceLine {
    /// Its id.
    pub id: String,
    /// Where the facts come from.
    pub source: Source,
    /// Who collected them.
    pub collector: String,
    /// When the facts were true.
    pub collected_at: At,
    /// When the document arrived.
    pub received_at: At,
    /// Who brought it.
    pub received_by: String,
    /// Its size in bytes.
    pub size_bytes: i64,
}

fn line(row: &Row<'_>) -> Result<EvidenceLine> {
    let from: String = row.get(1)?;
    Ok(EvidenceLine {
        id: row.get(0)?,
        source: source(&from)?,
        collector: row.get(2)?,
        collected_at: at(row.get(3)?)?,
        received_at: at(row.get(4)?)?,
        received_by: row.get(5)?,
        size_bytes: row.get(6)?,
    })
}

impl Read<'_> {
    /// The documents about a subject, the newest facts first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn evidence_of(&self, subject: &Subject, most: u32) -> Result<Vec<EvidenceLine>> {
        self.rows(
            "SELECT id, source, collector, collected_at, received_at, received_by, length(document) FROM evidence \
             WHERE kind = ?1 AND subject = ?2 ORDER BY collected_at DESC, id LIMIT ?3",
            (subject.kind.name(), &subject.id, most),
            line,
        )
    }

    /// The documents that hold the newest word on any section of a subject that is judged: by subject, the newest first.
    ///
    /// # Errors
    /// The database.
    pub fn evidence_in_force(&self) -> Result<Vec<(Subject, EvidenceLine)>> {
        self.rows(
            "SELECT id, source, collector, collected_at, received_at, received_by, length(document), kind, subject \
             FROM evidence AS own WHERE EXISTS (SELECT 1 FROM section WHERE section.kind = own.kind \
             AND section.subject = own.subject AND section.evidence = own.id) \
             AND NOT EXISTS (SELECT 1 FROM subject AS of WHERE of.kind = own.kind AND of.id = own.subject \
             AND of.retired_at IS NOT NULL) ORDER BY kind, subject, collected_at DESC, id",
            [],
            |row| Ok((Subject::new(kind(&row.get::<_, String>(7)?)?, row.get::<_, String>(8)?), line(row)?)),
        )
    }

    /// A document's bytes, checked against its id.
    ///
    /// # Errors
    /// The database, or bytes that are not what arrived.
    pub fn evidence(&self, id: &str) -> Result<Option<Vec<u8>>> {
        let bytes: Option<Vec<u8>> = self.value("SELECT document FROM evidence WHERE id = ?1", [id])?;
        match bytes {
            Some(bytes) if id_of(&bytes) != id => Err(StoreError::stored(
                "evidence",
                format!("document {id} was altered: its hash does not match"),
            )),
            other => Ok(other),
        }
    }
}

impl Change<'_> {
    /// Keeps a document and notes, section by section, whether it is now the newest word. `bytes` are what arrived;
    /// `document` is what was read from them.
    ///
    /// # Errors
    /// The database.
    pub fn add_evidence(&self, bytes: &[u8], document: &FactDocument, by: &str, now: At) -> Result<Received> {
        let id = id_of(bytes);
        if self.value::<i64>("SELECT 1 FROM evidence WHERE id = ?1", [&id])?.is_some() {
            return Ok(Received { id, new: false });
        }
        let subject = &document.subject;
        self.see_subject(subject, &document.name, document.collected_at)?;
        self.run(
            "INSERT INTO evidence (id, kind, subject, source, collector, collected_at, received_at, received_by, \
             document) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                &id,
                subject.kind.name(),
                &subject.id,
                document.source.name(),
                &document.collector,
                document.collected_at.unix_secs(),
                now.unix_secs(),
                by,
                bytes,
            ),
        )?;
        self.take_sections(&id, document)?;
        Ok(Received { id, new: true })
    }

    /// The same rule as the judge's: newest first, at the same instant the better source, then the smaller id; what a
    /// PC measured of a home stands longer ([`counts_from`]).
    fn take_sections(&self, id: &str, document: &FactDocument) -> Result<()> {
        let subject = &document.subject;
        for name in document.sections() {
            let rank = |at: At, source: Source, id: &str| {
                let at = counts_from(subject.kind, name, source, at);
                (at, std::cmp::Reverse(source), std::cmp::Reverse(id.to_owned()))
            };
            let own = rank(document.collected_at, document.source, id);
            let held = self.row(
                "SELECT collected_at, source, evidence FROM section WHERE kind = ?1 AND subject = ?2 AND name = ?3",
                (subject.kind.name(), &subject.id, name),
                |row| {
                    let from: String = row.get(1)?;
                    Ok(rank(at(row.get(0)?)?, source(&from)?, &row.get::<_, String>(2)?))
                },
            )?;
            if held.is_some_and(|held| held >= own) {
                continue;
            }
            let misses: Vec<_> = document.misses.iter().filter(|miss| miss.section() == name).collect();
            let misses =
                serde_json::to_string(&misses).map_err(|error| StoreError::stored("section", error))?;
            self.run(
                "INSERT INTO section (kind, subject, name, evidence, source, collected_at, value, misses) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (kind, subject, name) DO UPDATE SET \
                 evidence = ?4, source = ?5, collected_at = ?6, value = ?7, misses = ?8",
                (
                    subject.kind.name(),
                    &subject.id,
                    name,
                    id,
                    document.source.name(),
                    document.collected_at.unix_secs(),
                    document.facts.get(name).map(ToString::to_string),
                    misses,
                ),
            )?;
        }
        Ok(())
    }
}
