//! The script's C# reads answers of Windows by their places in memory; they must be those of Windows' own headers, as
//! crate `windows` has them.

use std::mem::offset_of;

use windows::Win32::NetworkManagement::NetManagement::{USER_INFO_3, USER_MODALS_INFO_0, USER_MODALS_INFO_3};
use windows::Win32::NetworkManagement::WiFi::{
    DOT11_SSID, WLAN_ASSOCIATION_ATTRIBUTES, WLAN_CONNECTION_ATTRIBUTES, WLAN_INTERFACE_INFO,
    WLAN_INTERFACE_INFO_LIST, WLAN_SECURITY_ATTRIBUTES,
};
use windows::Win32::Security::Authentication::Identity::AUDIT_POLICY_INFORMATION;

const SCRIPT: &str = include_str!("interfaces.ps1.in");

fn says(text: &str) {
    assert!(SCRIPT.contains(text), "interfaces.ps1.in does not say: {text}");
}

/// Fields of a C# structure with their places, and its size, as the compiler lays it out on 64 bits.
fn laid_out(name: &str) -> (Vec<(String, usize)>, usize) {
    let body = SCRIPT.split(&format!("struct {name}\n    {{")).nth(1).unwrap().split('}').next().unwrap();
    let (mut fields, mut end) = (Vec::new(), 0_usize);
    for statement in body.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let (kind, names) = statement.strip_prefix("public ").unwrap().split_once(' ').unwrap();
        let size = match kind {
            "IntPtr" => 8,
            "uint" => 4,
            other => panic!("{other}"),
        };
        for name in names.split(',') {
            let place = end.next_multiple_of(size);
            fields.push((name.trim().to_owned(), place));
            end = place + size;
        }
    }
    (fields, end.next_multiple_of(8))
}

#[test]
fn users() {
    let (fields, size) = laid_out("User");
    assert_eq!(size, size_of::<USER_INFO_3>());
    let check = |name: &str, place: usize| {
        assert!(fields.contains(&(name.into(), place)), "{name} lies at {place}, not as in {fields:?}");
    };
    check("passwordAge", offset_of!(USER_INFO_3, usri3_password_age));
    check("flags", offset_of!(USER_INFO_3, usri3_flags));
    check("hours", offset_of!(USER_INFO_3, usri3_logon_hours));
    check("userId", offset_of!(USER_INFO_3, usri3_user_id));
    check("passwordExpired", offset_of!(USER_INFO_3, usri3_password_expired));
}

#[test]
fn policies() {
    let number = |place: usize, list: &str| says(&format!("= ${list}[{}]", place / 4));
    number(offset_of!(USER_MODALS_INFO_0, usrmod0_min_passwd_len), "passwords");
    number(offset_of!(USER_MODALS_INFO_0, usrmod0_max_passwd_age), "passwords");
    number(offset_of!(USER_MODALS_INFO_0, usrmod0_password_hist_len), "passwords");
    number(offset_of!(USER_MODALS_INFO_3, usrmod3_lockout_threshold), "lockout");
    number(offset_of!(USER_MODALS_INFO_3, usrmod3_lockout_duration), "lockout");
    let counts = [size_of::<USER_MODALS_INFO_0>() / 4, size_of::<USER_MODALS_INFO_3>() / 4];
    says(&format!("Modals(0, {})", counts[0]));
    says(&format!("Modals(3, {})", counts[1]));
    says(&format!("ReadInt32(policy, {})", offset_of!(AUDIT_POLICY_INFORMATION, AuditingInformation)));
}

#[test]
fn wireless() {
    let card = size_of::<WLAN_INTERFACE_INFO>();
    says(&format!("int start = {} + at * {card};", offset_of!(WLAN_INTERFACE_INFO_LIST, InterfaceInfo)));
    says(&format!("ReadInt32(list, start + {})", offset_of!(WLAN_INTERFACE_INFO, isState)));
    let association = offset_of!(WLAN_CONNECTION_ATTRIBUTES, wlanAssociationAttributes);
    let ssid = association + offset_of!(WLAN_ASSOCIATION_ATTRIBUTES, dot11Ssid);
    says(&format!("ReadInt32(data, {})", ssid + offset_of!(DOT11_SSID, uSSIDLength)));
    says(&format!("data.ToInt64() + {})", ssid + offset_of!(DOT11_SSID, ucSSID)));
    let security = offset_of!(WLAN_CONNECTION_ATTRIBUTES, wlanSecurityAttributes);
    let number = |name: &str, within: usize| {
        says(&format!("card.{name} = Marshal.ReadInt32(data, {})", security + within));
    };
    number("Authentication", offset_of!(WLAN_SECURITY_ATTRIBUTES, dot11AuthAlgorithm));
    number("Cipher", offset_of!(WLAN_SECURITY_ATTRIBUTES, dot11CipherAlgorithm));
    says(&format!("size < {}", size_of::<WLAN_CONNECTION_ATTRIBUTES>()));
}
