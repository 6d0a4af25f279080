//! `mimamori catalog`: what is asked, and the catalogue as a document.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::catalog::{Format, export, oscal_profile};
use clap::ArgMatches;
use guideline::catalog::Files;
use guideline::{Catalog, Problems, example};
use model::{Lang, StatementId};

use crate::failure::Failure;
use crate::output;

/// The catalogue in the binary, overridden by a folder when one is named.
pub(crate) fn load(folder: Option<&PathBuf>) -> Result<Catalog, Failure> {
    Ok(match folder {
        Some(folder) => Catalog::with_folder(folder)?,
        None => Catalog::embedded()?,
    })
}

/// Runs a subcommand.
pub(crate) fn run(own: &ArgMatches, folder: Option<&PathBuf>, lang: Lang) -> Result<ExitCode, Failure> {
    let text = |own: &ArgMatches, name: &str| own.get_one::<String>(name).cloned().unwrap_or_default();
    match own.subcommand() {
        Some(("check", _)) => check(folder),
        Some(("list", own)) => {
            let catalog = load(folder)?;
            let json = text(own, "format") == "json";
            output::write(None, if json { list_json(&catalog) } else { list(&catalog, lang) }.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("show", own)) => {
            let catalog = load(folder)?;
            output::write(None, show(&catalog, &text(own, "id"), lang)?.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("export", own)) => {
            let catalog = load(folder)?;
            let format = Format::from_name(&text(own, "format")).unwrap_or(Format::Oscal);
            let bytes = match own.get_one::<String>("profile") {
                Some(name) if format == Format::Oscal => {
                    let profile = catalog.profile(name).ok_or_else(|| unknown_profile(&catalog, name))?;
                    oscal_profile(&catalog, profile)?
                }
                Some(_) => {
                    return Err(Failure::argument(
                        "--profile goes with --format oscal",
                        "leave one of them out",
                    ));
                }
                None => export(&catalog, format, lang)?,
            };
            output::write(own.get_one::<PathBuf>("out").map(PathBuf::as_path), &bytes)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(Failure::argument("no subcommand", "see mimamori catalog --help")),
    }
}

/// What to say when there is no such profile.
pub(crate) fn unknown_profile(catalog: &Catalog, name: &str) -> Failure {
    let names: Vec<&str> = catalog.profiles.iter().map(|profile| profile.id.as_str()).collect();
    Failure::argument(format!("there is no profile '{name}'"), format!("there are: {}", names.join(", ")))
}

/// Every mistake with its file and line, and every example run; exit code 1 when there is any.
fn check(folder: Option<&PathBuf>) -> Result<ExitCode, Failure> {
    let files = match folder {
        Some(folder) => Files::with_folder(Path::new(folder))?,
        None => Files::embedded(),
    };
    let (catalog, mut problems) = Catalog::draft(&files);
    if let Some(catalog) = &catalog {
        problems.extend(example::run_all(catalog));
    }
    if problems.is_empty() {
        let catalog = Catalog::from_files(&files)?;
        let examples: usize = catalog.statements().map(|statement| statement.examples.len()).sum();
        println!(
            "{}: {} statements, {} rows, {examples} examples: all well",
            catalog.name(),
            catalog.statements().count(),
            catalog.rows.len()
        );
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", Problems(problems));
    Ok(ExitCode::FAILURE)
}

fn list(catalog: &Catalog, lang: Lang) -> String {
    let mut out = String::new();
    for policy in &catalog.policies {
        for statement in &policy.statements {
            let level = web::locale::text(lang, &format!("level-{}", statement.level.name()), &[]);
            let _ = writeln!(out, "{:<9} {level}  {}", statement.id.0, policy.title.get(lang));
        }
    }
    out
}

fn list_json(catalog: &Catalog) -> String {
    let lines: Vec<serde_json::Value> = catalog
        .policies
        .iter()
        .flat_map(|policy| policy.statements.iter().map(move |statement| (policy, statement)))
        .map(|(policy, statement)| {
            serde_json::json!({ "id": statement.id, "level": statement.level, "subject": statement.subject,
                "group": policy.group, "title": policy.title, "text": statement.text })
        })
        .collect();
    format!("{}\n", serde_json::Value::from(lines))
}

fn show(catalog: &Catalog, id: &str, lang: Lang) -> Result<String, Failure> {
    let id = StatementId(id.to_owned());
    let (Some(policy), Some(statement)) = (catalog.policy_of(&id), catalog.statement(&id)) else {
        return Err(Failure::argument(format!("there is no statement '{id}'"), "see mimamori catalog list"));
    };
    let t = |key: &str| web::locale::text(lang, key, &[]);
    let mut out = format!("{} {}\n", statement.id, policy.title.get(lang));
    for (key, text) in [
        ("statement-text", &statement.text),
        ("statement-why", &statement.why),
        ("statement-how", &statement.how),
        ("statement-known", &statement.known),
    ] {
        let _ = write!(out, "\n{}\n  {}\n", t(key), text.get(lang).trim().replace('\n', "\n  "));
    }
    for check in &statement.checks {
        let _ = write!(
            out,
            "\n{}: {}\n  {}\n",
            t("statement-remedy"),
            check.title.get(lang),
            check.remedy.get(lang).trim().replace('\n', "\n  ")
        );
        if !check.powershell.trim().is_empty() {
            let _ = write!(out, "\n  {}\n", check.powershell.trim().replace('\n', "\n  "));
        }
    }
    Ok(out)
}
