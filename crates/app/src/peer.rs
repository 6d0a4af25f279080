//! The machines a lent PC saw at home, which of them may talk to it (5.1.7), and the firewall rules that follow.
//!
//! The user proposes, the administrator decides: only what the administrator recorded counts and makes rules.

use std::net::IpAddr;

use model::facts::{AllowedPeer, Network, PeerRole};
use model::{At, Caller, Lang, Source, Subject, SubjectKind};
use remedy::home_firewall::{self, Dialect, Flaw, Plan};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use store::{Entry, SubjectLine};

use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// The kind of record.
const KIND: &str = "peer_proposal";
/// The most machines taken from a form.
const PEERS_MAX: usize = home_firewall::PEERS_MAX;
/// The most neighbours shown.
const SEEN_MAX: usize = 300;

/// What the user of a PC proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposal {
    device: String,
    /// Address and role (`printer`, `router`).
    peers: Vec<(String, String)>,
}

/// A machine the PC saw, or one that is allowed although it was not seen.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: String,
    /// Its hardware address; empty when it was not seen.
    pub mac: String,
    /// Its maker; empty when it is not known.
    pub vendor: String,
    /// Whether the PC goes to the Internet through it.
    pub gateway: bool,
    /// What the administrator allowed it as.
    pub allowed: Option<PeerRole>,
    /// What the user proposes it as.
    pub proposed: Option<PeerRole>,
}

/// The page of a PC's neighbours.
#[derive(Clone, Debug)]
pub struct Peers {
    /// The PC.
    pub line: SubjectLine,
    /// Who uses it, by id.
    pub user: Option<String>,
    /// Its own addresses.
    pub own: Vec<String>,
    /// The machines.
    pub peers: Vec<Peer>,
    /// When the PC saw them; none when it has not told.
    pub seen_at: Option<At>,
    /// When the user proposed, if the proposal differs from what is allowed.
    pub proposed_at: Option<At>,
    /// The rules that follow from what is allowed, or why there are none yet; with the prefix length assumed.
    pub plan: std::result::Result<Plan, Flaw>,
}

impl Peers {
    /// Machines seen and neither allowed nor proposed.
    #[must_use]
    pub fn strangers(&self) -> usize {
        self.peers.iter().filter(|peer| peer.allowed.is_none() && !peer.mac.is_empty()).count()
    }
}

/// A choice of the form: an address and `printer`, `router` or `none`.
pub type PeerChoice = (String, String);

/// The role of a form's word.
fn role_of(word: &str) -> Option<PeerRole> {
    match word {
        "printer" => Some(PeerRole::Printer),
        "router" => Some(PeerRole::Router),
        _ => None,
    }
}

/// The form's word for a role.
#[must_use]
pub fn role_name(role: PeerRole) -> &'static str {
    match role {
        PeerRole::Printer => "printer",
        PeerRole::Router => "router",
    }
}

impl App {
    /// What a PC saw at home, and who may talk to it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a PC lent to somebody else when the caller is not to see everything.
    pub fn peers(&self, caller: &Caller, device: &str, prefix: u8) -> Result<Peers> {
        let subject = self.pc_seen(caller, device)?;
        let line = self.store.read(|read| read.subject(&subject))?.ok_or(AppError::NotFound("subject"))?;
        let sections =
            self.store.read(|read| read.sections(&subject, Some(&["network", "allowed_peers"])))?;
        let network = crate::home::told::<Network>(&sections, "network");
        let allowed = crate::home::told::<Vec<AllowedPeer>>(&sections, "allowed_peers");
        let allowed: Vec<(String, PeerRole)> = allowed
            .map(|told| told.value)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|peer| Some((peer.address?, peer.role?)))
            .collect();
        let proposal = self.proposal(device)?;
        let seen_at = network.as_ref().map(|told| told.at);
        let network = network.map(|told| told.value).unwrap_or_default();
        let proposed: Vec<(String, PeerRole)> = proposal
            .iter()
            .flat_map(|(_, _, _, proposal)| &proposal.peers)
            .filter_map(|(address, word)| Some((address.clone(), role_of(word)?)))
            .collect();
        let differs = proposed.iter().any(|peer| !allowed.contains(peer));
        Ok(Peers {
            user: self.owner_of(&subject)?,
            line,
            own: own_addresses(&network),
            peers: peers_of(&network, &allowed, &proposed),
            seen_at,
            proposed_at: proposal.filter(|_| differs).map(|(_, _, at, _)| at),
            plan: plan_of(&allowed, prefix),
        })
    }

    /// The firewall rules of a PC's home as a script.
    ///
    /// # Errors
    /// [`AppError::Invalid`] says what to correct before there can be rules.
    pub fn peer_script(
        &self,
        caller: &Caller,
        device: &str,
        (prefix, dialect, lang): (u8, Dialect, Lang),
    ) -> Result<String> {
        let peers = self.peers(caller, device, prefix)?;
        let plan = peers.plan.map_err(|flaw| Invalid::new("peers", "no-rules-yet").with(flaw))?;
        Ok(plan.script(dialect, lang))
    }

    /// The administrator records who may talk to a PC.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an address that is none.
    pub fn save_peers(&self, caller: &Caller, device: &str, choices: &[PeerChoice]) -> Result<()> {
        let subject = Subject::new(SubjectKind::Device, device);
        self.allow(caller, Action::PeerSave, &subject.to_string())?;
        let peers: Vec<AllowedPeer> = checked(choices)?
            .into_iter()
            .map(|(address, word)| AllowedPeer { address: Some(address), role: role_of(&word) })
            .collect();
        self.store.read(|read| read.subject(&subject))?.ok_or(AppError::NotFound("subject"))?;
        let detail = format!("{} machines may talk to it at home", peers.len());
        let mut facts = Map::new();
        facts.insert("allowed_peers".into(), json!(peers));
        let stated = Statement { subject, name: String::new(), source: Source::Record, facts, detail };
        self.state(caller, Action::PeerSave, stated)?;
        Ok(())
    }

    /// The user of a PC proposes who may talk to it.
    ///
    /// # Errors
    /// As [`App::save_peers`].
    pub fn propose_peers(&self, caller: &Caller, device: &str, choices: &[PeerChoice]) -> Result<()> {
        self.allow(caller, Action::OwnReport, &format!("device/{device}"))?;
        let subject = Subject::new(SubjectKind::Device, device);
        let person = self.person_of(caller)?;
        if self.owner_of(&subject)?.as_deref() != Some(&person) {
            return Err(AppError::NotFound("subject"));
        }
        let value = Proposal { device: device.to_owned(), peers: checked(choices)? };
        let entry = match self.proposal(device)? {
            Some((id, version, _, held)) if held != value => Entry::next(id, version, &value)?,
            Some(_) => return Ok(()),
            None => Entry::new(&value)?,
        };
        let entries = [entry];
        let detail = store::record::witness(KIND, &entries);
        let now = self.now();
        self.store.change(&self.act(caller, Action::OwnReport, &subject.to_string(), &detail), |change| {
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    fn proposal(&self, device: &str) -> Result<Option<(u64, u32, At, Proposal)>> {
        let records = self.store.read(|read| read.records::<Proposal>(KIND))?;
        Ok(records
            .into_iter()
            .find(|record| record.value.device == device)
            .map(|record| (record.id, record.version, record.at, record.value)))
    }

    /// A PC a caller may look at.
    fn pc_seen(&self, caller: &Caller, device: &str) -> Result<Subject> {
        self.allow(caller, Action::OwnLook, "peers")?;
        let subject = Subject::new(SubjectKind::Device, device);
        if Action::Look.open_to(caller.role) {
            return Ok(subject);
        }
        let person = self.person_of(caller)?;
        if self.owner_of(&subject)?.as_deref() == Some(&person) {
            Ok(subject)
        } else {
            self.refuse(caller, Action::OwnLook, &subject.to_string())?;
            Err(AppError::NotFound("subject"))
        }
    }
}

/// The chosen machines, each an address and a role; those of no role are left out.
fn checked(choices: &[PeerChoice]) -> Result<Vec<(String, String)>> {
    let mut findings = Findings::default();
    let mut found: Vec<(String, String)> = Vec::new();
    for (address, word) in choices {
        let address = address.trim();
        if address.is_empty() || role_of(word).is_none() {
            continue;
        }
        match address.parse::<IpAddr>() {
            Ok(parsed) => {
                let peer = (parsed.to_string(), word.clone());
                if !found.iter().any(|(known, _)| *known == peer.0) {
                    found.push(peer);
                }
            }
            Err(_) => findings.add(
                Invalid::new("address", "not-an-address").with(address.chars().take(60).collect::<String>()),
            ),
        }
    }
    if found.len() > PEERS_MAX {
        findings.add(Invalid::new("peers", "list-full").with(PEERS_MAX));
    }
    findings.done()?;
    Ok(found)
}

fn plan_of(allowed: &[(String, PeerRole)], prefix: u8) -> std::result::Result<Plan, Flaw> {
    let of = |role: PeerRole| -> Vec<IpAddr> {
        let own = allowed.iter().filter(|(_, known)| *known == role);
        own.filter_map(|(address, _)| address.parse().ok()).collect()
    };
    home_firewall::plan(&of(PeerRole::Router), &of(PeerRole::Printer), prefix)
}

fn own_addresses(network: &Network) -> Vec<String> {
    let adapters = network.adapters.iter().flatten().filter(|adapter| adapter.up != Some(false));
    adapters.flat_map(|adapter| adapter.addresses.iter().flatten().cloned()).collect()
}

fn peers_of(network: &Network, allowed: &[(String, PeerRole)], proposed: &[(String, PeerRole)]) -> Vec<Peer> {
    let gateways: Vec<&String> = network.gateways.iter().flatten().collect();
    let role = |list: &[(String, PeerRole)], address: &str| {
        list.iter().find(|(known, _)| known == address).map(|(_, role)| *role)
    };
    let peer = |address: &str, mac: String, vendor: String| Peer {
        gateway: gateways.iter().any(|gateway| *gateway == address),
        allowed: role(allowed, address),
        proposed: role(proposed, address),
        address: address.to_owned(),
        mac,
        vendor,
    };
    let mut found: Vec<Peer> = network
        .neighbours
        .iter()
        .flatten()
        .take(SEEN_MAX)
        .filter_map(|seen| {
            let address = seen.address.as_deref()?;
            // Multicast and broadcast stand in the table and are nobody.
            let nobody = address.parse::<IpAddr>().is_ok_and(|parsed| match parsed {
                IpAddr::V4(own) => own.is_multicast() || own.is_broadcast(),
                IpAddr::V6(own) => own.is_multicast(),
            });
            (!nobody).then(|| {
                peer(address, seen.mac.clone().unwrap_or_default(), seen.vendor.clone().unwrap_or_default())
            })
        })
        .collect();
    for address in gateways.iter().copied().chain(allowed.iter().chain(proposed).map(|(address, _)| address))
    {
        if !found.iter().any(|known| known.address == *address) {
            found.push(peer(address, String::new(), String::new()));
        }
    }
    found.sort_by_key(|peer| (peer.allowed.is_none(), !peer.gateway, peer.address.parse::<IpAddr>().ok()));
    found
}
