//! What two profiles, or two versions of one, do differently.

use guideline::profile::{self, Difference};
use model::Caller;

use super::find;
use crate::{Action, App, AppError, Result};

/// The differences of two profiles.
#[derive(Clone, Debug)]
pub struct ShownDifference {
    /// The first profile's id and name.
    pub from: (String, model::Text),
    /// The second's.
    pub to: (String, model::Text),
    /// What differs, by place.
    pub differences: Vec<Difference>,
}

impl App {
    /// What the second profile does otherwise than the first.
    ///
    /// # Errors
    /// [`AppError::Internal`] when one of them is not there.
    pub fn profile_difference(&self, caller: &Caller, from: &str, to: &str) -> Result<ShownDifference> {
        self.allow(caller, Action::Look, &format!("{from} {to}"))?;
        let base = std::sync::Arc::clone(&self.standard().base);
        let (a, b) =
            self.store.read(|read| Ok::<_, AppError>((find(read, &base, from)?, find(read, &base, to)?)))?;
        Ok(ShownDifference {
            differences: profile::difference(&base, &a, &b),
            from: (a.id, a.name),
            to: (b.id, b.name),
        })
    }
}
