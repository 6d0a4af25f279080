//! Is the server well; and what is shown where nothing is.

use app::AppError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::Web;
use crate::error::Failure;
use crate::visitor::Visitor;

/// 200 when the database answers, 503 otherwise.
pub(crate) async fn show(State(web): State<Web>) -> Response {
    match web.ask(app::App::healthy).await {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// Nothing is here.
pub(crate) async fn lost(visitor: Visitor) -> Failure {
    Failure::new(AppError::NotFound("page"), &visitor)
}
