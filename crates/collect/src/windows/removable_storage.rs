//! Section `removable_storage`: what the policies allow with USB memories.

use model::facts::{RemovableStorage, StoragePolicy};

use super::machine::Machine;
use crate::gap::Gap;
use crate::reading::Gaps;

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices";
/// The class of removable disks below the policy.
const DISKS: &str =
    r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}";
const DRIVER: &str = r"SYSTEM\CurrentControlSet\Services\USBSTOR";
const WRITE_PROTECTION: &str = r"SYSTEM\CurrentControlSet\Control\StorageDevicePolicies";
/// A driver that is never started.
const DISABLED: u64 = 4;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<RemovableStorage, Gap> {
    Ok(RemovableStorage {
        policy: gaps.keep("policy", settings(machine).map(|settings| policy(&settings))),
        used: None,
    })
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
    use super::super::recorded::Recorded;
    use super::*;

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
