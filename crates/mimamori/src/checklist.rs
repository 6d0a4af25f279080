//! `mimamori checklist export | import`: the company's checklist as a workbook, and back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use app::checklist::{Proposal, Saved};
use app::{App, Caller};
use clap::ArgMatches;
use guideline::Catalog;
use model::{Lang, SystemClock};
use serde_json::json;

use crate::failure::Failure;
use crate::output;

/// Writes or takes in the file.
pub(crate) fn run(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let Some((verb, own)) = own.subcommand() else {
        return Err(Failure::argument("no subcommand", "say export or import"));
    };
    let Some(file) = own.get_one::<PathBuf>("file") else {
        return Err(Failure::argument("no file is named", "name the workbook"));
    };
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    let caller = Caller::console(lang);
    if verb == "export" {
        output::write(Some(file), &app.checklist_workbook(&caller, lang)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let bytes =
        std::fs::read(file).map_err(|error| Failure::file(file.display(), error, "check the path"))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let proposal = app.read_checklist(&caller, &name, &bytes)?;
    let wanted: BTreeSet<u32> = if own.get_flag("preview") {
        BTreeSet::new()
    } else {
        let rows = proposal
            .rows
            .iter()
            .filter(|row| row.problems.is_empty() && (own.get_flag("overwrite") || !row.conflict));
        rows.map(|row| row.no).collect()
    };
    let saved = app.take_proposal(&caller, &proposal, &wanted);
    let json = own.get_one::<String>("format").is_some_and(|format| format == "json");
    let text = if json { as_json(&proposal, &saved, lang) } else { as_text(&proposal, &saved, lang) };
    output::write(None, text.as_bytes())?;
    let left = proposal.rows.iter().any(|row| !wanted.contains(&row.no));
    let is_sound = proposal.refused.is_empty() && proposal.rows.iter().all(|row| row.problems.is_empty());
    let whole = is_sound && saved.iter().all(|own| own.outcome.is_ok());
    let fine = whole && (!left || own.get_flag("preview"));
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn outcome(saved: &[Saved], no: u32) -> Option<Result<u32, String>> {
    let own = saved.iter().find(|own| own.no == no)?;
    Some(own.outcome.as_ref().copied().map_err(ToString::to_string))
}

fn as_json(proposal: &Proposal, saved: &[Saved], lang: Lang) -> String {
    let rows: Vec<_> = proposal
        .rows
        .iter()
        .map(|row| {
            let outcome = outcome(saved, row.no);
            json!({
                "row": row.no, "line": row.line, "conflict": row.conflict,
                "changes": row.changes.iter().map(|own| json!({ "field": own.field, "before": own.before,
                    "after": own.after })).collect::<Vec<_>>(),
                "saved": matches!(outcome, Some(Ok(_))),
                "error": outcome.and_then(Result::err),
                "problems": row.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        })
        .collect();
    let refused: Vec<_> = proposal
        .refused
        .iter()
        .map(|own| {
            let problems = own.problems.iter().map(|problem| {
                json!({ "column": problem.column, "found": problem.found, "why": problem.why.get(lang) })
            });
            json!({ "line": own.line, "row": own.no, "problems": problems.collect::<Vec<_>>() })
        })
        .collect();
    let remarks: Vec<&str> = proposal.remarks.iter().map(|remark| remark.get(lang)).collect();
    format!("{:#}\n", json!({ "rows": rows, "same": proposal.same, "refused": refused, "remarks": remarks }))
}

fn as_text(proposal: &Proposal, saved: &[Saved], lang: Lang) -> String {
    let t = |key: &str| web::locale::text(lang, key, &[]);
    let mut out = String::new();
    for row in &proposal.rows {
        let state = match outcome(saved, row.no) {
            Some(Ok(_)) => t("cli-import-saved"),
            Some(Err(error)) => format!("{}: {error}", t("cli-import-failed")),
            None if !row.problems.is_empty() => {
                let problems: Vec<String> = row.problems.iter().map(ToString::to_string).collect();
                format!("{}: {}", t("cli-import-failed"), problems.join("; "))
            }
            None if row.conflict => t("cli-import-conflict"),
            None => t("cli-import-would"),
        };
        out += &format!("No {} {} [{state}]\n", row.no, row.item.get(lang));
        for own in &row.changes {
            out += &format!("    {}: {:?} → {:?}\n", own.field, own.before, own.after);
        }
    }
    for own in &proposal.refused {
        for problem in &own.problems {
            let (line, why) = (own.line, problem.why.get(lang));
            out += &format!(
                "{} {line}: {} {:?}: {why}\n",
                t("cli-import-refused"),
                problem.column,
                problem.found
            );
        }
    }
    for remark in &proposal.remarks {
        out += &format!("{}\n", remark.get(lang));
    }
    out + &format!("{}: {}\n", t("cli-import-same"), proposal.same)
}
