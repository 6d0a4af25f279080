//! Facts of a lent PC or a server: sections 5.1, 5.2.1, 5.2.4, 6.2, 6.3 and 8.2.

use super::{Agreement, facts, words};
use crate::At;

facts! {
    /// What is known of a PC or server.
    DeviceFacts {
        /// The machine and its place in the company.
        host: Host,
        /// The operating system.
        os: Os,
        /// Patches.
        updates: Updates,
        /// Everything installed.
        software: Vec<Software>,
        /// Web browsers.
        browsers: Vec<Browser>,
        /// Antivirus.
        antivirus: Antivirus,
        /// Endpoint detection and response products; empty when there is none.
        edr: Vec<Edr>,
        /// Disks and their encryption.
        volumes: Vec<Volume>,
        /// The trusted platform module.
        tpm: Tpm,
        /// Secure boot.
        secure_boot: SecureBoot,
        /// The personal firewall.
        firewall: Firewall,
        /// The network as the machine sees it.
        network: Network,
        /// Discovery, shares and mapped drives.
        sharing: Sharing,
        /// Old protocols.
        protocols: Protocols,
        /// Remote desktop (on Linux and macOS: SSH in its place).
        remote_desktop: RemoteDesktop,
        /// Accounts of the machine itself.
        accounts: Accounts,
        /// Wireless LAN.
        wifi: Wifi,
        /// Event logs.
        event_logs: EventLogs,
        /// USB storage.
        removable_storage: RemovableStorage,
        /// Locking when idle.
        screen_lock: ScreenLock,
        /// Clock synchronisation.
        time_sync: TimeSync,
        /// Cloud storage clients in use.
        cloud_sync: Vec<CloudSync>,
        /// Record: how and to whom the PC is lent (5.1.1).
        lending: Lending,
        /// Record: the software list frozen at lending (5.1.2).
        baseline: Baseline,
        /// Record: where the recovery key is kept (5.1.4).
        recovery_key: RecoveryKey,
        /// Record: how the local Administrator password is kept (5.1.9).
        local_administrator: LocalAdministrator,
        /// Record: the antivirus' mail scanning, seen by a person (5.1.6).
        mail_scanning: MailScanning,
        /// Record: the printer and router that may talk to the PC (5.1.7).
        allowed_peers: Vec<AllowedPeer>,
        /// Record: approved exceptions.
        approvals: Vec<Approval>,
        /// Record: procedures the user of this PC agreed to.
        agreements: Vec<Agreement>,
        /// Record: the last review of shares and their rights (6.2.1).
        sharing_review: Review,
        /// Record: whether important information is handled here (5.2.4).
        importance: Importance,
    }
    /// The machine.
    Host {
        /// Name on the network.
        hostname: String,
        /// Maker.
        manufacturer: String,
        /// Model.
        model: String,
        /// Serial number.
        serial: String,
        /// Whether it is a virtual machine.
        virtual_machine: bool,
        /// Whether it belongs to a domain.
        domain_joined: bool,
        /// The domain's DNS name.
        domain: String,
        /// What a server serves; empty for a PC.
        roles: Vec<ServerRole>,
        /// Display language, for example `ja-JP`.
        language: String,
    }
    /// The operating system.
    Os {
        /// Family.
        family: OsFamily,
        /// Name, for example `Windows 11`.
        product: String,
        /// Edition as the system names it, for example `Professional`.
        edition: String,
        /// Servicing channel, which decides the support end.
        channel: OsChannel,
        /// Marketing version, for example `24H2`.
        display_version: String,
        /// Build number, for example 26100; Linux: 0.
        build: i64,
        /// Update build revision.
        ubr: i64,
        /// Version as text, for example `10.0.26100.2314` or `12`.
        version: String,
        /// When it was installed.
        installed_at: At,
        /// Processor architecture, for example `x86_64`.
        architecture: String,
        /// Whether paid extended security updates are active.
        extended_updates: bool,
    }
    /// Patches.
    Updates {
        /// What is offered and not installed.
        pending: Vec<PendingUpdate>,
        /// When the machine last looked for updates.
        last_checked_at: At,
        /// When an update was last installed.
        last_installed_at: At,
        /// Whether a restart is needed to finish.
        reboot_pending: bool,
        /// Whether updates install by themselves.
        automatic: bool,
        /// What was installed, the newest date of each.
        installed: Vec<InstalledUpdate>,
    }
    /// An update that was installed.
    InstalledUpdate {
        /// Number, for example `KB5046617`; of an update without one, the maker's id.
        id: String,
        /// Title.
        title: String,
        /// When it was installed.
        installed_at: At,
    }
    /// An update that is offered and not installed.
    PendingUpdate {
        /// Number, for example `KB5046617`.
        id: String,
        /// Title.
        title: String,
        /// Kind.
        kind: UpdateKind,
        /// Severity as the maker rates it.
        severity: UpdateSeverity,
        /// When it was published.
        published_at: At,
    }
    /// One installed program.
    Software {
        /// Name.
        name: String,
        /// Version; empty when the program states none.
        version: String,
        /// Maker.
        vendor: String,
        /// For the machine or one user.
        scope: SoftwareScope,
        /// When it was installed.
        installed_at: At,
    }
    /// A web browser.
    Browser {
        /// Name.
        name: String,
        /// Version.
        version: String,
        /// Extensions that people who are logged in have added: their number, never which.
        extensions: i64,
    }
    /// Antivirus.
    Antivirus {
        /// Products registered with the system.
        products: Vec<AntivirusProduct>,
        /// When the last full scan ended.
        last_full_scan_at: At,
        /// When the last quick scan ended.
        last_quick_scan_at: At,
        /// Ends of full scans in the last 60 days.
        full_scans: Vec<At>,
        /// The scan schedule.
        schedule: ScanSchedule,
        /// Whether mail is scanned.
        mail_scanning: bool,
        /// Paths, extensions and processes left out of scans.
        exclusions: Vec<String>,
        /// What was found in the last 60 days.
        detections: Vec<Detection>,
    }
    /// One antivirus product.
    AntivirusProduct {
        /// Name.
        name: String,
        /// Maker.
        vendor: String,
        /// Whether it protects now; registered alone is not enough.
        enabled: bool,
        /// Whether it scans files as they are opened.
        real_time: bool,
        /// Whether it calls its definitions current.
        definitions_current: bool,
        /// When the definitions were made.
        definitions_at: At,
    }
    /// The scan schedule.
    ScanSchedule {
        /// Which scan runs by itself.
        kind: ScanKind,
        /// Days between two.
        interval_days: i64,
    }
    /// Something the antivirus found.
    Detection {
        /// When.
        at: At,
        /// Name of the threat.
        name: String,
        /// Whether it was dealt with.
        resolved: bool,
        /// Whether it came by mail.
        by_mail: bool,
    }
    /// An endpoint detection and response product.
    Edr {
        /// Name.
        name: String,
        /// Whether its service runs.
        running: bool,
    }
    /// One volume.
    Volume {
        /// Drive letter or mount point.
        letter: String,
        /// Whether it is built in (not removable).
        fixed: bool,
        /// Whether the system starts from it.
        system: bool,
        /// What encrypts it.
        encryption: Encryption,
        /// Whether the encryption protects now: encrypted but suspended is not.
        protection: Protection,
        /// Cipher, for example `xts_aes_256`.
        method: String,
        /// How much is encrypted, 0 to 100.
        encrypted_percent: i64,
        /// What opens it. Never the keys themselves.
        protectors: Vec<KeyProtector>,
        /// Size in bytes.
        size_bytes: i64,
        /// Free bytes.
        free_bytes: i64,
    }
    /// What opens an encrypted volume.
    KeyProtector {
        /// Kind.
        kind: ProtectorKind,
        /// Its id; for a recovery password the id printed on the key sheet.
        id: String,
    }
    /// The trusted platform module.
    Tpm {
        /// Whether there is one.
        present: bool,
        /// Whether it can be used.
        ready: bool,
        /// Specification, for example `2.0`.
        version: String,
    }
    /// Secure boot.
    SecureBoot {
        /// Whether it is on.
        enabled: bool,
    }
    /// The personal firewall.
    Firewall {
        /// Per network profile. On Linux one profile, `public`.
        profiles: Vec<FirewallProfile>,
        /// Enabled rules that let something in.
        allow_rules: Vec<FirewallRule>,
    }
    /// The firewall in one network profile.
    FirewallProfile {
        /// Which.
        name: NetworkProfile,
        /// Whether it is on.
        enabled: bool,
        /// What happens to what no rule names.
        default_inbound: InboundDefault,
    }
    /// A rule that lets something in.
    FirewallRule {
        /// Name or id.
        name: String,
        /// Profiles it applies to.
        profiles: Vec<NetworkProfile>,
        /// Program it is for; absent: any.
        program: String,
        /// `tcp`, `udp`, `icmp`, `any` …
        protocol: String,
        /// Local ports, for example `3389` or `5000-5010`; `any` for all.
        local_ports: Vec<String>,
        /// Who may come in: addresses, networks, `local_subnet`, `any`.
        remote_addresses: Vec<String>,
    }
    /// The network as the machine sees it.
    Network {
        /// The profile of the connected network.
        profile: NetworkProfile,
        /// Network cards.
        adapters: Vec<Adapter>,
        /// Default gateways.
        gateways: Vec<String>,
        /// Machines seen on the same network (ARP, NDP).
        neighbours: Vec<Neighbour>,
        /// Ports the router opened on request (UPnP).
        port_mappings: Vec<PortMapping>,
        /// Name servers.
        dns: Vec<String>,
        /// Proxies that are set.
        proxies: Vec<Proxy>,
    }
    /// A proxy that is set.
    Proxy {
        /// For the machine or one user.
        scope: SoftwareScope,
        /// Address, for example `proxy.example:8080`; empty when a script decides.
        server: String,
        /// Address of the script that decides; empty when there is none.
        script: String,
    }
    /// A network card.
    Adapter {
        /// Name.
        name: String,
        /// Kind.
        kind: AdapterKind,
        /// Whether it is connected.
        up: bool,
        /// Its addresses.
        addresses: Vec<String>,
    }
    /// A machine seen on the same network.
    Neighbour {
        /// IP address.
        address: String,
        /// Hardware address.
        mac: String,
        /// Maker according to the hardware address.
        vendor: String,
    }
    /// A port the router opened on request.
    PortMapping {
        /// Port on the Internet side.
        external_port: i64,
        /// `tcp` or `udp`.
        protocol: String,
        /// To whom.
        internal_address: String,
        /// As the program described it.
        description: String,
    }
    /// Discovery, shares and mapped drives.
    Sharing {
        /// Whether network discovery is on, per profile.
        discovery: PerProfile,
        /// Whether file and printer sharing is on, per profile.
        file_and_printer: PerProfile,
        /// Shares this machine offers.
        shares: Vec<Share>,
        /// Shares of others it uses.
        mapped_drives: Vec<MappedDrive>,
        /// Whether access to the shares is logged (servers).
        access_logged: bool,
    }
    /// On or off per network profile.
    PerProfile {
        /// Domain networks.
        domain: bool,
        /// Private networks.
        private: bool,
        /// Guest and public networks.
        public: bool,
    }
    /// A share this machine offers.
    Share {
        /// Name.
        name: String,
        /// Folder.
        path: String,
        /// Whether it is one of the system's own (`C$`, `ADMIN$`, `IPC$`, `SYSVOL`, `NETLOGON`, `print$`).
        administrative: bool,
        /// Who may do what.
        permissions: Vec<Permission>,
    }
    /// A right on a share.
    Permission {
        /// Security id: `S-1-1-0` is Everyone, `S-1-5-11` Authenticated Users.
        sid: String,
        /// Name as displayed.
        name: String,
        /// What it allows.
        access: Access,
    }
    /// A share of another machine in use.
    MappedDrive {
        /// Drive letter or mount point.
        letter: String,
        /// Where it leads, for example `\\nas\work`.
        target: String,
    }
    /// Old protocols.
    Protocols {
        /// Whether the machine serves SMB 1.
        smb1_server: bool,
        /// Whether the machine uses SMB 1.
        smb1_client: bool,
        /// 0 to 5; 5 sends NTLMv2 only and refuses LM and NTLM.
        lm_compatibility_level: i64,
        /// Whether LAN Manager hashes are no longer stored.
        no_lm_hash: bool,
        /// Audit of incoming NTLM: 0 off, 1 domain accounts, 2 all.
        ntlm_audit_receiving: i64,
        /// Outgoing NTLM: 0 allowed, 1 audited, 2 denied.
        ntlm_restrict_sending: i64,
        /// Whether SMB signing is required by the server side.
        smb_signing_required: bool,
    }
    /// Remote desktop.
    RemoteDesktop {
        /// Whether connections are accepted.
        enabled: bool,
        /// TCP port; the system's default is 3389.
        port: i64,
        /// Whether network level authentication is required.
        nla: bool,
        /// Members of Remote Desktop Users (administrators may always connect).
        users: Vec<Account>,
        /// Who may reach the port through the firewall; `any` for all, empty when no rule opens it.
        allowed_addresses: Vec<String>,
        /// Whether the built-in Administrator (RID 500) may log on remotely.
        builtin_administrator_allowed: bool,
    }
    /// Accounts of the machine itself.
    Accounts {
        /// Local accounts.
        local: Vec<LocalAccount>,
        /// Members of the local Administrators group.
        administrators: Vec<Account>,
        /// Local administrator password solution.
        laps: Laps,
        /// Password and lockout policy in force.
        policy: AccountPolicy,
    }
    /// An account by security id.
    Account {
        /// Security id.
        sid: String,
        /// Name as displayed.
        name: String,
    }
    /// A local account.
    LocalAccount {
        /// Relative id: 500 is the built-in Administrator, 501 Guest, whatever they are called.
        rid: i64,
        /// Name.
        name: String,
        /// Whether it can be used.
        enabled: bool,
        /// When its password was set.
        password_set_at: At,
    }
    /// Local administrator password solution.
    Laps {
        /// Which.
        kind: LapsKind,
        /// When the password is changed next.
        expires_at: At,
    }
    /// Password and lockout policy.
    AccountPolicy {
        /// Fewest characters.
        min_length: i64,
        /// Whether complexity is required.
        complexity: bool,
        /// Failures until lockout; 0: never locked.
        lockout_threshold: i64,
        /// Minutes locked; 0: until an administrator unlocks it.
        lockout_minutes: i64,
        /// Days after which a password must be changed; 0: never.
        max_age_days: i64,
        /// How many old passwords may not be used again.
        history: i64,
    }
    /// Wireless LAN.
    Wifi {
        /// Number of wireless cards; 0: wired only.
        interfaces: i64,
        /// Connected wireless networks.
        connections: Vec<WifiConnection>,
    }
    /// A connected wireless network.
    WifiConnection {
        /// Hash of the network's name, so that the name stays private.
        ssid_hash: String,
        /// How one joins.
        authentication: WifiAuthentication,
        /// How it is encrypted.
        cipher: WifiCipher,
    }
    /// Event logs.
    EventLogs {
        /// Per channel.
        channels: Vec<LogChannel>,
        /// Whether archived logs are compressed regularly.
        archives_compressed: bool,
    }
    /// One event log channel.
    LogChannel {
        /// Its name, for example `Security` or `Microsoft-Windows-NTLM/Operational`.
        name: String,
        /// Whether it records.
        enabled: bool,
        /// Size at which it is full, in bytes.
        max_size_bytes: i64,
        /// What happens then.
        when_full: WhenFull,
        /// Whether it lies on the boot drive.
        on_boot_drive: bool,
        /// Its file; archives are put beside it.
        path: String,
        /// The oldest record still there.
        oldest_at: At,
    }
    /// USB storage.
    RemovableStorage {
        /// What the policy allows.
        policy: StoragePolicy,
        /// What was plugged in during the last 60 days.
        used: Vec<UsedStorage>,
    }
    /// A USB memory that was plugged in.
    UsedStorage {
        /// Maker and product.
        name: String,
        /// Hash of the serial number.
        serial_hash: String,
        /// When it was last seen.
        last_seen_at: At,
    }
    /// Locking when idle.
    ScreenLock {
        /// Whether the screen locks by itself.
        enabled: bool,
        /// After how many seconds.
        timeout_secs: i64,
    }
    /// Clock synchronisation.
    TimeSync {
        /// Whether it runs.
        enabled: bool,
        /// With whom.
        server: String,
    }
    /// A cloud storage client.
    CloudSync {
        /// Name, for example `OneDrive`.
        name: String,
    }
    /// How and to whom a PC is lent.
    Lending {
        /// How it came to be a home PC.
        kind: LendingKind,
        /// Person who uses it.
        user: String,
        /// When it was lent.
        lent_at: At,
        /// Whether the administrator saw a fresh, supported system (fresh set-up).
        fresh_system: bool,
        /// Whether the administrator saw all patches in place.
        patched: bool,
        /// Whether the administrator saw antivirus running with current definitions.
        antivirus: bool,
        /// Whether the administrator saw no important company or personal data on it.
        no_important_data: bool,
        /// Who confirmed it.
        confirmed_by: String,
        /// When.
        confirmed_at: At,
    }
    /// The software list frozen at lending.
    Baseline {
        /// When.
        frozen_at: At,
        /// Whether the administrator signed it.
        signed_by_administrator: bool,
        /// Whether the user signed it.
        signed_by_user: bool,
        /// Programs that came after it and nobody approved.
        unapproved: Vec<String>,
    }
    /// Where the recovery key is kept.
    RecoveryKey {
        /// Ids of the recovery protectors that were printed.
        protector_ids: Vec<String>,
        /// Whether it was printed.
        printed: bool,
        /// Where it lies.
        kept_where: String,
        /// Who recorded it.
        recorded_by: String,
    }
    /// How the local Administrator password is kept.
    LocalAdministrator {
        /// Whether it differs from every other machine's.
        unique: bool,
        /// Who keeps it.
        managed_by: String,
        /// Where it is kept.
        kept_where: String,
    }
    /// The antivirus' mail scanning, seen by a person.
    MailScanning {
        /// Whether it is on.
        enabled: bool,
        /// Who looked.
        seen_by: String,
        /// Whether a screenshot was kept.
        screenshot: bool,
    }
    /// A machine at home that may talk to the PC.
    AllowedPeer {
        /// IP address.
        address: String,
        /// What it is.
        role: PeerRole,
    }
    /// An approved exception.
    Approval {
        /// For what.
        kind: ApprovalKind,
        /// What exactly.
        detail: String,
        /// Who approved it.
        approved_by: String,
        /// When it ends.
        expires_at: At,
    }
    /// A review that was signed off.
    Review {
        /// Who reviewed.
        by: String,
        /// When.
        at: At,
        /// Whether everything was found right.
        clean: bool,
        /// What was noted.
        note: String,
    }
    /// How important the information handled is.
    Importance {
        /// Whether personal data, biometrics or business secrets are handled here.
        important: bool,
    }
}

words! {
    /// What a server serves.
    ServerRole {
        /// Domain controller.
        DomainController,
        /// File server.
        FileServer,
        /// Web server (IIS).
        Iis,
        /// DHCP server.
        Dhcp,
        /// DNS server.
        Dns,
        /// Network policy server (RADIUS).
        Nps,
        /// Application or database server.
        Application,
    }
    /// Family of operating systems.
    OsFamily {
        /// Windows.
        Windows,
        /// Linux.
        Linux,
        /// macOS.
        Macos,
        /// Another.
        Other,
    }
    /// Servicing channel of Windows.
    OsChannel {
        /// Home, Pro: general availability, 24 months.
        General,
        /// Enterprise, Education: general availability, 36 months.
        Enterprise,
        /// Long-term servicing.
        LongTerm,
        /// IoT long-term servicing.
        IotLongTerm,
        /// Windows Server.
        Server,
        /// Not Windows.
        Other,
    }
    /// Kind of an update.
    UpdateKind {
        /// Closes a hole.
        Security,
        /// Antivirus definitions.
        Definition,
        /// Driver.
        Driver,
        /// New version of the system.
        Feature,
        /// Anything else.
        Other,
    }
    /// Severity of an update.
    UpdateSeverity {
        /// 緊急.
        Critical,
        /// 重要.
        Important,
        /// 警告.
        Moderate,
        /// 注意.
        Low,
        /// Not rated.
        Unspecified,
    }
    /// Who a program is installed for.
    SoftwareScope {
        /// Everybody on the machine.
        Machine,
        /// One user.
        User,
    }
    /// Kind of a scan.
    ScanKind {
        /// Every drive.
        Full,
        /// The usual places.
        Quick,
        /// None.
        None,
    }
    /// What encrypts a volume.
    Encryption {
        /// BitLocker or device encryption.
        Bitlocker,
        /// Linux.
        Luks,
        /// macOS.
        Filevault,
        /// Nothing.
        None,
        /// Something else.
        Other,
    }
    /// Whether the encryption protects.
    Protection {
        /// It does.
        On,
        /// It does not.
        Off,
        /// Encrypted, but the key lies open on the disk until protection is resumed.
        Suspended,
    }
    /// What opens an encrypted volume.
    ProtectorKind {
        /// TPM alone.
        Tpm,
        /// TPM and PIN.
        TpmPin,
        /// TPM and start-up key.
        TpmStartupKey,
        /// The 48 digits.
        RecoveryPassword,
        /// Key file.
        ExternalKey,
        /// Password.
        Password,
        /// Certificate.
        PublicKey,
        /// The key lies open.
        ClearKey,
        /// Something else.
        Other,
    }
    /// Windows' kind of network.
    NetworkProfile {
        /// The company's domain.
        Domain,
        /// Private.
        Private,
        /// Guest or public.
        Public,
    }
    /// What the firewall does with what no rule names.
    InboundDefault {
        /// Refuses it.
        Block,
        /// Lets it in.
        Allow,
    }
    /// Kind of a network card.
    AdapterKind {
        /// Cable.
        Wired,
        /// Wireless.
        Wifi,
        /// VPN.
        Vpn,
        /// Anything else.
        Other,
    }
    /// What a right allows.
    Access {
        /// Reading.
        Read,
        /// Changing.
        Change,
        /// Everything.
        Full,
    }
    /// Which LAPS.
    LapsKind {
        /// Built into Windows since April 2023.
        Windows,
        /// The old Microsoft LAPS.
        Legacy,
        /// None.
        None,
    }
    /// How one joins a wireless network.
    WifiAuthentication {
        /// No password.
        Open,
        /// WEP.
        Wep,
        /// WPA with a shared key.
        WpaPsk,
        /// WPA2 with a shared key.
        Wpa2Psk,
        /// WPA3 with a shared key (SAE).
        Wpa3Sae,
        /// WPA with a login.
        WpaEnterprise,
        /// WPA2 with a login.
        Wpa2Enterprise,
        /// WPA3 with a login.
        Wpa3Enterprise,
        /// Encrypted without password (OWE).
        Owe,
        /// Something else.
        Other,
    }
    /// How a wireless network is encrypted.
    WifiCipher {
        /// Not.
        None,
        /// WEP.
        Wep,
        /// TKIP.
        Tkip,
        /// AES (CCMP).
        Ccmp,
        /// AES (GCMP).
        Gcmp,
        /// Something else.
        Other,
    }
    /// What happens when a log is full.
    WhenFull {
        /// The oldest records are overwritten.
        Overwrite,
        /// The log is archived and a new one begun.
        Archive,
        /// Nothing more is recorded.
        Stop,
    }
    /// What the policy allows with USB storage.
    StoragePolicy {
        /// Nothing.
        Denied,
        /// Reading.
        ReadOnly,
        /// Everything.
        Allowed,
    }
    /// How a PC came to be a home PC.
    LendingKind {
        /// Freshly set up.
        Fresh,
        /// The PC the person was using already.
        InUse,
    }
    /// A machine at home that may talk to the PC.
    PeerRole {
        /// Printer.
        Printer,
        /// Edge router.
        Router,
    }
    /// What an exception is for.
    ApprovalKind {
        /// Remote desktop.
        RemoteDesktop,
        /// USB memory.
        UsbStorage,
        /// Software or cloud service.
        Software,
        /// Another encryption.
        Encryption,
    }
}
