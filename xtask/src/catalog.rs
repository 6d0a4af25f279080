//! Checks the catalogue while it is being written: mistakes with file and line, and every example run.

use std::path::Path;
use std::process::ExitCode;

use guideline::catalog::Files;
use guideline::{Catalog, example};

/// Checks the folder `catalog/`; with file names, tells only what concerns those.
pub(crate) fn run(only: &[&str]) -> ExitCode {
    let files = match Files::with_folder(Path::new("catalog")) {
        Ok(files) => files,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(2);
        }
    };
    let (catalog, mut problems) = Catalog::draft(&files);
    let wanted =
        |file: &str| only.is_empty() || only.iter().any(|name| name.ends_with(file) || file.ends_with(name));
    problems.retain(|problem| wanted(&problem.file));
    let mut examples = 0;
    if let Some(catalog) = &catalog {
        for statement in catalog.statements() {
            let number = statement.id.0.split('-').next().unwrap_or_default();
            let of_wanted_file =
                only.is_empty() || only.iter().any(|name| name.contains(&format!("/{number}-")));
            if of_wanted_file {
                examples += statement.examples.len();
                problems.extend(example::run(catalog, statement));
            }
        }
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    println!("{examples} examples run, {} problems", problems.len());
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
