//! One home with everything known of it.

use model::facts::{
    Agreement, HomeAntivirus, HomeConnection, HomeDeviceIdentity, HomeDeviceKind, HomeLogs, HomeRouter,
    HomeScans, HomeUpdates, HomeWifi, PacketFilter, Tethering, WifiKey,
};
use model::{At, Caller, Outcome, Source, Subject, SubjectKind, Verdict};
use serde::de::DeserializeOwned;
use store::{Attachment, Read, StoredSection};

use super::device::removal_wishes;
use super::{Contradiction, PROCEDURES, SeenNetwork};
use crate::{App, AppError, Result};

/// The most proofs listed.
const PROOFS_SHOWN_MAX: u32 = 40;

/// A fact with where it comes from.
#[derive(Clone, Debug)]
pub struct Told<T> {
    /// What is known.
    pub value: T,
    /// Where from.
    pub source: Source,
    /// Of when.
    pub at: At,
}

/// A procedure of the company that concerns homes.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its id.
    pub id: String,
    /// The version in force.
    pub version: String,
    /// Whether the person agreed to that version.
    pub agreed: bool,
}

/// A device of a home.
#[derive(Clone, Debug)]
pub struct HomeDevice {
    /// Its id.
    pub id: String,
    /// What its people call it.
    pub name: String,
    /// Since when it is known.
    pub known_since: At,
    /// Kind.
    pub kind: Option<HomeDeviceKind>,
    /// Whether it is on the home LAN.
    pub on_home_lan: Option<bool>,
    /// Whether the lent PC goes through it.
    pub tethering: Option<bool>,
    /// Its antivirus.
    pub antivirus: Option<HomeAntivirus>,
    /// Its updates: part of every report, so their instant is the report's.
    pub updates: Option<Told<HomeUpdates>>,
    /// The last full scan.
    pub last_full_scan_at: Option<At>,
    /// Proofs kept.
    pub logs: Option<HomeLogs>,
    /// The documents of what rests on the person's word alone.
    pub words: Vec<String>,
    /// Since when its person wants it taken off.
    pub removal_asked: Option<At>,
    /// Its verdicts, those at fault first.
    pub verdicts: Vec<Verdict>,
    /// The proofs handed in.
    pub proofs: Vec<Attachment>,
}

impl HomeDevice {
    /// Whether it has to be reported on: on the home LAN, or used as access point.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.on_home_lan != Some(false) || self.tethering == Some(true)
    }
}

/// A home.
#[derive(Clone, Debug)]
pub struct ShownHome {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The present instant.
    pub now: At,
    /// How the PC reaches the Internet.
    pub connection: Option<Told<HomeConnection>>,
    /// Wireless LAN.
    pub wifi: Option<Told<HomeWifi>>,
    /// Its key.
    pub key: Option<Told<WifiKey>>,
    /// Router.
    pub router: Option<Told<HomeRouter>>,
    /// Its packet filter.
    pub filter: Option<Told<PacketFilter>>,
    /// Procedures in force that concern homes.
    pub procedures: Vec<Procedure>,
    /// The devices.
    pub devices: Vec<HomeDevice>,
    /// The home's verdicts, those at fault first.
    pub verdicts: Vec<Verdict>,
    /// The proofs handed in about the home.
    pub proofs: Vec<Attachment>,
    /// The documents of what of the home rests on the person's word alone.
    pub words: Vec<String>,
    /// Networks the person's PCs were connected to.
    pub networks: Vec<SeenNetwork>,
    /// Where word and measurement differ.
    pub contradiction: Option<Contradiction>,
}

impl App {
    /// A home: the caller's own when `person` is empty.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or somebody else's home and the caller is not to see everything.
    pub fn home(&self, caller: &Caller, person: &str) -> Result<ShownHome> {
        let person = self.person_seen(caller, person)?;
        self.settle()?;
        self.home_of(&person)
    }

    /// The ids of the lent PCs of a person.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn devices_of(&self, person: &str) -> Result<Vec<String>> {
        let lendings = self.store.read(|read| read.section_of_all(SubjectKind::Device, "lending"))?;
        let own =
            |value: &serde_json::Value| value.get("user").and_then(|user| user.as_str()) == Some(person);
        Ok(lendings.into_iter().filter(|(_, value)| own(value)).map(|(id, _)| id).collect())
    }

    pub(crate) fn home_of(&self, person: &str) -> Result<ShownHome> {
        let home = Subject::new(SubjectKind::Home, person);
        let procedures = self.procedures_in_force()?;
        let networks = self.seen_networks(person, &self.devices_of(person)?)?;
        let contradiction = self.wifi_contradiction(&home)?;
        let now = self.now();
        self.store.read(|read| {
            let named = read.subject(&Subject::new(SubjectKind::Person, person))?;
            let sections = read.sections(&home, None)?;
            let agreements = told::<Vec<Agreement>>(&sections, "agreements").map(|told| told.value);
            Ok(ShownHome {
                name: named.map_or_else(|| person.to_owned(), |line| line.name),
                person: person.to_owned(),
                now,
                connection: told(&sections, "connection"),
                wifi: told(&sections, "wifi"),
                key: told(&sections, "key"),
                router: told(&sections, "router"),
                filter: told(&sections, "filter"),
                procedures: procedures_of(procedures, &agreements.unwrap_or_default()),
                devices: devices(read, person)?,
                verdicts: verdicts(read, &home)?,
                proofs: read.attachments_of(&home, PROOFS_SHOWN_MAX)?,
                words: words(&sections),
                networks,
                contradiction,
            })
        })
    }
}

fn procedures_of(documents: Vec<model::facts::Document>, agreements: &[Agreement]) -> Vec<Procedure> {
    let concerned = documents.into_iter().filter_map(|document| {
        let id = document.id.filter(|id| PROCEDURES.contains(&id.as_str()))?;
        let version = document.version.unwrap_or_default();
        let agreed = agreements
            .iter()
            .any(|own| own.document.as_deref() == Some(&id) && own.version.as_deref() == Some(&version));
        Some(Procedure { id, version, agreed })
    });
    concerned.collect()
}

/// The documents of the sections that rest on a person's word alone, each once, in order.
pub(crate) fn words(sections: &[StoredSection]) -> Vec<String> {
    let told = sections.iter().filter(|own| own.value.is_some() && own.evidence.source == Source::Attest);
    let mut found: Vec<String> = told.map(|own| own.evidence.id.clone()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

pub(crate) fn told<T: DeserializeOwned>(sections: &[StoredSection], name: &str) -> Option<Told<T>> {
    let section = sections.iter().find(|section| section.name == name)?;
    let value = serde_json::from_value(section.value.clone()?).ok()?;
    Some(Told { value, source: section.evidence.source, at: section.evidence.collected_at })
}

/// The verdicts of a subject: those at fault first, what must be before what should.
pub(crate) fn verdicts(read: &Read<'_>, subject: &Subject) -> Result<Vec<Verdict>> {
    let mut found = read.verdicts_of_subject(subject)?;
    let rank = |outcome: Outcome| match outcome {
        Outcome::Fail => 0,
        Outcome::Unknown => 1,
        Outcome::Waived => 2,
        _ => 3,
    };
    found.sort_by(|a, b| {
        (rank(a.verdict), a.level, &a.statement).cmp(&(rank(b.verdict), b.level, &b.statement))
    });
    Ok(found)
}

fn devices(read: &Read<'_>, person: &str) -> Result<Vec<HomeDevice>> {
    let identities = read.section_of_all(SubjectKind::HomeDevice, "device")?;
    let wishes = removal_wishes(read)?;
    let mut found = Vec::new();
    for (id, value) in identities {
        let identity: HomeDeviceIdentity = serde_json::from_value(value).unwrap_or_default();
        if identity.person.as_deref() != Some(person) {
            continue;
        }
        let subject = Subject::new(SubjectKind::HomeDevice, &id);
        let line = read.subject(&subject)?.ok_or(AppError::NotFound("home device"))?;
        let sections = read.sections(&subject, None)?;
        let asked = wishes.iter().find(|(own, _)| *own == id).map(|(_, at)| *at);
        found.push(HomeDevice {
            id,
            name: line.name,
            known_since: line.first_seen_at,
            kind: identity.kind,
            on_home_lan: identity.on_home_lan,
            tethering: told::<Tethering>(&sections, "tethering").and_then(|told| told.value.used),
            antivirus: told(&sections, "antivirus").map(|told| told.value),
            updates: told(&sections, "updates"),
            last_full_scan_at: told::<HomeScans>(&sections, "scans")
                .and_then(|told| told.value.last_full_scan_at),
            logs: told(&sections, "logs").map(|told| told.value),
            words: words(&sections),
            removal_asked: asked,
            verdicts: verdicts(read, &subject)?,
            proofs: read.attachments_of(&subject, PROOFS_SHOWN_MAX)?,
        });
    }
    Ok(found)
}
