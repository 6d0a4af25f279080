//! People who may sign in.

use model::{At, Lang, Role};
use rusqlite::Row;

use crate::read::Read;
use crate::write::Change;
use crate::{Result, StoreError};

/// A person who may sign in.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// The name typed at sign-in; upper and lower case are the same.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password's hash in PHC form.
    pub password: String,
    /// The language they read.
    pub lang: Lang,
    /// When it was made.
    pub created_at: At,
    /// When it was disabled.
    pub disabled_at: Option<At>,
    /// The person it belongs to, by the id of a subject of kind person; always there with role staff.
    pub person: Option<String>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name typed at sign-in.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password's hash in PHC form.
    pub password: String,
    /// The language they read.
    pub lang: Lang,
    /// The person it belongs to, by the id of a subject of kind person; needed with role staff.
    pub person: Option<String>,
}

const COLUMNS: &str = "id, login, name, role, password, lang, created_at, disabled_at, person";

pub(crate) fn lang(code: &str) -> Result<Lang> {
    Lang::from_code(code).ok_or_else(|| StoreError::stored("language", code))
}

pub(crate) fn at(secs: i64) -> Result<At> {
    At::from_unix_secs(secs).ok_or_else(|| StoreError::stored("time", secs))
}

fn account(row: &Row<'_>) -> Result<Account> {
    let (role, lang): (String, String) = (row.get(3)?, row.get(5)?);
    Ok(Account {
        id: row.get(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        role: Role::from_name(&role).ok_or_else(|| StoreError::stored("role", role))?,
        password: row.get(4)?,
        lang: self::lang(&lang)?,
        created_at: at(row.get(6)?)?,
        disabled_at: row.get::<_, Option<i64>>(7)?.map(at).transpose()?,
        person: row.get(8)?,
    })
}

impl Read<'_> {
    /// The account of a sign-in name.
    ///
    /// # Errors
    /// The database.
    pub fn account_by_login(&self, login: &str) -> Result<Option<Account>> {
        self.row(&format!("SELECT {COLUMNS} FROM account WHERE login = ?1"), [login], account)
    }

    /// The account of a number.
    ///
    /// # Errors
    /// The database.
    pub fn account(&self, id: i64) -> Result<Option<Account>> {
        self.row(&format!("SELECT {COLUMNS} FROM account WHERE id = ?1"), [id], account)
    }

    /// All accounts, by sign-in name.
    ///
    /// # Errors
    /// The database.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.rows(&format!("SELECT {COLUMNS} FROM account ORDER BY login"), [], account)
    }

    /// The account of a person.
    ///
    /// # Errors
    /// The database.
    pub fn account_of_person(&self, person: &str) -> Result<Option<Account>> {
        self.row(&format!("SELECT {COLUMNS} FROM account WHERE person = ?1"), [person], account)
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// The database.
    pub fn account_count(&self) -> Result<i64> {
        Ok(self.value("SELECT count(*) FROM account", [])?.unwrap_or(0))
    }
}

impl Change<'_> {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the sign-in name is taken.
    pub fn add_account(&self, new: &NewAccount, now: At) -> Result<i64> {
        if self.account_by_login(&new.login)?.is_some() {
            return Err(StoreError::Exists);
        }
        self.run(
            "INSERT INTO account (login, name, role, password, lang, created_at, person) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                &new.login,
                &new.name,
                new.role.name(),
                &new.password,
                new.lang.code(),
                now.unix_secs(),
                &new.person,
            ),
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Sets an account's password and ends its sessions.
    ///
    /// # Errors
    /// The database.
    pub fn set_password(&self, id: i64, password: &str) -> Result<()> {
        self.run("UPDATE account SET password = ?2 WHERE id = ?1", (id, password))?;
        self.run("DELETE FROM session WHERE account = ?1", [id])?;
        Ok(())
    }

    /// Disables or enables an account; disabling ends its sessions.
    ///
    /// # Errors
    /// The database.
    pub fn set_disabled(&self, id: i64, disabled_at: Option<At>) -> Result<()> {
        self.run("UPDATE account SET disabled_at = ?2 WHERE id = ?1", (id, disabled_at.map(At::unix_secs)))?;
        if disabled_at.is_some() {
            self.run("DELETE FROM session WHERE account = ?1", [id])?;
        }
        Ok(())
    }

    /// Sets the language an account reads.
    ///
    /// # Errors
    /// The database.
    pub fn set_lang(&self, id: i64, lang: Lang) -> Result<()> {
        self.run("UPDATE account SET lang = ?2 WHERE id = ?1", (id, lang.code()))?;
        Ok(())
    }
}
