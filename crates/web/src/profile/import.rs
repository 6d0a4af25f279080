//! A profile from a file.

use axum::extract::{Multipart, State};
use axum::response::Response;

use super::{Trouble, list, show};
use crate::error::Failure;
use crate::form::Form;
use crate::page::go;
use crate::visitor::Visitor;
use crate::{Web, upload};

/// The largest request: the largest file, and as much again, so that a file too large is refused with a reason.
pub(crate) const UPLOAD_MAX_BYTES: usize = 2 * 1024 * 1024;

/// Keeps it. What of a stranger's file was not understood is shown on the profile's page.
pub(crate) async fn take(
    State(web): State<Web>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let taken = match upload::one(&visitor, parts).await {
        Ok(file) => web.ask(move |app| app.import_profile(&caller, &file.bytes)).await,
        Err(error) => Err(error),
    };
    match taken {
        Ok((id, remarks)) if remarks.is_empty() => Ok(go(&format!("/profiles/{id}?note=profile-imported"))),
        Ok((id, remarks)) => show::answer(&web, &visitor, &id, None, Trouble::default(), remarks).await,
        Err(error) => {
            let trouble = Trouble::of(error).map_err(fail)?;
            list::answer(&web, &visitor, &Form::default(), trouble).await
        }
    }
}
