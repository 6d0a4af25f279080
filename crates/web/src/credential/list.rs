//! The six kinds of credential and how each stands.

use app::vpn::{CredentialLine, credential_name};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "credential/list.html")]
struct ListPage {
    p: Page,
    kinds: Vec<CredentialLine>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let kinds = web.ask(move |app| app.credentials(&caller)).await.map_err(fail)?;
    Ok(show(&ListPage { p: visitor.page(), kinds }))
}
