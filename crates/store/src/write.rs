//! Writing: changes with their audit line, and what can be made again.

use std::ops::Deref;

use rusqlite::{Params, Transaction, TransactionBehavior};

use crate::audit::{self, Act, Line, Outcome};
use crate::open::Store;
use crate::read::Read;
use crate::{Result, StoreError};

/// A change in progress. Its audit line is already written.
pub struct Change<'a> {
    pub(crate) read: Read<'a>,
}

/// Writing of what can be made again from evidence, and of sessions.
pub struct Derive<'a> {
    pub(crate) read: Read<'a>,
}

impl<'a> Deref for Change<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl<'a> Deref for Derive<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl Read<'_> {
    /// Runs a writing statement. Only `Change` and `Derive` come with methods that call it.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }
}

impl Store {
    /// Changes something: the audit line first, then the work, both or neither. When the work fails, a line that says
    /// so remains.
    ///
    /// # Errors
    /// What the closure says, or the database.
    pub fn change<T, E: From<StoreError>>(
        &self,
        act: &Act<'_>,
        work: impl FnOnce(&Change<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.change_all(std::slice::from_ref(act), work)
    }

    /// Changes several things that belong together: the audit lines of all acts first, then the work, all or nothing.
    /// When the work fails, a line for each that says so remains.
    ///
    /// # Errors
    /// What the closure says, or the database.
    pub fn change_all<T, E: From<StoreError>>(
        &self,
        acts: &[Act<'_>],
        work: impl FnOnce(&Change<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = self.writer();
        let append = |read: &Read<'_>, outcome: Outcome| {
            acts.iter().try_for_each(|act| audit::append(read, &Line::of(act, outcome)).map(|_| ()))
        };
        let done = within(&mut connection, |read| {
            append(&read, Outcome::Done)?;
            work(&Change { read })
        });
        if done.is_err() {
            within(&mut connection, |read| append(&read, Outcome::Failed).map_err(E::from))?;
        }
        done
    }

    /// Writes down that somebody was not allowed to do something.
    ///
    /// # Errors
    /// The database.
    pub fn denied(&self, act: &Act<'_>) -> Result<()> {
        within(&mut self.writer(), |read| audit::append(&read, &Line::of(act, Outcome::Denied)))
    }

    /// Writes what can be made again, and sessions: no audit line.
    ///
    /// # Errors
    /// What the closure says, or the database.
    pub fn derive<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Derive<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        within(&mut self.writer(), |read| work(&Derive { read }))
    }
}

/// Runs work in a transaction: committed when it succeeds, rolled back otherwise.
fn within<T, E: From<StoreError>>(
    connection: &mut rusqlite::Connection,
    work: impl FnOnce(Read<'_>) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let transaction: Transaction<'_> =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
    let done = work(Read { connection: &transaction })?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(done)
}
