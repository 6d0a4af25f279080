//! PCs, servers, domains … : lists, one's page, taking out of judging.

mod list;
mod retire;
mod show;

pub use list::Listed;
pub use show::Shown;
