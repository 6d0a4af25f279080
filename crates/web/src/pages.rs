//! Long lists in pages: which one is asked for, and the way to the others.

use crate::form::Form;
use crate::page::{Page, encoded};

/// Lines of one page.
const SIZE: usize = 200;
/// The last page anybody can ask for.
const NUMBER_MAX: usize = 10_000;

/// A page of a long list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    number: usize,
}

/// The way from a page of a long list to the others.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    number: usize,
    found: usize,
    /// The address, up to the page's number.
    address: String,
}

impl Pages {
    /// The page a visitor asks for; the first unless told otherwise.
    pub(crate) fn asked(form: &Form) -> Asked {
        Asked { number: form.get("page").parse().unwrap_or(1).clamp(1, NUMBER_MAX) }
    }

    fn last(&self) -> usize {
        self.found.div_ceil(SIZE).max(1)
    }

    /// Whether there is more than one page.
    pub(crate) fn many(&self) -> bool {
        self.last() > 1
    }

    /// The page before.
    pub(crate) fn before(&self) -> Option<String> {
        (self.number > 1).then(|| format!("{}{}", self.address, self.number.min(self.last() + 1) - 1))
    }

    /// The page after.
    pub(crate) fn after(&self) -> Option<String> {
        (self.number < self.last()).then(|| format!("{}{}", self.address, self.number + 1))
    }

    /// Which lines are shown, of how many.
    pub(crate) fn words(&self, p: &Page) -> String {
        let first = ((self.number - 1) * SIZE + 1).min(self.found);
        let last = (self.number * SIZE).min(self.found);
        p.txy("pages-shown", format!("{first}–{last}"), self.found)
    }
}

impl Asked {
    /// How many lines stand on the pages before.
    pub(crate) fn skip(self) -> usize {
        (self.number - 1) * SIZE
    }

    /// How many lines a page has.
    #[expect(clippy::unused_self, reason = "read beside skip")]
    pub(crate) fn size(self) -> usize {
        SIZE
    }

    /// This page of a list of so many, at an address with these fields.
    pub(crate) fn of(self, found: usize, path: &str, fields: &[(&str, &str)]) -> Pages {
        let mut address = format!("{path}?");
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            address += &format!("{name}={}&", encoded(value));
        }
        Pages { number: self.number, found, address: address + "page=" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_to_the_pages_that_are_there() {
        let check = |number, found, before: Option<&str>, after: Option<&str>| {
            let pages = Asked { number }.of(found, "/x", &[("q", "a b"), ("state", "")]);
            assert_eq!((pages.before().as_deref(), pages.after().as_deref()), (before, after));
            assert_eq!(pages.many(), found > SIZE);
        };
        check(1, 0, None, None);
        check(1, 200, None, None);
        check(1, 201, None, Some("/x?q=a%20b&page=2"));
        check(2, 201, Some("/x?q=a%20b&page=1"), None);
        check(9, 201, Some("/x?q=a%20b&page=2"), None);
    }
}
