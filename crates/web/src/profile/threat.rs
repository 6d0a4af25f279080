//! An own threat: what can happen, and its classes.

use app::AppError;
use app::guideline::catalog::threat::Class;
use app::profile::{Edit, OwnThreatForm, ShownProfile};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use model::Text;

use super::{Trouble, editable};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "profile/threat.html")]
struct ThreatPage {
    p: Page,
    id: String,
    name: Text,
    after: u32,
    form: OwnThreatForm,
    events: Vec<Class>,
    results: Vec<Class>,
    trouble: Trouble,
}

impl ThreatPage {
    fn has_result(&self, id: &str) -> bool {
        self.form.results.iter().any(|own| own == id)
    }
}

fn answer(
    web: &Web,
    visitor: &Visitor,
    (found, after): (ShownProfile, u32),
    form: OwnThreatForm,
    trouble: Trouble,
) -> Response {
    let threats = &web.app.standard().base.threats;
    let page = ThreatPage {
        p: visitor.page(),
        id: found.line.profile.id,
        name: found.line.profile.name,
        after,
        form,
        events: threats.events.clone(),
        results: threats.results.clone(),
        trouble,
    };
    show_as(page.trouble.status(), &page)
}

/// An empty form.
pub(crate) async fn new(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = editable(&web, &visitor, &id).await?;
    Ok(answer(&web, &visitor, found, OwnThreatForm::default(), Trouble::default()))
}

/// One that is there.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, threat)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let found = editable(&web, &visitor, &id).await?;
    let p = visitor.page();
    let own = found.0.line.profile.threats.iter().find(|own| own.id == threat);
    let form = own.map(|own| OwnThreatForm {
        id: own.id.clone(),
        scenario: p.x(&own.scenario).to_owned(),
        event: own.event.clone(),
        results: own.results.clone(),
    });
    let form = form.ok_or_else(|| Failure::new(AppError::NotFound("threat"), &visitor))?;
    Ok(answer(&web, &visitor, found, form, Trouble::default()))
}

async fn put(web: &Web, visitor: &Visitor, id: &str, of: &str, body: &Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let form = Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = OwnThreatForm {
        id: of.to_owned(),
        scenario: form.text("scenario"),
        event: form.text("event"),
        results: form.all("results"),
    };
    let edit =
        if form.has("remove") { Edit::DropThreat(of.to_owned()) } else { Edit::PutThreat(typed.clone()) };
    let (profile, after) = (id.to_owned(), form.get("after").parse().unwrap_or(0));
    match web.ask(move |app| app.edit_profile(&caller, &profile, after, &edit)).await {
        Ok(_) => Ok(go(&format!("/profiles/{id}?note=saved"))),
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            let (found, newest) = editable(web, visitor, id).await?;
            let after = if trouble.conflict { newest } else { after };
            Ok(answer(web, visitor, (found, after), typed, trouble))
        }
    }
}

/// Adds one.
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    put(&web, &visitor, &id, "", &body).await
}

/// Saves one, or removes it.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, threat)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    put(&web, &visitor, &id, &threat, &body).await
}
