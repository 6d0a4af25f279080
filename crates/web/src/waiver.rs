//! Acceptances: the list, granting one, ending one.

use app::waiver::Grant;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{StatementId, Subject, Text};

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, filters, go, show_as};
use crate::visitor::Visitor;

/// An acceptance as the page shows it.
struct Line {
    id: i64,
    statement: StatementId,
    title: Text,
    subject: Option<Subject>,
    reason: String,
    by: String,
    from: String,
    until: String,
    in_force: bool,
    /// For whom something is at fault that was not when it was accepted.
    stale: Vec<Subject>,
}

#[derive(Template)]
#[template(path = "waiver.html")]
struct ListPage {
    p: Page,
    lines: Vec<Line>,
    statement: String,
    subject: String,
    reason: String,
    until: String,
    mistakes: Mistakes,
}

async fn page(web: &Web, visitor: &Visitor, form: &Form, mistakes: Mistakes) -> Result<ListPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (found, now) = web.ask(move |app| Ok((app.waivers(&caller)?, app.now()))).await.map_err(fail)?;
    let catalog = web.app.catalog();
    let lines = found
        .into_iter()
        .map(|shown| (shown.in_force, shown.stale, shown.line))
        .map(|(in_force, stale, line)| Line {
            id: line.id,
            title: catalog
                .policy_of(&line.waiver.statement)
                .map(|policy| policy.title.clone())
                .unwrap_or_default(),
            in_force,
            stale,
            from: line.waiver.from.day(),
            until: line.waiver.until.day(),
            statement: line.waiver.statement,
            subject: line.waiver.subject,
            reason: line.waiver.reason,
            by: line.waiver.by,
        })
        .collect();
    let until = if form.get("until").is_empty() { now.plus_days(90).day() } else { form.text("until") };
    Ok(ListPage {
        p: visitor.page(),
        lines,
        statement: form.text("statement"),
        subject: form.text("subject"),
        reason: form.text("reason"),
        until,
        mistakes,
    })
}

/// The list, and the form, filled from the address when one comes from a verdict.
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let form = Form::parse(&Bytes::from(query.unwrap_or_default()))
        .map_err(|error| Failure::new(error, &visitor))?;
    Ok(show_as(StatusCode::OK, &page(&web, &visitor, &form, Mistakes::default()).await?))
}

/// Grants one.
pub(crate) async fn grant(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let grant = Grant {
        statement: StatementId(form.text("statement")),
        subject: form.text("subject"),
        reason: form.text("reason"),
        until: form.text("until"),
    };
    match web.ask(move |app| app.grant_waiver(&caller, &grant)).await {
        Ok(()) => Ok(go("/waivers?note=waiver-granted")),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&web, &visitor, &form, mistakes).await?))
        }
    }
}

/// Ends one.
pub(crate) async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<i64>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.end_waiver(&caller, id)).await.map_err(fail)?;
    Ok(go("/waivers?note=saved"))
}
