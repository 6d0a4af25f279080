//! The table of section 11, with filters; and the same to print.

use app::checklist::RowLine;
use app::guideline::catalog::Group;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use model::decision::{Aspect, Choice, Decision};
use model::{Caller, Lang, Outcome};

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// What the visitor wants to see.
#[derive(Clone, Debug, Default)]
struct Filter {
    group: Option<Group>,
    outcome: Option<Outcome>,
    choice: Option<Choice>,
    problems: bool,
    holes: bool,
    words: String,
}

impl Filter {
    fn read(query: &Form) -> Self {
        Self {
            group: Group::from_name(query.get("group")),
            outcome: Outcome::from_name(query.get("outcome")),
            choice: Choice::from_name(query.get("choice")),
            problems: query.get("problems") == "yes",
            holes: query.get("holes") == "yes",
            words: query.get("q").trim().chars().take(100).collect(),
        }
    }

    fn any(&self) -> bool {
        self.group.is_some()
            || self.outcome.is_some()
            || self.choice.is_some()
            || self.problems
            || self.holes
            || !self.words.is_empty()
    }

    fn is_group(&self, group: &Group) -> bool {
        self.group == Some(*group)
    }

    fn is_outcome(&self, outcome: &Outcome) -> bool {
        self.outcome == Some(*outcome)
    }

    fn is_choice(&self, choice: &Choice) -> bool {
        self.choice == Some(*choice)
    }

    fn lets(&self, line: &RowLine, lang: Lang) -> bool {
        let choice = line.version.as_ref().map_or(Choice::Open, |version| version.decision.choice);
        let words = self.words.to_lowercase();
        let found = || {
            let texts = [line.row.item.get(lang), line.row.detail.get(lang)];
            texts.iter().any(|text| text.to_lowercase().contains(&words)) || line.row.no.to_string() == words
        };
        self.group.is_none_or(|group| group == line.row.group)
            && self.outcome.is_none_or(|outcome| line.state.all.of(outcome) > 0)
            && self.choice.is_none_or(|wanted| wanted == choice)
            && (!self.problems || !line.contradictions.is_empty())
            && (!self.holes || !line.holes.is_empty())
            && (words.is_empty() || found())
    }
}

#[derive(Template)]
#[template(path = "checklist/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<RowLine>,
    total: usize,
    filter: Filter,
    groups: [Group; 7],
    outcomes: [Outcome; 4],
    choices: [Choice; 4],
}

async fn rows(web: &Web, visitor: &Visitor) -> Result<(Caller, Vec<RowLine>), Failure> {
    let fail = |error| Failure::new(error, visitor);
    let caller = visitor.caller().map_err(fail)?;
    let asked = caller.clone();
    let lines = web.ask(move |app| app.rows(&asked)).await.map_err(fail)?;
    Ok((caller, lines))
}

/// The table.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::parse(&Bytes::from(query.unwrap_or_default()))
        .map_err(|error| Failure::new(error, &visitor))?;
    let filter = Filter::read(&query);
    let (_, mut lines) = rows(&web, &visitor).await?;
    let total = lines.len();
    lines.retain(|line| filter.lets(line, visitor.lang));
    Ok(show(&ListPage {
        p: visitor.page(),
        lines,
        total,
        filter,
        groups: Group::ALL,
        outcomes: Outcome::ALL,
        choices: Choice::ALL,
    }))
}

/// A row as it is printed.
struct PrintLine {
    line: RowLine,
    decision: Decision,
}

#[derive(Template)]
#[template(path = "checklist/print.html")]
struct PrintPage {
    p: Page,
    company: String,
    profile: String,
    as_of: String,
    lines: Vec<PrintLine>,
}

/// The form of section 11, to print.
pub(crate) async fn print(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let (_, lines) = rows(&web, &visitor).await?;
    let (company, now) = web
        .ask(|app| Ok((app.company()?, app.now())))
        .await
        .map_err(|error| Failure::new(error, &visitor))?;
    let p = visitor.page();
    let lines = lines
        .into_iter()
        .map(|line| PrintLine {
            decision: line.version.as_ref().map(|version| version.decision.clone()).unwrap_or_default(),
            line,
        })
        .collect();
    Ok(show(&PrintPage {
        company: company.name,
        profile: p.x(&web.app.standard().profile.name).to_owned(),
        as_of: now.minute(),
        lines,
        p,
    }))
}
