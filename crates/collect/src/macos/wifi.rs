//! Section `wifi`: wireless cards and how the connected network is protected.
//!
//! Source: system_profiler(8) (`SPAirPortDataType`), whose values are keys, not texts. macOS 14 and later keep the
//! network's name from programs without a person's leave; it is then a miss.

use model::facts::{Wifi, WifiAuthentication as Auth, WifiCipher as Cipher, WifiConnection};
use serde_json::Value;

use super::answer::{Mac, unknown_form};
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

const MODE: &str = "spairport_security_mode_";

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Wifi, Gap> {
    let entries = mac.profile("SPAirPortDataType")?;
    let form = || unknown_form("SPAirPortDataType");
    let cards: Vec<&Value> = entries
        .iter()
        .filter_map(|entry| entry.get("spairport_airport_interfaces")?.as_array())
        .flatten()
        // Cards for AirDrop stand beside the true ones.
        .filter(|card| card.get("_name").and_then(Value::as_str).is_some_and(|name| name.starts_with("en")))
        .collect();
    if cards.is_empty() {
        return Err(form());
    }
    let connections = cards.iter().filter_map(|card| card.get("spairport_current_network_information"));
    let connections = connections.map(|network| connection(network, gaps)).collect::<Result<_, Gap>>();
    Ok(Wifi {
        interfaces: Some(i64::try_from(cards.len()).unwrap_or(i64::MAX)),
        connections: gaps.keep("connections", connections),
    })
}

fn connection(network: &Value, gaps: &mut Gaps) -> Result<WifiConnection, Gap> {
    let form = || unknown_form("SPAirPortDataType");
    let mode = network.get("spairport_security_mode").and_then(Value::as_str).ok_or_else(form)?;
    let (authentication, cipher) = protection(mode.strip_prefix(MODE).ok_or_else(form)?);
    let name = network.get("_name").and_then(Value::as_str).filter(|name| !name.starts_with('<'));
    let hash = name.map(|name| text::hash(name.as_bytes()));
    let hash = hash.ok_or_else(|| Gap::denied("macOS keeps the network's name to itself"));
    Ok(WifiConnection {
        ssid_hash: gaps.keep("connections.ssid_hash", hash),
        authentication: Some(authentication),
        cipher: Some(cipher),
    })
}

/// Of a mixed network the weaker counts. WPA2 and WPA3 demand CCMP at least (IEEE 802.11, clause 12).
fn protection(mode: &str) -> (Auth, Cipher) {
    match mode {
        "none" => (Auth::Open, Cipher::None),
        "wep" | "dynamic_wep" => (Auth::Wep, Cipher::Wep),
        "wpa_personal" | "wpa_personal_mixed" => (Auth::WpaPsk, Cipher::Tkip),
        "wpa2_personal" | "wpa2_personal_mixed" | "wpa3_transition" => (Auth::Wpa2Psk, Cipher::Ccmp),
        "wpa3_personal" => (Auth::Wpa3Sae, Cipher::Ccmp),
        "wpa_enterprise" | "wpa_enterprise_mixed" => (Auth::WpaEnterprise, Cipher::Tkip),
        "wpa2_enterprise" | "wpa2_enterprise_mixed" => (Auth::Wpa2Enterprise, Cipher::Ccmp),
        "wpa3_enterprise" => (Auth::Wpa3Enterprise, Cipher::Gcmp),
        "owe" => (Auth::Owe, Cipher::Ccmp),
        _ => (Auth::Other, Cipher::Other),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    fn wifi(network: &str) -> (Result<Wifi, Gap>, Gaps) {
        let json = format!(
            r#"{{"SPAirPortDataType":[{{"spairport_airport_interfaces":[{{"_name":"en0"{network}}},{{"_name":"awdl0"}}]}}]}}"#
        );
        let mac = Recorded::default().program("system_profiler -json SPAirPortDataType", &json);
        let mut gaps = Gaps::of("wifi");
        (read(&mac, &mut gaps), gaps)
    }

    #[test]
    fn networks() {
        let check = |mode: &str, expected: (Auth, Cipher)| {
            let network = format!(
                r#","spairport_current_network_information":{{"_name":"home","spairport_security_mode":"{MODE}{mode}"}}"#
            );
            let one = wifi(&network).0.unwrap().connections.unwrap().remove(0);
            assert_eq!((one.authentication.unwrap(), one.cipher.unwrap()), expected, "{mode}");
            assert_eq!(one.ssid_hash.unwrap().len(), 64);
        };
        check("wpa2_personal", (Auth::Wpa2Psk, Cipher::Ccmp));
        check("wpa3_transition", (Auth::Wpa2Psk, Cipher::Ccmp));
        check("none", (Auth::Open, Cipher::None));
        check("quantum", (Auth::Other, Cipher::Other));
        let off = wifi("").0.unwrap();
        assert_eq!((off.interfaces, off.connections), (Some(1), Some(Vec::new())));
    }

    #[test]
    fn hidden_names_and_other_forms() {
        let (read, gaps) = wifi(
            r#","spairport_current_network_information":{"_name":"<redacted>","spairport_security_mode":"spairport_security_mode_wpa3_personal"}"#,
        );
        assert_eq!(read.unwrap().connections.unwrap()[0].ssid_hash, None);
        assert_eq!(gaps.why("connections.ssid_hash"), Some(Why::Denied));
        let (read, gaps) =
            wifi(r#","spairport_current_network_information":{"spairport_security_mode":"WPA2 個人"}"#);
        assert_eq!((read.unwrap().connections, gaps.why("connections")), (None, Some(Why::Failed)));
    }
}
