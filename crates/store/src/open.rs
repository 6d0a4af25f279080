//! Opening the data folder: one process at a time, the right version, safe settings.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::At;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::migrate;
use crate::read::Read;

const DATABASE: &str = "mimamori.sqlite";
const LOCK: &str = "mimamori.lock";
/// How many readers stay open between requests.
const IDLE_READERS_MAX: usize = 4;

/// The state in a data folder. Holds the folder's lock until it is dropped.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    _lock: File,
}

impl Store {
    /// Opens a data folder, making it when it is not there, and brings its database to the present version.
    ///
    /// # Errors
    /// [`StoreError::Held`] when another process has it open, [`StoreError::Newer`] or [`StoreError::Migration`] when
    /// the database does not fit; in every case the data stays as it was.
    pub fn open(folder: &Path, now: At) -> Result<Self, StoreError> {
        let unusable = |source| StoreError::Folder { folder: folder.to_path_buf(), source };
        make_private_folder(folder).map_err(unusable)?;
        let lock = lock(folder, now)?;
        let path = folder.join(DATABASE);
        let mut writer = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        migrate::migrate(&mut writer)?;
        Ok(Self { path, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()), _lock: lock })
    }

    /// Reads. Everything read inside sees one state, whatever is written meanwhile.
    ///
    /// # Errors
    /// What the closure says, or the database.
    pub fn read<T, E: From<StoreError>>(&self, ask: impl FnOnce(&Read<'_>) -> Result<T, E>) -> Result<T, E> {
        let pooled = held(&self.readers).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let answer = (|| {
            connection.execute_batch("BEGIN").map_err(StoreError::from)?;
            let answer = ask(&Read { connection: &connection });
            connection.execute_batch("COMMIT").map_err(StoreError::from)?;
            answer
        })();
        let mut readers = held(&self.readers);
        if readers.len() < IDLE_READERS_MAX && connection.is_autocommit() {
            readers.push(connection);
        }
        answer
    }

    /// The one connection that writes.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        held(&self.writer)
    }
}

/// A poisoned lock only says that another thread failed; SQLite rolled its transaction back.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection with the settings every connection has. `synchronous = FULL`: what was acknowledged survives a power
/// cut.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the folder's lock and writes down who holds it.
fn lock(folder: &Path, now: At) -> Result<File, StoreError> {
    let unusable = |source| StoreError::Folder { folder: folder.to_path_buf(), source };
    let path = folder.join(LOCK);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(unusable)?;
    let held = file.try_lock();
    match held {
        Ok(()) => {
            file.set_len(0).map_err(unusable)?;
            write!(file, "process {} (since {now})", std::process::id()).map_err(unusable)?;
            file.flush().map_err(unusable)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let read = file.take(200).read_to_string(&mut holder);
            if read.is_err() || holder.is_empty() {
                holder = "another process".into();
            }
            Err(StoreError::Held { folder: folder.to_path_buf(), holder })
        }
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}
