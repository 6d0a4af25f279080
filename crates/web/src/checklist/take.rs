//! A filled-in sheet comes back: choose the file, look at what it would change, say which rows to take.

use std::collections::BTreeSet;

use app::checklist::{Changed, Proposal, ProposedRow, Saved};
use app::{AppError, Invalid};
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

    /// Why a row cannot be taken.
    fn problems(&self, row: &ProposedRow) -> Vec<String> {
        in_lines(&self.p, &row.problems)
    }

    /// How many rows can be taken, and how many cannot.
    fn counts(&self) -> (usize, usize) {
        let wrong = self.proposal.rows.iter().filter(|row| !row.problems.is_empty()).count();
        (self.proposal.rows.len().saturating_sub(wrong), wrong)
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
    let outcomes = match web.ask(move |app| app.take_checklist(&caller, &token, &wanted)).await {
        Ok(saved) => saved,
        Err(error) => return choose_again(error, &visitor),
    };
    let p = visitor.page();
    let (mut saved, mut failed, mut other) = (0, Vec::new(), None);
    for own in outcomes {
        match own.outcome {
            Ok(_) => saved += 1,
            Err(AppError::Invalid(_) | AppError::Conflict) => failed.push(outcome(&p, &own)),
            // Nobody's mistake: the proposal still waits, and can be taken again.
            Err(error) => other = Some(error),
        }
    }
    if let Some(error) = other {
        return Err(fail(error));
    }
    Ok(show(&TakenPage { p, saved, failed }))
}

/// Mistakes in words, each with its field.
fn in_lines(p: &Page, mistakes: &[Invalid]) -> Vec<String> {
    mistakes.iter().map(|own| format!("{}: {}", field_name(p, &own.field), in_words(p, own))).collect()
}

fn outcome(p: &Page, saved: &Saved) -> Outcome {
    let is_late = matches!(saved.outcome, Err(AppError::Conflict));
    let problems = if is_late { vec![p.t("take-late")] } else { in_lines(p, saved.mistakes()) };
    Outcome { no: saved.no, problems }
}
