//! Reading. The lookups themselves stand with what they look up, one file per noun.

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use crate::Result;

/// A view of one state of the database.
pub struct Read<'a> {
    pub(crate) connection: &'a Connection,
}

impl Read<'_> {
    /// All rows of a query.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut each: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(each(row)?);
        }
        Ok(found)
    }

    /// The row of a query that has at most one.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        each: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        rows.next()?.map(each).transpose()
    }

    /// The one value of a query, if it has a row.
    pub(crate) fn value<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        params: impl Params,
    ) -> Result<Option<T>> {
        Ok(self.connection.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?)
    }
}
