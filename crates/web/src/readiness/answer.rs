//! One questionnaire on one page: the result so far, and the questions.

use std::collections::BTreeMap;

use app::AppError;
use app::guideline::catalog::readiness::{Answer, Question};
use app::readiness::{Form as AnswerForm, PERSON, Shown};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Text;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "readiness/show.html")]
struct ShowPage {
    p: Page,
    shown: Shown,
    form: AnswerForm,
    mistakes: Mistakes,
    conflict: bool,
}

impl ShowPage {
    fn of(visitor: &Visitor, shown: Shown, form: AnswerForm) -> Self {
        Self { p: visitor.page(), shown, form, mistakes: Mistakes::default(), conflict: false }
    }

    fn ticked(&self, question: &Question, answer: &Answer) -> bool {
        self.form.answers.get(&question.id) == Some(&answer.id)
    }

    /// Whether no answer that is offered was given.
    fn left_open(&self, question: &Question) -> bool {
        self.form.answers.get(&question.id).is_none_or(|id| question.answer(id).is_none())
    }

    /// The answer that was given, for print.
    fn given<'a>(&self, question: &'a Question) -> Option<&'a Text> {
        let id = self.shown.standing.answers.get(&question.id)?;
        question.answer(id).map(|answer| &answer.text)
    }

    fn is_person(&self) -> bool {
        self.shown.part.id == PERSON
    }

    fn number(&self, at: &usize) -> String {
        format!("{}.", at + 1)
    }
}

async fn shown(web: &Web, visitor: &Visitor, part: &str, about: &str) -> Result<Shown, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (part, about) = (part.to_owned(), about.to_owned());
    web.ask(move |app| app.readiness_of(&caller, &part, &about)).await.map_err(fail)
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path((part, about)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let shown = shown(&web, &visitor, &part, &about).await?;
    let form = AnswerForm {
        after: shown.standing.version,
        answers: shown.standing.answers.clone(),
        note: shown.standing.note.clone(),
    };
    Ok(show_as(StatusCode::OK, &ShowPage::of(&visitor, shown, form)))
}

/// Saves the answers and shows what they come to.
pub(crate) async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((part, about)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let asked = shown(&web, &visitor, &part, &about).await?;
    let answers: BTreeMap<String, String> = asked
        .part
        .questions
        .iter()
        .map(|question| (question.id.clone(), form.text(&format!("q-{}", question.id))))
        .collect();
    let typed =
        AnswerForm { after: form.get("after").parse().unwrap_or(0), answers, note: form.text("note") };
    let sent = typed.clone();
    let (of, about_) = (part.clone(), about.clone());
    match web.ask(move |app| app.save_readiness(&caller, &of, &about_, &sent)).await {
        Ok(about) => {
            Ok(go(&format!("/readiness/{}/{}?note=readiness-saved", encoded(&part), encoded(&about))))
        }
        Err(AppError::Conflict) => {
            let now = shown(&web, &visitor, &part, &about).await?;
            let form = AnswerForm { after: now.standing.version, ..typed };
            let page = ShowPage { conflict: true, ..ShowPage::of(&visitor, now, form) };
            Ok(show_as(StatusCode::CONFLICT, &page))
        }
        Err(error) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let page = ShowPage { mistakes, ..ShowPage::of(&visitor, asked, typed) };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Takes the answers off the list.
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path((part, about)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::read(&visitor, &body).map_err(fail)?;
    let after = form.get("after").parse().unwrap_or(0);
    let caller = visitor.caller().map_err(fail)?;
    web.ask(move |app| app.remove_readiness(&caller, &part, &about, after)).await.map_err(fail)?;
    Ok(go("/readiness?note=readiness-removed"))
}
