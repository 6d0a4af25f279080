//! The same answers under other frameworks: the list with coverage, a framework's items, its documents.

use app::crosswalk::{Format, Framework, FrameworkLine, ItemLine, Reach};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, show};
use crate::visitor::Visitor;
use crate::{Web, chart, download};

/// How far a framework is reached, as one bar with its words.
fn coverage(line: &FrameworkLine, p: &Page) -> String {
    let parts: Vec<(String, u32)> = Reach::ALL
        .iter()
        .zip(line.reach)
        .map(|(reach, count)| (format!("bar-reach-{}", reach.name()), count))
        .collect();
    chart::stack(&parts, &in_words(line, p))
}

fn in_words(line: &FrameworkLine, p: &Page) -> String {
    let parts: Vec<String> = Reach::ALL
        .iter()
        .zip(line.reach)
        .map(|(reach, count)| format!("{} {count}", p.t(&format!("reach-{}", reach.name()))))
        .collect();
    parts.join(" · ")
}

#[derive(Template)]
#[template(path = "crosswalk/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<FrameworkLine>,
}

impl ListPage {
    fn coverage(&self, line: &FrameworkLine) -> String {
        coverage(line, &self.p)
    }

    fn in_words(&self, line: &FrameworkLine) -> String {
        in_words(line, &self.p)
    }
}

/// Every framework.
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let lines = web.ask(move |app| app.frameworks(&caller)).await.map_err(fail)?;
    Ok(show(&ListPage { p: visitor.page(), lines }))
}

/// Which items the visitor wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Wanted {
    #[default]
    All,
    /// Answered, and something is broken or not known.
    Open,
    NotReached,
}

impl Wanted {
    const ALL: [Wanted; 3] = [Wanted::All, Wanted::Open, Wanted::NotReached];

    fn name(self) -> &'static str {
        match self {
            Wanted::All => "all",
            Wanted::Open => "open",
            Wanted::NotReached => "not-reached",
        }
    }

    fn lets(self, item: &ItemLine) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Open => item.open(),
            Wanted::NotReached => item.reach == Reach::NotReached,
        }
    }
}

#[derive(Template)]
#[template(path = "crosswalk/show.html")]
struct ShowPage {
    p: Page,
    line: FrameworkLine,
    items: Vec<ItemLine>,
    /// Every filter with how many items it lets through.
    filters: Vec<(Wanted, usize)>,
    wanted: Wanted,
    groups: Vec<Group>,
    coverage: String,
    words: String,
}

/// Items whose numbers begin alike.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    /// What they begin with: the chapter.
    name: String,
    /// The number of the first one shown.
    first: String,
    count: usize,
}

/// The chapters of the numbers shown, in their order; none when that would not shorten the way.
fn groups<'a>(numbers: impl Iterator<Item = &'a str>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut items = 0;
    for number in numbers {
        items += 1;
        let name = number.split(['.', '-']).next().unwrap_or(number);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.count += 1,
            None => groups.push(Group { name: name.to_owned(), first: number.to_owned(), count: 1 }),
        }
    }
    if groups.len() < 2 || groups.len() == items { Vec::new() } else { groups }
}

/// A framework's items.
pub(crate) async fn page(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let wanted =
        Wanted::ALL.into_iter().find(|wanted| wanted.name() == query.get("show")).unwrap_or_default();
    let caller = visitor.caller().map_err(fail)?;
    let Framework { line, mut items } =
        web.ask(move |app| app.framework(&caller, &id)).await.map_err(fail)?;
    let count = |wanted: Wanted| items.iter().filter(|item| wanted.lets(item)).count();
    let filters = Wanted::ALL.into_iter().map(|wanted| (wanted, count(wanted))).collect();
    items.retain(|item| wanted.lets(item));
    let p = visitor.page();
    Ok(show(&ShowPage {
        coverage: coverage(&line, &p),
        words: in_words(&line, &p),
        groups: groups(items.iter().map(|own| own.item.id.as_str())),
        line,
        items,
        filters,
        wanted,
        p,
    }))
}

/// A framework as a workbook.
pub(crate) async fn xlsx(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    export(web, visitor, id, Format::Xlsx).await
}

/// A framework as CSV.
pub(crate) async fn csv(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    export(web, visitor, id, Format::Csv).await
}

async fn export(web: Web, visitor: Visitor, id: String, format: Format) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let (caller, lang, asked) = (visitor.caller().map_err(fail)?, visitor.lang, id.clone());
    let (bytes, now) = web
        .ask(move |app| Ok((app.framework_file(&caller, &asked, format, lang)?, app.now())))
        .await
        .map_err(fail)?;
    // The framework exists, so its id is one of the catalogue's: letters, digits and dashes.
    let (end, kind) = match format {
        Format::Xlsx => ("xlsx", download::XLSX),
        Format::Csv => ("csv", download::CSV),
    };
    Ok(download::file(&format!("mimamori-{id}-{}.{end}", now.day()), kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn the_jump_list_names_chapters() {
        let check = |numbers: &[&str], expected: &[(&str, &str, usize)]| {
            let found = groups(numbers.iter().copied());
            let found: Vec<_> =
                found.iter().map(|own| (own.name.as_str(), own.first.as_str(), own.count)).collect();
            assert_eq!(found, expected);
        };
        check(&["5.1", "5.10", "6.1"], &[("5", "5.1", 2), ("6", "6.1", 1)]);
        check(&["1-2-1", "1-2-3", "2-1-1"], &[("1", "1-2-1", 2), ("2", "2-1-1", 1)]);
        check(&["1", "2", "3"], &[]);
        check(&["2.1", "2.2"], &[]);
        check(&[], &[]);
    }
}
