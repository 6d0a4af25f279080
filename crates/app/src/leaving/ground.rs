//! What off-boardings are judged from, read once for all of them.

use std::collections::{BTreeMap, HashMap};

use model::facts::{
    Approval, CertificateField, DomainUser, Lending as LendingFacts, Pledge, PrivilegedGroup, Volume,
    VpnAccount, VpnAuthentication, VpnCertificate,
};
use model::{At, Subject, SubjectKind};
use serde::de::DeserializeOwned;
use store::{Account, Agent, Read, Record};

use super::{KIND, Noted};
use crate::lending::Lending;
use crate::recovery_key::RecoveryKey;
use crate::{AppError, Result};

/// A section as it was last read.
#[derive(Clone, Debug)]
pub(super) struct Seen<T> {
    pub(super) value: T,
    pub(super) at: At,
    pub(super) evidence: String,
}

/// A domain.
#[derive(Clone, Debug, Default)]
pub(super) struct Domain {
    pub(super) id: String,
    pub(super) users: Option<Seen<Vec<DomainUser>>>,
    pub(super) privileged: Option<Seen<Vec<PrivilegedGroup>>>,
}

/// A VPN.
#[derive(Clone, Debug, Default)]
pub(super) struct Vpn {
    pub(super) id: String,
    pub(super) accounts: Option<Seen<Vec<VpnAccount>>>,
    pub(super) certificates: Option<Seen<Vec<VpnCertificate>>>,
    pub(super) authentication: Option<Seen<VpnAuthentication>>,
    /// Whether there are certificates, or may be, that were not read.
    pub(super) certificates_lacking: bool,
}

/// A PC somebody has or had.
#[derive(Clone, Debug, Default)]
pub(super) struct Device {
    pub(super) retired: bool,
    /// Whom the newest facts say it is lent to.
    pub(super) user: Option<String>,
    pub(super) volumes: Option<Seen<Vec<Volume>>>,
    pub(super) approvals: Vec<Approval>,
    pub(super) agents: Vec<Agent>,
    /// Ids of recovery keys on record.
    pub(super) keys: Vec<String>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Ground {
    pub(super) domains: Vec<Domain>,
    pub(super) vpns: Vec<Vpn>,
    pub(super) lendings: Vec<Record<Lending>>,
    pub(super) devices: BTreeMap<String, Device>,
    /// By person.
    pub(super) accounts: HashMap<String, Account>,
    /// When the link of an account ends, by the account's number.
    pub(super) links: HashMap<i64, At>,
    /// Homes that are judged, by person, with how many home devices.
    pub(super) homes: HashMap<String, usize>,
    pub(super) pledges: HashMap<String, Vec<Pledge>>,
    pub(super) noted: Vec<Record<Noted>>,
}

impl Ground {
    /// Reads it.
    pub(super) fn of(read: &Read<'_>) -> Result<Self> {
        let mut ground = Self { lendings: read.records(crate::lending::KIND)?, ..Self::default() };
        for line in in_force(read, SubjectKind::Domain)? {
            ground.domains.push(Domain {
                users: seen(read, &line, "users")?,
                privileged: seen(read, &line, "privileged")?,
                id: line.id,
            });
        }
        for line in in_force(read, SubjectKind::Vpn)? {
            let certificates = seen(read, &line, "certificates")?;
            let authentication: Option<Seen<VpnAuthentication>> = seen(read, &line, "authentication")?;
            let names = authentication.as_ref().is_some_and(|read| {
                read.value.certificate_field.is_some_and(|field| field != CertificateField::None)
            });
            let missed = !read.sections(&line, Some(&["certificates"]))?.is_empty();
            ground.vpns.push(Vpn {
                accounts: seen(read, &line, "accounts")?,
                certificates_lacking: certificates.is_none() && (names || missed),
                certificates,
                authentication,
                id: line.id,
            });
        }
        for account in read.accounts()? {
            if let Some(person) = account.person.clone() {
                ground.accounts.insert(person, account);
            }
        }
        ground.links = read.invitations()?.into_iter().map(|link| (link.account, link.expires_at)).collect();
        for home in in_force(read, SubjectKind::Home)? {
            ground.homes.insert(home.id, 0);
        }
        for (_, value) in read.section_of_all(SubjectKind::HomeDevice, "device")? {
            if let Some(person) = value.get("person").and_then(|person| person.as_str()) {
                *ground.homes.entry(person.to_owned()).or_default() += 1;
            }
        }
        for (person, value) in read.section_of_all(SubjectKind::Person, "pledges")? {
            ground.pledges.insert(person, serde_json::from_value(value).unwrap_or_default());
        }
        ground.noted = read.records(KIND)?;
        for (device, value) in read.section_of_all(SubjectKind::Device, "lending")? {
            let lending: LendingFacts = serde_json::from_value(value).unwrap_or_default();
            ground.devices.entry(device).or_default().user = lending.user;
        }
        Ok(ground)
    }

    /// Reads more about the PCs of some people; of thousands of others nothing more is wanted.
    pub(super) fn look_closer(&mut self, read: &Read<'_>, people: &[&str]) -> Result<()> {
        let own = |person: &str| people.contains(&person);
        let lent = self.lendings.iter().filter(|record| own(&record.value.person));
        let mut wanted: Vec<String> = lent.map(|record| record.value.device.clone()).collect();
        let said = self.devices.iter().filter(|(_, device)| device.user.as_deref().is_some_and(own));
        wanted.extend(said.map(|(id, _)| id.clone()));
        wanted.sort();
        wanted.dedup();
        let keys: Vec<Record<RecoveryKey>> = read.records(crate::recovery_key::KIND)?;
        for id in wanted {
            let subject = Subject::new(SubjectKind::Device, &id);
            let name = subject.to_string();
            let device = self.devices.entry(id).or_default();
            device.retired = read.subject(&subject)?.is_none_or(|line| line.retired_at.is_some());
            device.volumes = seen(read, &subject, "volumes")?;
            device.approvals = seen(read, &subject, "approvals")?.map(|seen| seen.value).unwrap_or_default();
            device.agents = read.agents_of(&subject)?;
            let own = keys.iter().filter(|record| record.value.subject == name);
            device.keys = own.map(|record| record.value.protector_id.clone()).collect();
        }
        Ok(())
    }
}

fn in_force(read: &Read<'_>, kind: SubjectKind) -> Result<Vec<Subject>> {
    let lines = read.subjects(kind)?;
    Ok(lines.into_iter().filter(|line| line.retired_at.is_none()).map(|line| line.subject).collect())
}

/// A section, unless it was not read.
fn seen<T: DeserializeOwned>(read: &Read<'_>, subject: &Subject, section: &str) -> Result<Option<Seen<T>>> {
    let Some(found) = read.sections(subject, Some(&[section]))?.into_iter().next() else { return Ok(None) };
    let Some(value) = found.value else { return Ok(None) };
    let value = serde_json::from_value(value)
        .map_err(|error| AppError::Internal(format!("stored section {section}: {error}")))?;
    Ok(Some(Seen { value, at: found.evidence.collected_at, evidence: found.evidence.id }))
}
