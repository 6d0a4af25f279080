//! Recovery keys of encrypted drives (5.1.4): which key id is kept where, and – only where the company wants that – the
//! key itself in escrow, readable with the administrators' own key alone.
//!
//! The program never holds a key that opens the escrow: it is made here, shown once, and kept by the administrators. A
//! recovery password is encrypted the moment it is typed; what is stored, logged or said in an error never contains it.

use model::At;
use serde::{Deserialize, Serialize};

mod digits;
mod escrow;
mod list;
mod save;

pub use digits::{NotDigits, read as read_digits};
pub use escrow::{Escrow, OpenForm, Opened};
pub use list::{DriveKey, Register, RegisterLine};
pub use save::KeyForm;
pub(crate) use save::same_id;

/// The kind of record.
pub(crate) const KIND: &str = "recovery_key";

/// Where one recovery key is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryKey {
    /// The PC's or server's kind and id, for example `device/PC-012`.
    pub subject: String,
    /// The key's id as the system names it, for example `{01234567-89AB-…}`.
    pub protector_id: String,
    /// Whether it was printed.
    pub printed: bool,
    /// Where the paper, or the directory entry, lies.
    pub kept_where: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: At,
    /// The 48 digits, encrypted (age, armored); absent without escrow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<String>,
}
