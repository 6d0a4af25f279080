//! Section `tpm`, from `/sys/class/tpm`.

use model::facts::Tpm;

use super::root::absent_is_none;
use super::{Here, Root};
use crate::gap::Gap;
use crate::reading::Gaps;

const CLASS: &str = "/sys/class/tpm";

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Tpm, Gap> {
    let root = &here.root;
    // Without /sys/class (a bare container) nothing is known of the hardware.
    root.names("/sys/class")?;
    let chip = root.names_if_there(CLASS)?.into_iter().find(|name| name.starts_with("tpm"));
    let Some(chip) = chip else {
        gaps.note("version", Gap::not_supported("there is no TPM"));
        return Ok(Tpm { present: Some(false), ready: Some(false), version: None });
    };
    let version = version(root, &chip);
    let ready = version.clone().and_then(|version| is_ready(root, &chip, &version));
    Ok(Tpm { present: Some(true), ready: gaps.keep("ready", ready), version: gaps.keep("version", version) })
}

fn version(root: &Root, chip: &str) -> Result<String, Gap> {
    let path = format!("{CLASS}/{chip}/tpm_version_major");
    match absent_is_none(root.line(&path))?.as_deref() {
        Some("2") => Ok("2.0".into()),
        Some("1") => Ok("1.2".into()),
        Some(other) => Err(Gap::failed(format_args!("{path}: '{other}'"))),
        None => Err(Gap::not_found(path)),
    }
}

/// A TPM 2.0 is ready when the kernel, having tested it, offers it through its resource manager; a 1.2 when it is
/// enabled and active.
fn is_ready(root: &Root, chip: &str, version: &str) -> Result<bool, Gap> {
    if version == "2.0" {
        return Ok(root.exists(&format!("/dev/tpmrm{}", chip.trim_start_matches("tpm"))));
    }
    let flag = |name: &str| Ok(root.line(&format!("{CLASS}/{chip}/device/{name}"))? == "1");
    Ok(flag("enabled")? && flag("active")?)
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    fn check(files: &[(&str, &[u8])], expected: (Option<bool>, Option<bool>, Option<&str>)) -> Gaps {
        let (_folder, here) = Here::with(files);
        let mut gaps = Gaps::of("tpm");
        let tpm = read(&here, &mut gaps).unwrap();
        assert_eq!((tpm.present, tpm.ready, tpm.version.as_deref()), expected);
        gaps
    }

    #[test]
    fn chips() {
        check(
            &[("/sys/class/tpm/tpm0/tpm_version_major", b"2\n"), ("/dev/tpmrm0", b"")],
            (Some(true), Some(true), Some("2.0")),
        );
        check(
            &[
                ("/sys/class/tpm/tpm0/tpm_version_major", b"1\n"),
                ("/sys/class/tpm/tpm0/device/enabled", b"1\n"),
                ("/sys/class/tpm/tpm0/device/active", b"0\n"),
            ],
            (Some(true), Some(false), Some("1.2")),
        );
        let gaps = check(&[("/sys/class/net/lo/type", b"772")], (Some(false), Some(false), None));
        assert_eq!(gaps.why("version"), Some(Why::NotSupported));
        let gaps = check(&[("/sys/class/tpm/tpm0/tpm_version_major", b"\xff")], (Some(true), None, None));
        assert_eq!(gaps.why("ready"), Some(Why::Failed));
    }
}
