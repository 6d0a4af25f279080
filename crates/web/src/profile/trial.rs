//! The box beside an own statement: try its check, start from an example, look at another subject's facts. Nothing is
//! kept.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::own::{Typed, answer, read};
use super::{Trouble, editable, example};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::visitor::Visitor;

/// The page with the answer.
pub(crate) async fn run(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (found, newest) = editable(&web, &visitor, &id).await?;
    let after = form.get("after").parse().unwrap_or(newest);
    let this = form.text("id");
    let mut typed = Typed { form: read(&form, &this), look_at: form.text("look_at"), ..Typed::default() };
    if form.has("example") {
        if let Some(chosen) = example::form(form.get("example"), visitor.lang) {
            typed.form = app::profile::OwnStatementForm { id: this, ..chosen };
        }
    } else if form.has("try") {
        let asked = typed.form.clone();
        match web.ask(move |app| app.try_check(&caller, &asked)).await {
            Ok(trial) => typed.trial = Some(trial),
            Err(error) => typed.trouble = Trouble::of(error).map_err(fail)?,
        }
    }
    answer(&web, &visitor, (found, after), typed).await
}
