//! Links by which staff sign in: made on the accounts page, shown once; the page a link leads to; going in.

use app::invitation::INVITATION_DAYS;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::gate::session_cookie;
use crate::page::{Page, go, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "invitation/made.html")]
struct MadePage {
    p: Page,
    name: String,
    link: String,
    until: String,
    days: i64,
}

#[derive(Template)]
#[template(path = "invitation/show.html")]
struct ShowPage {
    p: Page,
    token: String,
    name: String,
}

/// The link's address as the browser sees us: the origin of its own request, which the gate has checked.
fn origin(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).filter(|origin| origin.starts_with("http"));
    origin.map_or_else(|| format!("http://{}", text(header::HOST).unwrap_or("localhost")), str::to_owned)
}

/// Makes a link and shows it, once.
pub(crate) async fn make(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let person = form.text("person");
    match web.ask(move |app| app.invite(&caller, &person)).await {
        Ok(made) => {
            let link = format!("{}/i/{}", origin(&headers), made.token);
            let page = MadePage {
                p: visitor.page(),
                name: made.name,
                link,
                until: made.until.day(),
                days: INVITATION_DAYS,
            };
            Ok(show(&page))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = crate::account::list::with_mistakes(&web, &visitor, mistakes).await?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// The page a link leads to. Looking at it changes nothing.
pub(crate) async fn show_link(
    State(web): State<Web>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let (text, address) = (token.clone(), visitor.address.clone());
    let account = web.ask(move |app| app.invited(&text, &address)).await.map_err(fail)?;
    Ok(show(&ShowPage { p: visitor.page(), token, name: account.name }))
}

/// Goes in. There is no session yet whose token the form could carry; the gate asks where the request comes from.
pub(crate) async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let address = visitor.address.clone();
    let session = web.ask(move |app| app.accept_invitation(&token, &address)).await;
    let session = session.map_err(|error| Failure::new(error, &visitor))?;
    let mut response = go("/my");
    response.headers_mut().insert(header::SET_COOKIE, session_cookie(&session));
    Ok(response)
}
