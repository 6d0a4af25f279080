//! One kind of credential: what is laid down for it, with a text for each procedure to start from.

use app::AppError;
use app::vpn::{CredentialForm, ShownCredential, TOPICS, credential_name};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::my::Titles;
use crate::page::{Page, encoded, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "credential/show.html")]
struct ShowPage {
    p: Page,
    shown: ShownCredential,
    form: CredentialForm,
    mistakes: Mistakes,
    conflict: bool,
    today: String,
    titles: Titles,
}

impl ShowPage {
    fn kind(&self) -> &'static str {
        credential_name(self.shown.kind)
    }

    fn topics(&self) -> [&'static str; 6] {
        TOPICS
    }

    fn is_laid_down(&self, topic: &str) -> bool {
        self.form.laid_down.iter().any(|own| own == topic)
    }
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    kind: String,
    typed: Option<CredentialForm>,
    mistakes: Mistakes,
    conflict: bool,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let shown = web.ask(move |app| app.credential(&caller, &kind)).await.map_err(fail)?;
    let status = if conflict {
        StatusCode::CONFLICT
    } else if mistakes.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let form = typed.unwrap_or_else(|| shown.form.clone());
    let (p, today, titles) = (visitor.page(), web.app.now().day(), Titles(web.app.catalog()));
    Ok(show_as(status, &ShowPage { p, shown, form, mistakes, conflict, today, titles }))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(kind): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, kind, None, Mistakes::default(), false).await
}

/// Records it.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(kind): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = CredentialForm {
        users: form.text("users"),
        laid_down: form.all("topic"),
        reviewed_at: form.text("reviewed_at"),
        trained: form.text("trained"),
        trained_at: form.text("trained_at"),
    };
    let known = app::vpn::CREDENTIALS.into_iter().map(credential_name).find(|name| *name == kind);
    let Some(known) = known else { return Err(fail(AppError::NotFound("credential"))) };
    let name = visitor.page().t(&format!("credential-kind-{known}"));
    let (asked, seen) = (typed.clone(), form.text("seen"));
    match web.ask(move |app| app.save_credential(&caller, (known, &name), &seen, &asked)).await {
        Ok(()) => Ok(go(&format!("/credentials/{}?note=saved", encoded(&kind)))),
        Err(AppError::Conflict) => render(&web, &visitor, kind, Some(typed), Mistakes::default(), true).await,
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, kind, Some(typed), mistakes, false).await
        }
    }
}
