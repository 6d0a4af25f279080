//! Reports that stand alone: to mail, to print, to keep. Made for pages and for the command line.

mod assessment;
pub(crate) mod list;
mod page;

use app::report::{Format, Kind};
use app::{App, AppError};
use model::{Caller, Lang};

pub use assessment::assessment;
pub(crate) use page::STYLE;

/// A report of now in a format: the bytes that are handed out.
///
/// # Errors
/// [`AppError::Invalid`] when the kind has no such format or there is nothing to plan; or it cannot be made.
pub fn document(
    app: &App,
    caller: &Caller,
    kind: Kind,
    format: Format,
    lang: Lang,
) -> Result<Vec<u8>, AppError> {
    match app.report_document(caller, kind, format, lang)? {
        Some(bytes) => Ok(bytes),
        None => page::html(&app.report(caller, kind)?, lang, false).map(String::into_bytes),
    }
}
