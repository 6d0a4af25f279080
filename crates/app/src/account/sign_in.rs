//! Signing in and out, and one's own password and language.

use std::sync::LazyLock;

use model::{At, Caller, Lang};
use store::{Account, Session};

use super::Password;
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result, token};

/// A session ends after so many days, used or not.
pub const SIGNED_IN_DAYS_MAX: i64 = 7;
/// A session ends after so many seconds without use.
const IDLE_SECS_MAX: i64 = 12 * 3_600;
/// How often use of a session is written down.
const TOUCH_SECS: i64 = 60;
/// Letters of a session's token: 198 bits.
const TOKEN_LETTERS: usize = 40;

/// Checked when there is no such account, so that a wrong name takes as long as a wrong password.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| Password::hash("nobody signs in with this").unwrap_or_default());

/// Someone signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub caller: Caller,
    /// The account's number.
    pub account: i64,
    /// The person's name.
    pub name: String,
    /// The person it is, by the id of a subject of kind person; none for an account that belongs to nobody in the
    /// register.
    pub person: Option<String>,
    /// The token every form of this session carries.
    pub form_token: String,
}

impl SignedIn {
    fn of(account: &Account, session: Session) -> Self {
        Self {
            caller: Caller { name: account.login.clone(), role: account.role, lang: account.lang },
            account: account.id,
            name: account.name.clone(),
            person: account.person.clone(),
            form_token: session.form_token,
        }
    }
}

impl App {
    /// Signs in: gives the session's token. Name or password wrong: the answer does not tell which.
    ///
    /// # Errors
    /// [`AppError::Denied`], or [`AppError::Wait`] after too many failures of this name or address.
    pub fn sign_in(&self, login: &str, password: &str, address: &str) -> Result<String> {
        let now = self.now();
        let login: String = login.trim().to_lowercase().chars().take(100).collect();
        let name_key = format!("name {login}");
        let address_key = format!("address {address}");
        // Behind a proxy everybody comes from its address: there the name alone counts, or one guesser would lock
        // everybody out.
        let shared = address.parse::<std::net::IpAddr>().map_or(true, |address| address.is_loopback());
        let keys: Vec<&str> =
            [name_key.as_str(), address_key.as_str()].into_iter().take(if shared { 1 } else { 2 }).collect();
        if let Some(secs) = self.throttle.wait_secs(&keys, now) {
            return Err(AppError::Wait(secs));
        }
        let account = self.store.read(|read| read.account_by_login(&login))?;
        let known = account.is_some();
        let stored = account.as_ref().map_or(NOBODY.as_str(), |account| account.password.as_str());
        let fits = Password::fits(password, stored);
        match account {
            Some(account) if fits && account.disabled_at.is_none() => {
                self.throttle.succeeded(&name_key);
                self.begin_session(&account, address, now)
            }
            _ => {
                self.throttle.failed(&keys, now);
                self.note_failure(known.then_some(login.as_str()), address, now)?;
                Err(AppError::Denied)
            }
        }
    }

    pub(crate) fn begin_session(&self, account: &Account, address: &str, now: At) -> Result<String> {
        let text = token::random(TOKEN_LETTERS)?;
        let session = Session {
            account: account.id,
            form_token: token::random(TOKEN_LETTERS)?,
            created_at: now,
            seen_at: now,
        };
        let caller = Caller { name: account.login.clone(), role: account.role, lang: account.lang };
        let act = store::Act {
            at: now,
            caller: &caller,
            action: "session.begin",
            object: format!("account/{}", account.login),
            detail: format!("from {address}"),
        };
        self.store.change(&act, |_| Ok::<_, AppError>(()))?;
        self.store.derive(|derive| {
            derive.end_old_sessions(now.plus_days(-SIGNED_IN_DAYS_MAX), now.plus_secs(-IDLE_SECS_MAX))?;
            derive.add_session(&token::hash(&text), &session)
        })?;
        Ok(text)
    }

    /// A name that belongs to nobody is not written down: it may be a password in the wrong field.
    fn note_failure(&self, login: Option<&str>, address: &str, now: At) -> Result<()> {
        let login = login.unwrap_or("unknown");
        let caller = Caller { name: "sign-in".to_owned(), role: model::Role::Auditor, lang: Lang::Ja };
        let act = store::Act {
            at: now,
            caller: &caller,
            action: "session.begin",
            object: format!("account/{login}"),
            detail: format!("wrong name or password, from {address}"),
        };
        Ok(self.store.denied(&act)?)
    }

    /// Who a session's token stands for; `None` when the session is over.
    ///
    /// # Errors
    /// The database.
    pub fn signed_in(&self, text: &str) -> Result<Option<SignedIn>> {
        let (now, hash) = (self.now(), token::hash(text));
        let found = self.store.read(|read| {
            let Some(session) = read.session(&hash)? else { return Ok(None) };
            let account = read.account(session.account)?;
            Ok::<_, store::StoreError>(account.map(|account| (account, session)))
        })?;
        let Some((account, session)) = found else { return Ok(None) };
        let idle = now.unix_secs() - session.seen_at.unix_secs();
        let over = idle > IDLE_SECS_MAX
            || session.created_at.days_until(now) >= SIGNED_IN_DAYS_MAX
            || account.disabled_at.is_some();
        if over {
            self.store.derive(|derive| derive.end_session(&hash))?;
            return Ok(None);
        }
        if idle >= TOUCH_SECS {
            self.store.derive(|derive| derive.touch_session(&hash, now))?;
        }
        Ok(Some(SignedIn::of(&account, session)))
    }

    /// Signs out.
    ///
    /// # Errors
    /// The database.
    pub fn sign_out(&self, text: &str) -> Result<()> {
        Ok(self.store.derive(|derive| derive.end_session(&token::hash(text)))?)
    }

    /// Changes one's own password; all sessions of the account end.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the old one is wrong or the new one too weak.
    pub fn change_password(&self, caller: &Caller, old: &str, new: &str) -> Result<()> {
        let object = format!("account/{}", caller.name);
        self.allow(caller, Action::PasswordChange, &object)?;
        let account = self
            .store
            .read(|read| read.account_by_login(&caller.name))?
            .ok_or(AppError::NotFound("account"))?;
        let now = self.now();
        let key = format!("password {}", account.login);
        if let Some(secs) = self.throttle.wait_secs(&[&key], now) {
            return Err(AppError::Wait(secs));
        }
        let mut findings = Findings::default();
        if !Password::fits(old, &account.password) {
            self.throttle.failed(&[&key], now);
            findings.add(Invalid::new("old_password", "wrong-password"));
        }
        Password::check(&mut findings, "new_password", new, &account.login);
        findings.done()?;
        let hash = Password::hash(new)?;
        self.store.change(&self.act(caller, Action::PasswordChange, &object, ""), |change| {
            change.set_password(account.id, &hash).map_err(AppError::from)
        })
    }

    /// Sets a forgotten password anew: for the person at the machine's console, who could read the data folder anyway.
    /// All sessions of the account end, and an account that was disabled stays so.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or [`AppError::Invalid`] when the password is too weak.
    pub fn reset_password(&self, caller: &Caller, login: &str, new: &str) -> Result<()> {
        let object = format!("account/{login}");
        self.allow(caller, Action::AccountCreate, &object)?;
        let mut findings = Findings::default();
        Password::check(&mut findings, "password", new, login);
        findings.done()?;
        let hash = Password::hash(new)?;
        let act =
            store::Act { action: "password.reset", ..self.act(caller, Action::PasswordChange, &object, "") };
        self.store.change(&act, |change| {
            let account = change.account_by_login(login)?.ok_or(AppError::NotFound("account"))?;
            change.set_password(account.id, &hash).map_err(AppError::from)
        })
    }

    /// Changes the language one reads.
    ///
    /// # Errors
    /// The database.
    pub fn change_lang(&self, signed_in: &SignedIn, lang: Lang) -> Result<()> {
        let caller = &signed_in.caller;
        let object = format!("account/{}", caller.name);
        self.allow(caller, Action::LangChange, &object)?;
        self.store.change(&self.act(caller, Action::LangChange, &object, lang.code()), |change| {
            change.set_lang(signed_in.account, lang).map_err(AppError::from)
        })
    }
}
