//! Monthly reviews: the list, and one to be signed.

pub(crate) mod list;
pub(crate) mod show;
