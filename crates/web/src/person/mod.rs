//! The staff register: the list, one person, lists of staff in and out, accounts of the directory taken over.

use crate::page::Page;

pub(crate) mod directory;
pub(crate) mod exchange;
pub(crate) mod list;
pub(crate) mod show;

/// What a field is called.
pub(super) fn field_in_words(p: &Page, field: &str) -> String {
    p.t(&format!("person-field-{field}"))
}

/// What a field says, in words: flags by their names, an empty text as a dash.
pub(super) fn value_in_words(p: &Page, field: &str, value: &str) -> String {
    match (field, value) {
        ("works_from_home", flag) => p.t(if flag == "yes" { "yes" } else { "no" }),
        (_, "") => "–".to_owned(),
        ("directory_account", "-") => p.t("person-no-account"),
        (_, text) => text.to_owned(),
    }
}

/// Changes in words: field, before, after.
pub(super) fn changes_in_words(
    p: &Page,
    changes: &[app::person::FieldChange],
) -> Vec<(String, String, String)> {
    changes
        .iter()
        .map(|change| {
            let words = |value: &str| value_in_words(p, change.field, value);
            (field_in_words(p, change.field), words(&change.before), words(&change.after))
        })
        .collect()
}
