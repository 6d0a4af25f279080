//! One directory: where it is, as whom and when it is read; its runs and what changed. A password that was typed is
//! never sent back.

use app::AppError;
use app::directory::show::{Shown, ShownRun};
use app::directory::{Form as DirectoryForm, PEM_MAX_BYTES, pem_of};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show as show_page, show_as};
use crate::upload;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "directory/show.html")]
struct ShowPage {
    p: Page,
    /// None while it is new.
    shown: Option<Shown>,
    form: DirectoryForm,
    mistakes: Mistakes,
    conflict: bool,
}

impl ShowPage {
    fn of(visitor: &Visitor, shown: Option<Shown>, form: DirectoryForm) -> Self {
        Self { p: visitor.page(), shown, form, mistakes: Mistakes::default(), conflict: false }
    }

    /// Where the form goes.
    fn target(&self) -> String {
        self.shown.as_ref().map_or_else(
            || "/directories".to_owned(),
            |shown| format!("/directories/{}", shown.listed.record.id),
        )
    }

    fn title(&self) -> String {
        self.shown.as_ref().map_or_else(
            || self.p.t("directory-new"),
            |shown| shown.listed.domain.clone().unwrap_or_else(|| shown.listed.record.value.url.clone()),
        )
    }

    /// The last run, told above everything.
    fn last(&self) -> Option<&ShownRun> {
        self.shown.as_ref().and_then(|shown| shown.runs.first())
    }

    /// What changed, in words.
    fn changed(&self, change: &app::directory::Difference) -> String {
        if change.kind == "setting" {
            super::changed_setting(&self.p, &change.name)
        } else {
            change.name.clone()
        }
    }

    fn hours(&self) -> Vec<String> {
        (0..24).map(|hour: u8| hour.to_string()).collect()
    }
}

/// The number of a directory; the name of a domain leads to what is known of it.
fn number(id: &str, visitor: &Visitor) -> Result<u64, Failure> {
    id.parse().map_err(|_| Failure::new(AppError::NotFound("directory"), visitor))
}

async fn shown(web: &Web, visitor: &Visitor, id: u64) -> Result<Shown, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.shown_directory(&caller, id)).await.map_err(fail)
}

/// A new one.
pub(crate) async fn fresh(visitor: Visitor) -> Result<Response, Failure> {
    Ok(show_page(&ShowPage::of(&visitor, None, DirectoryForm::fresh())))
}

/// One of the register.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    if id.parse::<u64>().is_err() {
        return Ok(go(&format!("/directories/{}/facts", encoded(&id))));
    }
    let shown = shown(&web, &visitor, number(&id, &visitor)?).await?;
    let form = DirectoryForm::of(&shown.listed.record.value, shown.listed.record.version);
    Ok(show_page(&ShowPage::of(&visitor, Some(shown), form)))
}

/// Saves a new one, and reads it at once when asked to.
pub(crate) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Failure> {
    keep(&web, &visitor, None, parts).await
}

/// Saves one of the register, and reads it at once when asked to.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    parts: Multipart,
) -> Result<Response, Failure> {
    let id = number(&id, &visitor)?;
    keep(&web, &visitor, Some(id), parts).await
}

async fn keep(web: &Web, visitor: &Visitor, id: Option<u64>, parts: Multipart) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let (form, files) = upload::whole(visitor, parts).await.map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let file = upload::file(&files, "ca_file").filter(|file| file.bytes.len() <= 2 * PEM_MAX_BYTES);
    let typed = DirectoryForm {
        after: form.get("after").parse().unwrap_or(0),
        url: form.text("url"),
        user: form.text("user"),
        password: form.text("password"),
        ca_pem: file.map_or_else(|| form.text("ca_pem"), |file| pem_of(&file.bytes)),
        ca_keep: !form.has("ca_drop"),
        sysvol: form.has("sysvol"),
        every: form.text("every"),
        weekday: form.text("weekday"),
        hour: form.text("hour"),
    };
    let asked = typed.clone();
    let saved = web
        .ask({
            let caller = caller.clone();
            move |app| app.save_directory(&caller, id, &asked)
        })
        .await;
    let back = DirectoryForm { password: String::new(), ..typed };
    match saved {
        Ok(own) if form.get("act") == "try" => Ok(tried(web, caller, own).await.map_err(fail)?),
        Ok(own) => Ok(go(&format!("/directories/{own}?note=saved"))),
        Err(AppError::Conflict) => {
            let shown = match id {
                Some(id) => Some(shown(web, visitor, id).await?),
                None => None,
            };
            let after = shown.as_ref().map_or(0, |own| own.listed.record.version);
            let page = ShowPage::of(visitor, shown, DirectoryForm { after, ..back });
            Ok(show_as(StatusCode::CONFLICT, &ShowPage { conflict: true, ..page }))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let shown = match id {
                Some(id) => Some(shown(web, visitor, id).await?),
                None => None,
            };
            let page = ShowPage { mistakes, ..ShowPage::of(visitor, shown, back) };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Reads a directory and leads to its page, which tells what came of it.
async fn tried(web: &Web, caller: model::Caller, id: u64) -> Result<Response, AppError> {
    match web.ask(move |app| app.read_directory(&caller, id)).await {
        Ok(_) => Ok(go(&format!("/directories/{id}"))),
        // It is saved: what keeps it from being read stands on its page.
        Err(AppError::Invalid(found)) => {
            let busy = found.iter().any(|invalid| invalid.problem == "directory-busy");
            let note = if busy { "directory-busy" } else { "directory-untried" };
            Ok(go(&format!("/directories/{id}?note={note}")))
        }
        Err(error) => Err(error),
    }
}

/// Reads it now.
pub(crate) async fn read(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    tried(&web, caller, number(&id, &visitor)?).await.map_err(fail)
}

/// Deletes its password.
pub(crate) async fn drop_password(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let id = number(&id, &visitor)?;
    web.ask(move |app| app.drop_directory_password(&caller, id)).await.map_err(fail)?;
    Ok(go(&format!("/directories/{id}?note=directory-password-dropped")))
}

/// Takes it off the register.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let id = number(&id, &visitor)?;
    let after = form.get("after").parse().unwrap_or(0);
    web.ask(move |app| app.remove_directory(&caller, id, after)).await.map_err(fail)?;
    Ok(go("/directories?note=directory-removed"))
}
