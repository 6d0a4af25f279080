//! One home: what is known, and the forms that say more, each for itself.

use app::home::{Due, RouterForm, ShownHome, WifiForm, WifiWord, kind_name};
use app::lending::LendingLine;
use app::model::Outcome;
use app::{App, AppError, Caller, Invalid};
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Place;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::my::{Titles, due_link, due_title, due_when};
use crate::page::{Page, go, show_as};
use crate::upload;
use crate::visitor::Visitor;

/// What a form says, whichever it is.
#[derive(Clone, Default)]
struct Typed {
    wifi: Option<WifiForm>,
    router: Option<RouterForm>,
}

#[derive(Template)]
#[template(path = "home/show.html")]
struct ShowPage {
    p: Page,
    place: Place,
    home: ShownHome,
    due: Vec<Due>,
    wifi: WifiForm,
    router: RouterForm,
    /// Which form the mistakes are of.
    part: String,
    mistakes: Mistakes,
    nobody: Mistakes,
    titles: Titles,
    /// The PCs lent to the person; none on the own page, which names them itself.
    pcs: Vec<String>,
}

impl ShowPage {
    /// The mistakes of a form; none of the others'.
    fn of(&self, part: &str) -> &Mistakes {
        if self.part == part { &self.mistakes } else { &self.nobody }
    }

    fn kinds(&self) -> Vec<&'static str> {
        WifiWord::ALL.iter().map(|word| word.name).chain(["unknown"]).collect()
    }

    fn is_tethering(&self) -> bool {
        use app::model::facts::ConnectionKind::Tethering;
        self.home.connection.as_ref().and_then(|told| told.value.kind) == Some(Tethering)
    }

    /// The form's word for how the PC reaches the Internet.
    fn connection(&self) -> &'static str {
        match self.home.connection.as_ref().and_then(|told| told.value.kind) {
            None => "",
            Some(_) if self.is_tethering() => "tethering",
            Some(_) => "home_lan",
        }
    }

    fn open(&self) -> Vec<&model::Verdict> {
        let open = |verdict: &&model::Verdict| matches!(verdict.verdict, Outcome::Fail | Outcome::Unknown);
        self.home.verdicts.iter().filter(open).collect()
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    place: Place,
    typed: Typed,
    (part, mistakes): (String, Mistakes),
) -> Result<ShowPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let person = place.person.clone();
    let own = place.is_own();
    let (home, pcs) = web
        .ask(move |app| {
            let home = app.home(&caller, &person)?;
            let lendings = if own { Vec::new() } else { app.lendings(&caller)? };
            let lent = |line: &LendingLine| line.lending.end.is_none() && line.lending.person == home.person;
            let pcs = lendings.into_iter().filter(lent).map(|line| line.lending.device).collect();
            Ok((home, pcs))
        })
        .await
        .map_err(fail)?;
    let wifi = typed.wifi.unwrap_or_else(|| WifiForm::of(home.wifi.as_ref(), home.key.as_ref()));
    let router = typed.router.unwrap_or_else(|| RouterForm::of(home.router.as_ref(), home.filter.as_ref()));
    // Somebody may have typed the secret itself where its length is asked for: it is not said back.
    let (mut wifi, mut router) = (wifi, router);
    for length in [&mut wifi.length, &mut router.password_length] {
        if !length.bytes().all(|byte| byte.is_ascii_digit()) {
            length.clear();
        }
    }
    let due = home.due();
    let (p, nobody) = (visitor.page(), Mistakes::default());
    let titles = Titles(web.app.catalog());
    Ok(ShowPage { p, place, home, due, wifi, router, part, mistakes, nobody, titles, pcs })
}

async fn shown(web: &Web, visitor: &Visitor, place: Place) -> Result<Response, Failure> {
    let nothing = (String::new(), Mistakes::default());
    Ok(show_as(StatusCode::OK, &page(web, visitor, place, Typed::default(), nothing).await?))
}

/// One's own home.
pub(crate) async fn own(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    shown(&web, &visitor, Place::own()).await
}

/// Somebody's home.
pub(crate) async fn of(
    State(web): State<Web>,
    visitor: Visitor,
    Path(person): Path<String>,
) -> Result<Response, Failure> {
    shown(&web, &visitor, Place::of(&person)).await
}

/// Saves a part of one's own home.
pub(crate) async fn save_own(
    State(web): State<Web>,
    visitor: Visitor,
    Path(part): Path<String>,
    body: Multipart,
) -> Result<Response, Failure> {
    save(&web, &visitor, Place::own(), part, body).await
}

/// Saves a part of somebody's home, or confirms what they said.
pub(crate) async fn save_of(
    State(web): State<Web>,
    visitor: Visitor,
    Path((person, part)): Path<(String, String)>,
    body: Multipart,
) -> Result<Response, Failure> {
    save(&web, &visitor, Place::of(&person), part, body).await
}

fn wifi_form(form: &Form) -> WifiForm {
    WifiForm {
        used: form.text("used"),
        kind: form.text("wifi_kind"),
        key: form.text("key"),
        length: form.text("length"),
        wps_pin_off: form.text("wps_pin_off"),
        kept_where: form.text("kept_where"),
    }
}

fn router_form(form: &Form) -> RouterForm {
    RouterForm {
        vendor: form.text("vendor"),
        model: form.text("model"),
        password_changed: form.text("password_changed"),
        password_length: form.text("password_length"),
        kept_where: form.text("router_kept_where"),
        firmware_checked: form.text("firmware_checked"),
        support_ended: form.text("support_ended"),
        opened: form.text("opened"),
        ports: form.text("ports"),
        drops: form.text("drops"),
    }
}

async fn save(
    web: &Web,
    visitor: &Visitor,
    place: Place,
    part: String,
    body: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let (form, files) = upload::whole(visitor, body).await.map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (person, named) = (place.person.clone(), part.clone());
    let typed = Typed {
        wifi: (part == "wifi").then(|| wifi_form(&form)),
        router: (part == "router").then(|| router_form(&form)),
    };
    let asked = typed.clone();
    let done = web
        .ask(move |app| {
            if named == "filter" {
                let config: Vec<_> = files.into_iter().filter(|(field, _)| field == "config").collect();
                let config: Vec<_> = config.into_iter().map(|(_, upload)| upload).collect();
                return app.read_router(&caller, &person, &config);
            }
            keep(app, &caller, &person, (&named, &form), &asked, upload::file(&files, "screenshot"))
        })
        .await;
    match done {
        Ok(()) => Ok(go(&format!("{}?note=saved#{part}", place.home))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = page(web, visitor, place, typed, (part, mistakes)).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn keep(
    app: &App,
    caller: &Caller,
    person: &str,
    (part, form): (&str, &Form),
    typed: &Typed,
    screenshot: Option<&app::attachment::Upload>,
) -> app::Result<()> {
    match part {
        "connection" => app.save_connection(caller, person, form.get("kind")),
        "wifi" => {
            app.save_wifi(caller, person, typed.wifi.as_ref().unwrap_or(&WifiForm::default()), screenshot)
        }
        "router" => app.save_router(
            caller,
            person,
            typed.router.as_ref().unwrap_or(&RouterForm::default()),
            screenshot,
        ),
        "network" => app.save_home_network(caller, person, form.get("network"), form.get("home") == "yes"),
        "agreement" if person.is_empty() => {
            app.agree_at_home(caller, form.get("document"), form.get("version"))
        }
        "confirm" if !person.is_empty() => {
            let shown: Vec<&str> = form.get("evidence").split(' ').filter(|id| !id.is_empty()).collect();
            app.confirm_home(caller, person, form.get("device"), &shown)
        }
        "agreement" => Err(Invalid::new("document", "only-oneself").into()),
        _ => Err(AppError::NotFound("home")),
    }
}
