//! What a reader may rely on: every file says what it is for, names say what things are, files have one subject, and
//! ARCHITECTURE.md names no path that is gone.

use std::path::Path;

use crate::files;

/// The most lines of a source file: beyond that it has more than one subject.
const LINES_MAX: usize = 600;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "common", "helper", "helpers", "manager", "misc"];
/// Words that must not stand in the project: work that is not done.
const UNFINISHED: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// What is wrong.
pub(crate) fn problems(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in [files(&root.join("crates"), &["rs"]), files(&root.join("xtask"), &["rs"])].concat() {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if !text.starts_with("//!") {
            found.push(format!("{shown}: open it with //! what it is for and what it must not know"));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX && !["model/src/facts/", "/examples/"].iter().any(|lists| shown.contains(lists))
        {
            found.push(format!("{shown}: {lines} lines; give each subject a file of its own"));
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if EMPTY_NAMES.contains(&stem.as_str()) {
            found.push(format!("{shown}: the name says nothing"));
        }
        if !shown.starts_with("xtask") {
            for word in UNFINISHED.iter().filter(|word| has_word(&text, word)) {
                found.push(format!("{shown}: {word}"));
            }
        }
    }
    found.extend(architecture(root));
    found
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|rest| rest.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        !letter(before) && !letter(after)
    })
}

/// Paths in backticks exist, and every crate has its paragraph.
fn architecture(root: &Path) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(root.join("ARCHITECTURE.md")) else {
        return vec!["ARCHITECTURE.md is missing".into()];
    };
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > 250 {
        found.push(format!("ARCHITECTURE.md has {lines} lines; 250 are enough"));
    }
    for word in text.split('`').skip(1).step_by(2) {
        let path = word.split([':', '#']).next().unwrap_or_default();
        let named = ["crates/", "catalog/", "locales/", "xtask/", "docs/", "tests/"]
            .iter()
            .any(|start| path.starts_with(start));
        if named && !path.contains(['*', '<', '{', ' ']) && !root.join(path).exists() {
            found.push(format!("ARCHITECTURE.md names {path}, which is not there"));
        }
    }
    let crates = std::fs::read_dir(root.join("crates")).into_iter().flatten().flatten();
    for name in crates.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        if !text.contains(&format!("**{name}**")) {
            found.push(format!("ARCHITECTURE.md has no paragraph about **{name}**"));
        }
    }
    found
}
