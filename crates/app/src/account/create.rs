//! Making and disabling accounts.

use model::{Caller, Lang, Role};
use store::Account;

use super::Password;
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// A person to be given an account.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The name typed at sign-in.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The password.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// The language they read.
    pub lang: Lang,
}

impl NewPerson {
    /// Checks the form; what is wrong goes into the findings.
    pub(crate) fn checked(&self, findings: &mut Findings) -> Self {
        let login = findings.text("login", &self.login, 60);
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
        let reserved =
            ["console", "sign-in", "unknown", "schedule"].iter().any(|word| login.eq_ignore_ascii_case(word));
        if !login.chars().all(allowed) || reserved {
            findings.add(Invalid::new("login", "not-a-login"));
        }
        let name = findings.text("name", &self.name, 100);
        Password::check(findings, "password", &self.password, &login);
        Self { login, name, ..self.clone() }
    }
}

impl App {
    /// Makes an account.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault, a taken sign-in name among them.
    pub fn create_account(&self, caller: &Caller, person: &NewPerson) -> Result<()> {
        self.allow(caller, Action::AccountCreate, "account")?;
        let mut findings = Findings::default();
        let person = person.checked(&mut findings);
        findings.done()?;
        let new = store::NewAccount {
            login: person.login.clone(),
            name: person.name,
            role: person.role,
            password: Password::hash(&person.password)?,
            lang: person.lang,
            person: None,
        };
        let object = format!("account/{}", person.login);
        let act = self.act(caller, Action::AccountCreate, &object, person.role.name());
        let now = self.now();
        self.store.change(&act, |change| match change.add_account(&new, now) {
            Err(store::StoreError::Exists) => Err(Invalid::new("login", "taken").into()),
            other => other.map_err(AppError::from),
        })?;
        Ok(())
    }

    /// All accounts.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn accounts(&self, caller: &Caller) -> Result<Vec<Account>> {
        self.allow(caller, Action::Look, "accounts")?;
        Ok(self.store.read(|read| read.accounts())?)
    }

    /// Disables an account, or enables it again. Nobody can disable the own account.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or [`AppError::Invalid`] for the own account.
    pub fn set_account_disabled(&self, caller: &Caller, login: &str, disabled: bool) -> Result<()> {
        let object = format!("account/{login}");
        self.allow(caller, Action::AccountDisable, &object)?;
        if caller.name.eq_ignore_ascii_case(login) {
            return Err(Invalid::new("login", "own-account").into());
        }
        let now = self.now();
        let detail = if disabled { "disabled" } else { "enabled" };
        self.store.change(&self.act(caller, Action::AccountDisable, &object, detail), |change| {
            let account = change.account_by_login(login)?.ok_or(AppError::NotFound("account"))?;
            change.set_disabled(account.id, disabled.then_some(now))?;
            if disabled {
                change.end_invitation(account.id)?;
            }
            Ok(())
        })
    }
}
