//! Section `host`: the Mac, its names, the domain it is bound to.
//!
//! Sources: scutil(8), sysctl(8), ioreg(8), dsconfigad(8) (`-show -xml`).

use model::facts::Host;

use super::answer::{Mac, get, parse, text, texts, unknown_form};
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::Gaps;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Host, Gap> {
    gaps.note("roles", Gap::not_collected("what a Mac serves is told by section sharing"));
    let domain = domain(mac);
    if let Err(gap) = &domain {
        gaps.note("domain", gap.clone());
    }
    let domain = gaps.keep("domain_joined", domain);
    Ok(Host {
        hostname: gaps.keep("hostname", name(mac)),
        manufacturer: Some("Apple".into()),
        model: gaps.keep("model", model(mac)),
        serial: gaps.keep("serial", serial(mac)),
        virtual_machine: gaps.keep("virtual_machine", is_virtual(mac)),
        domain_joined: domain.as_ref().map(Option::is_some),
        domain: domain.map(Option::unwrap_or_default),
        roles: None,
        language: gaps.keep("language", language(mac)),
    })
}

/// The name on the network.
pub(super) fn name(mac: &dyn Mac) -> Result<String, Gap> {
    let name = mac.line("scutil", &["--get", "LocalHostName"])?;
    // A name of the network has no other characters (RFC 1123); anything else is a message.
    let fits = name.len() <= 63 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { Ok(name) } else { Err(unknown_form("scutil")) }
}

/// For example `Mac14,2` or `MacBookPro18,3`.
fn model(mac: &dyn Mac) -> Result<String, Gap> {
    let model = mac.line("sysctl", &["-n", "hw.model"])?;
    let fits = model.contains(',') && model.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b',');
    if fits { Ok(model) } else { Err(unknown_form("hw.model")) }
}

fn serial(mac: &dyn Mac) -> Result<String, Gap> {
    let told = mac.told("ioreg", &["-a", "-r", "-d", "1", "-c", "IOPlatformExpertDevice"])?;
    let first = told.as_array().and_then(|all| all.first());
    first.and_then(|device| text(device, "IOPlatformSerialNumber")).ok_or_else(|| unknown_form("ioreg"))
}

fn is_virtual(mac: &dyn Mac) -> Result<bool, Gap> {
    match mac.line("sysctl", &["-n", "kern.hv_vmm_present"])?.as_str() {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(unknown_form("kern.hv_vmm_present")),
    }
}

/// The Active Directory domain the Mac is bound to; nothing is printed when there is none.
fn domain(mac: &dyn Mac) -> Result<Option<String>, Gap> {
    let answer = mac.run("dsconfigad", &["-show", "-xml"], SHORT)?;
    if answer.code == Some(0) && answer.out.is_empty() && answer.err.is_empty() {
        return Ok(None);
    }
    let told = parse(answer.out.as_bytes(), "dsconfigad")?;
    let domain = get(&told, "General Info").and_then(|info| text(info, "Active Directory Domain"));
    domain.map(Some).ok_or_else(|| unknown_form("dsconfigad"))
}

/// The first language of everybody's settings.
fn language(mac: &dyn Mac) -> Result<String, Gap> {
    const PATH: &str = "/Library/Preferences/.GlobalPreferences.plist";
    let settings = mac.settings(PATH)?.ok_or_else(|| Gap::not_found(PATH))?;
    texts(&settings, "AppleLanguages").into_iter().next().ok_or_else(|| Gap::not_found(PATH))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, list};
    use super::*;

    #[test]
    fn a_mac_of_the_company() {
        let device = list(
            "<array><dict><key>IOPlatformSerialNumber</key><string>C02XL0GYJGH5</string></dict></array>",
        );
        let bound = list(
            "<dict><key>General Info</key><dict><key>Active Directory Domain</key><string>corp.example</string></dict></dict>",
        );
        let mac = Recorded::default()
            .program("scutil --get LocalHostName", "keiri-mac\n")
            .program("sysctl -n hw.model", "Mac14,2\n")
            .program("sysctl -n kern.hv_vmm_present", "0\n")
            .program("ioreg -a -r -d 1 -c IOPlatformExpertDevice", &device)
            .program("dsconfigad -show -xml", &bound)
            .settings(
                "/Library/Preferences/.GlobalPreferences.plist",
                "<key>AppleLanguages</key><array><string>ja-JP</string><string>en-JP</string></array>",
            );
        let host = read(&mac, &mut Gaps::of("host")).unwrap();
        assert_eq!((host.hostname.as_deref(), host.model.as_deref()), (Some("keiri-mac"), Some("Mac14,2")));
        assert_eq!((host.serial.as_deref(), host.virtual_machine), (Some("C02XL0GYJGH5"), Some(false)));
        assert_eq!((host.domain_joined, host.domain.as_deref()), (Some(true), Some("corp.example")));
        assert_eq!(host.language.as_deref(), Some("ja-JP"));
    }

    #[test]
    fn no_domain_and_messages() {
        let mac = Recorded::default()
            .program("dsconfigad -show -xml", "")
            .program("scutil --get LocalHostName", "LocalHostName: not set\n");
        let mut gaps = Gaps::of("host");
        let host = read(&mac, &mut gaps).unwrap();
        assert_eq!((host.domain_joined, host.domain.as_deref()), (Some(false), Some("")));
        assert_eq!((host.hostname, gaps.why("hostname")), (None, Some(Why::Failed)));
    }
}
