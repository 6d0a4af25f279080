//! Whole recorded machines, from their answers to verdicts: what the catalogue asks of a PC is read, and judged rightly.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test; the lints see tests only where it says so on the module itself"
)]

use std::sync::LazyLock;

use guideline::judge::Snapshot;
use guideline::{Catalog, Judge};
use model::{At, FactDocument, Outcome, SubjectKind, Why};
use serde_json::{Value, json};

use super::machine::{
    Api, BITLOCKER, CIMV2, Cell, DEFENDER, Datum, Hive, Machine, SECURITY_CENTER, SMB, STANDARD, TPM,
};
use super::read_all;
use super::recorded::{Recorded, list, row, text};
use super::{accounts, antivirus, archives, edr, firewall, sharing, time_sync, updates, wifi};
use crate::gap::Gap;
use crate::reading::complete;

const PERSON: &str = "S-1-5-21-1-2-3-1001";
const CURRENT_VERSION: &str = super::os::CURRENT_VERSION;
const EVENT_LOG: &str = r"SYSTEM\CurrentControlSet\Services\EventLog";
const CHANNELS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels";
const LSA: &str = r"SYSTEM\CurrentControlSet\Control\Lsa";
const TERMINAL_SERVER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
const SECURE_BOOT: &str = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State";

/// Made once, as the catalogue takes a while to read.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| {
    let catalog = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    Judge::new(&catalog, catalog.profile("csaj-2018").unwrap()).unwrap()
});

/// A Japanese Windows 11 Pro in the company's domain, kept as the guideline wants it.
fn good_pc() -> Recorded {
    let printer =
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=161|RA4=192.168.1.9|Name=プリンター|";
    let hello = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=68|Name=@FirewallAPI.dll,-25302|EmbedCtxt=@FirewallAPI.dll,-25000|";
    let machine = firewall::tests::with_rules(&[("printer", printer), ("CoreNet-DHCP-In", hello)]);
    let machine = time_sync::tests::as_installed(sharing::tests::closed(updates::tests::up_to_date(machine)));
    system(accounts::tests::with_policy(protected(scanned(logged(machine)))))
}

/// Name, edition, network, and what Windows is set to do.
fn system(machine: Recorded) -> Recorded {
    let group = row(&[("Domain", text("PC-012")), ("Name", text("Administrators"))]);
    let user = |sid: &str, name: &str, off: bool| {
        row(&[("SID", text(sid)), ("Name", text(name)), ("Disabled", Cell::Flag(off))])
    };
    let mut machine = machine;
    for (name, value) in [
        ("EditionID", "Professional"),
        ("CurrentBuildNumber", "26200"),
        ("DisplayVersion", "25H2"),
        ("SystemRoot", r"C:\Windows"),
    ] {
        machine = machine.text(CURRENT_VERSION, name, value);
    }
    machine
        .number(CURRENT_VERSION, "UBR", 7171)
        .number(CURRENT_VERSION, "CurrentMajorVersionNumber", 10)
        .number(CURRENT_VERSION, "CurrentMinorVersionNumber", 0)
        .number(CURRENT_VERSION, "InstallDate", 1_732_406_400)
        .text(
            r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment",
            "PROCESSOR_ARCHITECTURE",
            "AMD64",
        )
        .text(super::host::COMPUTER_NAME, "ComputerName", "PC-012")
        .text(r"HARDWARE\DESCRIPTION\System\BIOS", "SystemManufacturer", "Dell Inc.")
        .text(r"HARDWARE\DESCRIPTION\System\BIOS", "SystemProductName", "Latitude 5440")
        .text(r"SYSTEM\CurrentControlSet\Control\ProductOptions", "ProductType", "WinNT")
        .text(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{1}", "DisplayName", "7-Zip 24.08")
        .number(TERMINAL_SERVER, "fDenyTSConnections", 1)
        .number(&format!(r"{TERMINAL_SERVER}\WinStations\RDP-Tcp"), "UserAuthentication", 1)
        .number(LSA, "LmCompatibilityLevel", 5)
        .number(SECURE_BOOT, "UEFISecureBootEnabled", 1)
        .number(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System", "InactivityTimeoutSecs", 600)
        .rows(
            CIMV2,
            "Win32_ComputerSystem",
            vec![row(&[("PartOfDomain", Cell::Flag(true)), ("Domain", text("corp.example"))])],
        )
        .rows(CIMV2, "Win32_BIOS", vec![row(&[("SerialNumber", text("ABC123"))])])
        .rows(CIMV2, "Win32_OperatingSystem", vec![row(&[("MUILanguages", list(&["ja-JP"]))])])
        .rows(CIMV2, "Win32_UserAccount", vec![user("S-1-5-21-1-2-3-500", "Administrator", true)])
        .rows(CIMV2, "ASSOCIATORS OF", Vec::new())
        .rows(CIMV2, "FROM Win32_Group ", vec![group])
        .rows(CIMV2, "Win32_Service", edr::tests::services(&[("Sense", "Stopped")]))
        .rows(
            SMB,
            "MSFT_SmbServerConfiguration",
            vec![row(&[
                ("EnableSMB1Protocol", Cell::Flag(false)),
                ("RequireSecuritySignature", Cell::Flag(true)),
            ])],
        )
        .rows(
            CIMV2,
            "Win32_NetworkAdapterConfiguration",
            vec![row(&[
                ("InterfaceIndex", Cell::Number(4)),
                ("IPAddress", list(&["192.168.1.20"])),
                ("DefaultIPGateway", list(&["192.168.1.1"])),
                ("DNSServerSearchOrder", list(&["192.168.1.1"])),
            ])],
        )
        .rows(STANDARD, "MSFT_NetConnectionProfile", vec![row(&[("NetworkCategory", Cell::Number(1))])])
        .rows(
            STANDARD,
            "MSFT_NetAdapter",
            vec![row(&[
                ("InterfaceIndex", Cell::Number(4)),
                ("Name", text("Wi-Fi")),
                ("InterfaceType", Cell::Number(71)),
                ("MediaConnectState", Cell::Number(1)),
            ])],
        )
        .rows(STANDARD, "MSFT_NetNeighbor", Vec::new())
        .rows(
            TPM,
            "Win32_Tpm",
            vec![row(&[
                ("IsEnabled_InitialValue", Cell::Flag(true)),
                ("IsActivated_InitialValue", Cell::Flag(true)),
                ("SpecVersion", text("2.0, 0, 1.59")),
            ])],
        )
        .api(Api::Wireless, "", Ok(vec![wifi::tests::connected(9, 4)]))
        .api(Api::PortMappings, "192.168.1.1", Ok(Vec::new()))
        .api(Api::UsbStorage, "", Ok(Vec::new()))
        .api(Api::Extensions, r"C:\Users\佐藤", Ok(Vec::new()))
        .text(
            &format!(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{PERSON}"),
            "ProfileImagePath",
            r"C:\Users\佐藤",
        )
        .datum(
            Hive::Users,
            &format!(r"{PERSON}\Control Panel\Desktop"),
            "ScreenSaveActive",
            Datum::Text("0".into()),
        )
}

/// BitLocker on, with a recovery password.
fn protected(machine: Recorded) -> Recorded {
    let disk = row(&[
        ("DeviceID", text("C:")),
        ("DriveType", Cell::Number(3)),
        ("Size", text("1000")),
        ("FreeSpace", text("400")),
    ]);
    let volume = row(&[
        ("DriveLetter", text("C:")),
        ("DeviceID", text(r"\\?\Volume{1}\")),
        ("ProtectionStatus", Cell::Number(1)),
        ("ConversionStatus", Cell::Number(1)),
        ("EncryptionMethod", Cell::Number(7)),
    ]);
    let ids =
        |ids: &[&str]| vec![row(&[("ReturnValue", Cell::Number(0)), ("VolumeKeyProtectorID", list(ids))])];
    machine
        .rows(CIMV2, "Win32_LogicalDisk", vec![disk])
        .rows(BITLOCKER, "FROM Win32_EncryptableVolume", vec![volume])
        .rows(BITLOCKER, "GetKeyProtectors(1)", ids(&["{T}"]))
        .rows(BITLOCKER, "GetKeyProtectors(3)", ids(&["{R}"]))
        .rows(BITLOCKER, "GetKeyProtectors", ids(&[]))
}

/// Defender on and current, full scans every week, mail scanned.
fn scanned(machine: Recorded) -> Recorded {
    let scan = |day: &str| {
        row(&[("TimeCreated", text(&format!("{day}030000.000000+000"))), ("ScanParametersIndex", text("2"))])
    };
    let status = row(&[
        ("AntivirusEnabled", Cell::Flag(true)),
        ("RealTimeProtectionEnabled", Cell::Flag(true)),
        ("DefenderSignaturesOutOfDate", Cell::Flag(false)),
        ("AntivirusSignatureLastUpdated", text("20261123200000.000000+000")),
        ("FullScanEndTime", text("20261120040000.000000+000")),
        ("QuickScanEndTime", text("20261123040000.000000+000")),
        ("AMRunningMode", text("Normal")),
    ]);
    let registered = row(&[
        ("displayName", text("Windows Defender")),
        ("instanceGuid", text("{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}")),
        ("productState", Cell::Number(397_568)),
    ]);
    let preference = row(&[
        ("ScanParameters", Cell::Number(2)),
        ("ScanScheduleDay", Cell::Number(6)),
        ("DisableEmailScanning", Cell::Flag(false)),
    ]);
    machine
        .rows(SECURITY_CENTER, "AntiVirusProduct", vec![registered])
        .rows(DEFENDER, "MSFT_MpComputerStatus", vec![status])
        .rows(DEFENDER, "MSFT_MpPreference", vec![preference])
        .rows(DEFENDER, "MSFT_MpThreat", Vec::new())
        .api(Api::Events, antivirus::SCANS, Ok(vec![scan("20261120"), scan("20261113"), scan("20261106")]))
}

/// Logs of 64 MB that are archived when full, in a folder that compresses.
fn logged(machine: Recorded) -> Recorded {
    let mut machine = machine;
    let oldest = || Ok(vec![row(&[("TimeCreated", text("20260801000000.000000+000"))])]);
    for (key, name) in [
        (format!(r"{EVENT_LOG}\System"), "System"),
        (format!(r"{EVENT_LOG}\Security"), "Security"),
        (format!(r"{EVENT_LOG}\Application"), "Application"),
        (format!(r"{CHANNELS}\{}", antivirus::LOG), antivirus::LOG),
    ] {
        machine = machine
            .number(&key, "Enabled", 1)
            .number(&key, "MaxSize", 67_108_864)
            .number(&key, "Retention", 0xFFFF_FFFF)
            .number(&key, "AutoBackupLogFiles", 1)
            .api(Api::OldestRecord, name, oldest());
    }
    let folder = archives::tests::file(".", "20261101", true);
    machine.api(Api::ArchivedLogs, r"C:\Windows\System32\winevt\Logs", Ok(vec![folder]))
}

fn document(kind: &str, id: &str, facts: Value) -> FactDocument {
    let now = Recorded::default().now();
    let whole = json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": kind, "id": id}, "source": "import",
        "collected_at": now, "facts": facts,
    });
    FactDocument::parse(whole.to_string().as_bytes()).unwrap()
}

/// A machine's facts, with what people state, judged: the verdict of each statement on the machine or its domain.
fn judged(machine: Recorded) -> Vec<(String, Outcome)> {
    let now: At = machine.now();
    let (mut facts, _) = complete(SubjectKind::Device, read_all(&machine));
    let procedures: Vec<&str> =
        vec!["patching", "recovery-key", "full-scan", "mail-scanning", "firewall", "remote-desktop"];
    let agreed = |id: &&str| json!({"document": id, "version": "1", "at": now, "by": "佐藤"});
    facts.insert("agreements".into(), procedures.iter().map(agreed).collect());
    facts.insert("allowed_peers".into(), json!([{"address": "192.168.1.9", "role": "printer"}]));
    facts.insert(
        "recovery_key".into(),
        json!({"printed": true, "kept_where": "本社金庫", "protector_ids": ["{R}"], "recorded_by": "管理"}),
    );
    let everywhere = |value: Value| json!({"set": true, "value": value, "gpo": "Baseline", "reaches": ["domain_controllers", "servers", "workstations"]});
    let policy = json!({
        "lm_compatibility_level": everywhere(json!(5)), "no_lm_hash": everywhere(json!(true)),
        "smb1_server_off": everywhere(json!(true)), "smb1_client_off": everywhere(json!(true)),
    });
    let listed: Vec<Value> = procedures.iter().map(|id| json!({"id": id, "version": "1"})).collect();
    let documents = [
        document("device", "PC-012", Value::Object(facts)),
        document(
            "server",
            "SV-01",
            json!({"protocols": {"smb1_server": false, "smb1_client": false, "lm_compatibility_level": 5, "no_lm_hash": true}}),
        ),
        document("domain", "corp.example", json!({"policy": policy})),
        document("company", "company", json!({"procedures": listed})),
    ];
    let snapshot = Snapshot::of(documents.iter().map(|document| ("a", document)));
    let verdicts = JUDGE.all(&snapshot, now);
    let of_pc = |kind: SubjectKind| matches!(kind, SubjectKind::Device | SubjectKind::Domain);
    let shown = verdicts.iter().filter(|verdict| of_pc(verdict.subject.kind));
    for verdict in shown.clone().filter(|verdict| verdict.verdict != Outcome::Pass) {
        println!("{} {:?}: {}", verdict.statement.0, verdict.verdict, verdict.reason.en);
    }
    shown.map(|verdict| (verdict.statement.0.clone(), verdict.verdict)).collect()
}

/// Statements on which a PC's own facts decide.
const OF_THE_PC: [&str; 10] = [
    "5.1.3-1", "5.1.4-1", "5.1.5-1", "5.1.6-1", "5.1.7-1", "5.1.8-1", "5.2.1-1", "6.1.1-1", "6.2.1-1",
    "8.2.2-1",
];

fn check(machine: Recorded, but: &[(&str, Outcome)]) {
    let verdicts = judged(machine);
    for statement in OF_THE_PC {
        let found = verdicts.iter().find(|(id, _)| id == statement).map(|(_, verdict)| *verdict);
        let expected =
            but.iter().find(|(id, _)| *id == statement).map_or(Outcome::Pass, |(_, verdict)| *verdict);
        assert_eq!(found, Some(expected), "{statement}");
    }
}

#[test]
fn a_well_kept_pc_meets_what_is_asked_of_it() {
    check(good_pc(), &[]);
}

#[test]
fn each_fault_fails_its_own_statement() {
    let fail = |machine: Recorded, ids: &[&str]| {
        let but: Vec<_> = ids.iter().map(|id| (*id, Outcome::Fail)).collect();
        check(machine, &but);
    };
    let rules = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";
    let shares = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares";
    let discovery = sharing::tests::group("@FirewallAPI.dll,-32752", "RA4=192.168.1.9|");
    fail(good_pc().text(rules, "NETDIS", &discovery), &["5.2.1-1", "6.2.1-1"]);
    let work = Datum::Texts(vec![r"Path=C:\work".into(), "Type=0".into()]);
    fail(good_pc().datum(Hive::Machine, shares, "work", work), &["5.2.1-1", "6.2.1-1"]);
    let drive = format!(r"{PERSON}\Network\Z");
    fail(
        good_pc().datum(Hive::Users, &drive, "RemotePath", Datum::Text(r"\\nas\photo".into())),
        &["5.2.1-1"],
    );
    fail(good_pc().number(TERMINAL_SERVER, "fDenyTSConnections", 0), &["5.1.8-1"]);
    fail(good_pc().number(LSA, "LmCompatibilityLevel", 3), &["6.1.1-1"]);
    fail(good_pc().number(&format!(r"{EVENT_LOG}\Security"), "Retention", 0), &["8.2.2-1"]);
    let loose = vec![
        archives::tests::file(".", "20261101", false),
        archives::tests::file("Archive-Security-1.evtx", "20260901", false),
    ];
    fail(good_pc().api(Api::ArchivedLogs, r"C:\Windows\System32\winevt\Logs", Ok(loose)), &["8.2.2-1"]);
    let searched = row(&[("LastSearchSuccessDate", text("20260901000000.000000+000"))]);
    fail(good_pc().api(Api::UpdateResults, "", Ok(vec![searched])), &["5.1.3-1"]);
    let waits = row(&[
        ("KBArticleIDs", list(&["5046999"])),
        ("CategoryIDs", list(&["0fa1201d-4330-4fa8-8ae9-b877473b6441"])),
        ("LastDeploymentChangeTime", text("20260901000000.000000+000")),
    ]);
    fail(good_pc().api(Api::PendingUpdates, "", Ok(vec![waits])), &["5.1.3-1"]);
    let one = row(&[("TimeCreated", text("20261120030000.000000+000")), ("ScanParametersIndex", text("2"))]);
    fail(good_pc().api(Api::Events, antivirus::SCANS, Ok(vec![one])), &["5.1.5-1"]);
}

/// A member server: no Security Center, no wireless, logs on another drive, access to shares recorded.
fn server() -> Recorded {
    let machine = good_pc()
        .text(CURRENT_VERSION, "EditionID", "ServerStandard")
        .text(CURRENT_VERSION, "InstallationType", "Server")
        .text(CURRENT_VERSION, "CurrentBuildNumber", "20348")
        .text(r"SYSTEM\CurrentControlSet\Control\ProductOptions", "ProductType", "ServerNT")
        .api(Api::Wireless, "", Err(Gap::not_supported("wlanapi.dll: 0x8007007E")))
        .api(Api::AuditPolicy, "", Ok(vec![row(&[("Setting", Cell::Number(3))])]));
    ["System", "Security", "Application"].into_iter().fold(machine, |machine, name| {
        machine.text(&format!(r"{EVENT_LOG}\{name}"), "File", &format!(r"D:\logs\{name}.evtx"))
    })
}

#[test]
fn a_member_server() {
    let (facts, misses) = complete(SubjectKind::Server, read_all(&server()));
    let at = |path: &str| Value::Object(facts.clone()).pointer(path).cloned().unwrap_or_default();
    assert_eq!(at("/os/product"), "Windows Server 2022");
    assert_eq!((at("/sharing/access_logged"), at("/host/domain_joined")), (json!(true), json!(true)));
    assert_eq!(at("/host/roles"), json!([]));
    let why = |path: &str| misses.iter().find(|miss| miss.at == path).map(|miss| miss.why);
    assert_eq!(why("wifi"), Some(Why::NotSupported));
    assert_eq!(why("updates.automatic"), Some(Why::NotFound), "a server's default is not guessed");
    let channels = at("/event_logs/channels");
    let drives: Vec<_> =
        channels.as_array().unwrap().iter().map(|one| one["on_boot_drive"].clone()).collect();
    assert_eq!(drives.iter().filter(|on| **on == json!(false)).count(), 3, "{channels}");
}

/// A person without administrator rights: what is refused then, from Microsoft's documents of each interface.
#[test]
fn a_person_without_administrator_rights() {
    let denied = || Gap::denied("0x80041003");
    let machine = Recorded::default().fails(BITLOCKER, "Win32_EncryptableVolume", denied()).fails(
        TPM,
        "Win32_Tpm",
        denied(),
    );
    let machine =
        machine.beside(good_pc()).api(Api::OldestRecord, "Security", Err(Gap::denied("0x80070005")));
    let (facts, misses) = complete(SubjectKind::Device, read_all(&machine));
    let why = |path: &str| misses.iter().find(|miss| miss.at == path).map(|miss| miss.why);
    assert_eq!(why("volumes.protection"), Some(Why::Denied));
    assert_eq!(why("event_logs.channels.oldest_at"), Some(Why::Denied));
    assert_eq!(why("tpm"), Some(Why::Denied));
    for section in
        ["os", "updates", "software", "antivirus", "firewall", "sharing", "protocols", "wifi", "time_sync"]
    {
        assert!(facts.contains_key(section), "{section}");
    }
}

#[test]
fn what_may_not_be_read_is_not_known() {
    let unknown = |machine: Recorded, ids: &[&str]| {
        let but: Vec<_> = ids.iter().map(|id| (*id, Outcome::Unknown)).collect();
        check(machine, &but);
    };
    let denied = || Err(Gap::denied("0x80070005"));
    unknown(good_pc().api(Api::PendingUpdates, "", denied()), &["5.1.3-1"]);
    unknown(good_pc().api(Api::UpdateResults, "", denied()), &["5.1.3-1"]);
    unknown(good_pc().api(Api::ArchivedLogs, r"C:\Windows\System32\winevt\Logs", denied()), &["8.2.2-1"]);
    // Without administrator rights the log still tells less, and the last full scan decides.
    unknown(good_pc().api(Api::Events, antivirus::SCANS, denied()), &[]);
    let (facts, misses) = complete(SubjectKind::Device, read_all(&Recorded::refusing(Why::Denied)));
    assert!(
        facts.is_empty() && misses.iter().any(|miss| miss.at == "sharing" || miss.section() == "sharing")
    );
}
