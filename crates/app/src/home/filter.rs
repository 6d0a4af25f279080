//! The router's packet filter, read from its own configuration (5.2.3-2). The configuration itself is not kept: it holds
//! the access to the Internet and more.

use std::sync::{Mutex, PoisonError, TryLockError};

use model::facts::PacketFilter;
use model::{Caller, FactDocument, Source, Subject};
use network::router;

use crate::attachment::Upload;
use crate::error::{Findings, Invalid};
use crate::{App, AppError, Result};

/// The most files of one router: of IPv4 and of IPv6.
const FILES_MAX: usize = 2;
/// What collects the facts of a configuration; no account can have such a name.
const READER: &str = "router configuration";
/// How long a configuration speaks against memory, in days: as long as it is judged by (5.2.3-2).
const READ_DAYS: i64 = 400;
/// How far back a configuration is looked for, in documents.
const DOCUMENTS_MAX: u32 = 400;
/// Reading weighs many rules against many ports: one configuration at a time.
static READING: Mutex<()> = Mutex::new(());

impl App {
    /// Reads a router's configuration into the facts of a home.
    ///
    /// # Errors
    /// [`AppError::Invalid`] says why it cannot be read.
    pub fn read_router(&self, caller: &Caller, person: &str, files: &[Upload]) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let mut findings = Findings::default();
        if files.is_empty() {
            findings.add(Invalid::new("config", "missing"));
        } else if files.len() > FILES_MAX {
            findings.add(Invalid::new("config", "too-many").with(FILES_MAX));
        }
        let mut readings = Vec::new();
        let mut hashes = String::new();
        // Nothing is weighed while somebody else's is: the person tries again.
        let turn = match READING.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            Err(TryLockError::WouldBlock) => return Err(Invalid::new("config", "router-busy").into()),
        };
        for file in files.iter().take(FILES_MAX) {
            hashes += &format!(", file {}", model::evidence::id_of(&file.bytes));
            match router::read(&file.bytes, &[]) {
                Ok(reading) => readings.push(reading),
                Err(error) => findings.add(Invalid::new("config", "router-unreadable").with(error)),
            }
        }
        drop(turn);
        findings.done()?;
        let now = self.now();
        let name = self.home_name(&teller.person)?;
        let mut document = router::document(&teller.home.id, &name, &readings, now);
        document.collector = READER.to_owned();
        // A file the person hands in shows no more than a screenshot: it may be anybody's.
        if teller.source == Source::Attest {
            document.source = Source::Record;
        }
        document.check().map_err(|error| AppError::Internal(format!("router: {error}")))?;
        let bytes =
            serde_json::to_vec(&document).map_err(|error| AppError::Internal(format!("router: {error}")))?;
        let families: Vec<&str> = readings.iter().map(|reading| reading.family.name()).collect();
        let id = model::evidence::id_of(&bytes);
        let detail =
            format!("{id} {} router configuration {}{hashes}", document.source.name(), families.join(", "));
        let act = self.act(caller, teller.action, &teller.home.to_string(), &detail);
        self.store.change(&act, |change| {
            change.add_evidence(&bytes, &document, &caller.name, now).map_err(AppError::from)
        })?;
        self.judge_again(&teller.home)
    }

    /// What the newest configuration that was read says of the packet filter; none when there is none that still counts.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn filter_read(&self, home: &Subject) -> Result<Option<PacketFilter>> {
        let now = self.now();
        self.store.read(|read| {
            let lines = read.evidence_of(home, DOCUMENTS_MAX)?;
            let from_router = |line: &store::EvidenceLine| {
                (line.collector == READER || line.source == Source::Import)
                    && line.collected_at.days_until(now) <= READ_DAYS
            };
            for line in lines.into_iter().filter(from_router) {
                let document = read.evidence(&line.id)?.and_then(|bytes| FactDocument::parse(&bytes).ok());
                let filter = document.and_then(|document| document.facts.get("filter").cloned());
                if let Some(filter) = filter.and_then(|filter| serde_json::from_value(filter).ok()) {
                    return Ok(Some(filter));
                }
            }
            Ok(None)
        })
    }
}
