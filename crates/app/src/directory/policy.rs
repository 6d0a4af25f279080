//! Group policy to hand out: for what is not as it should be a change to tick, from what to what, what it may break, in
//! the order in which it is safest to try; then the files. How a change becomes a file is known to
//! `directory::group_policy::write`.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use ::directory::group_policy::write::{self, Commission};
use model::facts::{DomainFacts, PolicyNumber, PolicyReach, PolicySwitch};
use model::{Caller, Outcome, StatementId};

use super::change::{Change, fit_name};
use super::domain::Domain;
use super::table::{Cell, reach_word};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The most bytes of a package.
const PACKAGE_MAX_BYTES: usize = 4 * 1024 * 1024;

/// A change that is offered.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its place in the order of trying, from 1.
    pub place: usize,
    /// The change.
    pub change: Change,
    /// The statements it serves, and how many subjects stand how; those of the catalogue only.
    pub statements: Vec<(StatementId, Option<Outcome>)>,
    /// What group policy says now.
    pub before: Vec<Cell>,
    /// Whether it is to be ticked: a statement is not met, and group policy does not already say so.
    pub wanted: bool,
}

/// What is offered for a domain.
#[derive(Clone, Debug)]
pub struct Offers {
    /// The domain.
    pub domain: Domain,
    /// The changes, in the order of trying.
    pub offers: Vec<Offer>,
}

impl App {
    /// The changes of group policy that serve a domain.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn policy_offers(&self, caller: &Caller, id: &str) -> Result<Offers> {
        let domain = self.domain(caller, id)?;
        self.settle()?;
        let catalog = self.catalog();
        let mut worst: BTreeMap<StatementId, Outcome> = BTreeMap::new();
        for count in self.store.read(|read| read.statement_counts())?.iter().filter(|own| own.count > 0) {
            // Of outcomes the smallest is the worst.
            let own = worst.entry(count.statement.clone()).or_insert(count.outcome);
            *own = (*own).min(count.outcome);
        }
        let offers = Change::all("").into_iter().enumerate().map(|(at, change)| {
            let statements: Vec<(StatementId, Option<Outcome>)> = change
                .statements()
                .iter()
                .map(|id| StatementId((*id).to_owned()))
                .filter(|id| catalog.statement(id).is_some())
                .map(|id| {
                    let own = domain.verdicts.get(&id).map(|verdict| verdict.verdict);
                    let outcome = own.or_else(|| worst.get(&id).copied());
                    (id, outcome)
                })
                .collect();
            let fails = statements.iter().any(|(_, outcome)| *outcome == Some(Outcome::Fail));
            let wanted = fails && said(&change, &domain.facts) != Some(true);
            Offer { place: at + 1, before: before(&change, &domain.facts), statements, wanted, change }
        });
        Ok(Offers { offers: offers.collect(), domain })
    }

    /// The ticked changes as a ZIP file.
    ///
    /// # Errors
    /// [`AppError::Invalid`]: nothing ticked, a name for the Administrator that does not fit, files that cannot be made;
    /// [`AppError::NotFound`].
    pub fn policy_package(
        &self,
        caller: &Caller,
        id: &str,
        names: &[String],
        administrator: &str,
    ) -> Result<Vec<u8>> {
        let object = format!("domain/{id}");
        self.allow(caller, Action::DirectoryPackage, &object)?;
        let domain = self.domain(caller, id)?;
        let administrator = administrator.trim();
        let mut findings = Findings::default();
        let chosen: Vec<Change> = Change::all(administrator)
            .into_iter()
            .filter(|change| names.iter().any(|name| name == change.name()))
            .collect();
        if chosen.is_empty() {
            findings.add(Invalid::new("change", "directory-no-change"));
        }
        let renames = chosen.iter().any(|change| matches!(change, Change::RenameAdministrator(_)));
        if renames && !fit_name(administrator) {
            findings.add(Invalid::new("administrator", "directory-administrator"));
        }
        findings.done()?;
        let words: Vec<&str> = chosen.iter().map(Change::name).collect();
        let dns_name = domain.facts.identity.as_ref().and_then(|own| own.dns_name.clone());
        let today = domain.facts.builtin.as_ref().and_then(|own| own.administrator.as_ref()?.name.clone());
        let mut seed = [0; 16];
        getrandom::fill(&mut seed).map_err(|error| AppError::Internal(error.to_string()))?;
        let files = write::package(&Commission {
            changes: &words,
            administrator: renames.then_some(administrator),
            domain: dns_name.as_deref().unwrap_or(id),
            before: domain.facts.policy_settings.as_deref().unwrap_or_default(),
            rules: domain.facts.password_policy.as_ref(),
            administrator_today: today.as_deref(),
            at: self.now(),
            seed,
        })
        .map_err(|error| Invalid::new("change", "directory-not-written").with(error.to_string()))?;
        let zipped = zipped(&files)?;
        let act = self.act(caller, Action::DirectoryPackage, &object, &words.join(" "));
        self.store.change(&act, |_| Ok::<_, AppError>(()))?;
        Ok(zipped)
    }
}

fn zipped(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>> {
    if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > PACKAGE_MAX_BYTES {
        return Err(AppError::Internal("a package of group policy is larger than it can be".into()));
    }
    let failed = |error: &dyn std::fmt::Display| AppError::Internal(format!("zip: {error}"));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.as_str(), options).map_err(|error| failed(&error))?;
        zip.write_all(bytes).map_err(|error| failed(&error))?;
    }
    Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
}

fn number_said(own: &Option<PolicyNumber>, least: i64) -> Option<bool> {
    let own = own.as_ref()?;
    Some(own.set? && own.value? >= least && own.reaches.as_ref()?.len() >= 3)
}

fn switch_said(own: &Option<PolicySwitch>) -> Option<bool> {
    let own = own.as_ref()?;
    Some(own.set? && own.value? && own.reaches.as_ref()?.len() >= 3)
}

/// Whether the domain already says so; none when that was not read, or only machines know.
fn said(change: &Change, facts: &DomainFacts) -> Option<bool> {
    let policy = facts.policy.clone().unwrap_or_default();
    let password = facts.password_policy.clone().unwrap_or_default();
    let builtin = facts.builtin.clone().unwrap_or_default();
    match change {
        Change::LmLevel => number_said(&policy.lm_compatibility_level, 5),
        Change::NoLmHash => switch_said(&policy.no_lm_hash),
        Change::Smb1Off => {
            Some(switch_said(&policy.smb1_server_off)? && switch_said(&policy.smb1_client_off)?)
        }
        Change::NtlmAudit => Some(
            number_said(&policy.ntlm_audit_receiving, 2)? && number_said(&policy.ntlm_restrict_sending, 1)?,
        ),
        Change::PasswordPolicy => Some(password.min_length? >= 12 && password.complexity?),
        Change::Lockout => {
            let minutes = password.lockout_minutes?;
            Some((1..=10).contains(&password.lockout_threshold?) && (minutes == 0 || minutes >= 30))
        }
        Change::RenameAdministrator(_) => Some(!builtin.administrator?.default_name?),
        Change::GuestOff => Some(!builtin.guest?.enabled?),
        Change::EventLogs | Change::RdpNla | Change::Firewall | Change::DiscoveryOff | Change::Laps => None,
    }
}

/// What the domain says now.
fn before(change: &Change, facts: &DomainFacts) -> Vec<Cell> {
    let policy = facts.policy.clone().unwrap_or_default();
    let password = facts.password_policy.clone().unwrap_or_default();
    let builtin = facts.builtin.clone().unwrap_or_default();
    let number = |own: &Option<PolicyNumber>| {
        let own = own.clone().unwrap_or_default();
        with_reach(own.set, own.value, own.reaches)
    };
    let switch = |own: &Option<PolicySwitch>| {
        let own = own.clone().unwrap_or_default();
        with_reach(own.set, own.value.map(i64::from), own.reaches)
    };
    let value =
        |value: Option<i64>| value.map_or(Cell::Key("unread"), |value| Cell::Words(value.to_string()));
    match change {
        Change::LmLevel => number(&policy.lm_compatibility_level),
        Change::NoLmHash => switch(&policy.no_lm_hash),
        Change::Smb1Off => [switch(&policy.smb1_server_off), switch(&policy.smb1_client_off)].concat(),
        Change::NtlmAudit => {
            [number(&policy.ntlm_audit_receiving), number(&policy.ntlm_restrict_sending)].concat()
        }
        Change::PasswordPolicy => vec![value(password.min_length)],
        Change::Lockout => vec![value(password.lockout_threshold), value(password.lockout_minutes)],
        Change::RenameAdministrator(_) => {
            vec![builtin.administrator.and_then(|own| own.name).map_or(Cell::Key("unread"), Cell::Words)]
        }
        Change::GuestOff => vec![Cell::Key(match builtin.guest.and_then(|own| own.enabled) {
            Some(true) => "on",
            Some(false) => "off",
            None => "unread",
        })],
        Change::EventLogs => told(facts, &["event_log"]),
        Change::RdpNla => told(facts, &["remote_desktop.nla"]),
        Change::Firewall => told(facts, &["firewall"]),
        Change::DiscoveryOff => told(facts, &["network_discovery"]),
        Change::Laps => told(facts, &["laps"]),
    }
}

/// A value, and the kinds of machine it reaches when those are not all.
fn with_reach(set: Option<bool>, value: Option<i64>, reaches: Option<Vec<PolicyReach>>) -> Vec<Cell> {
    let mut cells = vec![match (set, value) {
        (Some(true), Some(value)) => Cell::Words(value.to_string()),
        (Some(false), _) => Cell::Key("not-configured"),
        _ => Cell::Key("unread"),
    }];
    if let Some(reaches) = reaches.filter(|reaches| reaches.len() < 3) {
        cells.extend(reaches.into_iter().map(|reach| Cell::Key(reach_word(reach))));
    }
    cells
}

/// What group policy says of settings whose names begin so.
fn told(facts: &DomainFacts, starts: &[&str]) -> Vec<Cell> {
    let Some(settings) = &facts.policy_settings else { return vec![Cell::Key("unread")] };
    let mut found: Vec<Cell> = settings
        .iter()
        .filter(|own| {
            own.name.as_ref().is_some_and(|name| starts.iter().any(|start| name.starts_with(start)))
        })
        .take(12)
        .flat_map(|own| {
            let value = Cell::Words(own.value.clone().unwrap_or_default());
            let reach = own.reach.map(|reach| Cell::Key(reach_word(reach)));
            [Cell::Setting(own.name.clone().unwrap_or_default()), value].into_iter().chain(reach)
        })
        .collect();
    if found.is_empty() {
        found.push(Cell::Key("not-configured"));
    }
    found
}
