//! The list of assets by system, with filters and what is missing.

use app::asset::{AssetLine, Gap};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use model::Subject;
use model::asset::{AssetPart, Encryption, Secrecy};

use super::gap_word;
use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

/// The most assets shown at once.
const LINES_SHOWN_MAX: usize = 500;
/// The most subjects named in a line.
const SUBJECTS_SHOWN_MAX: usize = 4;

/// What the visitor wants to see.
#[derive(Clone, Debug, Default)]
struct Filter {
    words: String,
    /// A class, or `none` for those not decided.
    secrecy: String,
    part: Option<AssetPart>,
    gaps: bool,
}

impl Filter {
    fn read(query: &Form) -> Self {
        let secrecy = query.get("class");
        let is_known = secrecy == "none" || Secrecy::from_name(secrecy).is_some();
        Self {
            words: query.get("q").trim().chars().take(100).collect(),
            secrecy: if is_known { secrecy.to_owned() } else { String::new() },
            part: AssetPart::from_name(query.get("part")),
            gaps: query.get("gaps") == "yes",
        }
    }

    fn any(&self) -> bool {
        !self.words.is_empty() || !self.secrecy.is_empty() || self.part.is_some() || self.gaps
    }

    fn is_secrecy(&self, name: &str) -> bool {
        self.secrecy == name
    }

    fn is_part(&self, part: &AssetPart) -> bool {
        self.part == Some(*part)
    }

    fn lets(&self, line: &AssetLine) -> bool {
        let asset = &line.record.value;
        let words = self.words.to_lowercase();
        let found = || {
            let texts = [&asset.system, &asset.name, &asset.owner, &asset.method, &asset.note];
            texts.iter().any(|text| text.to_lowercase().contains(&words))
                || asset.touched_by.iter().any(|subject| subject.id.to_lowercase().contains(&words))
                || line.record.id.to_string() == words
        };
        (self.secrecy.is_empty() || self.secrecy == class_name(asset.secrecy))
            && self.part.is_none_or(|part| part == asset.part)
            && (!self.gaps || !line.gaps.is_empty())
            && (words.is_empty() || found())
    }
}

/// A class's name; `none` when not decided.
fn class_name(secrecy: Option<Secrecy>) -> &'static str {
    secrecy.map_or("none", Secrecy::name)
}

/// A system with its assets.
struct System {
    name: String,
    lines: Vec<Line>,
}

/// An asset as the page shows it.
struct Line {
    id: u64,
    name: String,
    part: AssetPart,
    credential: bool,
    personal: bool,
    owner: String,
    class: &'static str,
    encryption: Encryption,
    method: String,
    touched: Vec<Subject>,
    more: usize,
    serious: Vec<String>,
    others: String,
}

impl Line {
    fn of(line: AssetLine, p: &Page) -> Self {
        let (serious, others): (Vec<_>, Vec<_>) = line.gaps.iter().partition(|gap| gap.serious());
        let words = |gaps: Vec<&Gap>| gaps.into_iter().map(|gap| gap_word(p, gap)).collect::<Vec<String>>();
        let asset = line.record.value;
        Self {
            id: line.record.id,
            serious: words(serious),
            others: words(others).join(" · "),
            class: class_name(asset.secrecy),
            more: asset.touched_by.len().saturating_sub(SUBJECTS_SHOWN_MAX),
            touched: asset.touched_by.into_iter().take(SUBJECTS_SHOWN_MAX).collect(),
            name: asset.name,
            part: asset.part,
            credential: asset.credential,
            personal: asset.personal,
            owner: asset.owner,
            encryption: asset.encryption,
            method: asset.method,
        }
    }
}

#[derive(Template)]
#[template(path = "asset/list.html")]
struct ListPage {
    p: Page,
    systems: Vec<System>,
    filter: Filter,
    /// Each class's name with how many assets are in it.
    totals: Vec<(&'static str, usize)>,
    /// How many assets lack something.
    gaps: usize,
    total: usize,
    found: usize,
    shown: usize,
    parts: [AssetPart; 6],
}

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let filter = Filter::read(&query);
    let caller = visitor.caller().map_err(fail)?;
    let mut lines = web.ask(move |app| app.assets(&caller)).await.map_err(fail)?;
    let classes = Secrecy::ALL.map(Secrecy::name).into_iter().chain(["none"]);
    let totals = classes
        .map(|name| (name, lines.iter().filter(|line| class_name(line.record.value.secrecy) == name).count()))
        .collect();
    let (total, gaps) = (lines.len(), lines.iter().filter(|line| !line.gaps.is_empty()).count());
    lines.retain(|line| filter.lets(line));
    let found = lines.len();
    lines.truncate(LINES_SHOWN_MAX);
    let shown = lines.len();
    let p = visitor.page();
    let mut systems: Vec<System> = Vec::new();
    for line in lines {
        let name = line.record.value.system.clone();
        let line = Line::of(line, &p);
        match systems.last_mut() {
            Some(system) if system.name == name => system.lines.push(line),
            _ => systems.push(System { name, lines: vec![line] }),
        }
    }
    Ok(show(&ListPage { p, systems, filter, totals, gaps, total, found, shown, parts: AssetPart::ALL }))
}
