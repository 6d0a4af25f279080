//! A person's own page: what is to be done now, the lent PCs, the home.

use std::sync::Arc;

use app::guideline::catalog::Catalog;
use app::home::{Due, kind_name};
use app::my::MyPage;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::{Lang, StatementId};

use crate::Web;
use crate::error::Failure;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// The most statements of a PC shown open; the rest is folded.
const OPEN_SHOWN_MAX: usize = 6;

#[derive(Template)]
#[template(path = "my/page.html")]
struct OwnPage {
    p: Page,
    shown: Option<MyPage>,
    titles: Titles,
}

/// What statements are about: staff do not know them by their numbers.
pub(crate) struct Titles(pub(crate) Arc<Catalog>);

impl Titles {
    /// The title of a statement's policy.
    pub(crate) fn of(&self, lang: &Lang, id: &StatementId) -> String {
        self.0.policy_of(id).map(|policy| policy.title.get(*lang).to_owned()).unwrap_or_default()
    }
}

/// Where one does what is due, and what it is called.
pub(crate) fn due_link(due: &Due, home: &str, devices: &str) -> String {
    match (due.what, &due.of) {
        ("report" | "mend-device", Some((id, _))) => format!("{devices}/{}", crate::page::encoded(id)),
        ("tethering", _) => format!("{devices}/new"),
        ("firmware", _) => format!("{home}#router"),
        (what, _) => format!("{home}#{what}"),
    }
}

/// What is due, in words.
pub(crate) fn due_title(p: &Page, due: &Due) -> String {
    match (due.what, &due.of) {
        ("report", Some((_, name))) => p.tx("due-report", name),
        ("mend-device", Some((_, name))) => p.tx("due-mend-device", name),
        ("agreement", Some((id, _))) => p.tx("due-agreement", p.t(&format!("home-procedure-{id}"))),
        (what, _) => p.t(&format!("due-{what}")),
    }
}

/// By when, in words.
pub(crate) fn due_when(p: &Page, due: &Due) -> String {
    match due.days {
        None => p.t("due-never"),
        Some(days) if days < 0 => p.tn("due-over", -days),
        Some(0) => p.t("due-today"),
        Some(days) => p.tn("due-in", days),
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let shown = web.ask(move |app| app.my_page(&caller)).await.map_err(fail)?;
    Ok(show(&OwnPage { p: visitor.page(), shown, titles: Titles(web.app.catalog()) }))
}
