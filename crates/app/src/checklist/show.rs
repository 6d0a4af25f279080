//! One row's page: the policy, the threat, the live verdicts, our evaluation and its history.

use guideline::catalog::{Policy, Row, Statement};
use model::decision::{Day, Decision};
use model::verdict::Counts;
use model::{Asset, Caller, Level, Text, Verdict};
use store::{Read, StoreError, Version};

use super::contradiction::{binds, failing};
use super::state::{by_statement, sentence};
use super::{Contradiction, Hole, RowState};
use crate::risk::{self, Reckoning};
use crate::statement::VERDICTS_SHOWN_MAX;
use crate::{Action, App, AppError, Result};

/// The most former versions shown.
const VERSIONS_SHOWN_MAX: u32 = 50;

/// A row with everything about it.
#[derive(Clone, Debug)]
pub struct ShownRow {
    /// The row.
    pub row: Row,
    /// What the facts say.
    pub state: RowState,
    /// Its statements with their verdicts.
    pub statements: Vec<ShownStatement>,
    /// The decision in force; the empty one when nothing was decided.
    pub decision: Decision,
    /// Its version; 0 when nothing was decided.
    pub version: u32,
    /// All versions, the newest first.
    pub versions: Vec<Version>,
    /// What the facts say about 現状, to start from.
    pub proposed_state: Text,
    /// What does not fit.
    pub contradictions: Vec<Contradiction>,
    /// What the decision lacks.
    pub holes: Vec<Hole>,
    /// The assets there are, by system and number; one the decision names that is gone is among them.
    pub assets: Vec<AssetLine>,
    /// How far the measure is in force, 0 to 1.
    pub share: f64,
    /// What the expected loss comes to; absent when none is given.
    pub reckoning: Option<Reckoning>,
    /// Whether a SHALL statement is in it.
    pub binds: bool,
    /// The numbers of the rows before and after it.
    pub neighbours: (Option<u32>, Option<u32>),
}

/// An information asset to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLine {
    /// Its number.
    pub id: u64,
    /// What it is, or was.
    pub asset: Asset,
    /// Whether it is no longer there.
    pub gone: bool,
}

/// The assets there are, and those the decision names that are gone; by system and number.
fn assets(read: &Read<'_>, decision: &Decision) -> std::result::Result<Vec<AssetLine>, StoreError> {
    let mut lines: Vec<AssetLine> = read
        .records::<Asset>("asset")?
        .into_iter()
        .map(|record| AssetLine { id: record.id, asset: record.value, gone: false })
        .collect();
    for id in &decision.assets {
        if lines.iter().all(|line| line.id != *id)
            && let Some(record) = read.record::<Asset>("asset", *id)?
        {
            lines.push(AssetLine { id: record.id, asset: record.value, gone: record.gone });
        }
    }
    lines.sort_by(|a, b| (&a.asset.system, a.id).cmp(&(&b.asset.system, b.id)));
    Ok(lines)
}

/// A statement of a row with its verdicts.
#[derive(Clone, Debug)]
pub struct ShownStatement {
    /// The policy.
    pub policy: Policy,
    /// The statement.
    pub statement: Statement,
    /// How binding it is under the profile in force.
    pub level: Level,
    /// How the subjects stand.
    pub counts: Counts,
    /// The worst verdicts first.
    pub verdicts: Vec<Verdict>,
    /// Why the profile in force leaves it out, if it does.
    pub excluded: Option<Text>,
}

impl App {
    /// Everything about a row.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn row(&self, caller: &Caller, no: u32) -> Result<ShownRow> {
        self.allow(caller, Action::Look, &format!("row/{no}"))?;
        let standard = self.standard();
        let (catalog, profile) = (&standard.catalog, &standard.profile);
        let row = catalog.row(no).ok_or(AppError::NotFound("row"))?.clone();
        self.settle()?;
        let (counts, versions, statements, assets, now_failing) = self.store.read(|read| {
            let counts = by_statement(read.statement_counts()?);
            let versions = read.decision_versions(no, VERSIONS_SHOWN_MAX)?;
            let mut statements = Vec::new();
            for id in &row.statements {
                let (Some(policy), Some(statement)) = (catalog.policy_of(id), catalog.statement(id)) else {
                    continue;
                };
                statements.push(ShownStatement {
                    policy: policy.clone(),
                    statement: statement.clone(),
                    counts: counts.get(id).copied().unwrap_or_default(),
                    verdicts: read.verdicts_of_statement(id, VERDICTS_SHOWN_MAX)?,
                    level: profile.level(statement),
                    excluded: profile.exclusion(id).cloned(),
                });
            }
            let empty = Decision::default();
            let decision = versions.first().map_or(&empty, |version| &version.decision);
            let assets = assets(read, decision)?;
            let now_failing =
                if decision.basis.is_some() { failing(read, &row, usize::MAX)? } else { Vec::new() };
            Ok::<_, StoreError>((counts, versions, statements, assets, now_failing))
        })?;
        let state = RowState::of(&row, catalog, profile, &counts);
        let verdicts: Vec<&Verdict> = statements.iter().flat_map(|shown| &shown.verdicts).collect();
        let left_out: Vec<&model::StatementId> = statements
            .iter()
            .filter(|shown| shown.excluded.is_some())
            .map(|shown| &shown.statement.id)
            .collect();
        let proposed_state = sentence(&verdicts, &left_out, catalog);
        let newest = versions.first();
        let decision = newest.map(|version| version.decision.clone()).unwrap_or_default();
        let contradictions = newest.map_or_else(Vec::new, |version| {
            Contradiction::find(&version.decision, &state, &now_failing, Day::of(self.now()))
        });
        let binds = binds(&row, catalog, profile);
        let inventory = assets.iter().any(|line| !line.gone);
        let holes = newest.map_or_else(Vec::new, |version| Hole::find(&version.decision, binds, inventory));
        let at = catalog.rows.iter().position(|candidate| candidate.no == no);
        let number = |position: Option<usize>| Some(catalog.rows.get(position?)?.no);
        Ok(ShownRow {
            version: newest.map_or(0, |version| version.version),
            share: risk::share(&state, decision.choice),
            reckoning: risk::reckon(no, &decision, &state),
            assets,
            holes,
            binds,
            neighbours: (number(at.and_then(|at| at.checked_sub(1))), number(at.map(|at| at + 1))),
            row,
            state,
            statements,
            decision,
            versions,
            proposed_state,
            contradictions,
        })
    }
}
