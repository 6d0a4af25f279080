//! Section `secure_boot`.

use model::facts::SecureBoot;

use super::machine::Machine;
use crate::gap::Gap;
use crate::reading::Gaps;

const STATE: &str = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State";
const CONTROL: &str = r"SYSTEM\CurrentControlSet\Control";
/// `PEFirmwareType` of a machine that was started by a BIOS.
const BIOS: u64 = 1;

pub(crate) fn read(machine: &dyn Machine, _: &mut Gaps) -> Result<SecureBoot, Gap> {
    let state = machine.number(STATE, "UEFISecureBootEnabled")?;
    Ok(SecureBoot { enabled: Some(decide(state, machine.number(CONTROL, "PEFirmwareType")?)?) })
}

/// A BIOS has no secure boot; without a word on either, nothing is known.
fn decide(state: Option<u64>, firmware: Option<u64>) -> Result<bool, Gap> {
    match (state, firmware) {
        (Some(state), _) => Ok(state == 1),
        (None, Some(BIOS)) => Ok(false),
        (None, _) => Err(Gap::not_found(format_args!(r"{STATE}\UEFISecureBootEnabled"))),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::Recorded;
    use super::*;

    #[test]
    fn firmware() {
        let check = |state, firmware, expected: Result<bool, Why>| {
            assert_eq!(decide(state, firmware).map_err(|gap| gap.why), expected)
        };
        check(Some(1), Some(2), Ok(true));
        check(Some(0), Some(2), Ok(false));
        check(None, Some(1), Ok(false));
        check(None, Some(2), Err(Why::NotFound));
        check(None, None, Err(Why::NotFound));
        let machine = Recorded::default().number(STATE, "UEFISecureBootEnabled", 1);
        assert_eq!(read(&machine, &mut Gaps::of("secure_boot")).unwrap().enabled, Some(true));
        let odd = Recorded::default().text(STATE, "UEFISecureBootEnabled", "yes");
        assert_eq!(read(&odd, &mut Gaps::of("secure_boot")).unwrap_err().why, Why::Failed);
    }
}
