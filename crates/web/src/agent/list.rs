//! The agents: who reports, who fell silent, what is odd and what to do about it.

use app::agent::{Listed, Listing, STALE_DAYS, State};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, show};
use crate::pages::Pages;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "agent/list.html")]
struct ListPage {
    p: Page,
    listing: Listing,
    state: Option<State>,
    words: String,
    pages: Pages,
    stale_days: i64,
    /// Whether agents can reach the server at all.
    listening: bool,
}

impl ListPage {
    fn any(&self) -> bool {
        self.listing.counts.iter().any(|(_, count)| *count > 0)
    }

    fn is(&self, state: &State) -> bool {
        self.state == Some(*state)
    }

    fn item(&self, listed: &Listed) -> String {
        shown(&self.p, listed, true)
    }
}

#[derive(Template)]
#[template(path = "agent/item.html")]
struct Item<'a> {
    p: &'a Page,
    item: &'a Listed,
    /// Whether the subject is named.
    named: bool,
    minutes_ahead: i64,
}

impl Item<'_> {
    /// Whether it is one of many that are in order: the list shows it in two lines.
    fn is_brief(&self) -> bool {
        self.named && self.item.state.name() == "fresh"
    }
}

/// One agent as a card; the page of its subject shows the same.
pub(crate) fn shown(p: &Page, item: &Listed, named: bool) -> String {
    let minutes_ahead = item.agent.ahead_secs / 60;
    Item { p, item, named, minutes_ahead }.render().unwrap_or_default()
}

/// The page.
pub(crate) async fn page(
    Shared(web): Shared<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let state = State::from_name(form.get("state"));
    let words: String = form.get("q").trim().chars().take(100).collect();
    let (search, asked) = (words.clone(), Pages::asked(&form));
    let listing = web
        .ask(move |app| app.agents(&caller, state, &search, (asked.skip(), asked.size())))
        .await
        .map_err(fail)?;
    let mut carried = vec![("q", words.as_str())];
    if let Some(state) = state {
        carried.push(("state", state.name()));
    }
    Ok(show(&ListPage {
        pages: asked.of(listing.found, "/agents", &carried),
        p: visitor.page(),
        listing,
        state,
        words,
        stale_days: STALE_DAYS,
        listening: web.agents.is_some(),
    }))
}
