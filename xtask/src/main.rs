//! Chores of the project; `cargo xtask` lists them. Each is also run by the tests, so that none is forgotten.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod catalog;
mod collection;
mod floors;
mod generate;
mod remedy;
mod simulate;
mod text;
mod tidy;

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["catalog", files @ ..] => catalog::run(files),
        ["scripts", folder] => match remedy::write_scripts(Path::new(folder)) {
            Ok(count) => {
                println!("{count} scripts written");
                ExitCode::SUCCESS
            }
            Err(problem) => told("scripts", &[problem]),
        },
        ["gen"] => match generate::write(&root()) {
            Ok(count) => {
                println!("{count} files written");
                ExitCode::SUCCESS
            }
            Err(problem) => told("gen", &[problem]),
        },
        ["tidy"] => told("tidy", &tidy()),
        ["text"] => told("text", &text::problems(&root())),
        ["check"] => check(),
        ["simulate", rest @ ..] => match simulate::Order::parse(rest).and_then(|order| simulate::run(&order))
        {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => told("simulate", &[problem]),
        },
        ["demo", rest @ ..] => cargo(&[&["run", "--package", "mimamori", "--", "demo"], rest].concat()),
        _ => {
            eprintln!(
                "cargo xtask check               everything below, formatting and lints, before a commit\n\
                 cargo xtask tidy                floors, file headers, names, the paths of ARCHITECTURE.md\n\
                 cargo xtask text                interface texts: every key used, every key there, both languages\n\
                 cargo xtask gen                 write catalog/schema/, docs/collection.md and docs/remedies.md\n\
                 cargo xtask scripts FOLDER      write the script of every built-in remedy\n\
                 cargo xtask catalog [FILE...]   mistakes of the catalogue with file and line, and every example\n\
                 cargo xtask demo [ARGS...]      start the sample company\n\
                 cargo xtask simulate --url URL --code CODE [--devices N] [--changed PERCENT] [--rounds N | --hours H]\n\
                 \x20               [--spread SECS] [--workers N]   PCs that enrol and report over TLS, and what it costs"
            );
            ExitCode::from(2)
        }
    }
}

fn tidy() -> Vec<String> {
    let root = root();
    let remedies = match guideline::Catalog::embedded() {
        Ok(catalog) => remedy::problems(&catalog),
        Err(problems) => vec![problems.to_string()],
    };
    [floors::problems(&root), tidy::problems(&root), remedies].concat()
}

fn check() -> ExitCode {
    let root = root();
    let steps: [(&str, Vec<String>); 3] =
        [("tidy", tidy()), ("text", text::problems(&root)), ("gen", generate::stale(&root))];
    let mut code = ExitCode::SUCCESS;
    for (name, problems) in &steps {
        if told(name, problems) != ExitCode::SUCCESS {
            code = ExitCode::FAILURE;
        }
    }
    for result in [
        catalog::run(&[]),
        cargo(&["fmt", "--all", "--check"]),
        cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    ] {
        if result != ExitCode::SUCCESS {
            code = ExitCode::FAILURE;
        }
    }
    code
}

fn told(name: &str, problems: &[String]) -> ExitCode {
    for problem in problems {
        eprintln!("{name}: {problem}");
    }
    println!("{name}: {} problems", problems.len());
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cargo(args: &[&str]) -> ExitCode {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let done = Command::new(cargo).args(args).current_dir(root()).status();
    if done.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All files below a folder with one of these endings, in order.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(here) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&here) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() {
                if !hidden && !path.ends_with("target") && !path.ends_with("mimamori-data") {
                    waiting.push(path);
                }
            } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Vec<String> = Vec::new();

    #[test]
    fn crates_point_down_only() {
        assert_eq!(floors::problems(&root()), NOTHING);
    }

    #[test]
    fn the_house_is_tidy() {
        assert_eq!(tidy::problems(&root()), NOTHING);
    }

    #[test]
    fn every_text_is_there_and_used() {
        assert_eq!(text::problems(&root()), NOTHING);
    }

    #[test]
    fn generated_files_are_fresh() {
        assert_eq!(generate::stale(&root()), NOTHING);
    }
}
