//! The allowed arrows between crates, in one table, held against what cargo says.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Each crate with the crates of ours it may use. ARCHITECTURE.md draws the same.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("collect", &["model"]),
    ("network", &["model"]),
    ("directory", &["model"]),
    ("remedy", &["model"]),
    ("guideline", &["model"]),
    ("store", &["model"]),
    ("paper", &["model"]),
    ("app", &["model", "collect", "network", "directory", "guideline", "remedy", "store", "paper"]),
    ("web", &["model", "app"]),
    ("mimamori", &["model", "guideline", "collect", "network", "directory", "app", "web"]),
    ("mimamori-agent", &["model", "collect", "remedy"]),
    ("xtask", &["model", "guideline", "remedy", "mimamori-agent"]),
];

/// Crates that must not come near some of ours: SQL only in `store`, HTTP only in `web`, but for the agent's own page.
const KEPT_OUT: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("axum", "web"),
    ("askama", "web"),
    ("cel", "guideline"),
    ("ldap3", "directory"),
    ("httparse", "mimamori-agent"),
];

/// What is wrong.
pub(crate) fn problems(root: &Path) -> Vec<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root)
        .output();
    let metadata: Value = match output {
        Ok(output) if output.status.success() => match serde_json::from_slice(&output.stdout) {
            Ok(metadata) => metadata,
            Err(error) => return vec![format!("cargo metadata: {error}")],
        },
        Ok(output) => return vec![format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr))],
        Err(error) => return vec![format!("cargo metadata: {error}")],
    };
    let mut found = Vec::new();
    let packages = metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default();
    let text =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    for package in &packages {
        let name = text(package, "name");
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name.as_str()) else {
            found.push(format!("crate '{name}' is not in the table of arrows (xtask/src/floors.rs)"));
            continue;
        };
        for dependency in package.get("dependencies").and_then(Value::as_array).into_iter().flatten() {
            let target = text(dependency, "name");
            let for_tests = text(dependency, "kind") == "dev";
            let ours = ARROWS.iter().any(|(known, _)| *known == target.as_str());
            if ours && !for_tests && !allowed.contains(&target.as_str()) {
                found.push(format!("{name} must not use {target}: see the floors in ARCHITECTURE.md"));
            }
            if KEPT_OUT.iter().any(|(kept, home)| *kept == target.as_str() && *home != name.as_str())
                && !for_tests
            {
                found.push(format!("{name} must not use {target}"));
            }
        }
    }
    for (name, _) in ARROWS {
        if !packages.iter().any(|package| text(package, "name") == **name) {
            found.push(format!("the table of arrows names '{name}', which is gone"));
        }
    }
    found
}
