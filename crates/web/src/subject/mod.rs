//! PCs, servers, domains …: the list of a kind, one's page.

use app::AppError;
use model::{Subject, SubjectKind};

pub(crate) mod list;
pub(crate) mod retire;
pub(crate) mod show;

/// A subject from an address.
pub(crate) fn subject(kind: &str, id: &str) -> Result<Subject, AppError> {
    let kind: SubjectKind = kind.parse().map_err(|_| AppError::NotFound("kind"))?;
    Ok(Subject::new(kind, id))
}
