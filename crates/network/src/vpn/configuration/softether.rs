//! SoftEther VPN Server, `vpn_server.config`: the manual's "Configuration File" and "User Authentication". Nested
//! `declare NAME { … }`, values of a type each, texts with `$XX` for bytes of UTF-8.

use model::At;
use model::facts::{AuthenticationBackend, CertificateField, VpnProtocol};

use super::quote::Line;
use super::telling::{Asked, Telling};
use super::{ConfigurationError, Product, algorithm};

/// How a user proves who they are, by its number in the file.
const ANONYMOUS: u64 = 0;
const PASSWORD: u64 = 1;
const USER_CERTIFICATE: u64 = 2;
const ROOT_CERTIFICATE: u64 = 3;
const RADIUS: u64 = 4;
const NT_DOMAIN: u64 = 5;
/// The deepest nesting followed.
const DEPTH_MAX: usize = 32;

/// A `declare` with what stands in it.
struct Node<'a> {
    name: String,
    line: &'a Line,
    values: Vec<(String, String, &'a Line)>,
    children: Vec<Node<'a>>,
}

impl<'a> Node<'a> {
    fn child(&self, name: &str) -> Option<&Node<'a>> {
        self.children.iter().find(|own| own.name == name)
    }

    fn value(&self, name: &str) -> Option<(&str, &'a Line)> {
        let own = self.values.iter().find(|(key, ..)| key == name)?;
        Some((own.1.as_str(), own.2))
    }

    fn is(&self, name: &str) -> Option<&'a Line> {
        self.value(name).filter(|(value, _)| *value == "true").map(|(_, line)| line)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.0.parse().ok()
    }
}

pub(super) fn read(lines: &[Line]) -> Result<Telling, ConfigurationError> {
    let mut telling = Telling::of(Product::Softether);
    let Some(root) = tree(lines)? else { return Ok(telling) };
    if let Some(ipsec) = root.child("IPsec") {
        let l2tp = ipsec.is("L2TP_IPsec");
        if l2tp.is_some() {
            telling.protocol(VpnProtocol::L2tpIpsec);
        }
        if let Some(line) = ipsec.is("L2TP_Raw") {
            telling.protocol(VpnProtocol::Other);
            telling.finding("weak_cipher", line);
        }
        if l2tp.is_some()
            && let Some((secret, line)) = ipsec.value("IPsec_Secret")
            && (secret.len() < 16 || secret == "vpn")
        {
            telling.finding("weak_secret", line);
        }
    }
    if let Some(server) = root.child("ServerConfiguration") {
        of_server(server, &mut telling);
    }
    let hubs = root.child("VirtualHUB").map(|own| own.children.as_slice()).unwrap_or_default();
    for hub in hubs {
        of_hub(hub, &mut telling);
    }
    if hubs.is_empty() {
        telling.lacks("accounts", format!("{}: no virtual hub is in it", root.line.place()));
        telling.accounts_elsewhere = true;
    }
    Ok(telling)
}

fn of_server(server: &Node<'_>, telling: &mut Telling) {
    if let Some(("false", _)) = server.value("DisableOpenVPNServer") {
        telling.protocol(VpnProtocol::Openvpn);
    }
    if let Some(("false", _)) = server.value("DisableSSTPServer") {
        telling.protocol(VpnProtocol::Sstp);
    }
    if let Some((name, line)) = server.value("CipherName") {
        let weak = name.split('-').find_map(algorithm::fault).filter(|word| *word != "sha1");
        if let Some(word) = weak {
            telling.finding(word, line);
        }
    }
    for name in ["Tls_Disable1_0", "Tls_Disable1_1"] {
        if let Some(("false", line)) = server.value(name) {
            telling.finding("weak_tls", line);
        }
    }
    if let Some(("false", line)) = server.value("DisableIPsecAggressiveMode")
        && telling.protocols.contains(&VpnProtocol::L2tpIpsec)
    {
        telling.finding("aggressive_mode", line);
    }
}

fn of_hub(hub: &Node<'_>, telling: &mut Telling) {
    let online = hub.value("Online").is_none_or(|(value, _)| value != "false");
    let radius = hub.value("RadiusServerName").filter(|(name, _)| !name.is_empty());
    let users = hub.child("SecurityAccountDatabase").and_then(|own| own.child("UserList"));
    for user in users.map(|own| own.children.as_slice()).unwrap_or_default() {
        of_user(user, online, radius, telling);
    }
}

fn of_user(user: &Node<'_>, online: bool, radius: Option<(&str, &Line)>, telling: &mut Telling) {
    let Some((_, by)) = user.value("AuthType") else {
        telling.unread(user.line);
        telling.accounts_elsewhere = true;
        return;
    };
    let barred =
        user.child("Policy").and_then(|own| own.value("Access")).is_some_and(|(value, _)| value == "false");
    let enabled = online && !barred;
    let at = |name: &str| user.number(name).filter(|own| *own > 0).and_then(instant);
    let kind = user.number("AuthType");
    if user.name == "*" {
        telling.accounts_elsewhere = true;
        if enabled {
            telling.finding("wildcard_user", user.line);
        }
    } else {
        telling.account_until(&user.name, enabled, at("ExpireTime"), at("LastLoginTime"), user.line);
    }
    if !enabled {
        return;
    }
    let local = Asked::Own(AuthenticationBackend::Local);
    let complete = telling.accounts_elsewhere;
    match kind {
        Some(ANONYMOUS) => {
            telling.asks(local, by);
            telling.finding("anonymous_user", user.line);
            telling.shares(Some(true), user.line);
            telling.field(Some(CertificateField::None), by);
        }
        Some(PASSWORD) => {
            telling.asks(local, by);
            telling.shares(Some(false), by);
            telling.field(Some(CertificateField::None), by);
        }
        Some(USER_CERTIFICATE) => {
            telling.asks(local, by);
            telling.shares(Some(false), by);
            telling.field(None, by);
            telling.lacks(
                "authentication.certificate_field",
                format!(
                    "{}: the whole certificate is compared, no field of it: say which field names the person",
                    by.place()
                ),
            );
        }
        Some(ROOT_CERTIFICATE) => {
            telling.asks(local, by);
            telling.shares(Some(false), by);
            of_root_certificate(user, by, telling);
        }
        Some(RADIUS) => {
            telling.asks(Asked::Radius, radius.map_or(by, |(_, line)| line));
            telling.shares(Some(false), by);
            telling.field(Some(CertificateField::None), by);
        }
        Some(NT_DOMAIN) => {
            telling.asks(Asked::Own(AuthenticationBackend::Ldap), by);
            telling.shares(Some(false), by);
            telling.field(Some(CertificateField::None), by);
        }
        _ => {
            telling.asks_unclear("how this user proves who they are is not known", by);
            telling.shares(None, by);
        }
    }
    // Whoever RADIUS or the domain checks is still listed here by name, unless the name is `*`.
    telling.accounts_elsewhere = complete;
}

/// A certificate of one of the trusted issuers, with this common name or serial number; with neither, any of them.
fn of_root_certificate(user: &Node<'_>, by: &Line, telling: &mut Telling) {
    let given = |name: &str| user.value(name).filter(|(value, _)| !value.is_empty());
    match (given("AuthCommonName"), given("AuthSerial")) {
        (Some((_, line)), _) => telling.field(Some(CertificateField::CommonName), line),
        (None, Some((_, line))) => {
            telling.field(None, line);
            telling.lacks(
                "authentication.certificate_field",
                format!("{}: the serial number is compared, no field that names a person", line.place()),
            );
        }
        (None, None) => {
            telling.field(Some(CertificateField::Issuer), by);
            telling.finding("issuer_only", by);
        }
    }
}

/// Milliseconds since 1970 as an instant.
fn instant(millis: u64) -> Option<At> {
    let millis = i64::try_from(millis).ok()?;
    At::from_unix_secs(millis / 1000)
}

/// The tree under `declare root`.
fn tree(lines: &[Line]) -> Result<Option<Node<'_>>, ConfigurationError> {
    let mut open: Vec<Node<'_>> = Vec::new();
    let mut root = None;
    for line in lines {
        let text = line.text.trim_start_matches('\u{feff}');
        if text.starts_with('#') {
            continue;
        }
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match first {
            "declare" if open.len() < DEPTH_MAX => {
                open.push(Node { name: unescaped(rest), line, values: Vec::new(), children: Vec::new() });
            }
            "declare" => return Err(ConfigurationError::Truncated(line.place())),
            "{" => {}
            "}" => {
                let Some(done) = open.pop() else { break };
                match open.last_mut() {
                    Some(above) => above.children.push(done),
                    None => root = Some(done),
                }
            }
            _ => {
                let (key, value) = rest.split_once(' ').unwrap_or((rest, ""));
                if let Some(own) = open.last_mut() {
                    let value = if value == "$" { String::new() } else { unescaped(value) };
                    own.values.push((key.to_owned(), value, line));
                }
            }
        }
        if root.is_some() {
            break;
        }
    }
    match open.last() {
        Some(unclosed) if root.is_none() => Err(ConfigurationError::Truncated(unclosed.line.place())),
        _ => Ok(root),
    }
}

/// `$XX` is a byte; `$` alone is the empty text.
fn unescaped(text: &str) -> String {
    if text == "$" {
        return String::new();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'$').then(|| after.get(..2)).flatten();
        let byte = code
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let check = |text: &str, expected: &str| assert_eq!(unescaped(text), expected);
        check("a$20b", "a b");
        check("$E7$94$B0$E4$B8$AD", "田中");
        check("$", "");
        check("$2", "$2");
        check("100$24", "100$");
    }
}
