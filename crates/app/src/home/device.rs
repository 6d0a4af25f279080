//! The devices at home that are not lent (5.2.4): adding and removing them, and what their person reports of them every
//! fortnight.

use model::facts::{
    HomeAntivirus, HomeDeviceIdentity, HomeDeviceKind, HomeLogs, HomeScans, HomeUpdates, Tethering,
};
use model::{At, Caller, Source, Subject, SubjectKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use store::{Entry, Read, Record};

use super::wifi::yes_no;
use super::{HomeDevice, Teller, answer, past_day, proof_of};
use crate::attachment::{Given, Upload};
use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{App, AppError, Result};

/// The most devices of one home.
pub const DEVICES_MAX: usize = 30;
/// The kind of record of a person's wish to take a device off.
const WISH: &str = "home_device_removal";
/// How many proofs are looked through for the newest of a kind.
const PROOFS_MAX: u32 = 400;

/// A person's wish to take a device off the home.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemovalWish {
    /// The device's id.
    device: String,
}

/// The wishes that are open: device and since when.
///
/// # Errors
/// The database.
pub(crate) fn removal_wishes(read: &Read<'_>) -> Result<Vec<(String, At)>> {
    let wishes = read.records::<RemovalWish>(WISH)?;
    Ok(wishes.into_iter().map(|wish| (wish.value.device, wish.at)).collect())
}

/// The kinds of device, in the order the form shows them.
pub const KINDS: [HomeDeviceKind; 7] = [
    HomeDeviceKind::Windows,
    HomeDeviceKind::Mac,
    HomeDeviceKind::Android,
    HomeDeviceKind::Iphone,
    HomeDeviceKind::Nas,
    HomeDeviceKind::PocketRouter,
    HomeDeviceKind::Other,
];

/// The form's word for a kind.
#[must_use]
pub fn kind_name(kind: HomeDeviceKind) -> &'static str {
    match kind {
        HomeDeviceKind::Windows => "windows",
        HomeDeviceKind::Mac => "mac",
        HomeDeviceKind::Android => "android",
        HomeDeviceKind::Iphone => "iphone",
        HomeDeviceKind::Nas => "nas",
        HomeDeviceKind::PocketRouter => "pocket_router",
        HomeDeviceKind::Other => "other",
    }
}

/// A device: the form.
#[derive(Clone, Debug, Default)]
pub struct DeviceForm {
    /// What its people call it.
    pub name: String,
    /// A name of [`KINDS`].
    pub kind: String,
    /// Whether it is connected to the home LAN: `yes` or `no`.
    pub on_home_lan: String,
    /// Whether the lent PC reaches the Internet through it: `yes` or `no`.
    pub tethering: String,
}

/// A fortnight's report on a device: the form. Which questions are asked depends on its kind ([`Report::asks`]).
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Whether antivirus runs.
    pub antivirus: String,
    /// Whether its definitions are current.
    pub definitions: String,
    /// The day of the last full scan.
    pub full_scan: String,
    /// Whether the system is up to date.
    pub os: String,
    /// Whether programs are up to date.
    pub apps: String,
    /// Whether a proof of the scan is kept.
    pub scan_kept: bool,
    /// Whether a proof of the updates is kept.
    pub updates_kept: bool,
}

impl Report {
    /// Whether a question makes sense for a kind: `antivirus`, `scan`, `apps` or `os`.
    #[must_use]
    pub fn asks(kind: Option<HomeDeviceKind>, question: &str) -> bool {
        use HomeDeviceKind::{Android, Iphone, Mac, Windows};
        match question {
            "antivirus" => matches!(kind, Some(Windows | Mac | Android)),
            "scan" => matches!(kind, Some(Windows | Mac)),
            "apps" => matches!(kind, Some(Windows | Mac | Android | Iphone)),
            _ => true,
        }
    }

    /// The form filled with the last report's answers. A scan's day is not offered: it is what changes.
    #[must_use]
    pub fn of(device: &HomeDevice) -> Self {
        let antivirus = device.antivirus.clone().unwrap_or_default();
        let updates = device.updates.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        let reported = device.updates.is_some();
        let word = |fact: Option<bool>| if reported { yes_no(fact) } else { String::new() };
        Self {
            antivirus: word(antivirus.running),
            definitions: word(antivirus.definitions_current),
            full_scan: String::new(),
            os: word(updates.os_current),
            apps: word(updates.apps_current),
            scan_kept: false,
            updates_kept: false,
        }
    }
}

impl App {
    /// Adds a device to a home, or changes what is said of one. Gives its id.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::NotFound`] for a device of another home.
    pub fn save_home_device(
        &self,
        caller: &Caller,
        person: &str,
        id: Option<&str>,
        form: &DeviceForm,
    ) -> Result<String> {
        let teller = self.teller(caller, person)?;
        let mut findings = Findings::default();
        let name = findings.text("name", &form.name, 60);
        let kind = KINDS.into_iter().find(|kind| kind_name(*kind) == form.kind);
        if kind.is_none() {
            findings.add(Invalid::new("kind", "unknown-choice"));
        }
        let on_home_lan = answer(&mut findings, "on_home_lan", &form.on_home_lan);
        let tethering = answer(&mut findings, "tethering", &form.tethering);
        let subject = match id {
            Some(id) => self.own_device(&teller, id)?,
            None => self.next_device(&teller.person, &mut findings)?,
        };
        findings.done()?;
        let person = Some(teller.person.clone());
        let mut facts = Map::new();
        facts.insert("device".into(), json!(HomeDeviceIdentity { kind, person, on_home_lan }));
        facts.insert("tethering".into(), json!(Tethering { used: tethering }));
        let id = subject.id.clone();
        let stated =
            Statement { subject, name, source: teller.source, facts, detail: "home device".to_owned() };
        self.state(caller, teller.action, stated)?;
        Ok(id)
    }

    /// Reports on a device.
    ///
    /// # Errors
    /// As [`App::save_home_device`].
    pub fn report_home_device(
        &self,
        caller: &Caller,
        (person, id): (&str, &str),
        report: &Report,
        (scan_shot, updates_shot): (Option<&Upload>, Option<&Upload>),
    ) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let subject = self.own_device(&teller, id)?;
        let identity = self.section_of(&subject, "device")?;
        let identity: HomeDeviceIdentity =
            identity.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
        let asks = |question| Report::asks(identity.kind, question);
        let now = self.now();
        let mut findings = Findings::default();
        let mut facts = Map::new();
        if asks("antivirus") {
            let running = answer(&mut findings, "antivirus", &report.antivirus);
            let definitions_current = if running == Some(true) {
                answer(&mut findings, "definitions", &report.definitions)
            } else {
                running
            };
            facts.insert("antivirus".into(), json!(HomeAntivirus { running, definitions_current }));
        }
        if asks("scan")
            && let Some(last) = past_day(&mut findings, "full_scan", &report.full_scan, now)
        {
            facts.insert("scans".into(), json!(HomeScans { last_full_scan_at: Some(last) }));
        }
        let os_current = answer(&mut findings, "os", &report.os);
        let apps_current = if asks("apps") { answer(&mut findings, "apps", &report.apps) } else { None };
        facts.insert("updates".into(), json!(HomeUpdates { os_current, apps_current }));
        let scan = proof_of(&mut findings, "scan_shot", scan_shot);
        let updates = proof_of(&mut findings, "updates_shot", updates_shot);
        let scan = scan.as_ref().map(|proof| Given::new("scan_shot", "scans", proof));
        let updates = updates.as_ref().map(|proof| Given::new("updates_shot", "updates", proof));
        let mut proofs: Vec<_> = scan.into_iter().chain(updates).collect();
        self.check_proofs(caller, &mut findings, &subject, &mut proofs)?;
        findings.done()?;
        let shown = self.shown_logs(&subject, &proofs)?;
        let asked = HomeLogs {
            scan_logs: Some(report.scan_kept),
            update_logs: Some(report.updates_kept),
            last_at: Some(now),
        };
        let ticked = report.scan_kept || report.updates_kept;
        let covered = |word: bool, shown: Option<bool>| !word || shown == Some(true);
        // What is here speaks; a tick beyond it is a word and nothing more.
        let is_shown = shown.last_at.is_some()
            && (!proofs.is_empty()
                || (covered(report.scan_kept, shown.scan_logs)
                    && covered(report.updates_kept, shown.update_logs)));
        if !proofs.is_empty() || ticked {
            facts.insert("logs".into(), json!(if is_shown { shown } else { asked }));
        }
        let proved: &[&str] = if is_shown { &["logs"] } else { &[] };
        self.tell(caller, &teller, (subject, String::new()), (facts, proved), (&proofs, "home device report"))
    }

    /// What the proofs that are kept of a device show, with those handed in now. It is as old as the older of the newest
    /// scan and the newest update that are shown.
    fn shown_logs(&self, subject: &Subject, given: &[Given<'_>]) -> Result<HomeLogs> {
        let now = self.now();
        let kept = self.store.read(|read| read.attachments_of(subject, PROOFS_MAX))?;
        let newest = |section: &str| {
            let old = kept.iter().filter(|own| own.section == section).map(|own| own.received_at).max();
            if given.iter().any(|own| own.section == section) { Some(now) } else { old }
        };
        let (scan, updates) = (newest("scans"), newest("updates"));
        Ok(HomeLogs {
            scan_logs: Some(scan.is_some()),
            update_logs: Some(updates.is_some()),
            last_at: scan.into_iter().chain(updates).min(),
        })
    }

    /// Takes a device off a home: it is no longer judged; what was reported stays. What its person says is a wish only:
    /// the device is judged until the administrator takes it off.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a device of another home.
    pub fn remove_home_device(&self, caller: &Caller, person: &str, id: &str) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let subject = self.own_device(&teller, id)?;
        let wish = self.removal_wish(id)?;
        let now = self.now();
        if teller.source == Source::Attest {
            if wish.is_some() {
                return Ok(());
            }
            let entries = [Entry::new(&RemovalWish { device: id.to_owned() })?];
            let detail = format!("{}: asks to take it off", store::record::witness(WISH, &entries));
            let act = self.act(caller, teller.action, &subject.to_string(), &detail);
            return self.store.change(&act, |change| {
                change.put_records(WISH, &entries, &caller.name, now)?;
                Ok(())
            });
        }
        let entries = match &wish {
            Some(wish) => vec![Entry::next(wish.id, wish.version, &wish.value)?.gone()],
            None => Vec::new(),
        };
        let witness =
            if entries.is_empty() { String::new() } else { store::record::witness(WISH, &entries) + ": " };
        let act =
            self.act(caller, teller.action, &subject.to_string(), &format!("{witness}no longer at home"));
        self.store.change(&act, |change| {
            if !entries.is_empty() {
                change.put_records(WISH, &entries, &caller.name, now)?;
            }
            change.set_retired(&subject, Some(now)).map_err(AppError::from)
        })
    }

    /// The open wish to take a device off.
    fn removal_wish(&self, id: &str) -> Result<Option<Record<RemovalWish>>> {
        let wishes = self.store.read(|read| read.records::<RemovalWish>(WISH))?;
        Ok(wishes.into_iter().find(|wish| wish.value.device == id))
    }

    /// A device of this home; somebody else's is as good as none.
    pub(crate) fn own_device(&self, teller: &Teller, id: &str) -> Result<Subject> {
        let subject = Subject::new(SubjectKind::HomeDevice, id);
        let line = self.store.read(|read| read.subject(&subject))?;
        let known = line.is_some_and(|line| line.retired_at.is_none());
        if known && self.owner_of(&subject)?.as_deref() == Some(&teller.person) {
            Ok(subject)
        } else {
            Err(AppError::NotFound("home device"))
        }
    }

    /// The next free number of a home's devices. A removed one's is not given again: its evidence stays.
    fn next_device(&self, person: &str, findings: &mut Findings) -> Result<Subject> {
        let lines = self.store.read(|read| read.subjects(SubjectKind::HomeDevice))?;
        let start = format!("{person}-");
        let own: Vec<_> = lines.iter().filter(|line| line.subject.id.starts_with(&start)).collect();
        if own.iter().filter(|line| line.retired_at.is_none()).count() >= DEVICES_MAX {
            findings.add(Invalid::new("name", "list-full").with(DEVICES_MAX));
        }
        let highest = own
            .iter()
            .filter_map(|line| {
                line.subject.id.get(start.len()..).and_then(|number| number.parse::<u32>().ok())
            })
            .max();
        let id = format!("{person}-{}", highest.unwrap_or(0).saturating_add(1));
        if !Subject::id_is_usable(&id) {
            findings.add(Invalid::new("name", "too-long").with(model::subject::SUBJECT_ID_MAX_CHARS));
        }
        Ok(Subject::new(SubjectKind::HomeDevice, id))
    }
}
