//! Returned, lost or stolen: the form, and the list of what has to be done, ticked off one by one.

use app::AppError;
use app::lending::{EndForm, EndKind, EndedLending, LentDevice};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::decision::Day;

use super::number;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/end.html")]
struct EndPage {
    p: Page,
    device: LentDevice,
    form: EndForm,
    mistakes: Mistakes,
    conflict: bool,
    kinds: [EndKind; 3],
}

#[derive(Template)]
#[template(path = "lending/ended.html")]
struct EndedPage {
    p: Page,
    ended: EndedLending,
    today: Day,
    conflict: bool,
}

impl EndedPage {
    /// Whether a day is over.
    fn is_late(&self, due: &Day) -> bool {
        *due < self.today
    }
}

/// The form.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let form = EndForm { on: web.app.now().day(), retire: true, ..EndForm::default() };
    render(&web, &visitor, id, form, Mistakes::default(), StatusCode::OK).await
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: String,
    form: EndForm,
    mistakes: Mistakes,
    status: StatusCode,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let device = web.ask(move |app| app.lent_device(&caller, &id)).await.map_err(fail)?;
    let Some(shown) = &device.shown else { return Err(fail(AppError::NotFound("lending"))) };
    let form = EndForm { after: shown.record.version, ..form };
    let conflict = status == StatusCode::CONFLICT;
    let page = EndPage { p: visitor.page(), device, form, mistakes, conflict, kinds: EndKind::ALL };
    Ok(show_as(status, &page))
}

/// Ends it.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let lending = number(form.get("lending")).map_err(fail)?;
    let typed = EndForm {
        after: form.get("after").parse().unwrap_or(0),
        kind: form.text("kind"),
        on: form.text("on"),
        note: form.text("note"),
        retire: form.has("retire"),
    };
    let asked = typed.clone();
    match web.ask(move |app| app.end_lending(&caller, lending, &asked)).await {
        Ok(_) => Ok(go(&format!("/lendings/{lending}?note=lending-ended"))),
        Err(AppError::Conflict) => {
            render(&web, &visitor, id, typed, Mistakes::default(), StatusCode::CONFLICT).await
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn ended(web: &Web, visitor: &Visitor, id: &str, conflict: bool) -> Result<EndedPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let id = number(id).map_err(fail)?;
    let ended = web.ask(move |app| app.ended_lending(&caller, id)).await.map_err(fail)?;
    Ok(EndedPage { p: visitor.page(), ended, today: Day::of(web.app.now()), conflict })
}

/// What has to be done.
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    Ok(show(&ended(&web, &visitor, &id, false).await?))
}

/// Ticks one off, or takes the tick back.
pub(crate) async fn task(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let lending = number(&id).map_err(fail)?;
    let place: usize = form.get("place").parse().map_err(|_| fail(AppError::NotFound("task")))?;
    let after: u32 = form.get("after").parse().unwrap_or(0);
    let (done, note) = (form.get("done") == "yes", form.text("note"));
    match web.ask(move |app| app.do_lending_task(&caller, lending, after, place, done, &note)).await {
        Ok(()) => Ok(go(&format!("/lendings/{lending}?note=saved#task-{place}"))),
        Err(AppError::Conflict) => {
            Ok(show_as(StatusCode::CONFLICT, &ended(&web, &visitor, &id, true).await?))
        }
        Err(error) => Err(fail(error)),
    }
}

/// Where a task is done, when it is done here.
pub(super) fn place_of(task: &str, device: &str) -> Option<String> {
    let pc = encoded(device);
    match task {
        "agent-key" => Some(format!("/subjects/device/{pc}#agent")),
        "recovery-key" => Some(format!("/subjects/device/{pc}/recovery-keys")),
        "local-administrator" | "laps" => Some(format!("/subjects/device/{pc}/records")),
        "approvals" => Some(format!("/subjects/device/{pc}/approvals")),
        "encryption" | "wipe" => Some(format!("/subjects/device/{pc}")),
        "assets" => Some("/assets".to_owned()),
        _ => None,
    }
}
