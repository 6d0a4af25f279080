//! Bringing the database to the present version, step by step, each step whole or not at all.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;

/// The steps: step n brings the database to version n + 1. A step, once released, is never edited.
const STEPS: &[&str] = &[
    include_str!("../migrations/0001_ground.sql"),
    include_str!("../migrations/0002_record.sql"),
    include_str!("../migrations/0003_agent.sql"),
    include_str!("../migrations/0004_directory.sql"),
];

/// Brings the database to the newest version.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    run(connection, STEPS)
}

fn run(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let from: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if from > known {
        return Err(StoreError::Newer { found: from, known });
    }
    // All missing steps in one transaction: a failure leaves the data as it was, not half-way.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (version, step) in (1..=known).zip(steps).skip(from as usize) {
        transaction
            .execute_batch(step)
            .and_then(|()| transaction.pragma_update(None, "user_version", version))
            .map_err(|source| StoreError::Migration { from, version, source })?;
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> u32 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_failed_step_leaves_everything_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection, &["CREATE TABLE a (x); INSERT INTO a VALUES (1);"]).unwrap();
        let steps =
            ["CREATE TABLE a (x);", "DROP TABLE a; CREATE TABLE b (x);", "CREATE TABLE b (y); nonsense"];
        let error = run(&mut connection, &steps).unwrap_err().to_string();
        assert!(error.contains("version 3") && error.contains("at version 1"), "{error}");
        assert_eq!(version(&connection), 1);
        let kept: i64 = connection.query_row("SELECT x FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 1);
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(migrate(&mut connection), Err(StoreError::Newer { found: 99, .. })));
    }
}
