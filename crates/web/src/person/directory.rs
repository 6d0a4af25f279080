//! Accounts of the directory taken over into the register; service accounts are left out by hand.

use std::collections::BTreeSet;

use app::person::DirectoryPeople;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, filters, go, show_as};
use crate::visitor::Visitor;

/// The largest form.
pub(crate) const FORM_MAX_BYTES: usize = 1024 * 1024;
/// The most fields of the form.
const FIELDS_MAX: usize = 12_000;
/// The most accounts shown at once; the others come when these are done.
const LINES_SHOWN_MAX: usize = 1_000;

#[derive(Template)]
#[template(path = "person/directory.html")]
struct DirectoryPage {
    p: Page,
    offered: DirectoryPeople,
    /// How many more there are than are shown.
    more: usize,
    mistakes: Mistakes,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    render(&web, &visitor, Mistakes::default(), StatusCode::OK).await
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    mistakes: Mistakes,
    status: StatusCode,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let mut offered = web.ask(move |app| app.directory_people(&caller)).await.map_err(fail)?;
    let more = offered.offers.len().saturating_sub(LINES_SHOWN_MAX);
    offered.offers.truncate(LINES_SHOWN_MAX);
    Ok(show_as(status, &DirectoryPage { p: visitor.page(), offered, more, mistakes }))
}

/// Takes what was chosen.
pub(crate) async fn take(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read_wide(&visitor, &body, FIELDS_MAX).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let chosen: BTreeSet<String> = form.all("take").into_iter().collect();
    let fill: BTreeSet<String> = form.all("fill").into_iter().collect();
    match web.ask(move |app| app.take_directory_people(&caller, &chosen, &fill)).await {
        Ok(_) => Ok(go("/people?note=people-imported")),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
