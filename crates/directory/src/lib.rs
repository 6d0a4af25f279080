//! Reads an Active Directory domain and its group policy into facts.
//!
//! Start reading at [`collect()`]. Nothing is ever written to the directory, no password or hash is asked for
//! ([`attribute::ALLOWED`] is the one list of what is), and a refused password is tried once. What could not be read is a
//! miss with its reason. Knows nothing of storage, of reviews, or of the guideline.

mod account;
mod answer;
pub mod attribute;
mod census;
mod collect;
mod connect;
mod entry;
mod error;
pub mod group_policy;
mod password;
mod policy;
mod privileged;
mod read;
mod root;
mod session;
mod start_tls;
pub mod sysvol;
mod target;
mod tls;
mod transport;
pub mod value;

pub use collect::collect;
pub use entry::Entry;
pub use error::DirectoryError;
pub use root::Root;
pub use session::{Reach, Session, Trouble};
pub use target::{Bind, Policies, Secret, Target};
