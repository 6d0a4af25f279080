//! Section `secure_boot`, from the firmware's variable.
//!
//! Source: UEFI specification, "Globally Defined Variables": `SecureBoot` is one byte, 1 when the firmware checks what
//! it starts. Linux puts four bytes of attributes before it.

use model::facts::SecureBoot;

use super::Here;
use crate::gap::Gap;
use crate::reading::Gaps;

const VARIABLE: &str = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

pub(crate) fn read(here: &Here, _: &mut Gaps) -> Result<SecureBoot, Gap> {
    // Without /sys/firmware (a bare container) nothing is known of the firmware.
    here.root.names("/sys/firmware")?;
    if !here.root.exists("/sys/firmware/efi") {
        // Started by a BIOS or a plain boot loader: nothing was checked.
        return Ok(SecureBoot { enabled: Some(false) });
    }
    let bytes = here.root.bytes(VARIABLE, 64)?;
    Ok(SecureBoot {
        enabled: Some(is_on(&bytes).ok_or_else(|| Gap::failed(format_args!("{VARIABLE}: {bytes:?}")))?),
    })
}

fn is_on(variable: &[u8]) -> Option<bool> {
    match variable {
        [_, _, _, _, 0] => Some(false),
        [_, _, _, _, 1] => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    fn check(files: &[(&str, &[u8])], expected: Result<bool, Why>) {
        let (_folder, here) = Here::with(files);
        let read = read(&here, &mut Gaps::of("secure_boot"));
        assert_eq!(read.map(|facts| facts.enabled.unwrap()).map_err(|gap| gap.why), expected);
    }

    #[test]
    fn firmware() {
        check(&[(VARIABLE, b"\x06\0\0\0\x01")], Ok(true));
        check(&[(VARIABLE, b"\x06\0\0\0\0")], Ok(false));
        check(&[("/sys/firmware/memmap/0/type", b"")], Ok(false));
        check(&[("/sys/firmware/efi/systab", b"")], Err(Why::NotFound));
        check(&[(VARIABLE, b"")], Err(Why::Failed));
        check(&[(VARIABLE, &[1; 1000])], Err(Why::Failed));
        check(&[], Err(Why::NotFound));
    }
}
