//! First start: whoever reads the console's one-time code becomes the first administrator.

use std::sync::PoisonError;

use model::{Caller, Lang, Role};

use crate::account::{NewPerson, Password};
use crate::company::Company;
use crate::error::{Findings, Invalid};
use crate::{App, AppError, Result, token};

/// Letters of the one-time code.
const CODE_LETTERS: usize = 12;
/// Wrong codes until a new one is needed: the server has to be started again.
const TRIES_MAX: u32 = 20;

/// The one-time code and how often a wrong one was tried.
pub(crate) struct Code {
    text: String,
    tries: u32,
}

/// The first page's form.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The code from the console.
    pub code: String,
    /// The first administrator.
    pub person: NewPerson,
    /// The company.
    pub company: Company,
}

impl App {
    /// Whether nobody can sign in yet.
    ///
    /// # Errors
    /// The database.
    pub fn needs_setup(&self) -> Result<bool> {
        Ok(self.store.read(|read| read.account_count())? == 0)
    }

    /// Makes a one-time code; the former one no longer counts.
    ///
    /// # Errors
    /// No random numbers.
    pub fn new_setup_code(&self) -> Result<String> {
        let text = token::random(CODE_LETTERS)?;
        *self.setup_code.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Code { text: text.clone(), tries: 0 });
        let groups: Vec<&str> = [0..4, 4..8, 8..12].into_iter().filter_map(|range| text.get(range)).collect();
        Ok(groups.join("-"))
    }

    /// Makes the first administrator and the company. The code is used up only when everything else fits.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::NotFound`] when setting up is over.
    pub fn set_up(&self, setup: &Setup) -> Result<()> {
        if !self.needs_setup()? {
            return Err(AppError::NotFound("setup"));
        }
        let mut findings = Findings::default();
        if !self.code_fits(&setup.code) {
            findings.add(Invalid::new("code", "wrong-code"));
        }
        let person = setup.person.checked(&mut findings);
        let company = setup.company.checked(&self.profile_ids()?, &mut findings);
        findings.done()?;
        let password = Password::hash(&setup.person.password)?;
        let caller =
            Caller { name: person.login.clone(), role: Role::Administrator, lang: setup.person.lang };
        let now = self.now();
        let register = crate::company::register(&company, &caller.name, now)?;
        let act = store::Act {
            at: now,
            caller: &caller,
            action: "setup.finish",
            object: "company".into(),
            detail: format!(
                "{} {}, {}, first administrator {}, profile {}",
                model::evidence::id_of(&register.0),
                crate::standard::witness(&self.latest),
                crate::company::witness(&company)?,
                person.login,
                company.profile
            ),
        };
        self.store.change(&act, |change| {
            if change.account_count()? > 0 {
                return Err(AppError::NotFound("setup"));
            }
            let new = store::NewAccount {
                login: person.login.clone(),
                name: person.name.clone(),
                role: Role::Administrator,
                password,
                lang: setup.person.lang,
                person: None,
            };
            change.add_account(&new, now)?;
            crate::company::save(change, &company, &register, &caller.name, now)?;
            crate::standard::keep(change, &self.latest, now)
        })?;
        *self.setup_code.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.take_standard()
    }

    /// Whether a typed code is the code; blanks, hyphens and case do not matter.
    fn code_fits(&self, typed: &str) -> bool {
        let typed: String = typed
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .take(40)
            .collect();
        let mut held = self.setup_code.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut() {
            Some(code) if code.tries < TRIES_MAX => {
                let fits = token::same(&code.text, &typed);
                code.tries += u32::from(!fits);
                fits
            }
            _ => false,
        }
    }
}

impl Default for NewPerson {
    fn default() -> Self {
        Self {
            login: String::new(),
            name: String::new(),
            password: String::new(),
            role: Role::Administrator,
            lang: Lang::Ja,
        }
    }
}
