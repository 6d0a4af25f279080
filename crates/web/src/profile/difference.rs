//! What two profiles, or two versions of one, do differently.

use app::profile::ProfileLine;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use model::Text;

use super::{Change, changes};
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// One of the two.
struct Side {
    id: String,
    name: Text,
    /// Of a former version of an own one.
    version: Option<String>,
}

impl Side {
    fn of((id, name): (String, Text)) -> Self {
        let version = id.split_once('@').map(|(_, version)| version.to_owned());
        Self { id, name, version }
    }
}

#[derive(Template)]
#[template(path = "profile/difference.html")]
struct DifferencePage {
    p: Page,
    lines: Vec<ProfileLine>,
    from: Side,
    to: Side,
    changes: Vec<Change>,
    count: usize,
}

/// The page; without a choice, what the profile in force changes on the guideline as printed.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (found, lines) = web
        .ask(move |app| {
            let lines = app.profiles(&caller)?;
            let or = |name: &str, other: Option<&ProfileLine>| match query.get(name) {
                "" => other.map(|line| line.profile.id.clone()).unwrap_or_default(),
                given => given.to_owned(),
            };
            let from = or("from", lines.first());
            let in_force = lines.iter().find(|line| line.in_force && line.profile.id != from);
            let to = or("to", in_force.or(lines.last()));
            Ok((app.profile_difference(&caller, &from, &to)?, lines))
        })
        .await
        .map_err(fail)?;
    let p = visitor.page();
    Ok(show(&DifferencePage {
        changes: changes(&p, &web.app.standard().base, &found.differences),
        count: found.differences.len(),
        from: Side::of(found.from),
        to: Side::of(found.to),
        lines,
        p,
    }))
}
