//! The register of information assets (section 11.2.1) as a workbook and as CSV, both ways.
//!
//! One asset per line. What is written here, [`read`] reads back without a difference: the words of the lists, devices
//! and people as `device/PC-001; person/yamada`, and in a last column, hidden in the workbook, the version.

mod column;
mod read;
mod touched;
mod write;

use model::{Asset, At};

pub use column::AssetColumn;
pub use read::{ImportedAsset, ImportedAssets, read};
pub use write::{csv, xlsx};

/// What the document property `mimamori-form` says.
pub const FORM: &str = "assets/1";

/// A register at an instant.
#[derive(Clone, Debug)]
pub struct AssetSheet {
    /// The company's name; may be empty.
    pub company: String,
    /// As of when.
    pub as_of: At,
    /// The assets, in the order to print.
    pub lines: Vec<AssetLine>,
}

/// One asset of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLine {
    /// Its number; `None` while it has none.
    pub number: Option<u64>,
    /// Its version; 0 while it is not stored.
    pub version: u32,
    /// The asset.
    pub asset: Asset,
}
