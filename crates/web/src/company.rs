//! The company: name, size, parts, profile.

use app::company::{Company, PARTS};
use app::guideline::Profile;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::setup::company_of;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "company.html")]
struct CompanyPage {
    p: Page,
    company: Company,
    profiles: Vec<Profile>,
    parts: [&'static str; 5],
    catalog: String,
    mistakes: Mistakes,
}

impl CompanyPage {
    async fn of(web: &Web, visitor: &Visitor, company: Company, mistakes: Mistakes) -> Result<Self, Failure> {
        let fail = |error| Failure::new(error, visitor);
        let caller = visitor.caller().map_err(fail)?;
        let lines = web.ask(move |app| app.profiles(&caller)).await.map_err(fail)?;
        Ok(Self {
            p: visitor.page(),
            company,
            profiles: lines.into_iter().map(|line| line.profile).collect(),
            parts: PARTS,
            catalog: web.app.catalog().name(),
            mistakes,
        })
    }
}

impl CompanyPage {
    /// The company as the shared fields show it.
    fn company_of_form(&self) -> &Company {
        &self.company
    }
}

/// The form.
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let company = web.ask(app::App::company).await.map_err(|error| Failure::new(error, &visitor))?;
    Ok(show_as(StatusCode::OK, &CompanyPage::of(&web, &visitor, company, Mistakes::default()).await?))
}

/// Saves it; another profile judges everything anew.
pub(crate) async fn save(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let company = company_of(&form);
    let asked = company.clone();
    match web.ask(move |app| app.save_company(&caller, &asked)).await {
        Ok(()) => Ok(go("/company?note=saved")),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = CompanyPage::of(&web, &visitor, company, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
