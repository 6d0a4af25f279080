//! Bringing fact files in by hand, and looking at what came.

use app::evidence::Taken;
use app::{AppError, Invalid};
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use model::evidence::DOCUMENT_MAX_BYTES;

use crate::Web;
use crate::error::Failure;
use crate::form::in_words;
use crate::page::{Page, filters, show_as};
use crate::visitor::Visitor;

/// The largest upload, all files together.
pub(crate) const UPLOAD_MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most files of an upload.
const FILES_MAX: usize = 200;

/// What became of one file.
struct Line {
    file: String,
    taken: Option<Taken>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "evidence.html")]
struct ReceivedPage {
    p: Page,
    lines: Vec<Line>,
    kept: usize,
}

/// Takes in files; each stands for itself, and the page says what became of it.
pub(crate) async fn receive(
    State(web): State<Web>,
    visitor: Visitor,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let unreadable = |_| fail(AppError::from(Invalid::new("file", "not-readable")));
    let mut token_seen = false;
    let mut lines: Vec<Line> = Vec::new();
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            // What came before is kept, and the page says so.
            Err(_) if !lines.is_empty() => {
                lines.push(line(String::new(), Err(Invalid::new("file", "not-readable").into()), &visitor)?);
                break;
            }
            Err(error) => return Err(unreadable(error)),
        };
        if part.name() == Some("form_token") {
            visitor.check_token(&part.text().await.map_err(unreadable)?).map_err(fail)?;
            token_seen = true;
            continue;
        }
        // The token comes first in our form: no file is looked at before it.
        if !token_seen {
            return Err(fail(AppError::Denied));
        }
        let file: String = part.file_name().unwrap_or("").chars().take(120).collect();
        let Ok(bytes) = part.bytes().await else {
            lines.push(line(file, Err(Invalid::new("file", "not-readable").into()), &visitor)?);
            break;
        };
        if file.is_empty() && bytes.is_empty() {
            continue;
        }
        let answer = if lines.len() >= FILES_MAX {
            Err(AppError::from(Invalid::new("file", "too-many").with(FILES_MAX)))
        } else if bytes.len() > DOCUMENT_MAX_BYTES {
            Err(AppError::from(Invalid::new("file", "too-large").with(DOCUMENT_MAX_BYTES / 1024 / 1024)))
        } else {
            let caller = caller.clone();
            web.ask(move |app| app.receive_evidence(&caller, &bytes)).await
        };
        lines.push(line(file, answer, &visitor)?);
    }
    if lines.is_empty() {
        return Err(fail(Invalid::new("file", "missing").into()));
    }
    let kept = lines.iter().filter(|line| line.taken.is_some()).count();
    let status = if kept > 0 { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(show_as(status, &ReceivedPage { p: visitor.page(), lines, kept }))
}

fn line(file: String, answer: app::Result<Taken>, visitor: &Visitor) -> Result<Line, Failure> {
    match answer {
        Ok(taken) => Ok(Line { file, taken: Some(taken), problem: None }),
        Err(AppError::Invalid(found)) => {
            let p = visitor.page();
            let problem = found.iter().map(|invalid| in_words(&p, invalid)).collect::<Vec<_>>().join(" ");
            Ok(Line { file, taken: None, problem: Some(problem) })
        }
        Err(error) => Err(Failure::new(error, visitor)),
    }
}

/// A document, byte for byte as it came.
pub(crate) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let wanted = id.clone();
    let bytes = web.ask(move |app| app.evidence(&caller, &wanted)).await.map_err(fail)?;
    let name: String = id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    Ok((
        [
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"facts-{name}.json\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        bytes,
    )
        .into_response())
}
