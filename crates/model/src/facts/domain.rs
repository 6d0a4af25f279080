//! Facts of an Active Directory domain: sections 5.1.9 and 6.1.

use super::{AccountPolicy, LapsKind, Review, facts, words};
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
        /// Accounts with weak settings.
        weak_accounts: WeakAccounts,
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
        /// The nested group it comes through; absent for a direct member.
        via: String,
        /// Whether it is new since the last signed review.
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
        /// When the krbtgt password was set.
        krbtgt_password_set_at: At,
        /// How many computers anyone may join.
        machine_account_quota: i64,
    }
    /// Signed reviews.
    DomainReviews {
        /// Of groups with high rights and Guest.
        privileged: Review,
        /// Of accounts marked `adminCount=1`.
        admin_count: Review,
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
