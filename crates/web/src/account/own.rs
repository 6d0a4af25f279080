//! One's own account: the password.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "account/own.html")]
struct OwnPage {
    p: Page,
    mistakes: Mistakes,
}

/// The page.
pub(crate) async fn show(visitor: Visitor) -> Response {
    show_as(StatusCode::OK, &OwnPage { p: visitor.page(), mistakes: Mistakes::default() })
}

/// Changes the password; one has to sign in again.
pub(crate) async fn change_password(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (old, new) = (form.text("old_password"), form.text("new_password"));
    match web.ask(move |app| app.change_password(&caller, &old, &new)).await {
        Ok(()) => Ok(go("/login?note=password-changed")),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &OwnPage { p: visitor.page(), mistakes }))
        }
    }
}
