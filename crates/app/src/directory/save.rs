//! Keeping the register of directories, and their passwords sealed. A password is never given back; it has to be entered
//! again when it would go to another host or for another user.

use model::Caller;
use store::{Act, Entry, Record};

use super::entry::{Address, certificates};
use super::{DIRECTORIES_MAX, Directory, KIND, Schedule, source};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest user name.
const USER_MAX: usize = 256;
/// The longest password.
const PASSWORD_MAX: usize = 256;

/// The form, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The version the writer saw, 0 for a new one.
    pub after: u32,
    /// The address.
    pub url: String,
    /// The user.
    pub user: String,
    /// The password; empty leaves the one that is kept.
    pub password: String,
    /// Certificates in PEM; see [`super::pem_of`] for a file.
    pub ca_pem: String,
    /// Whether, when none are given, those that are kept stay.
    pub ca_keep: bool,
    /// Whether group policy is read.
    pub sysvol: bool,
    /// `off`, `daily` or `weekly`.
    pub every: String,
    /// 0 to 6, from Monday.
    pub weekday: String,
    /// 0 to 23.
    pub hour: String,
}

/// Without the password.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form").field("url", &self.url).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Form {
    /// A new one: group policy is read, every day.
    #[must_use]
    pub fn fresh() -> Self {
        Self { every: "daily".into(), hour: "5".into(), weekday: "0".into(), sysvol: true, ..Self::default() }
    }

    /// A directory as a form, to fill the page.
    #[must_use]
    pub fn of(directory: &Directory, after: u32) -> Self {
        Self {
            after,
            url: directory.url.clone(),
            user: directory.user.clone(),
            password: String::new(),
            ca_pem: String::new(),
            ca_keep: true,
            sysvol: directory.sysvol,
            every: directory.schedule.name().to_owned(),
            weekday: directory.schedule.weekday().to_string(),
            hour: directory.schedule.hour().to_string(),
        }
    }

    fn read(&self, findings: &mut Findings) -> Directory {
        let url = if self.url.trim().is_empty() {
            findings.add(Invalid::new("url", "missing"));
            String::new()
        } else {
            Address::read(&self.url).map(|address| address.url).unwrap_or_else(|problem| {
                findings.add(Invalid::new("url", problem));
                String::new()
            })
        };
        let schedule = Schedule::from_words(&self.every, &self.weekday, &self.hour).unwrap_or_else(|| {
            findings.add(Invalid::new("every", "directory-schedule"));
            Schedule::Off
        });
        let ca_pem = certificates(&self.ca_pem).unwrap_or_else(|problem| {
            findings.add(Invalid::new("ca_pem", problem));
            String::new()
        });
        if self.password.chars().count() > PASSWORD_MAX {
            findings.add(Invalid::new("password", "too-long").with(PASSWORD_MAX));
        } else if self.password.chars().any(char::is_control) {
            findings.add(Invalid::new("password", "control-character"));
        }
        Directory {
            url,
            user: findings.text("user", &self.user, USER_MAX),
            ca_pem,
            sysvol: self.sysvol,
            schedule,
        }
    }
}

impl App {
    /// Adds a directory to the register or changes one, with its password when one was entered; gives its number.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime;
    /// [`AppError::NotFound`].
    pub fn save_directory(&self, caller: &Caller, id: Option<u64>, form: &Form) -> Result<u64> {
        let object = id.map_or_else(|| KIND.to_owned(), source);
        self.allow(caller, Action::DirectorySave, &object)?;
        let mut findings = Findings::default();
        let mut directory = form.read(&mut findings);
        let own = id.map(|id| self.directory(id)).transpose()?;
        if let Some(own) = own.as_ref().filter(|_| form.ca_keep && form.ca_pem.trim().is_empty()) {
            directory.ca_pem.clone_from(&own.value.ca_pem);
        }
        self.check_directory(own.as_ref(), &directory, form, &mut findings)?;
        findings.done()?;
        let now = self.now();
        let entries = [match id {
            Some(id) => Entry::next(id, form.after, &directory)?,
            None => Entry::new(&directory)?,
        }];
        let witness = store::record::witness(KIND, &entries);
        let detail =
            format!("{witness} {} as {}, {}", directory.url, directory.user, directory.schedule.name());
        let entered = Some(&form.password).filter(|password| !password.is_empty());
        if let (Some(id), Some(password)) = (id, entered) {
            // Together: a password that is kept must never go to a host or for a user it was not entered with.
            let name = source(id);
            let sealed = self.sealing.seal(&name, password)?;
            // The records' line comes last: their versions bear the number of the newest line.
            let acts = [
                self.act(caller, Action::SecretSave, &name, "password"),
                self.act(caller, Action::DirectorySave, &object, &detail),
            ];
            self.store.change_all(&acts, |change| {
                change.put_records(KIND, &entries, &caller.name, now)?;
                change.set_secret(&name, &sealed, &caller.name, now).map_err(AppError::from)
            })?;
            return Ok(id);
        }
        let act = self.act(caller, Action::DirectorySave, &object, &detail);
        let written = self.store.change(&act, |change| {
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        let id = written.first().map_or(0, |(id, _)| *id);
        if let Some(password) = entered {
            let name = source(id);
            let sealed = self.sealing.seal(&name, password)?;
            let act = self.act(caller, Action::SecretSave, &name, "password");
            self.store.change(&act, |change| {
                change.set_secret(&name, &sealed, &caller.name, now).map_err(AppError::from)
            })?;
        }
        Ok(id)
    }

    /// What a form's fields do not tell by themselves.
    fn check_directory(
        &self,
        own: Option<&Record<Directory>>,
        directory: &Directory,
        form: &Form,
        findings: &mut Findings,
    ) -> Result<()> {
        let host = |url: &str| Address::read(url).map(|address| address.host).unwrap_or_default();
        let kept = match own {
            None => {
                if self.store.read(|read| read.records::<Directory>(KIND))?.len() >= DIRECTORIES_MAX {
                    findings.add(Invalid::new("url", "list-full").with(DIRECTORIES_MAX));
                }
                false
            }
            Some(own) => self.store.read(|read| read.secret(&source(own.id)))?.is_some(),
        };
        if !form.password.is_empty() {
            return Ok(());
        }
        let moved = own.is_some_and(|own| {
            host(&own.value.url) != host(&directory.url) || own.value.user != directory.user
        });
        if !kept {
            findings.add(Invalid::new("password", "missing"));
        } else if moved {
            findings.add(Invalid::new("password", "directory-password-again"));
        }
        Ok(())
    }

    /// Deletes the password of a directory; it is read no more until one is entered.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub fn drop_directory_password(&self, caller: &Caller, id: u64) -> Result<()> {
        let name = source(id);
        self.allow(caller, Action::SecretDrop, &name)?;
        self.directory(id)?;
        self.store.change(&self.act(caller, Action::SecretDrop, &name, "password"), |change| {
            if change.drop_secret(&name)? { Ok(()) } else { Err(AppError::NotFound("password")) }
        })
    }

    /// Takes a directory off the register and deletes its password; what was read stays.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn remove_directory(&self, caller: &Caller, id: u64, after: u32) -> Result<()> {
        let name = source(id);
        self.allow(caller, Action::DirectorySave, &name)?;
        let record = self.directory(id)?;
        let entries = [Entry::next(id, after, &record.value)?.gone()];
        let detail = format!("{} removed {}", store::record::witness(KIND, &entries), record.value.url);
        let now = self.now();
        let kept = self.store.read(|read| read.secret(&name))?.is_some();
        // The records' line comes last: their versions bear the number of the newest line.
        let mut acts: Vec<Act<'_>> = Vec::new();
        if kept {
            acts.push(self.act(caller, Action::SecretDrop, &name, "password"));
        }
        acts.push(self.act(caller, Action::DirectorySave, &name, &detail));
        self.store.change_all(&acts, |change| {
            change.drop_secret(&name)?;
            change.put_records(KIND, &entries, &caller.name, now).map_err(AppError::from)
        })?;
        Ok(())
    }

    /// The newest version of a directory that is still on the register.
    pub(super) fn directory(&self, id: u64) -> Result<Record<Directory>> {
        let record: Option<Record<Directory>> = self.store.read(|read| read.record(KIND, id))?;
        record.filter(|record| !record.gone).ok_or(AppError::NotFound("directory"))
    }
}
