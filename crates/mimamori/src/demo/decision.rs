//! What the sample company decided and accepted, and when.

use app::checklist::Form;
use app::waiver::Grant;
use model::At;

/// The decisions made so many days before `now`: row and form.
pub(crate) fn made(_ago: i64, _now: At) -> Vec<(u32, Form)> {
    Vec::new()
}

/// The acceptances granted so many days before `now`.
pub(crate) fn accepted(_ago: i64, _now: At) -> Vec<Grant> {
    Vec::new()
}
