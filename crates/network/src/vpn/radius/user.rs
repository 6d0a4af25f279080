//! A user's name as a RADIUS server writes it, taken apart.

/// The longest name kept, in characters.
const CHARS_MAX: usize = 200;

/// A user's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserName {
    /// As written.
    pub written: String,
    /// Without domain or realm. A computer keeps its mark: `host/pc1.example.co.jp`, `PC1$`.
    pub name: String,
    /// The domain of `EXAMPLE\tanaka`, the realm of `tanaka@example.co.jp`.
    pub realm: Option<String>,
}

impl UserName {
    /// Takes a name apart; `None` when nothing is left of it.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let written: String = text.trim().chars().filter(|c| !c.is_control()).take(CHARS_MAX).collect();
        let (name, realm) = if written.starts_with("host/") {
            (written.as_str(), None)
        } else if let Some((realm, name)) = written.rsplit_once('\\') {
            (name, Some(realm))
        } else if let Some((name, realm)) = written.rsplit_once('@') {
            (name, Some(realm))
        } else {
            (written.as_str(), None)
        };
        let realm = realm.map(|realm| realm.trim_end_matches('\\')).filter(|realm| !realm.is_empty());
        let (name, realm) = (name.to_owned(), realm.map(str::to_owned));
        (!name.is_empty()).then_some(Self { written, name, realm })
    }

    /// What one id is known by, however it was written: the name without realm, in lower case, as Windows compares it.
    #[must_use]
    pub fn key(&self) -> String {
        self.name.to_lowercase()
    }

    /// Whether it is a computer's account.
    #[must_use]
    pub fn is_computer(&self) -> bool {
        self.name.starts_with("host/") || self.name.ends_with('$')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |text: &str, expected: Option<(&str, Option<&str>)>| {
            let found = UserName::of(text);
            let found = found.as_ref().map(|user| (user.name.as_str(), user.realm.as_deref()));
            assert_eq!(found, expected, "{text}");
        };
        check("tanaka", Some(("tanaka", None)));
        check("EXAMPLE\\tanaka", Some(("tanaka", Some("EXAMPLE"))));
        check("EXAMPLE\\\\tanaka", Some(("tanaka", Some("EXAMPLE"))));
        check("tanaka@example.co.jp", Some(("tanaka", Some("example.co.jp"))));
        check("host/pc1.example.co.jp", Some(("host/pc1.example.co.jp", None)));
        check("田中", Some(("田中", None)));
        check(" \u{1}", None);
        check("@example", None);
        check("", None);
    }
}
