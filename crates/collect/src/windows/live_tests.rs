//! Reads a real registry and a real WMI: Windows', or Wine's in the cross-built tests (`tests/windows.sh`).
//!
//! Values are written where Windows keeps them and must come back as facts; namespaces that the machine lacks must
//! come back as misses. Only run where settings may be written: under Wine, or when asked to by the environment.

use model::facts::{Access, FirewallRule, InboundDefault, NetworkProfile, OsChannel, WhenFull};
use model::{FactDocument, SubjectKind, Why};
use serde_json::Value as Json;
use windows_registry::CURRENT_USER;

use super::super::machine::{CIMV2, SECURITY_CENTER, TPM};
use super::super::os::CURRENT_VERSION;
use super::*;
use crate::reading::Gaps;

/// Says that the machine is there to be written to.
const PERMISSION: &str = "MIMAMORI_TEST_WRITES_REGISTRY";

pub(super) fn live() -> Live {
    Live { now: "2026-11-24T12:00:00Z".parse().unwrap() }
}

/// Whether this is Wine, made for these tests.
pub(super) fn on_wine() -> bool {
    std::env::var_os(PERMISSION).is_some() && LOCAL_MACHINE.open(r"SOFTWARE\Wine").is_ok()
}

/// A key of the machine to write to; none on a machine that is not there for tests.
fn key(path: &str) -> Option<Key> {
    if std::env::var_os(PERMISSION).is_none() {
        println!("SKIPPED: {PERMISSION} is not set; the registry is not written to");
        return None;
    }
    Some(LOCAL_MACHINE.options().read().write().create().wow64_64().open(path).unwrap())
}

fn why(gaps: &Gaps, field: &str) -> Option<Why> {
    gaps.why(field)
}

#[test]
fn values_of_every_form_come_back() {
    let Some(place) = key(r"SOFTWARE\Mimamori\Test\Forms") else { return };
    place.set_u32("number", 7).unwrap();
    place.set_u64("large", u64::MAX).unwrap();
    place.set_string("text", "見守り").unwrap();
    place.set_expand_string("path", r"%SystemRoot%\x").unwrap();
    place.set_multi_string("list", &["a", "b"]).unwrap();
    place.set_bytes("short", Type::U32, &[1]).unwrap();
    place.set_bytes("bytes", Type::Bytes, &[1, 2, 3]).unwrap();
    place.set_bytes("long", Type::Bytes, &vec![0; BYTES_MAX + 1]).unwrap();
    place.set_string("huge", "x".repeat(TEXT_MAX_UNITS + 1)).unwrap();
    let check = |name: &str, expected: Option<Datum>| {
        assert_eq!(
            live().value(Hive::Machine, r"SOFTWARE\Mimamori\Test\Forms", name).unwrap(),
            expected,
            "{name}"
        );
    };
    check("number", Some(Datum::Number(7)));
    check("large", Some(Datum::Number(u64::MAX)));
    check("text", Some(Datum::Text("見守り".into())));
    check("path", Some(Datum::Text(r"%SystemRoot%\x".into())));
    check("list", Some(Datum::Texts(vec!["a".into(), "b".into()])));
    check("bytes", Some(Datum::Bytes(vec![1, 2, 3])));
    check("long", Some(Datum::Other));
    check("short", Some(Datum::Other));
    check("huge", Some(Datum::Other));
    check("none", None);
    assert_eq!(live().value(Hive::Machine, r"SOFTWARE\Mimamori\None", "x"), Ok(None));
    assert_eq!(live().values(Hive::Machine, r"SOFTWARE\Mimamori\Test\Forms").unwrap().unwrap().len(), 9);
    let below = live().keys(Hive::Machine, r"SOFTWARE\Mimamori\Test").unwrap().unwrap();
    assert!(below.contains(&"Forms".to_owned()), "{below:?}");
    assert_eq!(live().keys(Hive::Machine, r"SOFTWARE\Mimamori\None"), Ok(None));
}

#[test]
fn edition_and_build_come_back() {
    let Some(place) = key(CURRENT_VERSION) else { return };
    for (name, text) in [
        ("EditionID", "Professional"),
        ("CurrentBuildNumber", "26100"),
        ("DisplayVersion", "24H2"),
        ("InstallationType", "Client"),
    ] {
        place.set_string(name, text).unwrap();
    }
    for (name, number) in [
        ("UBR", 2314),
        ("CurrentMajorVersionNumber", 10),
        ("CurrentMinorVersionNumber", 0),
        ("InstallDate", 1_732_406_400),
    ] {
        place.set_u32(name, number).unwrap();
    }
    let os = super::super::os::read(&live(), &mut Gaps::of("os")).unwrap();
    assert_eq!((os.product.as_deref(), os.version.as_deref()), (Some("Windows 11"), Some("10.0.26100.2314")));
    assert_eq!((os.channel, os.edition.as_deref()), (Some(OsChannel::General), Some("Professional")));
    assert_eq!(os.installed_at.unwrap().to_string(), "2024-11-24T00:00:00Z");
}

#[test]
fn remote_desktop_and_firewall_come_back() {
    let server = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
    let firewall = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
    let Some(place) = key(server) else { return };
    place.set_u32("fDenyTSConnections", 0).unwrap();
    let listener = key(&format!(r"{server}\WinStations\RDP-Tcp")).unwrap();
    listener.set_u32("PortNumber", 50_001).unwrap();
    listener.set_u32("UserAuthentication", 1).unwrap();
    for (profile, enabled) in [("DomainProfile", 1), ("StandardProfile", 1), ("PublicProfile", 1)] {
        key(&format!(r"{firewall}\{profile}")).unwrap().set_u32("EnableFirewall", enabled).unwrap();
    }
    let rule = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=50001|RA4=192.168.1.10|Name=RDP から|";
    key(&format!(r"{firewall}\FirewallRules")).unwrap().set_string("Mimamori-Test", rule).unwrap();

    let mut gaps = Gaps::of("remote_desktop");
    let read = super::super::remote_desktop::read(&live(), &mut gaps).unwrap();
    assert_eq!((read.enabled, read.port, read.nla), (Some(true), Some(50_001), Some(true)));
    assert!(read.allowed_addresses.unwrap().contains(&"192.168.1.10".to_owned()));
    // A policy is stronger than the setting.
    let policy = key(r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services").unwrap();
    policy.set_u32("fDenyTSConnections", 1).unwrap();
    let denied = super::super::remote_desktop::read(&live(), &mut Gaps::of("remote_desktop")).unwrap();
    policy.remove_value("fDenyTSConnections").unwrap();
    assert_eq!(denied.enabled, Some(false));

    let read = super::super::firewall::read(&live(), &mut Gaps::of("firewall")).unwrap();
    let rules = read.allow_rules.unwrap();
    let found: &FirewallRule = rules.iter().find(|rule| rule.name.as_deref() == Some("RDP から")).unwrap();
    assert_eq!(found.local_ports, Some(vec!["50001".to_owned()]));
    let public =
        read.profiles.unwrap().into_iter().find(|one| one.name == Some(NetworkProfile::Public)).unwrap();
    assert_eq!((public.enabled, public.default_inbound), (Some(true), Some(InboundDefault::Block)));
}

#[test]
fn protocols_logs_and_storage_come_back() {
    let Some(lsa) = key(r"SYSTEM\CurrentControlSet\Control\Lsa") else { return };
    lsa.set_u32("LmCompatibilityLevel", 5).unwrap();
    key(r"SYSTEM\CurrentControlSet\Services\mrxsmb10").unwrap().set_u32("Start", 4).unwrap();
    let protocols = super::super::protocols::read(&live(), &mut Gaps::of("protocols")).unwrap();
    assert_eq!((protocols.lm_compatibility_level, protocols.smb1_client), (Some(5), Some(false)));

    let security = key(r"SYSTEM\CurrentControlSet\Services\EventLog\Security").unwrap();
    security.set_u32("MaxSize", 104_857_600).unwrap();
    security.set_u32("Retention", u32::MAX).unwrap();
    security.set_u32("AutoBackupLogFiles", 1).unwrap();
    let channel =
        key(r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-NTLM/Operational")
            .unwrap();
    channel.set_u32("Enabled", 1).unwrap();
    channel.set_u32("MaxSize", 1_052_672).unwrap();
    let channels =
        super::super::event_logs::read(&live(), &mut Gaps::of("event_logs")).unwrap().channels.unwrap();
    let find = |name: &str| channels.iter().find(|channel| channel.name.as_deref() == Some(name)).unwrap();
    assert_eq!(
        (find("Security").max_size_bytes, find("Security").when_full),
        (Some(104_857_600), Some(WhenFull::Archive))
    );
    assert_eq!(find("Microsoft-Windows-NTLM/Operational").enabled, Some(true));

    key(r"SYSTEM\CurrentControlSet\Services\USBSTOR").unwrap().set_u32("Start", 4).unwrap();
    let storage = super::super::removable_storage::read(&live(), &mut Gaps::of("removable_storage")).unwrap();
    assert_eq!(storage.policy, Some(model::facts::StoragePolicy::Denied));

    key(r"SYSTEM\CurrentControlSet\Control\SecureBoot\State")
        .unwrap()
        .set_u32("UEFISecureBootEnabled", 1)
        .unwrap();
    let boot = super::super::secure_boot::read(&live(), &mut Gaps::of("secure_boot")).unwrap();
    assert_eq!(boot.enabled, Some(true));
}

#[test]
fn programs_come_back_from_all_three_places() {
    let uninstall = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\MimamoriTest";
    let Some(wide) = key(uninstall) else { return };
    wide.set_string("DisplayName", "Wide 見本").unwrap();
    wide.set_string("InstallDate", "20261101").unwrap();
    let narrow = LOCAL_MACHINE.options().read().write().create().wow64_32().open(uninstall).unwrap();
    narrow.set_string("DisplayName", "Narrow").unwrap();
    CURRENT_USER.create(uninstall).unwrap().set_string("DisplayName", "Own").unwrap();
    let software = super::super::software::read(&live(), &mut Gaps::of("software")).unwrap();
    let names: Vec<_> = software.iter().filter_map(|one| one.name.as_deref()).collect();
    for name in ["Wide 見本", "Narrow", "Own"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
}

#[test]
fn shares_and_rule_groups_come_back() {
    let server = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares";
    let rules = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";
    let Some(place) = key(server) else { return };
    place.set_multi_string("総務", &[r"Path=C:\総務", "Type=0", "Permissions=0"]).unwrap();
    let descriptor = super::super::security_descriptor::tests::typical();
    key(&format!(r"{server}\Security")).unwrap().set_bytes("総務", Type::Bytes, &descriptor).unwrap();
    for profile in ["DomainProfile", "StandardProfile", "PublicProfile"] {
        let path = rules.replace("FirewallRules", profile);
        key(&path).unwrap().set_u32("EnableFirewall", 1).unwrap();
    }
    let rule = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|Profile=Private|LPort=5355|Name=@FirewallAPI.dll,-32801|EmbedCtxt=@FirewallAPI.dll,-32752|";
    key(rules).unwrap().set_string("NETDIS-Test", rule).unwrap();
    let read = super::super::sharing::read(&live(), &mut Gaps::of("sharing")).unwrap();
    assert_eq!(read.discovery.as_ref().and_then(|on| on.private), Some(true));
    assert_eq!(read.discovery.as_ref().and_then(|on| on.public), Some(false));
    let shares = read.shares.unwrap();
    let share = shares.iter().find(|share| share.name.as_deref() == Some("総務")).unwrap();
    assert_eq!((share.path.as_deref(), share.administrative), (Some(r"C:\総務"), Some(false)));
    let everyone = &share.permissions.as_ref().unwrap()[0];
    assert_eq!((everyone.sid.as_deref(), everyone.access), (Some("S-1-1-0"), Some(Access::Read)));
}

#[test]
fn clock_clients_packages_and_restart_come_back() {
    let Some(service) = key(r"SYSTEM\CurrentControlSet\Services\W32Time") else { return };
    service.set_u32("Start", 3).unwrap();
    let settings = key(r"SYSTEM\CurrentControlSet\Services\W32Time\Parameters").unwrap();
    settings.set_string("Type", "NTP").unwrap();
    settings.set_string("NtpServer", "ntp.nict.jp,0x9").unwrap();
    let sync = super::super::time_sync::read(&live(), &mut Gaps::of("time_sync")).unwrap();
    assert_eq!((sync.enabled, sync.server.as_deref()), (Some(true), Some("ntp.nict.jp")));

    let roots = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SyncRootManager";
    key(&format!(r"{roots}\Dropbox!S-1-5-21-1-2-3-1001!Personal")).unwrap();
    let clients = super::super::cloud_sync::read(&live(), &mut Gaps::of("cloud_sync")).unwrap();
    assert!(clients.iter().any(|client| client.name.as_deref() == Some("Dropbox")), "{clients:?}");

    let packages = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications";
    key(&format!(r"{packages}\Mimamori.Test_1.2.3.4_x64__8wekyb3d8bbwe")).unwrap();
    let software = super::super::software::read(&live(), &mut Gaps::of("software")).unwrap();
    let package = software.iter().find(|one| one.name.as_deref() == Some("Mimamori.Test")).unwrap();
    assert_eq!(package.version.as_deref(), Some("1.2.3.4"));

    key(r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired").unwrap();
    let mut gaps = Gaps::of("updates");
    let updates = super::super::updates::read(&live(), &mut gaps).unwrap();
    assert_eq!((updates.reboot_pending, updates.pending), (Some(true), None));
    if on_wine() {
        assert_eq!(why(&gaps, "pending"), Some(Why::NotSupported));
    }
    // Wine has services, none of which watches the machine.
    assert_eq!(super::super::edr::read(&live(), &mut Gaps::of("edr")).unwrap(), []);
}

#[test]
fn wmi_answers_and_what_it_lacks_is_a_miss() {
    let system = live().query(CIMV2, "SELECT Name FROM Win32_ComputerSystem").unwrap();
    assert!(system[0].text("Name").is_some(), "{system:?}");
    let disks = live().query(CIMV2, "SELECT DeviceID, DriveType FROM Win32_LogicalDisk").unwrap();
    assert!(disks.iter().any(|disk| disk.text("DeviceID").as_deref() == Some("C:")), "{disks:?}");
    assert_eq!(live().query(CIMV2, "SELECT Nothing FROM Win32_NoSuchClass").unwrap_or_default(), []);
    assert!(live().query(CIMV2, "no question at all").is_err());
    if std::env::var_os(PERMISSION).is_some() {
        // Wine has neither; Windows may.
        assert_eq!(
            live().query(SECURITY_CENTER, "SELECT * FROM AntiVirusProduct").unwrap_err().why,
            Why::NotSupported
        );
        assert_eq!(live().query(TPM, "SELECT * FROM Win32_Tpm").unwrap_err().why, Why::NotSupported);
        let mut gaps = Gaps::of("volumes");
        let volumes = super::super::volumes::read(&live(), &mut gaps).unwrap();
        assert!(!volumes.is_empty() && volumes.iter().all(|volume| volume.protection.is_none()));
        assert_eq!(why(&gaps, "protection"), Some(Why::NotSupported));
    }
}

#[test]
fn the_whole_document_is_sound() {
    let document = crate::computer(SubjectKind::Device, Some("PC-TEST"), live().now);
    document.check().unwrap();
    let read = FactDocument::parse(&serde_json::to_vec(&document).unwrap()).unwrap();
    assert_eq!(read, document);
    assert!(matches!(document.facts.get("host"), Some(Json::Object(_))), "{:?}", document.misses);
    println!("{}", serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn only_what_stands_in_the_table_is_asked() {
    let asked = super::super::asked::asked_of(&[&live()]);
    let missing = super::super::asked::missing(&asked);
    assert!(missing.is_empty(), "catalog/collection/windows.toml lacks:\n{}", missing.join("\n"));
    // What the script would have written here is read, and speaks of the same sections. Other tests write into the
    // registry meanwhile, so that there may be more of them later.
    let direct = || crate::computer(SubjectKind::Device, None, live().now).facts;
    let before = direct();
    let document = super::super::simulated::document(&live(), super::super::simulated::Habit::Plain);
    let (read, after) = (crate::from_answers(&document).unwrap().facts, direct());
    assert!(before.keys().all(|section| read.contains_key(section)), "{before:?}, but {read:?}");
    assert!(read.keys().all(|section| after.contains_key(section)), "{read:?}, but {after:?}");
}
