//! Accounts: signing in, one's own, everybody's, and the language.

pub(crate) mod lang;
pub(crate) mod list;
pub(crate) mod own;
pub(crate) mod sign_in;
