//! VPNs and the credentials they are opened with (section 7.1): the register, evidence handed in, whose the accounts are.
//!
//! What a person lays down about a VPN is a record; what its configuration, lists, certificates and logs say is an import
//! whose files are not kept, as they hold secrets. Whose an account is follows from the staff register and the directory,
//! and is looked at again whenever one of them changes ([`matching`]). What the files mean is known to `network::vpn`.

mod account;
mod credential;
mod evidence;
mod list;
mod matching;
mod reading;
mod record;
mod risk;
mod show;

use model::facts::{CredentialKind, VpnProtocol};
use model::{Subject, SubjectKind};

pub(crate) use account::MATCHER;
pub use account::{AccountLine, Candidate, VpnAccounts};
pub use credential::{CredentialForm, CredentialLine, ShownCredential, TOPICS};
pub use evidence::{Given, Group, Groups, Outcome};
pub use list::VpnLine;
pub use matching::How;
pub use network::vpn::configuration::WHATS;
pub use reading::{FILES_MAX, Remark};
pub use record::{
    AuthenticationForm, BACKENDS, CERTIFICATE_FIELDS, GatewayForm, MethodForm, NewVpn, ProceduresForm,
    WatchForm,
};
pub use risk::{Level, Note, notes};
pub use show::{ShownVpn, Told};

/// The protocols, in the order forms show them: those one would choose first.
pub const PROTOCOLS: [VpnProtocol; 9] = [
    VpnProtocol::Ikev2,
    VpnProtocol::Wireguard,
    VpnProtocol::Sstp,
    VpnProtocol::Openvpn,
    VpnProtocol::Softether,
    VpnProtocol::TlsVpn,
    VpnProtocol::L2tpIpsec,
    VpnProtocol::Pptp,
    VpnProtocol::Other,
];

/// The kinds of credential, in the order of section 7.1.3.
pub const CREDENTIALS: [CredentialKind; 6] = [
    CredentialKind::Password,
    CredentialKind::Certificate,
    CredentialKind::OtpHardware,
    CredentialKind::OtpSoftware,
    CredentialKind::Biometric,
    CredentialKind::Matrix,
];

/// The word of a protocol, for example `l2tp_ipsec`.
#[must_use]
pub fn protocol_name(protocol: VpnProtocol) -> &'static str {
    match protocol {
        VpnProtocol::Ikev2 => "ikev2",
        VpnProtocol::L2tpIpsec => "l2tp_ipsec",
        VpnProtocol::Pptp => "pptp",
        VpnProtocol::Sstp => "sstp",
        VpnProtocol::Openvpn => "openvpn",
        VpnProtocol::Wireguard => "wireguard",
        VpnProtocol::Softether => "softether",
        VpnProtocol::TlsVpn => "tls_vpn",
        VpnProtocol::Other => "other",
    }
}

/// The word of a kind of credential, for example `otp_hardware`; the id of its subject, unless it bears another.
#[must_use]
pub fn credential_name(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Password => "password",
        CredentialKind::Certificate => "certificate",
        CredentialKind::OtpHardware => "otp_hardware",
        CredentialKind::OtpSoftware => "otp_software",
        CredentialKind::Biometric => "biometric",
        CredentialKind::Matrix => "matrix",
    }
}

/// A VPN as a subject.
fn vpn(id: &str) -> Subject {
    Subject::new(SubjectKind::Vpn, id)
}
