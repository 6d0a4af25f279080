//! One off-boarding: every thing with what was found, and what can be done about it.

use app::leaving::{Deed, Item, ShownLeaving, State as Stands};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use model::SubjectKind;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, encoded, filters, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "leaving/show.html")]
struct ShowPage {
    p: Page,
    shown: ShownLeaving,
    states: [Stands; 4],
    made_at: String,
}

impl ShowPage {
    /// What was found, in words.
    fn found(&self, item: &Item) -> String {
        self.p.txy(&format!("leaving-found-{}", item.found), &item.which, &item.about)
    }

    /// Where one looks at it or does it.
    fn place(&self, item: &Item) -> Option<(String, String)> {
        let about = encoded(&item.about);
        let person = encoded(&self.shown.leaving.person);
        let path = match item.what {
            "pc" => format!("/subjects/device/{about}/lending"),
            "keys" => format!("/subjects/device/{about}/recovery-keys"),
            "approvals" => format!("/subjects/device/{about}/approvals"),
            "agent" => format!("/subjects/device/{about}#agent"),
            "home" => format!("/homes/{person}"),
            "account" | "link" => "/accounts".to_owned(),
            "pledge" => return None,
            _ => {
                let subject = item.subject.as_ref()?;
                format!("/subjects/{}/{}", subject.kind, encoded(&subject.id))
            }
        };
        let path = match &item.deed {
            Some(Deed::Lending { id }) => format!("/lendings/{id}"),
            _ => path,
        };
        let key = match item.subject.as_ref().map(|subject| subject.kind) {
            Some(SubjectKind::Domain) => "leaving-look-domain",
            Some(SubjectKind::Vpn) => "leaving-look-vpn",
            _ => "leaving-look",
        };
        Some((path, self.p.t(key)))
    }

    /// What can be done here with one click.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    fn deed<'a>(&self, item: &'a Item) -> Option<&'a Deed> {
        item.deed.as_ref().filter(|deed| !matches!(deed, Deed::Lending { .. }))
    }

    fn count(&self, state: &Stands) -> usize {
        self.shown.leaving.count(*state)
    }

    /// Whether a hint says what to do.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    fn wants(&self, item: &Item) -> bool {
        item.state != Stands::Done
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
    let (shown, now) = web.ask(move |app| Ok((app.leaving(&caller, &id)?, app.now()))).await.map_err(fail)?;
    let states = [Stands::Open, Stands::Unknown, Stands::NotYet, Stands::Done];
    Ok(show(&ShowPage { p: visitor.page(), shown, states, made_at: now.minute() }))
}

/// Does something about an open thing.
pub(crate) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (person, deed, about) = (id.clone(), form.text("deed"), form.text("about"));
    web.ask(move |app| app.do_leaving(&caller, &person, &deed, &about)).await.map_err(fail)?;
    Ok(go(&format!("/people/{}/leaving?note=saved", encoded(&id))))
}
