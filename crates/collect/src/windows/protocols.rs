//! Section `protocols`: SMB 1, signing, LAN Manager and NTLM.

use model::facts::Protocols;

use super::machine::{Hive, Machine, SMB};
use super::os;
use crate::gap::Gap;
use crate::reading::Gaps;

const LSA: &str = r"SYSTEM\CurrentControlSet\Control\Lsa";
const MSV1_0: &str = r"SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0";
const SERVER: &str = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters";
const SMB1_CLIENT: &str = r"SYSTEM\CurrentControlSet\Services\mrxsmb10";
const SMB1_SERVER: &str = r"SYSTEM\CurrentControlSet\Services\srv";
/// A driver that is never started.
const DISABLED: u64 = 4;
/// What Windows does since Vista when nothing is set: NTLMv2 only is sent, and LM hashes are not stored
/// (Microsoft: "Network security: LAN Manager authentication level", "… Do not store LAN Manager hash value").
const LM_LEVEL_DEFAULT: i64 = 3;
/// From this build on, signing is demanded when nothing is set (Windows 11 24H2), on some editions.
const SIGNING_BY_DEFAULT_BUILD: i64 = 26_100;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Protocols, Gap> {
    let server = machine
        .one(SMB, "SELECT EnableSMB1Protocol, RequireSecuritySignature FROM MSFT_SmbServerConfiguration")
        .ok();
    let told = |name: &str| server.as_ref().and_then(|row| row.flag(name));
    let smb1_server = told("EnableSMB1Protocol").map_or_else(|| smb1_server(machine), Ok);
    let signing = told("RequireSecuritySignature").map_or_else(|| signing(machine), Ok);
    Ok(Protocols {
        smb1_server: gaps.keep("smb1_server", smb1_server),
        smb1_client: gaps.keep(
            "smb1_client",
            machine
                .keys(Hive::Machine, SMB1_CLIENT)
                .and_then(|exists| Ok(smb1_client(exists.is_some(), machine.number(SMB1_CLIENT, "Start")?))),
        ),
        lm_compatibility_level: gaps.keep(
            "lm_compatibility_level",
            within(machine, LSA, "LmCompatibilityLevel", LM_LEVEL_DEFAULT, 5),
        ),
        no_lm_hash: gaps.keep("no_lm_hash", within(machine, LSA, "NoLMHash", 1, 1).map(|value| value == 1)),
        ntlm_audit_receiving: gaps
            .keep("ntlm_audit_receiving", within(machine, MSV1_0, "AuditReceivingNTLMTraffic", 0, 2)),
        ntlm_restrict_sending: gaps
            .keep("ntlm_restrict_sending", within(machine, MSV1_0, "RestrictSendingNTLMTraffic", 0, 2)),
        smb_signing_required: gaps.keep("smb_signing_required", signing),
    })
}

/// A setting from 0 to `max`; what Windows does when it is not set is known.
fn within(machine: &dyn Machine, key: &str, name: &str, default: i64, max: i64) -> Result<i64, Gap> {
    match machine.number(key, name)? {
        None => Ok(default),
        Some(value) => i64::try_from(value)
            .ok()
            .filter(|value| (0..=max).contains(value))
            .ok_or_else(|| Gap::failed(format_args!(r"{key}\{name}: {value}"))),
    }
}

/// Whether SMB 1 is served, without WMI's word: turned off, or its driver is not installed, or else it is.
fn smb1_server(machine: &dyn Machine) -> Result<bool, Gap> {
    let setting = machine.number(SERVER, "SMB1")?;
    let installed = machine.keys(Hive::Machine, SMB1_SERVER)?.is_some()
        || machine.keys(Hive::Machine, SMB1_CLIENT)?.is_some();
    Ok(setting != Some(0) && installed)
}

/// Whether SMB 1 is used: its driver is installed and not disabled.
fn smb1_client(installed: bool, start: Option<u64>) -> bool {
    installed && start != Some(DISABLED)
}

/// Whether signing is demanded, without WMI's word.
fn signing(machine: &dyn Machine) -> Result<bool, Gap> {
    match machine.number(SERVER, "RequireSecuritySignature")? {
        Some(value) => Ok(value == 1),
        None if os::build(machine)? >= SIGNING_BY_DEFAULT_BUILD => {
            Err(Gap::not_found("not set; what holds then depends on the edition"))
        }
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, row};
    use super::*;

    fn pc(build: &str) -> Recorded {
        Recorded::default().text(os::CURRENT_VERSION, "CurrentBuildNumber", build)
    }

    #[test]
    fn as_installed() {
        let read = read(&pc("19045"), &mut Gaps::of("protocols")).unwrap();
        let expected = Protocols {
            smb1_server: Some(false),
            smb1_client: Some(false),
            lm_compatibility_level: Some(3),
            no_lm_hash: Some(true),
            ntlm_audit_receiving: Some(0),
            ntlm_restrict_sending: Some(0),
            smb_signing_required: Some(false),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn as_set() {
        let machine = pc("19045")
            .number(LSA, "LmCompatibilityLevel", 5)
            .number(LSA, "NoLMHash", 0)
            .number(MSV1_0, "AuditReceivingNTLMTraffic", 2)
            .number(MSV1_0, "RestrictSendingNTLMTraffic", 7)
            .number(SMB1_CLIENT, "Start", 2)
            .number(SERVER, "RequireSecuritySignature", 1);
        let mut gaps = Gaps::of("protocols");
        let read = read(&machine, &mut gaps).unwrap();
        assert_eq!(
            (read.lm_compatibility_level, read.no_lm_hash, read.ntlm_audit_receiving),
            (Some(5), Some(false), Some(2))
        );
        assert_eq!(
            (read.smb1_server, read.smb1_client, read.smb_signing_required),
            (Some(true), Some(true), Some(true))
        );
        assert_eq!(
            (read.ntlm_restrict_sending, gaps.why("ntlm_restrict_sending")),
            (None, Some(Why::Failed))
        );
    }

    #[test]
    fn wmi_knows_better() {
        let told =
            row(&[("EnableSMB1Protocol", Cell::Flag(false)), ("RequireSecuritySignature", Cell::Flag(true))]);
        let machine = pc("26100").number(SERVER, "SMB1", 1).number(SMB1_CLIENT, "Start", 4).rows(
            SMB,
            "MSFT_SmbServerConfiguration",
            vec![told],
        );
        let read = read(&machine, &mut Gaps::of("protocols")).unwrap();
        assert_eq!(
            (read.smb1_server, read.smb1_client, read.smb_signing_required),
            (Some(false), Some(false), Some(true))
        );
    }

    #[test]
    fn defaults_that_depend_are_not_guessed() {
        assert_eq!(signing(&pc("26100")).unwrap_err().why, Why::NotFound);
        assert!(
            !smb1_server(&pc("26100").number(SERVER, "SMB1", 0).number(SMB1_SERVER, "Start", 3)).unwrap()
        );
    }
}
