//! Facts of an Active Directory domain: sections 5.1.9 and 6.1.

use super::{AccountPolicy, LapsKind, facts, words};
use crate::At;

facts! {
    /// What is known of a domain.
    DomainFacts {
        /// The domain.
        identity: DomainIdentity,
        /// Default password and lockout policy.
        password_policy: AccountPolicy,
        /// Password policies for some groups (PSO).
        fine_grained: Vec<FineGrainedPolicy>,
        /// The built-in accounts, found by security id.
        builtin: Builtin,
        /// Groups with high rights and who is in them, nested members included.
        privileged: Vec<PrivilegedGroup>,
        /// Accounts marked `adminCount=1`.
        admin_count: Vec<AdminCount>,
        /// Computer accounts.
        computers: Vec<DomainComputer>,
        /// Settings that group policy enforces.
        policy: GroupPolicy,
        /// What group policy sets beyond `policy`, for each kind of machine it reaches: also what disagrees.
        policy_settings: Vec<PolicySetting>,
        /// The group policy objects.
        policy_objects: Vec<PolicyObject>,
        /// Passwords that group policy preferences publish to everybody (MS14-025). Never the password itself.
        published_passwords: Vec<PublishedPassword>,
        /// Accounts with weak settings.
        weak_accounts: WeakAccounts,
        /// Accounts of people and services.
        users: Vec<DomainUser>,
        /// Groups and their direct members.
        groups: Vec<DomainGroup>,
        /// Groups that everybody in the domain is in, nested ones included.
        everybody: Vec<EverybodyGroup>,
        /// How the domain controller that was read speaks.
        transport: DomainTransport,
        /// Record: signed reviews.
        reviews: DomainReviews,
    }
    /// The domain.
    DomainIdentity {
        /// DNS name.
        dns_name: String,
        /// Short name.
        netbios_name: String,
        /// Functional level as the directory numbers it (4 is 2008 R2, 7 is 2016).
        functional_level: i64,
    }
    /// A password policy for some.
    FineGrainedPolicy {
        /// Name.
        name: String,
        /// Smaller wins.
        precedence: i64,
        /// Its rules.
        policy: AccountPolicy,
        /// Groups and users it applies to.
        applies_to: Vec<String>,
        /// Accounts it is in force for, nested groups and precedence reckoned in.
        hits: Vec<String>,
    }
    /// The built-in accounts.
    Builtin {
        /// RID 500.
        administrator: BuiltinAccount,
        /// RID 501.
        guest: BuiltinAccount,
    }
    /// A built-in account.
    BuiltinAccount {
        /// Logon name today.
        name: String,
        /// Whether it still has the name Windows gave it, in any language.
        default_name: bool,
        /// Whether it can be used.
        enabled: bool,
        /// Last logon.
        last_logon_at: At,
    }
    /// A group with high rights.
    PrivilegedGroup {
        /// Security id, for example `S-1-5-32-544`.
        sid: String,
        /// Name as displayed.
        name: String,
        /// Who is in it, nested members included.
        members: Vec<PrivilegedMember>,
    }
    /// A member of a group with high rights.
    PrivilegedMember {
        /// Logon name.
        name: String,
        /// Whether it can be used.
        enabled: bool,
        /// Security id.
        sid: String,
        /// The nested group it comes through; absent for a direct member.
        via: String,
        /// Whether it comes from another domain.
        foreign: bool,
        /// Last logon.
        last_logon_at: At,
        /// Whether a person recorded it as new. Readers of the directory leave it out: what is new since the last
        /// signed review is told by the review itself ([`DomainReviews`]).
        new_since_review: bool,
    }
    /// An account marked `adminCount=1`.
    AdminCount {
        /// Logon name.
        name: String,
        /// Whether it can be used.
        enabled: bool,
        /// Whether it is in a protected group today.
        privileged_now: bool,
        /// Whether a person recorded that it was meant to be privileged.
        expected: bool,
    }
    /// A computer account.
    DomainComputer {
        /// Name.
        name: String,
        /// Operating system as the directory knows it.
        os: String,
        /// Its version as the directory knows it, for example `10.0 (19045)`.
        os_version: String,
        /// Whether it can be used.
        enabled: bool,
        /// Last logon.
        last_logon_at: At,
        /// Which LAPS keeps its administrator password.
        laps: LapsKind,
        /// When that password is changed next.
        laps_expires_at: At,
        /// Whether it is a domain controller.
        domain_controller: bool,
    }
    /// Settings that group policy enforces. A setting no policy names is given with `set = false`.
    GroupPolicy {
        /// `LmCompatibilityLevel`, 0 to 5.
        lm_compatibility_level: PolicyNumber,
        /// `NoLMHash`.
        no_lm_hash: PolicySwitch,
        /// SMB 1 server switched off.
        smb1_server_off: PolicySwitch,
        /// SMB 1 client switched off.
        smb1_client_off: PolicySwitch,
        /// `AuditReceivingNTLMTraffic`: 0 off, 1 domain accounts, 2 all.
        ntlm_audit_receiving: PolicyNumber,
        /// `RestrictSendingNTLMTraffic`: 0 allow, 1 audit, 2 deny.
        ntlm_restrict_sending: PolicyNumber,
    }
    /// A setting with a number.
    PolicyNumber {
        /// Whether any policy names it.
        set: bool,
        /// The effective value.
        value: i64,
        /// The policy (GPO) it comes from.
        gpo: String,
        /// The machines it reaches.
        reaches: Vec<PolicyReach>,
    }
    /// A setting that is on or off.
    PolicySwitch {
        /// Whether any policy names it.
        set: bool,
        /// The effective value.
        value: bool,
        /// The policy (GPO) it comes from.
        gpo: String,
        /// The machines it reaches.
        reaches: Vec<PolicyReach>,
    }
    /// Accounts with weak settings, by logon name.
    WeakAccounts {
        /// Password never expires.
        password_never_expires: Vec<String>,
        /// No Kerberos pre-authentication.
        no_preauthentication: Vec<String>,
        /// Unconstrained delegation.
        unconstrained_delegation: Vec<String>,
        /// Enabled, but not used for 90 days.
        stale: Vec<String>,
        /// A password is not required.
        password_not_required: Vec<String>,
        /// The password is kept so that it can be read back.
        reversible_encryption: Vec<String>,
        /// People's accounts that run a service (they have a service principal name).
        service_principals: Vec<String>,
        /// When the krbtgt password was set.
        krbtgt_password_set_at: At,
        /// How many computers anyone may join.
        machine_account_quota: i64,
    }
    /// What group policy says of one setting for one kind of machine.
    PolicySetting {
        /// The setting, for example `remote_desktop.nla`; the names are those of `directory::group_policy`.
        name: String,
        /// The kind of machine.
        reach: PolicyReach,
        /// The value in force, as it is written in the file.
        value: String,
        /// The policy (GPO) it comes from.
        gpo: String,
        /// The file within the policy it stands in, for example `Machine/Registry.pol`.
        file: String,
        /// What other policies say and lose: conflicts, named.
        overridden: Vec<OverriddenSetting>,
        /// Containers (OU, distinguished names) below which the value in force is another one, or none.
        exceptions: Vec<String>,
    }
    /// What another policy says of a setting, without effect.
    OverriddenSetting {
        /// The policy (GPO).
        gpo: String,
        /// The file.
        file: String,
        /// What it says.
        value: String,
    }
    /// A group policy object.
    PolicyObject {
        /// Its GUID, in braces.
        guid: String,
        /// Name as displayed.
        name: String,
        /// Distinguished names of the containers it is linked to.
        linked_to: Vec<String>,
        /// Whether the computer half is switched on.
        computer_enabled: bool,
        /// Whether a link is enforced.
        enforced: bool,
        /// Whether only some may apply it (security filtering or a WMI filter), and who, as far as readable.
        filtered: String,
        /// Version of the computer half as the directory counts it.
        version: i64,
        /// What could not be read of it, or does not fit together: a version that differs, a file missing or garbled.
        trouble: Vec<String>,
    }
    /// A password in group policy preferences.
    PublishedPassword {
        /// The policy (GPO).
        gpo: String,
        /// The file.
        file: String,
        /// The account it is for.
        account: String,
        /// When the entry was last changed.
        changed_at: At,
    }
    /// An account of a person or service.
    DomainUser {
        /// Logon name.
        name: String,
        /// Security id.
        sid: String,
        /// User principal name.
        upn: String,
        /// Mail address.
        mail: String,
        /// Name as displayed.
        display_name: String,
        /// Employee number.
        employee_number: String,
        /// Department.
        department: String,
        /// Whether it can be used.
        enabled: bool,
        /// When it was made.
        created_at: At,
        /// Last logon, as replicated between domain controllers (up to 14 days late).
        last_logon_at: At,
        /// When the password was set.
        password_set_at: At,
        /// When the account ends by itself.
        expires_at: At,
    }
    /// A group.
    DomainGroup {
        /// Name as displayed.
        name: String,
        /// Security id.
        sid: String,
        /// Security ids of its direct members; the primary group of an account counts as well.
        members: Vec<String>,
    }
    /// A group that everybody is in.
    EverybodyGroup {
        /// Security id.
        sid: String,
        /// Name as displayed.
        name: String,
        /// The group through which everybody is in it, for example `Domain Users`.
        via: String,
    }
    /// How the domain controller that was read speaks.
    DomainTransport {
        /// The domain controller.
        host: String,
        /// How the reader signed in: `simple over TLS`, `NTLM over TLS` …
        bound_with: String,
        /// Whether it requires signed LDAP (policy `LDAPServerIntegrity` = 2); absent when no policy says.
        ldap_signing_required: bool,
        /// Channel binding it requires (policy `LdapEnforceChannelBinding`): 0 never, 1 when supported, 2 always.
        ldap_channel_binding: i64,
        /// Whether it requires signed SMB, as it said itself.
        smb_signing_required: bool,
        /// SMB dialect it agreed to, for example `3.1.1`.
        smb_dialect: String,
        /// Whether somebody without a name can list accounts.
        anonymous_search: bool,
        /// When its TLS certificate ends.
        certificate_expires_at: At,
    }
    /// Signed reviews.
    DomainReviews {
        /// Of groups with high rights and Guest.
        privileged: PrivilegedReview,
        /// Of accounts marked `adminCount=1`.
        admin_count: AdminCountReview,
    }
    /// A signed review of groups with high rights.
    PrivilegedReview {
        /// Who.
        by: String,
        /// When.
        at: At,
        /// Whether nothing was left to put right.
        clean: bool,
        /// What was found.
        note: String,
        /// The members that were confirmed: `SID of the group/logon name`.
        confirmed: Vec<String>,
    }
    /// A signed review of accounts marked `adminCount=1`.
    AdminCountReview {
        /// Who.
        by: String,
        /// When.
        at: At,
        /// Whether nothing was left to put right.
        clean: bool,
        /// What was found.
        note: String,
        /// Logon names that were meant to be privileged.
        expected: Vec<String>,
    }
}

words! {
    /// Machines a policy reaches.
    PolicyReach {
        /// Domain controllers.
        DomainControllers,
        /// Servers.
        Servers,
        /// Workstations.
        Workstations,
    }
}
