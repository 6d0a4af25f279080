//! Section `antivirus`: ClamAV. Linux has no register of antivirus products, so that none being found does not say
//! that there is none.

use model::At;
use model::facts::{Antivirus, AntivirusProduct};

use super::{Here, Root, process};
use crate::gap::Gap;
use crate::reading::Gaps;

/// Where definitions lie, the incremental form first.
const DEFINITIONS: [&str; 2] = ["/var/lib/clamav/daily.cld", "/var/lib/clamav/daily.cvd"];
/// ClamAV itself warns of definitions older than this.
const CURRENT_MAX_DAYS: i64 = 7;

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Antivirus, Gap> {
    if !here.has("clamd") && !here.has("clamscan") {
        return Err(Gap::not_found("no ClamAV; other products are not known to this collector"));
    }
    for field in ["last_full_scan_at", "last_quick_scan_at", "full_scans", "schedule"] {
        gaps.note(field, Gap::not_supported("ClamAV keeps no record of its scans"));
    }
    let running = process::running(here);
    let runs = |names: &'static [&str]| running.clone().map(|running| running.any(names));
    let definitions = definitions_at(&here.root);
    let product = AntivirusProduct {
        name: Some("ClamAV".into()),
        vendor: Some("Cisco".into()),
        enabled: gaps.keep("products.enabled", runs(&["clamd"])),
        real_time: gaps.keep("products.real_time", runs(&["clamonacc"])),
        definitions_current: definitions.as_ref().ok().map(|at| at.days_until(here.now) < CURRENT_MAX_DAYS),
        definitions_at: gaps.keep("products.definitions_at", definitions),
    };
    Ok(Antivirus {
        products: Some(vec![product]),
        exclusions: gaps.keep("exclusions", exclusions(&here.root)),
        ..Antivirus::default()
    })
}

fn definitions_at(root: &Root) -> Result<At, Gap> {
    let path = DEFINITIONS
        .iter()
        .find(|path| root.exists(path))
        .ok_or_else(|| Gap::not_found("/var/lib/clamav/daily"))?;
    let header = root.beginning(path, 512)?;
    made_at(&header).ok_or_else(|| Gap::failed(format_args!("{path}: no date in its header")))
}

/// The date in a database's header: `ClamAV-VDB:23 Nov 2026 04-31 -0500:27100:…`.
fn made_at(header: &[u8]) -> Option<At> {
    let text = std::str::from_utf8(header.get(..64)?).ok()?;
    let mut fields = text.strip_prefix("ClamAV-VDB:")?.split(':').next()?.split(' ');
    let (day, month, year) = (fields.next()?, fields.next()?, fields.next()?);
    let (hour, minute) = fields.next()?.split_once('-')?;
    let zone = fields.next()?;
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)? + 1;
    let (hours, minutes) = (zone.get(0..3)?, zone.get(3..5)?);
    format!("{year}-{month:02}-{day:0>2}T{hour}:{minute}:00{hours}:{minutes}").parse().ok()
}

/// What the daemon is told to leave out.
fn exclusions(root: &Root) -> Result<Vec<String>, Gap> {
    let mut excluded = Vec::new();
    for path in ["/etc/clamav/clamd.conf", "/etc/clamd.d/scan.conf"] {
        let config = root.text_if_there(path)?.unwrap_or_default();
        let lines = config.lines().filter_map(|line| line.trim().split_once(' '));
        let named = lines.filter(|(key, _)| matches!(*key, "ExcludePath" | "OnAccessExcludePath"));
        excluded.extend(named.map(|(_, value)| crate::text::clean(value)));
    }
    crate::reading::at_most(excluded, 1000, "exclusions")
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const HEADER: &[u8] =
        b"ClamAV-VDB:23 Nov 2026 04-31 -0500:27100:2000000:90:abcdef0123456789:signature:builder:1";

    #[test]
    fn clamav() {
        let (_folder, here) = Here::with(&[
            ("/usr/sbin/clamd", b""),
            ("/var/lib/clamav/daily.cld", HEADER),
            ("/etc/clamav/clamd.conf", b"# x\nExcludePath ^/proc/\nScanMail true\n"),
            ("/proc/1/comm", b"systemd\n"),
            ("/proc/8/comm", b"clamd\n"),
        ]);
        let mut gaps = Gaps::of("antivirus");
        let antivirus = read(&here, &mut gaps).unwrap();
        let product = &antivirus.products.unwrap()[0];
        assert_eq!((product.enabled, product.real_time), (Some(true), Some(false)));
        assert_eq!(product.definitions_at.unwrap().to_string(), "2026-11-23T09:31:00Z");
        assert_eq!(product.definitions_current, Some(true));
        assert_eq!(antivirus.exclusions, Some(vec!["^/proc/".to_owned()]));
        assert_eq!(gaps.why("full_scans"), Some(Why::NotSupported));
    }

    #[test]
    fn none_found_is_not_none_there() {
        let (_folder, here) = Here::with(&[]);
        assert_eq!(read(&here, &mut Gaps::of("antivirus")).unwrap_err().why, Why::NotFound);
    }

    #[test]
    fn definitions() {
        let check = |header: &[u8]| {
            let (_folder, here) = Here::with(&[("/usr/bin/clamscan", b""), (DEFINITIONS[1], header)]);
            let mut gaps = Gaps::of("antivirus");
            let product = read(&here, &mut gaps).unwrap().products.unwrap().remove(0);
            assert_eq!((product.definitions_at, product.definitions_current), (None, None));
            assert_eq!(gaps.why("products.definitions_at"), Some(Why::Failed));
        };
        check(b"");
        check(&[0xff; 600]);
        check(b"ClamAV-VDB:99 Foo 2026 04-31 -0500:27100:0123456789012345678901234567890123456789");
    }
}
