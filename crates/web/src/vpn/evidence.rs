//! Handing in what a VPN says of itself: configurations, who has an account, certificates, logs.

use app::AppError;
use app::attachment::Upload;
use app::vpn::{FILES_MAX, Given, Groups, Outcome, ShownVpn};
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::Mistakes;
use crate::page::{Page, filters, show_as};
use crate::upload;
use crate::visitor::Visitor;

/// The largest upload, all files together.
pub(crate) const UPLOAD_MAX_BYTES: usize = 64 * 1024 * 1024;
/// The parts of the page, in its order.
const PARTS: [&str; 5] = ["configuration", "accounts", "group", "certificates", "accesses"];

#[derive(Template)]
#[template(path = "vpn/evidence.html")]
struct EvidencePage {
    p: Page,
    vpn: ShownVpn,
    groups: Groups,
    /// What came of the files handed in just now.
    outcome: Option<Outcome>,
    /// Which form the mistakes are of.
    part: String,
    mistakes: Mistakes,
    nobody: Mistakes,
    today: String,
    as_of: String,
}

impl EvidencePage {
    fn of(&self, part: &str) -> &Mistakes {
        if self.part == part { &self.mistakes } else { &self.nobody }
    }

    /// When a part was last handed in, in words.
    fn last(&self, part: &str) -> String {
        let at = match part {
            "configuration" => self.vpn.configuration.as_ref().map(|told| told.at),
            "accounts" => self.vpn.accounts.as_ref().map(|told| told.at),
            "certificates" => self.vpn.certificates.as_ref().map(|told| told.at),
            _ => self.vpn.accesses.as_ref().map(|told| told.at),
        };
        at.map_or_else(|| self.p.t("vpn-evidence-never"), |at| self.p.tx("vpn-evidence-last", at.minute()))
    }

    fn as_of(&self, part: &str) -> &str {
        if self.part == part { &self.as_of } else { "" }
    }
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: String,
    outcome: Option<Outcome>,
    (part, as_of, mistakes): (String, String, Mistakes),
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (vpn, groups) = web
        .ask(move |app| Ok((app.vpn(&caller, &id)?, app.vpn_groups(&caller, &id)?)))
        .await
        .map_err(fail)?;
    let status = if mistakes.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (p, nobody, today) = (visitor.page(), Mistakes::default(), vpn.now.day());
    Ok(show_as(status, &EvidencePage { p, vpn, groups, outcome, part, mistakes, nobody, today, as_of }))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    render(&web, &visitor, id, None, (String::new(), String::new(), Mistakes::default())).await
}

/// Takes in files. What came of them is shown at once: nothing else keeps the remarks.
pub(crate) async fn receive(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Multipart,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let (form, files) = upload::whole(&visitor, body).await.map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let Some(part) = PARTS.into_iter().find(|part| *part == form.get("what")) else {
        return Err(fail(AppError::NotFound("evidence")));
    };
    let files: Vec<Upload> =
        files.into_iter().filter(|(field, _)| field == "files").map(|(_, file)| file).collect();
    let given = Given {
        what: part.to_owned(),
        files,
        password: form.text("password"),
        group: form.text("group"),
        as_of: form.text("as_of"),
    };
    let (asked, as_of) = (id.clone(), form.text("as_of"));
    match web.ask(move |app| app.give_vpn_evidence(&caller, &asked, &given)).await {
        Ok(outcome) => {
            render(&web, &visitor, id, Some(outcome), (String::new(), String::new(), Mistakes::default()))
                .await
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, None, (part.to_owned(), as_of, mistakes)).await
        }
    }
}
