//! Section `host`: the machine, its domain, what it serves.

use model::facts::{Host, ServerRole};

use super::root::{Root, absent_is_none};
use super::{Here, process, samba};
use crate::gap::Gap;
use crate::reading::Gaps;
use crate::text;

/// Programs that show what a server serves.
const ROLES: [(ServerRole, &[&str]); 6] = [
    (ServerRole::DomainController, &["samba"]),
    (ServerRole::FileServer, &["smbd", "nfsd"]),
    (ServerRole::Dhcp, &["dhcpd", "kea-dhcp4"]),
    (ServerRole::Dns, &["named", "unbound", "pdns_server"]),
    (ServerRole::Nps, &["freeradius", "radiusd"]),
    (
        ServerRole::Application,
        &["nginx", "apache2", "httpd", "postgres", "mysqld", "mariadbd", "mongod", "redis-server"],
    ),
];
/// How virtual machines name themselves in their firmware.
const VIRTUAL: [&str; 11] = [
    "qemu",
    "kvm",
    "vmware",
    "virtualbox",
    "virtual machine",
    "xen",
    "bochs",
    "amazon ec2",
    "google compute engine",
    "parallels",
    "openstack",
];

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Host, Gap> {
    let root = &here.root;
    let hardware = |file: &str| Ok(text::clean(&root.line(&format!("/sys/class/dmi/id/{file}"))?));
    let joined = joined(here);
    if let Err(gap) = &joined {
        gaps.note("domain", gap.clone());
    }
    let domain = gaps.keep("domain_joined", joined);
    Ok(Host {
        hostname: gaps.keep("hostname", name(root)),
        manufacturer: gaps.keep("manufacturer", hardware("sys_vendor")),
        model: gaps.keep("model", hardware("product_name")),
        serial: gaps.keep("serial", hardware("product_serial")),
        virtual_machine: gaps.keep("virtual_machine", is_virtual(root)),
        domain_joined: domain.as_ref().map(Option::is_some),
        domain: domain.map(Option::unwrap_or_default),
        roles: gaps.keep("roles", roles(here)),
        language: gaps.keep("language", language(root)),
    })
}

/// The host name as the kernel has it.
pub(crate) fn name(root: &Root) -> Result<String, Gap> {
    let name = text::clean(&root.line("/proc/sys/kernel/hostname")?);
    if name.is_empty() || name == "(none)" { Err(Gap::not_found("no host name is set")) } else { Ok(name) }
}

fn is_virtual(root: &Root) -> Result<bool, Gap> {
    let processor = root.text("/proc/cpuinfo")?;
    // On x86 every hypervisor shows itself in the flags; other processors have no such flag, their firmware tells.
    let flags = processor.lines().find_map(|line| line.strip_prefix("flags")).map(|flags| flags.trim_start());
    if let Some(flags) = flags {
        return Ok(flags.split_whitespace().any(|flag| flag == "hypervisor"));
    }
    let maker = root.line("/sys/class/dmi/id/sys_vendor")?;
    let model = root.line("/sys/class/dmi/id/product_name")?;
    let names = format!("{maker} {model}").to_lowercase();
    Ok(VIRTUAL.iter().any(|name| names.contains(name)))
}

/// The domain's DNS name when the machine belongs to one, after `sssd.conf` and `smb.conf`.
fn joined(here: &Here) -> Result<Option<String>, Gap> {
    // sssd.conf is for root alone; when it is not there, nobody joined with it.
    if let Some(text) = here.root.text_if_there("/etc/sssd/sssd.conf")?
        && let Some(domain) = sssd_domain(&text)
    {
        return Ok(Some(domain));
    }
    Ok(here.root.text_if_there(samba::CONFIG)?.and_then(|text| samba::Config::parse(&text).domain()))
}

/// The first domain of a directory (not of local files) in `sssd.conf`.
fn sssd_domain(text: &str) -> Option<String> {
    let mut section = None;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name.strip_prefix("domain/");
        } else if let (Some(domain), Some((key, value))) = (section, line.split_once('='))
            && key.trim() == "id_provider"
            && matches!(value.trim(), "ad" | "ipa" | "ldap")
        {
            return Some(text::clean(domain));
        }
    }
    None
}

fn roles(here: &Here) -> Result<Vec<ServerRole>, Gap> {
    let running = process::running(here)?;
    Ok(ROLES.iter().filter(|(_, names)| running.any(names)).map(|(role, _)| *role).collect())
}

/// The system's language, `ja-JP`, from `LANG=ja_JP.UTF-8`.
fn language(root: &Root) -> Result<String, Gap> {
    for path in ["/etc/locale.conf", "/etc/default/locale"] {
        if let Some(text) = absent_is_none(root.text(path))?
            && let Some(value) = text.lines().find_map(|line| line.trim().strip_prefix("LANG="))
        {
            return Ok(language_tag(value));
        }
    }
    Err(Gap::not_found("no LANG in /etc/locale.conf or /etc/default/locale"))
}

fn language_tag(locale: &str) -> String {
    let name = locale.trim_matches(['"', '\'', ' ']).split(['.', '@']).next().unwrap_or_default();
    // The C locale is English by definition.
    if matches!(name, "" | "C" | "POSIX") { "en".into() } else { text::clean(&name.replace('_', "-")) }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn a_domain_member_in_a_virtual_machine() {
        let (_folder, here) = Here::with(&[
            ("/proc/sys/kernel/hostname", b"SV-001\n"),
            ("/proc/cpuinfo", b"processor\t: 0\nflags\t\t: fpu hypervisor sse\n"),
            ("/sys/class/dmi/id/sys_vendor", b"QEMU\n"),
            ("/sys/class/dmi/id/product_name", b"Standard PC\n"),
            ("/etc/sssd/sssd.conf", b"[sssd]\ndomains = corp\n[domain/corp.example]\nid_provider = ad\n"),
            ("/etc/locale.conf", b"LANG=\"ja_JP.UTF-8\"\n"),
            ("/proc/1/comm", b"systemd\n"),
            ("/proc/9/comm", b"smbd\n"),
        ]);
        let mut gaps = Gaps::of("host");
        let host = read(&here, &mut gaps).unwrap();
        assert_eq!(host.hostname.as_deref(), Some("SV-001"));
        assert_eq!(host.virtual_machine, Some(true));
        assert_eq!((host.domain_joined, host.domain.as_deref()), (Some(true), Some("corp.example")));
        assert_eq!(host.roles, Some(vec![ServerRole::FileServer]));
        assert_eq!(host.language.as_deref(), Some("ja-JP"));
        assert_eq!(gaps.why("serial"), Some(Why::NotFound));
    }

    #[test]
    fn a_plain_machine_belongs_to_no_domain() {
        let (_folder, here) = Here::with(&[("/proc/cpuinfo", b"flags : fpu\n")]);
        let mut gaps = Gaps::of("host");
        let host = read(&here, &mut gaps).unwrap();
        assert_eq!((host.domain_joined, host.domain.as_deref()), (Some(false), Some("")));
        assert_eq!(host.virtual_machine, Some(false));
        assert_eq!(host.hostname, None);
        assert_eq!(gaps.why("roles"), Some(Why::NotFound));
    }

    #[test]
    fn languages() {
        let check = |locale: &str, expected: &str| assert_eq!(language_tag(locale), expected);
        check("ja_JP.UTF-8", "ja-JP");
        check("C.UTF-8", "en");
        check("\"de_DE@euro\"", "de-DE");
        check("\u{fffd}", "\u{fffd}");
    }

    #[test]
    fn local_domains_of_sssd_do_not_count() {
        assert_eq!(sssd_domain("[domain/local]\nid_provider = files\n"), None);
        assert_eq!(sssd_domain("id_provider = ad"), None);
    }
}
