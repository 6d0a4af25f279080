//! A file system of ZFS, which encrypts by itself.
//!
//! Source: zfsprops(7): `encryption` is `off` or a cipher. What the pool lies on is not followed: ZFS tells no devices
//! in a form that fits. A pool on LUKS is therefore a miss and not called unprotected.

use model::facts::{Encryption, Protection, Volume};

use super::super::Here;
use super::mount::Mount;
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

pub(super) fn volume(here: &Here, mount: &Mount, gaps: &mut Gaps) -> Volume {
    let mut volume = Volume {
        letter: Some(text::clean(&mount.point)),
        system: Some(mount.point == "/"),
        ..Volume::default()
    };
    gaps.note("fixed", Gap::not_collected(format_args!("{}: ZFS", mount.point)));
    let args = ["get", "-H", "-p", "-o", "value", "encryption", &mount.source];
    // A name that began with a dash would be taken for an option.
    let told = if mount.source.starts_with('-') {
        Err(Gap::failed("an odd name of ZFS"))
    } else {
        here.output("zfs", &args, SHORT)
    };
    if let Some(cipher) = gaps.keep("protection", told.and_then(|told| cipher(&told))) {
        volume.encryption = Some(Encryption::Other);
        volume.protection = Some(Protection::On);
        volume.encrypted_percent = Some(100);
        volume.method = Some(cipher);
    }
    volume
}

/// The cipher of a file system that is encrypted. It is mounted, so its key is loaded.
fn cipher(told: &str) -> Result<String, Gap> {
    match told.trim() {
        "off" | "-" => {
            Err(Gap::not_collected("ZFS does not encrypt it; whether what lies below does is not read"))
        }
        cipher if cipher.starts_with("aes-") => Ok(text::clean(cipher)),
        _ => Err(Gap::failed("zfs get encryption: the answer was not understood")),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn ciphers() {
        let check = |told: &str, expected: Result<&str, Why>| {
            assert_eq!(cipher(told).as_deref().map_err(|gap| gap.why), expected, "{told}");
        };
        check("aes-256-gcm\n", Ok("aes-256-gcm"));
        check("off\n", Err(Why::NotCollected));
        check("-\n", Err(Why::NotCollected));
        check("", Err(Why::Failed));
        check("cannot open\n", Err(Why::Failed));
    }
}
