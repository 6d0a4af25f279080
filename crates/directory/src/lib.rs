//! Reads an Active Directory domain and its group policy into facts.
//!
//! Nothing is ever written to the directory, no password or hash is asked for, and a refused password is tried once.
//! What could not be read is a miss with its reason. Knows nothing of storage, of reviews, or of the guideline.

mod entry;

pub use entry::Entry;

pub mod group_policy;
pub mod sysvol;
