//! One file in a form: the token first, then the file, within the route's limit.

use app::{AppError, Invalid};
use axum::body::Bytes;
use axum::extract::Multipart;

use crate::visitor::Visitor;

/// A file that was sent.
pub(crate) struct File {
    /// Its name, as the browser gives it; at most 120 characters.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Bytes,
}

/// Reads the file of a form.
///
/// # Errors
/// [`AppError::Denied`] when the token is not this session's; [`AppError::Invalid`] when there is no file or it is cut off.
pub(crate) async fn one(visitor: &Visitor, mut parts: Multipart) -> Result<File, AppError> {
    let unreadable = |_| AppError::from(Invalid::new("file", "not-readable"));
    let mut token_seen = false;
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        if part.name() == Some("form_token") {
            visitor.check_token(&part.text().await.map_err(unreadable)?)?;
            token_seen = true;
        } else if !token_seen {
            // The token comes first in our forms: no file is looked at before it.
            return Err(AppError::Denied);
        } else if part.name() == Some("file") {
            let name: String = part.file_name().unwrap_or_default().chars().take(120).collect();
            let bytes = part.bytes().await.map_err(unreadable)?;
            if bytes.is_empty() {
                break;
            }
            return Ok(File { name, bytes });
        }
    }
    Err(if token_seen { Invalid::new("file", "missing").into() } else { AppError::Denied })
}
