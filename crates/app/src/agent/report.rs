//! A report: the sections that changed since the last one, or nothing at all.

use model::agent::{CLOCK_SECS_MAX, Digest, Receipt, Refusal, section_digests};
use model::evidence::id_of;
use model::{At, FactDocument, Source};
use store::{Agent, Heard, Received, StoreError};

use super::{CLOCK_TROUBLE_SECS, INTERVAL_SECS, Message, NotTaken, Taken, caller};
use crate::{Action, App, AppError, Result};

/// A message that was found to be an agent's.
pub(super) struct Said<'a> {
    pub(super) agent: Agent,
    pub(super) count: u64,
    pub(super) sent_at: At,
    pub(super) whole: Digest,
    pub(super) message: Message<'a>,
}

impl Said<'_> {
    /// What is noted of every message that is taken.
    pub(super) fn heard(&self, now: At) -> Heard<'_> {
        Heard {
            key: self.agent.key,
            count: self.count,
            at: now,
            ahead_secs: self.sent_at.unix_secs().saturating_sub(now.unix_secs()),
            address: self.message.address,
        }
    }
}

impl App {
    /// Takes a report in.
    ///
    /// # Errors
    /// A refusal, or the database; then nothing of the report is kept.
    pub fn take_report(&self, message: Message<'_>) -> Taken<Receipt> {
        let (agent, signed) = self.authentic(message)?;
        let said = Said { agent, count: signed.count, sent_at: signed.sent_at, whole: signed.whole, message };
        let need_all =
            if message.body.is_empty() { !self.confirm(&said)? } else { !self.take_document(&said)? };
        self.note_clock(&said)?;
        Ok(Receipt { now: self.now(), interval_secs: INTERVAL_SECS, need_all })
    }

    /// Keeps a document. Tells whether the server now has everything the digest stands for.
    fn take_document(&self, said: &Said<'_>) -> Taken<bool> {
        let now = self.now();
        let document = match self.fitting(said, now) {
            Ok(document) => document,
            Err(NotTaken::Refused(refused)) => {
                // It was read, so it counts as said: it cannot be sent again.
                self.hear(said, now)?;
                let trouble = if refused.refusal == Refusal::Clock { "clock" } else { "document" };
                self.note_trouble(&said.agent, trouble)?;
                return Err(NotTaken::Refused(refused));
            }
            Err(failed) => return Err(failed),
        };
        let (received, dropped) = self.keep(said, &document, now)?;
        if received.new || dropped > 0 {
            self.evidence_came(&caller(&document.subject), &document)?;
        }
        Ok(self.digest_of(&said.agent)? == said.whole)
    }

    /// The document, when it is one, of this machine, and not of the future.
    fn fitting(&self, said: &Said<'_>, now: At) -> Taken<FactDocument> {
        let document = FactDocument::parse(said.message.body)
            .map_err(|error| self.refused_document(&error.to_string()))?;
        if document.subject != said.agent.subject {
            return Err(self.refused_document(&format!(
                "it speaks of {}; this agent reports on {}",
                document.subject, said.agent.subject
            )));
        }
        if document.source != Source::Agent {
            return Err(self.refused_document("an agent's source is 'agent'"));
        }
        if document.collected_at.unix_secs() > now.unix_secs().saturating_add(CLOCK_SECS_MAX) {
            return Err(self.refused(Refusal::Clock));
        }
        Ok(document)
    }

    /// Keeps a document, and takes out of force what a report of everything no longer speaks of: how many sections. One
    /// that came late, or is known already, says nothing about what is newer than it.
    fn keep(&self, said: &Said<'_>, document: &FactDocument, now: At) -> Taken<(Received, usize)> {
        let caller = caller(&said.agent.subject);
        let bytes = said.message.body;
        let detail = format!(
            "{} {}, collected {}, key {}, message {}",
            id_of(bytes),
            document.source.name(),
            document.collected_at,
            said.agent.key,
            said.count
        );
        let own = section_digests(document);
        let act = self.act(&caller, Action::EvidenceReceive, &said.agent.subject.to_string(), &detail);
        let kept = self.store.change(&act, |change| {
            change.hear_agent(&said.heard(now))?;
            let received = change.add_evidence(bytes, document, &caller.name, now)?;
            let mut dropped = 0;
            if received.new && Digest::of(&own) == said.whole {
                let names: Vec<&str> = own.keys().map(String::as_str).collect();
                let until = document.collected_at;
                dropped = change.drop_sections_by(&said.agent.subject, &caller.name, &names, until)?;
            }
            Ok((received, dropped))
        });
        kept.map_err(|error| self.overtaken(error, said))
    }

    /// Notes a message that changes nothing else.
    fn hear(&self, said: &Said<'_>, now: At) -> Taken<()> {
        let heard = self.store.derive(|derive| derive.hear_agent(&said.heard(now)));
        heard.map_err(|error| self.overtaken(error, said))
    }

    /// Another message of the same key came in between, or it was revoked.
    pub(super) fn overtaken(&self, error: StoreError, said: &Said<'_>) -> NotTaken {
        match error {
            StoreError::Conflict => match self.store.read(|read| read.agent(said.agent.key)) {
                Ok(Some(agent)) if agent.revoked_at.is_some() => self.refused(Refusal::Revoked),
                Ok(agent) => self.refused_with_count(agent.map_or(said.count, |agent| agent.count)),
                Err(error) => NotTaken::Failed(AppError::from(error)),
            },
            other => NotTaken::Failed(AppError::from(other)),
        }
    }

    /// The digest of everything that counts now and came from an agent of this subject.
    pub(super) fn digest_of(&self, agent: &Agent) -> Result<Digest> {
        let by = caller(&agent.subject).name;
        let sections = self.store.read(|read| read.section_digests_by(&agent.subject, &by))?;
        Ok(Digest::of(&sections))
    }

    /// A clock that is far off is told; what is right again is no longer.
    fn note_clock(&self, said: &Said<'_>) -> Result<()> {
        let now = self.now();
        let off = said.heard(now).ahead_secs.abs() > CLOCK_TROUBLE_SECS;
        let told = matches!(said.agent.trouble.as_deref(), Some("clock" | "document" | "signature" | "size"));
        if off {
            self.note_trouble(&said.agent, "clock")?;
        } else if told {
            self.store.derive(|derive| derive.set_agent_trouble(said.agent.key, None, now))?;
        }
        Ok(())
    }
}
