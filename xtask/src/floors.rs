//! The allowed arrows between crates, in one table, held against what cargo says.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Each crate with the crates of ours it may use. ARCHITECTURE.md draws the same.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("collect", &["model"]),
    ("guideline", &["model"]),
    ("store", &["model"]),
    ("paper", &["model"]),
    ("app", &["model", "guideline", "store", "paper"]),
    ("web", &["model", "app"]),
    ("mimamori", &["model", "guideline", "collect", "app", "web"]),
    ("xtask", &["guideline"]),
];

/// Crates that must not come near some of ours: SQL only in `store`, HTTP only in `web`.
const KEPT_OUT: &[(&str, &str)] = &[("rusqlite", "store"), ("axum", "web"), ("askama", "web"), ("cel", "guideline")];

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
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            found.push(format!("crate '{name}' is not in the table of arrows (xtask/src/floors.rs)"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let target = dependency["name"].as_str().unwrap_or_default();
            let for_tests = dependency["kind"].as_str() == Some("dev");
            let ours = ARROWS.iter().any(|(known, _)| *known == target);
            if ours && !for_tests && !allowed.contains(&target) {
                found.push(format!("{name} must not use {target}: see the floors in ARCHITECTURE.md"));
            }
            if KEPT_OUT.iter().any(|(kept, home)| *kept == target && *home != name) && !for_tests {
                found.push(format!("{name} must not use {target}"));
            }
        }
    }
    for (name, _) in ARROWS {
        if !packages.iter().any(|package| package["name"] == **name) {
            found.push(format!("the table of arrows names '{name}', which is gone"));
        }
    }
    found
}
