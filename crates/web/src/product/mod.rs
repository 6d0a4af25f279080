//! Products and services: what there is to look up, and the company's own list.

pub(crate) mod list;
pub(crate) mod show;
