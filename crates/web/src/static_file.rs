//! The style sheet, the icon and the one script, in the binary.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

pub(crate) const STYLE: &str = include_str!("../assets/style.css");
const ICON: &str = include_str!("../assets/icon.svg");

/// The address of the style sheet; it changes with the version, so that browsers may keep it.
pub(crate) const STYLE_PATH: &str = concat!("/static/style-", env!("CARGO_PKG_VERSION"), ".css");

/// The address of the reports' style sheet, for those that are looked at and not kept.
pub(crate) const REPORT_STYLE_PATH: &str = concat!("/static/report-", env!("CARGO_PKG_VERSION"), ".css");

/// The address of the grid's script.
pub(crate) const GRID_PATH: &str = concat!("/static/grid-", env!("CARGO_PKG_VERSION"), ".js");

/// The script of the checklist's grid.
pub(crate) async fn grid() -> Response {
    let script = include_str!("../assets/grid.js");
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")],
        script,
    )
        .into_response()
}

/// The style sheet.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE)
        .into_response()
}

/// The reports' style sheet.
pub(crate) async fn report_style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (kind, crate::report::STYLE).into_response()
}

/// The icon.
pub(crate) async fn icon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=86400")], ICON)
        .into_response()
}
