//! How each statement stands for each subject now. Derived: can be made again from evidence.

use std::collections::BTreeMap;

use model::verdict::Summary;
use model::{At, Level, Outcome, StatementId, Subject, SubjectKind, Verdict};

use crate::read::Read;
use crate::write::Derive;
use crate::{Result, StoreError};

/// How many subjects stand how for a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementCount {
    /// The statement.
    pub statement: StatementId,
    /// The outcome.
    pub outcome: Outcome,
    /// How many.
    pub count: u32,
}

fn outcome(name: &str) -> Result<Outcome> {
    Outcome::from_name(name).ok_or_else(|| StoreError::stored("outcome", name))
}

fn verdict(text: &str) -> Result<Verdict> {
    serde_json::from_str(text).map_err(|error| StoreError::stored("verdict", error))
}

impl Read<'_> {
    /// The verdicts about a subject.
    ///
    /// # Errors
    /// The database.
    pub fn verdicts_of_subject(&self, subject: &Subject) -> Result<Vec<Verdict>> {
        let mut found = self.rows(
            "SELECT body FROM verdict WHERE kind = ?1 AND subject = ?2",
            (subject.kind.name(), &subject.id),
            |row| verdict(&row.get::<_, String>(0)?),
        )?;
        found.sort_by(|a, b| a.statement.cmp(&b.statement));
        Ok(found)
    }

    /// How one statement stands for one subject; `None` when it was not judged for it.
    ///
    /// # Errors
    /// The database.
    pub fn outcome(&self, statement: &StatementId, subject: &Subject) -> Result<Option<Outcome>> {
        let name: Option<String> = self.value(
            "SELECT outcome FROM verdict WHERE kind = ?1 AND subject = ?2 AND statement = ?3",
            (subject.kind.name(), &subject.id, &statement.0),
        )?;
        name.map(|name| outcome(&name)).transpose()
    }

    /// The verdicts of a statement, the worst first, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn verdicts_of_statement(&self, statement: &StatementId, most: u32) -> Result<Vec<Verdict>> {
        self.rows(
            "SELECT body FROM verdict WHERE statement = ?1 ORDER BY CASE outcome WHEN 'fail' THEN 0 \
             WHEN 'unknown' THEN 1 WHEN 'waived' THEN 2 ELSE 3 END, kind, subject LIMIT ?2",
            (&statement.0, most),
            |row| verdict(&row.get::<_, String>(0)?),
        )
    }

    /// The subjects a statement fails for, in order, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn failing_subjects(&self, statement: &StatementId, most: u32) -> Result<Vec<Subject>> {
        self.rows(
            "SELECT kind, subject FROM verdict WHERE statement = ?1 AND outcome = 'fail' \
             ORDER BY kind, subject LIMIT ?2",
            (&statement.0, most),
            |row| {
                let kind: String = row.get(0)?;
                let kind = kind.parse().map_err(|_| StoreError::stored("subject", kind))?;
                Ok(Subject::new(kind, row.get::<_, String>(1)?))
            },
        )
    }

    /// Every verdict, one after the other, by subject and statement.
    ///
    /// # Errors
    /// The database, or the closure.
    pub fn each_verdict(&self, mut each: impl FnMut(Verdict) -> Result<()>) -> Result<()> {
        let mut statement = self.connection.prepare_cached("SELECT body FROM verdict")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(verdict(&row.get::<_, String>(0)?)?)?;
        }
        Ok(())
    }

    /// How many subjects stand how, statement by statement.
    ///
    /// # Errors
    /// The database.
    pub fn statement_counts(&self) -> Result<Vec<StatementCount>> {
        self.rows("SELECT statement, outcome, count(*) FROM verdict GROUP BY statement, outcome", [], |row| {
            Ok(StatementCount {
                statement: StatementId(row.get(0)?),
                outcome: outcome(&row.get::<_, String>(1)?)?,
                count: row.get(2)?,
            })
        })
    }

    /// The counts of all verdicts, level by level.
    ///
    /// # Errors
    /// The database.
    pub fn summary(&self) -> Result<Summary> {
        let mut summary = Summary::default();
        self.rows("SELECT level, outcome, count(*) FROM verdict GROUP BY level, outcome", [], |row| {
            let level: String = row.get(0)?;
            let outcome = outcome(&row.get::<_, String>(1)?)?;
            let level = Level::from_name(&level).ok_or_else(|| StoreError::stored("level", level))?;
            summary.level_mut(level).add(outcome, row.get(2)?);
            Ok(())
        })?;
        Ok(summary)
    }
}

impl Derive<'_> {
    /// Puts the verdicts of a subject in place of its former ones; writes only what differs. Tells how many changed.
    ///
    /// # Errors
    /// The database.
    pub fn put_verdicts(&self, subject: &Subject, verdicts: &[Verdict], now: At) -> Result<usize> {
        let mut held: BTreeMap<String, (String, String)> = self
            .rows(
                "SELECT statement, outcome, body FROM verdict WHERE kind = ?1 AND subject = ?2",
                (subject.kind.name(), &subject.id),
                |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))),
            )?
            .into_iter()
            .collect();
        let mut changed = 0;
        for verdict in verdicts {
            let body =
                serde_json::to_string(verdict).map_err(|error| StoreError::stored("verdict", error))?;
            let before = held.remove(&verdict.statement.0);
            if before.as_ref().is_some_and(|(_, former)| *former == body) {
                continue;
            }
            let same_outcome = before.is_some_and(|(outcome, _)| outcome == verdict.verdict.name());
            changed += 1;
            self.run(
                "INSERT INTO verdict (statement, kind, subject, level, outcome, since_at, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (kind, subject, statement) DO UPDATE SET \
                 level = ?4, outcome = ?5, since_at = CASE WHEN ?8 THEN since_at ELSE ?6 END, body = ?7",
                (
                    &verdict.statement.0,
                    subject.kind.name(),
                    &subject.id,
                    verdict.level.name(),
                    verdict.verdict.name(),
                    now.unix_secs(),
                    body,
                    same_outcome,
                ),
            )?;
        }
        for statement in held.keys() {
            changed += 1;
            self.run(
                "DELETE FROM verdict WHERE kind = ?1 AND subject = ?2 AND statement = ?3",
                (subject.kind.name(), &subject.id, statement),
            )?;
        }
        Ok(changed)
    }

    /// Takes away the stand-in verdicts of a kind of which nothing was known.
    ///
    /// # Errors
    /// The database.
    pub fn drop_none_yet(&self, kind: SubjectKind) -> Result<()> {
        self.run("DELETE FROM verdict WHERE kind = ?1 AND subject = '*'", [kind.name()])?;
        Ok(())
    }
}
