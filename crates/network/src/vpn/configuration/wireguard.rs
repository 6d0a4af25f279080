//! WireGuard, as wg-quick(8) and wg(8) read it: peers are accounts, told apart by public key alone. Nobody proves who
//! they are by anything but the key on their PC, so the accounts are those of the gateway.

use std::collections::BTreeMap;

use model::facts::{AuthenticationBackend, CertificateField};

use super::Product;
use super::quote::Line;
use super::telling::{Asked, Telling};

#[derive(Default)]
struct Peer<'a> {
    heading: Option<&'a Line>,
    name: Option<String>,
    key: Option<(&'a Line, String)>,
    preshared: Option<(&'a Line, String)>,
    allowed: Vec<(&'a Line, String)>,
    endpoint: bool,
}

pub(super) fn read(lines: &[Line]) -> Telling {
    let mut telling = Telling::of(Product::Wireguard);
    let mut peers: Vec<Peer<'_>> = Vec::new();
    let (mut in_peer, mut listens, mut interface) = (false, false, None);
    let mut remark: Option<String> = None;
    for line in lines {
        if let Some(text) = line.text.strip_prefix('#') {
            let text = named(text);
            // A remark before the heading names the peer, and so does one right below it.
            match peers.last_mut() {
                Some(peer) if in_peer && peer.key.is_none() && peer.name.is_none() => peer.name = text,
                _ => remark = text.or(remark),
            }
            continue;
        }
        match line.text.to_ascii_lowercase().as_str() {
            "[interface]" => {
                (in_peer, interface, remark) = (false, interface.or(Some(line)), None);
                continue;
            }
            "[peer]" => {
                in_peer = true;
                peers.push(Peer { heading: Some(line), name: remark.take(), ..Peer::default() });
                continue;
            }
            _ => {}
        }
        let Some((key, value)) = line.text.split_once('=') else { continue };
        let (key, value) =
            (key.trim().to_ascii_lowercase(), value.split('#').next().unwrap_or_default().trim());
        remark = None;
        match (in_peer, key.as_str()) {
            (false, "listenport") => listens = true,
            (true, _) => {
                if let Some(peer) = peers.last_mut() {
                    match key.as_str() {
                        "publickey" => peer.key = Some((line, value.to_owned())),
                        "presharedkey" => peer.preshared = Some((line, value.to_owned())),
                        "allowedips" => {
                            peer.allowed.extend(value.split(',').map(|own| (line, own.trim().to_owned())));
                        }
                        "endpoint" => peer.endpoint = true,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(line) = interface.or(lines.first()) {
        judge(&peers, listens, line, &mut telling);
    }
    telling
}

/// The name in a remark: `# taro`, `### begin taro ###`, `# Name = taro`, `# Client: taro`.
fn named(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c == '#' || c.is_whitespace());
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let rest = match first.trim_end_matches([':', '=']) {
        "begin" | "client" | "name" | "peer" | "user" | "friendly_name" => {
            text.get(first.len()..).unwrap_or_default().trim_start_matches([' ', ':', '='])
        }
        "end" | "begin_peer" | "end_peer" => "",
        _ => text,
    };
    (!rest.is_empty()).then(|| rest.to_owned())
}

fn judge(peers: &[Peer<'_>], listens: bool, line: &Line, telling: &mut Telling) {
    if !listens && peers.iter().all(|peer| peer.endpoint) {
        telling.accounts_elsewhere = true;
        for field in [
            "authentication.backend",
            "authentication.certificate_field",
            "authentication.shared_password",
            "accounts",
        ] {
            telling.lacks(
                field,
                format!("{}: this is a client's configuration: hand in the server's", line.place()),
            );
        }
        telling.unread(line);
        return;
    }
    telling.field(Some(CertificateField::None), line);
    let by = peers.first().and_then(|peer| peer.heading).unwrap_or(line);
    telling.asks(Asked::Own(AuthenticationBackend::Local), by);
    telling.shares(Some(false), by);
    let mut keys: BTreeMap<&str, u32> = BTreeMap::new();
    let mut preshared: BTreeMap<&str, u32> = BTreeMap::new();
    for peer in peers {
        let Some(heading) = peer.heading else { continue };
        let Some((at, key)) = &peer.key else {
            telling.unread(heading);
            continue;
        };
        let seen = keys.entry(key).or_default();
        *seen += 1;
        if *seen > 1 {
            telling.finding("duplicate_key", at);
        }
        if let Some((at, own)) = &peer.preshared {
            let seen = preshared.entry(own).or_default();
            *seen += 1;
            if *seen > 1 {
                telling.finding("shared_preshared_key", at);
            }
        }
        for (at, range) in &peer.allowed {
            if is_wide(range) && !peer.endpoint {
                telling.finding("wide_addresses", at);
            }
        }
        match &peer.name {
            Some(name) => telling.account(name, true, heading),
            None => {
                telling.finding("unnamed_peer", at);
                telling.account(key, true, heading);
            }
        }
    }
}

/// Whether a peer may use more addresses than one.
fn is_wide(range: &str) -> bool {
    match range.split_once('/') {
        Some((address, bits)) => {
            bits.parse::<u8>().is_ok_and(|bits| bits < if address.contains(':') { 64 } else { 32 })
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_remarks() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(named(text).as_deref(), expected, "{text}");
        check(" taro", Some("taro"));
        check("## begin taro ###", Some("taro"));
        check(" Name = 田中 太郎", Some("田中 太郎"));
        check("## Client taro", Some("taro"));
        check("## end taro ###", None);
        check("", None);
    }

    #[test]
    fn ranges() {
        assert!(is_wide("0.0.0.0/0") && is_wide("10.0.0.0/24") && is_wide("fd00::/48"));
        assert!(!is_wide("10.0.0.2/32") && !is_wide("fd00::2/128") && !is_wide("10.0.0.2"));
    }
}
