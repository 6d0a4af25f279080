//! Reports: making one, looking at one that is not kept, getting back what was made, checking a file by its seal.

use app::report::{Format, Kind, REPORT_MAX_BYTES, ReportLine, name_of};
use app::{AppError, Invalid};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use model::Lang;

use super::{document, page};
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;
use crate::{Web, upload};

/// The largest upload to check: the largest report and the form around it.
pub(crate) const CHECK_MAX_BYTES: usize = REPORT_MAX_BYTES + 64 * 1024;

/// What checking a file said.
struct Checked {
    /// The file's name.
    name: String,
    /// The report it is; none when it was not made here or altered since.
    found: Option<ReportLine>,
}

#[derive(Template)]
#[template(path = "report/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<ReportLine>,
    checked: Option<Checked>,
    mistakes: Mistakes,
    kinds: [Kind; 2],
    langs: [Lang; 2],
}

impl ListPage {
    /// A made report in words: which, as what, in which language.
    fn what(&self, line: &ReportLine) -> String {
        // Both words come from the database; unknown ones are shown as they stand.
        let word = |start: &str, name: &str, known: bool| {
            if known { self.p.t(&format!("{start}{name}")) } else { name.to_owned() }
        };
        let kind = word("report-kind-", &line.kind, Kind::from_name(&line.kind).is_some());
        let format = word("report-format-", &line.format, Format::from_name(&line.format).is_some());
        format!("{kind} – {format} ({})", self.lang_name(&line.lang))
    }

    fn lang_name(&self, lang: &Lang) -> String {
        self.p.t(&format!("report-lang-{}", lang.code()))
    }

    /// Whether anybody who looks may make reports: both roles may.
    fn may_make(&self) -> bool {
        self.p.who.as_ref().is_some_and(|who| app::Action::ReportMake.open_to(who.caller.role))
    }
}

async fn shown(
    web: &Web,
    visitor: &Visitor,
    checked: Option<Checked>,
    mistakes: Mistakes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lines = web.ask(move |app| app.reports(&caller)).await.map_err(fail)?;
    let status = if mistakes.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let p = visitor.page();
    Ok(show_as(status, &ListPage { p, lines, checked, mistakes, kinds: Kind::ALL, langs: Lang::ALL }))
}

/// The page.
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    shown(&web, &visitor, None, Mistakes::default()).await
}

/// Makes one and keeps it.
pub(crate) async fn make(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let lang = Lang::from_code(form.get("lang")).unwrap_or(visitor.lang);
    let wanted = Kind::from_name(form.get("kind")).zip(Format::from_name(form.get("format")));
    let made = match wanted {
        Some((kind, format)) => {
            web.ask(move |app| {
                let bytes = document(app, &caller, kind, format, lang)?;
                app.keep_report(&caller, kind, format, lang, &bytes)
            })
            .await
        }
        None => Err(Invalid::new("format", "unknown-choice").into()),
    };
    match made {
        Ok(id) => Ok(go(&format!("/reports?note=report-made#report-{id}"))),
        Err(error) => shown(&web, &visitor, None, Mistakes::of(error).map_err(fail)?).await,
    }
}

/// Says whether a file is a report just as it was made.
pub(crate) async fn check(
    State(web): State<Web>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let file = match upload::one(&visitor, parts).await {
        Ok(file) => file,
        Err(error) => return shown(&web, &visitor, None, Mistakes::of(error).map_err(fail)?).await,
    };
    let bytes = file.bytes;
    let found = web.ask(move |app| app.check_report(&caller, &bytes)).await.map_err(fail)?;
    shown(&web, &visitor, Some(Checked { name: file.name, found }), Mistakes::default()).await
}

/// A report as it was handed out, byte for byte.
pub(crate) async fn file(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (line, bytes) = web.ask(move |app| app.report_file(&caller, id)).await.map_err(fail)?;
    let kind = Format::from_name(&line.format).map_or("application/octet-stream", |format| format.file().1);
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", name_of(&line))),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        bytes,
    )
        .into_response())
}

/// A report of now, not kept.
pub(crate) async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    Path(kind): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let kind = Kind::from_name(&kind).ok_or_else(|| fail(AppError::NotFound("report")))?;
    let lang = visitor.lang;
    let html = web.ask(move |app| page::html(&app.report(&caller, kind)?, lang, true)).await.map_err(fail)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response())
}
