//! Active Directory domains: which are read, as whom and when; what was found, what is dangerous in it, and the group
//! policy that mends it. Knows no LDAP and no SMB: reading is handed in (`reading`).

pub mod change;
mod difference;
pub mod domain;
mod entry;
pub mod hazard;
pub mod policy;
pub mod reading;
mod run;
mod save;
pub mod schedule;
pub mod show;
pub mod table;

use serde::{Deserialize, Serialize};

pub use difference::{Difference, Differences};
pub use entry::{Address, PEM_MAX_BYTES, certificates, pem_of};
pub use run::Attempt;
pub use save::Form;
pub use schedule::Schedule;

/// The kind of record.
pub(crate) const KIND: &str = "directory";
/// The most directories of the register.
pub(crate) const DIRECTORIES_MAX: usize = 20;

/// A directory of the register. Its password is not in here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// `ldaps://…` or `ldap://…`, the latter always with StartTLS.
    pub url: String,
    /// Who signs in.
    pub user: String,
    /// Certificates to trust, in PEM; those of the system when empty.
    #[serde(default)]
    pub ca_pem: String,
    /// Whether group policy is read from SYSVOL.
    pub sysvol: bool,
    /// When it is read by itself.
    pub schedule: Schedule,
}

impl Directory {
    /// How many certificates of its own it trusts.
    #[must_use]
    pub fn certificate_count(&self) -> usize {
        self.ca_pem.matches("BEGIN CERTIFICATE").count()
    }
}

/// What its runs and its password are known by.
pub(crate) fn source(id: u64) -> String {
    format!("directory/{id}")
}
