//! The staff register (社員名簿): who works here, since when, on leave until when, and the last day when it is known.
//!
//! A person is a subject; what the register says is its section `employment`, stated as a record like anything else a
//! person states. How somebody stands is reckoned from the dates ([`standing`]) and stated anew when a date passes, so
//! that checks read it right on the day after. Knows nothing of what has to be done when somebody leaves (`leaving`).

mod directory;
mod exchange;
mod list;
mod save;
mod sheet;
mod show;
mod standing;

pub use directory::{DirectoryOffer, DirectoryPeople, Filling, Taken};
pub use exchange::{Applied, ChangedLine, NewLine, Preview, Sheet};
pub use list::Listed;
pub(crate) use list::everybody;
pub use save::{FieldChange, PersonForm, difference};
pub use show::{Past, ShownPerson};
pub(crate) use standing::passing_of_time;
pub use standing::{standing, word};

/// The section of a person that is the register.
pub(crate) const SECTION: &str = "employment";
/// The most people kept.
pub(crate) const PEOPLE_MAX: usize = 10_000;
