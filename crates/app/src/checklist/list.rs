//! The whole checklist: every row with its state, its decision, and what does not fit.

use std::collections::BTreeMap;

use guideline::catalog::Row;

use model::decision::Day;
use model::{Caller, Text};
use store::Version;

use super::contradiction::{binds, failing};
use super::export::{classes, scenarios};
use super::state::by_statement;
use super::{Contradiction, Hole, RowState};
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
    /// What its decision lacks.
    pub holes: Vec<Hole>,
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
        let standard = self.standard();
        let (catalog, profile) = (&standard.catalog, &standard.profile);
        let (counts, versions, mut now_failing, inventory) = self.store.read(|read| {
            let versions = read.decisions()?;
            let mut now_failing = BTreeMap::new();
            // Only an acceptance that noted what failed is held against what fails now.
            for version in versions.iter().filter(|version| version.decision.basis.is_some()) {
                if let Some(row) = catalog.row(version.row) {
                    now_failing.insert(version.row, failing(read, row, usize::MAX)?);
                }
            }
            let inventory = !read.records::<serde::de::IgnoredAny>("asset")?.is_empty();
            let counts = by_statement(read.statement_counts()?);
            Ok::<_, store::StoreError>((counts, versions, now_failing, inventory))
        })?;
        let mut versions: BTreeMap<u32, Version> =
            versions.into_iter().map(|version| (version.row, version)).collect();
        let today = Day::of(self.now());
        Ok(catalog
            .rows
            .iter()
            .map(|row| {
                let state = RowState::of(row, catalog, profile, &counts);
                let version = versions.remove(&row.no);
                let binds = binds(row, catalog, profile);
                let now_failing = now_failing.remove(&row.no).unwrap_or_default();
                let decision = version.as_ref().map(|version| &version.decision);
                let contradictions = decision.map_or_else(Vec::new, |decision| {
                    Contradiction::find(decision, &state, &now_failing, today)
                });
                let holes = decision.map_or_else(Vec::new, |decision| Hole::find(decision, binds, inventory));
                RowLine {
                    scenario: scenarios(row, catalog),
                    classes: classes(row, catalog),
                    row: row.clone(),
                    state,
                    version,
                    contradictions,
                    holes,
                    binds,
                }
            })
            .collect())
    }
}
