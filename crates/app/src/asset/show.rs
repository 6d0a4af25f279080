//! One asset's page: what it says, what is missing, the checklist rows that name it, its history.

use model::decision::Choice;
use model::{Asset, Caller, Text};
use store::Record;

use super::{Gap, KIND};
use crate::{Action, App, AppError, Result};

/// The most former versions shown.
const VERSIONS_SHOWN_MAX: u32 = 50;

/// An asset with everything about it.
#[derive(Clone, Debug)]
pub struct ShownAsset {
    /// Its newest version, also when that says it is gone.
    pub record: Record<Asset>,
    /// Its versions, the newest first.
    pub versions: Vec<Record<Asset>>,
    /// What is missing or does not fit; nothing when it is gone.
    pub gaps: Vec<Gap>,
    /// The checklist rows whose newest decision names it.
    pub rows: Vec<NamingRow>,
}

/// A checklist row that names an asset.
#[derive(Clone, Debug)]
pub struct NamingRow {
    /// The row's number.
    pub no: u32,
    /// What the row is about; empty when the catalogue no longer has it.
    pub item: Text,
    /// What was decided.
    pub choice: Choice,
}

impl App {
    /// Everything about an asset.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn asset(&self, caller: &Caller, id: u64) -> Result<ShownAsset> {
        self.allow(caller, Action::Look, &format!("asset/{id}"))?;
        self.settle()?;
        let (versions, decisions) = self.store.read(|read| {
            let versions = read.record_versions::<Asset>(KIND, id, VERSIONS_SHOWN_MAX)?;
            Ok::<_, store::StoreError>((versions, read.decisions()?))
        })?;
        let record = versions.first().cloned().ok_or(AppError::NotFound("asset"))?;
        let (_, known) = self.known_assets(|asset| *asset == record.value)?;
        let gaps = if record.gone { Vec::new() } else { known.gaps(id, &record.value) };
        let catalog = self.catalog();
        let rows = decisions
            .into_iter()
            .filter(|version| version.decision.assets.contains(&id))
            .map(|version| NamingRow {
                no: version.row,
                item: catalog.row(version.row).map(|row| row.item.clone()).unwrap_or_default(),
                choice: version.decision.choice,
            })
            .collect();
        Ok(ShownAsset { record, versions, gaps, rows })
    }
}
