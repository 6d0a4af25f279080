//! The first page: the console's code, the first administrator, the company.

use app::account::NewPerson;
use app::company::{Company, DEFAULT_PROFILE, PARTS};
use app::guideline::Profile;
use app::setup::Setup;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::Role;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::gate::session_cookie;
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    p: Page,
    setup: Setup,
    profiles: Vec<Profile>,
    parts: [&'static str; 5],
    mistakes: Mistakes,
}

impl SetupPage {
    fn of(web: &Web, visitor: &Visitor, setup: Setup, mistakes: Mistakes) -> Self {
        Self {
            p: visitor.page(),
            setup,
            profiles: web.app.catalog().profiles.clone(),
            parts: PARTS,
            mistakes,
        }
    }
}

impl SetupPage {
    /// The company as the shared fields show it.
    fn company_of_form(&self) -> &Company {
        &self.setup.company
    }
}

/// The empty form.
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Response {
    let setup = Setup {
        company: Company { profile: DEFAULT_PROFILE.into(), people: 20, ..Company::default() },
        ..Setup::default()
    };
    show_as(StatusCode::OK, &SetupPage::of(&web, &visitor, setup, Mistakes::default()))
}

/// Makes administrator and company, and signs the administrator in.
pub(crate) async fn finish(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::parse(&body).map_err(fail)?;
    let setup = Setup {
        code: form.text("code"),
        person: NewPerson {
            login: form.text("login"),
            name: form.text("name"),
            password: form.text("password"),
            role: Role::Administrator,
            lang: visitor.lang,
        },
        company: company_of(&form),
    };
    let asked = setup.clone();
    match web.ask(move |app| app.set_up(&asked)).await {
        Ok(()) => {
            let (login, password, address) =
                (setup.person.login, setup.person.password, visitor.address.clone());
            let token = web
                .ask(move |app| app.sign_in(&login, &password, &address))
                .await
                .map_err(|error| Failure::new(error, &visitor))?;
            let mut response = go("/?note=welcome");
            response.headers_mut().insert(header::SET_COOKIE, session_cookie(&token));
            Ok(response)
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &SetupPage::of(&web, &visitor, setup, mistakes)))
        }
    }
}

/// The company's part of a form.
pub(crate) fn company_of(form: &Form) -> Company {
    Company {
        name: form.text("company_name"),
        people: form.get("people").trim().parse().unwrap_or(0),
        parts: form.all("parts"),
        profile: form.text("profile"),
    }
}
