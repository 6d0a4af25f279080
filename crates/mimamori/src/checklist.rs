//! `mimamori checklist export`: the company's checklist as a workbook.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use app::{App, Caller};
use clap::ArgMatches;
use guideline::Catalog;
use model::{Lang, SystemClock};

use crate::failure::Failure;
use crate::output;

/// Writes the file.
pub(crate) fn run(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let file = own.subcommand().and_then(|(_, own)| own.get_one::<PathBuf>("file"));
    let Some(file) = file else {
        return Err(Failure::argument("no file is named", "name the workbook to write"));
    };
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    output::write(Some(file), &app.checklist_workbook(&Caller::console(lang), lang)?)?;
    Ok(ExitCode::SUCCESS)
}
