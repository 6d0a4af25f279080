//! Group policy to hand out: what to change, from what to what, what it may break, in which order to try.

use app::directory::policy::{Offer, Offers};
use app::directory::table::Cell;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::cell;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, filters, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "directory/policy.html")]
struct PolicyPage {
    p: Page,
    offers: Offers,
    /// What is ticked.
    ticked: Vec<String>,
    administrator: String,
    mistakes: Mistakes,
}

impl PolicyPage {
    /// What is said today: settings with their values, one after another.
    fn before(&self, offer: &Offer) -> String {
        let mut said = String::new();
        for own in &offer.before {
            if !said.is_empty() {
                let reach = matches!(own, Cell::Key("domain-controllers" | "servers" | "workstations"));
                let settings = offer.before.iter().any(|cell| matches!(cell, Cell::Setting(_)));
                let after_value = reach || settings && !matches!(own, Cell::Setting(_));
                said.push_str(if after_value { " – " } else { " / " });
            }
            said.push_str(&cell(&self.p, own));
        }
        said
    }

    fn is_ticked(&self, offer: &Offer) -> bool {
        self.ticked.iter().any(|name| name == offer.change.name())
    }

    fn scope(&self, offer: &Offer) -> String {
        self.p.t(&format!("policy-scope-{}", offer.change.scope().name()))
    }

    fn of(&self, offer: &Offer, part: &str) -> String {
        self.p.t(&format!("policy-change-{}-{part}", offer.change.name()))
    }
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: String,
    form: Option<&Form>,
    mistakes: Mistakes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let offers = web.ask(move |app| app.policy_offers(&caller, &id)).await.map_err(fail)?;
    let wanted = || offers.offers.iter().filter(|own| own.wanted).map(|own| own.change.name().to_owned());
    let ticked = form.map_or_else(|| wanted().collect(), |form| form.all("change"));
    let status = if mistakes.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let administrator = form.map(|form| form.text("administrator")).unwrap_or_default();
    Ok(show_as(status, &PolicyPage { p: visitor.page(), offers, ticked, administrator, mistakes }))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, id, None, Mistakes::default()).await
}

/// The files.
pub(crate) async fn package(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (names, administrator, asked) = (form.all("change"), form.text("administrator"), id.clone());
    match web.ask(move |app| app.policy_package(&caller, &asked, &names, &administrator)).await {
        Ok(bytes) => Ok((
            [
                (header::CONTENT_TYPE, "application/zip"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"mimamori-group-policy.zip\""),
                (header::CACHE_CONTROL, "no-store"),
            ],
            bytes,
        )
            .into_response()),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, Some(&form), mistakes).await
        }
    }
}
