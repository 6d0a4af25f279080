//! The register as files: what is written, and how a file that was handed in is understood.

use model::{Asset, Caller, Lang};
use paper::asset::{AssetColumn, AssetLine, AssetSheet, ImportedAsset};

use super::exchange::{Preview, ReadLine, ReadSheet};
use super::save::tidy;
use crate::sheet::{RefusedLine, SheetProblem};
use crate::{Action, App, Result};

/// The fields a sheet may have no column for, with that column.
const FIELDS: [(&str, AssetColumn); 8] = [
    ("credential", AssetColumn::Credential),
    ("personal", AssetColumn::Personal),
    ("owner", AssetColumn::Owner),
    ("secrecy", AssetColumn::Secrecy),
    ("encryption", AssetColumn::Encryption),
    ("method", AssetColumn::Method),
    ("touched_by", AssetColumn::Touched),
    ("note", AssetColumn::Note),
];

impl App {
    /// All assets as an Excel workbook.
    ///
    /// # Errors
    /// The caller may not, or the workbook cannot be made.
    pub fn assets_workbook(&self, caller: &Caller, lang: Lang) -> Result<Vec<u8>> {
        Ok(paper::asset::xlsx(&self.register(caller)?, lang)?)
    }

    /// All assets as CSV.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn assets_csv(&self, caller: &Caller, lang: Lang) -> Result<Vec<u8>> {
        Ok(paper::asset::csv(&self.register(caller)?, lang))
    }

    fn register(&self, caller: &Caller) -> Result<AssetSheet> {
        let records = self.assets_in_order(caller)?;
        let line = |record: super::Record<Asset>| AssetLine {
            number: Some(record.id),
            version: record.version,
            asset: record.value,
        };
        Ok(AssetSheet {
            company: self.company()?.name,
            as_of: self.now(),
            lines: records.into_iter().map(line).collect(),
        })
    }

    /// Reads a file (XLSX or CSV; `name` is what it is called) and shows what it would change. It waits for half an hour to
    /// be saved.
    ///
    /// # Errors
    /// [`crate::AppError::Paper`] when the file cannot be read, with why in both languages.
    pub fn preview_assets(&self, caller: &Caller, name: &str, bytes: &[u8]) -> Result<Preview> {
        self.allow(caller, Action::AssetSave, "assets")?;
        let book = paper::sheet::read(name, bytes).map_err(paper::PaperError::from)?;
        self.preview_sheet(caller, understood(paper::asset::read(&book)?))
    }
}

fn understood(read: paper::asset::ImportedAssets) -> ReadSheet {
    let missing =
        |(field, column): (&'static str, AssetColumn)| (!read.columns.contains(&column)).then_some(field);
    let absent: Vec<&'static str> = FIELDS.into_iter().filter_map(missing).collect();
    let line = |line: ImportedAsset| ReadLine {
        silent: FIELDS
            .into_iter()
            .filter(|(_, column)| line.silent.contains(column))
            .map(|(field, _)| field)
            .collect(),
        line: line.line,
        id: line.number,
        version: line.version,
        asset: tidy(line.asset),
    };
    let refused = read.refused.into_iter().map(|refused| RefusedLine {
        line: refused.line,
        problems: refused
            .problems
            .into_iter()
            .map(|cell| SheetProblem::Cell { column: cell.column, found: cell.found, why: cell.why })
            .collect(),
    });
    ReadSheet {
        ours: read.ours,
        absent,
        lines: read.lines.into_iter().map(line).collect(),
        refused: refused.collect(),
        remarks: read.remarks,
    }
}
