//! `mimamori report make | check`: what is handed out, and whether a file is that.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use app::report::{Format, Kind, REPORT_MAX_BYTES};
use app::{App, Caller};
use clap::ArgMatches;
use guideline::Catalog;
use model::evidence::id_of;
use model::{Lang, SystemClock};
use serde_json::json;

use crate::failure::Failure;
use crate::output;

/// Makes or checks one.
pub(crate) fn run(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    match own.subcommand() {
        Some(("make", own)) => make(own, data, catalog, lang),
        Some(("check", own)) => check(own, data, catalog, lang),
        _ => Err(Failure::argument("no subcommand", "say make or check")),
    }
}

/// Keeps the report and writes the same bytes into a file.
fn make(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let text = |name: &str| own.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let asked = Kind::from_name(text("kind")).zip(Format::from_name(text("format")));
    let Some((kind, format)) = asked.filter(|(kind, format)| kind.formats().contains(format)) else {
        return Err(Failure::argument(
            format!("there is no report {} as {}", text("kind"), text("format")),
            "the president's is made as html; the auditor's as html, xlsx, oscal or poam",
        ));
    };
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    let caller = Caller::console(lang);
    let bytes = web::report::document(&app, &caller, kind, format, lang)?;
    // Written before it is kept: a report that nobody has is no report.
    output::write(own.get_one::<PathBuf>("out").map(PathBuf::as_path), &bytes)?;
    app.keep_report(&caller, kind, format, lang, &bytes)?;
    println!("{}: {}", web::locale::text(lang, "cli-report-made", &[]), id_of(&bytes));
    Ok(ExitCode::SUCCESS)
}

/// Exit code 0 when the file is exactly what was made, 1 when it is not.
fn check(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let Some(file) = own.get_one::<PathBuf>("file") else {
        return Err(Failure::argument("no file is named", "name the report"));
    };
    let bytes = read(file)?;
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    let found = app.check_report(&Caller::console(lang), &bytes)?;
    if own.get_one::<String>("format").is_some_and(|format| format == "json") {
        let made = found.as_ref().map(|line| {
            json!({ "id": line.id, "at": line.made_at, "by": line.made_by, "kind": line.kind,
                "format": line.format, "lang": line.lang })
        });
        println!("{}", json!({ "as_made": found.is_some(), "seal": id_of(&bytes), "made": made }));
    } else if let Some(line) = &found {
        let words = web::locale::text(lang, "cli-report-same", &[]);
        println!("{words}: {} {} {} {}", line.made_at, line.made_by, line.kind, line.format);
    } else {
        println!("{}", web::locale::text(lang, "cli-report-other", &[]));
    }
    Ok(if found.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The file's bytes; one larger than any report is refused before it is read whole.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::file(path.display(), error, "check the path");
    let mut bytes = Vec::new();
    let limit = REPORT_MAX_BYTES as u64 + 1;
    std::fs::File::open(path).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > REPORT_MAX_BYTES {
        return Err(Failure::argument(
            format!("{} is too large for a report", path.display()),
            format!("the largest is {} MB", REPORT_MAX_BYTES / 1024 / 1024),
        ));
    }
    Ok(bytes)
}
