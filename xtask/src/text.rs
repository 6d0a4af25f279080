//! Interface texts: every key that is named exists, every key that exists is named, in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use crate::files;

/// What is wrong.
pub(crate) fn problems(root: &Path) -> Vec<String> {
    let (ja, en) = (keys(&root.join("locales/ja")), keys(&root.join("locales/en")));
    let mut found: Vec<String> = Vec::new();
    found.extend(ja.difference(&en).map(|key| format!("'{key}' is missing in English")));
    found.extend(en.difference(&ja).map(|key| format!("'{key}' is missing in Japanese")));
    let named = named(root);
    for key in &named.whole {
        if !ja.contains(key) {
            found.push(format!("'{key}' is named and has no text"));
        }
    }
    for key in &ja {
        let used =
            named.whole.contains(key) || named.starts.iter().any(|start| key.starts_with(start.as_str()));
        if !used {
            found.push(format!("'{key}' is never named: remove it from locales/"));
        }
    }
    found
}

fn keys(folder: &Path) -> BTreeSet<String> {
    files(folder, &["ftl"])
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|text| {
            text.lines()
                .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
                .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Keys named in templates and code: whole ones, and the starts of those put together with `format!`.
struct Named {
    whole: BTreeSet<String>,
    starts: BTreeSet<String>,
}

fn named(root: &Path) -> Named {
    let mut named = Named { whole: BTreeSet::new(), starts: BTreeSet::new() };
    let sources =
        [files(&root.join("crates/web"), &["rs", "html"]), files(&root.join("crates/mimamori/src"), &["rs"])];
    for text in sources.iter().flatten().filter_map(|path| std::fs::read_to_string(path).ok()) {
        // Every literal is looked at; those after t( … are keys for certain.
        for (at, _) in text.match_indices('"') {
            let rest = text.get(at + 1..).unwrap_or_default();
            let Some(literal) = rest.split('"').next().filter(|literal| literal.len() < 60) else { continue };
            let before = text.get(..at).unwrap_or_default();
            let called = ["p.t(", ".tn(", ".tx(", ".txy(", " t("].iter().any(|call| before.ends_with(call));
            if let Some((start, _)) = literal.split_once('{') {
                if before.ends_with("format!(") && start.ends_with('-') {
                    named.starts.insert(start.to_owned());
                }
            } else if called || looks_like_key(literal) {
                named.whole.insert(literal.to_owned());
            }
        }
    }
    // A literal that merely looks like a key counts only when there is a text for it.
    let known = keys(&root.join("locales/ja"));
    let certain: BTreeSet<String> = certain(&sources);
    named.whole.retain(|key| known.contains(key) || certain.contains(key));
    named
}

fn certain(sources: &[Vec<std::path::PathBuf>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in sources.iter().flatten().filter_map(|path| std::fs::read_to_string(path).ok()) {
        for call in ["p.t(\"", "p.tn(\"", "p.tx(\"", "p.txy(\"", " t(\""] {
            for (at, _) in text.match_indices(call) {
                let rest = text.get(at + call.len()..).unwrap_or_default();
                if let Some(key) = rest.split('"').next().filter(|key| looks_like_key(key)) {
                    found.insert(key.to_owned());
                }
            }
        }
    }
    found
}

fn looks_like_key(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
}
