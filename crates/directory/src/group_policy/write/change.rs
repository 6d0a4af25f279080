//! The changes that can be made ready for import: one table. Values that a person chooses are left open.

/// Where a policy with a change must be linked to have an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The domain: the rules of the domain's own accounts are taken from nowhere else.
    Domain,
    /// Any container with computers.
    Computers,
}

/// The kind of a registry value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    Number,
    Text,
    List,
}

/// Which file of a policy a line goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// A line of the security template: section, name, and whether the value is quoted.
    Template(&'static str, &'static str, bool),
    /// A number in the template's registry values.
    TemplateNumber(&'static str, &'static str),
    /// How a service starts, in the template.
    Service(&'static str),
    /// A value in `Registry.pol`: key, name, kind.
    Registry(&'static str, &'static str, Data),
    /// A value in preferences.
    Preference(&'static str, &'static str, Data),
}

/// One value that a change sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// The setting it answers to, as it is named in the fact `policy_settings`; empty for what only goes with it.
    pub(super) setting: &'static str,
    pub(super) put: Put,
    /// The value; `None` when a person must choose it.
    pub(super) after: Option<&'static str>,
    /// What undoing it comes to when no policy set it before.
    pub(super) back: Back,
}

/// What undoing a value comes to when no policy set it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// Windows' own value is written.
    Value(&'static str),
    /// The value is taken out, and Windows does what it does by itself.
    Remove,
    /// Neither can be done safely: it is left, and the instructions say so.
    Leave,
}

/// A change that can be made ready.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Its name, for example `lm-level`.
    pub id: &'static str,
    /// The statements it helps to meet.
    pub statements: &'static [&'static str],
    /// Where the policy must be linked.
    pub target: Target,
    /// What it does, in Japanese and English.
    pub title: (&'static str, &'static str),
    /// What to look at before, in Japanese and English.
    pub caution: (&'static str, &'static str),
    pub(super) lines: &'static [Line],
}

impl Change {
    /// Whether a person must give the administrator's new name.
    #[must_use]
    pub fn asks_for_name(&self) -> bool {
        self.lines.iter().any(|line| line.after.is_none())
    }

    /// The settings it sets, by the names of the fact `policy_settings`.
    pub fn settings(&self) -> impl Iterator<Item = &'static str> {
        self.lines.iter().map(|line| line.setting).filter(|name| !name.is_empty())
    }
}

const fn line(setting: &'static str, put: Put, after: &'static str, back: Back) -> Line {
    Line { setting, put, after: Some(after), back }
}

const ACCESS: &str = "System Access";
const LSA: &str = r"System\CurrentControlSet\Control\Lsa";
const MSV: &str = r"System\CurrentControlSet\Control\Lsa\MSV1_0";
const FIREWALL: &str = r"Software\Policies\Microsoft\WindowsFirewall";
const DOMAIN_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\DomainProfile";
const PRIVATE_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\PrivateProfile";
const PUBLIC_WALL: &str = r"Software\Policies\Microsoft\WindowsFirewall\PublicProfile";
const LOG_APPLICATION: &str = r"Software\Policies\Microsoft\Windows\EventLog\Application";
const LOG_SECURITY: &str = r"Software\Policies\Microsoft\Windows\EventLog\Security";
const LOG_SYSTEM: &str = r"Software\Policies\Microsoft\Windows\EventLog\System";
const LLTD: &str = r"Software\Policies\Microsoft\Windows\LLTD";
const LAPS: &str = r"Software\Microsoft\Windows\CurrentVersion\Policies\LAPS";
/// 100 MB, in the unit of the policy, KB (guideline 8.2.1, 8.2.2).
const LOG_KB: &str = "102400";

use Back::{Leave, Remove, Value};
use Data::{List, Number, Text};
use Put::{Preference, Registry, Service, Template, TemplateNumber};

/// Every change, in the order of the guideline.
pub const CHANGES: &[Change] = &[
    Change {
        id: "firewall",
        statements: &["5.1.7-1"],
        target: Target::Computers,
        title: (
            "Windowsファイアウォールを全プロファイルで有効にし、許可していない受信を遮断します",
            "Turn Windows Firewall on in every profile and block inbound connections that are not allowed",
        ),
        caution: (
            "サーバーに適用する前に、業務で必要な受信規則が許可されているか確認してください。",
            "Before it reaches servers, check that the inbound rules the business needs are there.",
        ),
        lines: &[
            // Without the version of the rules' format Windows does not read the firewall's policy ([MS-GPFAS] 2.2.1).
            line("", Registry(FIREWALL, "PolicyVersion", Number), "522", Remove),
            line("firewall.domain.enabled", Registry(DOMAIN_WALL, "EnableFirewall", Number), "1", Remove),
            line(
                "firewall.domain.inbound_block",
                Registry(DOMAIN_WALL, "DefaultInboundAction", Number),
                "1",
                Remove,
            ),
            line("firewall.private.enabled", Registry(PRIVATE_WALL, "EnableFirewall", Number), "1", Remove),
            line(
                "firewall.private.inbound_block",
                Registry(PRIVATE_WALL, "DefaultInboundAction", Number),
                "1",
                Remove,
            ),
            line("firewall.public.enabled", Registry(PUBLIC_WALL, "EnableFirewall", Number), "1", Remove),
            line(
                "firewall.public.inbound_block",
                Registry(PUBLIC_WALL, "DefaultInboundAction", Number),
                "1",
                Remove,
            ),
        ],
    },
    Change {
        id: "rdp-nla",
        statements: &["5.1.8-1", "6.3.2-1"],
        target: Target::Computers,
        title: (
            "リモートデスクトップにネットワークレベル認証(NLA)を必須にします",
            "Require network level authentication (NLA) for Remote Desktop",
        ),
        caution: (
            "NLAに対応していない古い接続元からは接続できなくなります。",
            "Old clients without NLA can no longer connect.",
        ),
        lines: &[line(
            "remote_desktop.nla",
            Registry(
                r"Software\Policies\Microsoft\Windows NT\Terminal Services",
                "UserAuthentication",
                Number,
            ),
            "1",
            Remove,
        )],
    },
    Change {
        id: "laps",
        statements: &["5.1.9-1", "5.1.9-2"],
        target: Target::Computers,
        title: (
            "Windows LAPSで、PCごとに異なる管理者パスワードをActive Directoryに保管します",
            "Keep a different administrator password per PC in Active Directory with Windows LAPS",
        ),
        caution: (
            "先にスキーマの拡張(Update-LapsADSchema)と、OUへの権限付与(Set-LapsADComputerSelfPermission)が必要です。",
            "First extend the schema (Update-LapsADSchema) and give computers the right to write \
             (Set-LapsADComputerSelfPermission).",
        ),
        lines: &[
            line("laps.windows", Registry(LAPS, "BackupDirectory", Number), "2", Remove),
            line("", Registry(LAPS, "PasswordComplexity", Number), "4", Remove),
            line("", Registry(LAPS, "PasswordLength", Number), "16", Remove),
            line("", Registry(LAPS, "PasswordAgeDays", Number), "30", Remove),
        ],
    },
    Change {
        id: "discovery-off",
        statements: &["5.2.1-1", "6.2.1-1"],
        target: Target::Computers,
        title: (
            "ネットワーク探索に使うサービスと応答を止めます",
            "Stop the services and answers that network discovery uses",
        ),
        caution: (
            "ファイルサーバーやネットワークプリンターを探索の一覧から選んでいる場合は、名前で指定する運用に変えてください。",
            "Where people pick file servers or printers from the list of the network, give them the names instead.",
        ),
        lines: &[
            line("network_discovery.publication_off", Service("FDResPub"), "4", Value("3")),
            line("network_discovery.ssdp_off", Service("SSDPSRV"), "4", Value("3")),
            line("network_discovery.mapper", Registry(LLTD, "EnableLLTDIO", Number), "0", Remove),
            line("network_discovery.responder", Registry(LLTD, "EnableRspndr", Number), "0", Remove),
        ],
    },
    Change {
        id: "no-lm-hash",
        statements: &["6.1.1-1"],
        target: Target::Computers,
        title: ("LAN Managerのハッシュを保存しません", "Keep no LAN Manager hashes"),
        caution: (
            "古いハッシュは、パスワードを次に変更したときに消えます。",
            "Old hashes vanish when a password is changed the next time.",
        ),
        lines: &[line("no_lm_hash", TemplateNumber(LSA, "NoLMHash"), "1", Value("1"))],
    },
    Change {
        id: "lm-level",
        statements: &["6.1.1-1"],
        target: Target::Computers,
        title: (
            "認証にNTLMv2だけを使います(LmCompatibilityLevel=5)",
            "Use NTLMv2 only (LmCompatibilityLevel=5)",
        ),
        caution: (
            "古いNASや複合機が接続できなくなることがあります。先に監査(NTLMの監査)で残っている機器を確認してください。",
            "Old NAS devices and copiers may no longer connect. Audit NTLM first and find those that are left.",
        ),
        lines: &[line(
            "lm_compatibility_level",
            TemplateNumber(LSA, "LmCompatibilityLevel"),
            "5",
            Value("3"),
        )],
    },
    Change {
        id: "smb1-off",
        statements: &["6.1.1-1"],
        target: Target::Computers,
        title: ("SMB 1のサーバーとクライアントを止めます", "Switch the SMB 1 server and client off"),
        caution: (
            "再起動後に有効になります。SMB 1しか使えないNASや複合機の共有には接続できなくなります。",
            "It takes effect after a restart. Shares on NAS devices and copiers that only know SMB 1 are out of reach.",
        ),
        lines: &[
            line(
                "smb1_server_off",
                Preference(r"SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters", "SMB1", Number),
                "0",
                Remove,
            ),
            line(
                "smb1_client_off",
                Preference(r"SYSTEM\CurrentControlSet\Services\mrxsmb10", "Start", Number),
                "4",
                Leave,
            ),
            // Up to Windows 7 and Server 2008 R2 the workstation service waits for the SMB 1 driver and would not
            // start; this is what later systems have anyway.
            line(
                "",
                Preference(r"SYSTEM\CurrentControlSet\Services\LanmanWorkstation", "DependOnService", List),
                "Bowser,MRxSmb20,NSI",
                Leave,
            ),
        ],
    },
    Change {
        id: "ntlm-audit",
        statements: &["6.1.1-2", "6.1.1-3"],
        target: Target::Computers,
        title: (
            "NTLMの送受信を監査します(拒否はしません)",
            "Audit NTLM traffic in and out (nothing is denied)",
        ),
        caution: (
            "イベントログ「Microsoft-Windows-NTLM/Operational」に記録が増えます。",
            "The event log Microsoft-Windows-NTLM/Operational grows.",
        ),
        lines: &[
            line("ntlm_audit_receiving", TemplateNumber(MSV, "AuditReceivingNTLMTraffic"), "2", Value("0")),
            line("ntlm_restrict_sending", TemplateNumber(MSV, "RestrictSendingNTLMTraffic"), "1", Value("0")),
        ],
    },
    Change {
        id: "password-policy",
        statements: &["6.1.2-1"],
        target: Target::Domain,
        title: (
            "パスワードを12文字以上・複雑性ありとします",
            "Ask for passwords of 12 characters with complexity",
        ),
        caution: (
            "ドメインのルートにリンクしたときだけ、ドメインのアカウントに効きます。今のパスワードは、次に変更するときから新しい規則に従います。",
            "It holds for the domain's accounts only when linked at the domain. Present passwords meet it at their next \
             change.",
        ),
        lines: &[
            line("password.min_length", Template(ACCESS, "MinimumPasswordLength", false), "12", Value("7")),
            line("password.complexity", Template(ACCESS, "PasswordComplexity", false), "1", Value("1")),
        ],
    },
    Change {
        id: "lockout",
        statements: &["6.1.2-1"],
        target: Target::Domain,
        title: ("10回の失敗で30分ロックします", "Lock for 30 minutes after 10 failures"),
        caution: (
            "ドメインのルートにリンクしたときだけ、ドメインのアカウントに効きます。古いパスワードを覚えた機器やサービスがあると、その本人がロックされます。",
            "It holds for the domain's accounts only when linked at the domain. A device or service that remembers an old \
             password locks its owner.",
        ),
        lines: &[
            line("password.lockout_threshold", Template(ACCESS, "LockoutBadCount", false), "10", Value("0")),
            line("password.lockout_reset_minutes", Template(ACCESS, "ResetLockoutCount", false), "30", Leave),
            line("password.lockout_minutes", Template(ACCESS, "LockoutDuration", false), "30", Leave),
        ],
    },
    Change {
        id: "rename-administrator",
        statements: &["6.1.3-1"],
        target: Target::Domain,
        title: ("組み込みのAdministratorの名前を変更します", "Rename the built-in Administrator"),
        caution: (
            "タスクやサービスがAdministratorの名前で動いていないか、先に確認してください。参加しているPCの組み込みアカウントの名前も変わります。",
            "First check that no task or service runs under the name Administrator. The built-in account of every joined \
             PC is renamed as well.",
        ),
        lines: &[Line {
            setting: "administrator_renamed",
            put: Template(ACCESS, "NewAdministratorName", true),
            after: None,
            back: Value("Administrator"),
        }],
    },
    Change {
        id: "guest-off",
        statements: &["6.1.4-1"],
        target: Target::Domain,
        title: ("Guestを無効にします", "Disable Guest"),
        caution: (
            "Guestで共有を開いている機器がないか確認してください。",
            "Check that no device opens shares as Guest.",
        ),
        lines: &[line("guest_disabled", Template(ACCESS, "EnableGuestAccount", false), "0", Value("0"))],
    },
    Change {
        id: "event-logs",
        statements: &["8.2.1-1", "8.2.2-1"],
        target: Target::Computers,
        title: (
            "主なイベントログを100 MBごとに上書きせず保存(自動アーカイブ)します",
            "Archive the main event logs at 100 MB each instead of overwriting them",
        ),
        caution: (
            "アーカイブは自動では消えません。ログ管理システムへの送信か定期的な移動をあわせて設定し、ディスクの空きを確認してください。",
            "Archives are not removed by themselves: send them on or move them regularly, and watch the free space.",
        ),
        lines: &[
            line(
                "event_log.application.max_size",
                Registry(LOG_APPLICATION, "MaxSize", Number),
                LOG_KB,
                Remove,
            ),
            line(
                "event_log.application.retention",
                Registry(LOG_APPLICATION, "Retention", Text),
                "1",
                Remove,
            ),
            line(
                "event_log.application.auto_backup",
                Registry(LOG_APPLICATION, "AutoBackupLogFiles", Text),
                "1",
                Remove,
            ),
            line("event_log.security.max_size", Registry(LOG_SECURITY, "MaxSize", Number), LOG_KB, Remove),
            line("event_log.security.retention", Registry(LOG_SECURITY, "Retention", Text), "1", Remove),
            line(
                "event_log.security.auto_backup",
                Registry(LOG_SECURITY, "AutoBackupLogFiles", Text),
                "1",
                Remove,
            ),
            line("event_log.system.max_size", Registry(LOG_SYSTEM, "MaxSize", Number), LOG_KB, Remove),
            line("event_log.system.retention", Registry(LOG_SYSTEM, "Retention", Text), "1", Remove),
            line(
                "event_log.system.auto_backup",
                Registry(LOG_SYSTEM, "AutoBackupLogFiles", Text),
                "1",
                Remove,
            ),
        ],
    },
];
