//! Keeping the company's own list: every change is a version, nobody overwrites another unseen.

use std::collections::BTreeSet;

use guideline::Catalog;
use model::decision::Day;
use model::{Caller, StatementId};
use store::{Entry, Record};

use super::{KIND, OwnProduct, Status};
use crate::error::{Findings, Invalid};
use crate::yen;
use crate::{Action, App, AppError, Result};

/// The longest name, maker, price and users.
const WORDS_MAX: usize = 200;
/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// The most products on the list.
const PRODUCTS_MAX: usize = 500;

/// The form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The version the writer saw, 0 for a new product.
    pub after: u32,
    /// What it is called.
    pub name: String,
    /// Who offers it.
    pub maker: String,
    /// The class's id; empty for none.
    pub class: String,
    /// The status's name.
    pub status: String,
    /// The price in words.
    pub price: String,
    /// What it costs a year.
    pub yen_yearly: String,
    /// Who uses it.
    pub for_whom: String,
    /// The ids of the statements it helps with.
    pub statements: Vec<String>,
    /// A remark.
    pub note: String,
    /// When it was last looked over.
    pub reviewed: String,
}

impl Form {
    /// A product as a form, to fill the page.
    #[must_use]
    pub fn of(product: &OwnProduct, after: u32) -> Self {
        Self {
            after,
            name: product.name.clone(),
            maker: product.maker.clone(),
            class: product.class.clone(),
            status: product.status.name().to_owned(),
            price: product.price.clone(),
            yen_yearly: product.yen_yearly.map(yen::typed).unwrap_or_default(),
            for_whom: product.for_whom.clone(),
            statements: product.statements.iter().map(|id| id.0.clone()).collect(),
            note: product.note.clone(),
            reviewed: product.reviewed.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// What was typed as a product.
    fn read(&self, findings: &mut Findings, catalog: &Catalog, today: Day) -> OwnProduct {
        let status = Status::from_name(&self.status).unwrap_or_else(|| {
            findings.add(Invalid::new("status", "unknown-choice"));
            Status::InUse
        });
        if !self.class.is_empty() && !catalog.products.iter().any(|class| class.id == self.class) {
            findings.add(Invalid::new("class", "unknown-choice"));
        }
        let statements: BTreeSet<StatementId> = self.statements.iter().cloned().map(StatementId).collect();
        if statements.iter().any(|id| catalog.statement(id).is_none()) {
            findings.add(Invalid::new("statements", "unknown-choice"));
        }
        let yen_yearly = yen::read(&self.yen_yearly).unwrap_or_else(|problem| {
            findings.add(Invalid::new("yen_yearly", problem));
            None
        });
        let reviewed = match self.reviewed.trim() {
            "" => None,
            day => day.parse::<Day>().ok().or_else(|| {
                findings.add(Invalid::new("reviewed", "not-a-day"));
                None
            }),
        };
        if reviewed.is_some_and(|day| day > today) {
            findings.add(Invalid::new("reviewed", "day-ahead"));
        }
        OwnProduct {
            name: findings.text("name", &self.name, WORDS_MAX),
            maker: findings.optional("maker", &self.maker, WORDS_MAX),
            class: self.class.clone(),
            status,
            price: findings.optional("price", &self.price, WORDS_MAX),
            yen_yearly,
            for_whom: findings.optional("for_whom", &self.for_whom, WORDS_MAX),
            statements: statements.into_iter().collect(),
            note: findings.optional("note", &self.note, NOTE_MAX),
            reviewed,
        }
    }
}

impl App {
    /// Adds a product to the company's list, or changes one; gives its number.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime;
    /// [`AppError::NotFound`].
    pub fn save_product(&self, caller: &Caller, id: Option<u64>, form: &Form) -> Result<u64> {
        let object = id.map_or_else(|| "product".to_owned(), |id| format!("product/{id}"));
        self.allow(caller, Action::ProductSave, &object)?;
        let now = self.now();
        let mut findings = Findings::default();
        let product = form.read(&mut findings, &self.catalog(), Day::of(now));
        match id {
            Some(id) => _ = self.own_product(id)?,
            None => {
                let kept: Vec<Record<OwnProduct>> = self.store.read(|read| read.records(KIND))?;
                if kept.len() >= PRODUCTS_MAX {
                    findings.add(Invalid::new("name", "list-full").with(PRODUCTS_MAX));
                }
            }
        }
        findings.done()?;
        let entries = [match id {
            Some(id) => Entry::next(id, form.after, &product)?,
            None => Entry::new(&product)?,
        }];
        let detail =
            format!("{} {} {}", store::record::witness(KIND, &entries), product.status.name(), product.name);
        let written =
            self.store.change(&self.act(caller, Action::ProductSave, &object, &detail), |change| {
                change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
            })?;
        Ok(written.first().map_or(0, |(id, _)| *id))
    }

    /// Takes a product off the list; its versions stay on record.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn remove_product(&self, caller: &Caller, id: u64, after: u32) -> Result<()> {
        let object = format!("product/{id}");
        self.allow(caller, Action::ProductSave, &object)?;
        let record = self.own_product(id)?;
        let entries = [Entry::next(id, after, &record.value)?.gone()];
        let detail = format!("{} removed {}", store::record::witness(KIND, &entries), record.value.name);
        let now = self.now();
        self.store.change(&self.act(caller, Action::ProductSave, &object, &detail), |change| {
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    /// The newest version of a product that is still on the list.
    pub(super) fn own_product(&self, id: u64) -> Result<Record<OwnProduct>> {
        let record: Option<Record<OwnProduct>> = self.store.read(|read| read.record(KIND, id))?;
        record.filter(|record| !record.gone).ok_or(AppError::NotFound("product"))
    }
}
