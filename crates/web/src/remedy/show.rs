//! How one statement is mended on one PC: what is wrong, by hand, with a built-in remedy, and its script.

use std::collections::BTreeMap;

use app::AppError;
use app::remedy::{Mending, Remedy, System};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::{Outcome, StatementId, Subject, Text};

use crate::Web;
use crate::download::file;
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

/// PowerShell; text that no browser runs.
const SCRIPT: &str = "application/octet-stream";

/// A built-in remedy with the lines to type.
struct Fix {
    remedy: &'static Remedy,
    preview: String,
    run: String,
    undo: String,
}

impl Fix {
    fn of(remedy: &'static Remedy) -> Self {
        let id = &remedy.id;
        let (preview, run, undo) = if remedy.system == System::Windows {
            // The policy of scripts holds for this one window only.
            let line =
                |more: &str| format!(r"powershell -ExecutionPolicy Bypass -File .\mimamori-{id}.ps1{more}");
            (line(" -WhatIf"), line(""), line(" -Undo"))
        } else {
            let line = |more: &str| format!("sudo sh mimamori-{id}.sh{more}");
            (line(" --preview"), line(""), line(" --undo"))
        };
        Self { remedy, preview, run, undo }
    }
}

#[derive(Template)]
#[template(path = "remedy/show.html")]
struct ShowPage {
    p: Page,
    id: StatementId,
    title: Text,
    why: Text,
    subject: Option<Subject>,
    mending: Mending,
    fixes: Vec<Fix>,
    /// Whether the visitor may go to the pages of the subject and the statement.
    looks: bool,
}

impl ShowPage {
    fn outcome(&self) -> Option<Outcome> {
        self.mending.verdict.as_ref().map(|verdict| verdict.verdict)
    }

    fn has(&self, system: System) -> bool {
        self.fixes.iter().any(|fix| fix.remedy.system == system)
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let id = StatementId(id);
    let subject = match query.get("for").map(|text| text.split_once('/')) {
        None => None,
        Some(Some((kind, name))) => Some(crate::subject::subject(kind, name).map_err(fail)?),
        Some(None) => return Err(fail(AppError::NotFound("subject"))),
    };
    let looks = app::Action::Look.open_to(caller.role);
    let (asked, of) = (id.clone(), subject.clone());
    let mending = web.ask(move |app| app.mending(&caller, &asked, of.as_ref())).await.map_err(fail)?;
    let catalog = web.app.catalog();
    let (Some(policy), Some(statement)) = (catalog.policy_of(&id), catalog.statement(&id)) else {
        return Err(fail(AppError::NotFound("statement")));
    };
    Ok(show(&ShowPage {
        title: policy.title.clone(),
        why: statement.why.clone(),
        fixes: mending.fixes.iter().copied().map(Fix::of).collect(),
        p: visitor.page(),
        id,
        subject,
        mending,
        looks,
    }))
}

/// A remedy's script.
pub(crate) async fn script(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let script = web.ask(move |app| app.remedy_script(&caller, &id)).await.map_err(fail)?;
    Ok(file(&script.name, SCRIPT, script.text.into_bytes()))
}
