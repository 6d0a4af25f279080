//! The proxies of section `network`: of the machine and of those who are logged in.
//!
//! A name and password within an address are left out.

use model::facts::{Proxy, SoftwareScope};

use super::machine::{Datum, Hive, Machine, number};
use crate::gap::Gap;
use crate::reading::at_most;
use crate::text;

const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
const SERVICES: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
const PROXIES_MAX: usize = 200;
/// In the settings of WinHTTP, which services use: the flags, and the length of the address behind them.
const FLAGS: usize = 8;
const LENGTH: usize = 12;
/// In the flags: an address is set.
const SET: u32 = 2;

pub(super) fn proxies(machine: &dyn Machine) -> Result<Vec<Proxy>, Gap> {
    let mut found = Vec::new();
    if let Some(Datum::Bytes(bytes)) = machine.value(Hive::Machine, SERVICES, "WinHttpSettings")? {
        found.extend(of_services(&bytes)?.map(|server| proxy(SoftwareScope::Machine, &server, "")));
    }
    for sid in machine.people()? {
        let key = format!(r"{sid}\{SETTINGS}");
        let on = number(machine.value(Hive::Users, &key, "ProxyEnable")?, &key, "ProxyEnable")?;
        let server = machine.persons_text(&sid, SETTINGS, "ProxyServer")?.filter(|_| on == Some(1));
        let script = machine.persons_text(&sid, SETTINGS, "AutoConfigURL")?;
        if server.is_some() || script.is_some() {
            let (server, script) = (server.unwrap_or_default(), script.unwrap_or_default());
            found.push(proxy(SoftwareScope::User, &server, &script));
        }
    }
    found.dedup();
    at_most(found, PROXIES_MAX, "proxies")
}

fn proxy(scope: SoftwareScope, server: &str, script: &str) -> Proxy {
    Proxy { scope: Some(scope), server: Some(nameless(server)), script: Some(nameless(script)) }
}

/// An address without what stands before an `@`: `http://name:password@proxy:8080`.
pub(super) fn nameless(address: &str) -> String {
    let Some((start, end)) = address.rsplit_once('@') else { return text::clean(address) };
    let scheme = start.split_once("//").map(|(scheme, _)| format!("{scheme}//"));
    text::clean(&format!("{}{end}", scheme.unwrap_or_default()))
}

/// The proxy of services, from WinHTTP's settings: numbers of 32 bits, and the address in single bytes.
fn of_services(bytes: &[u8]) -> Result<Option<String>, Gap> {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let parse = || {
        if number(FLAGS)? & SET == 0 {
            return Some(None);
        }
        let length = number(LENGTH)? as usize;
        let text = bytes.get(LENGTH + 4..(LENGTH + 4).checked_add(length)?)?;
        Some(Some(String::from_utf8_lossy(text).into_owned()).filter(|text| !text.is_empty()))
    };
    parse().ok_or_else(|| Gap::failed(format_args!("WinHttpSettings of {} bytes", bytes.len())))
}

#[cfg(test)]
mod tests {
    use super::super::recorded::Recorded;
    use super::*;

    const PERSON: &str = "S-1-5-21-1-2-3-1001";

    #[test]
    fn of_people_and_services() {
        let key = format!(r"{PERSON}\{SETTINGS}");
        let text = |text: &str| Datum::Text(text.into());
        let off = Recorded::default().datum(Hive::Users, &key, "ProxyEnable", Datum::Number(0)).datum(
            Hive::Users,
            &key,
            "ProxyServer",
            text("old:8080"),
        );
        assert_eq!(proxies(&off).unwrap(), []);
        let mut services = vec![0x28, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 10, 0, 0, 0];
        services.extend(b"proxy:8080\0\0\0\0");
        let on = off
            .datum(Hive::Users, &key, "ProxyEnable", Datum::Number(1))
            .datum(Hive::Users, &key, "AutoConfigURL", text("http://a:b@pac.example/p.pac"))
            .datum(Hive::Machine, SERVICES, "WinHttpSettings", Datum::Bytes(services));
        let found = proxies(&on).unwrap();
        assert_eq!(found[0], proxy(SoftwareScope::Machine, "proxy:8080", ""));
        assert_eq!(found[1], proxy(SoftwareScope::User, "old:8080", "http://pac.example/p.pac"));
    }

    #[test]
    fn odd_bytes_are_a_gap() {
        assert!(of_services(&[0; 4]).is_err());
        assert_eq!(of_services(&[0; 16]), Ok(None));
        let mut cut = vec![0; 16];
        cut[8] = 2;
        cut[12..16].copy_from_slice(&[0xFF; 4]);
        assert!(of_services(&cut).is_err());
    }
}
