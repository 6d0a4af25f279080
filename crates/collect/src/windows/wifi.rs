//! Section `wifi`: wireless cards and how the connected networks are protected.
//!
//! Source: Microsoft, "DOT11_AUTH_ALGORITHM", "DOT11_CIPHER_ALGORITHM".

use model::facts::{Wifi, WifiAuthentication, WifiCipher, WifiConnection};

use super::machine::{Api, Machine, Row, what_it_means};
use crate::gap::Gap;
use crate::reading::Gaps;

/// The state of a card that is connected.
const CONNECTED: i64 = 1;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Wifi, Gap> {
    let cards = machine.ask(Api::Wireless, "")?;
    let connected = cards.iter().filter(|card| card.number("State") == Some(CONNECTED));
    let connections: Result<Vec<WifiConnection>, Gap> = connected.map(connection).collect();
    Ok(Wifi {
        interfaces: Some(i64::try_from(cards.len()).unwrap_or(i64::MAX)),
        connections: gaps.keep("connections", connections),
    })
}

/// A card that is connected but does not tell to what makes the whole list a gap: it would look complete.
fn connection(card: &Row) -> Result<WifiConnection, Gap> {
    let (Some(authentication), Some(cipher)) = (card.number("AuthAlgorithm"), card.number("CipherAlgorithm"))
    else {
        let code = card.number("Code").and_then(|code| u16::try_from(code).ok()).unwrap_or_default();
        // A system error code, as the errors of COM carry it.
        let code = i32::from_ne_bytes((0x8007_0000 | u32::from(code)).to_ne_bytes());
        return Err(what_it_means("WlanQueryInterface", code));
    };
    Ok(WifiConnection {
        ssid_hash: card.text("SsidHash"),
        authentication: Some(authentication_of(authentication, cipher)),
        cipher: Some(cipher_of(cipher)),
    })
}

fn authentication_of(number: i64, cipher: i64) -> WifiAuthentication {
    match number {
        // Open and shared-key joining both go with WEP.
        1 | 2 if cipher_of(cipher) == WifiCipher::Wep => WifiAuthentication::Wep,
        1 => WifiAuthentication::Open,
        2 => WifiAuthentication::Wep,
        3 => WifiAuthentication::WpaEnterprise,
        4 => WifiAuthentication::WpaPsk,
        6 => WifiAuthentication::Wpa2Enterprise,
        7 => WifiAuthentication::Wpa2Psk,
        8 | 11 => WifiAuthentication::Wpa3Enterprise,
        9 => WifiAuthentication::Wpa3Sae,
        10 => WifiAuthentication::Owe,
        _ => WifiAuthentication::Other,
    }
}

fn cipher_of(number: i64) -> WifiCipher {
    match number {
        0 => WifiCipher::None,
        1 | 5 | 0x101 => WifiCipher::Wep,
        2 => WifiCipher::Tkip,
        4 | 10 => WifiCipher::Ccmp,
        8 | 9 => WifiCipher::Gcmp,
        _ => WifiCipher::Other,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, row, text};
    use super::*;

    pub(crate) fn connected(authentication: i64, cipher: i64) -> Row {
        row(&[
            ("State", Cell::Number(CONNECTED)),
            ("SsidHash", text(&crate::text::hash("自宅".as_bytes()))),
            ("AuthAlgorithm", Cell::Number(authentication)),
            ("CipherAlgorithm", Cell::Number(cipher)),
        ])
    }

    #[test]
    fn a_card_in_use_and_one_idle() {
        let rows = vec![connected(7, 4), row(&[("State", Cell::Number(4))])];
        let wifi =
            read(&Recorded::default().api(Api::Wireless, "", Ok(rows)), &mut Gaps::of("wifi")).unwrap();
        assert_eq!(wifi.interfaces, Some(2));
        let connections = wifi.connections.unwrap();
        assert_eq!(connections.len(), 1);
        assert_eq!(connections[0].authentication, Some(WifiAuthentication::Wpa2Psk));
        assert_eq!(connections[0].ssid_hash.as_ref().unwrap().len(), 64);
    }

    #[test]
    fn absent_and_refused() {
        let check = |answer: Result<Vec<Row>, Gap>, expected: Result<(i64, Option<Why>), Why>| {
            let mut gaps = Gaps::of("wifi");
            let read = read(&Recorded::default().api(Api::Wireless, "", answer), &mut gaps);
            let shown = read.map(|wifi| (wifi.interfaces.unwrap(), gaps.why("connections")));
            assert_eq!(shown.map_err(|gap| gap.why), expected);
        };
        check(Ok(Vec::new()), Ok((0, None)));
        check(Err(Gap::not_supported("wlanapi.dll: 0x8007007E")), Err(Why::NotSupported));
        let refused = row(&[("State", Cell::Number(CONNECTED)), ("Code", Cell::Number(5))]);
        check(Ok(vec![refused]), Ok((1, Some(Why::Denied))));
        check(Ok(vec![row(&[("State", Cell::Number(CONNECTED))])]), Ok((1, Some(Why::Failed))));
    }

    #[test]
    fn ways_to_join() {
        let check = |numbers: (i64, i64), expected: (WifiAuthentication, WifiCipher)| {
            assert_eq!((authentication_of(numbers.0, numbers.1), cipher_of(numbers.1)), expected);
        };
        check((1, 0), (WifiAuthentication::Open, WifiCipher::None));
        check((1, 0x101), (WifiAuthentication::Wep, WifiCipher::Wep));
        check((4, 2), (WifiAuthentication::WpaPsk, WifiCipher::Tkip));
        check((9, 8), (WifiAuthentication::Wpa3Sae, WifiCipher::Gcmp));
        check((11, 9), (WifiAuthentication::Wpa3Enterprise, WifiCipher::Gcmp));
        check((10, 4), (WifiAuthentication::Owe, WifiCipher::Ccmp));
        check((5, -1), (WifiAuthentication::Other, WifiCipher::Other));
    }
}
