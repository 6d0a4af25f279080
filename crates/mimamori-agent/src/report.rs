//! One report: what changed since the server last knew, signed and counted; and what follows from the answer.
//!
//! The count is kept before a message goes out, so that none is ever used twice. Knows nothing of files or TLS: where
//! the memory is kept and what carries the messages are parameters.

use std::collections::BTreeMap;

use model::agent::{
    CLOCK_SECS_MAX, Digest, REPORT_PATH, Receipt, Refusal, Refused, STANDING_PATH, Standing, section_digests,
};
use model::{At, Clock, FactDocument};
use serde::de::DeserializeOwned;

use crate::machine::hex;
use crate::{Folder, Key, Problem, State, Wire};

/// Where the memory is kept.
pub trait Keep {
    /// Keeps it.
    ///
    /// # Errors
    /// [`Problem::File`].
    fn keep(&self, state: &State) -> Result<(), Problem>;
}

impl Keep for Folder {
    fn keep(&self, state: &State) -> Result<(), Problem> {
        state.save(self)
    }
}

/// What a report came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The server's last word.
    pub receipt: Receipt,
    /// The sections that were sent; empty when nothing had changed.
    pub sections: Vec<String>,
}

/// Reports in a device's name.
pub struct Reporter<'a> {
    /// The memory.
    pub state: &'a mut State,
    /// The device's key.
    pub key: &'a Key,
    /// To the server.
    pub wire: &'a dyn Wire,
    /// This PC's clock.
    pub clock: &'a dyn Clock,
    /// Where the memory is kept.
    pub keep: &'a dyn Keep,
}

impl Reporter<'_> {
    /// Reports what is so now: only what the server does not know yet, or everything when it says that it lacks facts.
    ///
    /// # Errors
    /// [`Problem`]; nothing that the server did not take counts as known.
    pub fn round(&mut self, document: &FactDocument) -> Result<Sent, Problem> {
        let digests = section_digests(document);
        let whole = Digest::of(&digests);
        let news = changed(document, &digests, &self.state.known);
        let mut receipt: Receipt = self.send(REPORT_PATH, news.as_ref(), whole)?;
        let believed = self.clock_off();
        self.learn_clock(receipt.now);
        if news.is_some() && (self.clock_off() - believed).abs() > CLOCK_SECS_MAX {
            // The facts went out with a wrong date; a clock that is behind is not refused.
            receipt = self.send(REPORT_PATH, news.as_ref(), whole)?;
        }
        let mut sections = news.as_ref().map_or_else(Vec::new, names);
        if receipt.need_all && sections.len() < digests.len() {
            receipt = self.send(REPORT_PATH, Some(document), whole)?;
            sections = names(document);
        }
        self.state.known = digests.iter().map(|(name, digest)| (name.clone(), hex(digest))).collect();
        self.state.interval_secs = receipt.interval_secs;
        self.state.reported_at = Some(self.clock.now());
        self.state.problem = None;
        self.state.failures = 0;
        self.state.stopped = None;
        self.keep.keep(self.state)?;
        Ok(Sent { receipt, sections })
    }

    /// Reports what was so earlier, whole, with its own time.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn late(&mut self, document: &FactDocument) -> Result<Receipt, Problem> {
        let whole = Digest::of(&section_digests(document));
        self.send(REPORT_PATH, Some(document), whole)
    }

    /// Asks how this machine stands.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn standing(&mut self) -> Result<Standing, Problem> {
        self.send(STANDING_PATH, None, Digest::default())
    }

    fn send<T: DeserializeOwned>(
        &mut self,
        path: &str,
        document: Option<&FactDocument>,
        whole: Digest,
    ) -> Result<T, Problem> {
        let (mut counted_on, mut dated_anew) = (false, false);
        loop {
            let body = document.map_or(Ok(Vec::new()), |document| self.written(document))?;
            self.state.count = self.state.count.saturating_add(1);
            self.keep.keep(self.state)?;
            let signed = self.key.sign(path, self.state.count, self.clock.now(), whole, &body);
            let answer = self.wire.post(path, &signed.to_string(), &body)?;
            if answer.status == 200 {
                return serde_json::from_slice(&answer.body)
                    .map_err(|error| Problem::Answer(error.to_string()));
            }
            let refused: Refused = serde_json::from_slice(&answer.body)
                .map_err(|_| Problem::Answer(format!("HTTP {}", answer.status)))?;
            match (refused.refusal, refused.count) {
                (Refusal::Count, Some(count)) if !counted_on => {
                    counted_on = true;
                    self.state.count = self.state.count.max(count);
                }
                (Refusal::Clock, _) if !dated_anew && document.is_some() => {
                    dated_anew = true;
                    self.learn_clock(refused.now);
                }
                (refusal @ (Refusal::Revoked | Refusal::Unknown), _) => {
                    self.state.stopped = Some(refusal);
                    self.keep.keep(self.state)?;
                    return Err(Problem::Refused(Box::new(refused)));
                }
                _ => return Err(Problem::Refused(Box::new(refused))),
            }
        }
    }

    /// A document as it goes out: dated by the server's time where this PC's clock is known to be off, and never later
    /// than now.
    fn written(&self, document: &FactDocument) -> Result<Vec<u8>, Problem> {
        let back = -self.clock_off();
        let latest = self.clock.now().plus_secs(back);
        let dated = document.collected_at.plus_secs(back).min(latest);
        let written = if dated == document.collected_at {
            serde_json::to_vec(document)
        } else {
            serde_json::to_vec(&FactDocument { collected_at: dated, ..document.clone() })
        };
        written.map_err(|error| Problem::Answer(error.to_string()))
    }

    /// How many seconds this PC's clock is known to be ahead; 0 when that is within what the server allows.
    fn clock_off(&self) -> i64 {
        let ahead = self.state.clock_ahead_secs;
        if ahead.saturating_abs() > CLOCK_SECS_MAX { ahead } else { 0 }
    }

    fn learn_clock(&mut self, server: At) {
        self.state.clock_ahead_secs = self.clock.now().unix_secs().saturating_sub(server.unix_secs());
    }
}

/// The part of a document that is news; `None` when nothing is.
fn changed(
    document: &FactDocument,
    digests: &BTreeMap<String, [u8; 32]>,
    known: &BTreeMap<String, String>,
) -> Option<FactDocument> {
    let is_news =
        |section: &str| digests.get(section).map(|digest| hex(digest)) != known.get(section).cloned();
    if !digests.keys().any(|section| is_news(section)) {
        return None;
    }
    let mut news = document.clone();
    news.facts.retain(|section, _| is_news(section));
    news.misses.retain(|miss| is_news(miss.section()));
    Some(news)
}

fn names(document: &FactDocument) -> Vec<String> {
    let mut names: Vec<String> = document.sections().map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
