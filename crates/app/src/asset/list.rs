//! All assets, with what is missing in each.

use std::collections::BTreeSet;

use model::{Asset, Caller, StatementId, Subject, SubjectKind};
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
        self.asset_lines(|_| true)
    }

    /// The lines of some assets.
    fn asset_lines(&self, of: impl Fn(&Asset) -> bool) -> Result<Vec<AssetLine>> {
        let (records, known) = self.known_assets(&of)?;
        let mut lines: Vec<AssetLine> = records
            .into_iter()
            .filter(|record| of(&record.value))
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
        self.allow(caller, Action::Look, "assets")?;
        // How their disks stand is a matter of PCs; the page of one need not wait for everything else.
        self.settle_kind(SubjectKind::Device)?;
        self.asset_lines(|asset| asset.touched_by.contains(subject))
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

    /// Every asset that is there, and what gaps of some of them are found against.
    pub(crate) fn known_assets(&self, of: impl Fn(&Asset) -> bool) -> Result<(Vec<Record<Asset>>, Known)> {
        let asked = self.standard().profile.exclusion(&StatementId(DISK_STATEMENT.to_owned())).is_none();
        Ok(self.store.read(|read| {
            let records = read.records::<Asset>(KIND)?;
            let known = Known::load(read, &records, of, asked)?;
            Ok::<_, store::StoreError>((records, known))
        })?)
    }
}

/// Where an asset stands in the list.
pub(crate) fn place(record: &Record<Asset>) -> (&str, model::asset::AssetPart, &str, u64) {
    (&record.value.system, record.value.part, &record.value.name, record.id)
}
