//! Keeps the state: SQLite in the data folder, evidence that is only added to, the audit chain.
//!
//! The only crate that knows SQL. Knows no policy and no HTTP. Reading goes through [`Read`]; every change goes through
//! [`Store::change`], which writes the audit line before the work in the same transaction, so that neither exists
//! without the other; what can be made again from evidence is written through [`Store::derive`].

mod account;
mod agent;
pub mod attachment;
pub mod audit;
pub mod catalogue;
pub mod collection_run;
mod decision;
mod enrolment;
mod error;
mod evidence;
mod invitation;
mod migrate;
mod open;
mod read;
pub mod record;
mod report;
mod secret;
mod session;
pub mod setting;
mod subject;
mod trend;
mod verdict;
pub mod waiver;
mod witness;
mod write;

pub use account::{Account, NewAccount};
pub use agent::{Agent, Confirmed, Heard, NewAgent};
pub use attachment::{Attachment, NewAttachment};
pub use audit::Act;
pub use collection_run::CollectionRun;
pub use decision::Version;
pub use enrolment::{Enrolment, NewEnrolment};
pub use error::StoreError;
pub use evidence::{EvidenceLine, Received};
pub use invitation::Invitation;
pub use open::Store;
pub use read::Read;
pub use record::{Entry, Record};
pub use report::ReportLine;
pub use secret::Secret;
pub use session::Session;
pub use subject::{StoredSection, SubjectLine};
pub use trend::TrendDay;
pub use verdict::StatementCount;
pub use waiver::WaiverLine;
pub use write::{Change, Derive};

/// The result of an operation on the store.
pub type Result<T> = std::result::Result<T, StoreError>;
