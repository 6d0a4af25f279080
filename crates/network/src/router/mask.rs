//! Takes the secrets out of a configuration, so that it can be kept as evidence and quoted.
//!
//! Everything after a word that a secret follows is masked to the end of the line: what is masked too much costs a
//! word, what is masked too little costs a key. Knows nothing of filters.

use super::{RouterError, paste};

/// What stands in place of a secret.
const MASK: &str = "****";
/// Words that a secret follows, in any family.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "psk",
    "wpa-psk",
    "pre-shared-key",
    "pre-shared",
    "community",
    "key-string",
    "key",
    "key1",
    "key2",
    "myname",
    "wep",
    "shared-secret",
    "auth-password",
    "priv-password",
    "token",
    "md5",
    "sha",
    "credential",
    "credentials",
    "encrypted",
];
/// Beginnings of lines after which everything is secret.
const STARTS: &[&str] = &[
    "login user",
    "pp auth username",
    "snmp host",
    "snmp-server host",
    "snmp trap host",
    "snmpv3 usm user",
    "snmp-server user",
    "snmp trap community",
    "l2tp tunnel auth",
    "tunnel name auth",
    "netvolante-dns auto",
    "mail server smtp",
    "mail server pop",
    "ppp pap sent-username",
    "ppp chap hostname",
    "crypto isakmp key",
    "isdn remote",
    "radius auth",
    "switch control password",
    "auth user",
    "vpn-user",
    "wlan-security",
];
/// A line this long may go on in the next, cut by the terminal's width.
const WRAPPED_MIN_CHARS: usize = 76;

/// A configuration without passwords, keys, community names and sign-in names; line numbers stay. The text comes back
/// as UTF-8 whatever it was.
///
/// # Errors
/// [`RouterError`] when it is no text or too large.
pub fn mask(bytes: &[u8]) -> Result<String, RouterError> {
    let text = paste::decoded(bytes)?;
    if text.split('\n').count() > paste::LINES_MAX {
        return Err(RouterError::TooManyLines);
    }
    let mut masked = String::with_capacity(text.len());
    let (mut in_key, mut goes_on) = (false, false);
    for line in text.split_inclusive('\n') {
        let end = if line.ends_with('\n') { "\n" } else { "" };
        let body = line.trim_end_matches('\n');
        in_key |= body.contains("-----BEGIN");
        let rest_of_secret = goes_on && body.split_whitespace().count() == 1 && !is_mark(body.trim());
        let hidden = if in_key || rest_of_secret { MASK.to_owned() } else { line_masked(body) };
        goes_on = hidden != body && !in_key && body.chars().count() >= WRAPPED_MIN_CHARS;
        in_key &= !body.contains("-----END");
        masked.push_str(&hidden);
        masked.push_str(end);
    }
    Ok(masked)
}

/// Lines of one word that are commands.
fn is_mark(word: &str) -> bool {
    word.starts_with(['!', '#', '}']) || ["end", "exit", "COMMIT"].contains(&word)
}

/// One line without its secrets.
pub(crate) fn line_masked(line: &str) -> String {
    let words: Vec<(usize, &str)> = words(line).collect();
    let lower: Vec<String> =
        words.iter().map(|(_, word)| word.trim_matches('"').to_ascii_lowercase()).collect();
    let joined = lower.join(" ");
    let by_start = STARTS.iter().find(|start| {
        joined.strip_prefix(**start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let by_word = lower.iter().position(|word| WORDS.contains(&word.trim_end_matches([':', '='])));
    let with_sign = lower.iter().position(|word| {
        word.split_once(['=', ':']).is_some_and(|(name, rest)| !rest.is_empty() && WORDS.contains(&name))
    });
    let after_start = by_start.map(|start| start.split(' ').count());
    let first = [after_start, by_word.map(|at| at + 1), with_sign].into_iter().flatten().min();
    let cut = first.and_then(|first| words.get(first)).map(|(at, _)| *at);
    match cut {
        Some(at) => format!("{}{MASK}", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// Words with where they start.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace().map(move |word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        for line in [
            "login password hunter2",
            "login password encrypted hunter2",
            "administrator password hunter2",
            "login user taro hunter2",
            " pp auth myname user@isp.example hunter2",
            "pp auth username taro hunter2",
            "ipsec ike pre-shared-key 1 text hunter2",
            "snmp community read-only hunter2",
            "enable secret 5 hunter2",
            "enable password hunter2",
            "username taro privilege 15 secret 5 hunter2",
            "username taro password 7 hunter2",
            " ppp chap password 7 hunter2",
            "ppp pap sent-username taro password 0 hunter2",
            "crypto isakmp key hunter2 address 203.0.113.1",
            " pre-shared-key address 0.0.0.0 0.0.0.0 key hunter2",
            "snmp-server community hunter2 RO",
            "snmp-server host 192.168.1.9 version 2c hunter2",
            "radius-server key 7 hunter2",
            " wpa-psk ascii 0 hunter2",
            "  key-string hunter2",
            "L2TP TUNNEL AUTH on name hunter2",
            "password=hunter2",
            "secret:hunter2",
        ] {
            let masked = line_masked(line);
            assert!(!masked.contains("hunter2") && masked.ends_with(MASK), "{line} → {masked}");
        }
    }

    #[test]
    fn the_rest_stays() {
        for line in [
            "ip filter 200025 reject * * udp,tcp * 445",
            "ip pp secure filter in 200003 200020",
            "nat descriptor masquerade static 1 1 192.168.1.10 tcp 443",
            " ip access-group WAN-IN in",
            "-A FORWARD -i ppp0 -p tcp -m tcp --dport 445 -j ACCEPT",
            "\t\ttcp dport { 22, 80 } accept",
            "service password-encryption",
        ] {
            assert_eq!(line_masked(line), line);
        }
    }

    #[test]
    fn whole_files() {
        let text = "login password a\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\nip routing on\n";
        assert_eq!(mask(text.as_bytes()).unwrap(), "login password ****\n****\n****\n****\nip routing on\n");
        let long = format!("ipsec ike pre-shared-key 1 text {}\nhunter2\nip routing on", "x".repeat(60));
        assert_eq!(
            mask(long.as_bytes()).unwrap(),
            "ipsec ike pre-shared-key 1 text ****\n****\nip routing on".replace("1 text ****", "****")
        );
        assert!(mask(&[0; 10]).is_err());
    }
}
