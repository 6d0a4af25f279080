//! Codes by which machines enrol: for one PC, or for many.

use model::agent_code::{AgentCode, PART_BYTES};
use model::{Caller, Subject, SubjectKind};
use sha2::{Digest as _, Sha256};
use store::{Enrolment, NewEnrolment};

use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest a code counts, in days.
pub const DAYS_MAX: i64 = 90;
/// The most machines one code is for.
pub const USES_MAX: u32 = 10_000;
/// The most open codes that are listed.
const OPEN_SHOWN_MAX: u32 = 200;

/// What code is wanted.
#[derive(Clone, Debug)]
pub struct Order {
    /// `device` or `server`.
    pub kind: String,
    /// Whether it is for many, each under its own name on the network.
    pub many: bool,
    /// The id of the one it is for, unless it is for many.
    pub subject: String,
    /// How many machines may use it; of a code for one it is one.
    pub uses: String,
    /// For how many days.
    pub days: String,
}

/// A code that was made. Its text is shown once.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// The text, as people copy it.
    pub code: AgentCode,
    /// What is known of it afterwards.
    pub enrolment: Enrolment,
}

impl App {
    /// Makes a code.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault.
    pub fn order_agent_code(&self, caller: &Caller, order: &Order) -> Result<Ordered> {
        self.allow(caller, Action::AgentEnrol, "enrolment")?;
        let mut findings = Findings::default();
        let kind =
            order.kind.parse().ok().filter(|kind| matches!(kind, SubjectKind::Device | SubjectKind::Server));
        if kind.is_none() {
            findings.add(Invalid::new("kind", "unknown-choice"));
        }
        let subject = Some(order.subject.trim()).filter(|_| !order.many);
        match subject {
            Some("") => findings.add(Invalid::new("subject", "missing")),
            Some(id) if !Subject::id_is_usable(id) => findings.add(Invalid::new("subject", "not-an-id")),
            _ => {}
        }
        let uses = match subject {
            Some(_) => 1,
            None => within(&order.uses, 1, i64::from(USES_MAX), "uses", &mut findings),
        };
        let days = within(&order.days, 1, DAYS_MAX, "days", &mut findings);
        findings.done()?;
        let now = self.now();
        let code = AgentCode::new(random_secret()?, &self.agent_identity()?.certificate_der);
        let new = NewEnrolment {
            code_hash: hash_of(&code.secret),
            kind: kind.unwrap_or(SubjectKind::Device),
            subject: subject.map(str::to_owned),
            uses: u32::try_from(uses).unwrap_or(1),
            by: caller.name.clone(),
            expires_at: now.plus_days(days),
        };
        let whom = subject.map_or_else(|| format!("{} of their own names", new.uses), str::to_owned);
        let detail = format!("code for {} {whom}, until {}", new.kind, new.expires_at);
        let object =
            subject.map_or_else(|| "enrolment".to_owned(), |id| Subject::new(new.kind, id).to_string());
        let id = self.store.change(&self.act(caller, Action::AgentEnrol, &object, &detail), |change| {
            change.add_enrolment(&new, now).map_err(AppError::from)
        })?;
        let enrolment = Enrolment {
            id,
            kind: new.kind,
            subject: new.subject,
            uses_left: new.uses,
            by: new.by,
            created_at: now,
            expires_at: new.expires_at,
            closed_at: None,
        };
        Ok(Ordered { code, enrolment })
    }

    /// The codes by which a machine may still enrol, the newest first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn open_agent_codes(&self, caller: &Caller) -> Result<Vec<Enrolment>> {
        self.allow(caller, Action::Look, "enrolment")?;
        let now = self.now();
        Ok(self.store.read(|read| read.open_enrolments(now, OPEN_SHOWN_MAX))?)
    }

    /// Closes a code before its time.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is over already.
    pub fn close_agent_code(&self, caller: &Caller, id: i64) -> Result<()> {
        let object = format!("enrolment/{id}");
        self.allow(caller, Action::AgentEnrol, &object)?;
        let now = self.now();
        self.store.change(&self.act(caller, Action::AgentEnrol, &object, "code closed"), |change| {
            if change.close_enrolment(id, now)? { Ok(()) } else { Err(AppError::NotFound("enrolment")) }
        })
    }
}

fn within(text: &str, least: i64, most: i64, field: &str, findings: &mut Findings) -> i64 {
    let number = text.trim().parse::<i64>().ok().filter(|number| (least..=most).contains(number));
    number.unwrap_or_else(|| {
        findings.add(Invalid::new(field, "not-a-count").with(format!("{least}–{most}")));
        least
    })
}

/// What is kept of a secret: nobody finds 80 random bits from their hash.
pub(super) fn hash_of(secret: &[u8; PART_BYTES]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

fn random_secret() -> Result<[u8; PART_BYTES]> {
    let mut secret = [0; PART_BYTES];
    getrandom::fill(&mut secret)
        .map_err(|error| AppError::Internal(format!("no random numbers from the system: {error}")))?;
    Ok(secret)
}
