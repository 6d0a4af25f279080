//! Everybody's accounts.

use app::account::NewPerson;
use app::invitation::PersonLine;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Lang, Role};

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show_as};
use crate::visitor::Visitor;

/// An account as the page shows it.
struct Line {
    login: String,
    name: String,
    role: Role,
    created: String,
    disabled: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "account/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<Line>,
    people: Vec<PersonLine>,
    roles: [Role; 2],
    person: NewPerson,
    mistakes: Mistakes,
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    person: NewPerson,
    mistakes: Mistakes,
) -> Result<ListPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let own = caller.name.clone();
    let (accounts, people) =
        web.ask(move |app| Ok((app.accounts(&caller)?, app.invitations(&caller)?))).await.map_err(fail)?;
    let lines = accounts
        .into_iter()
        .map(|account| Line {
            own: account.login == own,
            login: account.login,
            name: account.name,
            role: account.role,
            created: account.created_at.day(),
            disabled: account.disabled_at.is_some(),
        })
        .collect();
    let roles = [Role::Auditor, Role::Administrator];
    Ok(ListPage { p: visitor.page(), lines, people, roles, person, mistakes })
}

/// The list and the form for a new one.
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let person = NewPerson { role: Role::Auditor, ..NewPerson::default() };
    Ok(show_as(StatusCode::OK, &page(&web, &visitor, person, Mistakes::default()).await?))
}

/// The page again, with what is wrong about a link.
pub(crate) async fn with_mistakes(
    web: &Web,
    visitor: &Visitor,
    mistakes: Mistakes,
) -> Result<impl Template + use<>, Failure> {
    let person = NewPerson { role: Role::Auditor, ..NewPerson::default() };
    page(web, visitor, person, mistakes).await
}

/// Makes an account.
pub(crate) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let person = NewPerson {
        login: form.text("login"),
        name: form.text("name"),
        password: form.text("password"),
        role: Role::from_name(form.get("role")).unwrap_or(Role::Auditor),
        lang: Lang::from_code(form.get("lang")).unwrap_or(visitor.lang),
    };
    let asked = person.clone();
    match web.ask(move |app| app.create_account(&caller, &asked)).await {
        Ok(()) => Ok(go("/accounts?note=account-created")),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = page(&web, &visitor, person, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Disables or enables an account.
pub(crate) async fn disable(
    State(web): State<Web>,
    visitor: Visitor,
    Path(login): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let disabled = form.get("disabled") == "yes";
    web.ask(move |app| app.set_account_disabled(&caller, &login, disabled)).await.map_err(fail)?;
    Ok(go("/accounts?note=saved"))
}
