//! Taking a subject out of judging, or back in.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{encoded, go};
use crate::visitor::Visitor;

/// Does it.
pub(crate) async fn retire(
    State(web): State<Web>,
    visitor: Visitor,
    Path((kind, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let subject = super::subject(&kind, &id).map_err(fail)?;
    let retired = form.get("retired") == "yes";
    web.ask(move |app| app.set_subject_retired(&caller, &subject, retired)).await.map_err(fail)?;
    Ok(go(&format!("/subjects/{kind}/{}?note=saved", encoded(&id))))
}
