//! A PC and its lending: lend it, freeze its software list, sign, see what changed since.

use app::AppError;
use app::lending::{Doubt, LendForm, LentDevice, Seen, Side, Way};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::number;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show, show_as};
use crate::visitor::Visitor;

/// For how many days an approval is proposed.
pub(super) const APPROVED_DAYS: i64 = 180;

#[derive(Template)]
#[template(path = "lending/show.html")]
struct ShowPage {
    p: Page,
    device: LentDevice,
    form: LendForm,
    mistakes: Mistakes,
    conflict: bool,
    /// Until when an approval is proposed.
    until: String,
}

impl ShowPage {
    /// What the administrator confirms, and whether it is ticked.
    fn ticks(&self) -> [(&'static str, bool); 4] {
        let seen = self.form.seen;
        [
            ("fresh_system", seen.fresh_system),
            ("patched", seen.patched),
            ("antivirus", seen.antivirus),
            ("no_important_data", seen.no_important_data),
        ]
    }

    /// The name of a person by the id.
    fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        let person = self.device.people.iter().find(|person| person.subject.id == id);
        person.map_or(id, |person| person.name.as_str())
    }

    /// Doubts about a tick.
    fn doubts(&self, about: &str) -> Vec<Doubt> {
        self.device.doubts.iter().filter(|doubt| doubt.about == about).copied().collect()
    }
}

async fn device(web: &Web, visitor: &Visitor, id: &str) -> Result<LentDevice, Failure> {
    let caller = visitor.caller().map_err(|error| Failure::new(error, visitor))?;
    let id = id.to_owned();
    web.ask(move |app| app.lent_device(&caller, &id)).await.map_err(|error| Failure::new(error, visitor))
}

/// The form as it stands: the lending's, or a new one of today.
fn form_of(device: &LentDevice, today: String) -> LendForm {
    match &device.shown {
        Some(shown) => LendForm::of(&shown.record.value, shown.record.version),
        None => LendForm { kind: "fresh".into(), lent: today, freeze: true, ..LendForm::default() },
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let device = device(&web, &visitor, &id).await?;
    let now = web.app.now();
    let form = form_of(&device, now.day());
    let (mistakes, until) = (Mistakes::default(), now.plus_days(APPROVED_DAYS).day());
    Ok(show(&ShowPage { p: visitor.page(), device, form, mistakes, conflict: false, until }))
}

/// Lends it, or saves what was changed.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let lending = match form.get("lending") {
        "" => None,
        text => Some(number(text).map_err(fail)?),
    };
    let typed = LendForm {
        after: form.get("after").parse().unwrap_or(0),
        person: form.text("person"),
        kind: form.text("kind"),
        lent: form.text("lent"),
        seen: Seen {
            fresh_system: form.has("fresh_system"),
            patched: form.has("patched"),
            antivirus: form.has("antivirus"),
            no_important_data: form.has("no_important_data"),
        },
        note: form.text("note"),
        freeze: form.has("freeze"),
    };
    let (asked, of) = (typed.clone(), id.clone());
    match web.ask(move |app| app.lend(&caller, &of, lending, &asked)).await {
        Ok(_) => Ok(go(&format!("/subjects/device/{}/lending?note=lending-saved", encoded(&id)))),
        Err(AppError::Conflict) => again(&web, &visitor, &id, typed, Mistakes::default(), true).await,
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            again(&web, &visitor, &id, typed, mistakes, false).await
        }
    }
}

async fn again(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    typed: LendForm,
    mistakes: Mistakes,
    conflict: bool,
) -> Result<Response, Failure> {
    let device = device(web, visitor, id).await?;
    let after = device.shown.as_ref().map_or(0, |shown| shown.record.version);
    let form = LendForm { after, ..typed };
    let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let until = web.app.now().plus_days(APPROVED_DAYS).day();
    Ok(show_as(status, &ShowPage { p: visitor.page(), device, form, mistakes, conflict, until }))
}

/// Freezes the list, signs as the lender, or records a signature on paper.
pub(crate) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let lending = number(form.get("lending")).map_err(fail)?;
    let after: u32 = form.get("after").parse().unwrap_or(0);
    let (what, name) = (form.text("act"), form.text("name"));
    let done = web
        .ask(move |app| match what.as_str() {
            "freeze" => app.freeze_baseline(&caller, lending, after).map(|_| "lending-frozen"),
            "sign" => app.sign_as_lender(&caller, lending, after).map(|()| "lending-signed"),
            "paper" => app.sign_on_paper(&caller, lending, after, &name).map(|()| "lending-signed"),
            _ => Err(AppError::NotFound("act")),
        })
        .await;
    match done {
        Ok(note) => Ok(go(&format!("/subjects/device/{}/lending?note={note}", encoded(&id)))),
        Err(error) => {
            let conflict = matches!(error, AppError::Conflict);
            let mistakes = if conflict { Mistakes::default() } else { Mistakes::of(error).map_err(fail)? };
            let shown = device(&web, &visitor, &id).await?;
            let form = form_of(&shown, web.app.now().day());
            again(&web, &visitor, &id, form, mistakes, conflict).await
        }
    }
}
