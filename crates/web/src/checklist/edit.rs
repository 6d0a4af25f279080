//! The whole checklist as a grid: every row's evaluation on one page, saved together.

use app::AppError;
use app::checklist::{Form as RowForm, GridRow, RowLine, Saved};
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use model::decision::{Aspect, Choice, Severity};

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes, in_words};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// The most fields of the grid's form: rows by cells, with room for own rows.
const FIELDS_MAX: usize = 20_000;
/// The largest grid, in bytes: every cell of 48 rows full of Japanese, percent-encoded, and as much again.
pub(crate) const FORM_MAX_BYTES: usize = 8 * 1024 * 1024;

/// A row of the grid.
struct Line {
    line: RowLine,
    row: GridRow,
    /// What is stored, when the row shows what was typed and not saved.
    first: Option<GridRow>,
    mistakes: Mistakes,
    conflict: bool,
}

impl Line {
    /// A row as it is stored.
    fn as_stored(line: RowLine) -> Self {
        Self { row: stored(&line), line, first: None, mistakes: Mistakes::default(), conflict: false }
    }

    /// The four aspects with severity, words and yen as typed.
    fn impacts(&self) -> Vec<(Aspect, (String, String, String))> {
        Aspect::ALL.into_iter().zip(self.row.impacts.clone()).collect()
    }

    /// The stored severity, words and yen of an aspect, when the row shows something else.
    fn first_impact(&self, aspect: Aspect) -> Option<(String, String, String)> {
        let all = Aspect::ALL.into_iter().zip(self.first.as_ref()?.impacts.clone());
        all.into_iter().find(|(own, _)| *own == aspect).map(|(_, impact)| impact)
    }

    /// Whether something is wrong with a part of an aspect.
    fn is_wrong(&self, aspect: Aspect, part: &str) -> bool {
        self.mistakes.has(&format!("{}_{part}", aspect.name()))
    }

    /// What is wrong with the row, field by field.
    fn problems(&self, p: &Page) -> Vec<String> {
        let found = self.mistakes.0.values();
        found.map(|invalid| format!("{}: {}", field_name(p, &invalid.field), in_words(p, invalid))).collect()
    }
}

/// What a field of a row's form is called.
pub(super) fn field_name(p: &Page, field: &str) -> String {
    let aspect = Aspect::ALL.into_iter().find(|aspect| field.starts_with(aspect.name()));
    match (aspect, field) {
        (Some(aspect), _) => p.t(&format!("aspect-{}", aspect.name())),
        (None, "current_state" | "state") => p.t("evaluation-state"),
        (None, "choice") => p.t("checklist-choice"),
        (None, "due") => p.t("checklist-due"),
        (None, "owner") => p.t("evaluation-owner"),
        (None, "reason") => p.t("grid-reason"),
        (None, "assets") => p.t("take-assets"),
        (None, field) if field.starts_with("cost") => p.t("take-cost"),
        (None, _) => p.t("take-loss"),
    }
}

#[derive(Template)]
#[template(path = "checklist/edit.html")]
struct EditPage {
    p: Page,
    lines: Vec<Line>,
    aspects: [Aspect; 4],
    severities: [Severity; 4],
    choices: [Choice; 4],
    saved: usize,
    unsaved: usize,
}

async fn lines(web: &Web, visitor: &Visitor) -> Result<Vec<RowLine>, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.rows(&caller)).await.map_err(fail)
}

fn stored(line: &RowLine) -> GridRow {
    let form = line.version.as_ref().map_or_else(
        || RowForm::of(&model::decision::Decision::default(), 0),
        |version| RowForm::of(&version.decision, version.version),
    );
    GridRow::of(line.row.no, &form)
}

fn answer(visitor: &Visitor, lines: Vec<Line>, saved: usize, status: StatusCode) -> Response {
    let unsaved = lines.iter().filter(|line| line.conflict || line.mistakes.any()).count();
    let mut response = show_as(
        status,
        &EditPage {
            p: visitor.page(),
            lines,
            aspects: Aspect::ALL,
            severities: Severity::ALL,
            choices: Choice::ALL,
            saved,
            unsaved,
        },
    );
    // The one page with a script: it moves between cells. Everything works without it.
    let policy = HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    );
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The grid.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let lines = lines(&web, &visitor).await?.into_iter().map(Line::as_stored).collect();
    Ok(answer(&visitor, lines, 0, StatusCode::OK))
}

/// The rows of the form, as typed.
fn typed(form: &Form, lines: &[RowLine]) -> Vec<GridRow> {
    lines
        .iter()
        .filter(|line| form.has(&format!("r{}_after", line.row.no)))
        .map(|line| {
            let no = line.row.no;
            let field = |name: &str| form.text(&format!("r{no}_{name}"));
            GridRow {
                no,
                after: field("after").parse().unwrap_or(0),
                current_state: field("state"),
                impacts: Aspect::ALL.map(|aspect| {
                    let part = |part: &str| field(&format!("{}_{part}", aspect.name()));
                    (part("severity"), part("words"), part("yen"))
                }),
                choice: field("choice"),
                due: field("due"),
                owner: field("owner"),
                reason: field("reason"),
            }
        })
        .collect()
}

/// Saves what was changed. Rows that could not be saved come back as they were typed, with the reason.
pub(crate) async fn save(State(web): State<Web>, visitor: Visitor, body: Bytes) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read_wide(&visitor, &body, FIELDS_MAX).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let rows = typed(&form, &lines(&web, &visitor).await?);
    let sent = rows.clone();
    let outcomes = web.ask(move |app| app.save_grid(&caller, &sent)).await.map_err(fail)?;
    let saved = outcomes.iter().filter(|own| own.outcome.is_ok()).count();
    let (mut failed, mut other): (Vec<Saved>, Option<AppError>) = (Vec::new(), None);
    for own in outcomes {
        match own.outcome {
            Ok(_) => {}
            Err(AppError::Invalid(_) | AppError::Conflict) => failed.push(own),
            Err(error) => other = Some(error),
        }
    }
    if let Some(error) = other {
        return Err(fail(error));
    }
    if failed.is_empty() {
        return Ok(go(&format!(
            "/checklist/edit?note={}",
            if saved == 0 { "grid-same" } else { "grid-saved" }
        )));
    }
    let lines = lines(&web, &visitor)
        .await?
        .into_iter()
        .map(|line| {
            let no = line.row.no;
            let outcome = failed.iter().find(|own| own.no == no);
            let (Some(outcome), Some(row)) = (outcome, rows.iter().find(|row| row.no == no)) else {
                return Line::as_stored(line);
            };
            let conflict = matches!(outcome.outcome, Err(AppError::Conflict));
            // Who saves again after a conflict has seen it: from now on it follows the newest version.
            let first = stored(&line);
            let after = if conflict { first.after } else { row.after };
            Line {
                first: Some(first),
                mistakes: Mistakes::from_list(outcome.mistakes()),
                row: GridRow { after, ..row.clone() },
                line,
                conflict,
            }
        })
        .collect();
    Ok(answer(&visitor, lines, saved, StatusCode::UNPROCESSABLE_ENTITY))
}
