//! Section `volumes`: the APFS volumes that hold the system and people's data, and FileVault.
//!
//! The system's volume and its data volume are one to a person, `/`; the data volume decides. On a Mac with a T2 chip
//! or Apple silicon everything is encrypted at rest, but without FileVault it opens without a password: that is no
//! protection of a lost Mac and is told as off. Sources: diskutil(8) (`apfs list -plist`, `info -plist`,
//! `apfs listCryptoUsers -plist`), fdesetup(8) (`isactive` by its exit code).

use model::facts::{Encryption, KeyProtector, Protection, ProtectorKind, Volume};
use plist::Value;

use super::answer::{Mac, flag, get, number, text, texts, unknown_form};
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::room;

/// Volumes of macOS itself, without anybody's data (`VM` is always encrypted).
const OWN: [&str; 7] = ["System", "Preboot", "Recovery", "VM", "Update", "xART", "Hardware"];
const DATA: &str = "Data";
const VOLUMES_MAX: usize = 500;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Vec<Volume>, Gap> {
    let listed = mac.told("diskutil", &["apfs", "list", "-plist"])?;
    let form = || unknown_form("diskutil apfs list");
    let mut volumes = Vec::new();
    for container in list(&listed, "Containers").ok_or_else(form)? {
        let fixed = gaps.keep("fixed", is_fixed(mac, container));
        for entry in list(container, "Volumes").ok_or_else(form)? {
            let roles = texts(entry, "Roles");
            if roles.iter().any(|role| OWN.contains(&role.as_str())) {
                continue;
            }
            let is_system = roles.iter().any(|role| role == DATA);
            volumes.push(volume(mac, container, entry, is_system, fixed, gaps)?);
        }
    }
    if !volumes.iter().any(|volume| volume.system == Some(true)) {
        return Err(Gap::not_found("no APFS volume with the role Data"));
    }
    at_most(volumes, VOLUMES_MAX, "volumes")
}

fn list<'a>(value: &'a Value, key: &str) -> Option<&'a [Value]> {
    get(value, key)?.as_array().map(Vec::as_slice)
}

/// Whether every disk below a container is built in.
fn is_fixed(mac: &dyn Mac, container: &Value) -> Result<bool, Gap> {
    let stores = list(container, "PhysicalStores").filter(|stores| !stores.is_empty());
    for store in stores.ok_or_else(|| unknown_form("PhysicalStores"))? {
        let name = text(store, "DeviceIdentifier").filter(|name| is_disk(name));
        let name = name.ok_or_else(|| unknown_form("PhysicalStores"))?;
        let about = mac.told("diskutil", &["info", "-plist", &name])?;
        if !flag(&about, "Internal").ok_or_else(|| unknown_form("diskutil info"))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `disk0s2`: what is handed to a program is looked at first.
fn is_disk(name: &str) -> bool {
    name.len() < 20 && name.starts_with("disk") && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn volume(
    mac: &dyn Mac,
    container: &Value,
    entry: &Value,
    is_system: bool,
    fixed: Option<bool>,
    gaps: &mut Gaps,
) -> Result<Volume, Gap> {
    let name = text(entry, "Name").unwrap_or_default();
    let size = |key: &str| number(container, key).ok_or_else(|| unknown_form("diskutil apfs list"));
    let size_bytes = gaps.keep("size_bytes", size("CapacityCeiling"));
    let free_bytes = gaps.keep("free_bytes", size("CapacityFree"));
    let mut volume = Volume {
        letter: Some(if is_system { "/".into() } else { format!("/Volumes/{name}") }),
        fixed,
        system: Some(is_system),
        size_bytes,
        free_bytes: room::in_steps(free_bytes, size_bytes),
        ..Volume::default()
    };
    gaps.note("method", Gap::not_supported("macOS does not state the cipher"));
    match gaps.keep("protection", is_protected(mac, entry, is_system)) {
        Some(true) => {
            volume.encryption = Some(Encryption::Filevault);
            volume.protection = Some(Protection::On);
            volume.encrypted_percent = Some(100);
            let device = text(entry, "DeviceIdentifier").filter(|name| is_disk(name));
            let protectors = device.ok_or_else(|| unknown_form("DeviceIdentifier")).and_then(|device| {
                protectors(&mac.told("diskutil", &["apfs", "listCryptoUsers", "-plist", &device])?)
            });
            volume.protectors = gaps.keep("protectors", protectors);
        }
        Some(false) => {
            volume.encryption = Some(Encryption::None);
            volume.protection = Some(Protection::Off);
            volume.encrypted_percent = Some(0);
            volume.protectors = Some(Vec::new());
        }
        None => {}
    }
    Ok(volume)
}

/// Whether a password protects a volume now. Of the system's volume two programs are asked, and have to agree.
fn is_protected(mac: &dyn Mac, entry: &Value, is_system: bool) -> Result<bool, Gap> {
    let form = || unknown_form("diskutil apfs list");
    let listed = flag(entry, "FileVault").ok_or_else(form)?;
    if flag(entry, "CryptoMigrationOn") == Some(true) {
        return Err(Gap::not_collected("the volume is just being encrypted or decrypted"));
    }
    if !is_system {
        return Ok(listed);
    }
    let answer = mac.run("fdesetup", &["isactive"], SHORT)?;
    let active = match (answer.code, answer.out.trim()) {
        (Some(0), "true") => true,
        (Some(1), "false") => false,
        _ => return Err(unknown_form("fdesetup isactive")),
    };
    if active == listed {
        Ok(active)
    } else {
        Err(Gap::failed("fdesetup and diskutil disagree about FileVault"))
    }
}

/// Who and what opens a volume.
fn protectors(told: &Value) -> Result<Vec<KeyProtector>, Gap> {
    let form = || unknown_form("diskutil apfs listCryptoUsers");
    let users = list(told, "Users").ok_or_else(form)?;
    let protector = |user: &Value| {
        let kind = match text(user, "APFSCryptoUserType").ok_or_else(form)?.as_str() {
            "LocalOpenDirectory" => ProtectorKind::Password,
            "PersonalRecovery" => ProtectorKind::RecoveryPassword,
            "InstitutionalRecovery" => ProtectorKind::PublicKey,
            _ => ProtectorKind::Other,
        };
        Ok(KeyProtector { kind: Some(kind), id: Some(text(user, "APFSCryptoUserUUID").ok_or_else(form)?) })
    };
    users.iter().map(protector).collect()
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, list};
    use super::*;

    fn mac(filevault: &str, active: (i32, &str), internal: &str, more: &str) -> Recorded {
        let volume = |device: &str, role: &str, more: &str| {
            format!(
                "<dict><key>DeviceIdentifier</key><string>{device}</string><key>Name</key><string>{role} 1</string>\
                 <key>Roles</key><array><string>{role}</string></array><key>FileVault</key><{filevault}/>\
                 <key>Encryption</key><true/>{more}</dict>"
            )
        };
        let volumes =
            volume("disk3s1", "System", "") + &volume("disk3s5", "Data", more) + &volume("disk3s6", "VM", "");
        let containers = list(&format!(
            "<dict><key>Containers</key><array><dict><key>CapacityCeiling</key><integer>494384795648</integer>\
             <key>CapacityFree</key><integer>90000000000</integer><key>PhysicalStores</key><array><dict>\
             <key>DeviceIdentifier</key><string>disk0s2</string></dict></array><key>Volumes</key><array>{volumes}</array>\
             </dict></array></dict>"
        ));
        let users = list(
            "<dict><key>Users</key><array><dict><key>APFSCryptoUserType</key><string>PersonalRecovery</string>\
             <key>APFSCryptoUserUUID</key><string>EBC6C064</string></dict><dict><key>APFSCryptoUserType</key>\
             <string>LocalOpenDirectory</string><key>APFSCryptoUserUUID</key><string>5A1B</string></dict></array></dict>",
        );
        Recorded::default()
            .program("diskutil apfs list -plist", &containers)
            .program(
                "diskutil info -plist disk0s2",
                &list(&format!("<dict><key>Internal</key><{internal}/></dict>")),
            )
            .program("diskutil apfs listCryptoUsers -plist disk3s5", &users)
            .exit("fdesetup isactive", active.0, active.1)
    }

    #[test]
    fn filevault_on() {
        let volumes = read(&mac("true", (0, "true\n"), "true", ""), &mut Gaps::of("volumes")).unwrap();
        let [root] = volumes.as_slice() else { panic!("{volumes:?}") };
        assert_eq!((root.letter.as_deref(), root.fixed, root.system), (Some("/"), Some(true), Some(true)));
        assert_eq!((root.encryption, root.protection), (Some(Encryption::Filevault), Some(Protection::On)));
        assert_eq!(root.size_bytes, Some(494_384_795_648));
        let kinds: Vec<_> = root.protectors.iter().flatten().map(|one| one.kind.unwrap()).collect();
        assert_eq!(kinds, [ProtectorKind::RecoveryPassword, ProtectorKind::Password]);
    }

    #[test]
    fn filevault_off_disagreeing_or_under_way() {
        let check = |mac: Recorded, expected: Result<Protection, Why>| {
            let mut gaps = Gaps::of("volumes");
            let volumes = read(&mac, &mut gaps).unwrap();
            assert_eq!(volumes[0].protection.ok_or_else(|| gaps.why("protection").unwrap()), expected);
        };
        check(mac("false", (1, "false\n"), "true", ""), Ok(Protection::Off));
        check(mac("true", (1, "false\n"), "true", ""), Err(Why::Failed));
        check(mac("true", (2, "Error: 権限\n"), "true", ""), Err(Why::Failed));
        check(
            mac("true", (0, "true"), "true", "<key>CryptoMigrationOn</key><true/>"),
            Err(Why::NotCollected),
        );
    }

    #[test]
    fn a_disk_that_is_not_built_in() {
        let volumes = read(&mac("true", (0, "true"), "false", ""), &mut Gaps::of("volumes")).unwrap();
        assert_eq!(volumes[0].fixed, Some(false));
        assert!(!is_disk("disk0; rm") && !is_disk("-h") && is_disk("disk10s1"));
    }
}
