//! One review: what changed first, one click per thing, then the signature.

use std::collections::BTreeMap;

use app::AppError;
use app::review::{Change, Choice, Row, ShownReview, SignForm, Thing, What};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Subject, SubjectKind};

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

/// The largest form.
pub(crate) const FORM_MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most fields of the form: a choice and a key for each thing.
const FIELDS_MAX: usize = 25_000;

#[derive(Template)]
#[template(path = "review/show.html")]
struct ShowPage {
    p: Page,
    review: ShownReview,
    form: SignForm,
    mistakes: Mistakes,
    /// Whether newer facts or another signature came in between.
    conflict: bool,
    changes: [Change; 4],
    choices: [Choice; 3],
}

impl ShowPage {
    /// The rows that stand so, each with its number.
    fn rows(&self, change: &Change) -> Vec<(usize, &Row)> {
        self.review.rows.iter().enumerate().filter(|(_, row)| row.change == *change).collect()
    }

    /// What is chosen: as typed, or for what stayed as it was what was said before.
    fn chosen(&self, row: &Row) -> &str {
        match self.form.choices.get(&row.thing.key) {
            Some(typed) => typed,
            None if row.change == Change::Same => row.former.map_or("", Choice::name),
            None => "",
        }
    }

    fn undecided(&self, row: &Row) -> bool {
        self.mistakes.has(&format!("choice:{}", row.thing.key))
    }

    /// What is known of a thing, in words; of the field `value` the value alone.
    fn facts(&self, thing: &Thing) -> Vec<String> {
        thing.facts.iter().map(|(name, value)| self.fact(thing, name, value)).collect()
    }

    /// The name of a thing; settings and protocols have words of their own.
    fn named(&self, thing: &Thing) -> String {
        let name = thing.name.as_str();
        match thing.group.as_str() {
            "protocols" => self.p.word_or(&format!("vpn-protocol-{name}"), name),
            "authentication" | "gateway" | "device" | "logging" | "administration" => {
                self.p.word_or(&format!("review-setting-{name}"), name)
            }
            _ => name.to_owned(),
        }
    }

    fn before(&self, row: &Row) -> String {
        row.before
            .iter()
            .map(|(name, value)| self.fact(&row.thing, name, value))
            .collect::<Vec<_>>()
            .join(" · ")
    }

    fn fact(&self, thing: &Thing, name: &str, value: &str) -> String {
        let word = match (name, value) {
            ("value", backend) if thing.name == "backend" => {
                self.p.word_or(&format!("vpn-backend-{backend}"), backend)
            }
            ("value", field) if thing.name == "certificate_field" => {
                self.p.word_or(&format!("review-field-{field}"), field)
            }
            ("what", what @ "local_accounts") => return self.p.t(&format!("review-finding-{what}")),
            ("what", what) => return self.p.word_or(&format!("vpn-finding-{what}"), what),
            ("status", status) => self.p.t(&format!("person-standing-{status}")),
            ("access", access) => self.p.t(&format!("review-access-{access}")),
            (_, "yes") => self.p.t("yes"),
            (_, "no") => self.p.t("no"),
            (_, text) => text.to_owned(),
        };
        match name {
            "value" => word,
            "enabled" if value == "yes" => self.p.t("review-fact-enabled"),
            "enabled" => self.p.t("review-fact-disabled"),
            "via" | "foreign" | "person" | "status" | "shared" | "access" | "breaks" | "automatic" => {
                self.p.tx(&format!("review-is-{name}"), word)
            }
            other => format!("{other}: {word}"),
        }
    }

    fn alarms(&self, thing: &Thing) -> Vec<String> {
        thing.alarms.iter().map(|(name, more)| self.p.tx(&format!("review-alarm-{name}"), more)).collect()
    }

    /// The heading a thing stands under: a group's or share's own name, or a section in words.
    fn group(&self, thing: &Thing) -> String {
        match (self.review.what, thing.group.as_str()) {
            (What::Configuration, section) => self.p.t(&format!("review-section-{section}")),
            (What::Privileged, "") => self.p.t("review-guest"),
            (_, group) => group.to_owned(),
        }
    }

    fn path(&self) -> String {
        let subject = &self.review.subject;
        format!("/reviews/{}/{}/{}", self.review.what.name(), subject.kind, encoded(&subject.id))
    }
}

fn of(what: &str, kind: &str, id: &str) -> Result<(What, Subject), AppError> {
    let none = || AppError::NotFound("review");
    let kind: SubjectKind = kind.parse().map_err(|_| none())?;
    Ok((What::from_name(what).ok_or_else(none)?, Subject::new(kind, id)))
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((what, kind, id)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let about = of(&what, &kind, &id).map_err(|error| Failure::new(error, &visitor))?;
    render(&web, &visitor, about, SignForm::default(), Mistakes::default(), StatusCode::OK).await
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    (what, subject): (What, Subject),
    form: SignForm,
    mistakes: Mistakes,
    status: StatusCode,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let review = web.ask(move |app| app.review(&caller, what, &subject)).await.map_err(fail)?;
    let page = ShowPage {
        p: visitor.page(),
        review,
        form,
        mistakes,
        conflict: status == StatusCode::CONFLICT,
        changes: [Change::Still, Change::New, Change::Changed, Change::Same],
        choices: Choice::ALL,
    };
    Ok(show_as(status, &page))
}

/// Signs it.
pub(crate) async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path((what, kind, id)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read_wide(&visitor, &body, FIELDS_MAX).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let (what, subject) = of(&what, &kind, &id).map_err(fail)?;
    let mut keys: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in form.fields() {
        if let Some(place) = name.strip_prefix("key-") {
            keys.insert(place, value);
        }
    }
    let choices = form
        .fields()
        .filter_map(|(name, value)| {
            let key = keys.get(name.strip_prefix("choice-")?)?;
            Some(((*key).to_owned(), value.to_owned()))
        })
        .collect();
    let typed = SignForm {
        after: form.get("after").parse().unwrap_or(0),
        seal: form.text("seal"),
        choices,
        note: form.text("note"),
    };
    let (asked, about) = (typed.clone(), subject.clone());
    match web.ask(move |app| app.sign_review(&caller, what, &about, &asked)).await {
        Ok(()) => Ok(go("/reviews?note=review-signed")),
        Err(AppError::Conflict) => {
            render(&web, &visitor, (what, subject), typed, Mistakes::default(), StatusCode::CONFLICT).await
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            render(&web, &visitor, (what, subject), typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
