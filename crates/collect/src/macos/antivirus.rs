//! Section `antivirus`: XProtect, which is a part of macOS, and products of others by their system extensions.
//!
//! XProtect looks at programs when they first start, are changed, or its signatures are renewed, not at every file that
//! is opened; whether that is enough is for a person to decide, so `real_time` stays a miss. Of the others it is known
//! whether they take part, not how old their definitions are. Sources: Apple, "Protecting against malware in macOS"
//! (Platform Security); `InstallHistory.plist`, in which its updates are written.

use model::facts::{Antivirus, AntivirusProduct};

use super::answer::{Mac, at, text};
use super::{extension, os};
use crate::gap::Gap;
use crate::reading::Gaps;

const XPROTECT: &str = "/Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info.plist";
/// The names under which its definitions are installed.
const DEFINITIONS: [&str; 2] = ["XProtectPlistConfigData", "XProtectPayloads"];
/// Definitions older than this are not called current; Apple renews them every few weeks.
const CURRENT_MAX_DAYS: i64 = 60;
/// Products of others, by how the identifiers of their extensions begin.
const PRODUCTS: [(&str, &str); 12] = [
    ("Avast", "com.avast."),
    ("Bitdefender", "com.bitdefender."),
    ("CrowdStrike Falcon", "com.crowdstrike.falcon"),
    ("ESET", "com.eset."),
    ("Kaspersky", "com.kaspersky."),
    ("Malwarebytes", "com.malwarebytes."),
    ("Microsoft Defender", "com.microsoft.wdav"),
    ("Norton", "com.norton."),
    ("SentinelOne", "com.sentinelone."),
    ("Sophos", "com.sophos."),
    ("Trend Micro", "com.trendmicro."),
    ("WithSecure", "com.f-secure."),
];

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Antivirus, Gap> {
    let mut products = vec![xprotect(mac, gaps)?];
    if let Some(extensions) = gaps.keep("products", extension::all(mac)) {
        for (name, start) in PRODUCTS {
            let mut own = extensions.iter().filter(|extension| extension.id.starts_with(start)).peekable();
            if own.peek().is_some() {
                products.push(AntivirusProduct {
                    name: Some(name.into()),
                    enabled: Some(own.any(|extension| extension.active)),
                    ..AntivirusProduct::default()
                });
            }
        }
    }
    let untold = "macOS does not tell whether files are looked at as they are opened";
    gaps.note("products.real_time", Gap::not_supported(untold));
    for field in ["last_full_scan_at", "last_quick_scan_at", "full_scans", "schedule", "mail_scanning"] {
        gaps.note(field, Gap::not_supported("macOS keeps no record of scans"));
    }
    for field in ["exclusions", "detections"] {
        gaps.note(field, Gap::not_collected("each product keeps its own"));
    }
    Ok(Antivirus { products: Some(products), ..Antivirus::default() })
}

fn xprotect(mac: &dyn Mac, gaps: &mut Gaps) -> Result<AntivirusProduct, Gap> {
    let about = mac.settings(XPROTECT)?.ok_or_else(|| Gap::not_found(XPROTECT))?;
    text(&about, "CFBundleShortVersionString").ok_or_else(|| super::answer::unknown_form(XPROTECT))?;
    let newest = os::history(mac).and_then(|history| {
        let own = history.iter().filter(|entry| {
            text(entry, "displayName").is_some_and(|name| DEFINITIONS.contains(&name.as_str()))
        });
        own.filter_map(|entry| at(entry, "date")).max().ok_or_else(|| Gap::not_found("no update of XProtect"))
    });
    Ok(AntivirusProduct {
        name: Some("XProtect".into()),
        vendor: Some("Apple".into()),
        enabled: Some(true),
        real_time: None,
        definitions_current: newest.as_ref().ok().map(|at| at.days_until(mac.now()) <= CURRENT_MAX_DAYS),
        definitions_at: gaps.keep("products.definitions_at", newest),
    })
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::extension::tests::with;
    use super::super::recorded::{Recorded, list};
    use super::*;

    #[test]
    fn xprotect_and_another() {
        let history = "<dict><key>displayName</key><string>XProtectPlistConfigData</string>\
            <key>date</key><date>2026-11-10T00:00:00Z</date></dict>";
        let mac =
            with(Recorded::default(), &[("com.eset.endpoint", "activated_enabled"), ("com.sophos.x", "x")])
                .settings(XPROTECT, "<key>CFBundleShortVersionString</key><string>5321</string>")
                .file("/Library/Receipts/InstallHistory.plist", &list(&format!("<array>{history}</array>")));
        let mut gaps = Gaps::of("antivirus");
        let products = read(&mac, &mut gaps).unwrap().products.unwrap();
        let shown: Vec<_> =
            products.iter().map(|one| (one.name.as_deref().unwrap(), one.enabled.unwrap())).collect();
        assert_eq!(shown, [("XProtect", true), ("ESET", true), ("Sophos", false)]);
        assert_eq!((products[0].definitions_current, products[0].real_time), (Some(true), None));
        assert_eq!(gaps.why("products.real_time"), Some(Why::NotSupported));
    }

    #[test]
    fn without_its_bundle_nothing_is_said() {
        assert!(read(&Recorded::default(), &mut Gaps::of("antivirus")).is_err());
        assert!(read(&Recorded::default().settings(XPROTECT, ""), &mut Gaps::of("antivirus")).is_err());
    }
}
