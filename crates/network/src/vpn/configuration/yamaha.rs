//! YAMAHA RTX, remote access: `pp select anonymous`, `tunnel select`, IPsec, L2TP, PPTP (YAMAHA, command reference;
//! "L2TP/IPsec" of its technical documents). Tunnels between offices are looked at for ciphers alone. Knows nothing of
//! packet filters, which are `router`'s.

use std::collections::BTreeSet;

use model::facts::{AuthenticationBackend, CertificateField, VpnProtocol};

use super::quote::Line;
use super::telling::{Asked, Telling};
use super::{Product, algorithm};

#[derive(Default)]
struct Config<'a> {
    /// Users of `pp auth username` and `auth user`.
    users: Vec<(&'a str, &'a Line)>,
    requests: Vec<(&'a str, &'a Line)>,
    radius: Option<&'a Line>,
    radius_server: Option<&'a Line>,
    pptp: Option<&'a Line>,
    l2tp: Option<&'a Line>,
    services: Vec<&'a str>,
    /// Pre-shared keys by gateway number.
    keys: Vec<(&'a str, &'a Line)>,
    /// Gateways that anybody may be.
    any: BTreeSet<&'a str>,
    /// Gateways behind L2TP.
    l2tp_gateways: BTreeSet<&'a str>,
    version_2: BTreeSet<&'a str>,
    xauth: Vec<(&'a str, &'a Line)>,
    certificates: Vec<(&'a str, &'a Line)>,
}

pub(super) fn read(lines: &[Line]) -> Telling {
    let mut telling = Telling::of(Product::Yamaha);
    let config = config(lines, &mut telling);
    protocols(&config, &mut telling);
    users(&config, &mut telling);
    for (_, line) in config.requests.iter().filter(|(word, _)| ["pap", "chap-pap", "mschap"].contains(word)) {
        telling.finding("weak_authentication", line);
    }
    keys(&config, &mut telling);
    telling
}

fn config<'a>(lines: &'a [Line], telling: &mut Telling) -> Config<'a> {
    let mut config = Config::default();
    let (mut anonymous, mut l2tp_tunnel) = (false, false);
    let mut gateway: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.text.starts_with('#')) {
        let words = line.words();
        match words.as_slice() {
            ["pp", "select", which, ..] => (anonymous, l2tp_tunnel) = (*which == "anonymous", false),
            ["tunnel", "select", ..] => (anonymous, l2tp_tunnel, gateway) = (false, false, None),
            ["tunnel", "encapsulation", "pptp", ..] => config.pptp = config.pptp.or(Some(line)),
            ["tunnel", "encapsulation", "l2tp" | "l2tp-raw", ..] => {
                config.l2tp = config.l2tp.or(Some(line));
                l2tp_tunnel = true;
                config.l2tp_gateways.extend(gateway);
            }
            ["pptp", "service", "on", ..] => config.services.push("pptp"),
            ["l2tp", "service", "on", ..] => config.services.push("l2tp"),
            ["pp", "auth", "username", name, ..] if anonymous => config.users.push((unquoted(name), line)),
            ["pp", "auth", "request", how, ..] if anonymous => config.requests.push((how, line)),
            ["auth", "user", id, name, _, ..] if id.parse::<u32>().is_ok() => {
                config.users.push((unquoted(name), line))
            }
            ["radius", "auth", "on", ..] => config.radius = Some(line),
            ["radius", "auth", "server", ..] | ["radius", "server", ..] => config.radius_server = Some(line),
            ["radius", "secret", secret, ..] if secret.len() < 16 => telling.finding("weak_secret", line),
            ["ipsec", "sa", "policy", _, own, algorithms @ ..] => {
                gateway = Some(own);
                if l2tp_tunnel {
                    config.l2tp_gateways.insert(own);
                }
                algorithm::weigh(algorithms.iter().copied().filter(|word| *word != "esp"), line, telling);
            }
            ["ipsec", "ike", what, own, rest @ ..] => of_ike(what, own, rest, line, &mut config, telling),
            _ => {}
        }
    }
    config
}

fn of_ike<'a>(
    what: &str,
    own: &'a str,
    rest: &[&'a str],
    line: &'a Line,
    config: &mut Config<'a>,
    telling: &mut Telling,
) {
    match (what, rest) {
        ("pre-shared-key", [_, ..]) => config.keys.push((own, line)),
        ("version", ["2", ..]) => {
            config.version_2.insert(own);
        }
        ("encryption" | "hash" | "group", names) => algorithm::weigh(names.iter().copied(), line, telling),
        _ => {}
    }
    // `ipsec ike remote address N any`, `ipsec ike xauth request N on GROUP`, `ipsec ike pki file N …`
    match (what, own, rest) {
        ("remote", "address", [number, "any", ..]) => {
            config.any.insert(number);
        }
        ("xauth" | "eap", "request", [number, "on", ..]) => config.xauth.push((number, line)),
        ("pki", "file", [number, ..]) => config.certificates.push((number, line)),
        _ => {}
    }
}

fn unquoted(word: &str) -> &str {
    word.trim_matches('"')
}

fn protocols(config: &Config<'_>, telling: &mut Telling) {
    if let Some(line) = config.pptp.filter(|_| config.services.contains(&"pptp")) {
        telling.protocol(VpnProtocol::Pptp);
        telling.finding("pptp", line);
    }
    if config.l2tp.is_some() && config.services.contains(&"l2tp") {
        telling.protocol(VpnProtocol::L2tpIpsec);
    }
    for (number, _) in &config.xauth {
        telling.protocol(if config.version_2.contains(number) {
            VpnProtocol::Ikev2
        } else {
            VpnProtocol::Other
        });
    }
}

fn users(config: &Config<'_>, telling: &mut Telling) {
    for (name, line) in &config.users {
        telling.account(name, true, line);
    }
    if let Some((_, line)) = config.users.first() {
        telling.asks(Asked::Own(AuthenticationBackend::Local), line);
        let single = config.users.len() == 1 && config.radius.is_none();
        if single {
            telling.finding("single_account", line);
            telling.lacks(
                "authentication.shared_password",
                format!(
                    "{}: there is one account: say whether one person or everybody uses it",
                    line.place()
                ),
            );
        }
        telling.shares((!single).then_some(false), line);
        telling.field(Some(CertificateField::None), line);
    }
    if let Some(line) = config.radius {
        telling.asks(Asked::Radius, config.radius_server.unwrap_or(line));
        telling.shares(Some(false), line);
        telling.field(Some(CertificateField::None), line);
        // The router looks at its own users before it asks RADIUS.
        for (_, line) in &config.users {
            telling.finding("static_user", line);
        }
    }
}

/// A pre-shared key with nobody proving who they are beside it is everybody's password.
fn keys(config: &Config<'_>, telling: &mut Telling) {
    for (number, line) in &config.keys {
        let anybody = config.any.contains(number);
        if !anybody {
            continue;
        }
        if line.text.split_whitespace().last().is_some_and(|key| key.len() < 16) {
            telling.finding("weak_secret", line);
        }
        let by_person = config.l2tp_gateways.contains(number)
            || config.xauth.iter().any(|(own, _)| own == number)
            || config.certificates.iter().any(|(own, _)| own == number);
        // Offices with changing addresses are told apart by name; people with clients are not.
        if !by_person && config.users.is_empty() {
            telling.lacks(
                "authentication.shared_password",
                format!("{}: say whether this key is an office's or is used by people", line.place()),
            );
            telling.unread(line);
        }
    }
    if let Some((_, line)) = config.certificates.first() {
        telling.field(None, line);
        telling.lacks(
            "authentication.certificate_field",
            format!("{}: which field of the certificate is compared is not read", line.place()),
        );
        telling.unread(line);
    }
}
