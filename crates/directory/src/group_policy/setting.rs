//! The settings that are looked for: one table, with every place each may stand in. Knows nothing of policies.

/// What makes a value the weaker one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// The smaller number is weaker.
    More,
    /// The bigger number is weaker.
    Less,
    /// Only this value is strong.
    Only(&'static str),
    /// Any value is as good as another.
    Any,
}

impl Strength {
    /// How strong a value is: bigger is stronger. A value that is no number where one is expected is weakest.
    pub(super) fn rank(self, value: &str) -> i64 {
        let number = || value.trim().parse::<i64>().ok();
        match self {
            Strength::More => number().unwrap_or(i64::MIN + 1),
            Strength::Less => number().map_or(i64::MIN + 1, |number| number.saturating_neg()),
            Strength::Only(strong) => i64::from(value.trim().eq_ignore_ascii_case(strong)),
            Strength::Any => 0,
        }
    }
}

/// Where a setting may stand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// A registry value below `HKEY_LOCAL_MACHINE`: in the template, in `Registry.pol`, or in preferences.
    Registry(&'static str, &'static str, Strength),
    /// A line of the template: section and name.
    Template(&'static str, &'static str, Strength),
    /// How a service starts: in the template.
    Service(&'static str, Strength),
}

impl Place {
    pub(super) fn strength(self) -> Strength {
        match self {
            Place::Registry(_, _, strength)
            | Place::Template(_, _, strength)
            | Place::Service(_, strength) => strength,
        }
    }
}

/// Which links count for a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// Those of every container a computer is in.
    All,
    /// For domain controllers those of the domain alone: the accounts of the domain are theirs, and they take these
    /// settings from nowhere else (Microsoft KB 259576).
    RootForControllers,
    /// Those of the domain alone, for domain controllers: they make the rules for the domain's accounts. A policy
    /// linked to a unit sets the rules for local accounts there, which is another matter.
    RootOnly,
}

/// A setting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) links: Links,
    /// Where it may stand; an earlier place beats a later one, as Windows looks at its policy keys first.
    pub(super) places: &'static [Place],
}

const LSA: &str = r"System\CurrentControlSet\Control\Lsa";
const MSV: &str = r"System\CurrentControlSet\Control\Lsa\MSV1_0";
const SERVER: &str = r"System\CurrentControlSet\Services\LanManServer\Parameters";
const CLIENT: &str = r"System\CurrentControlSet\Services\LanmanWorkstation\Parameters";
const NTDS: &str = r"System\CurrentControlSet\Services\NTDS\Parameters";
const TERMINAL: &str = r"Software\Policies\Microsoft\Windows NT\Terminal Services";
const TERMINAL_OWN: &str = r"System\CurrentControlSet\Control\Terminal Server";
const RDP_TCP: &str = r"System\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const DOMAIN_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\DomainProfile";
const PRIVATE_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\PrivateProfile";
const PUBLIC_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\PublicProfile";
/// What the older template calls everything but the domain.
const STANDARD_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\StandardProfile";
const LOG_APPLICATION: &str = r"Software\Policies\Microsoft\Windows\EventLog\Application";
const LOG_SECURITY: &str = r"Software\Policies\Microsoft\Windows\EventLog\Security";
const LOG_SYSTEM: &str = r"Software\Policies\Microsoft\Windows\EventLog\System";
const LLTD: &str = r"Software\Policies\Microsoft\Windows\LLTD";
/// Where the policy of Windows LAPS is kept; a device manager writes the second key, which wins.
const LAPS_POLICY: &str = r"Software\Microsoft\Windows\CurrentVersion\Policies\LAPS";
const LAPS_CSP: &str = r"Software\Microsoft\Policies\LAPS";
const UPDATE: &str = r"Software\Policies\Microsoft\Windows\WindowsUpdate";
const ACCESS: &str = "System Access";

use Links::{All, RootForControllers, RootOnly};
use Place::{Registry, Service, Template};
use Strength::{Any, Less, More, Only};

const fn setting(name: &'static str, links: Links, places: &'static [Place]) -> Setting {
    Setting { name, links, places }
}

/// Every setting that is looked for.
pub(super) const SETTINGS: &[Setting] = &[
    setting("lm_compatibility_level", All, &[Registry(LSA, "LmCompatibilityLevel", More)]),
    setting("no_lm_hash", All, &[Registry(LSA, "NoLMHash", Only("1"))]),
    setting("smb1_server_off", All, &[Registry(SERVER, "SMB1", Only("0"))]),
    setting(
        "smb1_client_off",
        All,
        &[
            Registry(r"System\CurrentControlSet\Services\mrxsmb10", "Start", Only("4")),
            Service("mrxsmb10", Only("4")),
        ],
    ),
    setting("ntlm_audit_receiving", All, &[Registry(MSV, "AuditReceivingNTLMTraffic", More)]),
    setting("ntlm_restrict_sending", All, &[Registry(MSV, "RestrictSendingNTLMTraffic", More)]),
    setting("smb_signing.server", All, &[Registry(SERVER, "RequireSecuritySignature", Only("1"))]),
    setting("smb_signing.client", All, &[Registry(CLIENT, "RequireSecuritySignature", Only("1"))]),
    setting("ldap_server_integrity", All, &[Registry(NTDS, "LDAPServerIntegrity", More)]),
    setting("ldap_channel_binding", All, &[Registry(NTDS, "LdapEnforceChannelBinding", More)]),
    setting(
        "remote_desktop.denied",
        All,
        &[
            Registry(TERMINAL, "fDenyTSConnections", Only("1")),
            Registry(TERMINAL_OWN, "fDenyTSConnections", Only("1")),
        ],
    ),
    setting(
        "remote_desktop.nla",
        All,
        &[
            Registry(TERMINAL, "UserAuthentication", Only("1")),
            Registry(RDP_TCP, "UserAuthentication", Only("1")),
        ],
    ),
    setting("remote_desktop.port", All, &[Registry(RDP_TCP, "PortNumber", Any)]),
    setting("firewall.domain.enabled", All, &[Registry(DOMAIN_WALL, "EnableFirewall", Only("1"))]),
    setting(
        "firewall.domain.inbound_block",
        All,
        &[Registry(DOMAIN_WALL, "DefaultInboundAction", Only("1"))],
    ),
    setting(
        "firewall.private.enabled",
        All,
        &[
            Registry(PRIVATE_WALL, "EnableFirewall", Only("1")),
            Registry(STANDARD_WALL, "EnableFirewall", Only("1")),
        ],
    ),
    setting(
        "firewall.private.inbound_block",
        All,
        &[
            Registry(PRIVATE_WALL, "DefaultInboundAction", Only("1")),
            Registry(STANDARD_WALL, "DefaultInboundAction", Only("1")),
        ],
    ),
    setting(
        "firewall.public.enabled",
        All,
        &[
            Registry(PUBLIC_WALL, "EnableFirewall", Only("1")),
            Registry(STANDARD_WALL, "EnableFirewall", Only("1")),
        ],
    ),
    setting(
        "firewall.public.inbound_block",
        All,
        &[
            Registry(PUBLIC_WALL, "DefaultInboundAction", Only("1")),
            Registry(STANDARD_WALL, "DefaultInboundAction", Only("1")),
        ],
    ),
    setting(
        "event_log.application.max_size",
        All,
        &[Registry(LOG_APPLICATION, "MaxSize", More), Template("Application Log", "MaximumLogSize", More)],
    ),
    setting(
        "event_log.application.retention",
        All,
        &[
            Registry(LOG_APPLICATION, "Retention", Only("1")),
            Template("Application Log", "AuditLogRetentionPeriod", Only("2")),
        ],
    ),
    setting(
        "event_log.application.auto_backup",
        All,
        &[Registry(LOG_APPLICATION, "AutoBackupLogFiles", Only("1"))],
    ),
    setting(
        "event_log.security.max_size",
        All,
        &[Registry(LOG_SECURITY, "MaxSize", More), Template("Security Log", "MaximumLogSize", More)],
    ),
    setting(
        "event_log.security.retention",
        All,
        &[
            Registry(LOG_SECURITY, "Retention", Only("1")),
            Template("Security Log", "AuditLogRetentionPeriod", Only("2")),
        ],
    ),
    setting(
        "event_log.security.auto_backup",
        All,
        &[Registry(LOG_SECURITY, "AutoBackupLogFiles", Only("1"))],
    ),
    setting(
        "event_log.system.max_size",
        All,
        &[Registry(LOG_SYSTEM, "MaxSize", More), Template("System Log", "MaximumLogSize", More)],
    ),
    setting(
        "event_log.system.retention",
        All,
        &[
            Registry(LOG_SYSTEM, "Retention", Only("1")),
            Template("System Log", "AuditLogRetentionPeriod", Only("2")),
        ],
    ),
    setting("event_log.system.auto_backup", All, &[Registry(LOG_SYSTEM, "AutoBackupLogFiles", Only("1"))]),
    setting("administrator_renamed", RootForControllers, &[Template(ACCESS, "NewAdministratorName", Any)]),
    setting("guest_disabled", RootForControllers, &[Template(ACCESS, "EnableGuestAccount", Only("0"))]),
    setting("password.min_length", RootOnly, &[Template(ACCESS, "MinimumPasswordLength", More)]),
    setting("password.complexity", RootOnly, &[Template(ACCESS, "PasswordComplexity", Only("1"))]),
    setting("password.history", RootOnly, &[Template(ACCESS, "PasswordHistorySize", More)]),
    setting("password.max_age_days", RootOnly, &[Template(ACCESS, "MaximumPasswordAge", Any)]),
    setting("password.reversible", RootOnly, &[Template(ACCESS, "ClearTextPassword", Only("0"))]),
    setting("password.lockout_threshold", RootOnly, &[Template(ACCESS, "LockoutBadCount", Any)]),
    setting("password.lockout_minutes", RootOnly, &[Template(ACCESS, "LockoutDuration", Any)]),
    setting("password.lockout_reset_minutes", RootOnly, &[Template(ACCESS, "ResetLockoutCount", Any)]),
    setting("network_discovery.publication_off", All, &[Service("FDResPub", Only("4"))]),
    setting("network_discovery.ssdp_off", All, &[Service("SSDPSRV", Only("4"))]),
    setting("network_discovery.mapper", All, &[Registry(LLTD, "EnableLLTDIO", Only("0"))]),
    setting("network_discovery.responder", All, &[Registry(LLTD, "EnableRspndr", Only("0"))]),
    setting(
        "multicast",
        All,
        &[Registry(r"Software\Policies\Microsoft\Windows NT\DNSClient", "EnableMulticast", Only("0"))],
    ),
    setting(
        "laps.windows",
        All,
        &[Registry(LAPS_CSP, "BackupDirectory", More), Registry(LAPS_POLICY, "BackupDirectory", More)],
    ),
    setting(
        "laps.legacy",
        All,
        &[Registry(r"Software\Policies\Microsoft Services\AdmPwd", "AdmPwdEnabled", Only("1"))],
    ),
    setting(
        "screen_lock.seconds",
        All,
        &[Registry(
            r"Software\Microsoft\Windows\CurrentVersion\Policies\System",
            "InactivityTimeoutSecs",
            Less,
        )],
    ),
    setting("wsus.server", All, &[Registry(UPDATE, "WUServer", Any)]),
    setting("audit.logon_events", All, &[Template("Event Audit", "AuditLogonEvents", More)]),
    setting("audit.account_logon", All, &[Template("Event Audit", "AuditAccountLogon", More)]),
    setting("audit.object_access", All, &[Template("Event Audit", "AuditObjectAccess", More)]),
    setting(
        "right.remote_desktop",
        All,
        &[Template("Privilege Rights", "SeRemoteInteractiveLogonRight", Any)],
    ),
    setting(
        "right.deny_remote_desktop",
        All,
        &[Template("Privilege Rights", "SeDenyRemoteInteractiveLogonRight", Any)],
    ),
    setting("group.administrators", All, &[Template("Group Membership", "*S-1-5-32-544__Members", Any)]),
];

/// The names of all settings, as they stand in the fact `policy_settings`.
pub fn setting_names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|setting| setting.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_used_once() {
        let mut names: Vec<&str> = setting_names().collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
        assert!(SETTINGS.iter().all(|setting| !setting.places.is_empty()));
    }

    #[test]
    fn weaker_is_told_from_stronger() {
        assert!(More.rank("3") < More.rank("5"));
        assert!(More.rank("rubbish") < More.rank("0"));
        assert!(Less.rank("9000") < Less.rank("900"));
        assert!(Only("4").rank("2") < Only("4").rank("4"));
    }
}
