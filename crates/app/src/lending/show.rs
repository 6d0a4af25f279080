//! Who has which PC; and everything about one lending.

use model::decision::Day;
use model::facts::{Antivirus, LendingKind, Os, UpdateKind, Updates};
use model::{Caller, Subject, SubjectKind};
use store::{Record, SubjectLine};

use super::{Baseline, Drift, KIND, Lending, Side};
use crate::{Action, App, AppError, Result};

/// How many days before lending a system may have been set up to count as fresh.
const FRESH_DAYS_MAX: i64 = 31;

/// A lending in the list.
#[derive(Clone, Debug)]
pub struct LendingLine {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub lending: Lending,
    /// The person's name.
    pub person_name: String,
    /// How many programs came without approval; `None` when that is not known.
    pub unapproved: Option<usize>,
}

/// A PC and its lending.
#[derive(Clone, Debug)]
pub struct LentDevice {
    /// The PC.
    pub line: SubjectLine,
    /// The lending that lasts.
    pub shown: Option<ShownLending>,
    /// Where what the administrator ticked, or would tick, is not what the PC says.
    pub doubts: Vec<Doubt>,
    /// Former lendings, the newest first.
    pub former: Vec<Record<Lending>>,
    /// Whom a PC can be lent to.
    pub people: Vec<SubjectLine>,
}

/// A lending with what belongs to it.
#[derive(Clone, Debug)]
pub struct ShownLending {
    /// The lending.
    pub record: Record<Lending>,
    /// The person's name.
    pub person_name: String,
    /// The frozen list.
    pub baseline: Option<Baseline>,
    /// What changed since.
    pub drift: Option<Drift>,
    /// The seal over what there is to sign; `None` before a list is frozen.
    pub seal: Option<String>,
}

/// What the PC says about something the administrator confirms, when it is not a plain yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Which tick: `fresh_system`, `patched`, `antivirus`.
    pub about: &'static str,
    /// The last part of the locale key `lending-doubt-…`.
    pub why: &'static str,
    /// A count or days to say.
    pub number: i64,
}

impl App {
    /// Every lending that lasts, and those that ended with something still to do; the urgent ones first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn lendings(&self, caller: &Caller) -> Result<Vec<LendingLine>> {
        self.allow(caller, Action::Look, "lendings")?;
        let all: Vec<Record<Lending>> = self.store.read(|read| read.records(KIND))?;
        let open = |record: &Record<Lending>| record.value.end.as_ref().is_none_or(|end| end.open() > 0);
        let mut lines = Vec::new();
        for record in all.into_iter().filter(open) {
            let unapproved = match record.value.end {
                Some(_) => None,
                None => self.drift_of(&record.value)?.map(|drift| drift.unapproved.len()),
            };
            lines.push(LendingLine {
                id: record.id,
                person_name: self.person_name(&record.value.person)?,
                unapproved,
                lending: record.value,
            });
        }
        // What is missing first, then what somebody has to do something about, then the rest; each by PC.
        let urgency = |line: &LendingLine| match &line.lending.end {
            Some(end) if end.kind.is_missing() => 0,
            Some(_) => 1,
            None if line.unapproved.is_some_and(|count| count > 0) => 2,
            None if !line.lending.is_signed() => 3,
            None => 4,
        };
        lines.sort_by(|a, b| (urgency(a), &a.lending.device).cmp(&(urgency(b), &b.lending.device)));
        Ok(lines)
    }

    /// A PC with its lending.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn lent_device(&self, caller: &Caller, device: &str) -> Result<LentDevice> {
        let subject = Subject::new(SubjectKind::Device, device);
        self.allow(caller, Action::Look, &subject.to_string())?;
        let (line, all, people) = self.store.read(|read| {
            let line = read.subject(&subject)?.ok_or(AppError::NotFound("device"))?;
            let all: Vec<Record<Lending>> = read.records(KIND)?;
            Ok::<_, AppError>((line, all, read.subjects(SubjectKind::Person)?))
        })?;
        let own = all.into_iter().filter(|record| record.value.device == device);
        let (mut former, mut lasting): (Vec<_>, Vec<_>) = own.partition(|record| record.value.end.is_some());
        former.sort_by_key(|record| std::cmp::Reverse(record.id));
        let shown = lasting.pop().map(|record| self.shown_lending(record)).transpose()?;
        Ok(LentDevice {
            doubts: self.doubts(&subject, shown.as_ref().map(|shown| &shown.record.value))?,
            line,
            shown,
            former,
            people: people.into_iter().filter(|person| person.retired_at.is_none()).collect(),
        })
    }

    /// A lending as the user it is lent to sees it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for another person's.
    pub fn own_lending(&self, caller: &Caller, id: u64) -> Result<ShownLending> {
        self.allow(caller, Action::OwnLook, &format!("lending/{id}"))?;
        let record = self.lending_of_caller(caller, id)?;
        self.shown_lending(record)
    }

    /// A lending that lasts, for the sheet that is signed on paper.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn lending_sheet(&self, caller: &Caller, id: u64) -> Result<ShownLending> {
        self.allow(caller, Action::Look, &format!("lending/{id}"))?;
        let record = self.lasting_lending(id)?;
        self.shown_lending(record)
    }

    /// What the person of an account still has to sign: number and PC of each lending.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn lendings_to_sign(&self, caller: &Caller) -> Result<Vec<(u64, String)>> {
        self.allow(caller, Action::OwnLook, "lendings")?;
        let account = self.store.read(|read| read.account_by_login(&caller.name))?;
        let Some(person) = account.and_then(|account| account.person) else { return Ok(Vec::new()) };
        let all: Vec<Record<Lending>> = self.store.read(|read| read.records(KIND))?;
        let waits = |lending: &Lending| {
            lending.person == person
                && lending.end.is_none()
                && lending.baseline.is_some()
                && lending.signature(Side::User).is_none()
        };
        Ok(all
            .into_iter()
            .filter(|record| waits(&record.value))
            .map(|record| (record.id, record.value.device))
            .collect())
    }

    fn shown_lending(&self, record: Record<Lending>) -> Result<ShownLending> {
        let baseline = record.value.baseline.map(|id| self.baseline(id)).transpose()?.flatten();
        Ok(ShownLending {
            person_name: self.person_name(&record.value.person)?,
            baseline: baseline.map(|record| record.value),
            drift: self.drift_of(&record.value)?,
            seal: self.seal_of(&record.value)?,
            record,
        })
    }

    pub(super) fn person_name(&self, id: &str) -> Result<String> {
        let person = Subject::new(SubjectKind::Person, id);
        let line = self.store.read(|read| read.subject(&person))?;
        Ok(line.map_or_else(|| id.to_owned(), |line| line.name))
    }

    /// What the PC says against the ticks.
    fn doubts(&self, device: &Subject, lending: Option<&Lending>) -> Result<Vec<Doubt>> {
        let mut doubts = Vec::new();
        let lent = lending.map_or_else(|| Day::of(self.now()), |lending| lending.lent);
        let os: Option<Os> = self.section_as(device, "os")?;
        match os.and_then(|os| os.installed_at) {
            None => doubts.push(Doubt { about: "fresh_system", why: "install-unknown", number: 0 }),
            Some(at) => {
                let days = Day::of(at).days_until(lent);
                let fresh = lending.is_none_or(|lending| lending.kind == LendingKind::Fresh);
                if fresh && days > FRESH_DAYS_MAX {
                    doubts.push(Doubt { about: "fresh_system", why: "install-old", number: days });
                }
            }
        }
        let updates: Option<Updates> = self.section_as(device, "updates")?;
        match updates.and_then(|updates| updates.pending) {
            None => doubts.push(Doubt { about: "patched", why: "updates-unknown", number: 0 }),
            Some(pending) => {
                let open = pending.iter().filter(|update| update.kind == Some(UpdateKind::Security)).count();
                if open > 0 {
                    doubts.push(Doubt { about: "patched", why: "updates-open", number: open as i64 });
                }
            }
        }
        let antivirus: Option<Antivirus> = self.section_as(device, "antivirus")?;
        match antivirus.and_then(|antivirus| antivirus.products) {
            None => doubts.push(Doubt { about: "antivirus", why: "antivirus-unknown", number: 0 }),
            Some(products) => {
                let yes = |flag: Option<bool>| flag == Some(true);
                let good =
                    products.iter().any(|product| yes(product.enabled) && yes(product.definitions_current));
                if !good {
                    doubts.push(Doubt { about: "antivirus", why: "antivirus-off", number: 0 });
                }
            }
        }
        Ok(doubts)
    }

    /// A section as its type; `None` when it was not read.
    pub(super) fn section_as<T: serde::de::DeserializeOwned>(
        &self,
        subject: &Subject,
        section: &str,
    ) -> Result<Option<T>> {
        let Some(value) = self.section_of(subject, section)? else { return Ok(None) };
        serde_json::from_value(value)
            .map(Some)
            .map_err(|error| AppError::Internal(format!("stored section {section}: {error}")))
    }
}
