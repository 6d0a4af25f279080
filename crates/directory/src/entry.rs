//! One entry of the directory, as a search returned it.

use std::collections::BTreeMap;

/// One entry: its distinguished name and the attributes that were asked for and are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Distinguished name, as the server writes it.
    pub dn: String,
    /// Values by the attribute's name in lower case, as bytes; a text is UTF-8.
    pub attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl Entry {
    /// The values of an attribute as bytes; empty when it is not there.
    #[must_use]
    pub fn bytes(&self, attribute: &str) -> &[Vec<u8>] {
        self.attributes.get(&attribute.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The first value of an attribute as text; `None` when it is not there or is no text.
    #[must_use]
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.bytes(attribute).first().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The first value of an attribute as a whole number.
    #[must_use]
    pub fn number(&self, attribute: &str) -> Option<i64> {
        self.text(attribute)?.trim().parse().ok()
    }
}
