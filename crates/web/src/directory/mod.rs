//! Active Directory: the domains that are read, what was found in each, and the group policy that mends it.

pub(crate) mod facts;
pub(crate) mod list;
pub(crate) mod policy;
pub(crate) mod show;

use app::directory::table::Cell;

use crate::page::Page;

/// The largest form: certificates travel with it.
pub(crate) const FORM_MAX_BYTES: usize = 512 * 1024;

/// A cell of a table in words.
fn cell(p: &Page, cell: &Cell) -> String {
    match cell {
        Cell::Words(words) => words.clone(),
        Cell::Key(key) => p.t(&format!("domain-cell-{key}")),
        Cell::KeyWith(key, word) => p.tx(&format!("domain-cell-{key}"), word),
        Cell::Setting(name) => setting(p, name),
        Cell::At(at) => at.day(),
    }
}

/// A setting of group policy in words; one there are no words for by its name.
fn setting(p: &Page, name: &str) -> String {
    p.word_or(&format!("policy-setting-{}", name.replace('.', "-")), name)
}

/// A changed setting in words: those of group policy carry the kind of machine, `remote_desktop.nla (servers)`.
fn changed_setting(p: &Page, name: &str) -> String {
    match name.strip_suffix(')').and_then(|rest| rest.split_once(" (")) {
        Some((own, reach)) => {
            let reach = p.word_or(&format!("domain-cell-{reach}"), reach);
            format!("{} – {reach}", setting(p, own))
        }
        None => setting(p, name),
    }
}
