//! Entering a whole system at once: rows from a template, each changed or left out as it fits, saved in one change.

use std::collections::HashSet;

use model::{Asset, Caller};
use store::Entry;

use super::save::{AssetForm, Subjects};
use super::template::Template;
use super::{KIND, Record};
use crate::error::{Findings, Invalid};
use crate::{Action, App, Result};

/// The most rows of the form: with nine fields each they fit the limit of a form.
pub const ROWS_MAX: usize = 36;

/// The form of a system, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemForm {
    /// The system's name.
    pub system: String,
    /// Who answers for all of it.
    pub owner: String,
    /// What touches all of it, as in [`AssetForm::touched_by`].
    pub touched_by: String,
    /// The rows, at most [`ROWS_MAX`].
    pub rows: Vec<SystemRow>,
}

/// A row of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemRow {
    /// Whether it applies. A row without a name that does not come from a template is an empty line.
    pub keep: bool,
    /// Whether it is an empty line to be filled: it counts once it has a name.
    pub spare: bool,
    /// The asset; system, owner and what touches it are the whole form's.
    pub asset: AssetForm,
}

impl SystemRow {
    fn counts(&self) -> bool {
        if self.spare { !self.asset.name.trim().is_empty() } else { self.keep }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// How many assets are new.
    pub added: usize,
    /// How many were there already and stay as they are.
    pub known: usize,
}

impl SystemForm {
    /// The form a template starts with, and some empty lines.
    #[must_use]
    pub fn of(template: &Template, system: &str, lang: model::Lang) -> Self {
        let system = if system.trim().is_empty() { template.system.get(lang) } else { system.trim() };
        let row = |row: &super::TemplateRow| SystemRow {
            keep: true,
            spare: false,
            asset: AssetForm {
                part: row.part.name().to_owned(),
                name: row.name.get(lang).to_owned(),
                credential: row.credential,
                personal: row.personal,
                secrecy: row.secrecy.name().to_owned(),
                encryption: row.encryption.name().to_owned(),
                ..AssetForm::default()
            },
        };
        let spare = model::asset::AssetPart::ALL.map(|part| SystemRow {
            keep: false,
            spare: true,
            asset: AssetForm {
                part: part.name().to_owned(),
                encryption: model::asset::Encryption::Undecided.name().to_owned(),
                ..AssetForm::default()
            },
        });
        let rows = template.rows.iter().map(row).chain(spare).take(ROWS_MAX).collect();
        Self { system: system.to_owned(), rows, ..Self::default() }
    }
}

impl App {
    /// For each row of a form the number of the asset that is the same thing, if it is there already.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn assets_standing(&self, caller: &Caller, form: &SystemForm) -> Result<Vec<Option<u64>>> {
        self.allow(caller, Action::Look, "assets")?;
        let records = self.store.read(|read| read.records::<Asset>(KIND))?;
        Ok(form
            .rows
            .iter()
            .map(|row| {
                let part = model::asset::AssetPart::from_name(&row.asset.part)?;
                let name = row.asset.name.trim();
                let asset = Asset::new(form.system.trim(), part, name);
                if name.is_empty() { None } else { standing(&records, &asset) }
            })
            .collect())
    }

    /// Saves a system: what is new in one change; what is there already stays as it is.
    ///
    /// # Errors
    /// [`crate::AppError::Invalid`] with every field at fault, a row's as `r3_name`; [`crate::AppError::Conflict`] when
    /// somebody entered the same in the meantime.
    pub fn save_system(&self, caller: &Caller, form: &SystemForm) -> Result<Added> {
        self.allow(caller, Action::AssetSave, "assets")?;
        let (records, subjects) = self.store.read(|read| {
            Ok::<_, store::StoreError>((read.records::<Asset>(KIND)?, Subjects::load(read, None)?))
        })?;
        let mut findings = Findings::default();
        // What holds for all rows is looked at once, so that its mistakes stand beside its own fields.
        let whole = AssetForm {
            system: form.system.clone(),
            name: "-".into(),
            part: model::asset::AssetPart::Data.name().to_owned(),
            encryption: model::asset::Encryption::Undecided.name().to_owned(),
            owner: form.owner.clone(),
            touched_by: form.touched_by.clone(),
            ..AssetForm::default()
        }
        .read(&mut findings, "", &subjects);
        let (mut fresh, mut known, mut seen) = (Vec::new(), 0, HashSet::new());
        for (at, row) in form.rows.iter().take(ROWS_MAX).enumerate().filter(|(_, row)| row.counts()) {
            let start = format!("r{at}_");
            let typed = AssetForm { system: "-".into(), ..row.asset.clone() };
            let asset = Asset {
                system: whole.system.clone(),
                owner: whole.owner.clone(),
                touched_by: whole.touched_by.clone(),
                ..typed.read(&mut findings, &start, &subjects)
            };
            if !seen.insert(asset.key()) {
                findings.add(Invalid::new(format!("{start}name"), "asset-twice"));
            } else if standing(&records, &asset).is_some() {
                known += 1;
            } else {
                fresh.push(asset);
            }
        }
        if fresh.is_empty() && known == 0 {
            findings.add(Invalid::new("rows", "asset-no-rows"));
        }
        findings.done()?;
        if fresh.is_empty() {
            return Ok(Added { added: 0, known });
        }
        let entries = fresh.iter().map(Entry::new).collect::<store::Result<Vec<Entry>>>()?;
        let words = format!("{} added: {}", fresh.len(), whole.system);
        self.write_assets(caller, "assets", &words, &entries, &fresh)?;
        Ok(Added { added: fresh.len(), known })
    }
}

/// The number of the asset that is the same thing.
fn standing(records: &[Record<Asset>], asset: &Asset) -> Option<u64> {
    records.iter().find(|record| record.value.same_thing(asset)).map(|record| record.id)
}
