//! Every review: when it was signed last, what changed since, what is still there.

use app::review::ReviewLine;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "review/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<ReviewLine>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lines = web.ask(move |app| app.reviews(&caller)).await.map_err(fail)?;
    Ok(show(&ListPage { p: visitor.page(), lines }))
}
