//! The kinds of credential a VPN is opened with: the list of six, and one's page with its six procedures.

pub(crate) mod list;
pub(crate) mod show;
