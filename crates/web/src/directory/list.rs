//! The register of directories, and the domains that are known.

use app::directory::{domain, show};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, filters, show as show_page};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "directory/list.html")]
struct ListPage {
    p: Page,
    directories: Vec<show::Listed>,
    domains: Vec<domain::Listed>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (directories, domains) =
        web.ask(move |app| Ok((app.directories(&caller)?, app.domains(&caller)?))).await.map_err(fail)?;
    Ok(show_page(&ListPage { p: visitor.page(), directories, domains }))
}
