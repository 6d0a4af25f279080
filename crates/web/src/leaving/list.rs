//! Everybody who leaves or is on leave.

use app::leaving::{Leaving, State as Stands};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "leaving/list.html")]
struct ListPage {
    p: Page,
    open: Vec<Leaving>,
    over: Vec<Leaving>,
}

impl ListPage {
    /// How many things stand so.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    fn count(&self, leaving: &Leaving, state: &str) -> usize {
        leaving.items.iter().filter(|item| item.state.name() == state).count()
    }

    fn done(&self, leaving: &Leaving) -> usize {
        self.count(leaving, Stands::Done.name())
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let all = web.ask(move |app| app.leavings(&caller)).await.map_err(fail)?;
    let (over, open) = all.into_iter().partition(Leaving::is_over);
    Ok(show(&ListPage { p: visitor.page(), open, over }))
}
