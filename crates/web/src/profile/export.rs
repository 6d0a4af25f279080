//! A profile as a file.

use app::AppError;
use app::profile::Format;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::Web;
use crate::error::Failure;
use crate::page::encoded;
use crate::visitor::Visitor;

/// The file.
pub(crate) async fn file(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let format = Format::from_name(&format).ok_or_else(|| fail(AppError::NotFound("format")))?;
    let caller = visitor.caller().map_err(fail)?;
    let (ending, kind) = format.file();
    let name = format!("attachment; filename=\"mimamori-profile-{}.{ending}\"", encoded(&id));
    let bytes = web.ask(move |app| app.export_profile(&caller, &id, format)).await.map_err(fail)?;
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        bytes,
    )
        .into_response())
}
