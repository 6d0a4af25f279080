//! Judging fact documents without a server or a database: `mimamori assess`.

use guideline::judge::Snapshot;
use guideline::{Catalog, Judge, Profile};
use model::verdict::Summary;
use model::{At, FactDocument, Verdict};
use serde::Serialize;

use crate::Result;

/// An assessment, in the form of the contract with other programs.
#[derive(Clone, Debug, Serialize)]
pub struct Assessment {
    /// The catalogue and its version.
    pub catalog: String,
    /// The profile.
    pub profile: String,
    /// When it was judged.
    pub judged_at: At,
    /// Every statement for every subject.
    pub verdicts: Vec<Verdict>,
    /// The counts.
    pub summary: Summary,
}

impl Assessment {
    /// Whether a SHALL statement fails.
    #[must_use]
    pub fn any_shall_fails(&self) -> bool {
        self.summary.shall.fail > 0
    }
}

/// Judges documents with their ids.
///
/// # Errors
/// The profile does not fit the catalogue.
pub fn assess(
    catalog: &Catalog,
    profile: &Profile,
    documents: &[(String, FactDocument)],
    now: At,
) -> Result<Assessment> {
    let judge = Judge::new(catalog, profile)?;
    let snapshot = Snapshot::of(documents.iter().map(|(id, document)| (id.as_str(), document)));
    let verdicts = judge.all(&snapshot, now);
    Ok(Assessment {
        catalog: judge.catalog().to_owned(),
        profile: judge.profile().to_owned(),
        judged_at: now,
        summary: Summary::of(&verdicts),
        verdicts,
    })
}
