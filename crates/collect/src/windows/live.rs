//! Windows itself: the thin seam over the registry, WMI and the APIs. It only fetches; what the answers mean is decided elsewhere.
//!
//! WMI has no time limit of its own on a local question, so each is asked on a thread that is left behind when it does
//! not answer in time.

use std::time::Duration;

use model::At;
use windows_registry::{Key, LOCAL_MACHINE, Type, USERS, Value};
use wmi::{AuthLevel, IWbemClassWrapper, Variant, WMIConnection, WMIError};

use super::in_time::in_time;
use super::machine::{Api, BITLOCKER, Cell, Datum, Hive, Machine, Object, Row, what_it_means};
use super::turn::Turn;
use super::{Plan, Read, api, host, plan};
use crate::gap::Gap;
use crate::gather::{LIMIT, LONG_LIMIT, Reader, reader};

/// The section that waits for Windows Update to weigh what it knows.
const UPDATES: &str = "updates";
/// How long one question to WMI may take.
const QUERY_LIMIT: Duration = Duration::from_secs(20);
/// The most objects taken from one question, and the most entries of a registry key.
const ROWS_MAX: usize = 20_000;
const ENTRIES_MAX: usize = 20_000;
/// The longest text of a value, in UTF-16 units: longer ones are no setting.
const TEXT_MAX_UNITS: usize = 64 * 1024;
/// The largest binary value.
const BYTES_MAX: usize = 64 * 1024;

/// The machine this program runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live {
    now: At,
}

/// One reader per section that is read on Windows.
pub(crate) fn readers(now: At) -> Vec<Reader> {
    struct Readers(Live, Vec<Reader>);
    impl Plan for Readers {
        fn section<T: serde::Serialize + 'static>(&mut self, name: &'static str, read: Read<T>) {
            let live = self.0;
            let limit = if name == UPDATES { LONG_LIMIT } else { LIMIT };
            self.1.push(reader(name, limit, move |gaps| read(&live, gaps)));
        }
    }
    let mut readers = Readers(Live { now }, Vec::new());
    plan(&mut readers);
    readers.1
}

/// The computer's name.
pub(crate) fn host_name() -> Option<String> {
    // The time plays no part in it.
    host::name(&Live { now: At::from_unix_secs(0)? })
}

impl Machine for Live {
    fn now(&self) -> At {
        self.now
    }

    fn value(&self, hive: Hive, key: &str, name: &str) -> Result<Option<Datum>, Gap> {
        let Some(opened) = open(hive, key)? else { return Ok(None) };
        let value = opened.get_value(name);
        Ok(there(value, format_args!(r"{key}\{name}"))?.as_ref().map(datum))
    }

    fn keys(&self, hive: Hive, key: &str) -> Result<Option<Vec<String>>, Gap> {
        let Some(opened) = open(hive, key)? else { return Ok(None) };
        let Some(names) = there(opened.keys(), key)? else { return Ok(None) };
        bounded(names, key).map(Some)
    }

    fn values(&self, hive: Hive, key: &str) -> Result<Option<Vec<(String, Datum)>>, Gap> {
        let Some(opened) = open(hive, key)? else { return Ok(None) };
        let Some(values) = there(opened.values(), key)? else { return Ok(None) };
        bounded(values.map(|(name, value)| (name, datum(&value))), key).map(Some)
    }

    fn query(&self, namespace: &'static str, wql: &str) -> Result<Vec<Row>, Gap> {
        let question = wql.to_owned();
        ask_wmi(namespace, move || {
            let connection = connect(namespace)?;
            let mut rows = Vec::new();
            for object in connection.exec_query(&question)?.take(ROWS_MAX + 1) {
                rows.push(row(&object?)?);
            }
            Ok(rows)
        })
        .and_then(|rows| crate::reading::at_most(rows, ROWS_MAX, wql))
    }

    fn call(
        &self,
        namespace: &'static str,
        object: &Object,
        method: &str,
        numbers: &[(&str, u32)],
    ) -> Result<Row, Gap> {
        let (object, method) = (object.clone(), method.to_owned());
        let numbers: Vec<(String, u32)> =
            numbers.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        ask_wmi(namespace, move || {
            let connection = connect(namespace)?;
            let taken = match connection.get_object(object.class)?.get_method(&method)? {
                Some(form) => {
                    let taken = form.spawn_instance()?;
                    for (name, number) in &numbers {
                        taken.put_property(name, *number)?;
                    }
                    Some(taken)
                }
                None => None,
            };
            match connection.exec_method(&object.path, &method, taken.as_ref())? {
                Some(answer) => row(&answer),
                None => Ok(Row::default()),
            }
        })
    }

    fn ask(&self, api: Api, of: &str) -> Result<Vec<Row>, Gap> {
        api::ask(api, of)
    }
}

/// Opens a key to read; `None` when it does not exist.
fn open(hive: Hive, key: &str) -> Result<Option<Key>, Gap> {
    let opened = match hive {
        Hive::Machine => LOCAL_MACHINE.options().read().wow64_64().open(key),
        Hive::Machine32 => LOCAL_MACHINE.options().read().wow64_32().open(key),
        Hive::Users => USERS.options().read().open(key),
    };
    there(opened, key)
}

/// What does not exist is `None`.
fn there<T>(result: windows_registry::Result<T>, what: impl std::fmt::Display) -> Result<Option<T>, Gap> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            let gap = what_it_means(&what.to_string(), error.code().0);
            if gap.why == model::Why::NotFound { Ok(None) } else { Err(gap) }
        }
    }
}

fn bounded<T>(entries: impl Iterator<Item = T>, key: &str) -> Result<Vec<T>, Gap> {
    crate::reading::at_most(entries.take(ENTRIES_MAX + 1).collect(), ENTRIES_MAX, key)
}

fn datum(value: &Value) -> Datum {
    match value.ty() {
        Type::U32 => {
            value.first_chunk().map_or(Datum::Other, |bytes| Datum::Number(u32::from_le_bytes(*bytes).into()))
        }
        Type::U64 => {
            value.first_chunk().map_or(Datum::Other, |bytes| Datum::Number(u64::from_le_bytes(*bytes)))
        }
        Type::String | Type::ExpandString => {
            let units = value.as_wide().split(|unit| *unit == 0).next().unwrap_or_default();
            if units.len() > TEXT_MAX_UNITS {
                Datum::Other
            } else {
                Datum::Text(String::from_utf16_lossy(units))
            }
        }
        Type::MultiString if value.len() <= BYTES_MAX => Datum::Texts(
            value
                .as_wide()
                .split(|unit| *unit == 0)
                .filter(|units| !units.is_empty())
                .map(String::from_utf16_lossy)
                .collect(),
        ),
        Type::Bytes if value.len() <= BYTES_MAX => Datum::Bytes(value.to_vec()),
        _ => Datum::Other,
    }
}

/// Asks WMI within the time limit.
fn ask_wmi<T: Send + 'static>(
    namespace: &'static str,
    ask: impl FnOnce() -> Result<T, WMIError> + Send + 'static,
) -> Result<T, Gap> {
    in_time(namespace, QUERY_LIMIT, move || {
        let _turn = Turn::take();
        ask().map_err(|error| match error {
            WMIError::HResultError { hres } => what_it_means(namespace, hres),
            other => Gap::failed(format_args!("{namespace}: {other}")),
        })
    })
}

fn connect(namespace: &str) -> Result<WMIConnection, WMIError> {
    api::com::begin().map_err(|error| WMIError::HResultError { hres: error.code().0 })?;
    let connection = WMIConnection::with_namespace_path(namespace)?;
    if namespace == BITLOCKER {
        // Asked for by the provider: nothing of its answers goes over the wire in the clear.
        connection.set_proxy_blanket(AuthLevel::PktPrivacy)?;
    }
    Ok(connection)
}

/// An object's properties; one that cannot be put into words is left out.
fn row(object: &IWbemClassWrapper) -> Result<Row, WMIError> {
    let names = object.list_properties()?.into_iter();
    Ok(names
        .filter_map(|name| object.get_property(&name).ok().and_then(cell).map(|cell| (name, cell)))
        .collect())
}

fn cell(value: Variant) -> Option<Cell> {
    Some(match value {
        Variant::Empty | Variant::Null => Cell::Nothing,
        Variant::String(text) => Cell::Text(text),
        Variant::I1(number) => Cell::Number(number.into()),
        Variant::I2(number) => Cell::Number(number.into()),
        Variant::I4(number) => Cell::Number(number.into()),
        Variant::I8(number) => Cell::Number(number),
        Variant::UI1(number) => Cell::Number(number.into()),
        Variant::UI2(number) => Cell::Number(number.into()),
        Variant::UI4(number) => Cell::Number(number.into()),
        Variant::UI8(number) => Cell::Number(i64::try_from(number).ok()?),
        Variant::Bool(flag) => Cell::Flag(flag),
        Variant::Array(values) => Cell::List(values.into_iter().filter_map(cell).collect()),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "api_tests.rs"]
mod api_tests;
