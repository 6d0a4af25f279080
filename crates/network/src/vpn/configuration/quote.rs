//! Lines of the files handed in, and how they are quoted: with file and number, short, without secrets. Knows the words
//! that secrets follow in every product, and nothing else of the products.

use std::sync::Arc;

use crate::router::{mask, paste};

/// The longest line quoted, in characters.
const QUOTE_MAX_CHARS: usize = 160;
/// What stands in place of a secret.
const MASK: &str = "****";
/// Parts of words that a secret follows, in lower case without `-` and `_`.
const PARTS: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "presharedkey",
    "privatekey",
    "securehash",
    "serverkey",
    "hashedkey",
    "privkey",
    "authkey",
    "ntpassword",
    "passcode",
];
/// Words that a secret follows, alike.
const WHOLE: [&str; 6] = ["psk", "pin", "key", "pass", "enc", "byte"];
/// The same after a colon, as in ipsec.secrets.
const TYPES: [&str; 8] = ["eap", "xauth", "ntlm", "rsa", "ecdsa", "pkcs8", "p12", "bliss"];
/// Words that contain one of the parts and are followed by none.
const HARMLESS: [&str; 3] = ["servicepasswordencryption", "passwordpolicy", "passwordencryption"];

/// A line as an editor numbers it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The file's name as handed in.
    pub(super) file: Arc<str>,
    /// From 1.
    pub(super) number: u32,
    /// Without blanks at either end.
    pub(super) text: String,
    /// Whether it began with a blank.
    pub(super) indented: bool,
}

impl Line {
    /// Its words.
    pub(super) fn words(&self) -> Vec<&str> {
        self.text.split_whitespace().collect()
    }

    /// `server.conf:12`.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.file, self.number)
    }

    /// The line, secrets masked, not too long.
    pub(super) fn quoted(&self) -> String {
        model::printable::clip(&masked(&self.text), QUOTE_MAX_CHARS)
    }

    /// `server.conf:12: the line`.
    pub(super) fn told(&self) -> String {
        format!("{}: {}", self.place(), self.quoted())
    }
}

/// The lines of a file, empty ones left out; what a terminal added is gone.
pub(super) fn lines(name: &str, bytes: &[u8]) -> Result<Vec<Line>, crate::router::RouterError> {
    let text = paste::decoded(bytes)?;
    let starts: Vec<bool> = text.split('\n').map(|raw| raw.starts_with([' ', '\t'])).collect();
    let file: Arc<str> = Arc::from(name);
    let line = |own: paste::Line| Line {
        file: Arc::clone(&file),
        number: own.number,
        indented: starts.get(own.number as usize - 1).copied().unwrap_or_default(),
        text: own.text,
    };
    Ok(paste::lines(bytes)?.into_iter().map(line).collect())
}

/// One line without its secrets: cut at the first word that a secret follows, in the language of any product.
pub(super) fn masked(line: &str) -> String {
    if let Some(kept) = known(line) {
        return kept;
    }
    let own = mask::line_masked(line);
    let (mut at, mut after_colon) = (0, false);
    for word in line.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | ',' | ';')) {
        let end = at + word.len();
        let name = bare(word);
        let secret = WHOLE.contains(&name.as_str())
            || after_colon && TYPES.contains(&name.as_str())
            || PARTS.iter().any(|part| name.contains(part));
        if secret && !HARMLESS.contains(&name.as_str()) {
            let rest = line.get(end..).unwrap_or_default();
            let rest_start = end + (rest.len() - rest.trim_start_matches([' ', '\t', ':', '=']).len());
            let kept = line.get(..rest_start.min(own_kept(&own, line))).unwrap_or_default();
            let hidden = line.get(rest_start..).is_some_and(|rest| !rest.trim().is_empty());
            return if hidden || own != line { format!("{kept}{MASK}") } else { line.to_owned() };
        }
        at = end;
        after_colon = word.ends_with(':') || after_colon && name.is_empty();
    }
    own
}

/// How much of a line the other mask kept.
fn own_kept(own: &str, line: &str) -> usize {
    if own == line { line.len() } else { own.len().saturating_sub(MASK.len()) }
}

/// Lines of which more may be shown than the mask would leave: their form is known to the word.
fn known(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["radius", "auth", "on" | "off"] => Some(line.to_owned()),
        ["radius", "auth", "server", rest @ ..]
            if rest.iter().all(|word| word.parse::<std::net::IpAddr>().is_ok()) =>
        {
            Some(line.to_owned())
        }
        ["pp", "auth", "username", name, _, ..] => Some(format!("pp auth username {name} {MASK}")),
        ["rightauth" | "leftauth" | "auth", "=", method] | [_, "=", method @ ("psk" | "xauth")] => {
            let first = words.first()?;
            // Only words of methods: a value that could be a secret is not shown.
            let plain = method.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            (plain && method.len() <= 16 && !bare(first).contains("secret")).then(|| line.to_owned())
        }
        _ => None,
    }
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        for line in [
            "secret = hunter2",
            "\tsecret = \"hunter2\"",
            "secret=hunter2",
            "bob Cleartext-Password := \"hunter2\"",
            "bob\tNT-Password := hunter2, Reply-Message := x",
            "private_key_password = hunter2",
            ": PSK \"hunter2\"",
            ": PSK hunter2",
            ":PSK hunter2",
            "taro : EAP \"hunter2\"",
            "taro:EAP hunter2",
            ": RSA moon.pem \"hunter2\"",
            "PrivateKey = hunter2",
            "PresharedKey=hunter2",
            "byte AuthPassword hunter2",
            "byte AuthNtLmSecureHash hunter2",
            "string IPsec_Secret hunter2",
            "byte Key hunter2",
            "pp auth username taro hunter2",
            "ipsec ike pre-shared-key 1 text hunter2",
            "auth user 1 taro hunter2",
            "radius secret hunter2",
            "set passwd ENC hunter2",
            "set psksecret ENC hunter2",
            "set secret hunter2",
            "username taro password hunter2 encrypted",
            "ikev1 pre-shared-key hunter2",
            "key hunter2",
            "authby=secret hunter2",
            "password = hunter2",
        ] {
            let masked = masked(line);
            assert!(!masked.contains("hunter2") && masked.ends_with(MASK), "{line} → {masked}");
        }
    }

    #[test]
    fn the_rest_stays() {
        for line in [
            "rightauth=psk",
            "auth = psk",
            "authby=secret",
            "radius auth on",
            "radius auth server 192.168.0.10",
            "verify-client-cert none",
            "cipher BF-CBC",
            "data-ciphers AES-256-GCM:BF-CBC",
            "client-cert-not-required",
            "pp auth request pap",
            "uint AuthType 1",
            "rightid=\"C=JP, O=Example, CN=*\"",
            "ipsec sa policy 1 1 esp 3des-cbc md5-hmac",
            "[Peer]",
            "plugin /usr/lib/openvpn/openvpn-auth-ldap.so /etc/openvpn/ldap.conf",
        ] {
            assert_eq!(masked(line), line);
        }
        assert_eq!(masked("pp auth username taro hunter2"), "pp auth username taro ****");
    }
}
