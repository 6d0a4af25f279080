//! Section `removable_storage`: whether the kernel may use USB memories.

use model::facts::{RemovableStorage, StoragePolicy};

use super::{Here, process};
use crate::gap::Gap;
use crate::reading::Gaps;

/// Where modules are kept from being loaded.
const FOLDERS: [&str; 3] = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d"];

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<RemovableStorage, Gap> {
    Ok(RemovableStorage { policy: gaps.keep("policy", policy(here)), used: None })
}

fn policy(here: &Here) -> Result<StoragePolicy, Gap> {
    // A guard decides by rules of its own, device by device.
    if process::running(here)?.any(&["usbguard-daemon"]) {
        return Err(Gap::not_collected("USBGuard's rules"));
    }
    for folder in FOLDERS {
        for name in here.root.names_if_there(folder)?.iter().filter(|name| name.ends_with(".conf")) {
            if refuses(&here.root.text(&format!("{folder}/{name}"))?) {
                return Ok(StoragePolicy::Denied);
            }
        }
    }
    Ok(StoragePolicy::Allowed)
}

/// Whether a file of modprobe keeps `usb-storage` from being loaded (modprobe.d(5)). A blacklisted module can still be
/// loaded by name, but not by plugging something in.
fn refuses(config: &str) -> bool {
    config.lines().any(|line| {
        let mut words = line.split_whitespace();
        let command = words.next();
        let module = words.next().map(|module| module.replace('_', "-"));
        module.as_deref() == Some("usb-storage")
            && match command {
                Some("blacklist") => true,
                Some("install") => words.next().is_some_and(|run| {
                    matches!(
                        run,
                        "/bin/true" | "/bin/false" | "/usr/bin/true" | "/usr/bin/false" | "/sbin/nologin"
                    )
                }),
                _ => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn policies() {
        let check = |config: &[u8], runs: &[u8], expected: Result<StoragePolicy, Why>| {
            let (_folder, here) = Here::with(&[("/proc/1/comm", runs), ("/etc/modprobe.d/usb.conf", config)]);
            assert_eq!(policy(&here).map_err(|gap| gap.why), expected);
        };
        check(b"install usb_storage /bin/false\n", b"init", Ok(StoragePolicy::Denied));
        check(b"blacklist usb-storage", b"init", Ok(StoragePolicy::Denied));
        check(b"# blacklist usb-storage\n\xff\xfe", b"init", Ok(StoragePolicy::Allowed));
        check(b"options usb-storage delay_use=5", b"init", Ok(StoragePolicy::Allowed));
        check(b"", b"usbguard-daemon", Err(Why::NotCollected));
    }
}
