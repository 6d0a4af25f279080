//! The user's page of a lending: what was lent, with which programs, on which terms; and signing it.

use app::AppError;
use app::lending::{ShownLending, Side, Way};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::number;
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, go, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/own.html")]
struct OwnPage {
    p: Page,
    shown: ShownLending,
    /// The list was frozen anew since it was shown.
    changed: bool,
    /// On paper: lines to sign on in place of a button.
    sheet: bool,
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, &id, false).await
}

async fn render(web: &Web, visitor: &Visitor, id: &str, changed: bool) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let id = number(id).map_err(fail)?;
    let shown = web.ask(move |app| app.own_lending(&caller, id)).await.map_err(fail)?;
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(show_as(status, &OwnPage { p: visitor.page(), shown, changed, sheet: false }))
}

/// Signs.
pub(crate) async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let lending = number(&id).map_err(fail)?;
    let seal = form.text("seal");
    match web.ask(move |app| app.sign_as_user(&caller, lending, &seal)).await {
        Ok(()) => Ok(go(&format!("/my/lendings/{lending}?note=lending-signed"))),
        Err(AppError::Conflict) => render(&web, &visitor, &id, true).await,
        Err(error) => Err(fail(error)),
    }
}

/// The same to be printed and signed by hand.
pub(crate) async fn sheet(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let id = number(&id).map_err(fail)?;
    let shown = web.ask(move |app| app.lending_sheet(&caller, id)).await.map_err(fail)?;
    Ok(show(&OwnPage { p: visitor.page(), shown, changed: false, sheet: true }))
}
