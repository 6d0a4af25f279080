//! Tailoring (section 4.5): the company's own profiles, each a delta on a built-in one.
//!
//! Every edit is a new version of the record; the profile in force judges everything anew.

use guideline::{Catalog, Profile};
use model::At;
use store::{Read, Record};

mod apply;
mod check;
mod difference;
mod edit;
mod exchange;
mod list;
mod number;

pub use check::{Trial, TrialForm};
pub use difference::ShownDifference;
pub use edit::{Edit, OwnRowForm, OwnStatementForm, OwnThreatForm, TailorForm};
pub use exchange::Format;
pub use list::{ProfileLine, ShownProfile};

use crate::{App, AppError, Result};

/// The kind of record a profile is.
const KIND: &str = "profile";
/// What the ids of own profiles begin with; the record's number follows.
const OWN: &str = "own-";

/// The number of an own profile's record.
fn number(id: &str) -> Option<u64> {
    id.strip_prefix(OWN)?.parse().ok()
}

/// A stored profile with the id people and the company's settings know it by.
fn named(record: Record<Profile>) -> Record<Profile> {
    let id = format!("{OWN}{}", record.id);
    Record { value: Profile { id, ..record.value }, ..record }
}

/// An own profile's newest version, if it is still there.
fn own(read: &Read<'_>, id: &str) -> Result<Option<Record<Profile>>> {
    let Some(number) = number(id) else { return Ok(None) };
    let record = read.record::<Profile>(KIND, number)?;
    Ok(record.filter(|record| !record.gone).map(named))
}

/// A profile by its id: an own one, or one of the catalogue's.
pub(crate) fn find(read: &Read<'_>, base: &Catalog, id: &str) -> Result<Profile> {
    if let Some(record) = own(read, id)? {
        return Ok(record.value);
    }
    base.profile(id).cloned().ok_or(AppError::NotFound("profile"))
}

/// What an own profile stands on, with everything that in turn takes over; of one that stands on nothing, the
/// guideline as printed.
pub(crate) fn under(profile: &Profile, base: &Catalog) -> Profile {
    let parent = profile.base.as_deref().and_then(|id| base.profile(id));
    parent.map(|parent| parent.resolved(base).unwrap_or_else(|_| parent.clone())).unwrap_or_default()
}

/// When a profile was last changed, for documents that say so.
fn changed_at(read: &Read<'_>, base: &Catalog, id: &str) -> Result<At> {
    Ok(own(read, id)?.map_or(base.about.updated_at, |record| record.at))
}

impl App {
    /// The ids of all profiles the company can be judged by.
    ///
    /// # Errors
    /// The database.
    pub fn profile_ids(&self) -> Result<Vec<String>> {
        let standard = self.standard();
        let own = self.store.read(|read| read.records::<Profile>(KIND))?;
        let built_in = standard.base.profiles.iter().map(|profile| profile.id.clone());
        Ok(built_in.chain(own.into_iter().map(|record| named(record).value.id)).collect())
    }
}
