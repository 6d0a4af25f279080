//! The register of VPNs, and entering a new one.

use app::vpn::{NewVpn, VpnLine, protocol_name};
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "vpn/list.html")]
struct ListPage {
    p: Page,
    vpns: Vec<VpnLine>,
}

#[derive(Template)]
#[template(path = "vpn/new.html")]
struct NewPage {
    p: Page,
    form: NewVpn,
    mistakes: Mistakes,
}

/// The list.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let vpns = web.ask(move |app| app.vpns(&caller)).await.map_err(fail)?;
    Ok(show(&ListPage { p: visitor.page(), vpns }))
}

/// The form of a new one.
pub(crate) async fn fresh(visitor: Visitor) -> Result<Response, Failure> {
    visitor.caller().map_err(|error| Failure::new(error, &visitor))?;
    Ok(show(&NewPage { p: visitor.page(), form: NewVpn::default(), mistakes: Mistakes::default() }))
}

/// Enters one.
pub(crate) async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let form = NewVpn {
        id: form.text("id"),
        name: form.text("name"),
        vendor: form.text("vendor"),
        product: form.text("product"),
    };
    let asked = form.clone();
    match web.ask(move |app| app.add_vpn(&caller, &asked)).await {
        Ok(id) => Ok(go(&format!("/vpns/{}?note=vpn-added", encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = NewPage { p: visitor.page(), form, mistakes };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
