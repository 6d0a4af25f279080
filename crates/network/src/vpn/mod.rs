//! What a VPN says of itself, as files that somebody hands in: guideline section 7.1. Its configuration, the
//! certificates that open it, the list of its accounts, what its RADIUS server or NPS wrote down; and whom an account
//! belongs to.
//!
//! Pure functions over bytes: nothing is asked of any device, nothing is written. Knows nothing of who works in the
//! company or of the directory: `app` hands those in.

pub mod account_list;
pub mod certificate;
pub mod configuration;
pub mod matching;
pub mod radius;
