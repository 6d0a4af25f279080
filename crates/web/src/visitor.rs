//! Who asks: put together by the gate, handed to every page.

use app::account::SignedIn;
use app::{AppError, token};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use model::{Caller, Lang};

use crate::page::Page;

/// Who asks, in which language, from where.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Who is signed in.
    pub(crate) who: Option<SignedIn>,
    /// The language of the answer.
    pub(crate) lang: Lang,
    /// The path asked for.
    pub(crate) path: String,
    /// Where a change of language leads back to.
    pub(crate) back: String,
    /// The note to show, from the address.
    pub(crate) note: Option<String>,
    /// The network address.
    pub(crate) address: String,
    /// The session's token, to end it.
    pub(crate) session: Option<String>,
}

impl Visitor {
    /// The frame of the page to show.
    pub(crate) fn page(&self) -> Page {
        Page {
            lang: self.lang,
            who: self.who.clone(),
            path: self.path.clone(),
            back: self.back.clone(),
            note: self.note.clone(),
        }
    }

    /// The caller, for the application.
    ///
    /// # Errors
    /// [`AppError::Denied`] when nobody is signed in; the gate keeps that from happening.
    pub(crate) fn caller(&self) -> Result<Caller, AppError> {
        self.who.as_ref().map(|who| who.caller.clone()).ok_or(AppError::Denied)
    }

    /// Whether a form's token is this session's.
    pub(crate) fn check_token(&self, text: &str) -> Result<(), AppError> {
        match &self.who {
            Some(who) if token::same(&who.form_token, text) => Ok(()),
            _ => Err(AppError::Denied),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Visitor>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
