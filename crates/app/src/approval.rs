//! Approved exceptions of a PC: remote desktop, USB memory, a program, another encryption. Each ends by itself.

use model::decision::Day;
use model::facts::{Approval, ApprovalKind};
use model::{Caller, Source, Subject, SubjectKind};
use serde_json::Map;

use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// The section that holds them.
const SECTION: &str = "approvals";
/// The longest text that says what is approved.
const DETAIL_MAX: usize = 200;
/// The longest an approval lasts, in days.
const DAYS_MAX: i64 = 366;
/// The most approvals of one PC, and the most given at once.
const APPROVALS_MAX: usize = 200;

/// The kinds with their names.
pub const KINDS: [(ApprovalKind, &str); 4] = [
    (ApprovalKind::Software, "software"),
    (ApprovalKind::RemoteDesktop, "remote_desktop"),
    (ApprovalKind::UsbStorage, "usb_storage"),
    (ApprovalKind::Encryption, "encryption"),
];

/// The form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalForm {
    /// The kind's name.
    pub kind: String,
    /// What is approved, one approval each.
    pub details: Vec<String>,
    /// Until which day.
    pub until: String,
}

/// An approval with whether it still lasts.
#[derive(Clone, Debug)]
pub struct ApprovalLine {
    /// What it says.
    pub approval: Approval,
    /// Its kind's name.
    pub kind: &'static str,
    /// Whether it lasts.
    pub lasts: bool,
}

impl App {
    /// The approvals of a PC, those that last first.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn approvals(&self, caller: &Caller, device: &Subject) -> Result<Vec<ApprovalLine>> {
        self.allow(caller, Action::Look, &device.to_string())?;
        self.store.read(|read| read.subject(device))?.ok_or(AppError::NotFound("subject"))?;
        let now = self.now();
        let mut lines: Vec<ApprovalLine> = self
            .stated_approvals(device)?
            .into_iter()
            .map(|approval| ApprovalLine {
                kind: KINDS
                    .iter()
                    .find(|(kind, _)| Some(*kind) == approval.kind)
                    .map_or("software", |(_, name)| name),
                lasts: approval.expires_at.is_none_or(|until| until > now),
                approval,
            })
            .collect();
        lines.sort_by_key(|line| (!line.lasts, line.approval.expires_at));
        Ok(lines)
    }

    /// Approves something for a PC, until the end of a day.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::NotFound`].
    pub fn approve(&self, caller: &Caller, device: &Subject, form: &ApprovalForm) -> Result<()> {
        self.allow(caller, Action::ApprovalSave, &device.to_string())?;
        if device.kind != SubjectKind::Device {
            return Err(AppError::NotFound("device"));
        }
        self.store.read(|read| read.subject(device))?.ok_or(AppError::NotFound("device"))?;
        let now = self.now();
        let today = Day::of(now);
        let mut findings = Findings::default();
        let kind = KINDS.iter().find(|(_, name)| *name == form.kind).map(|(kind, _)| *kind);
        if kind.is_none() {
            findings.add(Invalid::new("kind", "unknown-choice"));
        }
        let until = match form.until.trim().parse::<Day>() {
            Err(_) => {
                findings.add(Invalid::new("until", "not-a-day"));
                today
            }
            Ok(day) => {
                if day < today {
                    findings.add(Invalid::new("until", "in-the-past"));
                } else if today.days_until(day) > DAYS_MAX {
                    findings.add(Invalid::new("until", "too-far").with(DAYS_MAX));
                }
                day
            }
        };
        let mut all = self.stated_approvals(device)?;
        // Over for more than a year: the documents still say that it was.
        all.retain(|own| own.expires_at.is_none_or(|end| end > now.plus_days(-DAYS_MAX)));
        // Midnight in Japan after the last day.
        let expires_at = format!("{}T00:00:00+09:00", until.plus_days(1)).parse().ok();
        if form.details.iter().all(|detail| detail.trim().is_empty()) {
            findings.add(Invalid::new("detail", "missing"));
        }
        let by = self.name_of(caller)?;
        let details = form.details.iter().filter(|detail| !detail.trim().is_empty());
        for detail in details.take(APPROVALS_MAX) {
            let detail = findings.text("detail", detail, DETAIL_MAX);
            all.retain(|own| own.kind != kind || own.detail.as_deref() != Some(detail.as_str()));
            all.push(Approval { kind, detail: Some(detail), approved_by: Some(by.clone()), expires_at });
        }
        if all.len() > APPROVALS_MAX {
            findings.add(Invalid::new("detail", "list-full").with(APPROVALS_MAX));
        }
        findings.done()?;
        self.state_approvals(caller, device, &all, &format!("{} approved until {until}", form.kind))
    }

    /// Ends an approval at once.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn end_approval(&self, caller: &Caller, device: &Subject, kind: &str, detail: &str) -> Result<()> {
        self.allow(caller, Action::ApprovalSave, &device.to_string())?;
        let kind = KINDS.iter().find(|(_, name)| *name == kind).map(|(kind, _)| *kind);
        let mut all = self.stated_approvals(device)?;
        let now = self.now();
        let found = all.iter_mut().find(|own| own.kind == kind && own.detail.as_deref() == Some(detail));
        found.ok_or(AppError::NotFound("approval"))?.expires_at = Some(now);
        self.state_approvals(caller, device, &all, "approval ended")
    }

    fn stated_approvals(&self, device: &Subject) -> Result<Vec<Approval>> {
        let Some(value) = self.section_of(device, SECTION)? else { return Ok(Vec::new()) };
        serde_json::from_value(value)
            .map_err(|error| AppError::Internal(format!("stored approvals: {error}")))
    }

    fn state_approvals(
        &self,
        caller: &Caller,
        device: &Subject,
        all: &[Approval],
        detail: &str,
    ) -> Result<()> {
        let value = serde_json::to_value(all)
            .map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
        let mut facts = Map::new();
        facts.insert(SECTION.to_owned(), value);
        self.state(
            caller,
            Action::ApprovalSave,
            Statement {
                subject: device.clone(),
                name: String::new(),
                source: Source::Record,
                facts,
                detail: detail.to_owned(),
            },
        )?;
        self.drift_came(caller, device)
    }
}
