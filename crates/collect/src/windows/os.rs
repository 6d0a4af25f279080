//! Section `os`: edition, build and servicing channel of Windows.
//!
//! `ProductName` is not used: it says Windows 10 on Windows 11, and is localised in places.

use model::At;
use model::facts::{Os, OsChannel, OsFamily};

use super::machine::{CIMV2, Machine};
use crate::gap::Gap;
use crate::reading::Gaps;

pub(crate) const CURRENT_VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
const ENVIRONMENT: &str = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment";
/// The last build of Windows 10, the only one on sale with extended updates.
const LAST_WINDOWS_10: i64 = 19_045;
/// Names of clients from a build on, newest first.
const CLIENTS: [(i64, &str); 6] = [
    (22_000, "Windows 11"),
    (10_240, "Windows 10"),
    (9_600, "Windows 8.1"),
    (9_200, "Windows 8"),
    (7_600, "Windows 7"),
    (6_000, "Windows Vista"),
];
/// Names of servers from a build on, newest first.
const SERVERS: [(i64, &str); 9] = [
    (26_100, "Windows Server 2025"),
    (25_398, "Windows Server, version 23H2"),
    (20_348, "Windows Server 2022"),
    (17_763, "Windows Server 2019"),
    (14_393, "Windows Server 2016"),
    (9_600, "Windows Server 2012 R2"),
    (9_200, "Windows Server 2012"),
    (7_600, "Windows Server 2008 R2"),
    (6_000, "Windows Server 2008"),
];
/// Activation ids of the extended updates of Windows 10, years 1 to 3 (Microsoft: "Enable Extended Security Updates").
const EXTENDED_UPDATES: [&str; 3] = [
    "f520e45e-7413-4a34-a497-d2765967d094",
    "1043add5-23b1-4afb-9a0f-64343c8f3f8d",
    "83d49986-add3-41d7-ba33-87c7bfb5c0fb",
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Os, Gap> {
    let build = build(machine);
    let edition = machine.needed_text(CURRENT_VERSION, "EditionID");
    let kind = machine.needed_text(CURRENT_VERSION, "InstallationType");
    let is_server = kind.clone().map(|kind| kind.starts_with("Server"));
    let product = build.clone().and_then(|build| {
        product(build, is_server.clone()?)
            .ok_or_else(|| Gap::not_supported(format_args!("build {build} is not known")))
    });
    let channel = edition.clone().and_then(|edition| {
        channel(&edition, is_server.clone()?)
            .ok_or_else(|| Gap::not_supported(format_args!("edition {edition} is not known")))
    });
    let ubr = machine.needed_number(CURRENT_VERSION, "UBR").map(as_signed);
    let version = build.clone().and_then(|build| version(machine, build, ubr.as_ref().ok().copied()));
    let extended =
        build.clone().and_then(|build| extended_updates(machine, build, is_server.unwrap_or(false)));
    let installed = machine.needed_number(CURRENT_VERSION, "InstallDate").and_then(|secs| {
        At::from_unix_secs(as_signed(secs)).ok_or_else(|| Gap::failed(format_args!("InstallDate {secs}")))
    });
    Ok(Os {
        family: build.as_ref().ok().map(|_| OsFamily::Windows),
        product: gaps.keep("product", product),
        edition: gaps.keep("edition", edition),
        channel: gaps.keep("channel", channel),
        display_version: gaps.keep("display_version", display_version(machine)),
        build: gaps.keep("build", build),
        ubr: gaps.keep("ubr", ubr),
        version: gaps.keep("version", version),
        installed_at: gaps.keep("installed_at", installed),
        architecture: gaps.keep(
            "architecture",
            machine.needed_text(ENVIRONMENT, "PROCESSOR_ARCHITECTURE").map(|name| architecture(&name)),
        ),
        extended_updates: gaps.keep("extended_updates", extended),
    })
}

/// The build number, which tells one Windows from another.
pub(crate) fn build(machine: &dyn Machine) -> Result<i64, Gap> {
    let text = machine.needed_text(CURRENT_VERSION, "CurrentBuildNumber")?;
    text.parse().map_err(|_| Gap::failed(format_args!("CurrentBuildNumber '{text}'")))
}

/// Whether it is a server, of whatever edition.
pub(crate) fn is_server(machine: &dyn Machine) -> Result<bool, Gap> {
    Ok(machine.needed_text(CURRENT_VERSION, "InstallationType")?.starts_with("Server"))
}

fn as_signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn product(build: i64, is_server: bool) -> Option<String> {
    let table: &[(i64, &str)] = if is_server { &SERVERS } else { &CLIENTS };
    table.iter().find(|(from, _)| build >= *from).map(|(_, name)| (*name).to_owned())
}

/// The channel, which decides how long an edition is supported. A trailing N only leaves out the media player.
fn channel(edition: &str, is_server: bool) -> Option<OsChannel> {
    let name = edition.strip_suffix("Eval").unwrap_or(edition);
    let name = name.strip_suffix('N').unwrap_or(name);
    match name {
        _ if is_server => Some(OsChannel::Server),
        "IoTEnterpriseS" | "IoTEnterpriseSK" => Some(OsChannel::IotLongTerm),
        "EnterpriseS" => Some(OsChannel::LongTerm),
        "Enterprise" | "Education" | "IoTEnterprise" | "IoTEnterpriseK" | "ServerRdsh" | "EnterpriseG" => {
            Some(OsChannel::Enterprise)
        }
        "Core"
        | "CoreSingleLanguage"
        | "CoreCountrySpecific"
        | "Professional"
        | "ProfessionalWorkstation"
        | "ProfessionalEducation"
        | "ProfessionalSingleLanguage"
        | "ProfessionalCountrySpecific"
        | "Cloud"
        | "CloudEdition" => Some(OsChannel::General),
        _ => None,
    }
}

/// `24H2`; before 20H2 under another name; before Windows 10 there was none.
fn display_version(machine: &dyn Machine) -> Result<String, Gap> {
    match machine.text(CURRENT_VERSION, "DisplayVersion")? {
        Some(version) => Ok(version),
        None => machine.needed_text(CURRENT_VERSION, "ReleaseId"),
    }
}

/// `10.0.26100.2314`; without the revision when there is none.
fn version(machine: &dyn Machine, build: i64, ubr: Option<i64>) -> Result<String, Gap> {
    let major = machine.number(CURRENT_VERSION, "CurrentMajorVersionNumber")?;
    let minor = machine.number(CURRENT_VERSION, "CurrentMinorVersionNumber")?;
    let start = match (major, minor) {
        (Some(major), Some(minor)) => format!("{major}.{minor}"),
        // Windows 8.1 and before.
        _ => machine.needed_text(CURRENT_VERSION, "CurrentVersion")?,
    };
    Ok(ubr.map_or_else(|| format!("{start}.{build}"), |ubr| format!("{start}.{build}.{ubr}")))
}

fn architecture(name: &str) -> String {
    match name.to_ascii_uppercase().as_str() {
        "AMD64" => "x86_64".into(),
        "ARM64" => "aarch64".into(),
        _ => name.to_ascii_lowercase(),
    }
}

/// Whether paid updates are active. Those of private persons are bound to an account, which is not seen here, so that
/// not finding any says nothing on the last Windows 10.
fn extended_updates(machine: &dyn Machine, build: i64, is_server: bool) -> Result<bool, Gap> {
    if is_server && build < 14_393 {
        return Err(Gap::not_collected("extended updates of old servers"));
    }
    if is_server || build >= 22_000 {
        return Ok(false);
    }
    let licensed = machine.query(CIMV2, "SELECT ID FROM SoftwareLicensingProduct WHERE LicenseStatus = 1")?;
    let ids = licensed.iter().filter_map(|row| row.text("ID"));
    if ids.into_iter().any(|id| EXTENDED_UPDATES.contains(&id.to_ascii_lowercase().as_str())) {
        return Ok(true);
    }
    if build == LAST_WINDOWS_10 {
        Err(Gap::not_collected("no licence found; a private one is not seen"))
    } else {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, row, text};
    use super::*;

    pub(crate) fn windows_11() -> Recorded {
        Recorded::default()
            .text(CURRENT_VERSION, "ProductName", "Windows 10 Pro")
            .text(CURRENT_VERSION, "EditionID", "Professional")
            .text(CURRENT_VERSION, "InstallationType", "Client")
            .text(CURRENT_VERSION, "CurrentBuildNumber", "26100")
            .text(CURRENT_VERSION, "DisplayVersion", "24H2")
            .number(CURRENT_VERSION, "UBR", 2314)
            .number(CURRENT_VERSION, "CurrentMajorVersionNumber", 10)
            .number(CURRENT_VERSION, "CurrentMinorVersionNumber", 0)
            .number(CURRENT_VERSION, "InstallDate", 1_732_406_400)
            .text(ENVIRONMENT, "PROCESSOR_ARCHITECTURE", "AMD64")
    }

    #[test]
    fn a_current_client() {
        let os = read(&windows_11(), &mut Gaps::of("os")).unwrap();
        assert_eq!(
            (os.product.as_deref(), os.edition.as_deref()),
            (Some("Windows 11"), Some("Professional"))
        );
        assert_eq!(
            (os.build, os.ubr, os.version.as_deref()),
            (Some(26_100), Some(2314), Some("10.0.26100.2314"))
        );
        assert_eq!((os.channel, os.display_version.as_deref()), (Some(OsChannel::General), Some("24H2")));
        assert_eq!(os.installed_at.unwrap().to_string(), "2024-11-24T00:00:00Z");
        assert_eq!((os.architecture.as_deref(), os.extended_updates), (Some("x86_64"), Some(false)));
    }

    #[test]
    fn channels() {
        let check = |edition: &str, server: bool, expected: Option<OsChannel>| {
            assert_eq!(channel(edition, server), expected, "{edition}")
        };
        check("Core", false, Some(OsChannel::General));
        check("ProfessionalN", false, Some(OsChannel::General));
        check("Enterprise", false, Some(OsChannel::Enterprise));
        check("EducationN", false, Some(OsChannel::Enterprise));
        check("EnterpriseS", false, Some(OsChannel::LongTerm));
        check("EnterpriseSNEval", false, Some(OsChannel::LongTerm));
        check("IoTEnterpriseS", false, Some(OsChannel::IotLongTerm));
        check("ServerStandard", true, Some(OsChannel::Server));
        check("Holographic", false, None);
        check("", false, None);
    }

    #[test]
    fn products() {
        let check = |build: i64, server: bool, expected: Option<&str>| {
            assert_eq!(product(build, server).as_deref(), expected)
        };
        check(19_045, false, Some("Windows 10"));
        check(22_631, false, Some("Windows 11"));
        check(20_348, true, Some("Windows Server 2022"));
        check(9_600, false, Some("Windows 8.1"));
        check(2_600, false, None);
    }

    #[test]
    fn extended_updates_are_seen_by_their_id() {
        let check = |build: &str, id: &str, expected: Result<bool, Why>| {
            let machine = windows_11().text(CURRENT_VERSION, "CurrentBuildNumber", build).rows(
                CIMV2,
                "SoftwareLicensingProduct",
                vec![row(&[("ID", text(id))])],
            );
            assert_eq!(
                extended_updates(&machine, build.parse().unwrap(), false).map_err(|gap| gap.why),
                expected
            );
        };
        check("19045", "F520E45E-7413-4A34-A497-D2765967D094", Ok(true));
        check("19045", "00000000-0000-0000-0000-000000000000", Err(Why::NotCollected));
        check("17763", "00000000-0000-0000-0000-000000000000", Ok(false));
    }

    #[test]
    fn absent_and_odd_values() {
        let machine =
            windows_11().text(CURRENT_VERSION, "CurrentBuildNumber", "ten").text(CURRENT_VERSION, "UBR", "x");
        let mut gaps = Gaps::of("os");
        let os = read(&machine, &mut gaps).unwrap();
        assert_eq!((os.build, os.family, os.product), (None, None, None));
        assert_eq!((gaps.why("build"), gaps.why("ubr")), (Some(Why::Failed), Some(Why::Failed)));
    }
}
