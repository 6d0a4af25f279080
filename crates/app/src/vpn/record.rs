//! What a person records about a VPN: a new one, its gateway, its method, its procedures, how it is watched.

use model::facts::{
    AuthenticationBackend, CertificateField, Gateway, VpnAuthentication, VpnMethod, VpnProcedures,
    VpnProtocol, VpnWatch,
};
use model::{At, Caller, Source, Subject};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{PROTOCOLS, protocol_name, vpn};
use crate::error::{Findings, Invalid};
use crate::home::{answer, past_day};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// The longest name.
const NAME_MAX: usize = 100;
/// The longest remark.
const NOTE_MAX: usize = 4_000;
/// The most holes listed.
const HOLES_MAX: usize = 50;

/// A new VPN, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewVpn {
    /// Its id, for example `vpn-honsha`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Maker; may be empty.
    pub vendor: String,
    /// Product.
    pub product: String,
}

/// The gateway, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayForm {
    /// Maker.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// Firmware version; empty when not known.
    pub firmware: String,
    /// The day it was installed; may be empty.
    pub firmware_at: String,
    /// Whether support ended: `yes`, `no` or `unknown`.
    pub support_ended: String,
    /// Whether holes that attackers use are open: `yes`, `no` or `unknown`.
    pub exploited: String,
    /// Which: CVE ids, in any separation.
    pub holes: String,
    /// The day vulnerabilities were last looked up; may be empty.
    pub checked_at: String,
}

impl GatewayForm {
    /// The form for what is known.
    #[must_use]
    pub fn of(gateway: &Gateway) -> Self {
        let text = |own: &Option<String>| own.clone().unwrap_or_default();
        let day = |at: Option<At>| at.map(At::day).unwrap_or_default();
        Self {
            vendor: text(&gateway.vendor),
            product: text(&gateway.product),
            firmware: text(&gateway.firmware),
            firmware_at: day(gateway.firmware_at),
            support_ended: word(gateway.support_ended),
            exploited: word(gateway.known_exploited.as_ref().map(|holes| !holes.is_empty())),
            holes: gateway.known_exploited.clone().unwrap_or_default().join(", "),
            checked_at: day(gateway.checked_at),
        }
    }
}

/// The method, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MethodForm {
    /// A name of [`PROTOCOLS`].
    pub protocol: String,
    /// The day its risks and load were last weighed.
    pub reviewed_at: String,
    /// Why it was chosen.
    pub note: String,
}

impl MethodForm {
    /// The form for what is known.
    #[must_use]
    pub fn of(method: &VpnMethod) -> Self {
        Self {
            protocol: method.protocol.map(protocol_name).unwrap_or_default().to_owned(),
            reviewed_at: method.risk_reviewed_at.map(At::day).unwrap_or_default(),
            note: method.note.clone().unwrap_or_default(),
        }
    }
}

/// The procedures, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProceduresForm {
    /// How one connects is laid down.
    pub connection: bool,
    /// How one proves who one is.
    pub authentication: bool,
    /// What is done with accounts when work at home starts and ends.
    pub account_changes: bool,
    /// The day they were last reviewed.
    pub reviewed_at: String,
}

impl ProceduresForm {
    /// The form for what is known.
    #[must_use]
    pub fn of(procedures: &VpnProcedures) -> Self {
        Self {
            connection: procedures.connection == Some(true),
            authentication: procedures.authentication == Some(true),
            account_changes: procedures.account_changes == Some(true),
            reviewed_at: procedures.reviewed_at.map(At::day).unwrap_or_default(),
        }
    }
}

/// Who checks accounts, each with its word.
pub const BACKENDS: [(AuthenticationBackend, &str); 7] = [
    (AuthenticationBackend::Nps, "nps"),
    (AuthenticationBackend::RadiusLdap, "radius_ldap"),
    (AuthenticationBackend::Ldap, "ldap"),
    (AuthenticationBackend::Local, "local"),
    (AuthenticationBackend::RadiusLocal, "radius_local"),
    (AuthenticationBackend::Cloud, "cloud"),
    (AuthenticationBackend::Other, "other"),
];

/// The field of a certificate that names the person, each with its word.
pub const CERTIFICATE_FIELDS: [(CertificateField, &str); 6] = [
    (CertificateField::None, "none"),
    (CertificateField::Upn, "upn"),
    (CertificateField::Email, "email"),
    (CertificateField::CommonName, "common_name"),
    (CertificateField::Organization, "organization"),
    (CertificateField::Issuer, "issuer"),
];

/// How accounts are checked, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthenticationForm {
    /// Who checks: a word of [`BACKENDS`].
    pub backend: String,
    /// A word of [`CERTIFICATE_FIELDS`].
    pub certificate_field: String,
    /// Whether everybody uses one password or key: `yes` or `no`.
    pub shared: String,
}

impl AuthenticationForm {
    /// The form for what is known.
    #[must_use]
    pub fn of(known: &VpnAuthentication) -> Self {
        let backend = BACKENDS.iter().find(|(own, _)| Some(*own) == known.backend);
        let field = CERTIFICATE_FIELDS.iter().find(|(own, _)| Some(*own) == known.certificate_field);
        Self {
            backend: backend.map(|(_, word)| (*word).to_owned()).unwrap_or_default(),
            certificate_field: field.map(|(_, word)| (*word).to_owned()).unwrap_or_default(),
            shared: word(known.shared_password),
        }
    }
}

/// How it is watched, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchForm {
    /// Whether access logs are kept: `yes` or `no`.
    pub logs_kept: String,
    /// Whether attacks are watched for: `yes` or `no`.
    pub attacks_watched: String,
    /// Who watches.
    pub by: String,
}

impl WatchForm {
    /// The form for what is known.
    #[must_use]
    pub fn of(watch: &VpnWatch) -> Self {
        Self {
            logs_kept: word(watch.logs_kept),
            attacks_watched: word(watch.attacks_watched),
            by: watch.by.clone().unwrap_or_default(),
        }
    }
}

/// A form's word for a fact; empty when nobody said.
fn word(fact: Option<bool>) -> String {
    match fact {
        Some(true) => "yes".into(),
        Some(false) => "no".into(),
        None => String::new(),
    }
}

/// A day that must be there, today or past; kept as its first instant in Japan.
pub(super) fn day_of(findings: &mut Findings, field: &str, text: &str, now: At) -> Option<At> {
    if text.trim().is_empty() {
        findings.add(Invalid::new(field, "missing"));
        return None;
    }
    past_day(findings, field, text, now)
}

/// CVE ids out of a text.
fn holes(findings: &mut Findings, text: &str) -> Vec<String> {
    let separators = [',', '、', ' ', '\u{3000}', '\n', '\r', '\t', ';'];
    let words: Vec<String> =
        text.split(separators).filter(|word| !word.is_empty()).map(str::to_uppercase).collect();
    if words.is_empty() {
        findings.add(Invalid::new("holes", "missing"));
    } else if words.len() > HOLES_MAX {
        findings.add(Invalid::new("holes", "too-many").with(HOLES_MAX));
    } else if let Some(wrong) = words.iter().find(|word| !is_cve(word)) {
        let wrong: String = wrong.chars().take(30).collect();
        findings.add(Invalid::new("holes", "vpn-not-a-cve").with(wrong));
    }
    words
}

fn is_cve(word: &str) -> bool {
    let digits =
        |text: &str, least: usize| text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = word.split('-').collect();
    matches!(parts.as_slice(), ["CVE", year, number] if digits(year, 4) && digits(number, 4) && word.len() <= 20)
}

/// Facts as a section.
pub(super) fn section(name: &str, value: &impl Serialize) -> Result<Map<String, Value>> {
    let value =
        serde_json::to_value(value).map_err(|error| AppError::Internal(format!("stated facts: {error}")))?;
    Ok(Map::from_iter([(name.to_owned(), value)]))
}

impl App {
    /// Enters a VPN. Gives its id.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault, also for an id that is there already.
    pub fn add_vpn(&self, caller: &Caller, form: &NewVpn) -> Result<String> {
        self.allow(caller, Action::VpnSave, "vpn")?;
        let mut findings = Findings::default();
        let id = findings.text("id", &form.id, NAME_MAX);
        let name = findings.text("name", &form.name, NAME_MAX);
        let vendor = findings.optional("vendor", &form.vendor, NAME_MAX);
        let product = findings.text("product", &form.product, NAME_MAX);
        let subject = vpn(&id);
        if !id.is_empty() && !Subject::id_is_usable(&id) {
            findings.add(Invalid::new("id", "not-an-id"));
        } else if !id.is_empty() && self.store.read(|read| read.subject(&subject))?.is_some() {
            findings.add(Invalid::new("id", "vpn-taken"));
        }
        findings.done()?;
        let gateway = Gateway {
            vendor: Some(vendor).filter(|text| !text.is_empty()),
            product: Some(product),
            ..Gateway::default()
        };
        let facts = section("gateway", &gateway)?;
        let stated = Statement { subject, name, source: Source::Record, facts, detail: "entered".to_owned() };
        self.state(caller, Action::VpnSave, stated)?;
        Ok(id)
    }

    /// Records a part of a VPN. `seen` is the id of the evidence the writer saw, empty for none.
    pub(super) fn record_of(
        &self,
        caller: &Caller,
        subject: &Subject,
        (part, seen): (&str, &str),
        value: &impl Serialize,
    ) -> Result<()> {
        let held = self.store.read(|read| read.sections(subject, Some(&[part])))?;
        let newest = held.first().map(|section| section.evidence.id.clone()).unwrap_or_default();
        if newest != seen {
            return Err(AppError::Conflict);
        }
        let stated = Statement {
            subject: subject.clone(),
            name: String::new(),
            source: Source::Record,
            facts: section(part, value)?,
            detail: format!("{part} recorded"),
        };
        self.state(caller, Action::VpnSave, stated)?;
        Ok(())
    }

    /// A VPN that is there, for a caller who may record something about it.
    pub(super) fn vpn_to_record(&self, caller: &Caller, id: &str) -> Result<Subject> {
        let subject = vpn(id);
        self.allow(caller, Action::VpnSave, &subject.to_string())?;
        self.store.read(|read| read.subject(&subject))?.ok_or(AppError::NotFound("vpn"))?;
        Ok(subject)
    }

    /// Records what the gateway is.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when it was changed since `seen`.
    pub fn save_gateway(&self, caller: &Caller, id: &str, seen: &str, form: &GatewayForm) -> Result<()> {
        let subject = self.vpn_to_record(caller, id)?;
        let (mut findings, now) = (Findings::default(), self.now());
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        let gateway = Gateway {
            vendor: text(findings.optional("vendor", &form.vendor, NAME_MAX)),
            product: Some(findings.text("product", &form.product, NAME_MAX)),
            firmware: text(findings.optional("firmware", &form.firmware, NAME_MAX)),
            firmware_at: past_day(&mut findings, "firmware_at", &form.firmware_at, now),
            support_ended: answer(&mut findings, "support_ended", &form.support_ended),
            known_exploited: match answer(&mut findings, "exploited", &form.exploited) {
                Some(true) => Some(holes(&mut findings, &form.holes)),
                Some(false) => Some(Vec::new()),
                None => None,
            },
            checked_at: past_day(&mut findings, "checked_at", &form.checked_at, now),
        };
        findings.done()?;
        self.record_of(caller, &subject, ("gateway", seen), &gateway)
    }

    /// Records the method and why it was chosen.
    ///
    /// # Errors
    /// As [`App::save_gateway`].
    pub fn save_method(&self, caller: &Caller, id: &str, seen: &str, form: &MethodForm) -> Result<()> {
        let subject = self.vpn_to_record(caller, id)?;
        let (mut findings, now) = (Findings::default(), self.now());
        let protocol: Option<VpnProtocol> =
            PROTOCOLS.into_iter().find(|protocol| protocol_name(*protocol) == form.protocol);
        if protocol.is_none() {
            findings.add(Invalid::new("protocol", "unknown-choice"));
        }
        let method = VpnMethod {
            protocol,
            risk_reviewed_at: day_of(&mut findings, "reviewed_at", &form.reviewed_at, now),
            note: Some(findings.text("note", &form.note, NOTE_MAX)),
        };
        findings.done()?;
        self.record_of(caller, &subject, ("method", seen), &method)
    }

    /// Records which procedures are laid down.
    ///
    /// # Errors
    /// As [`App::save_gateway`].
    pub fn save_procedures(
        &self,
        caller: &Caller,
        id: &str,
        seen: &str,
        form: &ProceduresForm,
    ) -> Result<()> {
        let subject = self.vpn_to_record(caller, id)?;
        let (mut findings, now) = (Findings::default(), self.now());
        let procedures = VpnProcedures {
            connection: Some(form.connection),
            authentication: Some(form.authentication),
            account_changes: Some(form.account_changes),
            reviewed_at: day_of(&mut findings, "reviewed_at", &form.reviewed_at, now),
        };
        findings.done()?;
        self.record_of(caller, &subject, ("procedures", seen), &procedures)
    }

    /// Records how accounts are checked, where no configuration tells: a RADIUS server or NPS elsewhere.
    ///
    /// # Errors
    /// As [`App::save_gateway`]; a configuration that was handed in is not overruled by a word.
    pub fn save_authentication(
        &self,
        caller: &Caller,
        id: &str,
        seen: &str,
        form: &AuthenticationForm,
    ) -> Result<()> {
        let subject = self.vpn_to_record(caller, id)?;
        let mut findings = Findings::default();
        let backend = BACKENDS.iter().find(|(_, word)| *word == form.backend).map(|(own, _)| *own);
        if backend.is_none() {
            findings.add(Invalid::new("backend", "unknown-choice"));
        }
        let field = CERTIFICATE_FIELDS.iter().find(|(_, word)| *word == form.certificate_field);
        if field.is_none() {
            findings.add(Invalid::new("certificate_field", "unknown-choice"));
        }
        let shared_password = answer(&mut findings, "shared", &form.shared);
        findings.done()?;
        let sections = self.store.read(|read| read.sections(&subject, Some(&["authentication"])))?;
        if sections.iter().any(|own| own.evidence.source == Source::Import && own.value.is_some()) {
            return Err(Invalid::new("backend", "vpn-measured").into());
        }
        let said = VpnAuthentication {
            backend,
            certificate_field: field.map(|(own, _)| *own),
            shared_password,
            line: None,
        };
        self.record_of(caller, &subject, ("authentication", seen), &said)
    }

    /// Records how it is watched.
    ///
    /// # Errors
    /// As [`App::save_gateway`].
    pub fn save_watch(&self, caller: &Caller, id: &str, seen: &str, form: &WatchForm) -> Result<()> {
        let subject = self.vpn_to_record(caller, id)?;
        let mut findings = Findings::default();
        let watch = VpnWatch {
            logs_kept: answer(&mut findings, "logs_kept", &form.logs_kept),
            attacks_watched: answer(&mut findings, "attacks_watched", &form.attacks_watched),
            by: Some(findings.text("by", &form.by, NAME_MAX)),
        };
        findings.done()?;
        self.record_of(caller, &subject, ("watch", seen), &watch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_cve_ids() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let mut findings = Findings::default();
            let found = holes(&mut findings, text);
            match expected {
                Some(expected) => assert_eq!(
                    (found, findings.any()),
                    (expected.iter().map(|id| (*id).to_owned()).collect(), false)
                ),
                None => assert!(findings.any(), "{text}"),
            }
        };
        check("CVE-2024-21887、cve-2023-46805", Some(&["CVE-2024-21887", "CVE-2023-46805"]));
        check("", None);
        check("2024-21887", None);
        check("CVE-24-1", None);
        check("FG-IR-24-015", None);
    }
}
