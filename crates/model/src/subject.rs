//! What a statement is judged for: a PC, a server, a domain, a person …

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of thing a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// The company itself; there is exactly one, with the id `company`.
    Company,
    /// A PC lent to a person (貸与端末).
    Device,
    /// A server of the company.
    Server,
    /// An Active Directory domain.
    Domain,
    /// A VPN: gateway, method and accounts together.
    Vpn,
    /// A kind of VPN credential (password, certificate, one-time password …).
    Credential,
    /// A router, firewall or other appliance of the company.
    NetworkDevice,
    /// The home LAN of a person (宅内LAN).
    Home,
    /// A device at home that is not lent (宅内端末).
    HomeDevice,
    /// A person.
    Person,
}

impl SubjectKind {
    /// Every kind, in the order pages show them.
    pub const ALL: [SubjectKind; 10] = [
        SubjectKind::Company,
        SubjectKind::Device,
        SubjectKind::Server,
        SubjectKind::Domain,
        SubjectKind::Vpn,
        SubjectKind::Credential,
        SubjectKind::NetworkDevice,
        SubjectKind::Home,
        SubjectKind::HomeDevice,
        SubjectKind::Person,
    ];

    /// The kind's name in documents, checks and addresses, for example `home_device`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SubjectKind::Company => "company",
            SubjectKind::Device => "device",
            SubjectKind::Server => "server",
            SubjectKind::Domain => "domain",
            SubjectKind::Vpn => "vpn",
            SubjectKind::Credential => "credential",
            SubjectKind::NetworkDevice => "network_device",
            SubjectKind::Home => "home",
            SubjectKind::HomeDevice => "home_device",
            SubjectKind::Person => "person",
        }
    }

    /// The name of the list of all subjects of this kind in a check, for example `home_devices`.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            SubjectKind::Company => "companies",
            SubjectKind::Device => "devices",
            SubjectKind::Server => "servers",
            SubjectKind::Domain => "domains",
            SubjectKind::Vpn => "vpns",
            SubjectKind::Credential => "credentials",
            SubjectKind::NetworkDevice => "network_devices",
            SubjectKind::Home => "homes",
            SubjectKind::HomeDevice => "home_devices",
            SubjectKind::Person => "persons",
        }
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SubjectKind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<Self, NotAKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(NotAKind)
    }
}

/// A text that names no kind of subject.
#[derive(Debug, thiserror::Error)]
#[error("not a kind of subject")]
pub struct NotAKind;

/// One subject: its kind and an id that is unique within the kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The kind.
    pub kind: SubjectKind,
    /// The id, for example an asset number or host name.
    pub id: String,
}

/// The longest id of a subject, in characters.
pub const SUBJECT_ID_MAX_CHARS: usize = 100;

impl Subject {
    /// A subject from its kind and id.
    pub fn new(kind: SubjectKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// The company.
    #[must_use]
    pub fn company() -> Self {
        Self::new(SubjectKind::Company, "company")
    }

    /// Stands for a kind of which nothing has reported yet.
    #[must_use]
    pub fn none_yet(kind: SubjectKind) -> Self {
        Self::new(kind, "*")
    }

    /// Whether this stands for a kind of which nothing has reported yet.
    #[must_use]
    pub fn is_none_yet(&self) -> bool {
        self.id == "*"
    }

    /// Whether the id can be used: 1 to 100 characters, no control characters, `/` or `*`, no blank at either end.
    #[must_use]
    pub fn id_is_usable(id: &str) -> bool {
        let chars = id.chars().count();
        (1..=SUBJECT_ID_MAX_CHARS).contains(&chars)
            && id.trim() == id
            && id != "."
            && id != ".."
            && !id.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '*'))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_serde_writes() {
        for kind in SubjectKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(kind.name().parse::<SubjectKind>().unwrap(), kind);
        }
    }

    #[test]
    fn ids_are_bounded() {
        let check = |id: &str, usable: bool| assert_eq!(Subject::id_is_usable(id), usable, "{id:?}");
        check("PC-012", true);
        check("総務 01", true);
        check("", false);
        check(" PC", false);
        check("a/b", false);
        check("a\nb", false);
        check("*", false);
        check(&"あ".repeat(100), true);
        check(&"あ".repeat(101), false);
    }
}
