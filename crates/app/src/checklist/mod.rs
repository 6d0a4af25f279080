//! The heart: the home-working security checklist of section 11, with what the facts say beside what people decide.

mod batch;
mod contradiction;
mod decide;
mod export;
mod form;
mod list;
mod show;
mod state;
mod take;

pub use batch::GridRow;
pub use contradiction::{Contradiction, Hole};
pub use form::{COST_FIELDS, Form, LossForm};
pub use list::RowLine;
pub use show::{AssetLine, ShownRow, ShownStatement};
pub use state::RowState;
pub(crate) use state::by_statement;
pub use take::{Changed, Proposal, ProposedRow, Saved};
