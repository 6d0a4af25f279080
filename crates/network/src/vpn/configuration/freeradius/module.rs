//! Modules of FreeRADIUS that decide or protect: ldap, mschap, eap, exec, and the clients (raddb/mods-available,
//! clients.conf; "BlastRADIUS", CVE-2024-3596).

use model::facts::{AuthenticationBackend, CertificateField};

use super::super::algorithm;
use super::super::block::{Block, Item};
use super::super::quote::Line;
use super::super::telling::{Asked, Telling};

const DIRECTORY: Asked = Asked::Own(AuthenticationBackend::RadiusLdap);

/// The directory over LDAP, called at `call`.
pub(super) fn ldap(own: &Block, call: &Line, telling: &mut Telling) {
    telling.asks(DIRECTORY, call);
    let tls = own.block("tls");
    let start_tls = tls.and_then(|tls| tls.value("start_tls")).is_some_and(|(value, _)| value == "yes");
    if let Some((server, line)) = own.value("server") {
        let encrypted = server.starts_with("ldaps:") || server.starts_with("ldapi:") || start_tls;
        if !encrypted && own.value("port").is_none_or(|(port, _)| port != "636") {
            telling.finding("ldap_plain", line);
        }
    }
    if let Some((value, line)) = tls.and_then(|tls| tls.value("require_cert"))
        && matches!(value, "never" | "allow" | "try")
    {
        telling.finding("ldap_unverified", line);
    }
    let filter = own.block("user").and_then(|user| user.value("filter"));
    if let Some((filter, line)) = filter {
        let filter = filter.to_ascii_lowercase();
        let of_ad = ["samaccountname", "userprincipalname", "objectcategory", "objectsid"];
        if !of_ad.iter().any(|word| filter.contains(word)) {
            telling.finding("ldap_not_ad", line);
        }
    }
}

/// MS-CHAP: winbind asks the directory where it is told to.
pub(super) fn mschap(own: &Block, telling: &mut Telling) {
    for key in ["ntlm_auth", "winbind_username"] {
        if let Some((_, line)) = own.value(key) {
            telling.asks(DIRECTORY, line);
        }
    }
}

/// A program that decides.
pub(super) fn exec(own: &Block, call: &Line, telling: &mut Telling) {
    match own.value("program") {
        Some((program, line)) if program.contains("ntlm_auth") => telling.asks(DIRECTORY, line),
        _ => telling.asks_unclear("a program decides: say whom it asks", call),
    }
}

/// Servers that EAP goes on to, and whether the certificate has been checked by then.
pub(super) fn inner_servers(eap: &Block) -> Vec<(String, &Line, bool)> {
    ["peap", "ttls", "tls"]
        .iter()
        .filter_map(|kind| Some((*kind, eap.block(kind)?.value("virtual_server")?)))
        .map(|(kind, (name, line))| (name.to_owned(), line, kind == "tls"))
        .collect()
}

/// The line by which certificates are what people get in with; `None` where tunnels with passwords are.
pub(super) fn by_certificate(eap: &Block) -> Option<&Line> {
    let tls = eap.block("tls")?;
    let first = eap.value("default_eap_type").is_some_and(|(kind, _)| kind == "tls");
    let tunnels = eap.block("peap").is_some() || eap.block("ttls").is_some();
    (first || !tunnels).then_some(&tls.line)
}

/// Certificates by EAP-TLS: which field is held against the name. `policies` is what runs afterwards.
pub(super) fn eap(own: &Block, policies: &[&Block], telling: &mut Telling) {
    for config in own.all() {
        if let Some((version, line)) = config.value("tls_min_version")
            && algorithm::old_tls(version)
        {
            telling.finding("weak_tls", line);
        }
    }
    if let Some(leap) = own.block("leap") {
        telling.finding("weak_authentication", &leap.line);
    }
    let Some(tls) = own.block("tls") else {
        telling.field(Some(CertificateField::None), &own.line);
        return;
    };
    let named = tls.value("tls").map(|(name, _)| name);
    let common = own
        .blocks()
        .find(|block| block.name == "tls-config" && named.is_none_or(|name| block.argument == name));
    let get = |key: &str| tls.value(key).or_else(|| common.and_then(|common| common.value(key)));
    if get("check_crl").is_none_or(|(value, _)| value != "yes") {
        telling.finding("no_revocation", get("check_crl").map_or(&tls.line, |(_, line)| line));
    }
    let cn = get("check_cert_cn");
    if let Some((field, line)) =
        compared(policies).or(cn.map(|(_, line)| (CertificateField::CommonName, line)))
    {
        telling.field(Some(field), line);
        return;
    }
    let line = get("check_cert_issuer").map_or(&tls.line, |(_, line)| line);
    telling.field(Some(CertificateField::Issuer), line);
    telling.finding("issuer_only", line);
}

/// A condition that holds the certificate against the name.
fn compared<'a>(policies: &[&'a Block]) -> Option<(CertificateField, &'a Line)> {
    let fields = [
        ("TLS-Client-Cert-Subject-Alt-Name-Upn", CertificateField::Upn),
        ("TLS-Client-Cert-Subject-Alt-Name-Email", CertificateField::Email),
        ("TLS-Client-Cert-Common-Name", CertificateField::CommonName),
    ];
    for (attribute, field) in fields {
        let found = policies.iter().flat_map(|own| own.all()).find(|block| {
            ["if", "elsif"].contains(&block.name.as_str())
                && block.argument.contains(attribute)
                && block.argument.contains("User-Name")
        });
        if let Some(block) = found {
            return Some((field, &block.line));
        }
    }
    None
}

/// Who may ask this server, and with which secret.
pub(super) fn client(own: &Block, telling: &mut Telling) {
    let address =
        ["ipaddr", "ipv4addr", "ipv6addr"].iter().find_map(|key| own.value(key)).map(|(value, _)| value);
    if address.is_some_and(|value| value.starts_with("127.") || value == "::1" || value == "localhost") {
        return;
    }
    if let Some((secret, line)) = own.value("secret") {
        let known = ["testing123", "secret", "radius", "password", "changeme"];
        if secret.len() < 16 || known.contains(&secret) {
            telling.finding("weak_secret", line);
        }
    }
    match own.value("require_message_authenticator") {
        Some(("no" | "false" | "0", line)) => telling.finding("blastradius", line),
        Some(_) => {}
        None => telling.finding("message_authenticator_unset", &own.line),
    }
}

/// Realms whose users another server checks.
pub(super) fn realm(own: &Block, telling: &mut Telling) {
    let elsewhere = ["auth_pool", "pool", "authhost", "home_server"].iter().find_map(|key| own.value(key));
    let Some((value, line)) = elsewhere else { return };
    if value.eq_ignore_ascii_case("local") {
        return;
    }
    if ["DEFAULT", "NULL"].contains(&own.argument.as_str()) {
        telling.asks(Asked::Radius, line);
        telling.lacks(
            "authentication.backend",
            format!("{}: another server decides: hand in its configuration", line.place()),
        );
    } else {
        telling.unread(line);
    }
}

/// Values set by hand in a policy: everybody let in, or one password for all.
pub(super) fn update(item: &Item, telling: &mut Telling) {
    let Item::Pair { key, operator, value, line } = item else { return };
    if !matches!(operator.as_str(), ":=" | "=" | "+=") {
        return;
    }
    let name = key.rsplit(['&', ':', '.']).next().unwrap_or_default();
    match name {
        "Auth-Type" if value.eq_ignore_ascii_case("accept") => {
            telling.finding("accept_all", line);
            telling.asks(Asked::Own(AuthenticationBackend::RadiusLocal), line);
            telling.shares(None, line);
            telling.accounts_elsewhere = true;
        }
        "Proxy-To-Realm" => telling.asks(Asked::Radius, line),
        _ if super::users::is_password(name) && !value.contains('%') && !value.starts_with('&') => {
            telling.finding("shared_key", line);
            telling.asks(Asked::Own(AuthenticationBackend::RadiusLocal), line);
            telling.shares(Some(true), line);
            telling.accounts_elsewhere = true;
        }
        _ => {}
    }
}
