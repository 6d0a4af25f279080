//! Whose configuration a file is, by what stands in it and where it lay. Knows one or two marks of each product.

use model::facts::VpnProtocol;

use super::quote::{self, Line};

/// Whose configuration it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// OpenVPN 2.
    Openvpn,
    /// strongSwan, by ipsec.conf or swanctl.conf.
    Strongswan,
    /// WireGuard, as wg-quick reads it.
    Wireguard,
    /// SoftEther VPN Server.
    Softether,
    /// YAMAHA RTX and its siblings.
    Yamaha,
    /// FreeRADIUS 3.
    Freeradius,
}

impl Product {
    /// Every product, gateways first.
    pub const ALL: [Product; 6] = [
        Product::Openvpn,
        Product::Strongswan,
        Product::Wireguard,
        Product::Softether,
        Product::Yamaha,
        Product::Freeradius,
    ];

    /// Its word in facts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Product::Openvpn => "openvpn",
            Product::Strongswan => "strongswan",
            Product::Wireguard => "wireguard",
            Product::Softether => "softether",
            Product::Yamaha => "yamaha",
            Product::Freeradius => "freeradius",
        }
    }

    /// The protocol that is on whatever its configuration says.
    pub(super) fn protocol(self) -> Option<VpnProtocol> {
        match self {
            Product::Openvpn => Some(VpnProtocol::Openvpn),
            Product::Wireguard => Some(VpnProtocol::Wireguard),
            Product::Softether => Some(VpnProtocol::Softether),
            Product::Strongswan | Product::Yamaha | Product::Freeradius => None,
        }
    }
}

/// Whose configuration a file is; `None` when it is none of the products'.
#[must_use]
pub fn recognise(name: &str, bytes: &[u8]) -> Option<Product> {
    of(name, &quote::lines(name, bytes).ok()?)
}

/// Directives that OpenVPN's configurations have and others do not.
const OPENVPN: [&str; 22] = [
    "dev",
    "proto",
    "persist-key",
    "persist-tun",
    "keepalive",
    "ifconfig-pool-persist",
    "tls-auth",
    "tls-crypt",
    "remote-cert-tls",
    "cipher",
    "data-ciphers",
    "comp-lzo",
    "client-to-client",
    "duplicate-cn",
    "verb",
    "push",
    "auth-user-pass-verify",
    "verify-client-cert",
    "client-cert-not-required",
    "server-bridge",
    "topology",
    "dh",
];

pub(super) fn of(name: &str, lines: &[Line]) -> Option<Product> {
    let has = |test: &dyn Fn(&str) -> bool| lines.iter().any(|line| test(&line.text));
    let count = |test: &dyn Fn(&[&str]) -> bool| lines.iter().filter(|line| test(&line.words())).count();
    if has(&|text| text == "declare root") {
        return Some(Product::Softether);
    }
    let heading = |text: &str, own: &str| text.to_ascii_lowercase().starts_with(own);
    if has(&|text| heading(text, "[interface]"))
        && has(&|text| heading(text, "[peer]") || heading(text, "privatekey"))
    {
        return Some(Product::Wireguard);
    }
    if count(&|words| {
        words.len() < 4
            && matches!(
                words,
                ["connections" | "secrets" | "authorities" | "pools", "{", ..]
                    | ["connections{" | "secrets{"]
            )
    }) > 0
        || has(&|text| text.starts_with("conn ") || text == "config setup")
        || is_secrets(lines)
        || name.ends_with("ipsec.secrets")
    {
        return Some(Product::Strongswan);
    }
    let yamaha = count(&|words| is_yamaha(words));
    if yamaha >= 2 {
        return Some(Product::Yamaha);
    }
    if is_freeradius(name, lines) {
        return Some(Product::Freeradius);
    }
    let openvpn = count(&|words| words.first().is_some_and(|first| OPENVPN.contains(first)));
    let braces = lines.iter().any(|line| line.text.ends_with('{'));
    if !braces
        && (openvpn >= 3
            || openvpn >= 1 && (has(&|text| text.starts_with("secret ")) || name.ends_with(".ovpn")))
    {
        return Some(Product::Openvpn);
    }
    (yamaha > 0).then_some(Product::Yamaha)
}

fn is_yamaha(words: &[&str]) -> bool {
    matches!(
        words,
        ["pp" | "tunnel", "select", ..]
            | ["ipsec", "ike" | "sa" | "transport" | "tunnel", ..]
            | ["pptp" | "l2tp", "service", ..]
            | ["pp", "auth", ..]
            | ["tunnel", "encapsulation", ..]
            | ["auth", "user", ..]
    )
}

/// `name : TYPE "secret"` and nothing else of a configuration.
fn is_secrets(lines: &[Line]) -> bool {
    const TYPES: [&str; 8] = ["PSK", "EAP", "XAUTH", "NTLM", "RSA", "ECDSA", "PKCS8", "P12"];
    lines.iter().any(|line| {
        let Some((_, rest)) = line.text.split_once(':') else { return false };
        !line.text.starts_with('#')
            && rest.split_whitespace().next().is_some_and(|word| TYPES.contains(&word))
    })
}

fn is_freeradius(name: &str, lines: &[Line]) -> bool {
    let path = name.replace('\\', "/");
    let by_place = [
        "mods-enabled/",
        "sites-enabled/",
        "mods-config/",
        "policy.d/",
        "mods-available/",
        "sites-available/",
    ]
    .iter()
    .any(|folder| path.contains(folder));
    let by_name =
        path.ends_with("radiusd.conf") || path.ends_with("clients.conf") || path.ends_with("proxy.conf");
    let by_text = lines.iter().any(|line| {
        let words = line.words();
        matches!(
            words.as_slice(),
            [
                "authorize"
                    | "authenticate"
                    | "modules"
                    | "eap"
                    | "mschap"
                    | "pap"
                    | "files"
                    | "sql"
                    | "preprocess",
                "{",
                ..
            ] | ["ldap" | "always" | "exec" | "realm" | "attr_filter", .., "{"]
                | ["client" | "server" | "realm" | "home_server", _, "{", ..]
        ) || line.text.starts_with("$INCLUDE")
            || (words.get(1).is_some_and(|word| word.ends_with("-Password") || *word == "Auth-Type")
                && words.get(2).is_some_and(|op| [":=", "==", "="].contains(op)))
    });
    by_place || by_name || by_text
}
