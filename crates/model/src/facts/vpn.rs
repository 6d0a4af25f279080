//! Facts of a VPN and of the credentials used with it: section 7.1.

use super::{Agreement, facts, words};
use crate::At;

facts! {
    /// What is known of a VPN.
    VpnFacts {
        /// The gateway.
        gateway: Gateway,
        /// How accounts are checked.
        authentication: VpnAuthentication,
        /// Who has an account.
        accounts: Vec<VpnAccount>,
        /// Certificates that open it.
        certificates: Vec<VpnCertificate>,
        /// What its configuration says.
        configuration: VpnConfiguration,
        /// Record: signed reviews of its accounts.
        reviews: VpnReviews,
        /// What its log says.
        accesses: VpnAccesses,
        /// Record: the method and why it was chosen.
        method: VpnMethod,
        /// Record: procedures that are laid down.
        procedures: VpnProcedures,
        /// Record: users who agreed to the procedure.
        agreements: Vec<Agreement>,
        /// Record: how it is watched.
        watch: VpnWatch,
    }
    /// The gateway.
    Gateway {
        /// Maker.
        vendor: String,
        /// Product.
        product: String,
        /// Firmware version.
        firmware: String,
        /// When it was installed.
        firmware_at: At,
        /// Whether the maker no longer mends it.
        support_ended: bool,
        /// Holes known to be used by attackers and not closed here (CVE ids).
        known_exploited: Vec<String>,
        /// When its vulnerabilities were last looked up.
        checked_at: At,
    }
    /// How accounts are checked.
    VpnAuthentication {
        /// Who checks.
        backend: AuthenticationBackend,
        /// Which field of a certificate names the person; absent when there are no certificates.
        certificate_field: CertificateField,
        /// Whether everybody uses one password or key.
        shared_password: bool,
        /// Line of the configuration that decides it.
        line: String,
    }
    /// An account.
    VpnAccount {
        /// Its id.
        name: String,
        /// Whether it can be used.
        enabled: bool,
        /// The person it belongs to; absent when nobody could be matched.
        person: String,
        /// How that person stands.
        status: EmploymentStatus,
        /// Whether several people use it.
        shared: bool,
        /// Whether the directory has an account of this id; absent when no directory was asked.
        in_directory: bool,
        /// Whether the directory account is enabled; absent when there is none, or it was not read.
        directory_enabled: bool,
        /// Last use, as the list says it.
        last_used_at: At,
        /// Name of a person, as the list says it.
        display: String,
        /// Mail address, as the list says it.
        mail: String,
    }
    /// A certificate.
    VpnCertificate {
        /// Subject.
        subject: String,
        /// User principal name.
        upn: String,
        /// Mail address.
        email: String,
        /// When it ends.
        expires_at: At,
        /// Key size in bits.
        key_bits: i64,
        /// Key algorithm, for example `rsa` or `ec`.
        algorithm: String,
        /// Whether it is revoked.
        revoked: bool,
        /// The file it was found in.
        file: String,
        /// Issuer.
        issuer: String,
        /// Serial number in hexadecimal.
        serial: String,
        /// SHA-256 of the certificate in hexadecimal.
        fingerprint: String,
        /// Signature algorithm, for example `sha256WithRSAEncryption`.
        signature: String,
        /// Whether another certificate here, not superseded by renewal, carries the same UPN or mail address.
        duplicate: bool,
        /// The person it belongs to; absent when nobody could be matched.
        person: String,
    }
    /// What its configuration says.
    VpnConfiguration {
        /// Whose it is: `openvpn`, `freeradius` …
        product: String,
        /// Protocols that are switched on.
        protocols: Vec<VpnProtocol>,
        /// What is at fault, with the line.
        findings: Vec<ConfigurationFinding>,
        /// What was not understood and could matter, with the line.
        unread: Vec<String>,
    }
    /// Something at fault in a configuration.
    ConfigurationFinding {
        /// What: a word of `network::vpn`, for example `shared_key` or `weak_cipher`.
        what: String,
        /// File and line: `server.conf:12`.
        place: String,
        /// The line, secrets masked.
        line: String,
        /// The statement it breaks, for example `7.1.5-1`; absent when it is advice.
        breaks: String,
    }
    /// Signed reviews of its accounts.
    VpnReviews {
        /// Of who has an account.
        accounts: VpnAccountReview,
    }
    /// A signed review of who has an account.
    VpnAccountReview {
        /// Who.
        by: String,
        /// When.
        at: At,
        /// Whether nothing was left to put right.
        clean: bool,
        /// What was found.
        note: String,
        /// The ids that were confirmed.
        confirmed: Vec<String>,
    }
    /// What its log says about the last 31 days.
    VpnAccesses {
        /// Whether events arrive.
        arriving: bool,
        /// The newest event.
        last_event_at: At,
        /// Ids let in although disabled or unknown in the directory.
        disabled_accepted: Vec<String>,
        /// Ids in use from two places at once.
        two_places: Vec<String>,
    }
    /// The method and why it was chosen.
    VpnMethod {
        /// Protocol.
        protocol: VpnProtocol,
        /// When its risks and load were last weighed.
        risk_reviewed_at: At,
        /// Why it was chosen.
        note: String,
    }
    /// Procedures that are laid down.
    VpnProcedures {
        /// How one connects.
        connection: bool,
        /// How one proves who one is.
        authentication: bool,
        /// What is done when home-working starts and ends, on leave and on resignation.
        account_changes: bool,
        /// When they were last reviewed.
        reviewed_at: At,
    }
    /// How it is watched.
    VpnWatch {
        /// Whether access logs are kept.
        logs_kept: bool,
        /// Whether intrusions and brute force are watched for.
        attacks_watched: bool,
        /// Who watches.
        by: String,
    }
    /// What is known of a kind of credential.
    CredentialFacts {
        /// Record: which kind.
        kind: CredentialKindFacts,
        /// Record: what is laid down for it.
        procedures: CredentialProcedures,
        /// Record: whether its users were taught.
        training: CredentialTraining,
    }
    /// Which kind of credential.
    CredentialKindFacts {
        /// Kind.
        kind: CredentialKind,
        /// How many people use it.
        users: i64,
    }
    /// What is laid down for a kind of credential.
    CredentialProcedures {
        /// Renewal when it runs out.
        renewal: bool,
        /// Change.
        change: bool,
        /// Revocation.
        revocation: bool,
        /// Lockout.
        lockout: bool,
        /// Theft and loss.
        loss: bool,
        /// Where and how it is kept.
        storage: bool,
        /// When they were last reviewed.
        reviewed_at: At,
    }
    /// Whether users were taught.
    CredentialTraining {
        /// How many of them.
        trained: i64,
        /// When last.
        at: At,
    }
}

words! {
    /// Who checks accounts.
    AuthenticationBackend {
        /// Windows Network Policy Server.
        Nps,
        /// Another RADIUS server that asks the directory.
        RadiusLdap,
        /// The device asks the directory over LDAP.
        Ldap,
        /// Accounts kept on the device.
        Local,
        /// A RADIUS server with accounts of its own.
        RadiusLocal,
        /// A cloud identity provider.
        Cloud,
        /// Something else.
        Other,
    }
    /// The field of a certificate that names the person.
    CertificateField {
        /// User principal name.
        Upn,
        /// Mail address.
        Email,
        /// Common name.
        CommonName,
        /// Organisation: the same for all, names nobody.
        Organization,
        /// Issuer: the same for all, names nobody.
        Issuer,
        /// Certificates are not used.
        None,
    }
    /// How a person stands in the company.
    EmploymentStatus {
        /// Working.
        Active,
        /// On leave.
        OnLeave,
        /// Left.
        Left,
        /// Not in the register.
        Unknown,
    }
    /// VPN protocol.
    VpnProtocol {
        /// IKEv2 with IPsec.
        Ikev2,
        /// L2TP over IPsec.
        L2tpIpsec,
        /// PPTP: broken.
        Pptp,
        /// SSTP.
        Sstp,
        /// OpenVPN.
        Openvpn,
        /// WireGuard.
        Wireguard,
        /// SoftEther.
        Softether,
        /// A maker's TLS-VPN.
        TlsVpn,
        /// Something else.
        Other,
    }
    /// Kind of credential.
    CredentialKind {
        /// Id and password.
        Password,
        /// Certificate or USB token.
        Certificate,
        /// One-time password by hardware.
        OtpHardware,
        /// One-time password by software.
        OtpSoftware,
        /// Fingerprint, face …
        Biometric,
        /// Matrix.
        Matrix,
    }
}
