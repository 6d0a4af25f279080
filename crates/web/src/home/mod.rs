//! Homes: everybody's for the administrator, one's own for everybody. Both see the same forms at different addresses.

pub(crate) mod device;
pub(crate) mod list;
pub(crate) mod show;

use crate::page::encoded;

/// The largest form: two screenshots and a little more.
pub(crate) const FORM_MAX_BYTES: usize = 2 * app::attachment::FILE_MAX_BYTES + 256 * 1024;

/// Whose home, and at which addresses.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The person's id; empty for one's own.
    pub(crate) person: String,
    /// The page of the home.
    pub(crate) home: String,
    /// Where its devices are.
    pub(crate) devices: String,
}

impl Place {
    /// One's own.
    pub(crate) fn own() -> Self {
        Self { person: String::new(), home: "/my/home".into(), devices: "/my/devices".into() }
    }

    /// Somebody's.
    pub(crate) fn of(person: &str) -> Self {
        let home = format!("/homes/{}", encoded(person));
        Self { person: person.to_owned(), devices: format!("{home}/devices"), home }
    }

    /// Whether it is one's own.
    pub(crate) fn is_own(&self) -> bool {
        self.person.is_empty()
    }
}
