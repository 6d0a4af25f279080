//! The register of VPNs.

use model::facts::{Gateway, VpnAccount, VpnConfiguration, VpnMethod, VpnProtocol};
use model::{Caller, SubjectKind};
use store::StoredSection;

use super::risk::{Note, notes};
use crate::subject::Listed;
use crate::{Action, App, Result};

/// A VPN in the register.
#[derive(Clone, Debug)]
pub struct VpnLine {
    /// The subject and how it stands.
    pub listed: Listed,
    /// The gateway.
    pub gateway: Gateway,
    /// The methods in use: the recorded one and those the configuration switches on.
    pub protocols: Vec<VpnProtocol>,
    /// What is worth knowing of them, the worst first.
    pub notes: Vec<Note>,
    /// How many accounts can be used; `None` when no list was handed in.
    pub accounts: Option<usize>,
}

/// A section as facts; the default of what is absent.
pub(super) fn fact<T: serde::de::DeserializeOwned + Default>(sections: &[StoredSection], name: &str) -> T {
    told(sections, name).unwrap_or_default()
}

/// A section as facts; `None` when nothing says anything about it.
pub(super) fn told<T: serde::de::DeserializeOwned>(sections: &[StoredSection], name: &str) -> Option<T> {
    let found = sections.iter().find(|section| section.name == name)?;
    serde_json::from_value(found.value.clone()?).ok()
}

/// The methods in use, each once.
pub(super) fn protocols(sections: &[StoredSection]) -> Vec<VpnProtocol> {
    let method: VpnMethod = fact(sections, "method");
    let configuration: VpnConfiguration = fact(sections, "configuration");
    let mut found = Vec::new();
    for protocol in method.protocol.into_iter().chain(configuration.protocols.unwrap_or_default()) {
        if !found.contains(&protocol) {
            found.push(protocol);
        }
    }
    found
}

impl App {
    /// All VPNs, the worst first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn vpns(&self, caller: &Caller) -> Result<Vec<VpnLine>> {
        self.allow(caller, Action::Look, "vpn")?;
        let listed = self.subjects(caller, SubjectKind::Vpn)?;
        self.store.read(|read| {
            listed
                .into_iter()
                .map(|listed| {
                    let wanted = ["gateway", "method", "configuration", "accounts"];
                    let sections = read.sections(&listed.line.subject, Some(&wanted))?;
                    let gateway: Gateway = fact(&sections, "gateway");
                    let protocols = protocols(&sections);
                    let named = |text: &Option<String>| text.clone().unwrap_or_default();
                    let notes = notes(&named(&gateway.vendor), &named(&gateway.product), &protocols);
                    let accounts: Option<Vec<VpnAccount>> = told(&sections, "accounts");
                    let usable = |own: &&VpnAccount| own.enabled == Some(true);
                    let accounts = accounts.map(|own| own.iter().filter(usable).count());
                    Ok(VpnLine { listed, gateway, protocols, notes, accounts })
                })
                .collect()
        })
    }
}
