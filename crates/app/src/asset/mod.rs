//! Information assets (情報資産, section 11.2.1): the list with what is missing, one's page, a whole system at once, sheets
//! out and in.

mod choice;
mod difference;
mod exchange;
mod gap;
mod list;
mod save;
mod sheet;
mod show;
mod system;
mod template;

pub use choice::AssetChoices;
pub use difference::{FieldChange, difference};
pub use exchange::{Applied, ChangedLine, NewLine, Preview, Sheet};
pub use gap::Gap;
pub use list::AssetLine;
pub use save::AssetForm;
pub use show::{NamingRow, ShownAsset};
pub use store::Record;
pub use system::{Added, ROWS_MAX, SystemForm, SystemRow};
pub use template::{Template, TemplateRow, templates};

/// The kind of these records.
pub(crate) const KIND: &str = "asset";
/// The most assets kept.
pub(crate) const ASSETS_MAX: usize = 5_000;
