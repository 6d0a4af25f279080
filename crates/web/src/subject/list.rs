//! The list of a kind, with the form to bring fact files in.

use app::AppError;
use app::subject::Listed;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{SubjectKind, Text};

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

/// A kind in the row of tabs.
struct Tab {
    kind: SubjectKind,
    name: Text,
    count: usize,
    here: bool,
}

#[derive(Template)]
#[template(path = "subject/list.html")]
struct ListPage {
    p: Page,
    kind: SubjectKind,
    name: Text,
    tabs: Vec<Tab>,
    items: Vec<Listed>,
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(kind): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let kind: SubjectKind = kind.parse().map_err(|_| fail(AppError::NotFound("kind")))?;
    let caller = visitor.caller().map_err(fail)?;
    let (items, counts) = web
        .ask(move |app| Ok((app.subjects(&caller, kind)?, app.subject_counts(&caller)?)))
        .await
        .map_err(fail)?;
    let labels = &web.app.catalog().labels;
    let tabs = counts
        .into_iter()
        .map(|(of, count)| Tab { kind: of, name: labels.kind(of), count, here: of == kind })
        .collect();
    Ok(show(&ListPage { p: visitor.page(), kind, name: labels.kind(kind), tabs, items }))
}
