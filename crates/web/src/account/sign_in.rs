//! Signing in and out.

use app::AppError;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::gate::session_cookie;
use crate::page::{Page, go, own_path, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage {
    p: Page,
    login: String,
    next: String,
    problem: Option<String>,
}

/// The form; before set-up, the way there.
pub(crate) async fn form(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    if web.ask(app::App::needs_setup).await.map_err(fail)? {
        return Ok(go("/setup"));
    }
    let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let next = own_path(query.get("next")).to_owned();
    Ok(show(&SignInPage { p: visitor.page(), login: String::new(), next, problem: None }))
}

/// Signs in.
pub(crate) async fn sign_in(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::parse(&body).map_err(fail)?;
    let (login, password, address) = (form.text("login"), form.text("password"), visitor.address.clone());
    let name = login.clone();
    match web.ask(move |app| app.sign_in(&name, &password, &address)).await {
        Ok(token) => {
            let mut response = go(own_path(form.get("next")));
            response.headers_mut().insert(header::SET_COOKIE, session_cookie(&token));
            Ok(response)
        }
        Err(error @ (AppError::Denied | AppError::Wait(_))) => {
            let p = visitor.page();
            let (status, problem) = match error {
                AppError::Wait(secs) => (StatusCode::TOO_MANY_REQUESTS, p.tn("error-wait-secs", secs)),
                _ => (StatusCode::FORBIDDEN, p.t("sign-in-wrong")),
            };
            let next = own_path(form.get("next")).to_owned();
            Ok(show_as(status, &SignInPage { p, login, next, problem: Some(problem) }))
        }
        Err(error) => Err(fail(error)),
    }
}

/// Signs out.
pub(crate) async fn sign_out(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    if visitor.who.is_some() {
        Form::read(&visitor, &body).map_err(fail)?;
    }
    if let Some(session) = visitor.session.clone() {
        web.ask(move |app| app.sign_out(&session)).await.map_err(fail)?;
    }
    let mut response = go("/login");
    response.headers_mut().insert(header::SET_COOKIE, session_cookie(""));
    Ok(response)
}
