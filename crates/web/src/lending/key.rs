//! Recovery keys: the register of all PCs, and the keys of one.

use app::recovery_key::{Escrow, KeyForm, Register, RegisterLine};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::pc;
use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "lending/keys.html")]
struct ListPage {
    p: Page,
    lines: Vec<RegisterLine>,
    words: String,
    escrow: Option<Escrow>,
}

#[derive(Template)]
#[template(path = "lending/key.html")]
struct KeyPage {
    p: Page,
    device: String,
    register: Register,
    form: KeyForm,
    mistakes: Mistakes,
    escrow: bool,
}

impl KeyPage {
    /// The keys on record: those the PC has, those it no longer has.
    fn lists(&self) -> [(&[RegisterLine], &'static str); 2] {
        [(&self.register.kept, "kept"), (&self.register.unused, "unused")]
    }
}

/// The register of all PCs.
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let words: String = form.get("q").chars().take(100).collect();
    let asked = words.clone();
    let (lines, escrow) = web
        .ask(move |app| Ok((app.recovery_keys(&caller, &asked)?, app.escrow(&caller)?)))
        .await
        .map_err(fail)?;
    Ok(show(&ListPage { p: visitor.page(), lines, words, escrow }))
}

/// The keys of one PC.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let form = KeyForm { printed: true, ..KeyForm::default() };
    render(&web, &visitor, id, form, Mistakes::default(), StatusCode::OK).await
}

/// The digits that were typed are never sent back.
async fn render(
    web: &Web,
    visitor: &Visitor,
    device: String,
    form: KeyForm,
    mistakes: Mistakes,
    status: StatusCode,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let asked = pc(&device);
    let (register, escrow) = web
        .ask(move |app| Ok((app.recovery_keys_of(&caller, &asked)?, app.escrow(&caller)?.is_some())))
        .await
        .map_err(fail)?;
    let mut form = form;
    if form.protector_id.is_empty()
        && let Some(first) = register.missing.first()
    {
        form.protector_id.clone_from(&first.id);
    }
    Ok(show_as(status, &KeyPage { p: visitor.page(), device, register, form, mistakes, escrow }))
}

/// Records where a key is kept.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let typed = KeyForm {
        protector_id: form.text("protector_id"),
        printed: form.has("printed"),
        kept_where: form.text("kept_where"),
        digits: form.text("digits"),
    };
    let (asked, device) = (typed.clone(), pc(&id));
    match web.ask(move |app| app.keep_recovery_key(&caller, &device, &asked)).await {
        Ok(_) => Ok(go(&format!("/subjects/device/{}/recovery-keys?note=key-kept", encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Takes a key off the register.
pub(crate) async fn drop_key(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let key = super::number(form.get("key")).map_err(fail)?;
    let after: u32 = form.get("after").parse().unwrap_or(0);
    let device = pc(&id);
    web.ask(move |app| app.drop_recovery_key(&caller, &device, key, after)).await.map_err(fail)?;
    Ok(go(&format!("/subjects/device/{}/recovery-keys?note=key-dropped", encoded(&id))))
}
