//! All profiles; a new one on the base of another; a file that becomes one; the way to compare two.

use app::profile::ProfileLine;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;

use super::Trouble;
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "profile/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<ProfileLine>,
    name: String,
    base: String,
    trouble: Trouble,
}

/// The list with its forms, as typed.
pub(super) async fn answer(
    web: &Web,
    visitor: &Visitor,
    form: &Form,
    trouble: Trouble,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lines = web.ask(move |app| app.profiles(&caller)).await.map_err(fail)?;
    let in_force = lines.iter().find(|line| line.in_force).map(|line| line.profile.id.clone());
    let base = if form.has("base") { form.text("base") } else { in_force.unwrap_or_default() };
    let (p, name, status) = (visitor.page(), form.text("name"), trouble.status());
    Ok(show_as(status, &ListPage { p, lines, name, base, trouble }))
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    answer(&web, &visitor, &Form::default(), Trouble::default()).await
}

/// Makes an own profile.
pub(crate) async fn derive(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (name, base) = (form.text("name"), form.text("base"));
    match web.ask(move |app| app.derive_profile(&caller, &name, &base)).await {
        Ok(id) => Ok(go(&format!("/profiles/{id}?note=profile-made"))),
        Err(error) => answer(&web, &visitor, &form, Trouble::of(error).map_err(fail)?).await,
    }
}
