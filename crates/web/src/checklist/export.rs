//! The checklist as a workbook.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::Web;
use crate::error::Failure;
use crate::visitor::Visitor;

/// The file.
pub(crate) async fn xlsx(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lang = visitor.lang;
    let (bytes, now) =
        web.ask(move |app| Ok((app.checklist_workbook(&caller, lang)?, app.now()))).await.map_err(fail)?;
    let name = format!("attachment; filename=\"mimamori-checklist-{}.xlsx\"", now.day());
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
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
