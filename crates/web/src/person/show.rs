//! One person: the form, what is known elsewhere, the history.

use app::AppError;
use app::person::{Past, PersonForm, ShownPerson, word};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Subject, SubjectKind};

use super::changes_in_words;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "person/show.html")]
struct ShowPage {
    p: Page,
    /// Nobody yet when a new one is entered.
    shown: Option<ShownPerson>,
    form: PersonForm,
    mistakes: Mistakes,
    conflict: bool,
    /// The off-boarding: how many things are open, and whether it is overdue.
    leaving: Option<(usize, bool)>,
}

impl ShowPage {
    fn standing(&self) -> Option<&'static str> {
        self.shown.as_ref().and_then(|shown| shown.standing).map(word)
    }

    fn changes(&self, past: &Past) -> Vec<(String, String, String)> {
        changes_in_words(&self.p, &past.changes)
    }

    fn stated(&self, past: &Past) -> Option<String> {
        past.standing.map(|standing| self.p.t(&format!("person-standing-{}", word(standing))))
    }
}

/// An empty form.
pub(crate) async fn fresh(visitor: Visitor) -> Result<Response, Failure> {
    let form = PersonForm { works_from_home: true, ..PersonForm::default() };
    let page = ShowPage {
        p: visitor.page(),
        shown: None,
        form,
        mistakes: Mistakes::default(),
        conflict: false,
        leaving: None,
    };
    Ok(show_as(StatusCode::OK, &page))
}

/// The page of a person.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, id, None, Mistakes::default(), StatusCode::OK).await
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: String,
    typed: Option<PersonForm>,
    mistakes: Mistakes,
    status: StatusCode,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (shown, leaving) = web
        .ask(move |app| {
            let shown = app.person(&caller, &id)?;
            let leaving = match app.leaving(&caller, &id) {
                Ok(found) => Some(found.leaving),
                Err(AppError::NotFound(_)) => None,
                Err(other) => return Err(other),
            };
            Ok((shown, leaving))
        })
        .await
        .map_err(fail)?;
    let conflict = status == StatusCode::CONFLICT;
    let form = match typed {
        // After a conflict the next attempt is made with open eyes.
        Some(typed) if conflict => PersonForm { after: shown.form.after.clone(), ..typed },
        Some(typed) => typed,
        None => shown.form.clone(),
    };
    let open = |state| leaving.as_ref().map_or(0, |leaving: &app::leaving::Leaving| leaving.count(state));
    let page = ShowPage {
        p: visitor.page(),
        leaving: leaving.as_ref().map(|own| {
            (open(app::leaving::State::Open) + open(app::leaving::State::Unknown), own.is_overdue())
        }),
        shown: Some(shown),
        form,
        mistakes,
        conflict,
    };
    Ok(show_as(status, &page))
}

fn read(form: &Form) -> PersonForm {
    PersonForm {
        after: form.text("after"),
        id: form.text("id"),
        name: form.text("name"),
        mail: form.text("mail"),
        number: form.text("number"),
        department: form.text("department"),
        directory_account: form.text("directory_account"),
        vpn_ids: form.text("vpn_ids"),
        joined: form.text("joined"),
        works_from_home: form.get("works_from_home") == "yes",
        leave_from: form.text("leave_from"),
        leave_until: form.text("leave_until"),
        left: form.text("left"),
    }
}

/// Enters somebody new.
pub(crate) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = read(&form);
    let asked = typed.clone();
    match web.ask(move |app| app.save_person(&caller, None, &asked)).await {
        Ok(id) => Ok(go(&format!("/people/{}?note=saved", encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = ShowPage {
                p: visitor.page(),
                shown: None,
                form: typed,
                mistakes,
                conflict: false,
                leaving: None,
            };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Saves the next word on a person.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = read(&form);
    let (asked, name) = (typed.clone(), id.clone());
    match web.ask(move |app| app.save_person(&caller, Some(&name), &asked)).await {
        Ok(id) => Ok(go(&format!("/people/{}?note=saved", encoded(&id)))),
        Err(AppError::Conflict) => {
            render(&web, &visitor, id, Some(typed), Mistakes::default(), StatusCode::CONFLICT).await
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, Some(typed), mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Takes a person out of the register, or back in.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let removed = form.get("removed") == "yes";
    let subject = Subject::new(SubjectKind::Person, &id);
    web.ask(move |app| app.set_subject_retired(&caller, &subject, removed)).await.map_err(fail)?;
    Ok(go(&format!("/people/{}?note=saved", encoded(&id))))
}
