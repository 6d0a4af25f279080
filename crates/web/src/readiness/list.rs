//! Where everything stands: the three parts, what is to be prepared, the measures; and where a new one begins.

use app::AppError;
use app::readiness::{JOB, PAPER, PERSON, PartState, Readiness, Standing};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::{Form, Mistakes};
use crate::page::{Page, encoded, filters, go, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "readiness/list.html")]
struct ListPage {
    p: Page,
    all: Readiness,
    as_of: String,
    /// What was typed to begin with, of which part, and what is wrong with it.
    typed: String,
    typed_part: String,
    mistakes: Mistakes,
}

impl ListPage {
    /// Whether anything was answered at all.
    fn begun(&self) -> bool {
        self.all.parts.iter().flat_map(|part| &part.standings).any(|own| own.version > 0)
    }

    /// How many things to prepare concern more than one.
    fn several(&self) -> usize {
        self.all.to_do.iter().filter(|item| item.concerned.len() > 1).count()
    }

    /// How many concern one only.
    fn single(&self) -> usize {
        self.all.to_do.len() - self.several()
    }

    fn is_job(&self, part: &PartState) -> bool {
        part.id == JOB
    }

    fn is_person(&self, part: &PartState) -> bool {
        part.id == PERSON
    }

    fn is_paper(&self, part: &PartState) -> bool {
        part.id == PAPER
    }

    fn typed_in(&self, part: &PartState) -> &str {
        if part.id == self.typed_part { &self.typed } else { "" }
    }

    /// What is wrong with the name typed in a part.
    fn mistake_in(&self, part: &PartState) -> Option<String> {
        self.mistakes.at(&self.p, "about").filter(|_| part.id == self.typed_part)
    }

    /// How far a questionnaire is, when it has no result yet.
    fn so_far(&self, own: &Standing) -> String {
        if own.version == 0 {
            self.p.t("readiness-unanswered")
        } else {
            self.p.txy("readiness-so-far", own.answered, own.asked)
        }
    }
}

async fn page(web: &Web, visitor: &Visitor) -> Result<ListPage, Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (all, now) = web.ask(move |app| Ok((app.readiness(&caller)?, app.now()))).await.map_err(fail)?;
    Ok(ListPage {
        p: visitor.page(),
        all,
        as_of: now.minute(),
        typed: String::new(),
        typed_part: String::new(),
        mistakes: Mistakes::default(),
    })
}

/// The page.
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    Ok(show_as(StatusCode::OK, &page(&web, &visitor).await?))
}

/// Leads to the questionnaire about whom or what was chosen or typed.
pub(crate) async fn start(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let (part, typed) = (form.text("part"), form.text("about"));
    // What was typed counts before what was chosen: it was done on purpose.
    let about = if typed.trim().is_empty() { form.text("known") } else { typed.clone() };
    let asked = part.clone();
    match web.ask(move |app| app.readiness_about(&asked, &about)).await {
        Ok(about) => Ok(go(&format!("/readiness/{}/{}", encoded(&part), encoded(&about)))),
        Err(error @ AppError::Invalid(_)) => {
            let mistakes = Mistakes::of(error).map_err(fail)?;
            let typed = typed.chars().take(200).collect();
            let page = ListPage { typed, typed_part: part, mistakes, ..page(&web, &visitor).await? };
            Ok(show_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        // Without a part there is nothing to begin with: back to where one can choose.
        Err(AppError::NotFound(_)) => Ok(go("/readiness")),
        Err(error) => Err(fail(error)),
    }
}

/// The results as a workbook.
pub(crate) async fn xlsx(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let (caller, lang) = (visitor.caller().map_err(fail)?, visitor.lang);
    let (bytes, now) =
        web.ask(move |app| Ok((app.readiness_workbook(&caller, lang)?, app.now()))).await.map_err(fail)?;
    let name = format!("mimamori-readiness-{}.xlsx", now.day());
    Ok(crate::download::file(&name, crate::download::XLSX, bytes))
}
