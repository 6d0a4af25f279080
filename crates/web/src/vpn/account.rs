//! Whose the accounts of a VPN are, mismatches first; and saying whose one is.

use app::vpn::{AccountLine, How, VpnAccounts};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::facts::EmploymentStatus;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::pages::Pages;
use crate::visitor::Visitor;

/// The most people offered in a list to choose from; of more one types the id.
const CHOICES_MAX: usize = 100;

#[derive(Template)]
#[template(path = "vpn/account.html")]
struct AccountPage {
    p: Page,
    accounts: VpnAccounts,
    /// How many accounts there are in all, and with how many something is wrong.
    all: usize,
    wrong: usize,
    pages: Pages,
    words: String,
    /// The account a form was about.
    about: String,
    mistakes: Mistakes,
}

impl AccountPage {
    /// Whether everybody fits into a list to choose from.
    fn is_small(&self) -> bool {
        self.accounts.people.len() <= CHOICES_MAX
    }

    fn status(&self, status: &Option<EmploymentStatus>) -> String {
        let word = match status {
            Some(EmploymentStatus::Active) => "active",
            Some(EmploymentStatus::OnLeave) => "on-leave",
            Some(EmploymentStatus::Left) => "left",
            Some(EmploymentStatus::Unknown) | None => "unknown",
        };
        self.p.t(&format!("vpn-status-{word}"))
    }

    /// Whether somebody may want to say whose it is: nothing is gained where a strong claim left nothing to put right.
    #[expect(clippy::unused_self, reason = "called from the template beside its siblings")]
    fn may_differ(&self, line: &AccountLine) -> bool {
        !line.troubles.is_empty() || !line.how.is_certain()
    }

    /// Whether nobody, or more than one, was found: then the form to say whose it is stands open.
    #[expect(clippy::unused_self, reason = "called from the template beside its siblings")]
    fn is_open(&self, how: &How) -> bool {
        matches!(how, How::Nobody | How::Common | How::Several)
    }
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: String,
    query: Option<String>,
    (about, mistakes): (String, Mistakes),
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let form = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let words: String = form.get("q").trim().chars().take(100).collect();
    let asked = id.clone();
    let mut accounts = web.ask(move |app| app.vpn_accounts(&caller, &asked)).await.map_err(fail)?;
    let all = accounts.accounts.len();
    let wrong = accounts.accounts.iter().filter(|line| !line.troubles.is_empty()).count();
    let wanted = words.to_lowercase();
    accounts.accounts.retain(|line| {
        let name = line.account.name.clone().unwrap_or_default();
        [name, line.person_name.clone()].iter().any(|name| name.to_lowercase().contains(&wanted))
    });
    let shown = Pages::asked(&form);
    let pages =
        shown.of(accounts.accounts.len(), &format!("/vpns/{}/accounts", encoded(&id)), &[("q", &words)]);
    accounts.accounts = accounts.accounts.into_iter().skip(shown.skip()).take(shown.size()).collect();
    let status = if mistakes.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let p = visitor.page();
    Ok(show_as(status, &AccountPage { p, accounts, all, wrong, pages, words, about, mistakes }))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    render(&web, &visitor, id, query, (String::new(), Mistakes::default())).await
}

/// Says whose an account is.
pub(crate) async fn assign(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (asked, account, person) = (id.clone(), form.text("account"), form.text("person"));
    let about = account.clone();
    match web.ask(move |app| app.assign_vpn_id(&caller, &asked, &account, &person)).await {
        Ok(()) => Ok(go(&format!("/vpns/{}/accounts?note=vpn-assigned", encoded(&id)))),
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, id, None, (about, mistakes)).await
        }
    }
}
