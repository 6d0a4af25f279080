//! Section `updates`: what the package manager offers and is not installed, when it last looked and installed,
//! whether a restart is due.
//!
//! Nothing is downloaded and nothing changed: the package lists as they lie on the machine are asked. How old they are
//! is a fact of its own (`last_checked_at`).

use std::collections::HashSet;

use model::At;
use model::facts::{PendingUpdate, UpdateKind, UpdateSeverity, Updates};

use super::software::DPKG_INFO;
use super::{Here, Root};
use crate::command::{LONG, Limits, SHORT, run};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

/// The most pending updates in one document.
const PENDING_MAX: usize = 5_000;
/// Working out what would be installed takes long on a slow disk.
const SIMULATION: Limits = Limits { time: std::time::Duration::from_secs(90), ..LONG };
/// Where apt keeps the lists of what is offered.
const APT_LISTS: &str = "/var/lib/apt/lists";
/// Where dnf keeps them.
const DNF_CACHES: [&str; 2] = ["/var/cache/dnf", "/var/cache/libdnf5"];
/// Written by packages that need a restart.
const REBOOT_REQUIRED: [&str; 2] = ["/run/reboot-required", "/var/run/reboot-required"];

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Updates, Gap> {
    if here.has("apt-get") {
        Ok(with_apt(here, gaps))
    } else if here.has("dnf") {
        Ok(with_dnf(here, gaps))
    } else {
        Err(Gap::not_collected("neither apt nor dnf keeps the packages of this system"))
    }
}

fn with_apt(here: &Here, gaps: &mut Gaps) -> Updates {
    let root = &here.root;
    let checked = apt_checked_at(root);
    let pending = checked.clone().and_then(|_| {
        // dist-upgrade, as upgrade leaves out whatever needs a new package, such as a kernel.
        let args = ["-s", "-o", "Debug::NoLocking=true", "dist-upgrade"];
        at_most(apt_pending(&here.output("apt-get", &args, SIMULATION)?), PENDING_MAX, "pending updates")
    });
    let unpacked = newest(root, DPKG_INFO, |name| name.ends_with(".list"));
    let kernel = newest(root, DPKG_INFO, |name| name.starts_with("linux-image-") && name.ends_with(".list"));
    let automatic = here
        .output("apt-config", &["dump", "APT::Periodic"], SHORT)
        .map(|dump| here.has("unattended-upgrade") && apt_installs_by_itself(&dump));
    Updates {
        pending: gaps.keep("pending", pending),
        last_checked_at: gaps.keep("last_checked_at", checked),
        last_installed_at: gaps.keep("last_installed_at", unpacked.and_then(|at| at.ok_or_else(no_package))),
        reboot_pending: gaps.keep("reboot_pending", kernel.and_then(|at| reboot_pending(root, at))),
        automatic: gaps.keep("automatic", automatic),
        installed: None,
    }
}

fn with_dnf(here: &Here, gaps: &mut Gaps) -> Updates {
    let root = &here.root;
    let checked = dnf_checked_at(root);
    let pending = checked.clone().and_then(|_| dnf_pending(here));
    let installed = here.output("rpm", &["-qa", "--qf", "%{INSTALLTIME} %{NAME}\n"], LONG);
    let installed = installed.map(|list| (rpm_newest(&list, |_| true), rpm_newest(&list, is_rpm_kernel)));
    let newest = installed.clone().and_then(|(newest, _)| newest.ok_or_else(no_package));
    Updates {
        pending: gaps.keep("pending", pending),
        last_checked_at: gaps.keep("last_checked_at", checked),
        last_installed_at: gaps.keep("last_installed_at", newest),
        reboot_pending: gaps
            .keep("reboot_pending", installed.and_then(|(_, kernel)| reboot_pending(root, kernel))),
        automatic: gaps.keep("automatic", dnf_installs_by_itself(root)),
        installed: None,
    }
}

fn no_package() -> Gap {
    Gap::not_found("no installed package")
}

/// When apt last fetched its lists. Without lists it would find nothing pending on any machine.
fn apt_checked_at(root: &Root) -> Result<At, Gap> {
    newest(root, APT_LISTS, |name| {
        name.ends_with("Packages") || name.contains("Packages.") || name.ends_with("Release")
    })?
    .map(|lists| {
        // An unchanged list keeps its server's date; the folder and this stamp tell of the look itself.
        let stamps = [APT_LISTS, "/var/lib/apt/periodic/update-success-stamp"];
        stamps.iter().filter_map(|path| root.modified_at(path).ok()).fold(lists, At::max)
    })
    .ok_or_else(|| Gap::not_found("apt has no package lists: run apt-get update"))
}

/// What a simulated upgrade would install: `Inst NAME [OLD] (NEW ORIGIN [ARCH])`. A package without an old version is
/// new, not an update.
fn apt_pending(simulation: &str) -> Vec<PendingUpdate> {
    let update = |line: &str| {
        let rest = line.strip_prefix("Inst ")?;
        let (name, rest) = rest.split_once(' ')?;
        let (old, rest) = rest.strip_prefix('[')?.split_once(']')?;
        let (new, origin) = rest.split_once('(')?.1.split_once(' ')?;
        let is_security =
            origin.split([',', ' ']).any(|source| source.to_ascii_lowercase().contains("security"));
        Some(pending(
            name,
            old,
            new,
            Some(if is_security { UpdateKind::Security } else { UpdateKind::Other }),
        ))
    };
    simulation.lines().filter_map(update).collect()
}

fn pending(name: &str, old: &str, new: &str, kind: Option<UpdateKind>) -> PendingUpdate {
    let versions = if old.is_empty() { format!("{name} {new}") } else { format!("{name} {old} -> {new}") };
    PendingUpdate {
        id: Some(text::clean(name)),
        title: Some(text::clean(&versions)),
        kind,
        severity: Some(UpdateSeverity::Unspecified),
        published_at: None,
    }
}

/// `APT::Periodic::Unattended-Upgrade "1";` — 0 or absent means never.
fn apt_installs_by_itself(dump: &str) -> bool {
    let setting = |name: &str| {
        dump.lines().filter_map(|line| line.strip_prefix(name)).any(|value| {
            let value = value.trim().trim_end_matches(';').trim_matches('"');
            !matches!(value, "" | "0" | "false" | "no")
        })
    };
    // apt's own switch is on unless it is turned off.
    let off = dump.lines().any(|line| line.trim() == "APT::Periodic::Enable \"0\";");
    !off && setting("APT::Periodic::Unattended-Upgrade ")
}

fn dnf_checked_at(root: &Root) -> Result<At, Gap> {
    let newest = DNF_CACHES.iter().filter_map(|cache| newest(root, cache, |_| true).ok().flatten()).max();
    newest.ok_or_else(|| Gap::not_found("dnf has no package lists: run dnf makecache"))
}

/// `dnf check-update` exits with 100 when there is something; the advisories tell which of it closes holes.
fn dnf_pending(here: &Here) -> Result<Vec<PendingUpdate>, Gap> {
    let answer = run("dnf", &["-q", "-C", "check-update"], SIMULATION)?;
    if !matches!(answer.code, Some(0 | 100)) {
        return Err(Gap::failed(format_args!("dnf: {}", answer.err.lines().next().unwrap_or_default())));
    }
    let advisories = here.output("dnf", &["-q", "-C", "updateinfo", "list", "--security"], SIMULATION)?;
    at_most(from_dnf(&answer.out, &advisories), PENDING_MAX, "pending updates")
}

/// `NAME.ARCH VERSION REPOSITORY` per update, up to the list of packages that take the place of others. Repositories
/// without advisories leave it open what closes holes.
fn from_dnf(updates: &str, advisories: &str) -> Vec<PendingUpdate> {
    let holes: HashSet<&str> = advisories.split_whitespace().collect();
    let update = |line: &str| {
        let mut fields = line.split_whitespace();
        let (package, version, _repository) = (fields.next()?, fields.next()?, fields.next()?);
        let (name, architecture) = package.rsplit_once('.')?;
        let plain = version.split_once(':').map_or(version, |(_, version)| version);
        let closes = [version, plain]
            .iter()
            .any(|version| holes.contains(format!("{name}-{version}.{architecture}").as_str()));
        let kind = match (closes, holes.is_empty()) {
            (true, _) => Some(UpdateKind::Security),
            (false, false) => Some(UpdateKind::Other),
            (false, true) => None,
        };
        Some(pending(name, "", version, kind))
    };
    updates.lines().take_while(|line| !line.starts_with("Obsoleting")).filter_map(update).collect()
}

/// The newest installation, of `SECONDS NAME` lines.
fn rpm_newest(list: &str, wanted: impl Fn(&str) -> bool) -> Option<At> {
    let lines = list.lines().filter_map(|line| line.split_once(' ')).filter(|(_, name)| wanted(name));
    At::from_unix_secs(lines.filter_map(|(secs, _)| secs.parse().ok()).max()?)
}

fn is_rpm_kernel(name: &str) -> bool {
    matches!(name, "kernel" | "kernel-core" | "kernel-default")
}

/// dnf-automatic installs when it is told to apply updates and its timer is set.
fn dnf_installs_by_itself(root: &Root) -> Result<bool, Gap> {
    let wants = root.names_if_there("/etc/systemd/system/timers.target.wants")?;
    if wants.iter().any(|timer| timer == "dnf-automatic-install.timer") {
        return Ok(true);
    }
    let config = root.text_if_there("/etc/dnf/automatic.conf")?.unwrap_or_default();
    let applies = config.lines().filter_map(|line| line.split_once('=')).any(|(key, value)| {
        key.trim() == "apply_updates"
            && matches!(value.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "1")
    });
    Ok(applies
        && wants
            .iter()
            .any(|timer| timer.starts_with("dnf-automatic") || timer.starts_with("dnf5-automatic")))
}

/// A restart is due when a package asked for it, or when a kernel was installed after the machine started.
fn reboot_pending(root: &Root, kernel_installed_at: Option<At>) -> Result<bool, Gap> {
    if REBOOT_REQUIRED.iter().any(|path| root.exists(path)) {
        return Ok(true);
    }
    let stat = root.text("/proc/stat")?;
    let booted =
        stat.lines().find_map(|line| line.strip_prefix("btime ")).and_then(|secs| secs.trim().parse().ok());
    let booted =
        booted.and_then(At::from_unix_secs).ok_or_else(|| Gap::failed("/proc/stat names no boot time"))?;
    Ok(kernel_installed_at.is_some_and(|installed| installed > booted))
}

/// When the newest of the wanted files in a folder was written.
fn newest(root: &Root, folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Option<At>, Gap> {
    let names = root.names_if_there(folder)?.into_iter().filter(|name| wanted(name));
    Ok(names.filter_map(|name| root.modified_at(&format!("{folder}/{name}")).ok()).max())
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const SIMULATED: &str = "\
NOTE: This is only a simulation!
Reading package lists...
Inst libssl3 [3.0.11-1] (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
Inst tzdata [2024a-0] (2024b-0 Debian:12.8/stable, Debian:12-updates/stable-updates [all]) []
Inst linux-image-6.1.0-27-amd64 (6.1.115-1 Debian-Security:12/stable-security [amd64])
Conf libssl3 (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
Inst base-files [12ubuntu4] (12ubuntu4.7 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Inst broken
";

    #[test]
    fn apt_simulation() {
        let pending = apt_pending(SIMULATED);
        let shown: Vec<_> = pending.iter().map(|one| (one.id.clone().unwrap(), one.kind.unwrap())).collect();
        let expected = [
            ("libssl3".to_owned(), UpdateKind::Security),
            ("tzdata".to_owned(), UpdateKind::Other),
            ("base-files".to_owned(), UpdateKind::Security),
        ];
        assert_eq!(shown, expected);
        assert_eq!(pending[0].title.as_deref(), Some("libssl3 3.0.11-1 -> 3.0.15-1~deb12u1"));
        assert!(apt_pending("").is_empty());
        assert!(apt_pending("Inst \u{fffd} [ (\nInst a [b").is_empty());
    }

    #[test]
    fn without_lists_nothing_is_known_to_be_pending() {
        let (_folder, here) = Here::with(&[
            ("/usr/bin/apt-get", b""),
            ("/var/lib/apt/lists/lock", b""),
            ("/var/lib/dpkg/info/linux-image-6.1.list", b""),
            ("/proc/stat", b"cpu 1\nbtime 1700000000\n"),
        ]);
        let mut gaps = Gaps::of("updates");
        let updates = read(&here, &mut gaps).unwrap();
        assert_eq!((updates.pending, gaps.why("pending")), (None, Some(Why::NotFound)));
        assert_eq!(gaps.why("last_checked_at"), Some(Why::NotFound));
        assert_eq!(updates.reboot_pending, Some(true), "the kernel was unpacked just now, after the start");
    }

    #[test]
    fn unattended_upgrades() {
        let check = |dump: &str, expected: bool| assert_eq!(apt_installs_by_itself(dump), expected, "{dump}");
        check("APT::Periodic \"\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n", true);
        check("APT::Periodic::Unattended-Upgrade \"0\";\n", false);
        check("APT::Periodic::Enable \"0\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n", false);
        check("", false);
    }

    #[test]
    fn dnf() {
        let updates = "\nopenssl-libs.x86_64   1:3.0.7-28.el9_4   baseos\nvim.x86_64  9.0-1  appstream\n\
            Obsoleting Packages\nx.x86_64 1 a\n";
        let advisories = "RHSA-2024:1 Important/Sec. openssl-libs-1:3.0.7-28.el9_4.x86_64\n";
        let kinds = |advisories| from_dnf(updates, advisories).iter().map(|one| one.kind).collect::<Vec<_>>();
        assert_eq!(kinds(advisories), [Some(UpdateKind::Security), Some(UpdateKind::Other)]);
        assert_eq!(kinds(""), [None, None]);
        assert_eq!(
            rpm_newest("1700000000 a\n1600000000 kernel\n", is_rpm_kernel).unwrap().unix_secs(),
            1_600_000_000
        );
    }

    #[test]
    fn restarts() {
        let check = |files: &[(&str, &[u8])], kernel: Option<i64>, expected: Result<bool, Why>| {
            let (_folder, here) = Here::with(files);
            let kernel = kernel.and_then(At::from_unix_secs);
            assert_eq!(reboot_pending(&here.root, kernel).map_err(|gap| gap.why), expected);
        };
        check(&[("/run/reboot-required", b"")], None, Ok(true));
        check(&[("/proc/stat", b"btime 100\n")], Some(99), Ok(false));
        check(&[("/proc/stat", b"btime 100\n")], Some(101), Ok(true));
        check(&[("/proc/stat", b"btime 100\n")], None, Ok(false));
        check(&[("/proc/stat", b"btime soon\n")], None, Err(Why::Failed));
        check(&[], None, Err(Why::NotFound));
    }
}
