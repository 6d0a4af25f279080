//! Approved exceptions of a PC: the list, approving, ending one.

use app::approval::{ApprovalForm, ApprovalLine, KINDS};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::pc;
use super::show::APPROVED_DAYS;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/approval.html")]
struct ApprovalPage {
    p: Page,
    device: String,
    lines: Vec<ApprovalLine>,
    kinds: Vec<&'static str>,
    kind: String,
    details: Vec<String>,
    until: String,
    mistakes: Mistakes,
}

/// The list and the form.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let until = web.app.now().plus_days(APPROVED_DAYS).day();
    let form = ApprovalForm { kind: "software".into(), details: Vec::new(), until };
    render(&web, &visitor, id, form, Mistakes::default(), StatusCode::OK).await
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    device: String,
    form: ApprovalForm,
    mistakes: Mistakes,
    status: StatusCode,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let asked = pc(&device);
    let lines = web.ask(move |app| app.approvals(&caller, &asked)).await.map_err(fail)?;
    let kinds = KINDS.iter().map(|(_, name)| *name).collect();
    let mut details = form.details;
    if details.is_empty() {
        details.push(String::new());
    }
    let (p, kind, until) = (visitor.page(), form.kind, form.until);
    Ok(show_as(status, &ApprovalPage { p, device, lines, kinds, kind, details, until, mistakes }))
}

/// Approves what is typed or ticked.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed =
        ApprovalForm { kind: form.text("kind"), details: form.all("detail"), until: form.text("until") };
    let (asked, device) = (typed.clone(), pc(&id));
    // From the page of the lending, where programs that came are ticked, it leads back there.
    let back = if form.get("back") == "lending" { "lending" } else { "approvals" };
    match web.ask(move |app| app.approve(&caller, &device, &asked)).await {
        Ok(()) => Ok(go(&format!("/subjects/device/{}/{back}?note=approval-saved", encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Ends one.
pub(crate) async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (device, kind, detail) = (pc(&id), form.text("kind"), form.text("detail"));
    web.ask(move |app| app.end_approval(&caller, &device, &kind, &detail)).await.map_err(fail)?;
    Ok(go(&format!("/subjects/device/{}/approvals?note=approval-ended", encoded(&id))))
}
