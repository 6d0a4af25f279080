//! The words of the product: the values that pass between floors.
//!
//! Knows nothing of files, SQL, HTTP or the time of day. Whatever two crates say to each other is said in
//! these types, so that a word means the same thing on every floor. `docs/words.md` is the glossary.

pub mod agent;
pub mod agent_code;
pub mod asset;
pub mod at;
pub mod caller;
pub mod clock;
pub mod collection;
pub mod decision;
pub mod evidence;
pub mod facts;
pub mod printable;
pub mod risk;
pub mod statement;
pub mod subject;
pub mod text;
pub mod verdict;
pub mod waiver;

pub use asset::Asset;
pub use at::At;
pub use caller::{Caller, Role};
pub use clock::{Clock, SystemClock};
pub use collection::Collection;
pub use evidence::{FactDocument, Miss, Source, Why};
pub use statement::{Level, StatementId};
pub use subject::{Subject, SubjectKind};
pub use text::{Lang, Text};
pub use verdict::{Outcome, Verdict};
pub use waiver::Waiver;
