//! The changes of group policy that are offered as files, and in which order they are tried. How a change is written into a file is not known here.

use ::directory::group_policy::write::CHANGES;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// NTLM is counted before anything is forbidden.
    NtlmAudit,
    /// LAN Manager hashes are no longer kept.
    NoLmHash,
    /// Security logs are large enough and archived.
    EventLogs,
    /// Guest is off.
    GuestOff,
    /// The built-in Administrator has this name.
    RenameAdministrator(String),
    /// Twelve characters and complexity.
    PasswordPolicy,
    /// Lockout after ten failures for thirty minutes.
    Lockout,
    /// Remote Desktop with network level authentication alone.
    RdpNla,
    /// The firewall is on in every profile.
    Firewall,
    /// No network discovery, no sharing between PCs.
    DiscoveryOff,
    /// Windows LAPS keeps the local administrator's password.
    Laps,
    /// NTLMv2 alone.
    LmLevel,
    /// SMB 1 is off.
    Smb1Off,
}

/// On which machines a change is to be tried and used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole domain; what is about accounts counts only there.
    Domain,
    /// Servers and domain controllers.
    Servers,
    /// PCs.
    Workstations,
}

/// The most letters of an Administrator's new name.
pub const NAME_MAX: usize = 20;

impl Change {
    /// Every change, in the order in which it is safest to try them: what only watches first, what may break old
    /// machines last. The new name of the Administrator is given.
    #[must_use]
    pub fn all(administrator: &str) -> [Change; 13] {
        [
            Change::NtlmAudit,
            Change::EventLogs,
            Change::NoLmHash,
            Change::GuestOff,
            Change::RenameAdministrator(administrator.to_owned()),
            Change::PasswordPolicy,
            Change::Lockout,
            Change::Laps,
            Change::Firewall,
            Change::DiscoveryOff,
            Change::RdpNla,
            Change::LmLevel,
            Change::Smb1Off,
        ]
    }

    /// Its name, as `directory::group_policy::write` knows it, and the middle of its locale keys.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Change::NtlmAudit => "ntlm-audit",
            Change::NoLmHash => "no-lm-hash",
            Change::EventLogs => "event-logs",
            Change::GuestOff => "guest-off",
            Change::RenameAdministrator(_) => "rename-administrator",
            Change::PasswordPolicy => "password-policy",
            Change::Lockout => "lockout",
            Change::RdpNla => "rdp-nla",
            Change::Firewall => "firewall",
            Change::DiscoveryOff => "discovery-off",
            Change::Laps => "laps",
            Change::LmLevel => "lm-level",
            Change::Smb1Off => "smb1-off",
        }
    }

    /// The statements it serves, from the table of what can be written.
    #[must_use]
    pub fn statements(&self) -> &'static [&'static str] {
        let own = CHANGES.iter().find(|change| change.id == self.name());
        own.map_or(&[], |change| change.statements)
    }

    /// Where it counts.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Change::EventLogs => Scope::Servers,
            Change::Firewall | Change::DiscoveryOff | Change::Laps => Scope::Workstations,
            _ => Scope::Domain,
        }
    }
}

impl Scope {
    /// The last part of its locale key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Domain => "domain",
            Scope::Servers => "servers",
            Scope::Workstations => "workstations",
        }
    }
}

/// Whether Windows takes it as an account's name (sAMAccountName), and it is none of the names everybody tries first.
pub(crate) fn fit_name(name: &str) -> bool {
    let known = ["administrator", "admin", "root", "guest", "管理者"];
    (1..=NAME_MAX).contains(&name.chars().count())
        && !name.chars().any(|c| c.is_control() || "\"/\\[]:;|=,+*?<>@".contains(c))
        && !name.ends_with('.')
        && !known.contains(&name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_can_be_written_and_every_written_one_is_offered() {
        let mut offered = Change::all("x").map(|change| change.name()).to_vec();
        let mut written: Vec<_> = CHANGES.iter().map(|change| change.id).collect();
        offered.sort_unstable();
        written.sort_unstable();
        assert_eq!(offered, written);
    }

    #[test]
    fn names_everybody_tries_are_refused() {
        let check = |name: &str, fits: bool| assert_eq!(fit_name(name), fits, "{name}");
        check("mnt-kanri", true);
        check("Administrator", false);
        check("ADMIN", false);
        check("", false);
        check("a".repeat(21).as_str(), false);
        check("a@b", false);
        check("x.", false);
        check("見守り担当", true);
    }
}
