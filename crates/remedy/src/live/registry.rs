//! The registry of this Windows, below `HKEY_LOCAL_MACHINE`, in its 64-bit view.

use std::path::PathBuf;

use model::Why;
use windows_registry::{Key, LOCAL_MACHINE, Result, Type};

use crate::{HandError, Program, Value};

/// The most values of a key that are looked at.
const VALUES_MAX: usize = 20_000;
const NOT_THERE: [u32; 2] = [0x8007_0002, 0x8007_0003];
const DENIED: u32 = 0x8007_0005;

pub(super) fn value(path: &str, name: &str) -> std::result::Result<Option<Value>, HandError> {
    let Some(key) = open(path)? else { return Ok(None) };
    let value = there(key.get_value(name), path, name)?;
    Ok(value.as_ref().map(ours))
}

pub(super) fn values(path: &str) -> std::result::Result<Vec<(String, Value)>, HandError> {
    let Some(key) = open(path)? else { return Ok(Vec::new()) };
    let Some(values) = there(key.values(), path, "")? else { return Ok(Vec::new()) };
    Ok(values.take(VALUES_MAX).map(|(name, value)| (name, ours(&value))).collect())
}

pub(super) fn set(path: &str, name: &str, value: &Value) -> std::result::Result<(), HandError> {
    let written = writable(path).and_then(|key| match value {
        Value::Dword(number) => key.set_u32(name, *number),
        Value::Qword(number) => key.set_u64(name, *number),
        Value::Text(text) => key.set_string(name, text),
        Value::Other(kind, bytes) => key.set_bytes(name, Type::from(*kind), bytes),
    });
    written.map_err(|error| refused(path, name, error.code().0))
}

pub(super) fn remove(path: &str, name: &str) -> std::result::Result<(), HandError> {
    if open(path)?.is_none() {
        return Ok(());
    }
    let removed = writable(path).and_then(|key| key.remove_value(name));
    there(removed, path, name).map(|_| ())
}

/// Where a program's path begins; from the registry, as anybody may set an environment variable.
pub(super) fn folder_of(program: Program) -> std::result::Result<PathBuf, HandError> {
    let (path, name) = if program == Program::MpCmdRun {
        (r"SOFTWARE\Microsoft\Windows\CurrentVersion", "ProgramFilesDir")
    } else {
        (r"SOFTWARE\Microsoft\Windows NT\CurrentVersion", "SystemRoot")
    };
    match value(path, name)? {
        Some(Value::Text(folder)) if PathBuf::from(&folder).is_absolute() => Ok(PathBuf::from(folder)),
        _ => Err(HandError {
            what: format!(r"HKLM\{path}\{name}"),
            why: Why::NotFound,
            detail: "no folder".to_owned(),
        }),
    }
}

fn open(path: &str) -> std::result::Result<Option<Key>, HandError> {
    there(LOCAL_MACHINE.options().read().wow64_64().open(path), path, "")
}

fn writable(path: &str) -> Result<Key> {
    LOCAL_MACHINE.options().read().write().create().wow64_64().open(path)
}

fn ours(value: &windows_registry::Value) -> Value {
    let other = || Value::Other(u32::from(value.ty()), value.to_vec());
    match value.ty() {
        Type::U32 => value.first_chunk().map_or_else(other, |four| Value::Dword(u32::from_le_bytes(*four))),
        Type::U64 => value.first_chunk().map_or_else(other, |eight| Value::Qword(u64::from_le_bytes(*eight))),
        Type::String => {
            let units = value.as_wide();
            let text = units.strip_suffix(&[0]).unwrap_or(units);
            // What cannot be written back as it was is kept as bytes.
            String::from_utf16(text).ok().filter(|text| !text.contains('\0')).map_or_else(other, Value::Text)
        }
        _ => other(),
    }
}

fn there<T>(result: Result<T>, path: &str, name: &str) -> std::result::Result<Option<T>, HandError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if NOT_THERE.contains(&unsigned(error.code().0)) => Ok(None),
        Err(error) => Err(refused(path, name, error.code().0)),
    }
}

fn refused(path: &str, name: &str, code: i32) -> HandError {
    let code = unsigned(code);
    let why = if code == DENIED { Why::Denied } else { Why::Failed };
    let what = if name.is_empty() { format!(r"HKLM\{path}") } else { format!(r"HKLM\{path}\{name}") };
    HandError { what, why, detail: format!("0x{code:08X}") }
}

/// The codes are written as unsigned numbers everywhere.
fn unsigned(code: i32) -> u32 {
    u32::from_ne_bytes(code.to_ne_bytes())
}
