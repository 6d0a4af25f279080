//! Off-boarding: who leaves or is on leave, and what is not over yet for each.

pub(crate) mod list;
pub(crate) mod show;
