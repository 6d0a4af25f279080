//! The router's packet filter, read from its own configuration (5.2.3-2). The configuration itself is not kept: it holds
//! the access to the Internet and more.

use collect::router;
use model::{Caller, Source, Subject};

use crate::attachment::Upload;
use crate::error::{Findings, Invalid};
use crate::{App, AppError, Result};

/// The most files of one router: of IPv4 and of IPv6.
const FILES_MAX: usize = 2;

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
        for file in files.iter().take(FILES_MAX) {
            match router::read(&file.bytes, &[]) {
                Ok(reading) => readings.push(reading),
                Err(error) => findings.add(Invalid::new("config", "router-unreadable").with(error)),
            }
        }
        findings.done()?;
        let now = self.now();
        let name = self.home_name(&teller.person)?;
        let document = router::document(&teller.home.id, &name, &readings, now);
        document.check().map_err(|error| AppError::Internal(format!("router: {error}")))?;
        let bytes =
            serde_json::to_vec(&document).map_err(|error| AppError::Internal(format!("router: {error}")))?;
        let families: Vec<&str> = readings.iter().map(|reading| reading.family.name()).collect();
        let id = model::evidence::id_of(&bytes);
        let detail = format!("{id} {} router configuration {}", document.source.name(), families.join(", "));
        let act = self.act(caller, teller.action, &teller.home.to_string(), &detail);
        self.store.change(&act, |change| {
            change.add_evidence(&bytes, &document, &caller.name, now).map_err(AppError::from)
        })?;
        self.judge_again(&teller.home)
    }

    /// Whether what counts of the packet filter was read from the router's configuration.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn filter_was_read(&self, home: &Subject) -> Result<bool> {
        let sections = self.store.read(|read| read.sections(home, Some(&["filter"])))?;
        Ok(sections.iter().any(|section| section.evidence.source == Source::Import))
    }
}
