//! Section `os`: the distribution, from `/etc/os-release`.
//!
//! Source: os-release(5).

use std::collections::BTreeMap;

use model::facts::{Os, OsChannel, OsFamily};

use super::{Here, Root};
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Os, Gap> {
    let root = &here.root;
    let text = match root.text_if_there("/etc/os-release")? {
        Some(text) => text,
        None => root.text("/usr/lib/os-release")?,
    };
    let release = parse(&text);
    let value = |key: &str| {
        let found = release.get(key).map(|value| text::clean(value)).filter(|value| !value.is_empty());
        found.ok_or_else(|| Gap::not_found(format_args!("no {key} in os-release")))
    };
    let id = value("ID").unwrap_or_default();
    gaps.note("ubr", Gap::not_supported("Linux has no update build revision"));
    Ok(Os {
        family: Some(OsFamily::Linux),
        product: gaps.keep("product", value("NAME")),
        edition: gaps.keep("edition", value("VARIANT").map_err(|gap| Gap::not_supported(gap.detail))),
        channel: Some(OsChannel::Other),
        display_version: gaps.keep("display_version", value("VERSION")),
        build: Some(0),
        ubr: None,
        version: gaps.keep("version", value("VERSION_ID")),
        // The root file system is made when the system is installed (or its image was built).
        installed_at: gaps.keep("installed_at", root.created_at("/")),
        architecture: Some(architecture(root)),
        extended_updates: gaps.keep("extended_updates", extended_updates(&id, root)),
    })
}

/// The assignments of os-release; a value may be quoted as in a shell.
fn parse(text: &str) -> BTreeMap<&str, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), unquoted(value.trim())))
        .collect()
}

fn unquoted(value: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(value).replace("\\\"", "\"").replace("\\$", "$").replace("\\\\", "\\")
}

fn architecture(root: &Root) -> String {
    let kernel = root.line("/proc/sys/kernel/arch").map(|arch| text::clean(&arch)).ok();
    kernel.filter(|arch| !arch.is_empty()).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// Whether updates beyond the ordinary support are subscribed to: Ubuntu's Expanded Security Maintenance.
fn extended_updates(id: &str, root: &Root) -> Result<bool, Gap> {
    if id != "ubuntu" {
        return Err(Gap::not_supported(format_args!("no extended updates are known of '{id}'")));
    }
    let Some(status) = root.text_if_there("/var/lib/ubuntu-advantage/status.json")? else {
        return Ok(false);
    };
    esm_is_enabled(&status).ok_or_else(|| Gap::failed("ubuntu-advantage/status.json was not understood"))
}

fn esm_is_enabled(status: &str) -> Option<bool> {
    let status: serde_json::Value = serde_json::from_str(status).ok()?;
    let services = status.get("services")?.as_array()?;
    Some(services.iter().any(|service| {
        service.get("name").and_then(|name| name.as_str()) == Some("esm-infra")
            && service.get("status").and_then(|status| status.as_str()) == Some("enabled")
    }))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn debian() {
        let release =
            b"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n\
            VERSION=\"12 (bookworm)\"\n# a comment\nID=debian\n";
        let (_folder, here) = Here::with(&[("/etc/os-release", release)]);
        let mut gaps = Gaps::of("os");
        let os = read(&here, &mut gaps).unwrap();
        assert_eq!(os.product.as_deref(), Some("Debian GNU/Linux"));
        assert_eq!(os.version.as_deref(), Some("12"));
        assert_eq!(os.display_version.as_deref(), Some("12 (bookworm)"));
        assert_eq!(
            (os.family, os.channel, os.build),
            (Some(OsFamily::Linux), Some(OsChannel::Other), Some(0))
        );
        assert_eq!(gaps.why("edition"), Some(Why::NotSupported));
        assert_eq!(gaps.why("ubr"), Some(Why::NotSupported));
        assert_eq!(gaps.why("extended_updates"), Some(Why::NotSupported));
    }

    #[test]
    fn a_rolling_release_has_no_version() {
        let (_folder, here) = Here::with(&[("/usr/lib/os-release", b"NAME='Arch Linux'\nID=arch\n")]);
        let mut gaps = Gaps::of("os");
        let os = read(&here, &mut gaps).unwrap();
        assert_eq!(os.product.as_deref(), Some("Arch Linux"));
        assert_eq!((os.version, gaps.why("version")), (None, Some(Why::NotFound)));
    }

    #[test]
    fn odd_content_is_bounded() {
        let hostile = format!("NAME=\"{}\nID=\u{1b}[0m\nVERSION_ID=\n=\n", "x".repeat(10_000));
        let (_folder, here) = Here::with(&[("/etc/os-release", hostile.as_bytes())]);
        let os = read(&here, &mut Gaps::of("os")).unwrap();
        assert_eq!(os.product.map(|name| name.len()), Some(300));
        assert_eq!(os.version, None);
    }

    #[test]
    fn expanded_security_maintenance() {
        let check = |status: &str, expected: Option<bool>| assert_eq!(esm_is_enabled(status), expected);
        check(
            r#"{"services":[{"name":"esm-apps","status":"enabled"},{"name":"esm-infra","status":"enabled"}]}"#,
            Some(true),
        );
        check(r#"{"services":[{"name":"esm-infra","status":"disabled"}]}"#, Some(false));
        check("{}", None);
        check("{", None);
    }
}
