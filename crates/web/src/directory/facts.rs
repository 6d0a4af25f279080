//! What was found in a domain: what is dangerous first, then table by table, each with its statements. Thousands of rows
//! come in pages.

use app::directory::domain::Domain;
use app::directory::hazard::Hazard;
use app::directory::table::{Cell, Row, State as Standing, Table};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use model::{StatementId, Text, Verdict};

use super::cell;
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, encoded, filters, show};
use crate::pages::{Asked, Pages};
use crate::visitor::Visitor;

/// The rows of a table on the page of all tables.
const ROWS_SHOWN: usize = 40;
/// The offenders of a hazard that are shown.
const OFFENDERS_SHOWN: usize = 200;

/// A statement a table is about.
struct Judged {
    id: StatementId,
    title: Text,
    verdict: Option<Verdict>,
}

/// A row as it is shown.
struct Line {
    /// The part of the table that begins with it.
    head: Option<String>,
    row: Row,
    /// How it stands, the last part of a locale key.
    state: &'static str,
    /// The class of its mark, as outcomes have.
    mark: Option<&'static str>,
}

/// A table as it is shown.
struct Shown {
    name: &'static str,
    judged: Vec<Judged>,
    read: bool,
    rows: Vec<Line>,
    total: usize,
    bad: usize,
}

#[derive(Template)]
#[template(path = "directory/facts.html")]
struct FactsPage {
    p: Page,
    domain: Domain,
    hazards: Vec<Hazard>,
    tables: Vec<Shown>,
    /// The one table that is asked for, with its pages and the words looked for.
    alone: Option<(Pages, String)>,
}

impl FactsPage {
    fn cell(&self, own: &Cell) -> String {
        cell(&self.p, own)
    }

    #[expect(clippy::unused_self, reason = "called from the template")]
    fn some(&self, hazard: &Hazard) -> Vec<String> {
        hazard.offenders.iter().take(OFFENDERS_SHOWN).cloned().collect()
    }

    fn published(&self) -> usize {
        self.domain.facts.published_passwords.as_ref().map_or(0, Vec::len)
    }

    fn figure(&self, hazard: &Hazard) -> String {
        hazard
            .figure
            .map(|figure| self.p.tn(&format!("hazard-figure-{}", hazard.name), figure))
            .unwrap_or_default()
    }
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let form = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let caller = visitor.caller().map_err(fail)?;
    let asked = id.clone();
    let found = web.ask(move |app| app.shown_domain(&caller, &asked)).await.map_err(fail)?;
    let words: String = form.get("q").trim().chars().take(100).collect();
    let p = visitor.page();
    let wanted = form.get("table").to_owned();
    let mut alone = None;
    let mut tables = Vec::new();
    for table in found.tables {
        if wanted.is_empty() {
            tables.push(shown(&web, &found.domain, table, (0, ROWS_SHOWN)));
        } else if table.name == wanted {
            let asked: Asked = Pages::asked(&form);
            let table = searched(&p, table, &words);
            let carried = [("table", table.name), ("q", words.as_str())];
            let address = format!("/directories/{}/facts", encoded(&id));
            alone = Some((asked.of(table.rows.len(), &address, &carried), words.clone()));
            tables.push(shown(&web, &found.domain, table, (asked.skip(), asked.size())));
        }
    }
    let hazards = if alone.is_some() { Vec::new() } else { found.hazards };
    Ok(show(&FactsPage { p, domain: found.domain, hazards, tables, alone }))
}

/// A table with those rows alone that hold the words.
fn searched(p: &Page, table: Table, words: &str) -> Table {
    let words = words.to_lowercase();
    let holds = |row: &Row| {
        std::iter::once(&row.item)
            .chain(&row.found)
            .map(|own| cell(p, own))
            .chain(std::iter::once(row.part.clone()))
            .any(|text| text.to_lowercase().contains(&words))
    };
    Table { rows: table.rows.into_iter().filter(|row| words.is_empty() || holds(row)).collect(), ..table }
}

fn shown(web: &Web, domain: &Domain, table: Table, (skip, most): (usize, usize)) -> Shown {
    let catalog = web.app.catalog();
    let judged = table
        .statements
        .iter()
        .map(|id| StatementId((*id).to_owned()))
        .filter_map(|id| {
            let title = catalog.policy_of(&id)?.title.clone();
            Some(Judged { title, verdict: domain.verdicts.get(&id).cloned(), id })
        })
        .collect();
    Shown {
        name: table.name,
        judged,
        read: table.read,
        total: table.rows.len(),
        bad: table.bad(),
        rows: lines(table.rows.into_iter().skip(skip).take(most)),
    }
}

fn lines(rows: impl Iterator<Item = Row>) -> Vec<Line> {
    let mut part = String::new();
    rows.map(|row| {
        let begins = row.part != part;
        if begins {
            part.clone_from(&row.part);
        }
        let (state, mark) = match row.state {
            Standing::Bad => ("bad", Some("fail")),
            Standing::Look => ("look", Some("unknown")),
            Standing::Unread => ("unread", Some("unknown")),
            Standing::Good => ("good", Some("pass")),
            Standing::Plain => ("plain", None),
        };
        Line { head: begins.then(|| row.part.clone()), row, state, mark }
    })
    .collect()
}
