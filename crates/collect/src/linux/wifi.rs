//! Section `wifi`: wireless cards and how the connected networks are protected.
//!
//! What was agreed upon is asked of wpa_supplicant; where it does not answer, NetworkManager tells what the network
//! offers, and the weakest that is offered is taken for what is used.

use model::facts::{Wifi, WifiAuthentication, WifiCipher, WifiConnection};

use super::{Here, network};
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Wifi, Gap> {
    let names = here.root.names("/sys/class/net")?;
    let cards: Vec<String> =
        names.into_iter().filter(|name| network::is_wireless(&here.root, name)).collect();
    let connections = if cards.is_empty() { Ok(Vec::new()) } else { connections(here, &cards) };
    Ok(Wifi {
        interfaces: Some(i64::try_from(cards.len()).unwrap_or(i64::MAX)),
        connections: gaps.keep("connections", connections),
    })
}

fn connections(here: &Here, cards: &[String]) -> Result<Vec<WifiConnection>, Gap> {
    if here.has("wpa_cli") {
        let answers: Result<Vec<_>, Gap> =
            cards.iter().map(|card| here.output("wpa_cli", &["-i", card, "status"], SHORT)).collect();
        if let Ok(answers) = answers {
            return Ok(answers.iter().filter_map(|answer| from_wpa(answer)).collect());
        }
    }
    if here.has("nmcli") {
        let fields = "ACTIVE,SSID,SECURITY,WPA-FLAGS,RSN-FLAGS";
        let list =
            here.output("nmcli", &["-t", "-f", fields, "device", "wifi", "list", "--rescan", "no"], SHORT)?;
        return Ok(from_nmcli(&list));
    }
    if here.has("iw") {
        let answers: Result<Vec<_>, Gap> =
            cards.iter().map(|card| here.output("iw", &["dev", card, "link"], SHORT)).collect();
        if answers?.iter().all(|answer| answer.starts_with("Not connected")) {
            return Ok(Vec::new());
        }
        return Err(Gap::not_supported("iw does not tell how the network is protected"));
    }
    Err(Gap::not_found("none of wpa_cli, nmcli and iw is installed"))
}

/// `key=value` lines: `wpa_state`, `ssid`, `key_mgmt`, `pairwise_cipher`.
fn from_wpa(status: &str) -> Option<WifiConnection> {
    let value = |key: &str| {
        status
            .lines()
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    };
    if value("wpa_state") != Some("COMPLETED") {
        return None;
    }
    let management = value("key_mgmt").unwrap_or_default();
    let cipher = value("pairwise_cipher").unwrap_or_default();
    use WifiAuthentication as Auth;
    let authentication = match management {
        "NONE" if cipher.starts_with("WEP") => Auth::Wep,
        "NONE" => Auth::Open,
        "OWE" => Auth::Owe,
        "WPA-PSK" => Auth::WpaPsk,
        "WPA/IEEE 802.1X/EAP" => Auth::WpaEnterprise,
        "SAE" | "FT-SAE" | "SAE-EXT-KEY" | "FT-SAE-EXT-KEY" => Auth::Wpa3Sae,
        other if other.starts_with("WPA2") && other.contains("PSK") || other == "FT-PSK" => Auth::Wpa2Psk,
        other if other.contains("SUITE-B-192") => Auth::Wpa3Enterprise,
        other if other.starts_with("WPA2") || other == "FT-EAP" => Auth::Wpa2Enterprise,
        _ => Auth::Other,
    };
    let cipher = match cipher {
        "NONE" => WifiCipher::None,
        "TKIP" => WifiCipher::Tkip,
        "CCMP" | "CCMP-256" => WifiCipher::Ccmp,
        "GCMP" | "GCMP-256" => WifiCipher::Gcmp,
        wep if wep.starts_with("WEP") => WifiCipher::Wep,
        _ => WifiCipher::Other,
    };
    Some(connection(value("ssid").unwrap_or_default(), authentication, cipher))
}

fn connection(ssid: &str, authentication: WifiAuthentication, cipher: WifiCipher) -> WifiConnection {
    WifiConnection {
        ssid_hash: Some(text::hash(ssid.as_bytes())),
        authentication: Some(authentication),
        cipher: Some(cipher),
    }
}

/// `yes:NAME:SECURITY:WPA-FLAGS:RSN-FLAGS`; a colon within a value has a backslash before it.
fn from_nmcli(list: &str) -> Vec<WifiConnection> {
    let line = |line: &str| {
        let fields = terse(line);
        let [active, ssid, security, wpa, rsn] = fields.as_slice() else { return None };
        (active == "yes").then(|| connection(ssid, offered(security, wpa, rsn), weakest(security, wpa, rsn)))
    };
    list.lines().filter_map(line).collect()
}

fn terse(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => fields.push(String::new()),
            '\\' => {
                if let (Some(field), Some(next)) = (fields.last_mut(), chars.next()) {
                    field.push(next);
                }
            }
            _ => {
                if let Some(field) = fields.last_mut() {
                    field.push(c);
                }
            }
        }
    }
    fields
}

/// The weakest way of joining that the network offers.
fn offered(security: &str, wpa: &str, rsn: &str) -> WifiAuthentication {
    use WifiAuthentication as Auth;
    let has = |flags: &str, flag: &str| flags.split_whitespace().any(|word| word == flag);
    if security.contains("WEP") {
        Auth::Wep
    } else if has(wpa, "psk") {
        Auth::WpaPsk
    } else if has(wpa, "802.1X") {
        Auth::WpaEnterprise
    } else if has(rsn, "psk") {
        Auth::Wpa2Psk
    } else if has(rsn, "802.1X") {
        Auth::Wpa2Enterprise
    } else if has(rsn, "sae") {
        Auth::Wpa3Sae
    } else if security.contains("OWE") || has(rsn, "owe") {
        Auth::Owe
    } else if matches!(security, "" | "--") {
        Auth::Open
    } else {
        Auth::Other
    }
}

/// The weakest cipher for a single station's frames that the network offers.
fn weakest(security: &str, wpa: &str, rsn: &str) -> WifiCipher {
    let offers = |cipher: &str| wpa.contains(cipher) || rsn.contains(cipher);
    if security.contains("WEP") || offers("pair_wep") {
        WifiCipher::Wep
    } else if offers("pair_tkip") {
        WifiCipher::Tkip
    } else if offers("pair_ccmp") {
        WifiCipher::Ccmp
    } else if offers("pair_gcmp") {
        WifiCipher::Gcmp
    } else if matches!(security, "" | "--") {
        WifiCipher::None
    } else {
        WifiCipher::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wired_only() {
        let (_folder, here) = Here::with(&[("/sys/class/net/eth0/type", b"1")]);
        let wifi = read(&here, &mut Gaps::of("wifi")).unwrap();
        assert_eq!((wifi.interfaces, wifi.connections), (Some(0), Some(Vec::new())));
    }

    #[test]
    fn a_card_nobody_can_ask() {
        let (_folder, here) = Here::with(&[("/sys/class/net/wlan0/wireless/x", b"")]);
        let mut gaps = Gaps::of("wifi");
        let wifi = read(&here, &mut gaps).unwrap();
        assert_eq!((wifi.interfaces, wifi.connections), (Some(1), None));
        assert_eq!(gaps.why("connections"), Some(model::Why::NotFound));
    }

    #[test]
    fn wpa_supplicant() {
        let check = |management: &str, cipher: &str, expected: (WifiAuthentication, WifiCipher)| {
            let status = format!(
                "bssid=aa\nssid=home\npairwise_cipher={cipher}\nkey_mgmt={management}\nwpa_state=COMPLETED\n"
            );
            let read = from_wpa(&status).unwrap();
            assert_eq!((read.authentication.unwrap(), read.cipher.unwrap()), expected);
            assert_eq!(read.ssid_hash.unwrap().len(), 64);
        };
        check("WPA2-PSK", "CCMP", (WifiAuthentication::Wpa2Psk, WifiCipher::Ccmp));
        check("SAE", "CCMP", (WifiAuthentication::Wpa3Sae, WifiCipher::Ccmp));
        check("WPA-PSK", "TKIP", (WifiAuthentication::WpaPsk, WifiCipher::Tkip));
        check("WPA2/IEEE 802.1X/EAP", "CCMP", (WifiAuthentication::Wpa2Enterprise, WifiCipher::Ccmp));
        check("NONE", "WEP-104", (WifiAuthentication::Wep, WifiCipher::Wep));
        check("NONE", "NONE", (WifiAuthentication::Open, WifiCipher::None));
        check("\u{fffd}", "?", (WifiAuthentication::Other, WifiCipher::Other));
        assert_eq!(from_wpa("wpa_state=SCANNING\n"), None);
    }

    #[test]
    fn network_manager() {
        let check = |line: &str, expected: Option<(WifiAuthentication, WifiCipher)>| {
            let read = from_nmcli(line);
            assert_eq!(
                read.first().map(|one| (one.authentication.unwrap(), one.cipher.unwrap())),
                expected,
                "{line}"
            );
        };
        check(
            "yes:ho\\:me:WPA2:(none):pair_ccmp group_ccmp psk",
            Some((WifiAuthentication::Wpa2Psk, WifiCipher::Ccmp)),
        );
        check(
            "yes:a:WPA2 WPA3:(none):pair_ccmp group_ccmp psk sae",
            Some((WifiAuthentication::Wpa2Psk, WifiCipher::Ccmp)),
        );
        check(
            "yes:a:WPA3:(none):pair_ccmp group_ccmp sae",
            Some((WifiAuthentication::Wpa3Sae, WifiCipher::Ccmp)),
        );
        check(
            "yes:a:WPA1 WPA2:pair_tkip psk:pair_ccmp psk",
            Some((WifiAuthentication::WpaPsk, WifiCipher::Tkip)),
        );
        check("yes:a:WEP:(none):(none)", Some((WifiAuthentication::Wep, WifiCipher::Wep)));
        check("yes:a::(none):(none)", Some((WifiAuthentication::Open, WifiCipher::None)));
        check("no:b:WPA2:(none):pair_ccmp psk", None);
        check("yes:\\", None);
        let named = from_nmcli("yes:ho\\:me:WPA2:(none):pair_ccmp psk");
        assert_eq!(named[0].ssid_hash, Some(text::hash(b"ho:me")));
    }
}
