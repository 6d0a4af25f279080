//! A list of staff in: the upload, what it would change, its saving.

use std::collections::BTreeSet;

use app::AppError;
use app::person::Preview;
use app::sheet::SheetProblem;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{changes_in_words, field_in_words};
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes, in_words};
use crate::page::{Page, filters, go, show_as};
use crate::upload;
use crate::visitor::Visitor;

/// The largest upload: the file and what a form adds to it.
pub(crate) const UPLOAD_MAX_BYTES: usize = 8 * 1024 * 1024 + 64 * 1024;
/// The most lines of a kind that are shown.
const LINES_SHOWN_MAX: usize = 200;
/// The most fields of the form that saves: one for each conflict.
const FIELDS_MAX: usize = 6_000;

/// A line that changes somebody: line, id, name, changes.
type Changed = (usize, String, String, Vec<(String, String, String)>);

/// What a list would change, as the page shows it.
struct Shown {
    token: String,
    new: usize,
    changed: usize,
    conflicts: usize,
    unchanged: usize,
    refused: usize,
    missing: usize,
    remarks: Vec<String>,
    /// Line, id, name, department, mail, last day.
    new_lines: Vec<(usize, String, String, String)>,
    changed_lines: Vec<Changed>,
    conflict_lines: Vec<Changed>,
    refused_lines: Vec<(usize, Vec<String>)>,
    missing_lines: Vec<(String, String)>,
}

impl Shown {
    fn of(preview: Preview, p: &Page) -> Self {
        let (conflicts, changed): (Vec<_>, Vec<_>) =
            preview.changed.into_iter().partition(|line| line.conflict);
        let lines = |lines: Vec<app::person::ChangedLine>| -> Vec<Changed> {
            let some = lines.into_iter().take(LINES_SHOWN_MAX);
            some.map(|line| (line.line, line.id, line.name, changes_in_words(p, &line.changes))).collect()
        };
        let problem = |problem: &SheetProblem| match problem {
            SheetProblem::Cell { column, found, why } => format!("{column}「{found}」: {}", p.x(why)),
            SheetProblem::Field(invalid) => {
                format!("{}: {}", field_in_words(p, &invalid.field), in_words(p, invalid))
            }
        };
        Self {
            token: preview.token,
            new: preview.new.len(),
            changed: changed.len(),
            conflicts: conflicts.len(),
            unchanged: preview.unchanged,
            refused: preview.refused.len(),
            missing: preview.missing.len(),
            remarks: preview.remarks.iter().map(|remark| p.x(remark).to_owned()).collect(),
            new_lines: preview
                .new
                .into_iter()
                .take(LINES_SHOWN_MAX)
                .map(|line| {
                    let form = line.form;
                    let more = [form.department, form.mail, form.number, form.left];
                    let more: Vec<String> = more.into_iter().filter(|text| !text.is_empty()).collect();
                    (line.line, form.id, form.name, more.join(" · "))
                })
                .collect(),
            changed_lines: lines(changed),
            conflict_lines: lines(conflicts),
            refused_lines: preview
                .refused
                .iter()
                .take(LINES_SHOWN_MAX)
                .map(|line| (line.line, line.problems.iter().map(problem).collect()))
                .collect(),
            missing_lines: preview.missing.into_iter().take(LINES_SHOWN_MAX).collect(),
        }
    }

    /// Whether there is anything to save.
    fn any(&self) -> bool {
        self.new + self.changed + self.conflicts > 0
    }
}

#[derive(Template)]
#[template(path = "person/exchange.html")]
struct ExchangePage {
    p: Page,
    shown: Option<Shown>,
    /// Why the file was not read.
    unread: Option<String>,
    conflict: bool,
    mistakes: Mistakes,
}

impl ExchangePage {
    fn of(visitor: &Visitor, preview: Option<Preview>) -> Self {
        let p = visitor.page();
        let shown = preview.map(|preview| Shown::of(preview, &p));
        Self { p, shown, unread: None, conflict: false, mistakes: Mistakes::default() }
    }
}

/// The form to bring a list in.
pub(crate) async fn page(visitor: Visitor) -> Result<Response, Failure> {
    Ok(show_as(StatusCode::OK, &ExchangePage::of(&visitor, None)))
}

/// Reads a list and shows what it would change; nothing is saved.
pub(crate) async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let file = match upload::one(&visitor, parts).await {
        Ok(file) => file,
        Err(error) => return refused(&visitor, error),
    };
    match web.ask(move |app| app.preview_people(&caller, &file.name, &file.bytes)).await {
        Ok(preview) => Ok(show_as(StatusCode::OK, &ExchangePage::of(&visitor, Some(preview)))),
        Err(error) => refused(&visitor, error),
    }
}

/// The upload form again, with what is wrong.
fn refused(visitor: &Visitor, error: AppError) -> Result<Response, Failure> {
    let page = ExchangePage::of(visitor, None);
    let why = if let AppError::Paper(error) = &error { error.text() } else { None };
    let page = match why {
        Some(why) => ExchangePage { unread: Some(page.p.x(&why).to_owned()), ..page },
        None => {
            let mistakes = Mistakes::of(error).map_err(|error| Failure::new(error, visitor))?;
            ExchangePage { mistakes, ..page }
        }
    };
    Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Saves what was shown.
pub(crate) async fn apply(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read_wide(&visitor, &body, FIELDS_MAX).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let token = form.text("draft");
    let sheet_wins: BTreeSet<String> = form.all("sheet").into_iter().collect();
    let (asked, name) = (caller.clone(), token.clone());
    match web.ask(move |app| app.apply_people(&asked, &name, &sheet_wins)).await {
        Ok(applied) if applied.added + applied.changed == 0 => Ok(go("/people?note=people-same")),
        Ok(_) => Ok(go("/people?note=people-imported")),
        Err(AppError::Conflict) => {
            let preview =
                web.ask(move |app| app.preview_people_again(&caller, &token)).await.map_err(fail)?;
            let page = ExchangePage { conflict: true, ..ExchangePage::of(&visitor, Some(preview)) };
            Ok(show_as(StatusCode::CONFLICT, &page))
        }
        Err(error) => refused(&visitor, error),
    }
}
