//! What there is to look up: the own list first, then the classes of 2018; and both from a checklist row.

use std::collections::BTreeMap;

use guideline::Catalog;
use guideline::catalog::{Product, ProductClass, Row};
use model::verdict::Counts;
use model::{Caller, StatementId, Text};
use store::Record;

use super::{KIND, OwnProduct, Status};
use crate::checklist::by_statement;
use crate::{Action, App, AppError, Result};

/// How every statement stands.
type Standings = BTreeMap<StatementId, Counts>;

/// The most former versions shown.
const VERSIONS_SHOWN_MAX: u32 = 50;

/// A statement a product or class helps with.
#[derive(Clone, Debug)]
pub struct Helped {
    /// The statement.
    pub id: StatementId,
    /// What it asks.
    pub text: Text,
    /// How it stands now.
    pub counts: Counts,
}

/// A product of the own list.
#[derive(Clone, Debug)]
pub struct OwnLine {
    /// Its number.
    pub id: u64,
    /// Its version.
    pub version: u32,
    /// What it says.
    pub product: OwnProduct,
    /// The name of its class; `None` when it fits none.
    pub class: Option<Text>,
    /// The statements it is said to help with.
    pub helps: Vec<Helped>,
}

/// A class of 2018 with what it can help to close.
#[derive(Clone, Debug)]
pub struct ClassLine {
    /// The class with its products.
    pub class: ProductClass,
    /// The statements it can help with.
    pub helps: Vec<Helped>,
}

/// Everything there is to look up.
#[derive(Clone, Debug)]
pub struct Products {
    /// The own list: in use, considered, ended; by name.
    pub own: Vec<OwnLine>,
    /// The classes, by section.
    pub classes: Vec<ClassLine>,
}

impl Products {
    /// The own products in use.
    pub fn in_use(&self) -> impl Iterator<Item = &OwnLine> {
        self.own.iter().filter(|line| line.product.status == Status::InUse)
    }

    /// What those in use cost a year, and for how many of them that is known.
    #[must_use]
    pub fn yearly(&self) -> (u64, usize) {
        let known = self.in_use().filter_map(|line| line.product.yen_yearly);
        known.fold((0, 0), |(sum, count), yen| (u64::saturating_add(sum, yen), count + 1))
    }
}

/// A class that can help with a checklist row.
#[derive(Clone, Debug)]
pub struct ClassFor {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its products that are printed to serve the row.
    pub products: Vec<Product>,
}

/// What can help with a checklist row.
#[derive(Clone, Debug, Default)]
pub struct RowProducts {
    /// Own products for one of its statements, in the order of the own list.
    pub own: Vec<OwnLine>,
    /// Classes, by section.
    pub classes: Vec<ClassFor>,
}

impl RowProducts {
    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.classes.is_empty()
    }

    /// The names of products in use that are said to help with a statement: an explanation beside its verdict.
    #[must_use]
    pub fn in_use_for(&self, statement: &StatementId) -> Vec<String> {
        self.own
            .iter()
            .filter(|line| line.product.status == Status::InUse)
            .filter(|line| line.product.statements.contains(statement))
            .map(|line| line.product.name.clone())
            .collect()
    }
}

/// A product's page.
#[derive(Clone, Debug)]
pub struct ShownProduct {
    /// The product.
    pub line: OwnLine,
    /// Its versions, the newest first.
    pub versions: Vec<Record<OwnProduct>>,
}

/// Whether a class can help with a row, and which of its products are printed to serve it.
#[must_use]
pub fn helps_row(class: &ProductClass, row: &Row) -> Option<Vec<Product>> {
    let products: Vec<Product> =
        class.products.iter().filter(|product| product.rows.contains(&row.no)).cloned().collect();
    let closes = class.statements.iter().any(|id| row.statements.contains(id));
    (closes || !products.is_empty()).then_some(products)
}

impl App {
    /// The own list and the classes of 2018.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn products(&self, caller: &Caller) -> Result<Products> {
        self.allow(caller, Action::Look, "products")?;
        let (own, counts) = self.own_and_counts()?;
        let catalog = self.catalog();
        let classes = catalog
            .products
            .iter()
            .map(|class| ClassLine {
                helps: helped(&class.statements, &catalog, &counts),
                class: class.clone(),
            })
            .collect();
        Ok(Products { own: own.into_iter().map(|record| line(record, &catalog, &counts)).collect(), classes })
    }

    /// What can help with a checklist row: own products first.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn row_products(&self, caller: &Caller, no: u32) -> Result<RowProducts> {
        self.allow(caller, Action::Look, &format!("row/{no}"))?;
        let catalog = self.catalog();
        let row = catalog.row(no).ok_or(AppError::NotFound("row"))?;
        let (own, counts) = self.own_and_counts()?;
        let concerns = |record: &Record<OwnProduct>| {
            record.value.statements.iter().any(|id| row.statements.contains(id))
        };
        Ok(RowProducts {
            own: own.into_iter().filter(concerns).map(|record| line(record, &catalog, &counts)).collect(),
            classes: catalog
                .products
                .iter()
                .filter_map(|class| {
                    let products = helps_row(class, row)?;
                    Some(ClassFor { id: class.id.clone(), name: class.name.clone(), products })
                })
                .collect(),
        })
    }

    /// The names of products in use that are said to help with a statement.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn products_for(&self, caller: &Caller, statement: &StatementId) -> Result<Vec<String>> {
        self.allow(caller, Action::Look, &statement.0)?;
        let (own, _) = self.own_and_counts()?;
        Ok(own
            .into_iter()
            .map(|record| record.value)
            .filter(|product| product.status == Status::InUse && product.statements.contains(statement))
            .map(|product| product.name)
            .collect())
    }

    /// A product of the own list with its history.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn product(&self, caller: &Caller, id: u64) -> Result<ShownProduct> {
        self.allow(caller, Action::Look, &format!("product/{id}"))?;
        let record = self.own_product(id)?;
        let (_, counts) = self.own_and_counts()?;
        let versions = self.store.read(|read| read.record_versions(KIND, id, VERSIONS_SHOWN_MAX))?;
        Ok(ShownProduct { line: line(record, &self.catalog(), &counts), versions })
    }

    /// The own list in its order, and how every statement stands.
    fn own_and_counts(&self) -> Result<(Vec<Record<OwnProduct>>, Standings)> {
        self.settle()?;
        let (mut own, counts) = self.store.read(|read| {
            let own: Vec<Record<OwnProduct>> = read.records(KIND)?;
            Ok::<_, store::StoreError>((own, by_statement(read.statement_counts()?)))
        })?;
        own.sort_by_key(|record| {
            let place = Status::ALL.iter().position(|status| *status == record.value.status);
            (place, record.value.name.clone(), record.id)
        });
        Ok((own, counts))
    }
}

fn line(record: Record<OwnProduct>, catalog: &Catalog, counts: &Standings) -> OwnLine {
    OwnLine {
        id: record.id,
        version: record.version,
        class: catalog.products.iter().find(|own| own.id == record.value.class).map(|own| own.name.clone()),
        helps: helped(&record.value.statements, catalog, counts),
        product: record.value,
    }
}

/// Statements with how they stand; those the catalogue no longer has are left out.
fn helped(ids: &[StatementId], catalog: &Catalog, counts: &Standings) -> Vec<Helped> {
    ids.iter()
        .filter_map(|id| catalog.statement(id))
        .map(|statement| Helped {
            id: statement.id.clone(),
            text: statement.text.clone(),
            counts: counts.get(&statement.id).copied().unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_finds_the_classes_that_close_it_and_the_products_that_name_it() {
        let catalog = Catalog::embedded().unwrap();
        let check = |no: u32, class: &str, expected: Option<usize>| {
            let class = catalog.products.iter().find(|own| own.id == class).unwrap();
            let found = helps_row(class, catalog.row(no).unwrap());
            assert_eq!(found.as_ref().map(Vec::len).map(|count| count > 0), expected.map(|count| count > 0));
        };
        check(34, "take-home-pc", Some(1));
        check(34, "project-management", None);
        check(48, "attendance", Some(1));
    }
}
