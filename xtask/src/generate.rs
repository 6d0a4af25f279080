//! Files made from others: `catalog/schema/*.json` from the Rust types, `docs/collection.md` from the tables of what is
//! collected, `docs/remedies.md` from the built-in remedies.

use std::path::Path;

use guideline::{Catalog, schema};

fn texts() -> Result<Vec<(String, String)>, String> {
    let catalog = Catalog::embedded().map_err(|problems| problems.to_string())?;
    let mut texts = schemas()?;
    texts.push(("docs/collection.md".to_owned(), crate::collection::page()?));
    texts.push(("docs/remedies.md".to_owned(), crate::remedy::document(&catalog)));
    Ok(texts)
}

fn schemas() -> Result<Vec<(String, String)>, String> {
    schema::all()
        .into_iter()
        .map(|(name, schema)| {
            let text = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())?;
            Ok((format!("catalog/schema/{name}"), text + "\n"))
        })
        .collect()
}

/// Writes all of them.
pub(crate) fn write(root: &Path) -> Result<usize, String> {
    std::fs::create_dir_all(root.join("catalog/schema")).map_err(|error| error.to_string())?;
    let texts = texts()?;
    for (path, text) in &texts {
        std::fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(texts.len())
}

/// Those that no longer match the types.
pub(crate) fn stale(root: &Path) -> Vec<String> {
    match texts() {
        Err(problem) => vec![problem],
        Ok(texts) => texts
            .into_iter()
            .filter(|(path, text)| std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
            .map(|(path, _)| format!("{path} does not match what it is made from: run `cargo xtask gen`"))
            .collect(),
    }
}
