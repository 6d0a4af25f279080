//! A machine introduces itself with a code and the key it made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::agent::{Enrol, Enrolled, KeyId, Refusal, Signed};
use model::agent_code::AgentCode;
use model::{At, Subject};
use store::{Agent, Enrolment, NewAgent, Read, StoreError};

use super::code::hash_of;
use super::{INTERVAL_SECS, Message, NotTaken, Taken, caller, pace, signature_fits};
use crate::{App, AppError, Result};

/// The longest texts of an introduction, in characters.
const TEXT_MAX_CHARS: usize = 200;
/// The systems there are agents for.
const SYSTEMS: [&str; 3] = ["windows", "linux", "macos"];

impl App {
    /// Takes a machine in. The same message a second time (its answer was lost) is answered again and uses nothing up.
    ///
    /// # Errors
    /// A refusal, or the database.
    pub fn enrol_agent(&self, message: Message<'_>) -> Taken<Enrolled> {
        let signed = self.signed(message.header, message.address)?;
        let near = pace::neighbourhood(message.address);
        if !self.agents.strangers.would_admit(&near, self.now(), pace::STRANGERS) {
            return Err(self.refused(Refusal::Busy));
        }
        let enrol: Enrol = serde_json::from_slice(message.body)
            .map_err(|error| self.refused_document(&error.to_string()))?;
        let public_key = key_of(&enrol).ok_or_else(|| self.refused_document("public_key"))?;
        if KeyId::of(&public_key) != signed.key || !signature_fits(&public_key, &signed, message) {
            return Err(self.stranger(Refusal::Signature, message.address));
        }
        self.check_texts(&enrol)?;
        let secret = AgentCode::secret_of(&enrol.code);
        let hash = hash_of(&secret.map_err(|_| self.stranger(Refusal::Code, message.address))?);
        let now = self.now();
        let (code, known) = self
            .store
            .read(|read| Ok::<_, StoreError>((read.enrolment_by_hash(&hash)?, read.agent(signed.key)?)))?;
        let code = code.ok_or_else(|| self.stranger(Refusal::Code, message.address))?;
        if let Some(known) = known {
            return self.enrolled_before(&known, &code, &signed);
        }
        if !code.is_open(now) {
            return Err(self.stranger(Refusal::Code, message.address));
        }
        let subject = code.subject().unwrap_or_else(|| Subject::new(code.kind, enrol.host_name.trim()));
        let new = NewAgent {
            public_key,
            subject: subject.clone(),
            host_name: enrol.host_name,
            machine: enrol.machine,
            system: enrol.system,
            version: enrol.version,
            enrolment: code.id,
            count: signed.count,
            address: message.address.to_owned(),
        };
        self.join(&new, &code, now)?;
        if !self.is_retired(&subject)? {
            self.judge_again(&subject)?;
        }
        Ok(self.enrolled(subject)?)
    }

    fn check_texts(&self, enrol: &Enrol) -> Taken<()> {
        let plain = |text: &str, may_be_empty: bool| {
            text.chars().count() <= TEXT_MAX_CHARS
                && !text.chars().any(char::is_control)
                && (may_be_empty || !text.trim().is_empty())
        };
        let wrong = if !Subject::id_is_usable(enrol.host_name.trim()) {
            Some("host_name")
        } else if !plain(&enrol.machine, false) {
            Some("machine")
        } else if !SYSTEMS.contains(&enrol.system.as_str()) {
            Some("system")
        } else if !plain(&enrol.version, true) {
            Some("version")
        } else {
            None
        };
        wrong.map_or(Ok(()), |field| Err(self.refused_document(field)))
    }

    fn enrolled_before(&self, known: &Agent, code: &Enrolment, signed: &Signed) -> Taken<Enrolled> {
        if known.revoked_at.is_some() {
            return Err(self.refused(Refusal::Revoked));
        }
        if known.enrolment != code.id {
            return Err(self.refused(Refusal::Code));
        }
        // It may come again before anything else was said; later, it is an old message.
        if signed.count < known.count {
            return Err(self.refused_with_count(known.count));
        }
        Ok(self.enrolled(known.subject.clone())?)
    }

    fn enrolled(&self, subject: Subject) -> Result<Enrolled> {
        let company = self.company()?.name;
        Ok(Enrolled { subject, interval_secs: INTERVAL_SECS, now: self.now(), company })
    }

    /// Writes the agent down. What it takes the place of is revoked: the same machine's former key, and with a code for
    /// one subject whatever reported on it before.
    fn join(&self, new: &NewAgent, code: &Enrolment, now: At) -> Taken<()> {
        let caller = caller(&new.subject);
        let act = store::Act {
            at: now,
            caller: &caller,
            action: "agent.join",
            object: new.subject.to_string(),
            detail: format!(
                "key {}, code {} of {}, {}",
                KeyId::of(&new.public_key),
                code.id,
                code.by,
                new.system
            ),
        };
        if code.subject.is_none() && self.store.read(|read| taken_by_another(read, new))? {
            return Err(self.refused(Refusal::NameTaken));
        }
        let joined = self.store.change(&act, |change| {
            if !change.use_enrolment(code.id, now)? {
                return Err(NotJoined::Over);
            }
            if code.subject.is_none() && taken_by_another(change, new)? {
                return Err(NotJoined::NameTaken);
            }
            for former in change.agents_of(&new.subject)?.iter().filter(|agent| agent.revoked_at.is_none()) {
                change.revoke_agent(former.key, now)?;
            }
            change.see_subject(&new.subject, "", now)?;
            change.add_agent(new, now)?;
            Ok(())
        });
        joined.map_err(|not| match not {
            NotJoined::Over => self.refused(Refusal::Code),
            NotJoined::NameTaken => self.refused(Refusal::NameTaken),
            NotJoined::Failed(error) => NotTaken::Failed(AppError::from(error)),
        })
    }

    pub(super) fn is_retired(&self, subject: &Subject) -> Result<bool> {
        Ok(self.store.read(|read| read.subject(subject))?.and_then(|line| line.retired_at).is_some())
    }
}

/// Why a machine could not be written down after all.
enum NotJoined {
    Over,
    NameTaken,
    Failed(StoreError),
}

impl From<StoreError> for NotJoined {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Whether a name is not to be had with a code for many: another machine has it; an administrator revoked the agent it
/// had, which an open code must not undo; or people spoke for it, whom a machine that takes its name would contradict.
/// A code for that one machine says that an administrator means it.
fn taken_by_another(read: &Read<'_>, new: &NewAgent) -> store::Result<bool> {
    let known = read.agents_of(&new.subject)?;
    let mut reporting = known.iter().filter(|agent| agent.revoked_at.is_none()).peekable();
    if reporting.peek().is_some() {
        return Ok(reporting.any(|agent| !same_machine(&agent.machine, &new.machine)));
    }
    Ok(!known.is_empty() || !read.evidence_of(&new.subject, 1)?.is_empty())
}

/// Whether two marks are of one machine. A mark is two hashes, of the hardware and of the installation, with a slash
/// between; one that could not be read is `-` and tells nothing. Something must be known of both, and differ in nothing.
fn same_machine(one: &str, other: &str) -> bool {
    let (Some(one_halves), Some(other_halves)) = (one.split_once('/'), other.split_once('/')) else {
        return one == other;
    };
    let pairs = [(one_halves.0, other_halves.0), (one_halves.1, other_halves.1)];
    let mut known = pairs.into_iter().filter(|(one, other)| *one != "-" && *other != "-").peekable();
    known.peek().is_some() && known.all(|(one, other)| one == other)
}

fn key_of(enrol: &Enrol) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(&enrol.public_key).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_compared_as_far_as_they_are_known() {
        let check = |one: &str, other: &str, same: bool| {
            assert_eq!(same_machine(one, other), same, "{one} {other}");
            assert_eq!(same_machine(other, one), same, "{other} {one}");
        };
        check("a/b", "a/b", true);
        check("a/b", "a/-", true);
        check("-/b", "a/b", true);
        check("a/b", "a/c", false);
        check("a/b", "c/b", false);
        check("a/-", "-/b", false);
        check("-/-", "-/-", false);
        check("-/-", "a/b", false);
        check("old", "old", true);
        check("old", "a/b", false);
    }
}
