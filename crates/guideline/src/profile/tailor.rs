//! The catalogue as a profile makes it: own statements, threats and rows joined in, rows changed.

use std::sync::Arc;

use super::{Misfits, Profile, own};
use crate::catalog::Catalog;

impl Catalog {
    /// The catalogue with a profile's own statements, threats and rows, and the profile resolved: what
    /// [`crate::Judge::new`] takes. Own statements come last, as policies `C1`, `C2` …; the rows are in order.
    ///
    /// # Errors
    /// What does not fit, as [`Profile::misfits`] tells it.
    pub fn tailored(&self, profile: &Profile) -> Result<(Catalog, Profile), Misfits> {
        let resolved = profile.resolved(self)?;
        Ok((tailor(self.untailored(), &resolved), resolved))
    }
}

/// The catalogue as a resolved profile makes it; what does not fit is passed over.
pub(super) fn tailor(catalog: &Catalog, profile: &Profile) -> Catalog {
    let mut tailored = catalog.clone();
    tailored.policies.extend(own::policies(&profile.statements, &catalog.labels));
    tailored.threats.threats.extend(profile.threats.iter().cloned());
    tailored.rows.extend(profile.rows.iter().cloned());
    tailored.rows.sort_by_key(|row| row.no);
    for change in &profile.row_changes {
        let Some(row) = tailored.rows.iter_mut().find(|row| row.no == change.no) else { continue };
        if let Some(item) = &change.item {
            row.item.clone_from(item);
        }
        if let Some(detail) = &change.detail {
            row.detail.clone_from(detail);
        }
        if let Some(threats) = &change.threats {
            row.threats.clone_from(threats);
        }
        for id in &change.add_statements {
            if !row.statements.contains(id) {
                row.statements.push(id.clone());
            }
        }
    }
    tailored.find_places();
    tailored.made_from(Arc::new(catalog.clone()))
}
