//! The gate every request passes: who is it, may they, is it our own page that asks, what browsers may do with it.

use std::net::SocketAddr;
use std::time::Duration;

use app::account::SIGNED_IN_DAYS_MAX;
use app::{Action, AppError};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use model::{Lang, Role};

use crate::error::Failure;
use crate::page::{encoded, go};
use crate::visitor::Visitor;
use crate::{Web, form};

/// The longest a request may take.
const REQUEST_MAX: Duration = Duration::from_secs(60);
const SESSION_COOKIE: &str = "mimamori_session";
const LANG_COOKIE: &str = "mimamori_lang";

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Open,
    /// The first page of a new installation; gone afterwards.
    Setup,
    /// Whoever is signed in and may do this.
    May(Action),
}

/// Lets a request through to its route, or answers in its place.
pub(crate) async fn gate(
    State((web, access)): State<(Web, Access)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let visitor = match visitor(&web, &parts).await {
        Ok(visitor) => visitor,
        Err(error) => return Failure::new(error, &stranger(&parts)).into_response(),
    };
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    if changes && !form::same_origin(&parts.headers) {
        return Failure::new(AppError::Denied, &visitor).into_response();
    }
    if let Err(answer) = admit(&web, access, &visitor, &parts).await {
        return answer;
    }
    parts.extensions.insert(visitor);
    let request = Request::from_parts(parts, body);
    match tokio::time::timeout(REQUEST_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

async fn admit(web: &Web, access: Access, visitor: &Visitor, parts: &Parts) -> Result<(), Response> {
    let failed = |error| Failure::new(error, visitor).into_response();
    match access {
        Access::Open => Ok(()),
        Access::Setup => match web.ask(app::App::needs_setup).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(failed(AppError::NotFound("setup"))),
            Err(error) => Err(failed(error)),
        },
        Access::May(action) => match &visitor.who {
            Some(who) if action.open_to(who.caller.role) => Ok(()),
            // Everybody types the bare address first.
            Some(who) if who.caller.role == Role::Staff && visitor.path == "/" => Err(go("/my")),
            Some(who) => {
                let (caller, path) = (who.caller.clone(), visitor.path.clone());
                let noted = web.ask(move |app| app.refuse(&caller, action, &path)).await;
                Err(failed(noted.err().unwrap_or(AppError::Denied)))
            }
            None => match web.ask(app::App::needs_setup).await {
                Ok(true) => Err(go("/setup")),
                Ok(false) if parts.method == Method::GET => {
                    let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                    Err(go(&format!("/login?next={}", encoded(wanted))))
                }
                Ok(false) => Err(failed(AppError::Denied)),
                Err(error) => Err(failed(error)),
            },
        },
    }
}

async fn visitor(web: &Web, parts: &Parts) -> Result<Visitor, AppError> {
    let mut visitor = stranger(parts);
    if let Some(session) = cookie(&parts.headers, SESSION_COOKIE).map(str::to_owned) {
        let token = session.clone();
        visitor.who = web.ask(move |app| app.signed_in(&token)).await?;
        if let Some(who) = &visitor.who {
            visitor.lang = who.caller.lang;
            visitor.session = Some(session);
        }
    }
    Ok(visitor)
}

/// Somebody of whom only the request is known.
fn stranger(parts: &Parts) -> Visitor {
    let headers = &parts.headers;
    let chosen = cookie(headers, LANG_COOKIE).and_then(Lang::from_code);
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.split(',').find_map(|entry| Lang::from_code(entry.trim())));
    let address = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string());
    let note = parts.uri.query().and_then(|query| {
        let note = query.split('&').find_map(|pair| pair.strip_prefix("note="))?;
        let plain = note.len() <= 40 && note.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let key = format!("note-{note}");
        (plain && crate::locale::has(Lang::Ja, &key)).then_some(key)
    });
    Visitor {
        who: None,
        lang: chosen.or(accepted).unwrap_or_default(),
        path: parts.uri.path().to_owned(),
        // A page that answers a form cannot be asked for again.
        back: if parts.method == Method::GET { back(parts) } else { "/".to_owned() },
        note,
        address,
        session: None,
    }
}

/// The page asked for, and for which subject; without what else its address says, which may be a note of the past.
fn back(parts: &Parts) -> String {
    let path = parts.uri.path();
    let subject = parts.uri.query().and_then(|query| query.split('&').find(|pair| pair.starts_with("for=")));
    subject.map_or_else(|| path.to_owned(), |subject| format!("{path}?{subject}"))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && value.len() <= 200)
        .map(|(_, value)| value)
}

/// The cookie that holds a session's token, or ends it when empty. `Lax`: links from mails work, forms of other sites
/// do not.
pub(crate) fn session_cookie(token: &str) -> HeaderValue {
    let age = if token.is_empty() { 0 } else { SIGNED_IN_DAYS_MAX * 86_400 };
    let text = format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The cookie that remembers a language.
pub(crate) fn lang_cookie(lang: Lang) -> HeaderValue {
    let text = format!("{LANG_COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000", lang.code());
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What browsers may do with our answers: nothing but show them; the checklist's grid may also run its own script.
pub(crate) async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        // A page may have said more exactly what it needs.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
