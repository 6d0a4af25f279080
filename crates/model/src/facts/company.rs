//! Facts of the company itself: sections 4.6, 5.1.2, 6.1.1, 7.1.4, 7.2, 8.3 and 9.

use super::{facts, words};
use crate::At;

facts! {
    /// What is known of the company.
    CompanyFacts {
        /// Record: which parts of the required system the company has (4.6).
        register: Register,
        /// Record: procedures in force.
        procedures: Vec<Document>,
        /// Record: regulations in force.
        regulations: Vec<Document>,
        /// Record: measures taken on.
        tasks: Vec<CompanyTask>,
        /// Record: what is laid down for an outage (7.1.4).
        outage: Outage,
        /// Use of old protocols found in logs or by asking around (6.1.1).
        legacy_protocols: LegacyProtocols,
        /// The system that keeps the logs (8.3.1).
        log_system: LogSystem,
        /// The system that manages antivirus (5.1.5, 5.1.6).
        antivirus_management: AntivirusManagement,
    }
    /// Which parts the company has.
    Register {
        /// Active Directory.
        active_directory: bool,
        /// RADIUS.
        radius: bool,
        /// Firewall.
        firewall: bool,
        /// VPN.
        vpn: bool,
        /// Antivirus.
        antivirus: bool,
        /// People in the company.
        people: i64,
    }
    /// A procedure or regulation in force.
    Document {
        /// Its id, for example `patching` or `9.1`.
        id: String,
        /// Version in force.
        version: String,
        /// When it came into force.
        published_at: At,
        /// Whether staff were told in detail.
        explained: bool,
        /// Whether breaking it has consequences that are laid down.
        penalties: bool,
        /// When it was last reviewed.
        reviewed_at: At,
    }
    /// A measure taken on.
    CompanyTask {
        /// The statement it serves.
        statement: String,
        /// What.
        title: String,
        /// Whether it is finished.
        finished: bool,
        /// By when.
        due_at: At,
    }
    /// What is laid down for an outage.
    Outage {
        /// Whether there is a substitute for the VPN.
        substitute: bool,
        /// Whether the substitute keeps encryption as strong.
        keeps_encryption: bool,
        /// Whether the substitute keeps people identified.
        keeps_identity: bool,
        /// Whether it is laid down when home-working is suspended.
        suspension: bool,
        /// When it was last reviewed or tried.
        reviewed_at: At,
    }
    /// Use of old protocols in the last 31 days.
    LegacyProtocols {
        /// Whether somebody looked.
        surveyed_at: At,
        /// Machines that still need SMB 1 or older.
        smb1_users: Vec<String>,
        /// Accounts and machines that logged on with NTLMv1 or LAN Manager.
        ntlmv1_users: Vec<String>,
        /// Whether NTLM audit events arrive.
        ntlm_audit_arriving: bool,
    }
    /// The system that keeps the logs.
    LogSystem {
        /// Kinds of machine whose logs arrive.
        covers: Vec<LogCoverage>,
        /// How many days they are kept.
        retention_days: i64,
        /// Whether they can be searched on one timeline.
        searchable: bool,
        /// When they were last backed up.
        backed_up_at: At,
    }
    /// The system that manages antivirus.
    AntivirusManagement {
        /// Whether it schedules full scans.
        schedules_scans: bool,
        /// Whether it shows the state of scans.
        shows_scans: bool,
        /// Whether it shows what was detected.
        shows_detections: bool,
        /// Whether it shows the mail scanning setting.
        shows_mail_scanning: bool,
        /// Its name.
        name: String,
    }
}

words! {
    /// A kind of machine whose logs arrive.
    LogCoverage {
        /// PCs.
        Device,
        /// Servers.
        Server,
        /// Network devices.
        NetworkDevice,
    }
}
