//! Distinguished names (RFC 4514), as far as placing one below another needs them.

/// The name in a form that can be compared: lower case, no blanks around separators.
pub(super) fn comparable(dn: &str) -> String {
    parts(dn).iter().map(|part| part.trim().to_lowercase()).collect::<Vec<_>>().join(",")
}

/// The container an entry is in; `None` for a name of one part.
pub(super) fn parent(dn: &str) -> Option<&str> {
    let first = parts(dn).first()?.len();
    dn.get(first + 1..).map(str::trim_start).filter(|rest| !rest.is_empty())
}

/// The value of the first part: `{GUID}` of `cn={GUID},cn=policies,…`.
pub(super) fn first_value(dn: &str) -> Option<&str> {
    parts(dn).first()?.split_once('=').map(|(_, value)| value.trim())
}

/// The container and everything it is in, nearest first, up to and including `root`; empty when it is not below.
pub(super) fn lineage(container: &str, root: &str) -> Vec<String> {
    let root = comparable(root);
    let mut chain = vec![comparable(container)];
    while chain.last().is_some_and(|here| *here != root) {
        match chain.last().and_then(|here| parent(here)) {
            Some(above) => chain.push(above.to_owned()),
            None => return Vec::new(),
        }
    }
    chain
}

/// The parts between commas that are not escaped.
fn parts(dn: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, character) in dn.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                parts.push(dn.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(dn.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_japanese_names_are_kept_apart() {
        let dn = r"CN=山田\, 太郎,OU=総務部,DC=example,DC=test";
        assert_eq!(parent(dn), Some("OU=総務部,DC=example,DC=test"));
        assert_eq!(first_value(dn), Some(r"山田\, 太郎"));
        assert_eq!(comparable("OU=A , DC=b"), "ou=a,dc=b");
        assert_eq!(parent("DC=test"), None);
        assert_eq!(lineage("OU=x,OU=総務部,DC=e,DC=t", "dc=E,DC=T").len(), 3);
        assert!(lineage("OU=x,DC=other", "DC=e,DC=t").is_empty());
        assert_eq!(parent("broken\\"), None);
    }
}
