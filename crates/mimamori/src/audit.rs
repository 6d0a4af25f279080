//! `mimamori audit verify`: proves the audit chain and every document.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use app::{App, Caller};
use clap::ArgMatches;
use guideline::Catalog;
use model::{Lang, SystemClock};

use crate::failure::Failure;

/// Exit code 0 when all is intact, 1 when something was tampered with.
pub(crate) fn run(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    let (verified, altered) = app.verify_audit(&Caller::console(lang))?;
    let (lines, broken, head) = app::audit::proof(&verified);
    let json = own
        .subcommand()
        .and_then(|(_, own)| own.get_one::<String>("format"))
        .is_some_and(|format| format == "json");
    if json {
        println!(
            "{}",
            serde_json::json!({ "intact": lines.is_some() && altered.is_none(), "lines": lines, "head": head,
                "broken_at": broken, "altered": altered })
        );
    } else if let Some(lines) = lines {
        println!("{lines} lines intact, head {head}");
    }
    if let Some(seq) = broken {
        eprintln!(
            "the audit chain is broken at line {seq}: compare with your backup before changing anything"
        );
    }
    if let Some(id) = &altered {
        eprintln!("{id} is not what the audit chain says: compare with your backup before changing anything");
    }
    Ok(if lines.is_some() && altered.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
