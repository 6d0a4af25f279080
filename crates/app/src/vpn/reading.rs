//! What files about a VPN say: the one place where they are read. Everything else of this folder knows these types alone.
//!
//! Files are read and dropped: what is kept holds no secret, and a quoted line is masked before it gets here.

use model::facts::{
    AuthenticationBackend, CertificateField, ConfigurationFinding, VpnAccesses, VpnAuthentication,
    VpnCertificate, VpnConfiguration, VpnProtocol,
};
use model::{At, Miss};

use super::matching::ListedAccount;
use crate::attachment::Upload;

/// The most files handed in at once.
pub const FILES_MAX: usize = 50;
/// The largest configuration or account list, in bytes.
const TEXT_MAX_BYTES: usize = 1024 * 1024;
/// The most accounts of a list.
const ACCOUNTS_MAX: usize = 5_000;

/// Something a person should know about a file, besides the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// A word, the last part of a locale key: `vpn-finding-…` or `vpn-remark-…`.
    pub what: String,
    /// File and line.
    pub place: String,
    /// The line, secrets masked, or what it is about.
    pub about: String,
}

/// What was read, what was not, and what a person should know.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading<T> {
    pub(crate) facts: T,
    pub(crate) misses: Vec<Miss>,
    pub(crate) remarks: Vec<Remark>,
}

/// Why files are not what they should be; nothing of them is used. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

type Read<T> = Result<Reading<T>, Refusal>;

/// What a configuration says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configured {
    pub(crate) authentication: Option<VpnAuthentication>,
    pub(crate) configuration: VpnConfiguration,
    /// Accounts kept on the device itself; absent when the configuration holds none.
    pub(crate) accounts: Option<Vec<ListedAccount>>,
}

/// How an id stands in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It can be used.
    Enabled,
    /// It cannot.
    Disabled,
    /// There is none of that name.
    Absent,
}

/// Reads files about a VPN.
pub(crate) trait Reader {
    /// Configurations of one gateway and its RADIUS server, together.
    fn configuration(&self, files: &[Upload]) -> Read<Configured>;
    /// Certificates and revocation lists; `password` opens PKCS #12 files and is not kept.
    fn certificates(&self, files: &[Upload], password: &str, now: At) -> Read<Vec<VpnCertificate>>;
    /// An account list: a CSV, or a RADIUS server's users file.
    fn accounts(&self, file: &Upload) -> Read<Vec<ListedAccount>>;
    /// Logs of a RADIUS server or NPS.
    fn accesses(&self, files: &[Upload], known: &dyn Fn(&str) -> Standing, now: At) -> Read<VpnAccesses>;
}

/// The reader in use.
pub(crate) struct Files;

impl Reader for Files {
    fn configuration(&self, files: &[Upload]) -> Read<Configured> {
        let mut configured = Configured::default();
        let mut accounts = Vec::new();
        let (mut protocols, mut findings) = (Vec::new(), Vec::new());
        let (mut local, mut radius, mut psk) = (None, None, None);
        let mut version_2 = false;
        for file in files {
            for (number, line) in text(file)?.lines().enumerate() {
                let place = format!("{}:{}", file.name, number + 1);
                let words: Vec<&str> = line.split_whitespace().collect();
                match words.as_slice() {
                    ["pptp", "service", "on"] => {
                        protocols.push(VpnProtocol::Pptp);
                        findings.push(finding("pptp", &place, line, Some("7.1.1-1")));
                    }
                    ["l2tp", "service", "on", ..] => protocols.push(VpnProtocol::L2tpIpsec),
                    ["pp", "auth", "username", name, ..] => {
                        let quoted = format!("pp auth username {name} ****");
                        local.get_or_insert(format!("{place}: {quoted}"));
                        accounts.push(ListedAccount {
                            name: (*name).to_owned(),
                            enabled: Some(true),
                            line: u32::try_from(number + 1).unwrap_or(0),
                            ..ListedAccount::default()
                        });
                    }
                    ["radius", "auth", "on"] => {
                        radius = Some(format!("{place}: {line}"));
                    }
                    ["ipsec", "ike", "version", _, "2"] => version_2 = true,
                    ["ipsec", "ike", "pre-shared-key", gateway, ..] => {
                        let quoted = format!("ipsec ike pre-shared-key {gateway} ****");
                        psk.get_or_insert((place, quoted));
                    }
                    _ => {}
                }
            }
        }
        if version_2 {
            protocols.push(VpnProtocol::Ikev2);
        }
        if protocols.is_empty() {
            return Err(Refusal("no VPN that is known here is switched on in these files".into()));
        }
        let shared = psk.is_some() && !version_2;
        if let Some((place, quoted)) = psk.filter(|_| shared) {
            findings.push(finding("shared_key", &place, &quoted, Some("7.1.1-1")));
        }
        if let Some(line) = local.as_deref().filter(|_| radius.is_none()) {
            let (place, quoted) = line.split_once(": ").unwrap_or(("", line));
            findings.push(finding("local_accounts", place, quoted, Some("7.1.6-1")));
        }
        configured.authentication = radius.clone().or(local).map(|line| VpnAuthentication {
            backend: Some(if radius.is_some() {
                AuthenticationBackend::Other
            } else {
                AuthenticationBackend::Local
            }),
            certificate_field: Some(CertificateField::None),
            shared_password: Some(shared),
            line: Some(line),
        });
        configured.configuration = VpnConfiguration {
            product: Some("yamaha".into()),
            protocols: Some(protocols),
            findings: Some(findings),
            unread: Some(Vec::new()),
        };
        configured.accounts = Some(accounts).filter(|found: &Vec<_>| !found.is_empty());
        Ok(Reading { facts: configured, misses: Vec::new(), remarks: Vec::new() })
    }

    fn certificates(&self, _: &[Upload], _: &str, _: At) -> Read<Vec<VpnCertificate>> {
        Err(Refusal("certificates are not read by this build".into()))
    }

    fn accounts(&self, file: &Upload) -> Read<Vec<ListedAccount>> {
        let text = text(file)?;
        let mut lines = text.lines().enumerate();
        let head: Vec<String> = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
        let column = |names: &[&str]| {
            head.iter().position(|cell| names.iter().any(|name| cell.to_lowercase() == *name))
        };
        let id =
            column(&["user", "login", "id", "username", "ユーザー名", "アカウント"]).ok_or_else(|| {
                Refusal("its first line names no column for the id (user, login, ユーザー名)".into())
            })?;
        let enabled = column(&["enabled", "状態", "有効"]);
        let display = column(&["name", "氏名"]);
        let mail = column(&["mail", "メール"]);
        let mut found = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let row = cells(line);
            let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).cloned().unwrap_or_default();
            if found.len() >= ACCOUNTS_MAX {
                return Err(Refusal(format!("it lists more than {ACCOUNTS_MAX} accounts")));
            }
            found.push(ListedAccount {
                name: cell(Some(id)),
                enabled: match cell(enabled).to_lowercase().as_str() {
                    "yes" | "true" | "1" | "有効" | "enabled" => Some(true),
                    "no" | "false" | "0" | "無効" | "停止" | "disabled" => Some(false),
                    _ if enabled.is_none() => Some(true),
                    _ => None,
                },
                display: cell(display),
                mail: cell(mail),
                last_used_at: None,
                line: u32::try_from(number + 1).unwrap_or(0),
            });
        }
        found.retain(|account| !account.name.is_empty());
        Ok(Reading { facts: found, misses: Vec::new(), remarks: Vec::new() })
    }

    fn accesses(&self, _: &[Upload], _: &dyn Fn(&str) -> Standing, _: At) -> Read<VpnAccesses> {
        Err(Refusal("logs are not read by this build".into()))
    }
}

fn finding(what: &str, place: &str, line: &str, breaks: Option<&str>) -> ConfigurationFinding {
    ConfigurationFinding {
        what: Some(what.into()),
        place: Some(place.into()),
        line: Some(line.trim().into()),
        breaks: breaks.map(str::to_owned),
    }
}

fn text(file: &Upload) -> Result<&str, Refusal> {
    if file.bytes.len() > TEXT_MAX_BYTES {
        return Err(Refusal(format!("{} has more than {TEXT_MAX_BYTES} bytes", file.name)));
    }
    let text =
        std::str::from_utf8(&file.bytes).map_err(|_| Refusal(format!("{} is not a text", file.name)))?;
    Ok(text.trim_start_matches('\u{feff}'))
}

fn cells(line: &str) -> Vec<String> {
    line.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
}
