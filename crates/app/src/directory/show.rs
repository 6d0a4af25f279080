//! The register of directories, and the page of one: how its password stands, its runs, what changed.

use model::{At, Caller};
use store::{CollectionRun, Record};

use super::{Differences, Directory, KIND, run, source};
use crate::{Action, App, Result};

/// The most runs shown.
const RUNS_SHOWN: u32 = 30;

/// How the password of a directory stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// There is none.
    None,
    /// It is kept, since then, by whom.
    Kept(At, String),
    /// It was refused, and is not tried again.
    Refused,
    /// It cannot be opened: the key's file is gone, or another.
    Lost,
}

impl Password {
    /// The last part of its locale key.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Password::None => "none",
            Password::Kept(..) => "kept",
            Password::Refused => "refused",
            Password::Lost => "lost",
        }
    }

    /// Whether somebody has to enter it.
    #[must_use]
    pub fn wanted(&self) -> bool {
        !matches!(self, Password::Kept(..))
    }
}

/// A directory of the register.
#[derive(Clone, Debug)]
pub struct Listed {
    /// It.
    pub record: Record<Directory>,
    /// How its password stands.
    pub password: Password,
    /// The last run.
    pub last: Option<CollectionRun>,
    /// The domain it turned out to be.
    pub domain: Option<String>,
    /// When it is read next by itself; never while its password is wanted.
    pub next_at: Option<At>,
}

/// A run with what changed.
#[derive(Clone, Debug)]
pub struct ShownRun {
    /// The run.
    pub run: CollectionRun,
    /// What changed since the run before it.
    pub differences: Differences,
}

/// The page of one.
#[derive(Clone, Debug)]
pub struct Shown {
    /// It.
    pub listed: Listed,
    /// Its runs, the newest first.
    pub runs: Vec<ShownRun>,
}

impl App {
    /// The register.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn directories(&self, caller: &Caller) -> Result<Vec<Listed>> {
        self.allow(caller, Action::Look, KIND)?;
        let records = self.store.read(|read| read.records::<Directory>(KIND))?;
        records.into_iter().map(|record| self.listed_directory(record)).collect()
    }

    /// One of the register.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`].
    pub fn shown_directory(&self, caller: &Caller, id: u64) -> Result<Shown> {
        let name = source(id);
        self.allow(caller, Action::Look, &name)?;
        let listed = self.listed_directory(self.directory(id)?)?;
        let runs = self.store.read(|read| read.collection_runs(&name, RUNS_SHOWN))?;
        let runs =
            runs.into_iter().map(|own| ShownRun { differences: run::changes(&own), run: own }).collect();
        Ok(Shown { listed, runs })
    }

    fn listed_directory(&self, record: Record<Directory>) -> Result<Listed> {
        let name = source(record.id);
        let (secret, last, brought) = self.store.read(|read| {
            let last = read.collection_runs(&name, 1)?.into_iter().next();
            Ok::<_, store::StoreError>((read.secret(&name)?, last, read.last_collection(&name)?))
        })?;
        let password = match secret {
            None => Password::None,
            Some(secret) if run::refused(last.as_ref(), &secret) => Password::Refused,
            Some(secret) if self.sealing.open(&name, &secret.sealed).is_err() => Password::Lost,
            Some(secret) => Password::Kept(secret.set_at, secret.set_by),
        };
        let next_at = if password.wanted() { None } else { record.value.schedule.next_due(self.now()) };
        Ok(Listed { password, last, domain: brought.and_then(|run| run.subject), next_at, record })
    }
}
