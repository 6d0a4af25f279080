//! strongSwan by ipsec.conf(5) with ipsec.secrets(5), and by swanctl.conf(5). Both are made into connections of one form
//! and judged alike: connections between offices, with a fixed address on the other side, for ciphers alone.

mod ipsec;
mod swanctl;

use model::facts::{AuthenticationBackend, CertificateField, VpnProtocol};

use super::quote::Line;
use super::telling::{Asked, Telling};
use super::{ConfigurationError, Product, Text, algorithm};

/// A connection that people may use, or offices.
struct Connection<'a> {
    /// Whether anybody's address is taken.
    anybody: bool,
    version: Version,
    aggressive: Option<&'a Line>,
    /// L2TP inside (UDP 1701).
    l2tp: bool,
    proposals: Vec<(String, &'a Line)>,
    /// How the other side proves who it is, one after the other: `psk`, `pubkey`, `eap-radius`, `xauth` …
    methods: Vec<(String, &'a Line)>,
    /// Who the other side must say it is.
    id: Option<(String, &'a Line)>,
    /// Whether one certificate alone is taken.
    pinned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
    Any,
}

/// Who stands in the secrets.
#[derive(Default)]
struct Secrets<'a> {
    /// Ids with passwords of their own.
    users: Vec<(String, &'a Line)>,
    read: bool,
}

pub(super) fn read(files: &[&Text]) -> Result<Telling, ConfigurationError> {
    let mut telling = Telling::of(Product::Strongswan);
    let swanctl: Vec<_> = files
        .iter()
        .filter(|text| text.lines.iter().any(|line| line.text.contains('{') && !line.text.starts_with('#')))
        .collect();
    let trees = swanctl.iter().map(|text| swanctl::tree(&text.lines)).collect::<Result<Vec<_>, _>>()?;
    let mut connections: Vec<Connection<'_>> = Vec::new();
    let mut secrets = Secrets::default();
    for tree in &trees {
        swanctl::read(tree, &mut connections, &mut secrets, &mut telling);
    }
    let plain: Vec<&Line> = files
        .iter()
        .filter(|text| !swanctl.iter().any(|own| std::ptr::eq(**own, **text)))
        .flat_map(|text| &text.lines)
        .collect();
    ipsec::read(&plain, &mut connections, &mut secrets, &mut telling);
    for connection in &connections {
        judge(connection, &secrets, &mut telling);
    }
    if !connections.iter().any(|own| own.anybody) {
        telling.accounts_elsewhere = true;
        for field in
            ["authentication.backend", "authentication.certificate_field", "authentication.shared_password"]
        {
            telling.lacks(field, "no connection that is switched on is for people (right=%any)".to_owned());
        }
    }
    Ok(telling)
}

fn judge(own: &Connection<'_>, secrets: &Secrets<'_>, telling: &mut Telling) {
    for (list, line) in &own.proposals {
        algorithm::weigh(list.split([',', '-', '!', ' ']).filter(|word| !word.is_empty()), line, telling);
    }
    if let Some(line) = own.aggressive.filter(|_| own.version != Version::Two) {
        telling.finding("aggressive_mode", line);
    }
    if !own.anybody {
        return;
    }
    telling.protocol(match (own.l2tp, own.version) {
        (true, _) => VpnProtocol::L2tpIpsec,
        (false, Version::One) => VpnProtocol::Other,
        (false, Version::Two | Version::Any) => VpnProtocol::Ikev2,
    });
    let mut personal = false;
    for (method, line) in &own.methods {
        personal |= person(own, method, line, secrets, telling);
    }
    let psk = own.methods.iter().find(|(method, _)| method == "psk");
    let Some((_, line)) = psk else { return };
    if personal {
        return;
    }
    if own.l2tp {
        telling.asks_unclear("the PPP server behind L2TP decides: hand in the list of its accounts", line);
        telling.shares(None, line);
        telling.accounts_elsewhere = true;
        return;
    }
    telling.asks(Asked::Own(AuthenticationBackend::Local), line);
    telling.field(Some(CertificateField::None), line);
    telling.accounts_elsewhere = true;
    let one_id = own.id.as_ref().is_some_and(|(id, _)| !id.contains('*') && id != "%any" && !id.is_empty());
    if one_id {
        telling.shares(Some(false), line);
    } else {
        telling.shares(Some(true), line);
        telling.finding("shared_key", line);
    }
}

/// A method by which a person proves who they are; whether it is one.
fn person(
    own: &Connection<'_>,
    method: &str,
    line: &Line,
    secrets: &Secrets<'_>,
    telling: &mut Telling,
) -> bool {
    match method {
        "psk" | "never" | "" => return false,
        "eap-radius" | "xauth-radius" => {
            telling.asks(Asked::Radius, line);
            telling.field(Some(CertificateField::None), line);
            telling.shares(Some(false), line);
        }
        "eap-mschapv2" | "eap-md5" | "eap-gtc" | "eap-dynamic" | "eap" | "xauth" | "xauth-generic"
        | "xauth-eap" => {
            telling.asks(
                Asked::Own(AuthenticationBackend::Local),
                secrets.users.first().map_or(line, |(_, line)| line),
            );
            telling.field(Some(CertificateField::None), line);
            telling.shares(Some(false), line);
            if method == "eap-md5" {
                telling.finding("weak_authentication", line);
            }
            accounts(secrets, line, telling);
        }
        "xauth-pam" => {
            telling.asks_unclear("PAM decides: say whom it asks", line);
            telling.field(Some(CertificateField::None), line);
            telling.shares(Some(false), line);
        }
        _ if method.starts_with("pubkey")
            || method.starts_with("rsa")
            || method.starts_with("ecdsa")
            || method == "eap-tls" =>
        {
            telling.asks(Asked::Own(AuthenticationBackend::Local), line);
            telling.shares(Some(false), line);
            telling.accounts_elsewhere = true;
            // A machine's certificate with a password after it: the password names the person.
            if own.methods.iter().any(|(other, _)| {
                other.starts_with("eap") && other != "eap-tls" || other.starts_with("xauth")
            }) {
                return true;
            }
            certificate(own, line, telling);
        }
        _ => {
            telling.asks_unclear("what this method asks is not known", line);
            telling.shares(None, line);
            telling.field(None, line);
        }
    }
    true
}

fn accounts(secrets: &Secrets<'_>, line: &Line, telling: &mut Telling) {
    if !secrets.read {
        telling.accounts_elsewhere = true;
        telling.lacks(
            "accounts",
            format!(
                "{}: hand in ipsec.secrets or swanctl.conf's secrets too (names alone are read)",
                line.place()
            ),
        );
        return;
    }
    // Every connection has the same secrets: they are told once.
    if !telling.accounts.is_empty() {
        return;
    }
    for (name, line) in &secrets.users {
        if !telling.accounts.iter().any(|own| own.name == *name) {
            telling.account(name, true, line);
        }
    }
}

/// By what a certificate is taken: the id asked for, else any of the issuer's.
fn certificate(own: &Connection<'_>, line: &Line, telling: &mut Telling) {
    let (id, by) = own.id.as_ref().map_or(("%any", line), |(id, line)| (id.as_str(), *line));
    let field = if own.pinned && matches!(id, "%any" | "*" | "") { None } else { Some(matched(id)) };
    telling.field(field, by);
    match field {
        Some(CertificateField::Issuer) => telling.finding("issuer_only", by),
        Some(CertificateField::Organization) => telling.finding("organization_only", by),
        None => telling.lacks(
            "authentication.certificate_field",
            format!("{}: one whole certificate is taken, no field of it is compared", by.place()),
        ),
        _ => {}
    }
}

/// Which field an id compares: parts of a distinguished name whose value is `*` compare nothing.
fn matched(id: &str) -> CertificateField {
    if matches!(id, "%any" | "*" | "" | "%") {
        return CertificateField::Issuer;
    }
    if !id.contains('=') {
        // A mail address or a name out of the certificate's subject alternative names.
        return if id.contains('@') { CertificateField::Email } else { CertificateField::CommonName };
    }
    let fixed = |names: &[&str]| {
        id.split([',', '/', '+']).filter_map(|part| part.split_once('=')).any(|(name, value)| {
            let name = name.trim().to_ascii_uppercase();
            names.contains(&name.as_str()) && value.trim() != "*" && !value.trim().is_empty()
        })
    };
    if fixed(&["E", "EMAIL", "EMAILADDRESS"]) {
        CertificateField::Email
    } else if fixed(&["CN", "UID"]) {
        CertificateField::CommonName
    } else if fixed(&["O", "OU"]) {
        CertificateField::Organization
    } else {
        CertificateField::Issuer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        let check = |id: &str, expected: CertificateField| assert_eq!(matched(id), expected, "{id}");
        check("%any", CertificateField::Issuer);
        check("C=JP, O=Example, CN=*", CertificateField::Organization);
        check("C=JP, CN=*", CertificateField::Issuer);
        check("C=JP, O=Example, CN=taro", CertificateField::CommonName);
        check("C=JP, O=Example, CN=*, E=taro@example.jp", CertificateField::Email);
        check("*@example.jp", CertificateField::Email);
    }
}
