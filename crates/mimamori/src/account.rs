//! `mimamori account password`: sets a forgotten password anew.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use app::{App, Caller};
use clap::ArgMatches;
use guideline::Catalog;
use model::{Lang, SystemClock};

use crate::failure::Failure;

/// The longest line read from standard input, in bytes.
const LINE_MAX_BYTES: u64 = 1_000;

/// Reads the new password from standard input, so that it stands in no list of processes.
pub(crate) fn run(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let login =
        own.subcommand().and_then(|(_, own)| own.get_one::<String>("login")).cloned().unwrap_or_default();
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    eprintln!("{}", web::locale::text(lang, "cli-account-type", &[]));
    let mut text = String::new();
    std::io::stdin()
        .take(LINE_MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| Failure::file("standard input", error, "type the password, then Ctrl-D"))?;
    app.reset_password(&Caller::console(lang), &login, text.lines().next().unwrap_or_default())?;
    println!("{}", web::locale::text(lang, "cli-account-done", &[]));
    Ok(ExitCode::SUCCESS)
}
