//! What is answered to an agent: JSON, always, and a status that fits.

use app::agent::NotTaken;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::agent::{Refusal, Refused};
use model::{At, Text};
use serde::Serialize;

/// Seconds after which an agent that was told to wait may come again.
const WAIT_SECS: u64 = 60;

/// An answer as JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body)
                .into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What was taken, or why it was not.
pub(super) fn of<T: Serialize>(result: Result<T, NotTaken>, now: At) -> Response {
    match result {
        Ok(value) => json(StatusCode::OK, &value),
        Err(NotTaken::Refused(refused)) => refuse(status(refused.refusal), &refused),
        Err(NotTaken::Failed(error)) => {
            crate::error::log(&error);
            let says = Text::new(
                "サーバー側の問題で受け取れませんでした。しばらくしてから送り直してください。",
                "The server could not take this. Send it again later.",
            );
            let refused = Refused { refusal: Refusal::Busy, says, now, count: None };
            refuse(StatusCode::SERVICE_UNAVAILABLE, &refused)
        }
    }
}

/// A refusal with its status.
pub(super) fn refuse(status: StatusCode, refused: &Refused) -> Response {
    let mut response = json(status, refused);
    if refused.refusal == Refusal::Busy {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(WAIT_SECS));
    }
    response
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Unknown | Refusal::Signature => StatusCode::UNAUTHORIZED,
        Refusal::Code | Refusal::Revoked => StatusCode::FORBIDDEN,
        Refusal::NameTaken | Refusal::Count => StatusCode::CONFLICT,
        Refusal::Clock | Refusal::Document => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Busy => StatusCode::TOO_MANY_REQUESTS,
    }
}
