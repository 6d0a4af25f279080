//! The life of a lent PC: who has which, lending and freezing, signing, returned or lost; what a person records about it;
//! and its recovery keys.

pub(crate) mod approval;
pub(crate) mod end;
pub(crate) mod escrow;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod own;
pub(crate) mod record;
pub(crate) mod show;

use app::AppError;
use app::lending::{Lending, Side, Signature};
use model::{Subject, SubjectKind};

/// The number of a lending, from the address.
fn number(text: &str) -> Result<u64, AppError> {
    text.parse().map_err(|_| AppError::NotFound("lending"))
}

/// Each side with its signature.
fn sides(lending: &Lending) -> [(Side, Option<&Signature>); 2] {
    Side::ALL.map(|side| (side, lending.signature(side)))
}

/// The PC of an address.
fn pc(id: &str) -> Subject {
    Subject::new(SubjectKind::Device, id)
}
