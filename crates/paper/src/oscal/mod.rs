//! OSCAL 1.1.3 as JSON: the catalogue, a profile of it, the results of an assessment, and the plan of action and
//! milestones that follows from them. A profile is read back as well.
//!
//! Shape: a guideline group is a group, a policy a group within it, a statement a control; the control's statement
//! part (`s-5.1.4-1_smt`) is what a finding targets. Japanese is the main text; English stands beside it as a
//! property `translation` of our namespace, its text in `remarks`. Ids and UUIDs come from stable names, so the same
//! input gives the same document; a document's own UUID changes exactly when its content does.
//!
//! OSCAL has two states only, satisfied and not-satisfied: `unknown` and `waived` are not-satisfied with the reason
//! `other`, and the property `verdict` tells them apart. Unknown is never a pass.
//!
//! Reference: NIST, OSCAL 1.1.3 model reference and JSON schemas. `tests/oscal.py` checks against them.

mod catalog;
mod name;
mod poam;
mod profile;
mod read;
mod results;

pub use catalog::{CatalogInput, GroupInput, ParamInput, PolicyInput, SourceInput, StatementInput, catalog};
pub use poam::{PoamInput, PoamRow, poam};
pub use profile::{CatalogLink, ExcludeInput, LevelInput, ProfileInput, SetInput, profile};
pub use read::{PROFILE_MAX_BYTES, ReadProfile, read_profile};
pub use results::{ObservationInput, ResultsInput, SubjectInput, assessment_results};

/// The version of OSCAL written.
pub const OSCAL_VERSION: &str = "1.1.3";
/// The namespace of our own properties and parts.
pub const NAMESPACE: &str = "urn:mimamori:oscal";
