//! Holding what is stored against what the audit chain says was stored.
//!
//! A line that keeps a document, a decision or a report begins its detail with the hash of what was kept, one that
//! writes records with their common hash. So what was exchanged, rewritten or removed shows, even when the table's own
//! triggers were dropped.

use std::collections::{BTreeMap, BTreeSet};

use model::evidence::id_of;

use crate::Result;
use crate::read::Read;

/// Length of a SHA-256 in hexadecimal.
const HASH_CHARS: usize = 64;
/// What stands before the common hash of records.
const RECORDS: &str = "records ";

impl Read<'_> {
    /// The first stored thing that is not what the audit chain says, if any: `evidence HASH`, `decision row N version M`,
    /// `report N`, or `records of audit line N`.
    ///
    /// # Errors
    /// The database.
    pub fn altered(&self) -> Result<Option<String>> {
        let mut documents: BTreeSet<String> = BTreeSet::new();
        let mut decisions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut reports: Vec<String> = Vec::new();
        let mut records: BTreeMap<i64, String> = BTreeMap::new();
        self.rows(
            "SELECT action, object, detail, seq FROM audit WHERE outcome = 'done' ORDER BY seq",
            [],
            |row| {
                let (action, object, detail): (String, String, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                if let Some(witness) = detail.get(..RECORDS.len() + HASH_CHARS)
                    && witness.strip_prefix(RECORDS).is_some_and(is_hash)
                {
                    records.insert(row.get(3)?, witness.to_owned());
                } else if let Some(hash) = detail.get(..HASH_CHARS).filter(|hash| is_hash(hash)) {
                    match action.as_str() {
                        "decision.save" => decisions.entry(object).or_default().push(hash.to_owned()),
                        "report.make" => reports.push(hash.to_owned()),
                        _ => {
                            documents.insert(hash.to_owned());
                        }
                    }
                }
                Ok(())
            },
        )?;
        if let Some(found) = self.altered_document(documents)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_decision(decisions)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_records(records)? {
            return Ok(Some(found));
        }
        self.altered_report(&reports)
    }

    fn altered_records(&self, mut said: BTreeMap<i64, String>) -> Result<Option<String>> {
        for (line, witness) in self.record_witnesses()? {
            if said.remove(&line) != Some(witness) {
                return Ok(Some(format!("records of audit line {line}")));
            }
        }
        Ok(said.into_keys().next().map(|line| format!("records of audit line {line}")))
    }

    fn altered_report(&self, said: &[String]) -> Result<Option<String>> {
        let mut statement = self.connection.prepare("SELECT id, seal, file FROM report ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut said = said.iter();
        let mut last = 0;
        while let Some(row) = rows.next()? {
            let (id, seal, file): (i64, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if said.next() != Some(&seal) || id_of(&file) != seal {
                return Ok(Some(format!("report {id}")));
            }
            last = id;
        }
        Ok(said.next().map(|_| format!("report {}", last + 1)))
    }

    fn altered_document(&self, mut said: BTreeSet<String>) -> Result<Option<String>> {
        let mut statement = self.connection.prepare("SELECT id, document FROM evidence")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, bytes): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            if id_of(&bytes) != id || !said.remove(&id) {
                return Ok(Some(format!("evidence {id}")));
            }
        }
        Ok(said.into_iter().next().map(|id| format!("evidence {id}")))
    }

    fn altered_decision(&self, said: BTreeMap<String, Vec<String>>) -> Result<Option<String>> {
        let mut stored: BTreeMap<String, Vec<String>> = BTreeMap::new();
        self.rows("SELECT row, body FROM decision ORDER BY row, version", [], |row| {
            let (number, body): (u32, String) = (row.get(0)?, row.get(1)?);
            stored.entry(format!("row/{number}")).or_default().push(id_of(body.as_bytes()));
            Ok(())
        })?;
        for object in said.keys().chain(stored.keys()) {
            let (said, stored) = (said.get(object), stored.get(object));
            let lengths = [said, stored].map(|list| list.map_or(0, Vec::len));
            for at in 0..lengths.into_iter().max().unwrap_or(0) {
                if said.and_then(|list| list.get(at)) != stored.and_then(|list| list.get(at)) {
                    return Ok(Some(format!("decision {} version {}", object.replace('/', " "), at + 1)));
                }
            }
        }
        Ok(None)
    }
}

fn is_hash(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
