//! Recorded machines that together bring every reader to ask everything it can ask. For tests.

use super::machine::{Api, Cell, Datum, Hive};
use super::recorded::{Recorded, list, row, text};
use crate::gap::Gap;

/// Machines that together bring the readers to ask everything they can ask: an installed PC of today, one of a domain
/// used without administrator rights, a server, and one that knows nothing.
pub(crate) fn whole() -> Vec<Recorded> {
    vec![pc(), member(), server(), Recorded::default()]
}

const PERSON: &str = "S-1-5-21-1-2-3-1001";

pub(crate) fn pc() -> Recorded {
    let uninstall = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
    let mut machine = Recorded::default()
        .text(super::host::COMPUTER_NAME, "ComputerName", "PC-012")
        .text(r"SYSTEM\CurrentControlSet\Control\ProductOptions", "ProductType", "WinNT")
        .text(super::os::CURRENT_VERSION, "CurrentBuildNumber", "19045")
        .text(super::os::CURRENT_VERSION, "EditionID", "Professional")
        .text(super::os::CURRENT_VERSION, "InstallationType", "Client")
        .text(super::os::CURRENT_VERSION, "SystemRoot", r"C:\Windows")
        .number(super::os::CURRENT_VERSION, "UBR", 6575);
    for (hive, key, name) in [
        (Hive::Machine, uninstall.to_owned(), "広い"),
        (Hive::Machine32, uninstall.to_owned(), "狭い"),
        (Hive::Users, format!(r"{PERSON}\{uninstall}"), "自分の"),
    ] {
        let key = format!(r"{key}\x'{{1}}");
        machine = machine
            .datum(hive, &key, "DisplayName", Datum::Text(name.into()))
            .datum(hive, &key, "SystemComponent", Datum::Number(0))
            .datum(hive, &key, "Publisher", Datum::Bytes(vec![1, 255]));
    }
    machine = machine
        .datum(
            Hive::Users,
            &format!(r"{PERSON}\Control Panel\Desktop"),
            "ScreenSaveActive",
            Datum::Text("1".into()),
        )
        .datum(Hive::Users, "S-1-5-18", "x", Datum::Other);
    let firewall = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
    for profile in ["DomainProfile", "StandardProfile", "PublicProfile"] {
        machine = machine.number(&format!(r"{firewall}\{profile}"), "EnableFirewall", 1);
    }
    machine = machine.text(
        &format!(r"{firewall}\FirewallRules"),
        "RemoteDesktop",
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=a|",
    );
    for log in ["Application", "Security"] {
        let key = format!(r"SYSTEM\CurrentControlSet\Services\EventLog\{log}");
        machine = machine.number(&key, "MaxSize", 20_971_520).number(&key, "Retention", 0xFFFF_FFFF);
    }
    let channels = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels";
    machine = machine.number(&format!(r"{channels}\Microsoft-Windows-NTLM/Operational"), "Enabled", 1);
    machine = machine.key(r"SYSTEM\CurrentControlSet\Services\mrxsmb10");
    objects(personal(machine))
}

/// What the PC's person has set up, and what Windows tells of it.
fn personal(machine: Recorded) -> Recorded {
    let of_person = |machine: Recorded, key: &str, name: &str, value: &str| {
        machine.datum(Hive::Users, &format!(r"{PERSON}\{key}"), name, Datum::Text(value.into()))
    };
    let profile = format!(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{PERSON}");
    let input = r"SOFTWARE\Microsoft\CTF\TIP\{1}\LanguageProfile\0x00000411\{2}";
    let scan = row(&[("TimeCreated", text("20261120030000.000000+000")), ("ScanParametersIndex", text("2"))]);
    let begun = || Ok(vec![row(&[("TimeCreated", text("20261101000000.000000+000"))])]);
    let added = row(&[("Browser", text("Google Chrome")), ("Extensions", Cell::Number(2))]);
    let stick = row(&[
        ("FriendlyName", text("BUFFALO USB Flash Disk USB Device")),
        ("SerialHash", text(&crate::text::hash(b"0123ABC"))),
        ("LastArrivalDate", text("20261120090000.000000+000")),
    ]);
    let machine = machine
        .text(&profile, "ProfileImagePath", r"%SystemDrive%\Users\佐藤")
        .text(input, "Description", "ATOK")
        .number(super::os::CURRENT_VERSION, "InstallDate", 1_793_491_200)
        .number(r"SOFTWARE\Microsoft\Policies\LAPS", "BackupDirectory", 1)
        .api(Api::Extensions, r"C:\Users\佐藤", Ok(vec![added]))
        .api(Api::Events, super::antivirus::SCANS, Ok(vec![scan]))
        .api(Api::OldestRecord, super::antivirus::LOG, begun())
        .api(Api::OldestRecord, "Security", Err(Gap::denied("0x80070005")))
        .api(Api::Events, super::accounts::LAPS_CHANGES, begun())
        .api(Api::UsbStorage, "", Ok(vec![stick]))
        .api(Api::Wireless, "", Ok(vec![super::wifi::tests::connected(9, 4)]))
        .api(Api::PortMappings, "192.168.1.1", Ok(Vec::new()));
    let machine = of_person(
        machine,
        r"Software\Microsoft\Windows\CurrentVersion\Lxss\{1}",
        "DistributionName",
        "Ubuntu",
    );
    let machine = of_person(machine, r"Network\Z", "RemotePath", r"\\nas\work");
    let machine = of_person(machine, r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run", "Dropbox", "secret");
    let settings = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    let machine = of_person(machine, settings, "AutoConfigURL", "http://sato:secret@proxy.example/proxy.pac");
    let machine =
        of_person(machine, r"Software\Microsoft\OneDrive\Accounts\Business1", "UserFolder", r"C:\OneDrive");
    let machine = super::updates::tests::up_to_date(super::time_sync::tests::as_installed(machine));
    super::accounts::tests::with_policy(machine)
}

/// A PC of a domain whose person is no administrator, with antivirus of other makers.
fn member() -> Recorded {
    let product = |name: &str| row(&[("displayName", text(name)), ("productState", Cell::Number(266_240))]);
    let disk = row(&[("DeviceID", text("C:")), ("DriveType", Cell::Number(3))]);
    let told = row(&[("BitLockerProtection", Cell::Number(1))]);
    let time = r"SYSTEM\CurrentControlSet\Services\W32Time";
    Recorded::default()
        .rows(
            super::machine::SECURITY_CENTER,
            "AntiVirusProduct",
            ["Trend Micro Apex One", "ESET Security", "Symantec Endpoint Protection", "Kaspersky"]
                .map(product)
                .to_vec(),
        )
        .datum(
            Hive::Machine32,
            r"SOFTWARE\ESET\ESET Security\CurrentVersion\Info",
            "ScannerVersion",
            Datum::Text("30123 (20261123)".into()),
        )
        .rows(super::machine::CIMV2, "Win32_LogicalDisk", vec![disk])
        .rows(super::machine::CIMV2, "Win32_Service", super::edr::tests::services(&[("Sense", "Stopped")]))
        .fails(super::machine::BITLOCKER, "Win32_EncryptableVolume", Gap::denied("0x80041003"))
        .api(Api::VolumeProtection, "C:", Ok(vec![told]))
        .number(time, "Start", 3)
        .text(&format!(r"{time}\Parameters"), "Type", "NT5DS")
        .text(r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters", "Domain", "corp.example")
}

/// What WMI says of the PC.
fn objects(machine: Recorded) -> Recorded {
    use super::machine::{BITLOCKER, CIMV2, STANDARD};
    let names = |domain: &str, name: &str| vec![row(&[("Domain", text(domain)), ("Name", text(name))])];
    let member = row(&[("SID", text("S-1-5-21-1-2-3-500")), ("Caption", text(r"PC-012\管理者"))]);
    let user =
        row(&[("SID", text("S-1-5-21-1-2-3-500")), ("Name", text("管理者")), ("Disabled", Cell::Flag(true))]);
    let disk = row(&[
        ("DeviceID", text("C:")),
        ("DriveType", Cell::Number(3)),
        ("Size", text("18446744073709551615")),
        ("FreeSpace", text("400")),
    ]);
    let volume = row(&[
        ("DriveLetter", text("C:")),
        ("DeviceID", text(r"\\?\Volume{1}\")),
        ("EncryptionMethod", Cell::Number(7)),
    ]);
    let status = row(&[("ReturnValue", Cell::Number(0)), ("ProtectionStatus", Cell::Number(1))]);
    let progress = row(&[
        ("ReturnValue", Cell::Number(0)),
        ("ConversionStatus", Cell::Number(2)),
        ("EncryptionPercentage", Cell::Number(40)),
    ]);
    let ids = row(&[("ReturnValue", Cell::Number(0)), ("VolumeKeyProtectorID", list(&["{T}"]))]);
    let card = row(&[
        ("InterfaceIndex", Cell::Number(4)),
        ("IPAddress", list(&["192.168.1.20"])),
        ("DefaultIPGateway", list(&["192.168.1.1"])),
        ("DNSServerSearchOrder", Cell::Nothing),
    ]);
    machine
        .rows(CIMV2, "S-1-5-32-544", names("PC-012", r#"Admin "x" \ s"#))
        .rows(CIMV2, "S-1-5-32-555", names("PC-012", "Remote Desktop Users"))
        .rows(CIMV2, "ASSOCIATORS OF", vec![member])
        .rows(CIMV2, "Win32_UserAccount", vec![user])
        .rows(CIMV2, "Win32_LogicalDisk", vec![disk])
        .rows(CIMV2, "Win32_NetworkAdapterConfiguration", vec![card])
        .rows(CIMV2, "Win32_OperatingSystem", vec![row(&[("MUILanguages", list(&["ja-JP"]))])])
        .rows(STANDARD, "MSFT_NetConnectionProfile", vec![row(&[("NetworkCategory", Cell::Number(1))])])
        .rows(BITLOCKER, "FROM Win32_EncryptableVolume", vec![volume])
        .rows(BITLOCKER, "GetProtectionStatus", vec![status])
        .rows(BITLOCKER, "GetConversionStatus", vec![progress])
        .rows(BITLOCKER, "GetKeyProtectors", vec![ids])
        .fails(super::machine::TPM, "Win32_Tpm", Gap::denied("0x80041003"))
        .fails(super::machine::DEFENDER, "MSFT_MpPreference", Gap::timeout("slow"))
        .rows(
            super::machine::DEFENDER,
            "MSFT_MpComputerStatus",
            vec![row(&[
                ("AntivirusEnabled", Cell::Flag(true)),
                ("QuickScanEndTime", text("20261123040000.000000+540")),
            ])],
        )
        .rows(super::machine::DEFENDER, "MSFT_MpThreat", Vec::new())
}

fn server() -> Recorded {
    Recorded::default()
        .text(r"SYSTEM\CurrentControlSet\Control\ProductOptions", "ProductType", "ServerNT")
        .datum(
            Hive::Machine,
            r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares",
            "work",
            Datum::Texts(vec!["CSCFlags=0".into()]),
        )
        .number(r"SYSTEM\CurrentControlSet\Services\W3SVC", "Start", 2)
        .text(super::os::CURRENT_VERSION, "CurrentBuildNumber", "20348")
        .text(super::os::CURRENT_VERSION, "DisplayVersion", "21H2")
        .text(super::os::CURRENT_VERSION, "InstallationType", "Server")
        .text(super::os::CURRENT_VERSION, "EditionID", "ServerStandard")
}
