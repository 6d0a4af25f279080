//! The list of a kind, with the form to bring fact files in.

use app::AppError;
use app::subject::Listed;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use model::{SubjectKind, Text};

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, show};
use crate::pages::Pages;
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
    words: String,
    pages: Pages,
    /// Whether there is anything of the kind at all.
    any: bool,
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let kind: SubjectKind = kind.parse().map_err(|_| fail(AppError::NotFound("kind")))?;
    let caller = visitor.caller().map_err(fail)?;
    let form = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let words: String = form.get("q").trim().chars().take(100).collect();
    let (mut items, counts) = web
        .ask(move |app| Ok((app.subjects(&caller, kind)?, app.subject_counts(&caller)?)))
        .await
        .map_err(fail)?;
    let labels = &web.app.catalog().labels;
    let tabs = counts
        .into_iter()
        .map(|(of, count)| Tab { kind: of, name: labels.kind(of), count, here: of == kind })
        .collect();
    let any = !items.is_empty();
    let wanted = words.to_lowercase();
    items.retain(|item| {
        [&item.line.subject.id, &item.line.name].iter().any(|name| name.to_lowercase().contains(&wanted))
    });
    let asked = Pages::asked(&form);
    let pages = asked.of(items.len(), &format!("/subjects/{kind}"), &[("q", &words)]);
    let items = items.into_iter().skip(asked.skip()).take(asked.size()).collect();
    let name = labels.kind(kind);
    Ok(show(&ListPage { p: visitor.page(), kind, name, tabs, items, words, pages, any }))
}
