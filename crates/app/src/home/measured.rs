//! The wireless LAN of a home as the lent PC measured it (5.2.2): which network is the home's is said once, then every
//! report of the PC that was connected to it tells how the home is protected. A network nobody called the home's – the
//! office's, a café's – never counts as one.

use model::evidence::counts_from;
use model::facts::{Wifi, WifiAuthentication, WifiCipher};
use model::{At, Caller, FactDocument, Lang, Role, Source, Subject, SubjectKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::Entry;

use super::WifiWord;
use crate::error::Invalid;
use crate::stated::Statement;
use crate::{Action, App, Result};

/// The kind of record.
const KIND: &str = "home_network";
/// The most networks of one home: 2.4 and 5 GHz, a repeater.
const NETWORKS_MAX: usize = 6;
/// An unchanged measurement is written down again after so long.
const AGAIN_SECS: i64 = 86_400;
/// How far back the person's own word is looked for, in documents.
const DOCUMENTS_MAX: u32 = 60;

/// Which networks are a home's. Hashes: the names stay private.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeNetwork {
    person: String,
    networks: Vec<String>,
}

/// A wireless network one of the person's PCs was connected to when it last reported.
#[derive(Clone, Debug)]
pub struct SeenNetwork {
    /// The PC.
    pub device: String,
    /// Hash of the network's name.
    pub hash: String,
    /// How it is protected, in a form's words; none when they do not cover it.
    pub word: Option<WifiWord>,
    /// When.
    pub at: At,
    /// Whether it was called the home's.
    pub home: bool,
}

/// The person says one thing, the PC measured another.
#[derive(Clone, Debug)]
pub struct Contradiction {
    /// What the person said: a name of [`WifiWord`], `unknown`, or `none` for cable only.
    pub said: String,
    /// When.
    pub said_at: At,
    /// What the PC measured, likewise.
    pub measured: String,
    /// When.
    pub measured_at: At,
}

impl App {
    /// The networks the person's PCs were connected to when they last reported.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn seen_networks(&self, person: &str, devices: &[String]) -> Result<Vec<SeenNetwork>> {
        let own = self.home_networks(person)?.map(|(_, _, own)| own.networks).unwrap_or_default();
        let mut found = Vec::new();
        for device in devices {
            let subject = Subject::new(SubjectKind::Device, device);
            for section in self.store.read(|read| read.sections(&subject, Some(&["wifi"])))? {
                let wifi: Wifi =
                    section.value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
                for connection in wifi.connections.unwrap_or_default() {
                    let Some(hash) = connection.ssid_hash else { continue };
                    found.push(SeenNetwork {
                        device: device.clone(),
                        home: own.contains(&hash),
                        word: WifiWord::of(connection.authentication, connection.cipher),
                        at: section.evidence.collected_at,
                        hash,
                    });
                }
            }
        }
        Ok(found)
    }

    fn home_networks(&self, person: &str) -> Result<Option<(u64, u32, HomeNetwork)>> {
        let records = self.store.read(|read| read.records::<HomeNetwork>(KIND))?;
        Ok(records
            .into_iter()
            .find(|record| record.value.person == person)
            .map(|record| (record.id, record.version, record.value)))
    }

    /// Says that a network one of the person's PCs was connected to is the home's, or that it is not.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`] for a network none of the PCs was connected to.
    pub fn save_home_network(&self, caller: &Caller, person: &str, hash: &str, home: bool) -> Result<()> {
        let teller = self.teller(caller, person)?;
        let devices = self.devices_of(&teller.person)?;
        let seen = self.seen_networks(&teller.person, &devices)?;
        let network = seen.iter().find(|seen| seen.hash == hash);
        let network = network.ok_or_else(|| Invalid::new("network", "unknown-choice"))?;
        let held = self.home_networks(&teller.person)?;
        let mut networks = held.as_ref().map(|(_, _, own)| own.networks.clone()).unwrap_or_default();
        networks.retain(|own| own != hash);
        if home {
            networks.push(hash.to_owned());
        }
        if networks.len() > NETWORKS_MAX {
            return Err(Invalid::new("network", "list-full").with(NETWORKS_MAX).into());
        }
        let value = HomeNetwork { person: teller.person.clone(), networks };
        let entry = match held {
            Some((id, version, _)) => Entry::next(id, version, &value)?,
            None => Entry::new(&value)?,
        };
        let entries = [entry];
        let detail = store::record::witness(KIND, &entries);
        let now = self.now();
        self.store.change(&self.act(caller, teller.action, &teller.home.to_string(), &detail), |change| {
            change.put_records(KIND, &entries, &caller.name, now).map_err(crate::AppError::from)
        })?;
        if home { self.measure_home(&Subject::new(SubjectKind::Device, &network.device)) } else { Ok(()) }
    }

    /// Takes over what a lent PC measured into its person's home. Called after the PC's evidence came in.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn measure_home(&self, device: &Subject) -> Result<()> {
        if device.kind != SubjectKind::Device {
            return Ok(());
        }
        let Some(person) = self.owner_of(device)? else { return Ok(()) };
        let Some((_, _, own)) = self.home_networks(&person)? else { return Ok(()) };
        let sections = self.store.read(|read| read.sections(device, Some(&["wifi"])))?;
        let Some(section) = sections.into_iter().find(|section| section.evidence.source == Source::Agent)
        else {
            return Ok(());
        };
        let wifi: Wifi =
            section.value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
        let at_home =
            wifi.connections.unwrap_or_default().into_iter().find(|connection| {
                connection.ssid_hash.as_ref().is_some_and(|hash| own.networks.contains(hash))
            });
        let Some(connection) = at_home else { return Ok(()) };
        let mut value = json!({ "used": true });
        if let Some(fields) = value.as_object_mut() {
            fields.extend(connection.authentication.map(|word| ("authentication".to_owned(), json!(word))));
            fields.extend(connection.cipher.map(|word| ("cipher".to_owned(), json!(word))));
        }
        let at = section.evidence.collected_at;
        let home = Subject::new(SubjectKind::Home, &person);
        if self.is_measured(&home, &value, at)? {
            return Ok(());
        }
        let mut facts = Map::new();
        facts.insert("wifi".into(), value);
        let caller = Caller { name: device.to_string(), role: Role::Agent, lang: Lang::Ja };
        let detail = format!("wifi as {device} measured it");
        let name = self.home_name(&person)?;
        let stated = Statement { subject: home, name, source: Source::Agent, facts, detail };
        self.state_as_of(&caller, Action::EvidenceReceive, stated, at)?;
        Ok(())
    }

    /// The same after a PC said that all is as it was. Costs little: nothing more is looked at while the home's own last
    /// measurement is younger than a day.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn measure_home_again(&self, device: &Subject) -> Result<()> {
        let Some(person) = self.owner_of(device)?.filter(|_| device.kind == SubjectKind::Device) else {
            return Ok(());
        };
        let home = Subject::new(SubjectKind::Home, person);
        let held = self.store.read(|read| read.sections(&home, Some(&["wifi"])))?;
        let now = self.now().unix_secs();
        let young = held.iter().any(|held| {
            held.evidence.source == Source::Agent && now - held.evidence.collected_at.unix_secs() < AGAIN_SECS
        });
        if young { Ok(()) } else { self.measure_home(device) }
    }

    /// Whether a home's wireless LAN is held as just measured, or by something that counts more.
    fn is_measured(&self, home: &Subject, value: &Value, at: At) -> Result<bool> {
        let held = self.store.read(|read| read.sections(home, Some(&["wifi"])))?;
        Ok(held.iter().any(|held| {
            let own = &held.evidence;
            let since = at.unix_secs() - own.collected_at.unix_secs();
            let same = own.source == Source::Agent && held.value.as_ref() == Some(value);
            let rank = |source, at| counts_from(SubjectKind::Home, "wifi", source, at);
            rank(own.source, own.collected_at) > rank(Source::Agent, at) || (same && since < AGAIN_SECS)
        }))
    }

    /// Where the person's last word on the wireless LAN and the last measurement differ.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn wifi_contradiction(&self, home: &Subject) -> Result<Option<Contradiction>> {
        let mut said: Option<(String, At)> = None;
        let mut measured: Option<(String, At)> = None;
        self.store.read(|read| {
            for line in read.evidence_of(home, DOCUMENTS_MAX)? {
                let place = match line.source {
                    Source::Agent => &mut measured,
                    Source::Record | Source::Attest => &mut said,
                    _ => continue,
                };
                if place.is_some() {
                    continue;
                }
                let document = read.evidence(&line.id)?.and_then(|bytes| FactDocument::parse(&bytes).ok());
                let wifi = document.and_then(|document| document.facts.get("wifi").cloned());
                *place = wifi.map(|wifi| (word_of(&wifi), line.collected_at));
            }
            Ok::<_, crate::AppError>(())
        })?;
        let (Some((said, said_at)), Some((measured, measured_at))) = (said, measured) else {
            return Ok(None);
        };
        let differ = said != measured && said != "unknown";
        Ok(differ.then_some(Contradiction { said, said_at, measured, measured_at }))
    }
}

/// A wireless LAN's facts in a form's word.
fn word_of(wifi: &Value) -> String {
    let part = |name: &str| wifi.get(name).cloned().unwrap_or(Value::Null);
    if part("used") == Value::Bool(false) {
        return "none".to_owned();
    }
    let authentication: Option<WifiAuthentication> =
        serde_json::from_value(part("authentication")).ok().flatten();
    let cipher: Option<WifiCipher> = serde_json::from_value(part("cipher")).ok().flatten();
    WifiWord::of(authentication, cipher).map_or("unknown", |word| word.name).to_owned()
}
