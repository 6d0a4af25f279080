//! Holding what is stored against what the audit chain says was stored.
//!
//! A line that keeps a document or a decision begins its detail with the hash of what was kept. So a document that was
//! exchanged or removed, and a decision that was rewritten, show, even when the table's own triggers were dropped.

use std::collections::{BTreeMap, BTreeSet};

use model::evidence::id_of;

use crate::Result;
use crate::read::Read;

/// Length of a SHA-256 in hexadecimal.
const HASH_CHARS: usize = 64;

impl Read<'_> {
    /// The first stored thing that is not what the audit chain says, if any: `evidence HASH` or `decision row N version M`.
    ///
    /// # Errors
    /// The database.
    pub fn altered(&self) -> Result<Option<String>> {
        let mut documents: BTreeSet<String> = BTreeSet::new();
        let mut decisions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        self.rows(
            "SELECT action, object, detail FROM audit WHERE outcome = 'done' ORDER BY seq",
            [],
            |row| {
                let (action, object, detail): (String, String, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                if let Some(hash) = detail.get(..HASH_CHARS).filter(|hash| is_hash(hash)) {
                    if action == "decision.save" {
                        decisions.entry(object).or_default().push(hash.to_owned());
                    } else {
                        documents.insert(hash.to_owned());
                    }
                }
                Ok(())
            },
        )?;
        if let Some(found) = self.altered_document(documents)? {
            return Ok(Some(found));
        }
        self.altered_decision(decisions)
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
