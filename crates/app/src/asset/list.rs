//! All assets, with what is missing in each.

use std::collections::BTreeSet;

use model::{Asset, Caller, StatementId, Subject};
use store::Record;

use super::gap::{DISK_STATEMENT, Known};
use super::{Gap, KIND};
use crate::{Action, App, Result};

/// An asset in the list.
#[derive(Clone, Debug)]
pub struct AssetLine {
    /// Its newest version.
    pub record: Record<Asset>,
    /// What is missing or does not fit.
    pub gaps: Vec<Gap>,
}

impl App {
    /// All assets with their gaps, by system, then part, then name.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn assets(&self, caller: &Caller) -> Result<Vec<AssetLine>> {
        self.allow(caller, Action::Look, "assets")?;
        self.settle()?;
        let (records, known) = self.known_assets()?;
        let mut lines: Vec<AssetLine> = records
            .into_iter()
            .map(|record| AssetLine { gaps: known.gaps(record.id, &record.value), record })
            .collect();
        lines.sort_by(|a, b| place(&a.record).cmp(&place(&b.record)));
        Ok(lines)
    }

    /// The assets a subject touches.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn assets_touched_by(&self, caller: &Caller, subject: &Subject) -> Result<Vec<AssetLine>> {
        let mut lines = self.assets(caller)?;
        lines.retain(|line| line.record.value.touched_by.contains(subject));
        Ok(lines)
    }

    /// The names of assets by number, also of those that are gone.
    pub(crate) fn asset_names(&self, ids: &BTreeSet<u64>) -> Result<Vec<(u64, String)>> {
        Ok(self.store.read(|read| {
            let records = ids.iter().map(|id| read.record::<Asset>(KIND, *id));
            let records = records.collect::<store::Result<Vec<_>>>()?;
            let names = records.into_iter().flatten().map(|record| (record.id, record.value.name));
            Ok::<_, store::StoreError>(names.collect())
        })?)
    }

    /// Every asset that is there, and what gaps are found against.
    pub(crate) fn known_assets(&self) -> Result<(Vec<Record<Asset>>, Known)> {
        let asked = self.standard().profile.exclusion(&StatementId(DISK_STATEMENT.to_owned())).is_none();
        Ok(self.store.read(|read| {
            let records = read.records::<Asset>(KIND)?;
            let known = Known::load(read, &records, asked)?;
            Ok::<_, store::StoreError>((records, known))
        })?)
    }
}

/// Where an asset stands in the list.
pub(crate) fn place(record: &Record<Asset>) -> (&str, model::asset::AssetPart, &str, u64) {
    (&record.value.system, record.value.part, &record.value.name, record.id)
}
