//! What only a person can tell about a PC: four small forms on one page, and a password made for it.

use app::pc_record::{PcRecordForm, PcRecords};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::pc;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/record.html")]
struct RecordPage {
    p: Page,
    device: String,
    records: PcRecords,
    form: PcRecordForm,
    mistakes: Mistakes,
    /// A password that was made just now.
    password: String,
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    device: String,
    form: Option<PcRecordForm>,
    mistakes: Mistakes,
    password: String,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let asked = pc(&device);
    let records = web.ask(move |app| app.pc_records(&caller, &asked)).await.map_err(fail)?;
    let p = visitor.page();
    let form = form.unwrap_or_else(|| {
        let kept = records.local_administrator.as_ref().map(|own| own.value.clone());
        let who = p.who.as_ref().map(|who| who.name.clone());
        PcRecordForm {
            managed_by: kept.as_ref().and_then(|own| own.managed_by.clone()).or(who).unwrap_or_default(),
            yes: kept.as_ref().and_then(|own| own.unique) == Some(true),
            kept_where: kept.and_then(|own| own.kept_where).unwrap_or_default(),
            ..PcRecordForm::default()
        }
    });
    let status = if mistakes.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(show_as(status, &RecordPage { p, device, records, form, mistakes, password }))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, id, None, Mistakes::default(), String::new()).await
}

/// Records one thing.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = PcRecordForm {
        what: form.text("what"),
        yes: form.get("yes") == "yes",
        managed_by: form.text("managed_by"),
        kept_where: form.text("kept_where"),
        screenshot: form.has("screenshot"),
        note: form.text("note"),
    };
    let (asked, device) = (typed.clone(), pc(&id));
    match web.ask(move |app| app.keep_pc_record(&caller, &device, &asked)).await {
        Ok(()) => Ok(go(&format!("/subjects/device/{}/records?note=saved", encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, Some(typed), mistakes, String::new()).await
        }
    }
}

/// Makes a password, shown this once.
pub(crate) async fn password(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let device = pc(&id);
    let password = web.ask(move |app| app.make_local_password(&caller, &device)).await.map_err(fail)?;
    render(&web, &visitor, id, None, Mistakes::default(), password).await
}
