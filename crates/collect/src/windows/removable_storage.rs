//! Section `removable_storage`: what the policies allow with USB memories, and which were plugged in lately.

use model::facts::{RemovableStorage, StoragePolicy, UsedStorage};

use super::machine::{Api, Machine, Row};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices";
/// The class of removable disks below the policy.
const DISKS: &str =
    r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}";
const DRIVER: &str = r"SYSTEM\CurrentControlSet\Services\USBSTOR";
const WRITE_PROTECTION: &str = r"SYSTEM\CurrentControlSet\Control\StorageDevicePolicies";
/// Days in which a use counts.
const USED_DAYS: i64 = 60;
const USED_MAX: usize = 1_000;
/// A driver that is never started.
const DISABLED: u64 = 4;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<RemovableStorage, Gap> {
    Ok(RemovableStorage {
        policy: gaps.keep("policy", settings(machine).map(|settings| policy(&settings))),
        used: gaps.keep("used", used(machine)),
    })
}

/// The memories of the last days. One whose days Windows does not tell makes the list a gap: it might be one of them.
fn used(machine: &dyn Machine) -> Result<Vec<UsedStorage>, Gap> {
    let mut lately = Vec::new();
    for row in machine.ask(Api::UsbStorage, "")? {
        let seen = row.at("LastArrivalDate").max(row.at("LastRemovalDate"));
        let seen =
            seen.ok_or_else(|| Gap::not_found("Windows does not tell when a memory was last there"))?;
        if seen.days_until(machine.now()) <= USED_DAYS {
            let (name, serial_hash) = (name(&row), row.text("SerialHash"));
            lately.push(UsedStorage { name, serial_hash, last_seen_at: Some(seen) });
        }
    }
    at_most(lately, USED_MAX, "USB memories")
}

/// Maker and product: as Windows shows it, or from `Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_1.00`.
fn name(row: &Row) -> Option<String> {
    let from_id = |kind: String| {
        let part = |start: &str| {
            kind.split('&')
                .find(|part| part.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
                .and_then(|part| part.get(start.len()..))
                .unwrap_or_default()
        };
        let both = format!("{} {}", part("Ven_"), part("Prod_")).replace('_', " ");
        Some(crate::text::clean(&both)).filter(|name| !name.is_empty())
    };
    row.text("FriendlyName").or_else(|| row.text("Kind").and_then(from_id))
}

/// The settings that matter, each `None` when it is not set.
#[derive(Clone, Copy, Debug, Default)]
struct Settings {
    deny_all: Option<u64>,
    deny_read: Option<u64>,
    deny_write: Option<u64>,
    write_protect: Option<u64>,
    driver_start: Option<u64>,
}

fn settings(machine: &dyn Machine) -> Result<Settings, Gap> {
    Ok(Settings {
        deny_all: machine.number(POLICY, "Deny_All")?,
        deny_read: machine.number(DISKS, "Deny_Read")?,
        deny_write: machine.number(DISKS, "Deny_Write")?,
        write_protect: machine.number(WRITE_PROTECTION, "WriteProtect")?,
        driver_start: machine.number(DRIVER, "Start")?,
    })
}

fn policy(settings: &Settings) -> StoragePolicy {
    let Settings { deny_all, deny_read, deny_write, write_protect, driver_start } = *settings;
    if deny_all == Some(1) || deny_read == Some(1) || driver_start == Some(DISABLED) {
        StoragePolicy::Denied
    } else if deny_write == Some(1) || write_protect == Some(1) {
        StoragePolicy::ReadOnly
    } else {
        StoragePolicy::Allowed
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, row, text};
    use super::*;

    #[test]
    fn memories_of_the_last_days() {
        let memory = |name: &str, arrived: &str, left: &str| {
            row(&[
                ("FriendlyName", text(name)),
                ("Kind", text("DISK&VEN_BUFFALO&PROD_USB_FLASH_DISK&REV_1.00")),
                ("SerialHash", text("ab")),
                ("LastArrivalDate", text(arrived)),
                ("LastRemovalDate", text(left)),
            ])
        };
        let (old, new) = ("20260101000000.000000+000", "20261101000000.000000+000");
        let check = |rows: Vec<Row>, expected: Result<&[&str], Why>| {
            let found = used(&Recorded::default().api(Api::UsbStorage, "", Ok(rows)));
            let names: Result<Vec<_>, _> =
                found.map(|all| all.into_iter().map(|one| one.name.unwrap()).collect());
            let names = names.map_err(|gap| gap.why);
            assert_eq!(names, expected.map(|all| all.iter().map(|&name| name.to_owned()).collect()));
        };
        check(vec![memory("USB メモリ", old, new), memory("old", old, old)], Ok(&["USB メモリ"]));
        check(vec![memory("", new, "")], Ok(&["BUFFALO USB FLASH DISK"]));
        check(vec![memory("new", "", "")], Err(Why::NotFound));
        check(Vec::new(), Ok(&[]));
        assert_eq!(used(&Recorded::default()).unwrap_err().why, Why::NotSupported);
    }

    #[test]
    fn policies() {
        let check = |machine: Recorded, expected: StoragePolicy| {
            assert_eq!(read(&machine, &mut Gaps::of("removable_storage")).unwrap().policy, Some(expected));
        };
        check(Recorded::default(), StoragePolicy::Allowed);
        check(Recorded::default().number(DRIVER, "Start", 3), StoragePolicy::Allowed);
        check(Recorded::default().number(DRIVER, "Start", 4), StoragePolicy::Denied);
        check(Recorded::default().number(POLICY, "Deny_All", 1), StoragePolicy::Denied);
        check(Recorded::default().number(DISKS, "Deny_Write", 1), StoragePolicy::ReadOnly);
        check(Recorded::default().number(WRITE_PROTECTION, "WriteProtect", 1), StoragePolicy::ReadOnly);
    }
}
