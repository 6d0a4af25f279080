//! Moving the assessment on to the catalogue the program came with: row by row what changed, what would come out
//! otherwise, and then every answer kept.

use std::sync::Arc;

use guideline::Catalog;
use guideline::catalog::{CatalogDifference, difference};
use guideline::profile::{Misfit, Misfits};
use model::{Caller, Text};

use crate::standard::{Shift, keep, witness};
use crate::{Action, App, Result, Standard, company, profile};

/// What moving on would change.
#[derive(Clone, Debug)]
pub struct Upgrade {
    /// The catalogue the assessment was made with.
    pub from: String,
    /// The catalogue the program came with.
    pub to: String,
    /// Its fingerprint: the visitor decides about exactly this one.
    pub fingerprint: String,
    /// Why the kept catalogue cannot be used, if so; then the program's own counts already.
    pub lost: Option<String>,
    /// The id of the profile in force.
    pub profile: String,
    /// What changed, row by row.
    pub difference: CatalogDifference,
    /// What of the company's own profile no longer fits. Moving on waits until it is mended.
    pub misfits: Misfits,
    /// Which statements would come out otherwise.
    pub shifts: Vec<Shift>,
}

fn no_profile(id: &str) -> Misfit {
    Misfit::new(
        Text::new(
            format!("使用中のプロファイル「{id}」が、新しいカタログにありません。"),
            format!("the new catalogue has no profile '{id}'"),
        ),
        Text::new(
            "会社の設定で、別のプロファイルを選んでください。",
            "choose another profile on the company page",
        ),
    )
}

impl App {
    /// The catalogue the program came with.
    #[must_use]
    pub fn latest(&self) -> Arc<Catalog> {
        Arc::clone(&self.latest)
    }

    /// Whether the program came with another catalogue than the assessment was made with, or the kept one is lost: the
    /// name of the program's own.
    #[must_use]
    pub fn upgrade_waits(&self) -> Option<String> {
        let standard = self.standard();
        let same = Arc::ptr_eq(&standard.base, &self.latest)
            || standard.base.files().fingerprint() == self.latest.files().fingerprint();
        (standard.lost.is_some() || !same).then(|| self.latest.name())
    }

    /// What moving on would change; `None` when there is nothing to move on to.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn upgrade(&self, caller: &Caller) -> Result<Option<Upgrade>> {
        self.allow(caller, Action::Look, "upgrade")?;
        if self.upgrade_waits().is_none() {
            return Ok(None);
        }
        let old = self.standard();
        let company = self.company()?;
        let own = self.store.read(|read| profile::find(read, &self.latest, company.profile_id()));
        let (misfits, shifts) = match own.and_then(|own| Standard::of(Arc::clone(&self.latest), &own)) {
            Ok(new) => (Vec::new(), self.shifts(&new)?),
            Err(crate::AppError::Misfit(misfits)) => (misfits, Vec::new()),
            Err(crate::AppError::NotFound(_)) => (vec![no_profile(company.profile_id())], Vec::new()),
            Err(other) => return Err(other),
        };
        Ok(Some(Upgrade {
            lost: old.lost.clone(),
            profile: company.profile_id().to_owned(),
            from: old.base.name(),
            to: self.latest.name(),
            fingerprint: self.latest.files().fingerprint(),
            difference: difference(&old.base, &self.latest),
            misfits,
            shifts,
        }))
    }

    /// Moves on. Decisions, acceptances and the own profile stay; everything is judged anew.
    ///
    /// # Errors
    /// [`crate::AppError::Conflict`] when it is no longer the catalogue that was looked at;
    /// [`crate::AppError::Misfit`] when the own profile does not fit.
    pub fn move_on(&self, caller: &Caller, fingerprint: &str) -> Result<()> {
        self.allow(caller, Action::CatalogueMove, fingerprint)?;
        if self.latest.files().fingerprint() != fingerprint {
            return Err(crate::AppError::Conflict);
        }
        // A second click on the button: it is done already.
        if self.upgrade_waits().is_none() {
            return Ok(());
        }
        let company = self.company()?;
        let own = self.store.read(|read| profile::find(read, &self.latest, company.profile_id()))?;
        Standard::of(Arc::clone(&self.latest), &own)?;
        let from = self.standard().base.name();
        let now = self.now();
        let detail = format!("{} from {from} to {}", witness(&self.latest), self.latest.name());
        self.store.change(
            &self.act(caller, Action::CatalogueMove, &self.latest.name(), &detail),
            |change| {
                // Company and profile may have changed in the meantime.
                let company = company::load(change)?.unwrap_or_default();
                let own = profile::find(change, &self.latest, company.profile_id())?;
                self.latest.tailored(&own).map_err(crate::AppError::Misfit)?;
                keep(change, &self.latest, now)
            },
        )?;
        self.take_standard()
    }
}
