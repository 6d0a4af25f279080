//! Reads what a VPN's lists and logs say: certificates, account lists, RADIUS and NPS logs, and joins accounts with the
//! people and the directory somebody hands in. Pure functions; knows nothing of storage.

pub mod account_list;
pub mod certificate;
pub mod matching;
pub mod radius;
