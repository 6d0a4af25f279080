//! What two profiles, or two versions of one, do differently.

use guideline::profile::{self, Difference};
use guideline::{Catalog, Profile};
use model::Caller;
use store::Read;

use super::{KIND, find, named, number};
use crate::{Action, App, AppError, Result};

/// How far back a version is looked for.
const VERSIONS_MAX: u32 = 1_000;

/// The differences of two profiles.
#[derive(Clone, Debug)]
pub struct ShownDifference {
    /// The first profile's id and name.
    pub from: (String, model::Text),
    /// The second's.
    pub to: (String, model::Text),
    /// What differs, by place.
    pub differences: Vec<Difference>,
}

impl App {
    /// What the second profile does otherwise than the first. An own one may be named with a version: `own-1@2`.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when one of them is not there.
    pub fn profile_difference(&self, caller: &Caller, from: &str, to: &str) -> Result<ShownDifference> {
        self.allow(caller, Action::Look, &format!("{from} {to}"))?;
        let base = std::sync::Arc::clone(&self.standard().base);
        let (a, b) = self
            .store
            .read(|read| Ok::<_, AppError>((version(read, &base, from)?, version(read, &base, to)?)))?;
        Ok(ShownDifference {
            differences: profile::difference(&base, &a, &b),
            from: (from.to_owned(), a.name),
            to: (to.to_owned(), b.name),
        })
    }
}

/// A profile by its id, or a former version of an own one.
fn version(read: &Read<'_>, base: &Catalog, id: &str) -> Result<Profile> {
    let Some((own, wanted)) = id.split_once('@') else { return find(read, base, id) };
    let (Some(number), Ok(wanted)) = (number(own), wanted.parse::<u32>()) else {
        return Err(AppError::NotFound("profile"));
    };
    let versions = read.record_versions::<Profile>(KIND, number, VERSIONS_MAX)?;
    let found = versions.into_iter().find(|record| record.version == wanted);
    found.map(|record| named(record).value).ok_or(AppError::NotFound("profile"))
}
