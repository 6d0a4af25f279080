//! Who has which PC, what is not signed, what came without approval, what is still to do after a return or loss.

use app::lending::{LendingLine, Side};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::SubjectKind;

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<LendingLine>,
    /// PCs that are known and not lent.
    free: Vec<String>,
}

/// The list.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (lines, devices) = web
        .ask(move |app| Ok((app.lendings(&caller)?, app.subjects(&caller, SubjectKind::Device)?)))
        .await
        .map_err(fail)?;
    let lent = |id: &str| lines.iter().any(|line| line.lending.end.is_none() && line.lending.device == id);
    let free = devices
        .into_iter()
        .filter(|listed| listed.line.retired_at.is_none() && !lent(&listed.line.subject.id))
        .map(|listed| listed.line.subject.id)
        .collect();
    Ok(show(&ListPage { p: visitor.page(), lines, free }))
}
