//! All profiles, and one with everything it changes.

use guideline::Profile;
use guideline::profile::Misfits;
use model::{At, Caller};

use super::{KIND, find, named, own};
use crate::standard::Shift;
use crate::{Action, App, Result, Standard};

/// The most former versions counted.
const VERSIONS_SHOWN_MAX: u32 = 50;

/// A profile in the list.
#[derive(Clone, Debug)]
pub struct ProfileLine {
    /// The profile itself: of an own one what it changes on its base.
    pub profile: Profile,
    /// Whether the company is judged by it.
    pub in_force: bool,
    /// Of an own one: version, when and by whom it was last changed.
    pub own: Option<(u32, At, String)>,
}

impl ProfileLine {
    /// How many things it changes.
    #[must_use]
    pub fn changes(&self) -> usize {
        let profile = &self.profile;
        profile.excludes.len()
            + profile.includes.len()
            + profile.sets.len()
            + profile.levels.len()
            + profile.statements.len()
            + profile.threats.len()
            + profile.rows.len()
            + profile.row_changes.len()
    }
}

/// A profile with everything about it.
#[derive(Clone, Debug)]
pub struct ShownProfile {
    /// The profile.
    pub line: ProfileLine,
    /// The same with everything it takes over from its base; the profile itself when it does not fit.
    pub resolved: Profile,
    /// Why it does not fit the catalogue, if it does not.
    pub misfits: Misfits,
    /// What an own one stands on, resolved.
    pub under: Profile,
    /// The versions of an own one, the newest first: version, when, by whom.
    pub versions: Vec<(u32, At, String)>,
}

impl App {
    /// All profiles: those of the catalogue first.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn profiles(&self, caller: &Caller) -> Result<Vec<ProfileLine>> {
        self.allow(caller, Action::Look, "profiles")?;
        let standard = self.standard();
        let company = self.company()?;
        let own = self.store.read(|read| read.records::<Profile>(KIND))?;
        let built_in = standard.base.profiles.iter().map(|profile| ProfileLine {
            profile: profile.clone(),
            in_force: false,
            own: None,
        });
        let own = own.into_iter().map(named).map(|record| ProfileLine {
            profile: record.value,
            in_force: false,
            own: Some((record.version, record.at, record.by)),
        });
        Ok(built_in
            .chain(own)
            .map(|line| ProfileLine { in_force: line.profile.id == company.profile_id(), ..line })
            .collect())
    }

    /// Everything about a profile.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`].
    pub fn profile(&self, caller: &Caller, id: &str) -> Result<ShownProfile> {
        self.allow(caller, Action::Look, id)?;
        let standard = self.standard();
        let company = self.company()?;
        self.store.read(|read| {
            let record = own(read, id)?;
            let versions = match &record {
                Some(record) => read.record_versions::<Profile>(KIND, record.id, VERSIONS_SHOWN_MAX)?,
                None => Vec::new(),
            };
            let profile = match &record {
                Some(record) => record.value.clone(),
                None => standard.base.profile(id).cloned().ok_or(crate::AppError::NotFound("profile"))?,
            };
            let (resolved, misfits) = match standard.base.tailored(&profile) {
                Ok((_, resolved)) => (resolved, Vec::new()),
                Err(misfits) => (profile.clone(), misfits),
            };
            Ok(ShownProfile {
                under: super::under(&profile, &standard.base),
                line: ProfileLine {
                    in_force: id == company.profile_id(),
                    own: record.map(|record| (record.version, record.at, record.by)),
                    profile,
                },
                resolved,
                misfits,
                versions: versions.into_iter().map(|own| (own.version, own.at, own.by)).collect(),
            })
        })
    }

    /// What verdicts would change if the company were judged by a profile.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`], or [`crate::AppError::Misfit`].
    pub fn profile_shifts(&self, caller: &Caller, id: &str) -> Result<Vec<Shift>> {
        self.allow(caller, Action::Look, id)?;
        let base = std::sync::Arc::clone(&self.standard().base);
        let profile = self.store.read(|read| find(read, &base, id))?;
        self.shifts(&Standard::of(base, &profile)?)
    }

    /// Judges the company by another profile from now on.
    ///
    /// # Errors
    /// As [`App::save_company`], or [`crate::AppError::Misfit`].
    pub fn use_profile(&self, caller: &Caller, id: &str) -> Result<()> {
        self.allow(caller, Action::CompanySave, id)?;
        let base = std::sync::Arc::clone(&self.standard().base);
        let profile = self.store.read(|read| find(read, &base, id))?;
        Standard::of(base, &profile)?;
        let company = self.company()?;
        self.save_company(caller, &crate::company::Company { profile: id.to_owned(), ..company })
    }
}
