//! Section `volumes`: mounted disks, what they lie on, whether that is encrypted.
//!
//! A volume is protected when every disk below it is reached through an encrypting layer of the device mapper
//! (`CRYPT-…`), be it directly, below LVM or below RAID. `/boot` and the EFI partition are left out, as they must be
//! readable to start at all; their counterparts on Windows have no drive letter either. Drives of the network, file
//! systems in memory and images mounted as loops are no disks.

use std::collections::BTreeSet;

use model::facts::{Encryption, Protection, Volume};

use super::{Here, Root};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::room;
use crate::text;

mod luks;
pub(super) mod mount;
mod zfs;

use mount::Mount;

/// The most volumes in one document.
const VOLUMES_MAX: usize = 500;
/// The deepest stack of devices followed.
const DEPTH_MAX: usize = 10;
/// The unit of sizes below `/sys/block`, whatever the disk's own sectors.
const SECTOR_BYTES: i64 = 512;
/// What must be readable before anything can be unlocked.
const START_UP: [&str; 3] = ["/boot", "/boot/efi", "/efi"];
/// Block devices that are not disks: images, memory, optical and floppy drives.
const NO_DISKS: [&str; 6] = ["loop", "ram", "zram", "sr", "fd", "nbd"];

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Vec<Volume>, Gap> {
    let mounts = mount::parse(&here.root.text("/proc/self/mountinfo")?);
    let mut seen = BTreeSet::new();
    let mut volumes = Vec::new();
    for mount in &mounts {
        if START_UP.contains(&mount.point.as_str()) {
            continue;
        }
        if mount.kind == "zfs" {
            volumes.push(zfs::volume(here, mount, gaps));
            continue;
        }
        // One device shows at many places: bind mounts, subvolumes.
        match device_of(&here.root, mount) {
            Some(device) if is_disk(&device) && seen.insert(device.clone()) => {
                volumes.push(volume(here, mount, &device, gaps));
            }
            _ => {}
        }
    }
    if volumes.is_empty() {
        return Err(Gap::not_found("no disk is mounted; this is a container or runs from memory"));
    }
    at_most(volumes, VOLUMES_MAX, "volumes")
}

/// The folder below `/sys` of the block device a file system lies on; none when it lies on no device.
fn device_of(root: &Root, mount: &Mount) -> Option<String> {
    let by_number = format!("/sys/dev/block/{}", mount.device);
    if root.exists(&by_number) {
        return root.real(&by_number).ok();
    }
    // btrfs gives each subvolume a number of its own; its source names the device.
    let source = mount.source.strip_prefix("/dev/")?;
    let real = root.real(&format!("/dev/{source}")).ok()?;
    root.real(&format!("/sys/class/block/{}", real.strip_prefix("/dev/")?)).ok()
}

fn name_of(device: &str) -> &str {
    device.rsplit('/').next().unwrap_or(device)
}

fn is_disk(device: &str) -> bool {
    let kind = name_of(device).trim_end_matches(|c: char| c.is_ascii_digit());
    !NO_DISKS.contains(&kind)
}

fn volume(here: &Here, mount: &Mount, device: &str, gaps: &mut Gaps) -> Volume {
    let root = &here.root;
    let layers = layers(root, device, 0);
    let sectors = root.line(&format!("{device}/size")).and_then(|size| {
        size.parse::<i64>().map_err(|_| Gap::failed(format_args!("{device}/size: '{size}'")))
    });
    let size_bytes = gaps.keep("size_bytes", sectors).map(|sectors| sectors.saturating_mul(SECTOR_BYTES));
    let free_bytes = gaps.keep("free_bytes", free_bytes(here, &mount.point));
    let mut volume = Volume {
        letter: Some(text::clean(&mount.point)),
        fixed: gaps.keep("fixed", is_fixed(root, device, 0)),
        system: Some(mount.point == "/"),
        size_bytes,
        free_bytes: room::in_steps(free_bytes, size_bytes),
        ..Volume::default()
    };
    match gaps.keep("protection", layers) {
        Some(Layers::Encrypted(below)) => {
            volume.encryption = Some(below.first().map_or(Encryption::Other, |layer| layer.encryption));
            volume.protection = Some(Protection::On);
            volume.encrypted_percent = Some(100);
            let header =
                below.first().map_or_else(|| Err(Gap::not_found(device)), |layer| luks::read(root, layer));
            if let Some(header) = gaps.keep("method", header) {
                volume.method = Some(header.method);
                volume.protectors = Some(header.protectors);
            } else {
                gaps.note("protectors", Gap::not_found("not without the header"));
            }
        }
        Some(Layers::Plain) => {
            volume.encryption = Some(Encryption::None);
            volume.protection = Some(Protection::Off);
            volume.encrypted_percent = Some(0);
            volume.method = Some(String::new());
            volume.protectors = Some(Vec::new());
        }
        None => {}
    }
    volume
}

/// An encrypting layer and the device it encrypts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    encryption: Encryption,
    /// For example `/dev/nvme0n1p3`.
    device: String,
}

/// What lies below a volume.
#[derive(Clone, Debug, PartialEq)]
enum Layers {
    /// Every way down leads through one of these.
    Encrypted(Vec<Layer>),
    /// At least one way down is not encrypted.
    Plain,
}

/// Follows a device down to the disks.
fn layers(root: &Root, device: &str, depth: usize) -> Result<Layers, Gap> {
    if depth > DEPTH_MAX {
        return Err(Gap::failed(format_args!("{device}: more than {DEPTH_MAX} layers")));
    }
    let below = root.names_if_there(&format!("{device}/slaves"))?;
    let uuid = root.text_if_there(&format!("{device}/dm/uuid"))?.unwrap_or_default();
    if let Some(encryption) = encryption_of(uuid.trim()) {
        let device = below.first().map_or_else(String::new, |name| format!("/dev/{name}"));
        return Ok(Layers::Encrypted(vec![Layer { encryption, device }]));
    }
    let mut encrypting = Vec::new();
    for name in &below {
        let next = root.real(&format!("{device}/slaves/{name}"))?;
        match layers(root, &next, depth + 1)? {
            Layers::Encrypted(more) => encrypting.extend(more),
            Layers::Plain => return Ok(Layers::Plain),
        }
    }
    Ok(if encrypting.is_empty() { Layers::Plain } else { Layers::Encrypted(encrypting) })
}

/// What a device mapper's uuid says: `CRYPT-LUKS2-…`, `CRYPT-BITLK-…`; verity only checks, it hides nothing.
fn encryption_of(uuid: &str) -> Option<Encryption> {
    let kind = uuid.strip_prefix("CRYPT-")?;
    match kind.split('-').next()? {
        "LUKS1" | "LUKS2" => Some(Encryption::Luks),
        "BITLK" => Some(Encryption::Bitlocker),
        "VERITY" | "INTEGRITY" => None,
        _ => Some(Encryption::Other),
    }
}

/// Whether every disk below is built in.
fn is_fixed(root: &Root, device: &str, depth: usize) -> Result<bool, Gap> {
    if depth > DEPTH_MAX {
        return Err(Gap::failed(format_args!("{device}: more than {DEPTH_MAX} layers")));
    }
    let below = root.names_if_there(&format!("{device}/slaves"))?;
    for name in &below {
        if !is_fixed(root, &root.real(&format!("{device}/slaves/{name}"))?, depth + 1)? {
            return Ok(false);
        }
    }
    if !below.is_empty() {
        return Ok(true);
    }
    // A partition lies in its disk's folder.
    let is_partition = root.exists(&format!("{device}/partition"));
    let disk = if is_partition { device.rsplit_once('/').map_or(device, |(disk, _)| disk) } else { device };
    let card = root.line(&format!("{disk}/device/type")).is_ok_and(|kind| kind == "SD");
    let removable = root.line(&format!("{disk}/removable"))? == "1";
    Ok(!removable && !card && !disk.contains("/usb"))
}

#[allow(clippy::useless_conversion, reason = "the fields are narrower on 32-bit systems")]
fn free_bytes(here: &Here, point: &str) -> Result<i64, Gap> {
    let about = nix::sys::statvfs::statvfs(&here.root.path(point))
        .map_err(|error| Gap::of_io(point, &std::io::Error::from(error)))?;
    let bytes = u64::from(about.blocks_available()).saturating_mul(u64::from(about.fragment_size()));
    Ok(i64::try_from(bytes).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use model::Why;

    use super::*;

    const DISK: &str = "/sys/devices/pci/nvme0n1";

    /// A notebook: /boot on a plain partition, LVM on LUKS below / and /home, a USB memory.
    fn notebook(uuid: &[u8]) -> (tempfile::TempDir, Here) {
        let mountinfo = b"\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw
23 22 0:5 / /proc rw - proc proc rw
30 22 259:2 / /boot rw - ext4 /dev/nvme0n1p2 rw
31 22 254:1 /srv /home rw - ext4 /dev/mapper/vg-root rw
32 22 8:17 / /media/usb rw - vfat /dev/sdb1 rw
33 22 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro
34 22 0:50 / /mnt/nas rw - cifs //nas/work rw
";
        let (folder, here) = Here::with(&[
            ("/proc/self/mountinfo", mountinfo),
            (&format!("{DISK}/removable"), b"0\n"),
            (&format!("{DISK}/nvme0n1p3/partition"), b"3\n"),
            ("/sys/devices/virtual/block/dm-0/dm/uuid", uuid),
            ("/sys/devices/virtual/block/dm-0/slaves/x", b""),
            ("/sys/devices/virtual/block/dm-1/dm/uuid", b"LVM-abcdef\n"),
            ("/sys/devices/virtual/block/dm-1/slaves/x", b""),
            ("/sys/devices/virtual/block/dm-1/size", b"2048\n"),
            ("/sys/devices/pci/usb1/sdb/removable", b"0\n"),
            ("/sys/devices/pci/usb1/sdb/sdb1/partition", b"1\n"),
            ("/sys/devices/virtual/block/loop0/size", b"8\n"),
            ("/sys/dev/block/x", b""),
        ]);
        let at = |path: &str| here.root.path(path);
        for (to, from) in [
            (format!("{DISK}/nvme0n1p3"), "/sys/devices/virtual/block/dm-0/slaves/nvme0n1p3"),
            ("/sys/devices/virtual/block/dm-0".to_owned(), "/sys/devices/virtual/block/dm-1/slaves/dm-0"),
            ("/sys/devices/virtual/block/dm-1".to_owned(), "/sys/dev/block/254:1"),
            ("/sys/devices/pci/usb1/sdb/sdb1".to_owned(), "/sys/dev/block/8:17"),
            ("/sys/devices/virtual/block/loop0".to_owned(), "/sys/dev/block/7:0"),
        ] {
            symlink(at(&to), at(from)).unwrap();
        }
        for stand_in in ["dm-0", "dm-1"] {
            std::fs::remove_file(at(&format!("/sys/devices/virtual/block/{stand_in}/slaves/x"))).unwrap();
        }
        (folder, here)
    }

    fn letters(volumes: &[Volume]) -> Vec<&str> {
        volumes.iter().map(|volume| volume.letter.as_deref().unwrap()).collect()
    }

    #[test]
    fn lvm_on_luks() {
        let (_folder, here) = notebook(b"CRYPT-LUKS2-0123-luks\n");
        let mut gaps = Gaps::of("volumes");
        let volumes = read(&here, &mut gaps).unwrap();
        assert_eq!(letters(&volumes), ["/", "/media/usb"]);
        let system = &volumes[0];
        assert_eq!((system.system, system.fixed), (Some(true), Some(true)));
        assert_eq!((system.encryption, system.protection), (Some(Encryption::Luks), Some(Protection::On)));
        assert_eq!((system.size_bytes, system.encrypted_percent), (Some(1024 * 1024), Some(100)));
        assert_eq!(gaps.why("method"), Some(Why::NotFound), "the disk itself is not there");
        let usb = &volumes[1];
        assert_eq!((usb.fixed, usb.protection), (Some(false), Some(Protection::Off)));
    }

    #[test]
    fn lvm_without_encryption() {
        let (_folder, here) = notebook(b"CRYPT-VERITY-0123-check\n");
        let volumes = read(&here, &mut Gaps::of("volumes")).unwrap();
        assert_eq!(
            (volumes[0].encryption, volumes[0].protection),
            (Some(Encryption::None), Some(Protection::Off))
        );
    }

    #[test]
    fn one_open_leg_leaves_a_mirror_open() {
        let (_folder, here) = notebook(b"CRYPT-LUKS2-0123-luks\n");
        let at = |path: &str| here.root.path(path);
        symlink(at(&format!("{DISK}/nvme0n1p3")), at("/sys/devices/virtual/block/dm-1/slaves/nvme0n1p3"))
            .unwrap();
        let volumes = read(&here, &mut Gaps::of("volumes")).unwrap();
        assert_eq!(volumes[0].protection, Some(Protection::Off));
    }

    #[test]
    fn containers_have_no_disks() {
        let (_folder, here) =
            Here::with(&[("/proc/self/mountinfo", b"1 0 0:40 / / rw - overlay overlay rw\n\xff\n")]);
        assert_eq!(read(&here, &mut Gaps::of("volumes")).unwrap_err().why, Why::NotFound);
    }

    #[test]
    fn kinds_of_layers() {
        let check =
            |uuid: &str, expected: Option<Encryption>| assert_eq!(encryption_of(uuid), expected, "{uuid}");
        check("CRYPT-LUKS1-ab-root", Some(Encryption::Luks));
        check("CRYPT-BITLK-ab-c", Some(Encryption::Bitlocker));
        check("CRYPT-PLAIN-swap", Some(Encryption::Other));
        check("CRYPT-VERITY-ab", None);
        check("LVM-ab", None);
        check("", None);
    }
}
