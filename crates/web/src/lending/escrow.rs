//! The escrow of recovery keys: making its key, shown once; ending it; opening what it holds.

use app::recovery_key::{OpenForm, Opened};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::number;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/escrow.html")]
struct MadePage {
    p: Page,
    /// The administrators' key, this once.
    key: String,
}

#[derive(Template)]
#[template(path = "lending/open.html")]
struct OpenPage {
    p: Page,
    id: u64,
    reason: String,
    mistakes: Mistakes,
    opened: Option<Opened>,
}

/// Makes the key and begins, or ends the escrow.
pub(crate) async fn set(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    match form.get("act") {
        "begin" => {
            let key = web.ask(move |app| app.begin_escrow(&caller)).await.map_err(fail)?;
            Ok(show(&MadePage { p: visitor.page(), key }))
        }
        "end" => {
            web.ask(move |app| app.end_escrow(&caller)).await.map_err(fail)?;
            Ok(go("/recovery-keys?note=escrow-ended"))
        }
        _ => Ok(go("/recovery-keys")),
    }
}

/// Asks why, and for the administrators' key.
pub(crate) async fn ask(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = number(&id).map_err(|error| Failure::new(error, &visitor))?;
    let mistakes = Mistakes::default();
    Ok(show(&OpenPage { p: visitor.page(), id, reason: String::new(), mistakes, opened: None }))
}

/// Opens it, and shows it this once.
pub(crate) async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let id = number(&id).map_err(fail)?;
    let reason = form.text("reason");
    let asked = OpenForm { reason: reason.clone(), key: form.text("key") };
    let (status, mistakes, opened) = match web.ask(move |app| app.open_escrow(&caller, id, &asked)).await {
        Ok(opened) => (StatusCode::OK, Mistakes::default(), Some(opened)),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Mistakes::of(error).map_err(fail)?, None),
    };
    Ok(show_as(status, &OpenPage { p: visitor.page(), id, reason, mistakes, opened }))
}
