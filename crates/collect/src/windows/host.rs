//! Section `host`: the machine, its domain, what it serves.

use model::facts::{Host, ServerRole};

use super::machine::{CIMV2, Machine};
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

pub(crate) const COMPUTER_NAME: &str = r"SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName";
const BIOS: &str = r"HARDWARE\DESCRIPTION\System\BIOS";
const PRODUCT_OPTIONS: &str = r"SYSTEM\CurrentControlSet\Control\ProductOptions";
const SERVICES: &str = r"SYSTEM\CurrentControlSet\Services";
const SHARES: &str = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares";
/// A service that starts with Windows.
const AUTOMATIC: u64 = 2;
/// Services that show what a server serves.
const ROLES: [(ServerRole, &[&str]); 5] = [
    (ServerRole::Iis, &["W3SVC"]),
    (ServerRole::Dhcp, &["DHCPServer"]),
    (ServerRole::Dns, &["DNS"]),
    (ServerRole::Nps, &["IAS"]),
    (
        ServerRole::Application,
        &["MSSQLSERVER", "MSSQL$SQLEXPRESS", "OracleServiceORCL", "MySQL80", "MariaDB"],
    ),
];
/// Shares that a domain controller has by itself.
const CONTROLLER_SHARES: [&str; 2] = ["SYSVOL", "NETLOGON"];
/// How virtual machines name themselves in their firmware.
const VIRTUAL: [&str; 10] = [
    "virtual machine",
    "vmware",
    "virtualbox",
    "qemu",
    "kvm",
    "xen",
    "bochs",
    "parallels",
    "amazon ec2",
    "google compute engine",
];

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Host, Gap> {
    let system = machine.one(CIMV2, "SELECT PartOfDomain, Domain FROM Win32_ComputerSystem");
    let serial = machine.one(CIMV2, "SELECT SerialNumber FROM Win32_BIOS");
    let languages = machine.one(CIMV2, "SELECT MUILanguages FROM Win32_OperatingSystem");
    let maker = machine.needed_text(BIOS, "SystemManufacturer");
    let model = machine.needed_text(BIOS, "SystemProductName");
    let virtual_machine = maker.clone().and_then(|maker| Ok(is_virtual(&maker, &model.clone()?)));
    let joined = system.and_then(|system| {
        let joined =
            system.flag("PartOfDomain").ok_or_else(|| Gap::not_found("Win32_ComputerSystem.PartOfDomain"))?;
        // Without a domain, WMI gives the name of the workgroup here.
        Ok((joined, if joined { system.text("Domain").unwrap_or_default() } else { String::new() }))
    });
    if let Err(gap) = &joined {
        gaps.note("domain", gap.clone());
    }
    let (domain_joined, domain) = gaps.keep("domain_joined", joined).unzip();
    Ok(Host {
        hostname: gaps.keep("hostname", machine.needed_text(COMPUTER_NAME, "ComputerName")),
        manufacturer: gaps.keep("manufacturer", maker),
        model: gaps.keep("model", model),
        serial: gaps.keep(
            "serial",
            serial.and_then(|row| given(row.text("SerialNumber"), "Win32_BIOS.SerialNumber")),
        ),
        virtual_machine: gaps.keep("virtual_machine", virtual_machine),
        domain_joined,
        domain,
        roles: gaps.keep("roles", roles(machine)),
        language: gaps.keep(
            "language",
            languages.and_then(|row| {
                given(row.texts("MUILanguages").and_then(|all| all.into_iter().next()), "MUILanguages")
            }),
        ),
    })
}

fn given<T>(value: Option<T>, what: &str) -> Result<T, Gap> {
    value.ok_or_else(|| Gap::not_found(what))
}

fn is_virtual(maker: &str, model: &str) -> bool {
    let names = format!("{maker} {model}").to_lowercase();
    VIRTUAL.iter().any(|name| names.contains(name))
}

/// What a server serves; a client serves nothing.
fn roles(machine: &dyn Machine) -> Result<Vec<ServerRole>, Gap> {
    let product = machine.needed_text(PRODUCT_OPTIONS, "ProductType")?;
    if product.eq_ignore_ascii_case("WinNT") {
        return Ok(Vec::new());
    }
    let mut roles = Vec::new();
    if product.eq_ignore_ascii_case("LanmanNT") {
        roles.push(ServerRole::DomainController);
    }
    // Shares that Windows makes by itself, such as C$, are not kept here.
    let shares = machine.values(super::machine::Hive::Machine, SHARES)?.unwrap_or_default();
    if shares.iter().any(|(name, _)| !CONTROLLER_SHARES.iter().any(|own| own.eq_ignore_ascii_case(name))) {
        roles.push(ServerRole::FileServer);
    }
    for (role, services) in ROLES {
        for service in services {
            if machine.number(&format!(r"{SERVICES}\{service}"), "Start")? == Some(AUTOMATIC)
                && !roles.contains(&role)
            {
                roles.push(role);
            }
        }
    }
    Ok(roles)
}

/// The computer's name, as the domain and people know it.
#[cfg_attr(not(windows), allow(dead_code, reason = "only a live machine is asked for its name"))]
pub(crate) fn name(machine: &dyn Machine) -> Option<String> {
    let name = machine.text(COMPUTER_NAME, "ComputerName").ok().flatten()?;
    Some(text::clean(&name))
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::machine::{Cell, Datum, Hive};
    use super::super::recorded::{Recorded, list, row, text};
    use super::*;

    fn pc() -> Recorded {
        Recorded::default()
            .text(COMPUTER_NAME, "ComputerName", "PC-012")
            .text(BIOS, "SystemManufacturer", "Dell Inc.")
            .text(BIOS, "SystemProductName", "Latitude 5440")
            .text(PRODUCT_OPTIONS, "ProductType", "WinNT")
            .rows(
                CIMV2,
                "Win32_ComputerSystem",
                vec![row(&[("PartOfDomain", Cell::Flag(true)), ("Domain", text("corp.example"))])],
            )
            .rows(CIMV2, "Win32_BIOS", vec![row(&[("SerialNumber", text("ABC123"))])])
            .rows(CIMV2, "Win32_OperatingSystem", vec![row(&[("MUILanguages", list(&["ja-JP"]))])])
    }

    #[test]
    fn a_pc_in_a_domain() {
        let machine = pc();
        let host = read(&machine, &mut Gaps::of("host")).unwrap();
        assert_eq!(host.hostname.as_deref(), Some("PC-012"));
        assert_eq!((host.domain_joined, host.domain.as_deref()), (Some(true), Some("corp.example")));
        assert_eq!((host.serial.as_deref(), host.language.as_deref()), (Some("ABC123"), Some("ja-JP")));
        assert_eq!((host.virtual_machine, host.roles), (Some(false), Some(Vec::new())));
        assert_eq!(name(&machine).as_deref(), Some("PC-012"));
    }

    #[test]
    fn a_workgroup_is_no_domain() {
        let rows = vec![row(&[("PartOfDomain", Cell::Flag(false)), ("Domain", text("WORKGROUP"))])];
        let machine = Recorded::default().rows(CIMV2, "Win32_ComputerSystem", rows);
        let mut gaps = Gaps::of("host");
        let host = read(&machine, &mut gaps).unwrap();
        assert_eq!((host.domain_joined, host.domain.as_deref()), (Some(false), Some("")));
        assert_eq!(gaps.why("serial"), Some(Why::NotSupported));
    }

    #[test]
    fn servers() {
        let check = |product: &str, share: &str, expected: &[ServerRole]| {
            let machine = pc()
                .text(PRODUCT_OPTIONS, "ProductType", product)
                .datum(Hive::Machine, SHARES, share, Datum::Other)
                .number(&format!(r"{SERVICES}\DNS"), "Start", 2)
                .number(&format!(r"{SERVICES}\W3SVC"), "Start", 4);
            assert_eq!(roles(&machine).unwrap(), expected);
        };
        check("LanmanNT", "SYSVOL", &[ServerRole::DomainController, ServerRole::Dns]);
        check("ServerNT", "work", &[ServerRole::FileServer, ServerRole::Dns]);
    }

    #[test]
    fn virtual_machines() {
        assert!(is_virtual("Microsoft Corporation", "Virtual Machine"));
        assert!(!is_virtual("Microsoft Corporation", "Surface Pro 9"));
    }
}
