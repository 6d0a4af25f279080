//! A device at home: what it is, and the fortnight's report.

use app::home::{DeviceForm, HomeDevice, KINDS, Report, kind_name};
use app::{AppError, Caller};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Place;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::my::Titles;
use crate::page::{Page, encoded, go, show_as};
use crate::upload;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "home/device.html")]
struct DevicePage {
    p: Page,
    place: Place,
    /// `new`, or the id.
    id: String,
    device: Option<HomeDevice>,
    form: DeviceForm,
    report: Report,
    today: String,
    mistakes: Mistakes,
    /// Whether the mistakes are of what it is, not of the report.
    about: bool,
    nobody: Mistakes,
    titles: Titles,
}

impl DevicePage {
    fn asks(&self, question: &str) -> bool {
        Report::asks(self.device.as_ref().and_then(|device| device.kind), question)
    }

    fn kinds(&self) -> Vec<&'static str> {
        KINDS.into_iter().map(kind_name).collect()
    }

    fn of(&self, about: bool) -> &Mistakes {
        if self.about == about { &self.mistakes } else { &self.nobody }
    }

    fn title(&self) -> String {
        self.device.as_ref().map_or_else(|| self.p.t("home-device-new"), |device| device.name.clone())
    }
}

/// What was typed before a mistake was found.
#[derive(Default)]
struct Typed {
    form: Option<DeviceForm>,
    report: Option<Report>,
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    (place, id): (Place, String),
    typed: Typed,
    mistakes: Mistakes,
) -> Result<DevicePage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let person = place.person.clone();
    let home = web.ask(move |app| app.home(&caller, &person)).await.map_err(fail)?;
    let device = home.devices.into_iter().find(|device| device.id == id);
    if device.is_none() && id != "new" {
        return Err(fail(AppError::NotFound("home device")));
    }
    let about = typed.form.is_some() || device.is_none();
    let form = typed.form.unwrap_or_else(|| device.as_ref().map(described).unwrap_or_default());
    let report = typed.report.unwrap_or_else(|| device.as_ref().map(Report::of).unwrap_or_default());
    let (p, nobody, today) = (visitor.page(), Mistakes::default(), home.now.day());
    let titles = Titles(web.app.catalog());
    Ok(DevicePage { p, place, id, device, form, report, today, mistakes, about, nobody, titles })
}

fn described(device: &HomeDevice) -> DeviceForm {
    let word = |fact: Option<bool>| if fact == Some(true) { "yes" } else { "no" }.to_owned();
    DeviceForm {
        name: device.name.clone(),
        kind: device.kind.map(kind_name).unwrap_or_default().to_owned(),
        on_home_lan: word(device.on_home_lan),
        tethering: word(device.tethering),
    }
}

async fn shown(web: &Web, visitor: &Visitor, place: Place, id: String) -> Result<Response, Failure> {
    let page = page(web, visitor, (place, id), Typed::default(), Mistakes::default()).await?;
    Ok(show_as(StatusCode::OK, &page))
}

/// One of one's own devices.
pub(crate) async fn own(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    shown(&web, &visitor, Place::own(), id).await
}

/// One of somebody's devices.
pub(crate) async fn of(
    State(web): State<Web>,
    visitor: Visitor,
    Path((person, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    shown(&web, &visitor, Place::of(&person), id).await
}

/// Reports on one of one's own devices.
pub(crate) async fn save_own(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Multipart,
) -> Result<Response, Failure> {
    save(&web, &visitor, Place::own(), id, body).await
}

/// Reports in somebody's place.
pub(crate) async fn save_of(
    State(web): State<Web>,
    visitor: Visitor,
    Path((person, id)): Path<(String, String)>,
    body: Multipart,
) -> Result<Response, Failure> {
    save(&web, &visitor, Place::of(&person), id, body).await
}

async fn save(
    web: &Web,
    visitor: &Visitor,
    place: Place,
    id: String,
    body: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let (form, files) = upload::whole(visitor, body).await.map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let report = Report {
        antivirus: form.text("antivirus"),
        definitions: form.text("definitions"),
        full_scan: form.text("full_scan"),
        os: form.text("os"),
        apps: form.text("apps"),
        scan_kept: form.get("scan_kept") == "yes",
        updates_kept: form.get("updates_kept") == "yes",
    };
    let (person, device, asked) = (place.person.clone(), id.clone(), report.clone());
    let done = web
        .ask(move |app| {
            let shots = (upload::file(&files, "scan_shot"), upload::file(&files, "updates_shot"));
            app.report_home_device(&caller, (&person, &device), &asked, shots)
        })
        .await;
    match done {
        Ok(()) if place.is_own() => Ok(go("/my?note=reported")),
        Ok(()) => Ok(go(&format!("{}?note=saved", place.home))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let typed = Typed { report: Some(report), form: None };
            let page = page(web, visitor, (place, id), typed, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Adds one of one's own devices (`new`), or says anew what it is.
pub(crate) async fn describe_own(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    describe(&web, &visitor, Place::own(), id, &body).await
}

/// The same for somebody.
pub(crate) async fn describe_of(
    State(web): State<Web>,
    visitor: Visitor,
    Path((person, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    describe(&web, &visitor, Place::of(&person), id, &body).await
}

async fn describe(
    web: &Web,
    visitor: &Visitor,
    place: Place,
    id: String,
    body: &Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let form = Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = DeviceForm {
        name: form.text("name"),
        kind: form.text("kind"),
        on_home_lan: form.text("on_home_lan"),
        tethering: form.text("tethering"),
    };
    let (person, device, asked) = (place.person.clone(), id.clone(), typed.clone());
    let known = move |app: &app::App, caller: &Caller| {
        let id = (device != "new").then_some(device.as_str());
        app.save_home_device(caller, &person, id, &asked)
    };
    match web.ask(move |app| known(app, &caller)).await {
        // A new device is reported on at once, while it is in the person's hands.
        Ok(id) => Ok(go(&format!("{}/{}?note=saved", place.devices, encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let typed = Typed { form: Some(typed), report: None };
            let page = page(web, visitor, (place, id), typed, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Takes one of one's own devices off.
pub(crate) async fn remove_own(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    remove(&web, &visitor, Place::own(), id, &body).await
}

/// Takes one of somebody's devices off.
pub(crate) async fn remove_of(
    State(web): State<Web>,
    visitor: Visitor,
    Path((person, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    remove(&web, &visitor, Place::of(&person), id, &body).await
}

async fn remove(
    web: &Web,
    visitor: &Visitor,
    place: Place,
    id: String,
    body: &Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    Form::read(visitor, body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let person = place.person.clone();
    web.ask(move |app| app.remove_home_device(&caller, &person, &id)).await.map_err(fail)?;
    let note = if place.is_own() { "asked" } else { "saved" };
    Ok(go(&format!("{}?note={note}", place.home)))
}
