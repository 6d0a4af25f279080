//! `products/*.toml`: products and services of 2018 by class (section 15), as things to look up from a gap.

use model::{StatementId, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A class of products.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductClass {
    /// Its id, for example `virtual-desktop`.
    pub id: String,
    /// Its section, for example `15.1.1`.
    pub section: String,
    /// Its name.
    pub name: Text,
    /// What it does and what to look at when choosing today.
    pub summary: Text,
    /// Statements it can help to meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementId>,
    /// The products.
    #[serde(default, rename = "product", skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
}

/// A product as the guideline of 2018 lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its table, for example `15-1`.
    pub table: String,
    /// Who offers it.
    pub company: String,
    /// What it is called.
    pub name: String,
    /// What it does.
    pub features: Text,
    /// Its page in 2018; empty when none is printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Its price in 2018; empty when none is printed.
    #[serde(default)]
    pub price: Text,
    /// Policies it is printed to serve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Checklist rows it is printed to serve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u32>,
    /// A misprint and how it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}
