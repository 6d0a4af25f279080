//! Agents on PCs and servers: enrolling them, taking their reports, telling them how their machine stands, revoking them.
//!
//! An agent's message is believed for what it is signed with, not for where it comes from. What it may do is one thing:
//! tell about its own machine. `docs/agent-protocol.md` describes the messages. Knows no HTTP and no TLS.

use std::sync::Mutex;

use model::agent::{KeyId, Refusal, Refused, Signed};
use model::{At, Caller, Lang, Role, Subject};
use ring::signature::{ED25519, UnparsedPublicKey};
use store::Agent;

use crate::{App, AppError, Result};

mod code;
mod confirm;
mod enrol;
mod identity;
mod list;
mod pace;
mod refusal;
mod report;
mod revoke;
mod standing;

pub use code::{DAYS_MAX, Order, Ordered, USES_MAX};
pub use identity::Identity;
pub use list::{Listed, Listing, State, Twice};

/// Seconds between two reports of a machine.
pub const INTERVAL_SECS: u64 = 3_600;
/// A machine that was not heard of for more than so many days is stale.
pub const STALE_DAYS: i64 = 3;
/// A clock that is further off than so many seconds is trouble to tell about.
const CLOCK_TROUBLE_SECS: i64 = 86_400;
/// Trouble is told about for so many days.
const TROUBLE_DAYS: i64 = 7;
/// So many messages with a wrong signature, with none that is right in between, are trouble to tell about.
const FORGED_TOLD: u32 = 3;
/// The same trouble is written down again after so many seconds at the earliest.
const TROUBLE_AGAIN_SECS: i64 = 60;

/// What the server remembers of agents between two messages; nothing of it outlives the process.
#[derive(Default)]
pub(crate) struct Desk {
    identity: Mutex<Option<Identity>>,
    /// Messages of each key.
    reports: pace::Pace<KeyId>,
    /// Bytes of each key.
    bytes: pace::Budget<KeyId>,
    /// Messages in a key's name whose signature did not fit, since the last one whose did.
    forged: pace::Tally<KeyId>,
    /// Messages that were not an agent's, by address.
    strangers: pace::Pace<String>,
}

/// A message as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The path it was sent to.
    pub path: &'a str,
    /// What its `Authorization` header says.
    pub header: &'a str,
    /// Its body.
    pub body: &'a [u8],
    /// The network address it came from.
    pub address: &'a str,
}

/// Why a message was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// It was refused; the agent is told why.
    Refused(Box<Refused>),
    /// Something went wrong here.
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for NotTaken {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The result of an agent's message.
pub type Taken<T> = std::result::Result<T, NotTaken>;

/// As whom an agent acts; the audit chain and the evidence show it.
pub(crate) fn caller(subject: &Subject) -> Caller {
    Caller { name: format!("agent/{}", subject.id), role: Role::Agent, lang: Lang::Ja }
}

impl App {
    /// Looks at a message's header before its body is read: whether the key is known and not revoked.
    ///
    /// # Errors
    /// A refusal, or the database.
    pub fn agent_expected(&self, header: &str, address: &str) -> Taken<()> {
        let signed = self.signed(header, address)?;
        self.agent_of(&signed, address).map(drop)
    }

    fn signed(&self, header: &str, address: &str) -> Taken<Signed> {
        header.parse::<Signed>().map_err(|_| self.stranger(Refusal::Signature, address))
    }

    fn agent_of(&self, signed: &Signed, address: &str) -> Taken<Agent> {
        let agent = self.store.read(|read| read.agent(signed.key))?;
        let agent = agent.ok_or_else(|| self.stranger(Refusal::Unknown, address))?;
        if agent.revoked_at.is_some() {
            return Err(self.refused(Refusal::Revoked));
        }
        Ok(agent)
    }

    /// The agent a message is from: its key known, its signature right, its count higher than any before, and not too
    /// many at once.
    fn authentic(&self, message: Message<'_>) -> Taken<(Agent, Signed)> {
        let signed = self.signed(message.header, message.address)?;
        let agent = self.agent_of(&signed, message.address)?;
        if !signature_fits(&agent.public_key, &signed, message) {
            let refusal = self.stranger(Refusal::Signature, message.address);
            // Who knows a key's short name can say it once or twice; that says nothing about the PC.
            let slowed = matches!(&refusal, NotTaken::Refused(refused) if refused.refusal == Refusal::Busy);
            if !slowed && self.agents.forged.again(&signed.key) >= FORGED_TOLD {
                self.note_trouble(&agent, "signature")?;
            }
            return Err(refusal);
        }
        if signed.count <= agent.count {
            self.note_trouble(&agent, "count")?;
            return Err(self.refused_with_count(agent.count));
        }
        let now = self.now();
        if !self.agents.reports.admits(&signed.key, now, pace::REPORTS) {
            return Err(self.refused(Refusal::Busy));
        }
        if !self.agents.bytes.admits(&signed.key, now, message.body.len() as u64, pace::DAY_MAX_BYTES) {
            self.note_trouble(&agent, "size")?;
            return Err(self.too_much());
        }
        self.agents.forged.clear(&signed.key);
        Ok((agent, signed))
    }

    /// Refuses a message that no agent of ours sent. Whoever sends many of those is told to come later; that holds nobody
    /// else up, at the same address either: a message that is an agent's is never counted here.
    fn stranger(&self, refusal: Refusal, address: &str) -> NotTaken {
        let admitted =
            self.agents.strangers.admits(&pace::neighbourhood(address), self.now(), pace::STRANGERS);
        self.refused(if admitted { refusal } else { Refusal::Busy })
    }

    fn refused(&self, refusal: Refusal) -> NotTaken {
        NotTaken::Refused(Box::new(Refused {
            refusal,
            says: refusal::says(refusal),
            now: self.now(),
            count: None,
        }))
    }

    fn too_much(&self) -> NotTaken {
        NotTaken::Refused(Box::new(Refused {
            refusal: Refusal::Busy,
            says: refusal::too_much(),
            now: self.now(),
            count: None,
        }))
    }

    fn refused_with_count(&self, count: u64) -> NotTaken {
        let refused = Refused {
            refusal: Refusal::Count,
            says: refusal::says(Refusal::Count),
            now: self.now(),
            count: Some(count),
        };
        NotTaken::Refused(Box::new(refused))
    }

    /// A document or message that does not fit, with what is wrong in it.
    fn refused_document(&self, problem: &str) -> NotTaken {
        NotTaken::Refused(Box::new(Refused {
            refusal: Refusal::Document,
            says: refusal::unfit(problem),
            now: self.now(),
            count: None,
        }))
    }

    /// Writes down what is odd about an agent, not more than once a minute.
    fn note_trouble(&self, agent: &Agent, trouble: &'static str) -> Result<()> {
        let now = self.now();
        let known = agent.trouble.as_deref() == Some(trouble)
            && agent.trouble_at.is_some_and(|at| now.unix_secs() - at.unix_secs() < TROUBLE_AGAIN_SECS);
        // What hints at a copied machine is not covered up by lesser things.
        let covers =
            agent.trouble.as_deref() == Some("count") && trouble != "count" && trouble_lasts(agent, now);
        if known || covers {
            return Ok(());
        }
        Ok(self.store.derive(|derive| derive.set_agent_trouble(agent.key, Some(trouble), now))?)
    }
}

/// Whether what was odd about an agent is recent enough to be told.
fn trouble_lasts(agent: &Agent, now: At) -> bool {
    agent.trouble.is_some() && agent.trouble_at.is_some_and(|at| at.days_until(now) < TROUBLE_DAYS)
}

/// Whether the signature of a message is that of a public key.
fn signature_fits(public_key: &[u8], signed: &Signed, message: Message<'_>) -> bool {
    let text =
        Signed::text(message.path, signed.key, signed.count, signed.sent_at, signed.whole, message.body);
    UnparsedPublicKey::new(&ED25519, public_key).verify(&text, &signed.signature).is_ok()
}
