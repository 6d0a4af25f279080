//! Assets out as a sheet and back in: the files, the upload, what it would change, its saving.

use std::collections::BTreeSet;

use app::asset::{ChangedLine, NewLine, Preview};
use app::sheet::{RefusedLine, SheetProblem};
use app::{AppError, Invalid};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{field_in_words, value_in_words};
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes, in_words};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// The largest upload: the file and what a form adds to it.
pub(crate) const UPLOAD_MAX_BYTES: usize = FILE_MAX_BYTES + 64 * 1024;
/// The largest file.
const FILE_MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most lines of a kind that are shown.
const LINES_SHOWN_MAX: usize = 200;

/// What a sheet would change, as the page shows it.
struct Shown {
    token: String,
    /// How many are new, change, change here too, change nothing, are left out, are not spoken of.
    new: usize,
    changed: usize,
    conflicts: usize,
    unchanged: usize,
    refused: usize,
    silent: usize,
    remarks: Vec<String>,
    new_lines: Vec<NewShown>,
    changed_lines: Vec<ChangedShown>,
    conflict_lines: Vec<ChangedShown>,
    refused_lines: Vec<RefusedShown>,
}

struct NewShown {
    line: usize,
    system: String,
    name: String,
    part: String,
    class: &'static str,
}

struct ChangedShown {
    line: usize,
    id: u64,
    system: String,
    name: String,
    /// When it was changed here, and by whom.
    since: String,
    /// Field, before, after.
    changes: Vec<(String, String, String)>,
}

struct RefusedShown {
    line: usize,
    problems: Vec<String>,
}

impl Shown {
    fn of(preview: Preview, p: &Page) -> Self {
        let (conflicts, changed): (Vec<ChangedLine>, Vec<ChangedLine>) =
            preview.changed.into_iter().partition(|line| line.conflict.is_some());
        Self {
            token: preview.token,
            new: preview.new.len(),
            changed: changed.len(),
            conflicts: conflicts.len(),
            unchanged: preview.unchanged,
            refused: preview.refused.len(),
            silent: preview.silent,
            remarks: preview.remarks.iter().map(|remark| p.x(remark).to_owned()).collect(),
            new_lines: preview.new.into_iter().take(LINES_SHOWN_MAX).map(|line| new_line(line, p)).collect(),
            changed_lines: changed
                .into_iter()
                .take(LINES_SHOWN_MAX)
                .map(|line| changed_line(line, p))
                .collect(),
            conflict_lines: conflicts
                .into_iter()
                .take(LINES_SHOWN_MAX)
                .map(|line| changed_line(line, p))
                .collect(),
            refused_lines: preview
                .refused
                .into_iter()
                .take(LINES_SHOWN_MAX)
                .map(|line| refused_line(&line, p))
                .collect(),
        }
    }

    /// Whether there is anything to save.
    fn any(&self) -> bool {
        self.new + self.changed + self.conflicts > 0
    }
}

fn new_line(line: NewLine, p: &Page) -> NewShown {
    NewShown {
        line: line.line,
        part: value_in_words(p, "part", line.asset.part.name()),
        class: line.asset.secrecy.map_or("none", model::asset::Secrecy::name),
        system: line.asset.system,
        name: line.asset.name,
    }
}

fn changed_line(line: ChangedLine, p: &Page) -> ChangedShown {
    ChangedShown {
        line: line.line,
        id: line.id,
        system: line.asset.system,
        name: line.asset.name,
        since: line.conflict.unwrap_or_default(),
        changes: line
            .changes
            .into_iter()
            .map(|change| {
                let words = |value: &str| value_in_words(p, change.field, value);
                (field_in_words(p, change.field), words(&change.before), words(&change.after))
            })
            .collect(),
    }
}

fn refused_line(line: &RefusedLine, p: &Page) -> RefusedShown {
    let words = |problem: &SheetProblem| match problem {
        SheetProblem::Cell { column, found, why } => format!("{column}「{found}」: {}", p.x(why)),
        SheetProblem::Field(invalid) => {
            format!("{}: {}", field_in_words(p, &invalid.field), in_words(p, invalid))
        }
    };
    RefusedShown { line: line.line, problems: line.problems.iter().map(words).collect() }
}

#[derive(Template)]
#[template(path = "asset/exchange.html")]
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

/// The form to bring a sheet in.
pub(crate) async fn page(visitor: Visitor) -> Result<Response, Failure> {
    Ok(show_as(StatusCode::OK, &ExchangePage::of(&visitor, None)))
}

/// Reads a sheet and shows what it would change; nothing is saved.
pub(crate) async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (name, bytes) = match file(&visitor, parts).await {
        Ok(found) => found,
        Err(error) => return refused(&visitor, error),
    };
    match web.ask(move |app| app.preview_assets(&caller, &name, &bytes)).await {
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

/// The name and bytes of the one file of a form; the token comes before it.
async fn file(visitor: &Visitor, mut parts: Multipart) -> Result<(String, Vec<u8>), AppError> {
    let unreadable = |_| AppError::from(Invalid::new("file", "not-readable"));
    let mut token_seen = false;
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        if part.name() == Some("form_token") {
            visitor.check_token(&part.text().await.map_err(unreadable)?)?;
            token_seen = true;
            continue;
        }
        if !token_seen {
            return Err(AppError::Denied);
        }
        let name: String = part.file_name().unwrap_or("").chars().take(200).collect();
        // Cut off in the middle when the whole upload is too large.
        let too_large =
            || AppError::from(Invalid::new("file", "too-large").with(FILE_MAX_BYTES / 1024 / 1024));
        let bytes = part.bytes().await.map_err(|_| too_large())?;
        if bytes.len() > FILE_MAX_BYTES {
            return Err(too_large());
        }
        if !name.is_empty() || !bytes.is_empty() {
            return Ok((name, bytes.to_vec()));
        }
    }
    Err(if token_seen { Invalid::new("file", "missing").into() } else { AppError::Denied })
}

/// Saves what was shown.
pub(crate) async fn apply(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let token = form.text("draft");
    let sheet_wins: BTreeSet<u64> = form.all("sheet").iter().filter_map(|id| id.parse().ok()).collect();
    let (asked, name) = (caller.clone(), token.clone());
    match web.ask(move |app| app.apply_assets(&asked, &name, &sheet_wins)).await {
        Ok(applied) if applied.added + applied.changed == 0 => Ok(go("/assets?note=assets-same")),
        Ok(_) => Ok(go("/assets?note=assets-imported")),
        Err(AppError::Conflict) => {
            let preview =
                web.ask(move |app| app.preview_assets_again(&caller, &token)).await.map_err(fail)?;
            let page = ExchangePage { conflict: true, ..ExchangePage::of(&visitor, Some(preview)) };
            Ok(show_as(StatusCode::CONFLICT, &page))
        }
        Err(error) => refused(&visitor, error),
    }
}

/// All assets as a workbook.
pub(crate) async fn xlsx(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    sheet(&web, &visitor, "xlsx", kind, app::App::assets_workbook).await
}

/// All assets as CSV.
pub(crate) async fn csv(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    sheet(&web, &visitor, "csv", "text/csv; charset=utf-8", app::App::assets_csv).await
}

async fn sheet(
    web: &Web,
    visitor: &Visitor,
    ending: &'static str,
    kind: &'static str,
    make: fn(&app::App, &model::Caller, model::Lang) -> app::Result<Vec<u8>>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lang = visitor.lang;
    let (bytes, now) = web.ask(move |app| Ok((make(app, &caller, lang)?, app.now()))).await.map_err(fail)?;
    let name = format!("attachment; filename=\"mimamori-assets-{}.{ending}\"", now.day());
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
