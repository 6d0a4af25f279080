//! The catalogue as a document.

use app::AppError;
use app::catalog::Format;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::Web;
use crate::error::Failure;
use crate::visitor::Visitor;

/// The file.
pub(crate) async fn export(
    State(web): State<Web>,
    visitor: Visitor,
    Path(format): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let format = Format::from_name(&format).ok_or_else(|| fail(AppError::NotFound("format")))?;
    let lang = visitor.lang;
    let bytes = web.ask(move |app| app::catalog::export(&app.catalog(), format, lang)).await.map_err(fail)?;
    let (name, kind) = format.file();
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ],
        bytes,
    )
        .into_response())
}
