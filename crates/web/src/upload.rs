//! Files in forms: the token first, then the rest, within the route's limit.

use app::attachment::Upload;
use app::{AppError, Invalid};
use axum::body::Bytes;
use axum::extract::Multipart;

use crate::form::Form;
use crate::visitor::Visitor;

/// The most parts of a form with files.
const PARTS_MAX: usize = 60;
/// The longest field beside the files, in bytes.
const FIELD_MAX_BYTES: usize = 8 * 1024;

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

/// A form with fields and a few files, each named by its field. The token comes first in our forms.
///
/// # Errors
/// As [`one`]; a form with too many parts is refused as a whole.
pub(crate) async fn whole(
    visitor: &Visitor,
    mut parts: Multipart,
) -> Result<(Form, Vec<(String, Upload)>), AppError> {
    let unreadable = |_| AppError::from(Invalid::new("form", "not-readable"));
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut files: Vec<(String, Upload)> = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let field: String = part.name().unwrap_or_default().chars().take(60).collect();
        if fields.is_empty() {
            if field != "form_token" {
                return Err(AppError::Denied);
            }
            let token = part.text().await.map_err(unreadable)?;
            visitor.check_token(&token)?;
            fields.push((field, String::new()));
            continue;
        }
        if fields.len() + files.len() >= PARTS_MAX {
            return Err(Invalid::new("form", "too-many").with(PARTS_MAX).into());
        }
        if let Some(name) = part.file_name().map(|name| name.chars().take(120).collect::<String>()) {
            let bytes = part.bytes().await.map_err(unreadable)?.to_vec();
            if !bytes.is_empty() {
                files.push((field, Upload { name, bytes }));
            }
        } else {
            let bytes = part.bytes().await.map_err(unreadable)?;
            if bytes.len() > FIELD_MAX_BYTES {
                return Err(Invalid::new("form", "not-readable").into());
            }
            fields.push((field, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    if fields.is_empty() { Err(AppError::Denied) } else { Ok((Form::of(fields), files)) }
}

/// The file of a field.
pub(crate) fn file<'a>(files: &'a [(String, Upload)], field: &str) -> Option<&'a Upload> {
    files.iter().find(|(name, _)| name == field).map(|(_, upload)| upload)
}
