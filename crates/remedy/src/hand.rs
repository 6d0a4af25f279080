//! What a remedy may touch, as one trait, so that everything above it is tried without a PC.

use serde::{Deserialize, Serialize};

use crate::{HandError, Program, System};

/// A setting: of the registry, of a file, or as a program says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// REG_DWORD.
    Dword(u32),
    /// REG_QWORD.
    Qword(u64),
    /// REG_SZ, the whole text of a file, or a state a program told.
    Text(String),
    /// A registry value of another kind, kept as it is: its type number and its bytes.
    Other(u32, Vec<u8>),
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Exit code; `None` when it was ended from outside.
    pub code: Option<i32>,
    /// Standard output; what is not UTF-8 is replaced.
    pub out: String,
    /// The beginning of the standard error.
    pub err: String,
}

/// What a remedy may touch. Paths of the registry are below `HKEY_LOCAL_MACHINE`.
pub trait Hand {
    /// Which system it belongs to.
    fn system(&self) -> System;

    /// A registry value; `None` when it, or its key, is not there.
    ///
    /// # Errors
    /// Denied, or not readable.
    fn value(&self, path: &str, name: &str) -> Result<Option<Value>, HandError>;

    /// Names and values of a registry key; empty when it is not there.
    ///
    /// # Errors
    /// Denied, or not readable.
    fn values(&self, path: &str) -> Result<Vec<(String, Value)>, HandError>;

    /// Writes a registry value, and its key where that is not there.
    ///
    /// # Errors
    /// Denied, or not writable.
    fn set(&self, path: &str, name: &str, value: &Value) -> Result<(), HandError>;

    /// Removes a registry value. That it is not there is no error.
    ///
    /// # Errors
    /// Denied, or not removable.
    fn remove(&self, path: &str, name: &str) -> Result<(), HandError>;

    /// Runs a program of the system to its end, whatever its exit code.
    ///
    /// # Errors
    /// Not there, denied, took too long, or said too much.
    fn run(&self, program: Program, arguments: &[String]) -> Result<Answer, HandError>;

    /// Starts a program of the system and leaves it running.
    ///
    /// # Errors
    /// Not there, or denied.
    fn start(&self, program: Program, arguments: &[String]) -> Result<(), HandError>;

    /// The text of a file; `None` when it is not there.
    ///
    /// # Errors
    /// Denied, too large, or not readable.
    fn file(&self, path: &str) -> Result<Option<String>, HandError>;

    /// Writes a file whole (`Some`) or removes it (`None`), so that nobody ever sees half of it.
    ///
    /// # Errors
    /// Denied, or not writable.
    fn write(&self, path: &str, text: Option<&str>) -> Result<(), HandError>;
}
