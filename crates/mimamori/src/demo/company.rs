//! The sample company: its people, PCs, servers and everything else, as fact documents.

use model::{At, FactDocument};

/// The company's name.
pub(crate) const NAME: &str = "株式会社みなとソフトウェア";
/// The person who looks after IT.
pub(crate) const ADMINISTRATOR: &str = "佐藤 美咲";

/// The documents that arrived so many days before `now`, dated then.
pub(crate) fn documents(_now: At, _ago: i64) -> Vec<FactDocument> {
    Vec::new()
}
