//! Products and services: the guideline's classes of 2018 (section 15) as things to look up from a gap, and the
//! company's own list. What is on that list explains; it never changes a verdict.

mod list;
mod save;

use model::StatementId;
use model::decision::Day;
use serde::{Deserialize, Serialize};

pub use list::{ClassFor, ClassLine, Helped, OwnLine, Products, RowProducts, ShownProduct, helps_row};
pub use save::Form;

/// The kind of record.
pub(crate) const KIND: &str = "product";

/// How the company stands to a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In use.
    #[default]
    InUse,
    /// Being considered.
    Considered,
    /// No longer used, or decided against.
    Ended,
}

impl Status {
    /// All, the most present first.
    pub const ALL: [Status; 3] = [Status::InUse, Status::Considered, Status::Ended];

    /// The name, for example `in_use`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::InUse => "in_use",
            Status::Considered => "considered",
            Status::Ended => "ended",
        }
    }

    /// The status of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A product of the company's own list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnProduct {
    /// What it is called.
    pub name: String,
    /// Who offers it; may be empty.
    #[serde(default)]
    pub maker: String,
    /// The id of its class, for example `take-home-pc`; empty when it fits none.
    #[serde(default)]
    pub class: String,
    /// How the company stands to it.
    pub status: Status,
    /// Its price in words; may be empty.
    #[serde(default)]
    pub price: String,
    /// What it costs a year, 0 to 10^15 yen; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yen_yearly: Option<u64>,
    /// Who uses it; may be empty.
    #[serde(default)]
    pub for_whom: String,
    /// The statements it helps with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementId>,
    /// A remark.
    #[serde(default)]
    pub note: String,
    /// When contract and settings were last looked over; absent when never noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Day>,
}
