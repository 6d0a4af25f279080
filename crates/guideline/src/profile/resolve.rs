//! A profile on top of the one it changes.

use model::Text;

use super::misfit::{listed, told};
use super::{Misfit, Misfits, Profile, RowChange};
use crate::catalog::Catalog;

/// How many profiles may stand on each other.
const BASES_MAX: usize = 8;

impl Profile {
    /// This profile together with the one it stands on: the base's tailoring, changed by this one's. Id, name and
    /// summary are this one's; the result stands on nothing.
    ///
    /// # Errors
    /// What does not fit the catalogue, as [`Profile::misfits`] tells it.
    pub fn resolved(&self, catalog: &Catalog) -> Result<Profile, Misfits> {
        let misfits = self.misfits(catalog);
        if misfits.is_empty() { self.merged(catalog).map_err(|misfit| vec![misfit]) } else { Err(misfits) }
    }

    /// The same without looking whether its parts fit.
    pub(super) fn merged(&self, catalog: &Catalog) -> Result<Profile, Misfit> {
        let catalog = catalog.untailored();
        let mut chain = vec![self];
        while let Some(id) = chain.last().and_then(|profile| profile.base.as_deref()) {
            let base = catalog.profile(id).ok_or_else(|| no_base(catalog, id))?;
            if chain.len() > BASES_MAX || chain.iter().any(|profile| profile.id == base.id) {
                return Err(on_itself(&base.id));
            }
            chain.push(base);
        }
        let mut resolved = Profile { base: None, ..chain.pop().cloned().unwrap_or_default() };
        for delta in chain.into_iter().rev() {
            resolved = over(resolved, delta);
        }
        Ok(resolved)
    }
}

fn no_base(catalog: &Catalog, id: &str) -> Misfit {
    let names: Vec<Text> = catalog.profiles.iter().map(|profile| told(&profile.id, &profile.name)).collect();
    let names = listed(&names);
    Misfit::new(
        Text::new(
            format!("元にするプロファイル「{id}」が、カタログにありません。"),
            format!("there is no profile '{id}' to build on"),
        ),
        Text::new(
            format!("元にするプロファイルを、次の中から選んでください:{}", names.ja),
            format!("as base, choose one of: {}", names.en),
        ),
    )
}

fn on_itself(id: &str) -> Misfit {
    Misfit::new(
        Text::new(
            format!("プロファイル「{id}」が、自分自身を元にしています。"),
            format!("profile '{id}' is built on itself"),
        ),
        Text::new(
            "別の識別名(id)を付け、カタログのプロファイルを元にしてください。",
            "give it an id of its own, and as base one of the catalogue's profiles",
        ),
    )
}

/// The base's tailoring, changed by the delta's.
fn over(base: Profile, delta: &Profile) -> Profile {
    let excludes = base.excludes.into_iter().filter(|held| {
        !delta.includes.iter().any(|include| include.statement == held.statement)
            && !delta.excludes.iter().any(|exclude| exclude.statement == held.statement)
    });
    let includes = base.includes.into_iter().filter(|held| {
        !delta.includes.iter().any(|include| include.statement == held.statement)
            && !delta.excludes.iter().any(|exclude| exclude.statement == held.statement)
    });
    let sets = base.sets.into_iter().filter(|held| {
        !delta.sets.iter().any(|set| set.statement == held.statement && set.param == held.param)
    });
    let levels = base
        .levels
        .into_iter()
        .filter(|held| !delta.levels.iter().any(|level| level.statement == held.statement));
    Profile {
        id: delta.id.clone(),
        name: delta.name.clone(),
        summary: delta.summary.clone(),
        base: None,
        excludes: excludes.chain(delta.excludes.iter().cloned()).collect(),
        includes: includes.chain(delta.includes.iter().cloned()).collect(),
        sets: sets.chain(delta.sets.iter().cloned()).collect(),
        levels: levels.chain(delta.levels.iter().cloned()).collect(),
        statements: base.statements.into_iter().chain(delta.statements.iter().cloned()).collect(),
        threats: base.threats.into_iter().chain(delta.threats.iter().cloned()).collect(),
        rows: base.rows.into_iter().chain(delta.rows.iter().cloned()).collect(),
        row_changes: row_changes(base.row_changes, &delta.row_changes),
    }
}

/// Changes of the same row come together: what the delta leaves open stays the base's.
fn row_changes(base: Vec<RowChange>, delta: &[RowChange]) -> Vec<RowChange> {
    let mut changes = base;
    for change in delta {
        match changes.iter_mut().find(|held| held.no == change.no) {
            Some(held) => {
                held.item = change.item.clone().or_else(|| held.item.take());
                held.detail = change.detail.clone().or_else(|| held.detail.take());
                held.threats = change.threats.clone().or_else(|| held.threats.take());
                for id in &change.add_statements {
                    if !held.add_statements.contains(id) {
                        held.add_statements.push(id.clone());
                    }
                }
                held.reason.clone_from(&change.reason);
            }
            None => changes.push(change.clone()),
        }
    }
    changes
}
