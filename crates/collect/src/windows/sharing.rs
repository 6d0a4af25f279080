//! Section `sharing`: discovery and sharing per network profile, shares with their rights, shares of others in use.
//!
//! Discovery and sharing are what the Settings call them: groups of firewall rules, told by their ids and never by
//! their names. Shares are those Windows offers now (WMI) together with those it keeps (`LanmanServer\Shares`).

use model::facts::{Access, MappedDrive, NetworkProfile, PerProfile, Permission, Share, Sharing};

use super::machine::{Api, CIMV2, Datum, Hive, Machine, Row};
use super::{firewall, os, security_descriptor};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

const SHARES: &str = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares";
const SECURITY: &str = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares\Security";
/// Groups of firewall rules. The second of sharing leaves out NetBIOS; creating a share may turn it on since Windows 11
/// 24H2 and Server 2025 (Microsoft: "SMB firewall rule changes").
const DISCOVERY: &[&str] = &["@FirewallAPI.dll,-32752"];
const FILE_AND_PRINTER: &[&str] = &["@FirewallAPI.dll,-28502", "@FirewallAPI.dll,-28672"];
const SHARES_MAX: usize = 2_000;
const DRIVES_MAX: usize = 500;
/// In the type of a share: made by Windows itself (`STYPE_SPECIAL`).
const SPECIAL: i64 = 0x8000_0000;
/// Shares of Windows' own that are not marked so.
const OWN: [&str; 6] = ["ADMIN$", "IPC$", "PRINT$", "FAX$", "SYSVOL", "NETLOGON"];
/// In an audit policy: successes are recorded, failures are.
const AUDITED: i64 = 1 | 2;

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Sharing, Gap> {
    let groups = firewall::groups(machine);
    let on = |ids: &[&str]| groups.clone().map(|groups| per_profile(&groups, ids));
    let shares = shares(machine, gaps).and_then(|shares| at_most(shares, SHARES_MAX, "shares"));
    let drives = mapped_drives(machine).and_then(|drives| at_most(drives, DRIVES_MAX, "mapped drives"));
    Ok(Sharing {
        discovery: gaps.keep("discovery", on(DISCOVERY)),
        file_and_printer: gaps.keep("file_and_printer", on(FILE_AND_PRINTER)),
        shares: gaps.keep("shares", shares),
        mapped_drives: gaps.keep("mapped_drives", drives),
        access_logged: gaps.keep("access_logged", access_logged(machine)),
    })
}

/// On in a profile when a rule of the group lets something in there.
fn per_profile(groups: &[(String, Vec<NetworkProfile>)], ids: &[&str]) -> PerProfile {
    let of_group = |group: &str| ids.iter().any(|id| id.eq_ignore_ascii_case(group));
    let on = |profile| groups.iter().any(|(group, holds)| of_group(group) && holds.contains(&profile));
    PerProfile {
        domain: Some(on(NetworkProfile::Domain)),
        private: Some(on(NetworkProfile::Private)),
        public: Some(on(NetworkProfile::Public)),
    }
}

fn shares(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Vec<Share>, Gap> {
    let offered = machine.query(CIMV2, "SELECT Name, Path, Type FROM Win32_Share");
    let kept = machine.values(Hive::Machine, SHARES);
    let security = machine.values(Hive::Machine, SECURITY);
    let mut shares: Vec<Share> = match &kept {
        Ok(values) => values.iter().flatten().filter_map(kept_share).collect(),
        Err(_) => Vec::new(),
    };
    match (offered, kept) {
        (Ok(rows), _) => {
            for share in rows.iter().filter_map(offered_share) {
                if !shares.iter().any(|known| is_same(known, share.name.as_deref().unwrap_or_default())) {
                    shares.push(share);
                }
            }
        }
        // The shares that are kept are all but those Windows makes by itself.
        (Err(_), Ok(Some(_))) => {}
        (Err(gap), _) => return Err(gap),
    }
    for share in shares.iter_mut().filter(|share| share.administrative != Some(true)) {
        let name = share.name.clone().unwrap_or_default();
        let found = security.clone().and_then(|values| rights(&values.unwrap_or_default(), &name));
        share.permissions = gaps.keep("shares.permissions", found);
    }
    Ok(shares)
}

fn is_same(share: &Share, name: &str) -> bool {
    share.name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
}

/// A share as WMI tells it.
fn offered_share(row: &Row) -> Option<Share> {
    let name = row.text("Name")?;
    // A number of 32 bits, which some systems hand over as negative.
    let special = row.number("Type").is_some_and(|kind| kind & SPECIAL != 0);
    Some(Share {
        administrative: Some(special || is_own(&name)),
        path: Some(row.text("Path").unwrap_or_default()),
        name: Some(name),
        permissions: None,
    })
}

/// A share as Windows keeps it: the value's name, and lines such as `Path=C:\work` and `Type=0`.
fn kept_share((name, datum): &(String, Datum)) -> Option<Share> {
    let Datum::Texts(lines) = datum else { return None };
    let line = |key: &str| {
        lines.iter().filter_map(|line| line.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case(key))
    };
    let special =
        line("Type").and_then(|(_, kind)| kind.parse::<i64>().ok()).is_some_and(|kind| kind & SPECIAL != 0);
    Some(Share {
        name: Some(text::clean(name)),
        path: Some(line("Path").map(|(_, path)| text::clean(path)).unwrap_or_default()),
        administrative: Some(special || is_own(name)),
        permissions: None,
    })
}

/// `C$` and the like.
fn is_own(name: &str) -> bool {
    let drive = name
        .strip_suffix('$')
        .is_some_and(|rest| rest.len() == 1 && rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    drive || OWN.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The rights on a share by security id; a name is added to the well-known ones by whoever shows them.
fn rights(security: &[(String, Datum)], name: &str) -> Result<Vec<Permission>, Gap> {
    let found = security.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let Some((_, Datum::Bytes(bytes))) = found else {
        return Err(Gap::not_found(format_args!(r"{SECURITY}\{name}")));
    };
    let permission =
        |(sid, access): (String, Access)| Permission { sid: Some(sid), name: None, access: Some(access) };
    at_most(security_descriptor::permissions(bytes)?, SHARES_MAX, name)
        .map(|all| all.into_iter().map(permission).collect())
}

/// Network drives of those who are logged in, connected now or not.
fn mapped_drives(machine: &dyn Machine) -> Result<Vec<MappedDrive>, Gap> {
    let mut drives = Vec::new();
    for sid in machine.people()? {
        for letter in machine.keys(Hive::Users, &format!(r"{sid}\Network"))?.unwrap_or_default() {
            let target = machine.persons_text(&sid, &format!(r"Network\{letter}"), "RemotePath")?;
            let drive = MappedDrive { letter: Some(format!("{}:", letter.to_uppercase())), target };
            // Two people may use the same.
            if !drives.contains(&drive) {
                drives.push(drive);
            }
        }
    }
    Ok(drives)
}

/// Whether a server records who reaches its shares.
fn access_logged(machine: &dyn Machine) -> Result<bool, Gap> {
    if !os::is_server(machine)? {
        return Err(Gap::not_supported("asked of servers only"));
    }
    let rows = machine.ask(Api::AuditPolicy, "")?;
    if rows.is_empty() {
        return Err(Gap::not_found("no audit policy"));
    }
    Ok(rows.iter().filter_map(|row| row.number("Setting")).any(|setting| setting & AUDITED != 0))
}

#[cfg(test)]
#[path = "sharing_tests.rs"]
pub(crate) mod tests;
