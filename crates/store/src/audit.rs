//! The audit chain: who did what, each line bound to the one before it by a hash.

use model::{At, Caller};
use rusqlite::Row;
use sha2::{Digest as _, Sha256};

use crate::read::Read;
use crate::{Result, StoreError};

/// What is about to be done: the audit line.
#[derive(Clone, Debug)]
pub struct Act<'a> {
    /// When.
    pub at: At,
    /// Who.
    pub caller: &'a Caller,
    /// What, as `noun.verb`, for example `decision.save`.
    pub action: &'a str,
    /// On what, for example `row/34`.
    pub object: String,
    /// More, in words a later reader understands. Never a secret.
    pub detail: String,
}

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was tried and failed; nothing changed.
    Failed,
    /// It was not allowed.
    Denied,
}

impl Outcome {
    /// The word, for example `done`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Failed => "failed",
            Outcome::Denied => "denied",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Outcome::Done, Outcome::Failed, Outcome::Denied].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1; 0 before it is written.
    pub seq: i64,
    /// When.
    pub at: At,
    /// Who.
    pub caller: String,
    /// What, as `noun.verb`.
    pub action: String,
    /// On what.
    pub object: String,
    /// How it ended.
    pub outcome: Outcome,
    /// More.
    pub detail: String,
}

impl Line {
    pub(crate) fn of(act: &Act<'_>, outcome: Outcome) -> Self {
        Self {
            seq: 0,
            at: act.at,
            caller: act.caller.name.clone(),
            action: act.action.to_owned(),
            object: act.object.clone(),
            outcome,
            detail: act.detail.clone(),
        }
    }

    /// The hash of this line after the one before it: SHA-256 over the previous hash and the fields, each preceded by
    /// its length, so that no two different lines read the same.
    fn hash(&self, previous: &[u8]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        let (seq, at) = (self.seq.to_string(), self.at.unix_secs().to_string());
        for field in [&seq, &at, &self.caller, &self.action, &self.object, self.outcome.name(), &self.detail]
        {
            let field: &str = field;
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Every line is as it was written.
    Intact {
        /// How many lines.
        lines: i64,
        /// The last line's hash, in hexadecimal; written down elsewhere it also proves that no line was cut off.
        head: String,
    },
    /// A line is not what it was, or is gone.
    Broken {
        /// The number of the first such line.
        seq: i64,
    },
}

/// Adds a line at the end.
pub(crate) fn append(read: &Read<'_>, line: &Line) -> Result<()> {
    let last = read.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let (seq, previous) = last.map_or((1, Vec::new()), |(seq, hash)| (seq + 1, hash));
    let line = Line { seq, ..line.clone() };
    read.run(
        "INSERT INTO audit (seq, at, caller, action, object, outcome, detail, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            line.seq,
            line.at.unix_secs(),
            &line.caller,
            &line.action,
            &line.object,
            line.outcome.name(),
            &line.detail,
            line.hash(&previous),
        ),
    )?;
    Ok(())
}

fn line(row: &Row<'_>) -> Result<Line> {
    let at: i64 = row.get(1)?;
    let outcome: String = row.get(5)?;
    Ok(Line {
        seq: row.get(0)?,
        at: At::from_unix_secs(at).ok_or_else(|| StoreError::stored("audit line", "time out of range"))?,
        caller: row.get(2)?,
        action: row.get(3)?,
        object: row.get(4)?,
        outcome: Outcome::from_name(&outcome).ok_or_else(|| StoreError::stored("audit line", outcome))?,
        detail: row.get(6)?,
    })
}

impl Read<'_> {
    /// The newest lines first, below a number, at most so many.
    ///
    /// # Errors
    /// The database.
    pub fn audit_lines(&self, below: i64, most: u32) -> Result<Vec<Line>> {
        self.rows(
            "SELECT seq, at, caller, action, object, outcome, detail FROM audit \
             WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
            (below, most),
            line,
        )
    }

    /// The number of the newest line; 0 when there is none. It grows with every change anybody makes.
    ///
    /// # Errors
    /// The database.
    pub fn audit_head(&self) -> Result<i64> {
        Ok(self.value("SELECT coalesce(max(seq), 0) FROM audit", [])?.unwrap_or(0))
    }

    /// Checks every line against its hash and its number.
    ///
    /// # Errors
    /// The database.
    pub fn audit_verify(&self) -> Result<Verified> {
        let mut statement = self.connection.prepare(
            "SELECT seq, at, caller, action, object, outcome, detail, hash FROM audit ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        let (mut expected, mut previous) = (1, Vec::new());
        while let Some(row) = rows.next()? {
            // A line that cannot even be read back was tampered with.
            let Ok(line) = line(row) else { return Ok(Verified::Broken { seq: expected }) };
            let hash: Vec<u8> = row.get(7)?;
            if line.seq != expected || hash != line.hash(&previous) {
                return Ok(Verified::Broken { seq: expected });
            }
            previous = hash;
            expected += 1;
        }
        let head = previous.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Verified::Intact { lines: expected - 1, head })
    }
}
