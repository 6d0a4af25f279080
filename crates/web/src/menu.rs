//! The menu of those who look after everything: what leads where, in groups. Knows nothing of who may see a page; every
//! entry may be looked at by administrators and auditors.

/// Entries that belong together.
pub(crate) struct Group {
    /// The locale key of its heading.
    pub(crate) key: &'static str,
    pub(crate) entries: &'static [Entry],
}

/// One entry.
pub(crate) struct Entry {
    pub(crate) path: &'static str,
    /// The locale key of its words.
    pub(crate) key: &'static str,
    /// Where else this entry is the place one is at.
    also: &'static [&'static str],
}

impl Entry {
    /// Whether the page at `path` belongs to this entry.
    pub(crate) fn is_here(&self, path: &str) -> bool {
        // The lending of a PC stands below the PC's address, and belongs to the lendings.
        let of_a_lending = path.starts_with("/subjects/device/")
            && ["/lending", "/lending/end"].iter().any(|end| path.ends_with(end));
        // So does the leaving of a person below the person's.
        let of_a_leaving = path.starts_with("/people/") && path.ends_with("/leaving");
        match self.path {
            "/" => path == "/",
            "/leaving" if of_a_leaving => true,
            "/people" if of_a_leaving => false,
            "/lendings" if of_a_lending => true,
            _ if of_a_lending => false,
            own => std::iter::once(&own).chain(self.also).any(|start| path.starts_with(start)),
        }
    }
}

const fn entry(path: &'static str, key: &'static str) -> Entry {
    Entry { path, key, also: &[] }
}

/// The menu.
pub(crate) const GROUPS: [Group; 6] = [
    Group {
        key: "menu-group-standing",
        entries: &[
            entry("/", "menu-overview"),
            entry("/checklist", "menu-checklist"),
            entry("/plan", "menu-plan"),
            entry("/risk", "risk-title"),
            entry("/reports", "menu-reports"),
        ],
    },
    Group {
        key: "menu-group-machines",
        entries: &[
            Entry {
                path: "/subjects/device",
                key: "menu-subjects",
                also: &["/subjects", "/evidence", "/remedies"],
            },
            entry("/lendings", "lending-list-title"),
            entry("/recovery-keys", "lending-keys-title"),
            Entry { path: "/agents", key: "agent-title", also: &["/collection"] },
            entry("/homes", "home-list-title"),
            entry("/directories", "directory-title"),
            Entry { path: "/vpns", key: "vpn-list-title", also: &["/credentials"] },
        ],
    },
    Group {
        key: "menu-group-people",
        entries: &[
            entry("/people", "person-list-title"),
            entry("/leaving", "leaving-list-title"),
            entry("/reviews", "review-list-title"),
        ],
    },
    Group {
        key: "menu-group-company",
        entries: &[
            entry("/assets", "asset-list-title"),
            entry("/products", "menu-products"),
            Entry { path: "/readiness", key: "menu-readiness", also: &["/measures"] },
        ],
    },
    Group {
        key: "menu-group-rules",
        entries: &[
            Entry { path: "/policies", key: "menu-policies", also: &["/statements"] },
            Entry { path: "/profiles", key: "menu-profiles", also: &["/upgrade"] },
            entry("/crosswalk", "menu-crosswalk"),
            entry("/waivers", "menu-waivers"),
        ],
    },
    Group {
        key: "menu-group-setting",
        entries: &[
            entry("/company", "menu-company"),
            Entry { path: "/accounts", key: "menu-accounts", also: &["/invitations"] },
            entry("/audit", "menu-audit"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::GROUPS;

    #[test]
    fn a_page_has_one_place_in_the_menu() {
        let check = |path: &str, expected: &str| {
            let entries = GROUPS.iter().flat_map(|group| group.entries);
            let here: Vec<_> = entries.filter(|entry| entry.is_here(path)).map(|entry| entry.path).collect();
            assert_eq!(here, [expected], "{path}");
        };
        check("/", "/");
        check("/checklist/34", "/checklist");
        check("/subjects/device/PC-1", "/subjects/device");
        check("/subjects/person", "/subjects/device");
        check("/subjects/device/PC-1/records", "/subjects/device");
        check("/subjects/device/PC-1/lending", "/lendings");
        check("/subjects/device/PC-1/lending/end", "/lendings");
        check("/lendings/3", "/lendings");
        check("/people/sato", "/people");
        check("/people/sato/leaving", "/leaving");
        check("/credentials/password", "/vpns");
        check("/statements/5.1.4-1", "/policies");
    }
}
