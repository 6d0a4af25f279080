//! A lent PC comes back, or does not: what has to be done, ticked off one by one.

use model::asset::Secrecy;
use model::decision::Day;
use model::facts::{LapsKind, Protection, ProtectorKind, Volume};
use model::{At, Caller, Subject, SubjectKind};
use store::Record;

use super::{End, EndKind, KIND, Lending, Task};
use crate::error::{Findings, Invalid};
use crate::recovery_key::same_id;
use crate::{Action, App, AppError, Result};

/// The task to revoke the key of the PC's agent.
const AGENT_KEY: &str = "agent-key";
/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// Days until the first and the full report of a leak of personal data, and the full one after an attack (Act on the
/// Protection of Personal Information, article 26; Enforcement Rules, articles 7 and 8).
const FIRST_REPORT_DAYS: i64 = 3;
const FULL_REPORT_DAYS: i64 = 30;
const FULL_REPORT_ATTACK_DAYS: i64 = 60;

/// The form that ends a lending, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndForm {
    /// The version the writer saw.
    pub after: u32,
    /// `returned`, `lost` or `stolen`.
    pub kind: String,
    /// The day.
    pub on: String,
    /// What is known.
    pub note: String,
    /// Take a PC that came back out of judging; one that is missing always leaves it.
    pub retire: bool,
}

/// An ended lending.
#[derive(Clone, Debug)]
pub struct EndedLending {
    /// Its record.
    pub record: Record<Lending>,
    /// The person's name.
    pub person_name: String,
}

/// What is known of a PC when its lending ends: what the tasks are made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Drives as they were last read: letter, and whether the encryption protected.
    pub drives: Vec<(String, bool)>,
    /// When that was; absent when the drives were never read.
    pub read_at: Option<At>,
    /// Ids of its recovery passwords.
    pub key_ids: Vec<String>,
    /// Whether LAPS changes the local Administrator's password.
    pub laps: bool,
    /// Whether it is in a domain.
    pub domain: bool,
    /// Information assets that touch it: name, and whether they are secret or about people.
    pub assets: Vec<(String, bool)>,
    /// Whether one of them holds personal data.
    pub personal: bool,
}

impl App {
    /// Ends a lending; gives the list of what has to be done. A missing PC leaves judging, one that
    /// came back when the form says so.
    ///
    /// # Errors
    /// [`AppError::Invalid`], [`AppError::Conflict`], [`AppError::NotFound`].
    pub fn end_lending(&self, caller: &Caller, id: u64, form: &EndForm) -> Result<EndKind> {
        self.allow(caller, Action::LendingSave, &format!("lending/{id}"))?;
        let record = self.lasting_lending(id)?;
        let mut findings = Findings::default();
        let today = Day::of(self.now());
        let kind = EndKind::from_name(&form.kind).unwrap_or_else(|| {
            findings.add(Invalid::new("kind", "unknown-choice"));
            EndKind::Returned
        });
        let on = form.on.trim().parse::<Day>().unwrap_or_else(|_| {
            findings.add(Invalid::new("on", "not-a-day"));
            today
        });
        if on > today {
            findings.add(Invalid::new("on", "day-ahead"));
        }
        if on < record.value.lent {
            findings.add(Invalid::new("on", "before-lending"));
        }
        let note = findings.optional("note", &form.note, NOTE_MAX);
        findings.done()?;
        let device = Subject::new(SubjectKind::Device, record.value.device.clone());
        let mut tasks = tasks(kind, today, &self.left_on(caller, &device)?);
        if kind.is_missing() {
            // What can be done at once is done at once.
            self.revoke_agents_of(caller, &device)?;
            for task in tasks.iter_mut().filter(|task| task.id == AGENT_KEY) {
                task.done_at = Some(self.now());
                task.done_by.clone_from(&caller.name);
            }
        }
        let ended = Lending { end: Some(End { kind, on, note, tasks }), ..record.value };
        self.put_lending(caller, Some((id, form.after)), &ended, kind.name())?;
        if kind.is_missing() || form.retire {
            self.set_subject_retired(caller, &device, true)?;
        }
        Ok(kind)
    }

    /// Ticks a task off, or takes the tick back.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such task; [`AppError::Conflict`].
    pub fn do_lending_task(
        &self,
        caller: &Caller,
        id: u64,
        after: u32,
        place: usize,
        done: bool,
        note: &str,
    ) -> Result<()> {
        self.allow(caller, Action::LendingSave, &format!("lending/{id}"))?;
        let mut findings = Findings::default();
        let note = findings.optional("note", note, NOTE_MAX);
        findings.done()?;
        let record: Option<Record<Lending>> = self.store.read(|read| read.record(KIND, id))?;
        let mut lending = record.filter(|record| !record.gone).ok_or(AppError::NotFound("lending"))?.value;
        let name = self.name_of(caller)?;
        let task = lending.end.as_mut().and_then(|end| end.tasks.get_mut(place));
        let task = task.ok_or(AppError::NotFound("task"))?;
        task.done_at = done.then(|| self.now());
        task.done_by = if done { name } else { String::new() };
        task.note = note;
        let what = format!("{} {}", if done { "did" } else { "opened again" }, task.id);
        self.put_lending(caller, Some((id, after)), &lending, &what)?;
        Ok(())
    }

    /// An ended lending.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn ended_lending(&self, caller: &Caller, id: u64) -> Result<EndedLending> {
        self.allow(caller, Action::Look, &format!("lending/{id}"))?;
        let record: Option<Record<Lending>> = self.store.read(|read| read.record(KIND, id))?;
        let record = record
            .filter(|record| !record.gone && record.value.end.is_some())
            .ok_or(AppError::NotFound("lending"))?;
        Ok(EndedLending { person_name: self.person_name(&record.value.person)?, record })
    }

    /// What is known of a PC at the end.
    fn left_on(&self, caller: &Caller, device: &Subject) -> Result<Left> {
        let sections = self.store.read(|read| read.sections(device, Some(&["volumes"])))?;
        let section = sections.into_iter().next();
        let volumes: Option<Vec<Volume>> = self.section_as(device, "volumes")?;
        let read_at = section.filter(|section| section.value.is_some()).map(|own| own.evidence.collected_at);
        let fixed = volumes.into_iter().flatten().filter(|volume| volume.fixed != Some(false));
        let mut left = Left { read_at, ..Left::default() };
        for volume in fixed {
            left.drives.push((volume.letter.unwrap_or_default(), volume.protection == Some(Protection::On)));
            let keys = volume.protectors.into_iter().flatten();
            left.key_ids.extend(
                keys.filter(|key| key.kind == Some(ProtectorKind::RecoveryPassword)).filter_map(|key| key.id),
            );
        }
        let kept = self.keys_of(&device.to_string())?;
        for id in &mut left.key_ids {
            let record = kept.iter().find(|record| same_id(&record.value.protector_id, id));
            if let Some(record) = record.filter(|record| !record.value.kept_where.is_empty()) {
                *id = format!("{id} – {}", record.value.kept_where);
            }
        }
        let accounts: Option<model::facts::Accounts> = self.section_as(device, "accounts")?;
        let laps = accounts.and_then(|accounts| accounts.laps).and_then(|laps| laps.kind);
        left.laps = laps.is_some_and(|kind| kind != LapsKind::None);
        let host: Option<model::facts::Host> = self.section_as(device, "host")?;
        left.domain = host.and_then(|host| host.domain_joined) == Some(true);
        for line in self.assets_touched_by(caller, device)? {
            let asset = line.record.value;
            let secret = matches!(asset.secrecy, Some(Secrecy::TopSecret));
            left.personal |= asset.personal;
            left.assets.push((asset.name, secret || asset.personal));
        }
        Ok(left)
    }
}

/// What has to be done, in order: what stops a stranger first, then what the law asks, then what is left.
#[must_use]
pub fn tasks(kind: EndKind, today: Day, left: &Left) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    let mut add = |id: &str, about: String, due: Option<Day>| {
        tasks.push(Task {
            id: id.to_owned(),
            about,
            due,
            done_at: None,
            done_by: String::new(),
            note: String::new(),
        });
    };
    let in_days = |days: i64| Some(today.plus_days(days));
    let none = String::new;
    if kind.is_missing() {
        add(AGENT_KEY, none(), Some(today));
        add("vpn", none(), Some(today));
        add("passwords", none(), Some(today));
        add("cloud-sessions", none(), Some(today));
        if left.domain {
            add("computer-account", none(), Some(today));
        }
        if left.laps {
            add("laps", none(), Some(today));
        } else {
            add("local-administrator", none(), Some(today));
        }
        add("encryption", drives(left), Some(today));
        for id in &left.key_ids {
            add("recovery-key", id.clone(), None);
        }
        add("assets", assets(left), Some(today));
        add("logs", none(), in_days(1));
        add(if kind == EndKind::Stolen { "police-stolen" } else { "police-lost" }, none(), in_days(1));
        add("president", none(), Some(today));
        if left.personal || left.drives.iter().any(|(_, protected)| !protected) || left.read_at.is_none() {
            add("leak-first", none(), in_days(FIRST_REPORT_DAYS));
            let full = if kind == EndKind::Stolen { FULL_REPORT_ATTACK_DAYS } else { FULL_REPORT_DAYS };
            add("leak-full", none(), in_days(full));
        }
        add("customers", none(), None);
        add("review", none(), in_days(30));
    } else {
        add("data", none(), None);
        add(AGENT_KEY, none(), None);
        add("vpn", none(), None);
        if left.domain {
            add("computer-account", none(), None);
        }
        add("approvals", none(), None);
        for id in &left.key_ids {
            add("recovery-key", id.clone(), None);
        }
        add("wipe", drives(left), None);
        add("licences", none(), None);
        add("accessories", none(), None);
    }
    tasks
}

fn drives(left: &Left) -> String {
    let shown: Vec<String> = left
        .drives
        .iter()
        .map(|(letter, protected)| format!("{letter} {}", if *protected { "✓" } else { "✗" }))
        .collect();
    match left.read_at {
        Some(at) => format!("{} ({})", shown.join(", "), at.day()),
        None => String::new(),
    }
}

fn assets(left: &Left) -> String {
    let shown: Vec<String> = left
        .assets
        .iter()
        .map(|(name, grave)| if *grave { format!("{name} (!)") } else { name.clone() })
        .collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(kind: EndKind, left: &Left) -> Vec<String> {
        tasks(kind, "2026-11-24".parse().unwrap(), left).into_iter().map(|task| task.id).collect()
    }

    #[test]
    fn a_lost_pc_stops_the_stranger_first() {
        let left = Left {
            drives: vec![("C:".into(), true)],
            read_at: At::from_unix_secs(1_795_521_600),
            key_ids: vec!["{A}".into()],
            laps: true,
            domain: true,
            ..Left::default()
        };
        let lost = ids(EndKind::Lost, &left);
        assert_eq!(lost.first().map(String::as_str), Some("agent-key"));
        assert!(lost.contains(&"laps".to_owned()) && lost.contains(&"police-lost".to_owned()));
        // Encrypted, nothing about people: no report to the authority by itself.
        assert!(!lost.contains(&"leak-first".to_owned()));
        let personal = Left { personal: true, ..left.clone() };
        assert!(ids(EndKind::Lost, &personal).contains(&"leak-first".to_owned()));
        // Whether it was encrypted is not known: then it was not.
        assert!(ids(EndKind::Stolen, &Left::default()).contains(&"leak-first".to_owned()));
    }

    #[test]
    fn the_legal_days_are_counted_from_the_day_it_was_known() {
        let today: Day = "2026-11-24".parse().unwrap();
        let due = |kind, id: &str| {
            let all = tasks(kind, today, &Left::default());
            all.into_iter().find(|task| task.id == id).and_then(|task| task.due).unwrap().to_string()
        };
        assert_eq!(due(EndKind::Lost, "leak-first"), "2026-11-27");
        assert_eq!(due(EndKind::Lost, "leak-full"), "2026-12-24");
        assert_eq!(due(EndKind::Stolen, "leak-full"), "2027-01-23");
    }

    #[test]
    fn a_returned_pc_is_emptied() {
        let returned = ids(EndKind::Returned, &Left::default());
        assert!(returned.contains(&"wipe".to_owned()) && !returned.contains(&"police-lost".to_owned()));
    }
}
