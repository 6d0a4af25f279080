//! Revoking an agent.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{encoded, go};
use crate::visitor::Visitor;

/// Does it, and leads to the page of the machine.
pub(crate) async fn revoke(
    State(web): State<Web>,
    visitor: Visitor,
    Path(key): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let subject = web.ask(move |app| app.revoke_agent(&caller, &key)).await.map_err(fail)?;
    Ok(go(&format!("/subjects/{}/{}?note=agent-revoked#agent", subject.kind, encoded(&subject.id))))
}
