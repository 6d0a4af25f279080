//! Holding what is stored against what the audit chain says was stored.
//!
//! A line that keeps a document, a decision, a report or an attachment begins its detail with the hash of what was kept, one that
//! writes records with their common hash, one that accepts something with the hash of the acceptance. What everything is
//! judged by, the kept catalogue and the company's settings, is named with its hash too. So what was exchanged, rewritten
//! or removed shows, even when the table's own triggers were dropped.

use std::collections::{BTreeMap, BTreeSet};

use model::At;
use model::evidence::id_of;

use crate::Result;
use crate::account::at;
use crate::read::Read;

/// Length of a SHA-256 in hexadecimal.
const HASH_CHARS: usize = 64;
/// What stands before the common hash of records.
const RECORDS: &str = "records ";

impl Read<'_> {
    /// The first stored thing that is not what the audit chain says, if any: `evidence HASH`, `decision row N version M`,
    /// `attachment HASH`, `report N`, `records of audit line N`, `acceptance N`, `catalogue FINGERPRINT` or `setting NAME`.
    ///
    /// # Errors
    /// The database.
    pub fn altered(&self) -> Result<Option<String>> {
        let mut documents: BTreeSet<String> = BTreeSet::new();
        let mut decisions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut reports: Vec<String> = Vec::new();
        let mut records: BTreeMap<i64, String> = BTreeMap::new();
        let mut attachments: BTreeSet<String> = BTreeSet::new();
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
                } else if let Some(hash) = detail
                    .strip_prefix(crate::attachment::WITNESS)
                    .and_then(|rest| rest.get(..HASH_CHARS))
                    .filter(|hash| is_hash(hash))
                {
                    attachments.insert(hash.to_owned());
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
        if let Some(found) = self.altered_attachment(attachments)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_decision(decisions)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_records(records)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_report(&reports)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_waiver()? {
            return Ok(Some(found));
        }
        if let Some(found) = self.altered_ground()? {
            return Ok(Some(found));
        }
        self.altered_setting("escrow", "escrow.save")
    }

    /// A setting that every line of one action vouches for.
    fn altered_setting(&self, key: &str, action: &str) -> Result<Option<String>> {
        let said: Option<String> = self.value(
            "SELECT detail FROM audit WHERE outcome = 'done' AND action = ?1 ORDER BY seq DESC LIMIT 1",
            [action],
        )?;
        let stored: Option<String> = self.value("SELECT value FROM setting WHERE key = ?1", [key])?;
        let said = said.map(|detail| hashes_after(&detail, key).map(|[hash]: [&str; 1]| hash.to_owned()));
        let sound = match (said, stored) {
            (None, None) => true,
            (Some(hash), Some(text)) => hash == Some(id_of(text.as_bytes())),
            _ => false,
        };
        Ok((!sound).then(|| format!("setting {key}")))
    }

    fn altered_records(&self, mut said: BTreeMap<i64, String>) -> Result<Option<String>> {
        for (line, witness) in self.record_witnesses()? {
            if said.remove(&line) != witness || witness.is_none() {
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

    /// Acceptances, one for each line that granted one. Their end may come earlier than granted, and must where a line says
    /// so. Lines of a time when acceptances were not witnessed vouch for their number only.
    fn altered_waiver(&self) -> Result<Option<String>> {
        let mut granted: Vec<String> = Vec::new();
        let mut ended: BTreeMap<String, At> = BTreeMap::new();
        self.rows(
            "SELECT action, object, detail, at FROM audit WHERE outcome = 'done' \
             AND action IN ('waiver.grant', 'waiver.end') ORDER BY seq",
            [],
            |row| {
                let action: String = row.get(0)?;
                if action == "waiver.grant" {
                    granted.push(row.get(2)?);
                } else {
                    ended.insert(row.get(1)?, at(row.get(3)?)?);
                }
                Ok(())
            },
        )?;
        let mut stored = self.waivers()?;
        stored.sort_by_key(|line| line.id);
        for place in 0..granted.len().max(stored.len()) {
            let (Some(said), Some(line)) = (granted.get(place), stored.get(place)) else {
                let number = stored.get(place).map_or(place as i64 + 1, |line| line.id);
                return Ok(Some(format!("acceptance {number}")));
            };
            let waiver = &line.waiver;
            let sound = match said.split_once(" until ") {
                Some((witness, rest)) if witness.starts_with("waiver ") => {
                    let until = rest.split(':').next().unwrap_or_default();
                    witness == crate::waiver::witness(waiver)? && waiver.until.day().as_str() <= until
                }
                _ => true,
            };
            let over = ended.get(&format!("waiver/{}", line.id));
            let latest =
                |end: &At| waiver.until.unix_secs() <= end.unix_secs().max(waiver.from.unix_secs() + 1);
            if !sound || !over.is_none_or(latest) {
                return Ok(Some(format!("acceptance {}", line.id)));
            }
        }
        Ok(None)
    }

    /// What everything is judged by: the kept catalogues, the one in force, the company with its profile.
    fn altered_ground(&self) -> Result<Option<String>> {
        let mut said: BTreeMap<String, String> = BTreeMap::new();
        let mut newest: Option<String> = None;
        let mut company: Option<String> = None;
        self.rows(
            "SELECT action, detail FROM audit WHERE outcome = 'done' AND action IN \
             ('setup.finish', 'catalogue.keep', 'catalogue.move', 'company.save') ORDER BY seq",
            [],
            |row| {
                let (action, detail): (String, String) = (row.get(0)?, row.get(1)?);
                if action != "company.save"
                    && let Some([fingerprint, hash]) = hashes_after(&detail, "catalogue")
                {
                    said.insert(fingerprint.to_owned(), hash.to_owned());
                    newest = Some(fingerprint.to_owned());
                }
                if !action.starts_with("catalogue.") {
                    company = hashes_after(&detail, "company").map(|[hash]| hash.to_owned());
                }
                Ok(())
            },
        )?;
        let in_force: Option<String> = self.setting("catalogue")?;
        if in_force != newest {
            return Ok(Some("setting catalogue".to_owned()));
        }
        let text: Option<String> = self.value("SELECT value FROM setting WHERE key = 'company'", [])?;
        if company.is_some() && company != text.map(|text| id_of(text.as_bytes())) {
            return Ok(Some("setting company".to_owned()));
        }
        let kept = self.rows("SELECT fingerprint, sha256, files FROM catalogue", [], |row| {
            let (fingerprint, sha256, files): (String, String, Vec<u8>) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let sound = said.get(&fingerprint) == Some(&sha256) && id_of(&files) == sha256;
            Ok((fingerprint, sound))
        })?;
        if let Some((fingerprint, _)) = kept.iter().find(|(_, sound)| !sound) {
            return Ok(Some(format!("catalogue {fingerprint}")));
        }
        let lacking = said.into_keys().find(|own| kept.iter().all(|(fingerprint, _)| fingerprint != own));
        Ok(lacking.map(|fingerprint| format!("catalogue {fingerprint}")))
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

    fn altered_attachment(&self, mut said: BTreeSet<String>) -> Result<Option<String>> {
        let mut statement = self.connection.prepare("SELECT id, file FROM attachment")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, bytes): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            if id_of(&bytes) != id || !said.remove(&id) {
                return Ok(Some(format!("attachment {id}")));
            }
        }
        Ok(said.into_iter().next().map(|id| format!("attachment {id}")))
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

/// The hashes that follow a word of an audit line, if it has that word with so many hashes.
fn hashes_after<'a, const N: usize>(detail: &'a str, word: &str) -> Option<[&'a str; N]> {
    let words: Vec<&str> = detail.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    words.windows(N + 1).find_map(|window| {
        let (first, hashes) = window.split_first()?;
        let hashes: [&str; N] = hashes.try_into().ok()?;
        (*first == word && hashes.iter().all(|hash| hash.len() == HASH_CHARS && is_hash(hash)))
            .then_some(hashes)
    })
}

fn is_hash(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
