//! Information assets: the list, one's page, a whole system at once, sheets out and in.

use app::asset::Gap;

use crate::page::Page;

pub(crate) mod exchange;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod system;

/// A gap in a few words.
pub(crate) fn gap_word(p: &Page, gap: &Gap) -> String {
    p.tx(&format!("asset-gap-{}", gap.name()), named(gap))
}

/// A gap as a sentence that says what to do.
pub(crate) fn gap_sentence(p: &Page, gap: &Gap) -> String {
    p.tx(&format!("asset-gaplong-{}", gap.name()), named(gap))
}

/// What a gap is about: a subject's id or an asset's number.
fn named(gap: &Gap) -> String {
    let twin = || gap.twin().map(|id| id.to_string()).unwrap_or_default();
    gap.subject().map_or_else(twin, |subject| subject.id.clone())
}

/// What a field says, in words: choices by their names, an empty text as a dash.
pub(crate) fn value_in_words(p: &Page, field: &str, value: &str) -> String {
    match (field, value) {
        ("part", name) => p.t(&format!("asset-part-{name}")),
        ("secrecy", "") => p.t("secrecy-none"),
        ("secrecy", name) => p.t(&format!("secrecy-{name}")),
        ("encryption", name) => p.t(&format!("encryption-{name}")),
        ("credential" | "personal", flag) => p.t(if flag == "yes" { "yes" } else { "no" }),
        (_, "") => "–".to_owned(),
        (_, text) => text.to_owned(),
    }
}

/// What a field is called.
pub(crate) fn field_in_words(p: &Page, field: &str) -> String {
    p.t(&format!("asset-field-{field}"))
}
