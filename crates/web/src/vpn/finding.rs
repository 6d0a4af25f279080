//! What the configuration of a VPN has at fault: the line, what it breaks, what to do; beside it the statements of 7.1.

use app::vpn::ShownVpn;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use model::facts::ConfigurationFinding;
use model::{StatementId, Verdict};

use crate::Web;
use crate::error::Failure;
use crate::my::Titles;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "vpn/finding.html")]
struct FindingPage {
    p: Page,
    vpn: ShownVpn,
    titles: Titles,
}

impl FindingPage {
    /// What breaks a statement first, advice last.
    fn findings(&self) -> Vec<&ConfigurationFinding> {
        let found = self.vpn.configuration.as_ref().and_then(|told| told.value.findings.as_ref());
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.sort_by_key(|finding| finding.breaks.is_none());
        found
    }

    fn unread(&self) -> &[String] {
        let unread = self.vpn.configuration.as_ref().and_then(|told| told.value.unread.as_deref());
        unread.unwrap_or_default()
    }

    /// The verdict of the statement a finding breaks.
    fn verdict(&self, breaks: &str) -> Option<&Verdict> {
        self.vpn.verdicts.iter().find(|verdict| verdict.statement.0 == breaks)
    }

    fn title(&self, breaks: &str) -> String {
        self.titles.of(&self.p.lang, &StatementId(breaks.to_owned()))
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let vpn = web.ask(move |app| app.vpn(&caller, &id)).await.map_err(fail)?;
    Ok(show(&FindingPage { p: visitor.page(), vpn, titles: Titles(web.app.catalog()) }))
}
