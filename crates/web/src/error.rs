//! An error becomes a page, once, in the visitor's language.

use app::AppError;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::form::in_words;
use crate::page::{Page, show_as};
use crate::visitor::Visitor;

/// An error on its way to the visitor.
pub(crate) struct Failure {
    error: AppError,
    page: Box<Page>,
}

impl Failure {
    /// An error and who is to be told.
    pub(crate) fn new(error: AppError, visitor: &Visitor) -> Self {
        Self { error, page: Box::new(visitor.page()) }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    p: Page,
    title: String,
    what: String,
    hint: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, name) = match &self.error {
            AppError::Denied => (StatusCode::FORBIDDEN, "denied"),
            AppError::NotFound(_) => (StatusCode::NOT_FOUND, "not-found"),
            AppError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            AppError::Misfit(_) => (StatusCode::UNPROCESSABLE_ENTITY, "misfit"),
            AppError::Paper(error) if error.text().is_some() => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            AppError::Conflict => (StatusCode::CONFLICT, "conflict"),
            AppError::Wait(_) => (StatusCode::TOO_MANY_REQUESTS, "wait"),
            AppError::Seal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "seal"),
            AppError::Store(_) | AppError::Judge(_) | AppError::Paper(_) | AppError::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        };
        let what = match &self.error {
            AppError::Invalid(found) => {
                found.iter().map(|invalid| in_words(&self.page, invalid)).collect::<Vec<_>>().join(" ")
            }
            AppError::Misfit(found) => {
                found.iter().map(|misfit| misfit.line(self.page.lang)).collect::<Vec<_>>().join("\n")
            }
            AppError::Paper(error) => {
                error.text().map(|why| self.page.x(&why).to_owned()).unwrap_or_default()
            }
            AppError::Wait(secs) => self.page.tn("error-wait-secs", secs),
            _ => String::new(),
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            log(&self.error);
        }
        let page = ErrorPage {
            title: self.page.t(&format!("error-{name}-title")),
            hint: self.page.t(&format!("error-{name}-hint")),
            what,
            p: *self.page,
        };
        let mut response = show_as(status, &page);
        if let AppError::Wait(secs) = self.error
            && let Ok(value) = secs.to_string().parse()
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

/// The whole chain once, for the person at the console.
#[expect(clippy::print_stderr, reason = "the server's log is its standard error")]
pub(crate) fn log(error: &AppError) {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(deeper) = source {
        text += &format!(": {deeper}");
        source = deeper.source();
    }
    eprintln!("error: {text}");
}
