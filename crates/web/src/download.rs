//! A document to keep: bytes with a name and a kind.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

/// An Excel workbook.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A CSV file in UTF-8.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// The answer that makes a browser keep the bytes under a name; the name is our own, of ASCII letters.
pub(crate) fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        bytes,
    )
        .into_response()
}
