//! Everybody's homes: who has not reported, what is missing.

use app::home::{Due, Homes, REPORT_DAYS};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::my::due_title;
use crate::page::{Page, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "home/list.html")]
struct ListPage {
    p: Page,
    homes: Homes,
    days: i64,
}

impl ListPage {
    /// What is missing, in words; the same thing once.
    fn missing(&self, due: &[Due]) -> Vec<String> {
        let mut found: Vec<String> = due.iter().map(|due| due_title(&self.p, due)).collect();
        found.dedup();
        found
    }
}

/// The list.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let homes = web.ask(move |app| app.homes(&caller)).await.map_err(fail)?;
    Ok(show(&ListPage { p: visitor.page(), homes, days: REPORT_DAYS }))
}
