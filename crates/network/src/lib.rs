//! Reads what network devices, VPNs and their lists say: configurations, certificates, account lists and logs, as text
//! that somebody hands in.
//!
//! Pure functions over bytes: nothing is asked of any device, and no key, password or secret leaves what is handed in.
//! What is not understood makes an answer unknown, never good. Knows nothing of storage, of who works in the company,
//! or of the directory: whoever asks joins those to what is said here.
//!
//! Where to start reading: [`router`] for the home's and the company's packet filters, [`vpn`] for the VPN.

pub mod router;
pub mod vpn;

/// Who collected, as a document says it.
pub(crate) const COLLECTOR: &str = concat!("mimamori ", env!("CARGO_PKG_VERSION"));
