//! One VPN: how it stands, and the forms that say what is laid down for it, each for itself.

use app::vpn::{
    AuthenticationForm, BACKENDS, CERTIFICATE_FIELDS, GatewayForm, MethodForm, PROTOCOLS, ProceduresForm,
    ShownVpn, WatchForm, protocol_name,
};
use app::{App, AppError, Caller};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Outcome, Source, Verdict};

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::my::Titles;
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

/// The forms as typed.
#[derive(Clone, Default)]
struct Forms {
    gateway: GatewayForm,
    method: MethodForm,
    procedures: ProceduresForm,
    authentication: AuthenticationForm,
    watch: WatchForm,
}

#[derive(Template)]
#[template(path = "vpn/show.html")]
struct ShowPage {
    p: Page,
    vpn: ShownVpn,
    forms: Forms,
    /// Which form the mistakes are of; empty for none.
    part: String,
    mistakes: Mistakes,
    nobody: Mistakes,
    /// Whether somebody else was quicker.
    conflict: bool,
    today: String,
    titles: Titles,
}

impl ShowPage {
    /// The mistakes of a form; none of the others'.
    fn of(&self, part: &str) -> &Mistakes {
        if self.part == part { &self.mistakes } else { &self.nobody }
    }

    fn open(&self) -> Vec<&Verdict> {
        let open = |verdict: &&Verdict| matches!(verdict.verdict, Outcome::Fail | Outcome::Unknown);
        self.vpn.verdicts.iter().filter(open).collect()
    }

    fn settled(&self) -> Vec<&Verdict> {
        let open = |verdict: &&Verdict| !matches!(verdict.verdict, Outcome::Fail | Outcome::Unknown);
        self.vpn.verdicts.iter().filter(open).collect()
    }

    fn usable(&self) -> usize {
        let accounts = self.vpn.accounts.as_ref().map(|told| told.value.as_slice()).unwrap_or_default();
        accounts.iter().filter(|account| account.enabled == Some(true)).count()
    }

    fn findings(&self) -> usize {
        self.vpn.configuration.as_ref().and_then(|told| told.value.findings.as_ref()).map_or(0, Vec::len)
    }

    fn backend(&self) -> String {
        let backend = self.vpn.authentication.as_ref().and_then(|told| told.value.backend);
        let word = BACKENDS.iter().find(|(own, _)| Some(*own) == backend).map(|(_, word)| *word);
        word.map(|word| self.p.t(&format!("vpn-backend-{word}"))).unwrap_or_default()
    }

    /// Whether a configuration that was handed in says how accounts are checked.
    fn is_measured(&self) -> bool {
        self.vpn.authentication.as_ref().is_some_and(|told| told.source == Source::Import)
    }
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: String,
    typed: Option<(String, Forms)>,
    mistakes: Mistakes,
    conflict: bool,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let vpn = web.ask(move |app| app.vpn(&caller, &id)).await.map_err(fail)?;
    let mut forms = Forms {
        gateway: vpn.gateway.as_ref().map(|told| GatewayForm::of(&told.value)).unwrap_or_default(),
        method: vpn.method.as_ref().map(|told| MethodForm::of(&told.value)).unwrap_or_default(),
        procedures: vpn.procedures.as_ref().map(|told| ProceduresForm::of(&told.value)).unwrap_or_default(),
        authentication: vpn
            .authentication
            .as_ref()
            .map(|told| AuthenticationForm::of(&told.value))
            .unwrap_or_default(),
        watch: vpn.watch.as_ref().map(|told| WatchForm::of(&told.value)).unwrap_or_default(),
    };
    let mut part = String::new();
    if let Some((of, typed)) = typed {
        match of.as_str() {
            "gateway" => forms.gateway = typed.gateway,
            "method" => forms.method = typed.method,
            "procedures" => forms.procedures = typed.procedures,
            "authentication" => forms.authentication = typed.authentication,
            _ => forms.watch = typed.watch,
        }
        part = of;
    }
    let status = if conflict {
        StatusCode::CONFLICT
    } else if mistakes.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let (p, nobody, today) = (visitor.page(), Mistakes::default(), vpn.now.day());
    let titles = Titles(web.app.catalog());
    Ok(show_as(status, &ShowPage { p, vpn, forms, part, mistakes, nobody, conflict, today, titles }))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, id, None, Mistakes::default(), false).await
}

/// Records one part.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, part)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let forms = read(&form);
    let (asked, of, seen, named) = (forms.clone(), part.clone(), form.text("seen"), id.clone());
    match web.ask(move |app| keep(app, &caller, &named, (&of, &seen), &asked)).await {
        Ok(()) => Ok(go(&format!("/vpns/{}?note=saved#{part}", encoded(&id)))),
        Err(AppError::Conflict) => {
            render(&web, &visitor, id, Some((part, forms)), Mistakes::default(), true).await
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, Some((part, forms)), mistakes, false).await
        }
    }
}

fn read(form: &Form) -> Forms {
    let ticked = |name: &str| form.get(name) == "yes";
    Forms {
        gateway: GatewayForm {
            vendor: form.text("vendor"),
            product: form.text("product"),
            firmware: form.text("firmware"),
            firmware_at: form.text("firmware_at"),
            support_ended: form.text("support_ended"),
            exploited: form.text("exploited"),
            holes: form.text("holes"),
            checked_at: form.text("checked_at"),
        },
        method: MethodForm {
            protocol: form.text("protocol"),
            reviewed_at: form.text("reviewed_at"),
            note: form.text("note"),
        },
        procedures: ProceduresForm {
            connection: ticked("connection"),
            authentication: ticked("authentication"),
            account_changes: ticked("account_changes"),
            reviewed_at: form.text("reviewed_at"),
        },
        authentication: AuthenticationForm {
            backend: form.text("backend"),
            certificate_field: form.text("certificate_field"),
            shared: form.text("shared"),
        },
        watch: WatchForm {
            logs_kept: form.text("logs_kept"),
            attacks_watched: form.text("attacks_watched"),
            by: form.text("by"),
        },
    }
}

fn keep(app: &App, caller: &Caller, id: &str, (part, seen): (&str, &str), forms: &Forms) -> app::Result<()> {
    match part {
        "gateway" => app.save_gateway(caller, id, seen, &forms.gateway),
        "method" => app.save_method(caller, id, seen, &forms.method),
        "procedures" => app.save_procedures(caller, id, seen, &forms.procedures),
        "authentication" => app.save_authentication(caller, id, seen, &forms.authentication),
        "watch" => app.save_watch(caller, id, seen, &forms.watch),
        _ => Err(AppError::NotFound("vpn")),
    }
}
