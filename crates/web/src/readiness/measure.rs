//! A measure that helps: why, how, and what the company plans about it.

use app::AppError;
use app::readiness::{MeasureForm, ShownMeasure};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::decision::Choice;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "readiness/measure.html")]
struct MeasurePage {
    p: Page,
    shown: ShownMeasure,
    form: MeasureForm,
    choices: [Choice; 4],
    mistakes: Mistakes,
    conflict: bool,
}

impl MeasurePage {
    fn of(visitor: &Visitor, shown: ShownMeasure, form: MeasureForm) -> Self {
        Self {
            p: visitor.page(),
            shown,
            form,
            choices: Choice::ALL,
            mistakes: Mistakes::default(),
            conflict: false,
        }
    }
}

async fn shown(web: &Web, visitor: &Visitor, id: &str) -> Result<ShownMeasure, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let id = id.to_owned();
    web.ask(move |app| app.measure(&caller, &id)).await.map_err(fail)
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let shown = shown(&web, &visitor, &id).await?;
    let form = MeasureForm::of(&shown.line.planned, shown.line.version);
    Ok(show_as(StatusCode::OK, &MeasurePage::of(&visitor, shown, form)))
}

/// Saves what is planned.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = MeasureForm {
        after: form.get("after").parse().unwrap_or(0),
        choice: form.text("choice"),
        due: form.text("due"),
        owner: form.text("owner"),
        yen_once: form.text("yen_once"),
        yen_yearly: form.text("yen_yearly"),
        note: form.text("note"),
    };
    let (asked, of) = (typed.clone(), id.clone());
    match web.ask(move |app| app.plan_measure(&caller, &of, &asked)).await {
        Ok(()) => Ok(go(&format!("/measures/{id}?note=measure-saved"))),
        Err(AppError::Conflict) => {
            let now = shown(&web, &visitor, &id).await?;
            let form = MeasureForm { after: now.line.version, ..typed };
            let page = MeasurePage { conflict: true, ..MeasurePage::of(&visitor, now, form) };
            Ok(show_as(StatusCode::CONFLICT, &page))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let now = shown(&web, &visitor, &id).await?;
            let page = MeasurePage { mistakes, ..MeasurePage::of(&visitor, now, typed) };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
