//! The register: everybody, searched and filtered, page by page.

use app::person::{Listed, word};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use model::decision::Day;

use crate::Web;
use crate::download::{self, CSV};
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

/// People on a page.
const PAGE_LINES: usize = 100;
/// How people can stand, and two ways to be on the list besides.
const FILTERS: [&str; 6] = ["active", "leaving", "on_leave", "left", "unknown", "removed"];

/// What the visitor wants to see.
#[derive(Clone, Debug, Default)]
struct Filter {
    words: String,
    standing: String,
}

impl Filter {
    fn lets(&self, person: &Listed) -> bool {
        let removed = person.retired_at.is_some();
        let fits = match self.standing.as_str() {
            "removed" => removed,
            _ if removed => false,
            "" => true,
            "leaving" => word(person.standing) != "left" && person.employment.left_at.is_some(),
            standing => word(person.standing) == standing,
        };
        let words = self.words.to_lowercase();
        let own = &person.employment;
        let texts = [&own.mail, &own.number, &own.department, &own.directory_account];
        fits && (words.is_empty()
            || person.name.to_lowercase().contains(&words)
            || person.id.to_lowercase().contains(&words)
            || texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&words)))
    }
}

#[derive(Template)]
#[template(path = "person/list.html")]
struct ListPage {
    p: Page,
    filter: Filter,
    people: Vec<Listed>,
    /// How many stand so.
    totals: Vec<(&'static str, usize)>,
    total: usize,
    found: usize,
    /// This page and how many there are, from 1.
    page: usize,
    pages: usize,
    today: Day,
}

impl ListPage {
    fn is_here(&self, standing: &str) -> bool {
        self.filter.standing == standing
    }

    /// The address of another page of the same list.
    fn other(&self, page: usize) -> String {
        let words = crate::page::encoded(&self.filter.words);
        format!("/people?q={words}&standing={}&page={page}", self.filter.standing)
    }

    /// Days until the last day, while it lies ahead.
    fn ahead(&self, person: &Listed) -> Option<i64> {
        person.last_day().map(|day| self.today.days_until(day)).filter(|days| *days >= 0)
    }

    fn standing(&self, person: &Listed) -> String {
        self.p.t(&format!("person-standing-{}", word(person.standing)))
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let wanted = query.get("standing");
    let filter = Filter {
        words: query.get("q").trim().chars().take(100).collect(),
        standing: FILTERS.into_iter().find(|name| *name == wanted).unwrap_or_default().to_owned(),
    };
    let caller = visitor.caller().map_err(fail)?;
    let (mut people, now) = web.ask(move |app| Ok((app.people(&caller)?, app.now()))).await.map_err(fail)?;
    let count = |name: &str| {
        let only = Filter { standing: name.to_owned(), ..Filter::default() };
        people.iter().filter(|person| only.lets(person)).count()
    };
    let totals =
        FILTERS.into_iter().map(|name| (name, count(name))).filter(|(_, count)| *count > 0).collect();
    let total = people.len();
    people.retain(|person| filter.lets(person));
    let found = people.len();
    let pages = found.div_ceil(PAGE_LINES).max(1);
    let page = query.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let people = people.into_iter().skip((page - 1) * PAGE_LINES).take(PAGE_LINES).collect();
    let p = visitor.page();
    Ok(show(&ListPage { p, filter, people, totals, total, found, page, pages, today: Day::of(now) }))
}

/// The register as CSV.
pub(crate) async fn csv(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lang = visitor.lang;
    let (bytes, now) =
        web.ask(move |app| Ok((app.people_csv(&caller, lang)?, app.now()))).await.map_err(fail)?;
    Ok(download::file(&format!("mimamori-people-{}.csv", now.day()), CSV, bytes))
}
