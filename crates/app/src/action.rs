//! What can be done, and who may: the one table.

use model::{Caller, Role};
use store::Act;

use crate::{App, AppError, Result};

/// Something a caller may want to do. The name is `noun.verb`, as in the audit chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Look at anything: overview, checklist, plan, devices, evidence, exports.
    Look,
    /// Save a checklist row's evaluation.
    DecisionSave,
    /// Add, change or take away information assets.
    AssetSave,
    /// Bring in a fact document.
    EvidenceReceive,
    /// Take a subject out of judging, or back in.
    SubjectRetire,
    /// Accept something that is not met, until a day.
    WaiverGrant,
    /// End an acceptance.
    WaiverEnd,
    /// Change the company's name, size, parts or profile.
    CompanySave,
    /// Make, change or remove an own profile.
    ProfileSave,
    /// Move the assessment on to another catalogue.
    CatalogueMove,
    /// Record, change or remove a product the company uses.
    ProductSave,
    /// Answer about readiness, or plan a measure that helps.
    ReadinessSave,
    /// Make a report that is kept with its seal.
    ReportMake,
    /// Make an account.
    AccountCreate,
    /// Disable or enable an account.
    AccountDisable,
    /// Make or close a code by which machines enrol.
    AgentEnrol,
    /// Revoke a machine's agent.
    AgentRevoke,
    /// Give a person a link that signs them in.
    InvitationMake,
    /// Record what is known of a home and its devices, or confirm what its person said.
    HomeSave,
    /// Record which machines may talk to a lent PC at home.
    PeerSave,
    /// Lend a PC, freeze its list, sign, end the lending.
    LendingSave,
    /// Approve an exception for a PC, or end one.
    ApprovalSave,
    /// Record where a recovery key is kept.
    RecoveryKeySave,
    /// Record about a PC what only a person can tell.
    PcRecordSave,
    /// Set up the escrow of recovery keys, or end it.
    EscrowSave,
    /// Look at a recovery key in escrow.
    EscrowOpen,
    /// Enter, change or remove people in the register, and do what their leaving asks for.
    PersonSave,
    /// Sign a review.
    ReviewSign,
    /// Record what is laid down for a VPN and its credentials, and whose an account is.
    VpnSave,
    /// Record, change or remove a directory that is read.
    DirectorySave,
    /// Read a directory.
    DirectoryRead,
    /// Hand out group policy for a domain.
    DirectoryPackage,
    /// Keep a password, sealed.
    SecretSave,
    /// Delete a password that was kept.
    SecretDrop,
    /// See what concerns oneself: one's PCs, home, devices.
    OwnLook,
    /// Tell about what concerns oneself: reports, signatures, proofs.
    OwnReport,
    /// Change one's own password.
    PasswordChange,
    /// Change one's own language.
    LangChange,
}

impl Action {
    /// Every action.
    pub const ALL: &[Action] = &[
        Action::Look,
        Action::DecisionSave,
        Action::AssetSave,
        Action::EvidenceReceive,
        Action::SubjectRetire,
        Action::WaiverGrant,
        Action::WaiverEnd,
        Action::CompanySave,
        Action::ProfileSave,
        Action::CatalogueMove,
        Action::ProductSave,
        Action::ReadinessSave,
        Action::ReportMake,
        Action::AccountCreate,
        Action::AccountDisable,
        Action::AgentEnrol,
        Action::AgentRevoke,
        Action::InvitationMake,
        Action::HomeSave,
        Action::PeerSave,
        Action::LendingSave,
        Action::ApprovalSave,
        Action::RecoveryKeySave,
        Action::PcRecordSave,
        Action::EscrowSave,
        Action::EscrowOpen,
        Action::PersonSave,
        Action::ReviewSign,
        Action::VpnSave,
        Action::DirectorySave,
        Action::DirectoryRead,
        Action::DirectoryPackage,
        Action::SecretSave,
        Action::SecretDrop,
        Action::OwnLook,
        Action::OwnReport,
        Action::PasswordChange,
        Action::LangChange,
    ];

    /// The action's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Action::Look => "look",
            Action::DecisionSave => "decision.save",
            Action::AssetSave => "asset.save",
            Action::EvidenceReceive => "evidence.receive",
            Action::SubjectRetire => "subject.retire",
            Action::WaiverGrant => "waiver.grant",
            Action::WaiverEnd => "waiver.end",
            Action::CompanySave => "company.save",
            Action::ProfileSave => "profile.save",
            Action::CatalogueMove => "catalogue.move",
            Action::ProductSave => "product.save",
            Action::ReadinessSave => "readiness.save",
            Action::ReportMake => "report.make",
            Action::AccountCreate => "account.create",
            Action::AccountDisable => "account.disable",
            Action::AgentEnrol => "agent.enrol",
            Action::AgentRevoke => "agent.revoke",
            Action::InvitationMake => "invitation.make",
            Action::HomeSave => "home.save",
            Action::PeerSave => "peer.save",
            Action::LendingSave => "lending.save",
            Action::ApprovalSave => "approval.save",
            Action::RecoveryKeySave => "recovery_key.save",
            Action::PcRecordSave => "pc_record.save",
            Action::EscrowSave => "escrow.save",
            Action::EscrowOpen => "escrow.open",
            Action::PersonSave => "person.save",
            Action::ReviewSign => "review.sign",
            Action::VpnSave => "vpn.save",
            Action::DirectorySave => "directory.save",
            Action::DirectoryRead => "directory.read",
            Action::DirectoryPackage => "directory.package",
            Action::SecretSave => "secret.save",
            Action::SecretDrop => "secret.drop",
            Action::OwnLook => "own.look",
            Action::OwnReport => "own.report",
            Action::PasswordChange => "password.change",
            Action::LangChange => "lang.change",
        }
    }

    /// Whether a role may.
    #[must_use]
    pub fn open_to(self, role: Role) -> bool {
        match role {
            Role::Administrator => true,
            Role::Auditor => matches!(
                self,
                Action::Look
                    | Action::OwnLook
                    | Action::OwnReport
                    | Action::ReportMake
                    | Action::PasswordChange
                    | Action::LangChange
            ),
            Role::Staff => matches!(
                self,
                Action::OwnLook | Action::OwnReport | Action::PasswordChange | Action::LangChange
            ),
            Role::Agent => false,
        }
    }
}

impl App {
    /// Writes down that a caller was refused before a use case was reached.
    ///
    /// # Errors
    /// The database.
    pub fn refuse(&self, caller: &Caller, action: Action, object: &str) -> Result<()> {
        Ok(self.store.denied(&self.act(caller, action, object, ""))?)
    }

    /// Lets a caller go on, or writes down that they were refused.
    ///
    /// # Errors
    /// [`AppError::Denied`].
    pub(crate) fn allow(&self, caller: &Caller, action: Action, object: &str) -> Result<()> {
        if action.open_to(caller.role) {
            return Ok(());
        }
        self.store.denied(&self.act(caller, action, object, ""))?;
        Err(AppError::Denied)
    }

    /// The audit line of an action.
    pub(crate) fn act<'a>(&self, caller: &'a Caller, action: Action, object: &str, detail: &str) -> Act<'a> {
        Act {
            at: self.now(),
            caller,
            action: action.name(),
            object: object.to_owned(),
            detail: detail.chars().take(500).collect(),
        }
    }
}
