//! The whole checklist: every row with its state, its decision, and what does not fit.

use std::collections::BTreeMap;

use guideline::catalog::Row;

use model::decision::Day;
use model::{Caller, Text};
use store::Version;

use super::export::{classes, scenarios};
use super::state::by_statement;
use super::{Contradiction, RowState};
use crate::{Action, App, Result};

/// A row in the list.
#[derive(Clone, Debug)]
pub struct RowLine {
    /// The row.
    pub row: Row,
    /// What the facts say.
    pub state: RowState,
    /// The newest decision, if there is one.
    pub version: Option<Version>,
    /// What does not fit.
    pub contradictions: Vec<Contradiction>,
    /// Whether a SHALL statement is in it.
    pub binds: bool,
    /// 脅威シナリオ: the scenarios of its threats.
    pub scenario: Text,
    /// 脅威分類: the classes of its threats, a line each.
    pub classes: Text,
}

impl App {
    /// All rows, by number.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn rows(&self, caller: &Caller) -> Result<Vec<RowLine>> {
        self.allow(caller, Action::Look, "checklist")?;
        self.settle()?;
        let (counts, versions) = self.store.read(|read| {
            Ok::<_, store::StoreError>((by_statement(read.statement_counts()?), read.decisions()?))
        })?;
        let mut versions: BTreeMap<u32, Version> =
            versions.into_iter().map(|version| (version.row, version)).collect();
        let standard = self.standard();
        let (catalog, profile) = (&standard.catalog, &standard.profile);
        let today = Day::of(self.now());
        Ok(catalog
            .rows
            .iter()
            .map(|row| {
                let state = RowState::of(row, catalog, profile, &counts);
                let version = versions.remove(&row.no);
                let contradictions = version
                    .as_ref()
                    .map_or_else(Vec::new, |version| Contradiction::find(&version.decision, &state, today));
                let binds = super::contradiction::binds(row, catalog, profile);
                RowLine {
                    scenario: scenarios(row, catalog),
                    classes: classes(row, catalog),
                    row: row.clone(),
                    state,
                    version,
                    contradictions,
                    binds,
                }
            })
            .collect())
    }
}
