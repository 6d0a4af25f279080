//! The own list first, then the classes of 2018, with filters.

use app::guideline::catalog::{Product, ProductClass, Row};
use app::product::{ClassLine, OwnLine, Products, helps_row};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use model::Lang;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, filters, show};
use crate::visitor::Visitor;

/// What the visitor wants to see.
#[derive(Clone, Debug, Default)]
struct Filter {
    words: String,
    row: Option<Row>,
    row_typed: String,
}

impl Filter {
    fn any(&self) -> bool {
        !self.words.is_empty() || !self.row_typed.is_empty()
    }

    /// The products of a class that fit; `None` when neither they nor the class do.
    fn of(&self, line: ClassLine, lang: Lang) -> Option<ClassLine> {
        let mut class = line.class;
        if !self.row_typed.is_empty() {
            let row = self.row.as_ref()?;
            let printed = helps_row(&class, row)?;
            if !class.statements.iter().any(|id| row.statements.contains(id)) {
                class.products = printed;
            }
        }
        let has = |texts: &[&str]| {
            texts.iter().any(|text| text.to_lowercase().contains(&self.words.to_lowercase()))
        };
        if !has(&[class.name.get(lang), class.summary.get(lang), &class.section]) {
            class.products.retain(|own| has(&[&own.name, &own.company, own.features.get(lang)]));
            if class.products.is_empty() {
                return None;
            }
        }
        Some(ClassLine { class, helps: line.helps })
    }

    fn lets(&self, line: &OwnLine) -> bool {
        let words = self.words.to_lowercase();
        let own = &line.product;
        let row = self.row.as_ref();
        [&own.name, &own.maker, &own.note].iter().any(|text| text.to_lowercase().contains(&words))
            && (self.row_typed.is_empty()
                || row.is_some_and(|row| own.statements.iter().any(|id| row.statements.contains(id))))
    }
}

#[derive(Template)]
#[template(path = "product/list.html")]
struct ListPage {
    p: Page,
    own: Vec<OwnLine>,
    own_total: usize,
    in_use: usize,
    yearly: u64,
    yearly_known: usize,
    classes: Vec<ClassLine>,
    filter: Filter,
}

impl ListPage {
    /// Whether a product is printed to serve the row that is asked for.
    fn serves(&self, product: &Product) -> bool {
        self.filter.row.as_ref().is_some_and(|row| product.rows.contains(&row.no))
    }

    /// The web address of 2018, if it is one.
    fn address<'a>(&self, product: &'a Product) -> Option<&'a str> {
        let url = product.url.as_str();
        (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
    }

    fn new_from(&self, class: &ProductClass, product: &Product) -> String {
        let encoded = crate::page::encoded;
        format!(
            "/products/own/new?class={}&name={}&maker={}",
            encoded(&class.id),
            encoded(&product.name),
            encoded(&product.company)
        )
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
    let bounded = |name: &str, max: usize| query.get(name).trim().chars().take(max).collect::<String>();
    let row_typed = bounded("row", 4);
    let row = row_typed.parse().ok().and_then(|no| web.app.catalog().row(no).cloned());
    let filter = Filter { words: bounded("q", 100), row, row_typed };
    let caller = visitor.caller().map_err(fail)?;
    let found: Products = web.ask(move |app| app.products(&caller)).await.map_err(fail)?;
    let (yearly, yearly_known) = found.yearly();
    Ok(show(&ListPage {
        p: visitor.page(),
        in_use: found.in_use().count(),
        yearly,
        yearly_known,
        own_total: found.own.len(),
        own: found.own.into_iter().filter(|line| filter.lets(line)).collect(),
        classes: found.classes.into_iter().filter_map(|line| filter.of(line, visitor.lang)).collect(),
        filter,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_rows_narrow_the_classes() {
        let catalog = app::guideline::Catalog::embedded().unwrap();
        let check = |words: &str, row: &str, expected: &[&str]| {
            let filter = Filter {
                words: words.into(),
                row: row.parse().ok().and_then(|no| catalog.row(no).cloned()),
                row_typed: row.into(),
            };
            let found: Vec<String> = catalog
                .products
                .iter()
                .map(|class| ClassLine { class: class.clone(), helps: Vec::new() })
                .filter_map(|line| filter.of(line, Lang::Ja))
                .map(|line| line.class.id)
                .collect();
            if expected.is_empty() {
                assert!(found.is_empty(), "{words} {row}: {found:?}");
            }
            for id in expected {
                assert!(found.contains(&(*id).to_owned()), "{words} {row}: {found:?}");
            }
            found.len()
        };
        assert_eq!(check("", "", &["rpa", "other"]), catalog.products.len());
        assert_eq!(check("winactor", "", &["rpa", "consulting"]), 2);
        assert!(check("", "34", &["take-home-pc"]) < catalog.products.len());
        check("", "999", &[]);
        check("no such words anywhere", "", &[]);
    }
}
