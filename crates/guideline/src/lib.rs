//! Loads and checks the catalogue, tailors it by a profile, judges evidence.
//!
//! Knows nothing of storage or HTTP. Its only I/O is loading the catalogue's files; judging does none and reads no
//! clock, so that the same evidence always gives the same verdicts.

pub mod catalog;
pub mod example;
pub mod judge;
pub mod profile;
pub mod schema;

pub use catalog::Catalog;
pub use catalog::problem::{Problem, Problems};
pub use catalog::readiness;
pub use judge::{Judge, JudgeError};
pub use profile::Profile;
