//! One VPN's page: what is known of it, what is laid down, how it stands.

use model::facts::{
    Gateway, VpnAccesses, VpnAccount, VpnAuthentication, VpnCertificate, VpnConfiguration, VpnMethod,
    VpnProcedures, VpnProtocol, VpnWatch,
};
use model::{At, Caller, Miss, Source, SubjectKind, Verdict};
use serde::de::DeserializeOwned;
use store::{StoredSection, SubjectLine};

use super::list::{fact, protocols, told};
use super::risk::{Note, notes};
use super::vpn;
use crate::{Action, App, AppError, Result};

/// Something that is known, since when and from where.
#[derive(Clone, Debug)]
pub struct Told<T> {
    /// What.
    pub value: T,
    /// When it was true.
    pub at: At,
    /// Where it is from.
    pub source: Source,
    /// The evidence.
    pub evidence: String,
}

/// A VPN's page.
#[derive(Clone, Debug)]
pub struct ShownVpn {
    /// The VPN.
    pub line: SubjectLine,
    /// The gateway.
    pub gateway: Option<Told<Gateway>>,
    /// The method and why.
    pub method: Option<Told<VpnMethod>>,
    /// The procedures.
    pub procedures: Option<Told<VpnProcedures>>,
    /// How it is watched.
    pub watch: Option<Told<VpnWatch>>,
    /// How accounts are checked.
    pub authentication: Option<Told<VpnAuthentication>>,
    /// What its configuration says.
    pub configuration: Option<Told<VpnConfiguration>>,
    /// Who has an account.
    pub accounts: Option<Told<Vec<VpnAccount>>>,
    /// Certificates.
    pub certificates: Option<Told<Vec<VpnCertificate>>>,
    /// What its log says.
    pub accesses: Option<Told<VpnAccesses>>,
    /// The methods in use.
    pub protocols: Vec<VpnProtocol>,
    /// What is worth knowing of them, the worst first.
    pub notes: Vec<Note>,
    /// What could not be read.
    pub misses: Vec<Miss>,
    /// How it stands, what fails first.
    pub verdicts: Vec<Verdict>,
    /// Now.
    pub now: At,
}

fn known<T: DeserializeOwned>(sections: &[StoredSection], name: &str) -> Option<Told<T>> {
    let section = sections.iter().find(|section| section.name == name)?;
    Some(Told {
        value: told(sections, name)?,
        at: section.evidence.collected_at,
        source: section.evidence.source,
        evidence: section.evidence.id.clone(),
    })
}

impl ShownVpn {
    /// The id of the evidence of a section, for a form to name what its writer saw; empty for none.
    #[must_use]
    pub fn seen(&self, section: &str) -> &str {
        let evidence = match section {
            "gateway" => self.gateway.as_ref().map(|told| &told.evidence),
            "method" => self.method.as_ref().map(|told| &told.evidence),
            "procedures" => self.procedures.as_ref().map(|told| &told.evidence),
            "authentication" => self.authentication.as_ref().map(|told| &told.evidence),
            _ => self.watch.as_ref().map(|told| &told.evidence),
        };
        evidence.map_or("", String::as_str)
    }

    /// Methods the configuration switches on although another is recorded.
    #[must_use]
    pub fn unrecorded(&self) -> Vec<VpnProtocol> {
        let recorded = self.method.as_ref().and_then(|told| told.value.protocol);
        let on =
            self.configuration.as_ref().and_then(|told| told.value.protocols.clone()).unwrap_or_default();
        if recorded.is_none() {
            Vec::new()
        } else {
            on.into_iter().filter(|own| Some(*own) != recorded).collect()
        }
    }
}

impl App {
    /// Everything about a VPN.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn vpn(&self, caller: &Caller, id: &str) -> Result<ShownVpn> {
        let subject = vpn(id);
        self.allow(caller, Action::Look, &subject.to_string())?;
        self.settle_kind(SubjectKind::Vpn)?;
        self.store.read(|read| {
            let line = read.subject(&subject)?.ok_or(AppError::NotFound("vpn"))?;
            let sections = read.sections(&subject, None)?;
            let gateway: Gateway = fact(&sections, "gateway");
            let protocols = protocols(&sections);
            let named = |text: &Option<String>| text.clone().unwrap_or_default();
            Ok(ShownVpn {
                notes: notes(&named(&gateway.vendor), &named(&gateway.product), &protocols),
                gateway: known(&sections, "gateway"),
                method: known(&sections, "method"),
                procedures: known(&sections, "procedures"),
                watch: known(&sections, "watch"),
                authentication: known(&sections, "authentication"),
                configuration: known(&sections, "configuration"),
                accounts: known(&sections, "accounts"),
                certificates: known(&sections, "certificates"),
                accesses: known(&sections, "accesses"),
                misses: sections.iter().flat_map(|section| section.misses.clone()).collect(),
                verdicts: crate::home::verdicts(read, &subject)?,
                now: self.now(),
                protocols,
                line,
            })
        })
    }
}
