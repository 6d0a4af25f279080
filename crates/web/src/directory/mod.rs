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
        Cell::At(at) => at.day(),
    }
}
