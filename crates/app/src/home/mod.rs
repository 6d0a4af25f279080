//! The home of a person as a subject: how the lent PC reaches the Internet there, Wi-Fi, router, the other devices.
//!
//! A home's id is its person's id. What the person says is an attestation; with a screenshot of its own, or said or
//! confirmed by the administrator, it is a record; what the lent PC measured counts above both (5.2, requirements 5.2.2 to 5.2.4).

mod agree;
mod choice;
mod confirm;
mod device;
mod due;
mod filter;
mod list;
mod measured;
mod router;
mod show;
mod wifi;

use model::{Caller, Role, Source, Subject, SubjectKind};
use serde_json::{Map, Value};

use crate::attachment::{Given, Proof, Upload};
use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

pub use choice::{AnswerWord, KeyWord, WifiWord};
pub use device::{DEVICES_MAX, DeviceForm, KINDS, Report, kind_name};
pub use due::{Due, REPORT_DAYS, ROUTER_DAYS};
pub use list::{HomeLine, Homes};
pub use measured::{Contradiction, SeenNetwork};
pub use router::RouterForm;
pub use show::{HomeDevice, Procedure, ShownHome, Told};
pub(crate) use show::{told, verdicts};
pub use wifi::WifiForm;

/// The procedures a person agrees to for the own home: of the wireless key (5.2.2) and the router (5.2.3).
pub const PROCEDURES: [&str; 2] = ["wifi-key", "home-router"];

/// Whose home, and who tells.
pub(crate) struct Teller {
    pub(crate) home: Subject,
    pub(crate) person: String,
    pub(crate) source: Source,
    pub(crate) action: Action,
}

impl App {
    /// The one person a caller asks about: `person`, or the caller's own when it is empty.
    ///
    /// # Errors
    /// [`AppError::Denied`] for somebody else's home when the caller is not to see everything; [`AppError::NotFound`].
    pub(crate) fn person_seen(&self, caller: &Caller, person: &str) -> Result<String> {
        self.allow(caller, Action::OwnLook, "home")?;
        if person.is_empty() {
            return self.person_of(caller);
        }
        self.allow(caller, Action::Look, &format!("home/{person}"))?;
        let subject = Subject::new(SubjectKind::Person, person);
        let known = self.store.read(|read| read.subject(&subject))?.is_some();
        let home = Subject::new(SubjectKind::Home, person);
        let known = known || self.store.read(|read| read.subject(&home))?.is_some();
        if known { Ok(person.to_owned()) } else { Err(AppError::NotFound("person")) }
    }

    /// Who tells about a home: its person, or the administrator in the person's place.
    ///
    /// # Errors
    /// As [`App::person_seen`].
    pub(crate) fn teller(&self, caller: &Caller, person: &str) -> Result<Teller> {
        let of = |person: String, source, action| Teller {
            home: Subject::new(SubjectKind::Home, &person),
            person,
            source,
            action,
        };
        if person.is_empty() {
            self.allow(caller, Action::OwnReport, "home")?;
            let own = self.person_of(caller)?;
            // The administrator's own home is looked at like everybody's: a word alone.
            return Ok(of(own, Source::Attest, Action::OwnReport));
        }
        self.allow(caller, Action::HomeSave, &format!("home/{person}"))?;
        debug_assert_eq!(caller.role, Role::Administrator, "nobody else may save homes");
        let person = self.person_seen(caller, person)?;
        Ok(of(person, Source::Record, Action::HomeSave))
    }

    /// The name a home bears when it is first spoken of.
    pub(crate) fn home_name(&self, person: &str) -> Result<String> {
        let subject = Subject::new(SubjectKind::Person, person);
        let line = self.store.read(|read| read.subject(&subject))?;
        Ok(line.map(|line| format!("{}の自宅", line.name)).unwrap_or_default())
    }

    /// States the sections of a form with its screenshots, everything or nothing. A section with a screenshot of its own
    /// is a record; every other stays what its teller's word is.
    ///
    /// # Errors
    /// As [`App::state`].
    pub(crate) fn tell(
        &self,
        caller: &Caller,
        teller: &Teller,
        (subject, name): (Subject, String),
        (facts, proved): (Map<String, Value>, &[&str]),
        (proofs, what): (&[Given<'_>], &str),
    ) -> Result<()> {
        let mut detail = what.to_owned();
        for given in proofs {
            detail += &store::attachment::proof_mark(&given.id);
        }
        let at = self.after_last_word(&subject, &facts, self.now())?;
        let is_proved =
            |section: &str| proved.contains(&section) || proofs.iter().any(|given| given.section == section);
        let (records, words): (Map<_, _>, Map<_, _>) =
            facts.into_iter().partition(|(section, _)| is_proved(section));
        // The administrator's own word is as good as a record: then it is one statement.
        let parts = if teller.source == Source::Record {
            vec![(Source::Record, records.into_iter().chain(words).collect())]
        } else {
            vec![(Source::Record, records), (teller.source, words)]
        };
        let stated = parts
            .into_iter()
            .filter(|(_, facts): &(Source, Map<String, Value>)| !facts.is_empty())
            .map(|(source, facts)| Statement {
                subject: subject.clone(),
                name: name.clone(),
                source,
                facts,
                detail: detail.clone(),
            })
            .collect();
        self.state_proved(caller, teller.action, stated, proofs, at)?;
        Ok(())
    }
}

/// A form's optional file, looked at.
pub(crate) fn proof_of(
    findings: &mut Findings,
    field: &'static str,
    upload: Option<&Upload>,
) -> Option<Proof> {
    match Proof::of(field, upload?) {
        Ok(proof) => Some(proof),
        Err(invalid) => {
            findings.add(invalid);
            None
        }
    }
}

/// Yes, no, or not known; anything else is a mistake.
pub(crate) fn answer(findings: &mut Findings, field: &str, text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        "unknown" => None,
        _ => {
            findings.add(Invalid::new(field, "unknown-choice"));
            None
        }
    }
}

/// How many characters something secret has; never the secret itself.
pub(crate) fn length(findings: &mut Findings, field: &str, text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        findings.add(Invalid::new(field, "missing"));
        return None;
    }
    // Somebody may type the secret itself: it must not be said back nor kept, so only the field is named.
    match text.parse::<i64>() {
        Ok(length) if (1..=128).contains(&length) => Some(length),
        _ => {
            findings.add(Invalid::new(field, "not-a-length"));
            None
        }
    }
}

/// A day that is past or today, as its first instant in Japan.
pub(crate) fn past_day(
    findings: &mut Findings,
    field: &str,
    text: &str,
    now: model::At,
) -> Option<model::At> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let Ok(day) = text.parse::<model::decision::Day>() else {
        findings.add(Invalid::new(field, "not-a-day"));
        return None;
    };
    if model::decision::Day::of(now).days_until(day) > 0 {
        findings.add(Invalid::new(field, "day-ahead"));
        return None;
    }
    format!("{day}T00:00:00+09:00").parse().ok()
}
