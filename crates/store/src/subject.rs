//! Everything a statement can be judged for.

use model::verdict::{Counts, EvidenceRef};
use model::{At, Level, Miss, Outcome, Source, Subject, SubjectKind};
use rusqlite::Row;
use serde_json::Value;

use crate::account::at;
use crate::read::Read;
use crate::write::Change;
use crate::{Result, StoreError};

/// A subject in a list.
#[derive(Clone, Debug)]
pub struct SubjectLine {
    /// The subject.
    pub subject: Subject,
    /// The name people know it by.
    pub name: String,
    /// When its first evidence arrived.
    pub first_seen_at: At,
    /// The newest instant its evidence speaks of.
    pub last_seen_at: At,
    /// When it was taken out of judging.
    pub retired_at: Option<At>,
}

/// The newest word on a section, as stored.
#[derive(Clone, Debug)]
pub struct StoredSection {
    /// The section's name.
    pub name: String,
    /// The document that says it.
    pub evidence: EvidenceRef,
    /// What was read.
    pub value: Option<Value>,
    /// What of it could not be read.
    pub misses: Vec<Miss>,
}

pub(crate) fn kind(name: &str) -> Result<SubjectKind> {
    name.parse().map_err(|_| StoreError::stored("subject kind", name))
}

pub(crate) fn source(name: &str) -> Result<Source> {
    Source::from_name(name).ok_or_else(|| StoreError::stored("source", name))
}

fn line(row: &Row<'_>) -> Result<SubjectLine> {
    let name: String = row.get(0)?;
    Ok(SubjectLine {
        subject: Subject::new(kind(&name)?, row.get::<_, String>(1)?),
        name: row.get(2)?,
        first_seen_at: at(row.get(3)?)?,
        last_seen_at: at(row.get(4)?)?,
        retired_at: row.get::<_, Option<i64>>(5)?.map(at).transpose()?,
    })
}

const COLUMNS: &str = "kind, id, name, first_seen_at, last_seen_at, retired_at";

impl Read<'_> {
    /// One subject.
    ///
    /// # Errors
    /// The database.
    pub fn subject(&self, subject: &Subject) -> Result<Option<SubjectLine>> {
        self.row(
            &format!("SELECT {COLUMNS} FROM subject WHERE kind = ?1 AND id = ?2"),
            (subject.kind.name(), &subject.id),
            line,
        )
    }

    /// All subjects of a kind, by id, those taken out of judging too.
    ///
    /// # Errors
    /// The database.
    pub fn subjects(&self, kind: SubjectKind) -> Result<Vec<SubjectLine>> {
        self.rows(&format!("SELECT {COLUMNS} FROM subject WHERE kind = ?1 ORDER BY id"), [kind.name()], line)
    }

    /// The newest word on each section of a subject; with names given, of those only.
    ///
    /// # Errors
    /// The database, or a value that cannot be read back.
    pub fn sections(&self, subject: &Subject, only: Option<&[&str]>) -> Result<Vec<StoredSection>> {
        let mut found = self.rows(
            "SELECT name, evidence, source, collected_at, value, misses FROM section WHERE kind = ?1 AND subject = ?2",
            (subject.kind.name(), &subject.id),
            |row| {
                let name: String = row.get(0)?;
                if only.is_some_and(|wanted| !wanted.contains(&name.as_str())) {
                    return Ok(None);
                }
                let (from, value, misses): (String, Option<String>, String) =
                    (row.get(2)?, row.get(4)?, row.get(5)?);
                let broken = |error| StoreError::stored("section", error);
                Ok(Some(StoredSection {
                    name,
                    evidence: EvidenceRef {
                        id: row.get(1)?,
                        collected_at: at(row.get(3)?)?,
                        source: source(&from)?,
                    },
                    value: value.map(|text| serde_json::from_str(&text)).transpose().map_err(broken)?,
                    misses: serde_json::from_str(&misses).map_err(broken)?,
                }))
            },
        )?;
        Ok(found.drain(..).flatten().collect())
    }

    /// The newest word on some sections of every subject of a kind that is judged, one after the other by subject; how
    /// the text of a value is read is the caller's, so that no more than what is wanted is ever in memory.
    ///
    /// # Errors
    /// The database, a value that cannot be read back, or the closure.
    pub fn each_section(
        &self,
        kind: SubjectKind,
        names: &[&str],
        value: impl Fn(&str, &str) -> std::result::Result<Value, serde_json::Error>,
        mut each: impl FnMut(&str, StoredSection),
    ) -> Result<()> {
        let broken = |error| StoreError::stored("section", error);
        let names = serde_json::to_string(names).map_err(broken)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT section.subject, section.name, evidence, source, collected_at, value, misses FROM section \
             JOIN subject ON subject.kind = section.kind AND subject.id = section.subject AND retired_at IS NULL \
             WHERE section.kind = ?1 AND section.name IN (SELECT value FROM json_each(?2)) \
             ORDER BY section.subject, section.name",
        )?;
        let mut rows = statement.query((kind.name(), names))?;
        while let Some(row) = rows.next()? {
            let text = |place: usize| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
            let said = row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?;
            let name = text(1)?.to_owned();
            let section = StoredSection {
                evidence: EvidenceRef {
                    id: text(2)?.to_owned(),
                    collected_at: at(row.get(4)?)?,
                    source: source(text(3)?)?,
                },
                value: said.map(|said| value(&name, said)).transpose().map_err(broken)?,
                misses: serde_json::from_str(text(6)?).map_err(broken)?,
                name,
            };
            each(text(0)?, section);
        }
        Ok(())
    }

    /// The newest word on one section of every subject of a kind that is judged, by subject.
    ///
    /// # Errors
    /// The database, or a value that cannot be read back.
    pub fn section_of_all(&self, kind: SubjectKind, name: &str) -> Result<Vec<(String, Value)>> {
        let found = self.rows(
            "SELECT section.subject, section.value FROM section JOIN subject ON subject.kind = section.kind \
             AND subject.id = section.subject AND subject.retired_at IS NULL \
             WHERE section.kind = ?1 AND section.name = ?2 AND section.value IS NOT NULL ORDER BY section.subject",
            (kind.name(), name),
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )?;
        found
            .into_iter()
            .map(|(id, text)| {
                let value =
                    serde_json::from_str(&text).map_err(|error| StoreError::stored("section", error))?;
                Ok((id, value))
            })
            .collect()
    }

    /// How the verdicts of a level stand for each subject of a kind.
    ///
    /// # Errors
    /// The database.
    pub fn counts_by_subject(&self, kind: SubjectKind, level: Level) -> Result<Vec<(String, Counts)>> {
        let mut found: Vec<(String, Counts)> = Vec::new();
        self.rows(
            "SELECT subject, outcome, count(*) FROM verdict WHERE kind = ?1 AND level = ?2 \
             GROUP BY subject, outcome ORDER BY subject",
            (kind.name(), level.name()),
            |row| {
                let (subject, name, count): (String, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let outcome = Outcome::from_name(&name).ok_or_else(|| StoreError::stored("outcome", name))?;
                if found.last().is_none_or(|(last, _)| *last != subject) {
                    found.push((subject, Counts::default()));
                }
                if let Some((_, counts)) = found.last_mut() {
                    counts.add(outcome, count);
                }
                Ok(())
            },
        )?;
        Ok(found)
    }
}

impl Change<'_> {
    /// Notes a subject, or that it was seen again. A name that is not empty takes the place of the former one.
    ///
    /// # Errors
    /// The database.
    pub fn see_subject(&self, subject: &Subject, name: &str, seen_at: At) -> Result<()> {
        let shown = if name.is_empty() { &subject.id } else { name };
        self.run(
            "INSERT INTO subject (kind, id, name, first_seen_at, last_seen_at) VALUES (?1, ?2, ?3, ?4, ?4) \
             ON CONFLICT (kind, id) DO UPDATE SET last_seen_at = max(last_seen_at, ?4), \
             first_seen_at = min(first_seen_at, ?4), name = CASE WHEN ?5 THEN ?3 ELSE name END",
            (subject.kind.name(), &subject.id, shown, seen_at.unix_secs(), !name.is_empty()),
        )?;
        Ok(())
    }

    /// Takes a subject out of judging, or back in; its verdicts go, its evidence stays.
    ///
    /// # Errors
    /// The database.
    pub fn set_retired(&self, subject: &Subject, retired_at: Option<At>) -> Result<()> {
        self.run(
            "UPDATE subject SET retired_at = ?3 WHERE kind = ?1 AND id = ?2",
            (subject.kind.name(), &subject.id, retired_at.map(At::unix_secs)),
        )?;
        self.run("DELETE FROM verdict WHERE kind = ?1 AND subject = ?2", (subject.kind.name(), &subject.id))?;
        Ok(())
    }
}
