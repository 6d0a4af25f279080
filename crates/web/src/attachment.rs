//! Handing out proofs: always to keep, never to show in place, whatever they are.

use app::attachment::Media;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::Web;
use crate::error::Failure;
use crate::visitor::Visitor;

/// The file, byte for byte as it is kept.
pub(crate) async fn file(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (attachment, bytes) = web.ask(move |app| app.attachment(&caller, &id)).await.map_err(fail)?;
    let short: String = attachment.id.chars().take(12).collect();
    let name =
        format!("proof-{}-{short}.{}", attachment.received_at.day(), Media::ending(&attachment.media_type));
    let headers = [
        (header::CONTENT_TYPE, attachment.media_type),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = (headers, bytes).into_response();
    // Should a browser show it all the same: no script, no form, no origin of ours.
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
