//! What is worth knowing of a method and of a maker's line: `catalog/vpn-products.toml`. Nothing is judged by it.

use std::sync::LazyLock;

use model::Text;
use model::facts::VpnProtocol;
use serde::Deserialize;

/// The table as it is written.
const TABLE: &str = include_str!("../../../../catalog/vpn-products.toml");

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Must not be used.
    Broken,
    /// Its maker has ended it.
    Ended,
    /// Attackers have used its holes.
    Exploited,
    /// Used with care.
    Care,
}

impl Level {
    /// The level's name, for example `broken`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Broken => "broken",
            Level::Ended => "ended",
            Level::Exploited => "exploited",
            Level::Care => "care",
        }
    }
}

/// Something worth knowing, with where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How bad it is.
    pub level: Level,
    /// What there is to know and to do.
    pub note: Text,
    /// The source's title.
    pub source: Text,
    /// Its address; may be empty.
    pub url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    method: Vec<Method>,
    product: Vec<Product>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Method {
    protocol: VpnProtocol,
    level: Level,
    note: Text,
    source: Text,
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    /// Names it in messages to those who write the table.
    #[expect(dead_code, reason = "for whoever reads the table")]
    id: String,
    words: Vec<String>,
    #[serde(default)]
    protocols: Vec<VpnProtocol>,
    level: Level,
    note: Text,
    source: Text,
    url: String,
}

/// The table; empty when it cannot be read, which a test keeps from happening.
static READ: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(TABLE).unwrap_or(Table { method: Vec::new(), product: Vec::new() }));

/// The notes for a maker, a product and the methods that are in use, the worst first.
#[must_use]
pub fn notes(vendor: &str, product: &str, protocols: &[VpnProtocol]) -> Vec<Note> {
    let named = format!("{vendor} {product}").to_lowercase();
    let of_method = READ.method.iter().filter(|own| protocols.contains(&own.protocol)).map(|own| Note {
        level: own.level,
        note: own.note.clone(),
        source: own.source.clone(),
        url: own.url.clone(),
    });
    let concerns = |own: &&Product| {
        own.words.iter().any(|word| named.contains(&word.to_lowercase()))
            && (own.protocols.is_empty() || own.protocols.iter().any(|one| protocols.contains(one)))
    };
    let of_product = READ.product.iter().filter(concerns).map(|own| Note {
        level: own.level,
        note: own.note.clone(),
        source: own.source.clone(),
        url: own.url.clone(),
    });
    let mut found: Vec<Note> = of_product.chain(of_method).collect();
    found.sort_by_key(|note| note.level);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_has_sources() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert!(table.method.len() >= 3 && table.product.len() >= 5);
        for url in table.product.iter().map(|own| &own.url) {
            assert!(url.starts_with("https://"), "{url}");
        }
    }

    #[test]
    fn makers_and_methods_are_recognised() {
        let check = |vendor: &str, product: &str, protocols: &[VpnProtocol], expected: &[Level]| {
            let levels: Vec<Level> =
                notes(vendor, product, protocols).iter().map(|note| note.level).collect();
            assert_eq!(levels, expected, "{vendor} {product}");
        };
        check("Fortinet", "FortiGate 60F", &[VpnProtocol::TlsVpn], &[Level::Ended, Level::Care]);
        check("Fortinet", "FortiGate 60F", &[VpnProtocol::Ikev2], &[]);
        check("ヤマハ", "RTX1210", &[VpnProtocol::Pptp], &[Level::Broken, Level::Care]);
        check("Yamaha", "RTX1300", &[VpnProtocol::Ikev2], &[]);
        check("SonicWall", "SMA 210", &[], &[Level::Ended]);
        check("SonicWall", "TZ370", &[], &[]);
        check("", "", &[], &[]);
    }
}
