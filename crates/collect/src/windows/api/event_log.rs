//! Windows Event Log: the oldest record of a channel, and the newest with certain ids. Of a record only its instant,
//! its id and one number are read, never its text, which depends on the language.
//!
//! Source: Microsoft, "Windows Event Log" (`EvtQuery`, `EvtNext`, `EvtRender`).
#![allow(unsafe_code, reason = "calls into wevtapi.dll")]

use windows::Win32::System::EventLog::{
    EVT_HANDLE, EVT_VARIANT, EvtClose, EvtCreateRenderContext, EvtNext, EvtQuery, EvtQueryChannelPath,
    EvtQueryForwardDirection, EvtQueryReverseDirection, EvtRender, EvtRenderContextValues,
    EvtRenderEventValues, EvtVarTypeByte, EvtVarTypeFileTime, EvtVarTypeString, EvtVarTypeUInt16,
    EvtVarTypeUInt32, EvtVarTypeUInt64,
};
use windows::core::{Error, HRESULT, HSTRING, PCWSTR, w};

use super::{instant, number, of_com, row};
use crate::day::from_filetime;
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// The most records of one question: years of what is asked for.
const RECORDS_MAX: usize = 2_000;
/// How long one record may take, in milliseconds.
const NEXT_LIMIT_MS: u32 = 5_000;
/// `ERROR_NO_MORE_ITEMS`.
const NO_MORE: HRESULT = HRESULT::from_win32(259);
/// More ids than any question names.
const IDS_MAX: usize = 20;
/// What a record is told by, with the names in the row. The last is of the antivirus' records: which scan it was.
const PATHS: [(&str, PCWSTR); 3] = [
    ("TimeCreated", w!("Event/System/TimeCreated/@SystemTime")),
    ("EventID", w!("Event/System/EventID")),
    ("ScanParametersIndex", w!("Event/EventData/Data[@Name='Scan Parameters Index']")),
];
/// The largest of these values of one record, in units of 8 bytes.
const VALUES_MAX: usize = 8 * 1024;

/// A handle that is closed when it goes.
struct Handle(EVT_HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: given by the API, closed once.
        let _ = unsafe { EvtClose(self.0) };
    }
}

/// The oldest record of a channel; no row when it is empty.
pub(super) fn oldest(channel: &str) -> Result<Vec<Row>, Gap> {
    records(channel, "*", EvtQueryForwardDirection.0, 1)
}

/// The newest records, asked as `CHANNEL:ID,ID`.
pub(super) fn events(of: &str) -> Result<Vec<Row>, Gap> {
    let asked = of.rsplit_once(':').and_then(|(channel, ids)| {
        let ids: Option<Vec<u32>> = ids.split(',').take(IDS_MAX).map(|id| id.parse().ok()).collect();
        Some((channel, ids?))
    });
    let (channel, ids) = asked.ok_or_else(|| Gap::failed(format_args!("{of}: no channel and ids")))?;
    let any: Vec<String> = ids.iter().map(|id| format!("EventID={id}")).collect();
    let query = format!("*[System[({})]]", any.join(" or "));
    records(channel, &query, EvtQueryReverseDirection.0, RECORDS_MAX)
}

fn records(channel: &str, query: &str, direction: u32, max: usize) -> Result<Vec<Row>, Gap> {
    let ask = || -> Result<Vec<Row>, Error> {
        let (channel, query) = (HSTRING::from(channel), HSTRING::from(query));
        // SAFETY: both texts outlive the call.
        let found = Handle(unsafe { EvtQuery(None, &channel, &query, EvtQueryChannelPath.0 | direction)? });
        let paths = PATHS.map(|(_, path)| path);
        // SAFETY: the paths are constants.
        let form = Handle(unsafe { EvtCreateRenderContext(Some(&paths), EvtRenderContextValues.0)? });
        let mut rows = Vec::new();
        while rows.len() < max {
            let (mut next, mut count) = ([0_isize], 0);
            // SAFETY: the query is open; there is room for the one handle that is asked for.
            match unsafe { EvtNext(found.0, &mut next, NEXT_LIMIT_MS, 0, &raw mut count) } {
                Ok(()) if count == 1 => {}
                Ok(()) => break,
                Err(error) if error.code() == NO_MORE => break,
                Err(error) => return Err(error),
            }
            let [handle] = next;
            rows.push(record(&form, &Handle(EVT_HANDLE(handle)))?);
        }
        Ok(rows)
    };
    ask().map_err(|error| of_com(channel, &error))
}

fn record(form: &Handle, record: &Handle) -> Result<Row, Error> {
    // Of 8 bytes each, as the values that are written into it must lie.
    let mut room = vec![0_u64; VALUES_MAX];
    let bytes = u32::try_from(room.len() * 8).unwrap_or(0);
    let (mut used, mut count) = (0, 0);
    // SAFETY: the room is as large as is said, and aligned for the values; both handles are open.
    unsafe {
        EvtRender(
            Some(form.0),
            record.0,
            EvtRenderEventValues.0,
            bytes,
            Some(room.as_mut_ptr().cast()),
            &raw mut used,
            &raw mut count,
        )?;
    }
    let count = (count as usize).min(PATHS.len());
    // SAFETY: as many values were written to the beginning of the room, which outlives this slice.
    let values = unsafe { std::slice::from_raw_parts(room.as_ptr().cast::<EVT_VARIANT>(), count) };
    Ok(row(PATHS.iter().zip(values).map(|((name, _), value)| (*name, cell(value)))))
}

/// A value of a record; nothing when it is absent or of another form.
fn cell(value: &EVT_VARIANT) -> Cell {
    let kind = i32::try_from(value.Type).unwrap_or(-1);
    // SAFETY: the kind says which member of the union was written; a text ends with a zero.
    unsafe {
        if kind == EvtVarTypeFileTime.0 {
            instant(from_filetime(value.Anonymous.FileTimeVal))
        } else if kind == EvtVarTypeUInt16.0 {
            number(value.Anonymous.UInt16Val)
        } else if kind == EvtVarTypeUInt32.0 {
            number(value.Anonymous.UInt32Val)
        } else if kind == EvtVarTypeByte.0 {
            number(value.Anonymous.ByteVal)
        } else if kind == EvtVarTypeUInt64.0 {
            i64::try_from(value.Anonymous.UInt64Val).map_or(Cell::Nothing, Cell::Number)
        } else if kind == EvtVarTypeString.0 && !value.Anonymous.StringVal.is_null() {
            value.Anonymous.StringVal.to_string().map_or(Cell::Nothing, Cell::Text)
        } else {
            Cell::Nothing
        }
    }
}
