//! Reads the configurations of a VPN: who decides who gets in, which field of a certificate names the person, whether
//! everybody shares one key, who has an account, and what is at fault – each with the file and the line that decides.
//!
//! Guideline 7.1.1 (method, accounts, no shared password), 7.1.2 (protocols and ciphers), 7.1.5 (who is who), 7.1.6 (tie
//! to Active Directory). Products: FreeRADIUS 3, OpenVPN, strongSwan, WireGuard, SoftEther, YAMAHA RTX. What is not
//! decided by the files stays absent, which the judge takes for unknown. Pure functions over bytes; secrets do not
//! leave: every line that is quoted is masked first.
//!
//! Start reading at [`read`]; a product is a file or folder of its own, `telling` is what they fill in.

mod algorithm;
mod block;
mod facts;
mod freeradius;
mod kind;
mod merge;
mod openvpn;
mod quote;
mod softether;
mod strongswan;
mod telling;
mod what;
mod wireguard;
mod yamaha;

pub use facts::{document, facts};
pub use kind::{Product, recognise};
pub use what::{Level, WHATS, What, what};

use model::At;
use model::facts::{AuthenticationBackend, CertificateField, VpnProtocol};

use crate::router::RouterError;
use quote::Line;

/// The most files taken at once.
pub const FILES_MAX: usize = 100;
/// The largest sum of all files, in bytes.
pub const TOTAL_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most accounts, findings or unread lines kept of each.
const ENTRIES_MAX: usize = 2_000;

/// Files that lie beside a configuration and decide nothing about who gets in.
const DECIDE_NOTHING: [&str; 7] =
    ["dictionary", "experimental.conf", "hints", "huntgroups", "templates.conf", "trigger.conf", "README"];

/// Why configurations cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    /// More files than [`FILES_MAX`].
    #[error("more than {FILES_MAX} files: hand in the VPN's configuration alone")]
    TooManyFiles,
    /// More bytes than [`TOTAL_BYTES_MAX`].
    #[error(
        "all files together are larger than {TOTAL_BYTES_MAX} bytes: hand in the VPN's configuration alone"
    )]
    TooLarge,
    /// One file is too large or no text.
    #[error("{file}: {problem}")]
    File {
        /// Its name.
        file: String,
        /// What is the matter.
        problem: String,
    },
    /// None of the products.
    #[error(
        "it is no configuration that can be read: hand in that of FreeRADIUS (radiusd.conf, sites-enabled, \
         mods-enabled, users, clients.conf), OpenVPN, strongSwan (ipsec.conf, swanctl.conf), WireGuard, SoftEther \
         (vpn_server.config) or YAMAHA RTX (show config)"
    )]
    Unrecognised,
    /// A configuration that breaks off.
    #[error("{0} is not whole (what stands there has no end): hand in the whole file")]
    Truncated(String),
}

/// Where something is said: `server.conf:12` and the line, secrets masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// File and line number.
    pub place: String,
    /// The line.
    pub line: String,
}

impl Place {
    fn of(line: &Line) -> Self {
        Self { place: line.place(), line: line.quoted() }
    }

    /// `server.conf:12: cipher BF-CBC`.
    #[must_use]
    pub fn told(&self) -> String {
        format!("{}: {}", self.place, self.line)
    }
}

/// Something that a line decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// What.
    pub value: T,
    /// By which line.
    pub by: Place,
}

/// An account that the configuration holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub name: String,
    /// Whether it can be used, as far as switches go.
    pub enabled: bool,
    /// When it stops of itself.
    pub expires_at: Option<At>,
    /// Last use, as the configuration says it.
    pub last_used_at: Option<At>,
    /// The line it stands in, for example `users:12`.
    pub place: String,
}

/// Something at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A word of [`WHATS`].
    pub what: &'static str,
    /// Where.
    pub by: Place,
}

/// What configurations say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationReading {
    /// Whose they are, the gateway first.
    pub products: Vec<Product>,
    /// Protocols that are switched on; `None` when the files do not say (a RADIUS server's alone).
    pub protocols: Option<Vec<VpnProtocol>>,
    /// Who checks accounts.
    pub backend: Option<Told<AuthenticationBackend>>,
    /// Which field of a certificate names the person.
    pub certificate_field: Option<Told<CertificateField>>,
    /// Whether everybody uses one password or key.
    pub shared_password: Option<Told<bool>>,
    /// Accounts that the configuration holds.
    pub accounts: Vec<Account>,
    /// Whether these are all accounts there are; otherwise there are others elsewhere.
    pub accounts_complete: bool,
    /// What is at fault, worst first.
    pub findings: Vec<Finding>,
    /// What was not understood and could matter, with the line.
    pub unread: Vec<String>,
    /// What would have to be handed in or said for what is absent: field and reason.
    pub lacking: Vec<(&'static str, String)>,
}

/// Reads the configurations of one VPN. `files` are names (with the folder where it matters, as in
/// `sites-enabled/default`) and contents.
///
/// # Errors
/// [`ConfigurationError`] when nothing can be said of them.
pub fn read(files: &[(&str, &[u8])]) -> Result<ConfigurationReading, ConfigurationError> {
    if files.len() > FILES_MAX {
        return Err(ConfigurationError::TooManyFiles);
    }
    if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > TOTAL_BYTES_MAX {
        return Err(ConfigurationError::TooLarge);
    }
    let mut texts = Vec::new();
    for (name, bytes) in files {
        let name = model::printable::clean(name);
        match quote::lines(&name, bytes) {
            Ok(lines) => texts.push(Text { kind: kind::of(&name, &lines), name, lines }),
            // A folder holds certificates and databases as well; alone, such a file is an error.
            Err(RouterError::NotText) if files.len() > 1 => {}
            Err(error) => {
                return Err(ConfigurationError::File { file: name, problem: error.to_string() });
            }
        }
    }
    let mut parts = Vec::new();
    for product in Product::ALL {
        let own: Vec<&Text> = texts.iter().filter(|text| text.kind == Some(product)).collect();
        if own.is_empty() {
            continue;
        }
        parts.extend(match product {
            Product::Openvpn => own.iter().map(|text| openvpn::read(&text.lines)).collect(),
            Product::Wireguard => own.iter().map(|text| wireguard::read(&text.lines)).collect(),
            Product::Softether => {
                own.iter().map(|text| softether::read(&text.lines)).collect::<Result<Vec<_>, _>>()?
            }
            Product::Yamaha => own.iter().map(|text| yamaha::read(&text.lines)).collect(),
            Product::Strongswan => vec![strongswan::read(&own)?],
            Product::Freeradius => vec![freeradius::read(&own)?],
        });
    }
    if parts.is_empty() {
        return Err(ConfigurationError::Unrecognised);
    }
    let of_none = |text: &&Text| {
        let base = text.name.rsplit('/').next().unwrap_or_default();
        text.kind.is_none() && !DECIDE_NOTHING.contains(&base)
    };
    let strange = texts.iter().filter(of_none).map(|text| text.name.clone());
    Ok(merge::merged(parts, strange.collect()))
}

/// A file as lines.
struct Text {
    name: String,
    kind: Option<Product>,
    lines: Vec<Line>,
}
