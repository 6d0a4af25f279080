//! Making a code by which machines enrol, and what to type on them. A code is shown once.

use app::agent::{DAYS_MAX, Order, Ordered, USES_MAX};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, go, show, show_as};
use crate::visitor::Visitor;

/// For how many days a code counts unless told otherwise.
const DAYS: &str = "14";

#[derive(Template)]
#[template(path = "agent/enrol.html")]
struct EnrolPage {
    p: Page,
    form: Fields,
    mistakes: Mistakes,
    days_max: i64,
    uses_max: u32,
    /// Whether agents can reach the server, and whether from other machines.
    listening: bool,
    loopback: bool,
    url: String,
}

/// The form as it was typed.
struct Fields {
    kind: String,
    many: bool,
    subject: String,
    uses: String,
    days: String,
}

impl Fields {
    fn of(form: &Form) -> Self {
        let or = |name: &str, other: &str| {
            if form.get(name).is_empty() { other.to_owned() } else { form.text(name) }
        };
        let subject = form.text("subject");
        let whom = or("whom", if subject.is_empty() { "many" } else { "one" });
        Self {
            kind: or("kind", "device"),
            many: whom == "many",
            subject,
            uses: or("uses", "10"),
            days: or("days", DAYS),
        }
    }
}

#[derive(Template)]
#[template(path = "agent/code.html")]
struct CodePage {
    p: Page,
    code: String,
    whom: Option<String>,
    uses: u32,
    until: String,
    url: String,
    loopback: bool,
}

impl CodePage {
    /// What installs the agent, said after the program's name.
    fn words(&self) -> String {
        format!("install --url {} --code {}", self.url, self.code)
    }
}

/// The form, filled from the address when one comes from a PC's page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let form = Form::parse(&Bytes::from(query.unwrap_or_default()))
        .map_err(|error| Failure::new(error, &visitor))?;
    Ok(show(&asked(&web, &visitor, &headers, &form, Mistakes::default())))
}

fn asked(web: &Web, visitor: &Visitor, headers: &HeaderMap, form: &Form, mistakes: Mistakes) -> EnrolPage {
    EnrolPage {
        p: visitor.page(),
        form: Fields::of(form),
        mistakes,
        days_max: DAYS_MAX,
        uses_max: USES_MAX,
        listening: web.agents.is_some(),
        loopback: web.agents.as_ref().is_some_and(|reach| reach.loopback && reach.url.is_none()),
        url: url(web, headers),
    }
}

fn url(web: &Web, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    web.agents.as_ref().map(|reach| reach.url(host)).unwrap_or_default()
}

/// Makes a code and shows it.
pub(crate) async fn make(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let fields = Fields::of(&form);
    let order = Order {
        kind: fields.kind,
        many: fields.many,
        subject: fields.subject,
        uses: fields.uses,
        days: fields.days,
    };
    match web.ask(move |app| app.order_agent_code(&caller, &order)).await {
        Ok(Ordered { code, enrolment }) => Ok(show(&CodePage {
            p: visitor.page(),
            code: code.to_string(),
            whom: enrolment.subject.clone(),
            uses: enrolment.uses_left,
            until: enrolment.expires_at.minute(),
            url: url(&web, &headers),
            loopback: web.agents.as_ref().is_none_or(|reach| reach.loopback && reach.url.is_none()),
        })),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &asked(&web, &visitor, &headers, &form, mistakes)))
        }
    }
}

/// Closes a code.
pub(crate) async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<i64>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.close_agent_code(&caller, id)).await.map_err(fail)?;
    Ok(go("/agents?note=agent-code-closed#codes"))
}
