//! Section `software`: what the package managers have installed (dpkg, RPM, snap, Flatpak).

use std::collections::HashMap;

use model::At;
use model::facts::{Software, SoftwareScope};

use super::{Here, Root};
use crate::command::{LONG, SHORT};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

/// The most programs in one document.
const SOFTWARE_MAX: usize = 20_000;
/// Where dpkg keeps the list of each package's files, written when it is unpacked.
pub(crate) const DPKG_INFO: &str = "/var/lib/dpkg/info";

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Vec<Software>, Gap> {
    let mut software = if here.has("dpkg-query") {
        let format = "${db:Status-Abbrev}\t${Package}\t${Architecture}\t${Version}\t${Maintainer}\n";
        from_dpkg(&here.output("dpkg-query", &["-W", "-f", format], LONG)?, &unpacked(&here.root)?)
    } else if here.has("rpm") {
        from_rpm(&here.output("rpm", &["-qa", "--qf", RPM_FORMAT], LONG)?)
    } else {
        return Err(Gap::not_collected("neither dpkg nor RPM keeps the packages of this system"));
    };
    if here.has("snap") {
        let snaps = here.output("snap", &["list", "--color=never", "--unicode=never"], SHORT);
        software.extend(gaps.keep("snap", snaps).map_or_else(Vec::new, |list| from_snap(&list)));
    }
    if here.has("flatpak") {
        let columns = ["list", "--system", "--app", "--columns=application,version,origin"];
        let apps = here.output("flatpak", &columns, SHORT);
        software.extend(gaps.keep("flatpak", apps).map_or_else(Vec::new, |list| from_flatpak(&list)));
    }
    at_most(software, SOFTWARE_MAX, "software")
}

/// The form RPM is asked for: name, version, maker, when it was installed.
const RPM_FORMAT: &str = "%{NAME}\t%{VERSION}-%{RELEASE}\t%{VENDOR}\t%{INSTALLTIME}\n";

/// When each package was unpacked, by the name of its list: `bash` or `libc6:amd64`.
fn unpacked(root: &Root) -> Result<HashMap<String, At>, Gap> {
    let lists = root.names(DPKG_INFO)?.into_iter().filter_map(|name| {
        let at = root.modified_at(&format!("{DPKG_INFO}/{name}")).ok()?;
        Some((name.strip_suffix(".list")?.to_owned(), at))
    });
    Ok(lists.collect())
}

fn program(name: &str, version: &str, vendor: Option<&str>, installed_at: Option<At>) -> Software {
    Software {
        name: Some(text::clean(name)),
        version: Some(text::clean(version)),
        vendor: vendor.map(text::clean).filter(|vendor| !vendor.is_empty()),
        scope: Some(SoftwareScope::Machine),
        installed_at,
    }
}

/// Installed packages of dpkg; those removed but for their settings are not installed.
fn from_dpkg(list: &str, unpacked: &HashMap<String, At>) -> Vec<Software> {
    let package = |line: &str| {
        let mut fields = line.split('\t');
        let (status, name, architecture) = (fields.next()?, fields.next()?, fields.next()?);
        let (version, maintainer) = (fields.next()?, fields.next());
        if status.as_bytes().get(1) != Some(&b'i') || name.is_empty() {
            return None;
        }
        let at = unpacked.get(&format!("{name}:{architecture}")).or_else(|| unpacked.get(name)).copied();
        // "Name <address>": the address is nobody's business here.
        let maker = maintainer.and_then(|maintainer| maintainer.split('<').next());
        Some(program(name, version, maker, at))
    };
    list.lines().filter_map(package).collect()
}

/// Installed packages of RPM; the keys it keeps as packages are no programs.
fn from_rpm(list: &str) -> Vec<Software> {
    let package = |line: &str| {
        let mut fields = line.split('\t');
        let (name, version) = (fields.next()?, fields.next()?);
        let vendor = fields.next().filter(|vendor| *vendor != "(none)");
        let at = fields.next().and_then(|secs| At::from_unix_secs(secs.trim().parse().ok()?));
        (!name.is_empty() && name != "gpg-pubkey").then(|| program(name, version, vendor, at))
    };
    list.lines().filter_map(package).collect()
}

/// `Name Version Rev Tracking Publisher Notes`, after one line of titles.
fn from_snap(list: &str) -> Vec<Software> {
    let snap = |line: &str| {
        let mut fields = line.split_whitespace();
        let (name, version) = (fields.next()?, fields.next()?);
        let publisher = fields.nth(2).map(|publisher| publisher.trim_end_matches('*'));
        Some(program(name, version, publisher, None))
    };
    list.lines().skip(1).filter_map(snap).collect()
}

/// Application, version and origin, with tabs between.
fn from_flatpak(list: &str) -> Vec<Software> {
    let app = |line: &str| {
        let mut fields = line.split('\t');
        let (name, version) = (fields.next()?, fields.next()?);
        (!name.is_empty()).then(|| program(name, version, None, None))
    };
    list.lines().filter_map(app).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(software: &[Software]) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        software
            .iter()
            .map(|one| format!("{} {} {}", text(&one.name), text(&one.version), text(&one.vendor)))
            .collect()
    }

    #[test]
    fn dpkg() {
        let list = "ii \tbash\tamd64\t5.2.15-2+b7\tMatthias Klose <doko@example.org>\n\
            rc \told\tamd64\t1.0\tX\n\
            hi \tlibc6\tamd64\t2.36\t\n\
            iU \thalf\tamd64\t1\tY\n\
            \u{fffd}\u{fffd}\n\nii \t\t\t\t\n";
        let at: At = "2026-11-01T00:00:00Z".parse().unwrap();
        let unpacked = HashMap::from([("libc6:amd64".to_owned(), at)]);
        let software = from_dpkg(list, &unpacked);
        assert_eq!(shown(&software), ["bash 5.2.15-2+b7 Matthias Klose", "libc6 2.36 -"]);
        assert_eq!(software[1].installed_at, Some(at));
        assert_eq!(software[0].installed_at, None);
    }

    #[test]
    fn rpm() {
        let list = "openssl\t3.0.7-27.el9\tRed Hat, Inc.\t1700000000\n\
            gpg-pubkey\t1-2\t(none)\t1\nlocal\t1-1\t(none)\tlong ago\nbroken";
        let software = from_rpm(list);
        assert_eq!(shown(&software), ["openssl 3.0.7-27.el9 Red Hat, Inc.", "local 1-1 -"]);
        assert_eq!(software[0].installed_at.unwrap().to_string(), "2023-11-14T22:13:20Z");
        assert_eq!(software[1].installed_at, None);
    }

    #[test]
    fn snap_and_flatpak() {
        let list = "Name  Version  Rev  Tracking  Publisher  Notes\nfirefox  132.0-1  5187  latest/stable  mozilla**  -\n";
        assert_eq!(shown(&from_snap(list)), ["firefox 132.0-1 mozilla"]);
        assert_eq!(shown(&from_flatpak("org.gimp.GIMP\t2.10.38\tflathub\n\n")), ["org.gimp.GIMP 2.10.38 -"]);
        assert!(from_snap("").is_empty());
    }

    #[test]
    fn unpacking_is_dated_by_the_list() {
        let (_folder, here) =
            Here::with(&[("/var/lib/dpkg/info/bash.list", b""), ("/var/lib/dpkg/info/bash.md5sums", b"")]);
        let unpacked = unpacked(&here.root).unwrap();
        assert_eq!(unpacked.keys().collect::<Vec<_>>(), ["bash"]);
    }
}
