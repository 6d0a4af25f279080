//! Section `protocols`: SMB 1 and signing, after Samba's settings and what is mounted. NTLM levels are Windows'.

use model::facts::Protocols;

use super::samba::{self, Config};
use super::volumes::mount;
use super::{Here, Root};
use crate::gap::Gap;
use crate::reading::Gaps;

/// Versions of the protocol before SMB 2, oldest first; Samba's default for both sides has been SMB2_02 since 4.11.
const BEFORE_SMB2: [&str; 7] = ["core", "coreplus", "lanman1", "lanman2", "nt1", "lanman", "smb1"];

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Protocols, Gap> {
    for field in ["lm_compatibility_level", "no_lm_hash", "ntlm_audit_receiving", "ntlm_restrict_sending"] {
        gaps.note(field, Gap::not_supported("a setting of Windows"));
    }
    let config = here.root.text_if_there(samba::CONFIG).map(|text| Config::parse(&text.unwrap_or_default()));
    let server = here.has("smbd");
    let smb1_server = if server {
        config.clone().and_then(|config| speaks_smb1(&config, "server min protocol"))
    } else {
        Ok(false)
    };
    let smb1_client = config
        .clone()
        .and_then(|config| Ok(speaks_smb1(&config, "client min protocol")? || mounts_smb1(&here.root)?));
    let signing = if server {
        config.map(|config| requires_signing(&config))
    } else {
        Err(Gap::not_supported("no SMB server is installed"))
    };
    Ok(Protocols {
        smb1_server: gaps.keep("smb1_server", smb1_server),
        smb1_client: gaps.keep("smb1_client", smb1_client),
        smb_signing_required: gaps.keep("smb_signing_required", signing),
        ..Protocols::default()
    })
}

fn speaks_smb1(config: &Config, setting: &str) -> Result<bool, Gap> {
    if config.has_includes {
        return Err(Gap::not_collected("smb.conf takes in other files"));
    }
    // "min protocol" is the server's setting under its old name.
    let old = if setting.starts_with("server") { config.global("min protocol") } else { None };
    let least = config.global(setting).or(old).unwrap_or("SMB2_02").to_ascii_lowercase();
    Ok(BEFORE_SMB2.contains(&least.as_str()))
}

/// Whether a share is mounted with SMB 1.
fn mounts_smb1(root: &Root) -> Result<bool, Gap> {
    let mounts = mount::parse(&root.text("/proc/self/mountinfo")?);
    let old = |options: &str| options.split(',').any(|option| option == "vers=1.0");
    Ok(mounts.iter().any(|mount| mount.kind == "cifs" && old(&mount.options)))
}

fn requires_signing(config: &Config) -> bool {
    let setting = config.global("server signing").unwrap_or("default").to_ascii_lowercase();
    matches!(setting.as_str(), "mandatory" | "required" | "force" | "forced" | "enforced")
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    fn check(files: &[(&str, &[u8])], expected: (Option<bool>, Option<bool>, Option<bool>)) -> Gaps {
        let (_folder, here) = Here::with(files);
        let mut gaps = Gaps::of("protocols");
        let read = read(&here, &mut gaps).unwrap();
        assert_eq!((read.smb1_server, read.smb1_client, read.smb_signing_required), expected);
        gaps
    }

    #[test]
    fn smb() {
        let no_mounts: (&str, &[u8]) = ("/proc/self/mountinfo", b"");
        let gaps = check(&[no_mounts], (Some(false), Some(false), None));
        assert_eq!(gaps.why("smb_signing_required"), Some(Why::NotSupported));
        assert_eq!(gaps.why("lm_compatibility_level"), Some(Why::NotSupported));
        let old =
            b"[global]\nserver min protocol = NT1\nclient min protocol = SMB3\nserver signing = mandatory\n";
        check(
            &[no_mounts, ("/usr/sbin/smbd", b""), (samba::CONFIG, old)],
            (Some(true), Some(false), Some(true)),
        );
        check(
            &[no_mounts, ("/usr/sbin/smbd", b""), (samba::CONFIG, b"[global]\n")],
            (Some(false), Some(false), Some(false)),
        );
        let mounted: (&str, &[u8]) = (
            "/proc/self/mountinfo",
            b"34 22 0:50 / /mnt/nas rw - cifs //nas/work rw,vers=1.0,cache=strict\n",
        );
        check(&[mounted], (Some(false), Some(true), None));
        let gaps = check(&[], (Some(false), None, None));
        assert_eq!(gaps.why("smb1_client"), Some(Why::NotFound));
    }
}
