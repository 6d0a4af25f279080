//! Choosing the language: for whoever looks, and kept with the account of whoever is signed in.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use model::Lang;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::gate::lang_cookie;
use crate::page::{go, own_path};
use crate::visitor::Visitor;

/// For somebody not signed in: a cookie.
pub(crate) async fn choose(visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let form = Form::parse(&body).map_err(|error| Failure::new(error, &visitor))?;
    Ok(answer(&form))
}

/// For somebody signed in: with the account, and a cookie for the page to sign in.
pub(crate) async fn keep(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    if let (Some(who), Some(lang)) = (visitor.who.clone(), Lang::from_code(form.get("lang"))) {
        web.ask(move |app| app.change_lang(&who, lang)).await.map_err(fail)?;
    }
    Ok(answer(&form))
}

fn answer(form: &Form) -> Response {
    let mut response = go(own_path(form.get("back")));
    if let Some(lang) = Lang::from_code(form.get("lang")) {
        response.headers_mut().insert(header::SET_COOKIE, lang_cookie(lang));
    }
    response
}
