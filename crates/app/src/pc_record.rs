//! What only a person can tell about a PC: the local Administrator's password (5.1.9), mail scanning as it was seen
//! (5.1.6), the review of shares (6.2.1), whether important information is handled on it (5.2.4).
//!
//! A password made here is shown once and kept nowhere.

use model::facts::{Accounts, Importance, LapsKind, LocalAdministrator, MailScanning, Review};
use model::{At, Caller, Source, Subject, SubjectKind};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::SubjectLine;

use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result, token};

/// The longest name and place.
const PLACE_MAX: usize = 200;
/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// Letters of a password that is made, and of each of its groups: 118 bits.
const PASSWORD_LETTERS: usize = 24;
const PASSWORD_GROUP: usize = 4;

/// Something that was recorded, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded<T> {
    /// What was said.
    pub value: T,
    /// When.
    pub at: At,
}

/// What is recorded about a PC.
#[derive(Clone, Debug)]
pub struct PcRecords {
    /// The PC.
    pub line: SubjectLine,
    /// How the local Administrator's password is kept.
    pub local_administrator: Option<Recorded<LocalAdministrator>>,
    /// Mail scanning as it was seen.
    pub mail_scanning: Option<Recorded<MailScanning>>,
    /// The last review of shares.
    pub sharing_review: Option<Recorded<Review>>,
    /// Whether important information is handled on it.
    pub importance: Option<Recorded<Importance>>,
    /// Until when the password LAPS set is good; `None` where no LAPS was read.
    pub laps: Option<Option<At>>,
}

/// One of the forms, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PcRecordForm {
    /// Which: the section's name.
    pub what: String,
    /// Unique, enabled, clean or important.
    pub yes: bool,
    /// Who keeps the password.
    pub managed_by: String,
    /// Where it is kept.
    pub kept_where: String,
    /// Whether a screenshot was kept.
    pub screenshot: bool,
    /// What was noted.
    pub note: String,
}

impl App {
    /// What is recorded about a PC.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn pc_records(&self, caller: &Caller, device: &Subject) -> Result<PcRecords> {
        self.allow(caller, Action::Look, &device.to_string())?;
        let line = self.store.read(|read| read.subject(device))?.ok_or(AppError::NotFound("device"))?;
        let accounts: Option<Recorded<Accounts>> = self.recorded(device, "accounts")?;
        let laps = accounts
            .and_then(|accounts| accounts.value.laps)
            .filter(|laps| laps.kind.is_some_and(|kind| kind != LapsKind::None))
            .map(|laps| laps.expires_at);
        Ok(PcRecords {
            line,
            local_administrator: self.recorded(device, "local_administrator")?,
            mail_scanning: self.recorded(device, "mail_scanning")?,
            sharing_review: self.recorded(device, "sharing_review")?,
            importance: self.recorded(device, "importance")?,
            laps,
        })
    }

    fn recorded<T: DeserializeOwned>(&self, device: &Subject, section: &str) -> Result<Option<Recorded<T>>> {
        let sections = self.store.read(|read| read.sections(device, Some(&[section])))?;
        let Some(found) = sections.into_iter().next() else { return Ok(None) };
        let Some(value) = found.value else { return Ok(None) };
        let value = serde_json::from_value(value)
            .map_err(|error| AppError::Internal(format!("stored section {section}: {error}")))?;
        Ok(Some(Recorded { value, at: found.evidence.collected_at }))
    }

    /// Records one thing about a PC.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::NotFound`].
    pub fn keep_pc_record(&self, caller: &Caller, device: &Subject, form: &PcRecordForm) -> Result<()> {
        self.allow(caller, Action::PcRecordSave, &device.to_string())?;
        if device.kind != SubjectKind::Device {
            return Err(AppError::NotFound("device"));
        }
        self.store.read(|read| read.subject(device))?.ok_or(AppError::NotFound("device"))?;
        let by = self.name_of(caller)?;
        let mut findings = Findings::default();
        let value = match form.what.as_str() {
            "local_administrator" => json(&LocalAdministrator {
                unique: Some(form.yes),
                managed_by: Some(findings.text("managed_by", &form.managed_by, PLACE_MAX)),
                kept_where: Some(findings.text("kept_where", &form.kept_where, PLACE_MAX)),
            }),
            "mail_scanning" => json(&MailScanning {
                enabled: Some(form.yes),
                seen_by: Some(by),
                screenshot: Some(form.screenshot),
            }),
            "sharing_review" => json(&Review {
                by: Some(by),
                at: Some(self.now()),
                clean: Some(form.yes),
                note: Some(findings.optional("note", &form.note, NOTE_MAX)),
            }),
            "importance" => json(&Importance { important: Some(form.yes) }),
            _ => {
                findings.add(Invalid::new("what", "unknown-choice"));
                Ok(Value::Null)
            }
        }?;
        findings.done()?;
        let mut facts = Map::new();
        facts.insert(form.what.clone(), value);
        let subject = device.clone();
        let detail = format!("{} recorded", form.what);
        let statement = Statement { subject, name: String::new(), source: Source::Record, facts, detail };
        self.state(caller, Action::PcRecordSave, statement)?;
        Ok(())
    }

    /// A password for the local Administrator of one PC, in groups that can be typed off a sheet. It is kept nowhere.
    ///
    /// # Errors
    /// The caller may not, or the system gives no random numbers.
    pub fn make_local_password(&self, caller: &Caller, device: &Subject) -> Result<String> {
        self.allow(caller, Action::PcRecordSave, &device.to_string())?;
        loop {
            let letters = token::random(PASSWORD_LETTERS)?;
            // Windows' rule of complexity: capitals, figures, and the hyphens between the groups.
            if letters.chars().any(|letter| letter.is_ascii_digit()) {
                let letters: Vec<char> = letters.chars().collect();
                let groups: Vec<String> =
                    letters.chunks(PASSWORD_GROUP).map(|group| group.iter().collect()).collect();
                return Ok(groups.join("-"));
            }
        }
    }
}

fn json(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| AppError::Internal(format!("stated facts: {error}")))
}
