//! Programs on PCs and servers, each with its own key, and what they last said.
//!
//! What an agent says of itself with every message (its count, the time, where it came from) is written without an audit
//! line, as the use of a session is; who it is never changes after it enrolled.

use std::collections::BTreeMap;

use model::agent::{KeyId, section_digest};
use model::{At, Miss, Subject, SubjectKind};
use rusqlite::Row;

use crate::account::at;
use crate::read::Read;
use crate::subject::kind;
use crate::write::{Change, Derive};
use crate::{Result, StoreError};

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Its key's short name.
    pub key: KeyId,
    /// Its public key (Ed25519).
    pub public_key: [u8; 32],
    /// What it reports on.
    pub subject: Subject,
    /// The machine's name on the network when it enrolled.
    pub host_name: String,
    /// What tells the machine from its copies.
    pub machine: String,
    /// `windows`, `linux` or `macos`.
    pub system: String,
    /// The program's version.
    pub version: String,
    /// When it enrolled.
    pub enrolled_at: At,
    /// By which code.
    pub enrolment: i64,
    /// When it was revoked.
    pub revoked_at: Option<At>,
    /// The highest count taken.
    pub count: u64,
    /// When a message was last taken, by our clock.
    pub seen_at: Option<At>,
    /// How many seconds its clock was ahead of ours then.
    pub ahead_secs: i64,
    /// From which network address.
    pub address: String,
    /// When it last said that all its facts are still so.
    pub confirmed_at: Option<At>,
    /// The header with which it said so, signed.
    pub confirmed_by: Option<String>,
    /// What was odd last: `count`, `signature`, `clock`, `document`, `size` or `machine`.
    pub trouble: Option<String>,
    /// When.
    pub trouble_at: Option<At>,
}

/// An agent that enrols.
#[derive(Clone, Debug)]
pub struct NewAgent {
    /// Its public key (Ed25519).
    pub public_key: [u8; 32],
    /// What it reports on.
    pub subject: Subject,
    /// The machine's name on the network.
    pub host_name: String,
    /// What tells the machine from its copies.
    pub machine: String,
    /// `windows`, `linux` or `macos`.
    pub system: String,
    /// The program's version.
    pub version: String,
    /// By which code.
    pub enrolment: i64,
    /// The count of the message by which it enrolled.
    pub count: u64,
    /// From which network address.
    pub address: String,
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub struct Heard<'a> {
    /// Whose.
    pub key: KeyId,
    /// Its count.
    pub count: u64,
    /// When, by our clock.
    pub at: At,
    /// How many seconds the agent's clock is ahead of ours.
    pub ahead_secs: i64,
    /// From which network address.
    pub address: &'a str,
}

/// What became of sections that an agent confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// How many sections.
    pub sections: usize,
    /// The oldest instant any of them spoke of before.
    pub oldest_before: At,
}

const COLUMNS: &str = "key_id, public_key, kind, subject, host_name, machine, system, version, enrolled_at, enrolment, \
                       revoked_at, count, seen_at, ahead_secs, address, confirmed_at, confirmed_by, trouble, trouble_at";

fn agent(row: &Row<'_>) -> Result<Agent> {
    let maybe = |secs: Option<i64>| secs.map(at).transpose();
    let broken = |_| StoreError::stored("agent", "its key has another length");
    Ok(Agent {
        key: KeyId(row.get::<_, Vec<u8>>(0)?.try_into().map_err(broken)?),
        public_key: row.get::<_, Vec<u8>>(1)?.try_into().map_err(broken)?,
        subject: Subject::new(kind(&row.get::<_, String>(2)?)?, row.get::<_, String>(3)?),
        host_name: row.get(4)?,
        machine: row.get(5)?,
        system: row.get(6)?,
        version: row.get(7)?,
        enrolled_at: at(row.get(8)?)?,
        enrolment: row.get(9)?,
        revoked_at: maybe(row.get(10)?)?,
        count: row.get(11)?,
        seen_at: maybe(row.get(12)?)?,
        ahead_secs: row.get(13)?,
        address: row.get(14)?,
        confirmed_at: maybe(row.get(15)?)?,
        confirmed_by: row.get(16)?,
        trouble: row.get(17)?,
        trouble_at: maybe(row.get(18)?)?,
    })
}

impl Read<'_> {
    /// The agent of a key, revoked or not.
    ///
    /// # Errors
    /// The database.
    pub fn agent(&self, key: KeyId) -> Result<Option<Agent>> {
        self.row(&format!("SELECT {COLUMNS} FROM agent WHERE key_id = ?1"), [&key.0[..]], agent)
    }

    /// The agents of a subject, the newest first.
    ///
    /// # Errors
    /// The database.
    pub fn agents_of(&self, subject: &Subject) -> Result<Vec<Agent>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM agent WHERE kind = ?1 AND subject = ?2 \
                 ORDER BY revoked_at IS NOT NULL, enrolled_at DESC, key_id"
            ),
            (subject.kind.name(), &subject.id),
            agent,
        )
    }

    /// Every agent, by subject; those that were revoked after the others.
    ///
    /// # Errors
    /// The database.
    pub fn agents(&self) -> Result<Vec<Agent>> {
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM agent ORDER BY revoked_at IS NOT NULL, kind, subject, enrolled_at DESC, key_id"
            ),
            [],
            agent,
        )
    }

    /// When the agents that are not revoked were last heard of, or enrolled, by the id of their subject.
    ///
    /// # Errors
    /// The database.
    pub fn agents_seen(&self, of: SubjectKind) -> Result<BTreeMap<String, At>> {
        let rows = self.rows(
            "SELECT subject, max(coalesce(seen_at, enrolled_at)) FROM agent WHERE kind = ?1 AND revoked_at IS NULL GROUP BY subject",
            [of.name()],
            |row| Ok((row.get::<_, String>(0)?, at(row.get(1)?)?)),
        )?;
        Ok(rows.into_iter().collect())
    }

    /// Subjects that say they are the same machine by its serial number: `(serial, subject)` of every one that
    /// stands in more than one subject that is judged.
    ///
    /// # Errors
    /// The database.
    pub fn same_serials(&self) -> Result<Vec<(String, Subject)>> {
        self.rows(
            "WITH own AS (SELECT section.kind, section.subject, json_extract(value, '$.serial') AS serial \
             FROM section JOIN subject ON subject.kind = section.kind AND subject.id = section.subject \
             WHERE section.kind IN ('device', 'server') AND section.name = 'host' AND value IS NOT NULL \
             AND retired_at IS NULL) \
             SELECT serial, kind, subject FROM own WHERE serial <> '' AND serial IN \
             (SELECT serial FROM own GROUP BY serial HAVING count(*) > 1) ORDER BY serial, kind, subject",
            [],
            |row| {
                let subject = Subject::new(kind(&row.get::<_, String>(1)?)?, row.get::<_, String>(2)?);
                Ok((row.get(0)?, subject))
            },
        )
    }

    /// The digests of the sections of a subject whose newest word came from somebody of that name.
    ///
    /// # Errors
    /// The database, or a section that cannot be read back.
    pub fn section_digests_by(&self, subject: &Subject, by: &str) -> Result<BTreeMap<String, [u8; 32]>> {
        let broken = |error| StoreError::stored("section", error);
        let rows = self.rows(
            "SELECT name, value, misses FROM section JOIN evidence ON evidence.id = section.evidence \
             WHERE section.kind = ?1 AND section.subject = ?2 AND received_by = ?3",
            (subject.kind.name(), &subject.id, by),
            |row| {
                let (name, value, misses): (String, Option<String>, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                let value: Option<serde_json::Value> =
                    value.map(|text| serde_json::from_str(&text)).transpose().map_err(broken)?;
                let misses: Vec<Miss> = serde_json::from_str(&misses).map_err(broken)?;
                Ok((name, section_digest(value.as_ref(), &misses)))
            },
        )?;
        Ok(rows.into_iter().collect())
    }

    /// Notes a message, unless its count was passed or its key revoked meanwhile: then [`StoreError::Conflict`].
    fn hear(&self, heard: &Heard<'_>) -> Result<()> {
        let count = i64::try_from(heard.count).map_err(|_| StoreError::Conflict)?;
        let taken = self.run(
            "UPDATE agent SET count = ?2, seen_at = ?3, ahead_secs = ?4, address = ?5 \
             WHERE key_id = ?1 AND count < ?2 AND revoked_at IS NULL",
            (&heard.key.0[..], count, heard.at.unix_secs(), heard.ahead_secs, heard.address),
        )?;
        if taken == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

impl Change<'_> {
    /// Enrols an agent.
    ///
    /// # Errors
    /// The database.
    pub fn add_agent(&self, new: &NewAgent, now: At) -> Result<()> {
        let count = i64::try_from(new.count).map_err(|_| StoreError::Conflict)?;
        self.run(
            "INSERT INTO agent (key_id, public_key, kind, subject, host_name, machine, system, version, enrolled_at, \
             enrolment, count, address) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            (
                &KeyId::of(&new.public_key).0[..],
                &new.public_key[..],
                new.subject.kind.name(),
                &new.subject.id,
                &new.host_name,
                &new.machine,
                &new.system,
                &new.version,
                now.unix_secs(),
                new.enrolment,
                count,
                &new.address,
            ),
        )?;
        Ok(())
    }

    /// Revokes an agent for ever. False when it is revoked already.
    ///
    /// # Errors
    /// The database.
    pub fn revoke_agent(&self, key: KeyId, now: At) -> Result<bool> {
        let revoked = self.run(
            "UPDATE agent SET revoked_at = ?2 WHERE key_id = ?1 AND revoked_at IS NULL",
            (&key.0[..], now.unix_secs()),
        )?;
        Ok(revoked == 1)
    }

    /// Notes the message that brought a document.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its count was passed or its key revoked meanwhile; or the database.
    pub fn hear_agent(&self, heard: &Heard<'_>) -> Result<()> {
        self.hear(heard)
    }

    /// Takes away what somebody of that name said, up to an instant, of other sections than these: a report of everything
    /// leaves nothing else in force that is not newer. The evidence stays. Tells how many went.
    ///
    /// # Errors
    /// The database.
    pub fn drop_sections_by(&self, subject: &Subject, by: &str, keep: &[&str], until: At) -> Result<usize> {
        let keep = serde_json::to_string(keep).map_err(|error| StoreError::stored("section", error))?;
        self.run(
            "DELETE FROM section WHERE kind = ?1 AND subject = ?2 AND name NOT IN (SELECT value FROM json_each(?4)) \
             AND collected_at <= ?5 \
             AND evidence IN (SELECT id FROM evidence WHERE kind = ?1 AND subject = ?2 AND received_by = ?3)",
            (subject.kind.name(), &subject.id, by, keep, until.unix_secs()),
        )
    }
}

impl Derive<'_> {
    /// Notes a message that brought no document.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its count was passed or its key revoked meanwhile; or the database.
    pub fn hear_agent(&self, heard: &Heard<'_>) -> Result<()> {
        self.hear(heard)
    }

    /// Notes that an agent says all its facts are still so at an instant, with its own words: its sections now speak of
    /// that instant, never of an earlier one than before.
    ///
    /// # Errors
    /// The database.
    pub fn confirm_sections(
        &self,
        (key, subject): (KeyId, &Subject),
        by: &str,
        (true_at, words): (At, &str),
        now: At,
    ) -> Result<Confirmed> {
        let own = "kind = ?1 AND subject = ?2 AND evidence IN \
                   (SELECT id FROM evidence WHERE kind = ?1 AND subject = ?2 AND received_by = ?3)";
        let oldest: Option<i64> = self
            .value::<Option<i64>>(
                &format!("SELECT min(collected_at) FROM section WHERE {own}"),
                (subject.kind.name(), &subject.id, by),
            )?
            .flatten();
        let sections = self.run(
            &format!("UPDATE section SET collected_at = max(collected_at, ?4) WHERE {own}"),
            (subject.kind.name(), &subject.id, by, true_at.unix_secs()),
        )?;
        self.run(
            "UPDATE subject SET last_seen_at = max(last_seen_at, ?3) WHERE kind = ?1 AND id = ?2",
            (subject.kind.name(), &subject.id, true_at.unix_secs()),
        )?;
        self.run(
            "UPDATE agent SET confirmed_at = ?2, confirmed_by = ?3 WHERE key_id = ?1",
            (&key.0[..], now.unix_secs(), words),
        )?;
        Ok(Confirmed { sections, oldest_before: oldest.map(at).transpose()?.unwrap_or(now) })
    }

    /// Notes what is odd about an agent; `None` when it is so no longer.
    ///
    /// # Errors
    /// The database.
    pub fn set_agent_trouble(&self, key: KeyId, trouble: Option<&str>, now: At) -> Result<()> {
        self.run(
            "UPDATE agent SET trouble = ?2, trouble_at = ?3 WHERE key_id = ?1",
            (&key.0[..], trouble, trouble.map(|_| now.unix_secs())),
        )?;
        Ok(())
    }
}
