//! Section `volumes`: disks with a drive letter, and BitLocker, which needs administrator rights to be asked. Without
//! them only the script can tell whether a drive is protected, from what the shell shows.
//!
//! Encrypted is not protected: while protection is suspended the key lies open on the disk.
//! Source: Microsoft, "Win32_EncryptableVolume class".

use model::facts::{Encryption, KeyProtector, Protection, ProtectorKind, Volume};

use super::machine::{Api, BITLOCKER, CIMV2, Machine, Object, Row};
use super::os;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::room;

/// The most volumes in one document.
const VOLUMES_MAX: usize = 500;
/// Kinds of drives in `Win32_LogicalDisk.DriveType`.
const REMOVABLE: i64 = 2;
const FIXED: i64 = 3;
/// Kinds of key protectors, by the number `GetKeyProtectors` takes.
const PROTECTORS: [(u32, ProtectorKind); 10] = [
    (1, ProtectorKind::Tpm),
    (2, ProtectorKind::ExternalKey),
    (3, ProtectorKind::RecoveryPassword),
    (4, ProtectorKind::TpmPin),
    (5, ProtectorKind::TpmStartupKey),
    (6, ProtectorKind::TpmPin),
    (7, ProtectorKind::PublicKey),
    (8, ProtectorKind::Password),
    (9, ProtectorKind::Other),
    (10, ProtectorKind::Other),
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Vec<Volume>, Gap> {
    let disks = machine.query(CIMV2, "SELECT DeviceID, DriveType, Size, FreeSpace FROM Win32_LogicalDisk WHERE DriveType = 2 OR DriveType = 3")?;
    let system = machine.text(os::CURRENT_VERSION, "SystemRoot").ok().flatten();
    let bitlocker = machine.query(BITLOCKER, "SELECT * FROM Win32_EncryptableVolume");
    let mut volumes = Vec::new();
    for disk in at_most(disks, VOLUMES_MAX, "disks")? {
        let Some(letter) = disk.text("DeviceID") else { continue };
        let kind = disk.number("DriveType");
        if !matches!(kind, Some(REMOVABLE | FIXED)) {
            continue;
        }
        let mut volume = Volume {
            fixed: Some(kind == Some(FIXED)),
            system: system
                .as_deref()
                .map(|root| root.to_ascii_uppercase().starts_with(&letter.to_ascii_uppercase())),
            size_bytes: disk.number("Size"),
            free_bytes: room::in_steps(disk.number("FreeSpace"), disk.number("Size")),
            letter: Some(letter.clone()),
            ..Volume::default()
        };
        if let Err(refused) = &bitlocker {
            shown(machine, refused, &letter, &mut volume, gaps);
        }
        if let Ok(rows) = &bitlocker {
            let row = rows
                .iter()
                .find(|row| row.text("DriveLetter").is_some_and(|drive| drive.eq_ignore_ascii_case(&letter)));
            match row {
                Some(row) => encrypted(machine, row, &letter, &mut volume, gaps),
                None => gaps
                    .note("protection", Gap::not_found(format_args!("{letter} is not known to BitLocker"))),
            }
        }
        volumes.push(volume);
    }
    if volumes.is_empty() {
        return Err(Gap::not_found("no disk has a drive letter"));
    }
    Ok(volumes)
}

/// Adds what the shell shows of a volume, in place of BitLocker's refusal: 1 on, 2 off, 5 suspended (public use of the
/// property, and of the verbs of Windows' own drives that rest on it). Anything else is left open.
fn shown(machine: &dyn Machine, refused: &Gap, letter: &str, volume: &mut Volume, gaps: &mut Gaps) {
    let told = machine.ask(Api::VolumeProtection, letter).ok();
    let told = told.and_then(|rows| rows.first()?.number("BitLockerProtection"));
    let state = match told {
        Some(1) => Some((Encryption::Bitlocker, Protection::On)),
        Some(2) => Some((Encryption::None, Protection::Off)),
        Some(5) => Some((Encryption::Bitlocker, Protection::Suspended)),
        _ => None,
    };
    let state = gaps.keep("protection", state.ok_or_else(|| refused.clone()));
    (volume.encryption, volume.protection) = state.unzip();
    for field in ["method", "encrypted_percent", "protectors"] {
        gaps.note(field, refused.clone());
    }
}

/// Adds what BitLocker says of a volume.
fn encrypted(machine: &dyn Machine, row: &Row, letter: &str, volume: &mut Volume, gaps: &mut Gaps) {
    let object = object(row);
    let ask = |method: &str, numbers: &[(&str, u32)]| {
        let object = object.as_ref().ok_or_else(|| Gap::not_found("no DeviceID"))?;
        let answer = machine.call(BITLOCKER, object, method, numbers)?;
        match answer.number("ReturnValue") {
            Some(0) => Ok(answer),
            other => Err(Gap::failed(format_args!("{letter} {method}: {other:?}"))),
        }
    };
    // Older systems give these by methods only.
    let conversion = row.number("ConversionStatus").map_or_else(
        || ask("GetConversionStatus", &[]).and_then(|answer| number(&answer, "ConversionStatus")),
        Ok,
    );
    let status = row.number("ProtectionStatus").map_or_else(
        || ask("GetProtectionStatus", &[]).and_then(|answer| number(&answer, "ProtectionStatus")),
        Ok,
    );
    let decided = status.and_then(|status| decide(letter, status, conversion.clone().ok()));
    if let Some((encryption, protection)) = gaps.keep("protection", decided) {
        volume.encryption = Some(encryption);
        volume.protection = Some(protection);
    }
    volume.method = row.number("EncryptionMethod").and_then(method).map(str::to_owned);
    let percent = match conversion {
        Ok(0) => Ok(0),
        Ok(1) => Ok(100),
        _ => ask("GetConversionStatus", &[]).and_then(|answer| number(&answer, "EncryptionPercentage")),
    };
    volume.encrypted_percent =
        gaps.keep("encrypted_percent", percent).filter(|percent| (0..=100).contains(percent));
    let protectors: Result<Vec<Vec<KeyProtector>>, Gap> = PROTECTORS
        .iter()
        .map(|(number, kind)| {
            let answer = ask("GetKeyProtectors", &[("KeyProtectorType", *number)])?;
            let ids = answer.texts("VolumeKeyProtectorID").unwrap_or_default().into_iter().take(50);
            Ok(ids.map(|id| KeyProtector { kind: Some(*kind), id: Some(id) }).collect())
        })
        .collect();
    volume.protectors = gaps.keep("protectors", protectors).map(|lists| lists.concat());
}

fn number(answer: &Row, name: &str) -> Result<i64, Gap> {
    answer.number(name).ok_or_else(|| Gap::not_found(name))
}

/// The object of a volume, to call methods of.
fn object(row: &Row) -> Option<Object> {
    let id = row.text("DeviceID")?.replace('\\', "\\\\").replace('"', "");
    Some(Object {
        class: "Win32_EncryptableVolume",
        path: format!("Win32_EncryptableVolume.DeviceID=\"{id}\""),
    })
}

/// What `ProtectionStatus` (0 off, 1 on, 2 unknown: locked) and `ConversionStatus` (0 decrypted, 1 encrypted, 2 to 5
/// in between) say together.
fn decide(letter: &str, status: i64, conversion: Option<i64>) -> Result<(Encryption, Protection), Gap> {
    match (status, conversion) {
        (1, _) => Ok((Encryption::Bitlocker, Protection::On)),
        (0, Some(0)) => Ok((Encryption::None, Protection::Off)),
        (0, Some(1)) => Ok((Encryption::Bitlocker, Protection::Suspended)),
        // Half encrypted protects nothing yet, or no more.
        (0, Some(2..=5)) => Ok((Encryption::Bitlocker, Protection::Off)),
        (0, _) => Err(Gap::failed(format_args!(
            "{letter}: protection is off; whether it is encrypted was not told"
        ))),
        (2, _) => Err(Gap::denied(format_args!("{letter} is locked"))),
        _ => Err(Gap::failed(format_args!("{letter}: ProtectionStatus {status}"))),
    }
}

/// The cipher by its number; 0 means none.
fn method(number: i64) -> Option<&'static str> {
    match number {
        0 => Some(""),
        1 => Some("aes_128_diffuser"),
        2 => Some("aes_256_diffuser"),
        3 => Some("aes_128"),
        4 => Some("aes_256"),
        5 => Some("hardware"),
        6 => Some("xts_aes_128"),
        7 => Some("xts_aes_256"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, list, row, text};
    use super::*;

    fn disks() -> Recorded {
        let disk = |letter: &str, kind: i64| {
            row(&[
                ("DeviceID", text(letter)),
                ("DriveType", Cell::Number(kind)),
                ("Size", text("1000")),
                ("FreeSpace", text("400")),
            ])
        };
        Recorded::default().text(os::CURRENT_VERSION, "SystemRoot", r"C:\Windows").rows(
            CIMV2,
            "Win32_LogicalDisk",
            vec![disk("C:", 3), disk("D:", 3), disk("E:", 2)],
        )
    }

    #[test]
    fn an_encrypted_pc() {
        let volume = |letter: &str, status: i64, conversion: i64| {
            let id = format!(r"\\?\Volume{{{letter}}}\");
            row(&[
                ("DriveLetter", text(letter)),
                ("DeviceID", text(&id)),
                ("ProtectionStatus", Cell::Number(status)),
                ("ConversionStatus", Cell::Number(conversion)),
                ("EncryptionMethod", Cell::Number(7)),
            ])
        };
        let ids = |ids: &[&str]| {
            vec![row(&[("ReturnValue", Cell::Number(0)), ("VolumeKeyProtectorID", list(ids))])]
        };
        let machine = disks()
            .rows(BITLOCKER, "FROM Win32_EncryptableVolume", vec![volume("C:", 1, 1), volume("D:", 0, 1)])
            .rows(BITLOCKER, "GetKeyProtectors(1)", ids(&["{T}"]))
            .rows(BITLOCKER, "GetKeyProtectors(3)", ids(&["{R}"]))
            .rows(BITLOCKER, "GetKeyProtectors", ids(&[]));
        let mut gaps = Gaps::of("volumes");
        let volumes = read(&machine, &mut gaps).unwrap();
        let shown: Vec<_> = volumes
            .iter()
            .map(|one| (one.letter.as_deref().unwrap(), one.fixed.unwrap(), one.protection))
            .collect();
        let expected = [
            ("C:", true, Some(Protection::On)),
            ("D:", true, Some(Protection::Suspended)),
            ("E:", false, None),
        ];
        assert_eq!(shown, expected);
        let system = &volumes[0];
        assert_eq!((system.system, system.method.as_deref()), (Some(true), Some("xts_aes_256")));
        assert_eq!((system.encrypted_percent, system.size_bytes), (Some(100), Some(1000)));
        let kinds: Vec<_> = system
            .protectors
            .iter()
            .flatten()
            .map(|one| (one.kind.unwrap(), one.id.as_deref().unwrap()))
            .collect();
        assert_eq!(kinds, [(ProtectorKind::Tpm, "{T}"), (ProtectorKind::RecoveryPassword, "{R}")]);
        assert_eq!(gaps.why("protection"), Some(Why::NotFound), "the memory");
    }

    #[test]
    fn without_administrator_rights() {
        let machine = disks().fails(BITLOCKER, "Win32_EncryptableVolume", Gap::denied("0x80041003"));
        let mut gaps = Gaps::of("volumes");
        let volumes = read(&machine, &mut gaps).unwrap();
        assert!(volumes.iter().all(|volume| volume.protection.is_none() && volume.encryption.is_none()));
        assert_eq!(gaps.why("protection"), Some(Why::Denied));
        let told = |number: i64| Ok(vec![row(&[("BitLockerProtection", Cell::Number(number))])]);
        let shown = machine
            .api(Api::VolumeProtection, "C:", told(1))
            .api(Api::VolumeProtection, "D:", told(5))
            .api(Api::VolumeProtection, "E:", told(3));
        let mut gaps = Gaps::of("volumes");
        let found: Vec<_> = read(&shown, &mut gaps).unwrap().iter().map(|one| one.protection).collect();
        assert_eq!(found, [Some(Protection::On), Some(Protection::Suspended), None]);
        assert_eq!((gaps.why("protection"), gaps.why("protectors")), (Some(Why::Denied), Some(Why::Denied)));
    }

    #[test]
    fn protection() {
        let check = |status, conversion, expected: Result<(Encryption, Protection), Why>| {
            assert_eq!(decide("C:", status, conversion).map_err(|gap| gap.why), expected);
        };
        check(1, Some(1), Ok((Encryption::Bitlocker, Protection::On)));
        check(0, Some(0), Ok((Encryption::None, Protection::Off)));
        check(0, Some(1), Ok((Encryption::Bitlocker, Protection::Suspended)));
        check(0, Some(2), Ok((Encryption::Bitlocker, Protection::Off)));
        check(0, None, Err(Why::Failed));
        check(2, Some(1), Err(Why::Denied));
        check(9, Some(1), Err(Why::Failed));
    }

    #[test]
    fn methods() {
        assert_eq!((method(0), method(6), method(99)), (Some(""), Some("xts_aes_128"), None));
        let quoted = object(&row(&[("DeviceID", text(r#"\\?\V"x\"#))])).unwrap();
        assert_eq!(quoted.path, r#"Win32_EncryptableVolume.DeviceID="\\\\?\\Vx\\""#);
    }
}
