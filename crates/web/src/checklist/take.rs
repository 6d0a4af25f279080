//! A filled-in sheet comes back: choose the file, look at what it would change, say which rows to take.

use std::collections::BTreeSet;

use app::AppError;
use app::checklist::{Changed, Proposal, Saved};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::edit::field_name;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes, in_words};
use crate::page::{Page, show, show_as};
use crate::upload;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "checklist/import.html")]
struct ChoosePage {
    p: Page,
    mistakes: Mistakes,
    /// Why a file could not be read at all.
    why: Option<String>,
}

#[derive(Template)]
#[template(path = "checklist/preview.html")]
struct PreviewPage {
    p: Page,
    token: String,
    proposal: std::sync::Arc<Proposal>,
}

impl PreviewPage {
    /// What a changed field says, in words.
    fn words(&self, changed: &Changed, text: &str) -> String {
        let p = &self.p;
        match changed.field {
            _ if text.is_empty() => p.t("take-empty"),
            "choice" => p.t(&format!("choice-{text}")),
            "confidentiality" | "integrity" | "availability" | "accountability" => {
                let (severity, rest) = text.split_once(' ').unwrap_or((text, ""));
                format!("{} {rest}", p.t(&format!("severity-{severity}")))
            }
            _ => text.to_owned(),
        }
    }

    fn field(&self, changed: &Changed) -> String {
        field_name(&self.p, changed.field)
    }
}

/// How a row came out, for the page after.
struct Outcome {
    no: u32,
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "checklist/taken.html")]
struct TakenPage {
    p: Page,
    saved: usize,
    failed: Vec<Outcome>,
}

/// The page to choose a file on.
pub(crate) async fn choose(visitor: Visitor) -> Response {
    show(&ChoosePage { p: visitor.page(), mistakes: Mistakes::default(), why: None })
}

/// The page to choose a file on once more, with why the last one was not taken.
fn choose_again(error: AppError, visitor: &Visitor) -> Result<Response, Failure> {
    let p = visitor.page();
    let (mistakes, why) = match error {
        AppError::Paper(error) if error.text().is_some() => {
            (Mistakes::default(), error.text().map(|why| p.x(&why).to_owned()))
        }
        other => (Mistakes::of(other).map_err(|error| Failure::new(error, visitor))?, None),
    };
    Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &ChoosePage { p, mistakes, why }))
}

/// Reads the file and shows what it would change; nothing is saved.
pub(crate) async fn read(
    State(web): State<Web>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let again = |error: AppError| choose_again(error, &visitor);
    let file = match upload::one(&visitor, parts).await {
        Ok(file) => file,
        Err(error) => return again(error),
    };
    match web.ask(move |app| app.propose_checklist(&caller, &file.name, &file.bytes)).await {
        Ok((token, proposal)) => Ok(show(&PreviewPage { p: visitor.page(), token, proposal })),
        Err(error) => again(error),
    }
}

/// Saves the rows that were said yes to.
pub(crate) async fn apply(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let token = form.text("token");
    let wanted: BTreeSet<u32> = form.all("take").iter().filter_map(|no| no.parse().ok()).collect();
    let saved = match web.ask(move |app| app.take_checklist(&caller, &token, &wanted)).await {
        Ok(saved) => saved,
        Err(error) => return choose_again(error, &visitor),
    };
    let p = visitor.page();
    let failed = saved.iter().filter(|own| own.outcome.is_err()).map(|own| outcome(&p, own)).collect();
    let saved = saved.iter().filter(|own| own.outcome.is_ok()).count();
    Ok(show(&TakenPage { p, saved, failed }))
}

fn outcome(p: &Page, saved: &Saved) -> Outcome {
    let problems: Vec<String> = saved
        .mistakes()
        .iter()
        .map(|invalid| format!("{}: {}", field_name(p, &invalid.field), in_words(p, invalid)))
        .collect();
    let problems = if problems.is_empty() { vec![p.t("grid-conflict")] } else { problems };
    Outcome { no: saved.no, problems }
}
