//! Windows Update Agent: what is offered, what was installed, when it last looked. Nothing is searched online, so that
//! asking neither takes the network nor changes what Windows knows.
//!
//! Source: Microsoft, "Windows Update Agent API" (`IUpdateSearcher`, `IUpdate`, `IUpdateHistoryEntry`,
//! `IAutomaticUpdates2`). Its dates are in UTC.
#![allow(unsafe_code, reason = "COM")]

use windows::Win32::Foundation::VARIANT_FALSE;
use windows::Win32::System::Com::{CLSCTX_ALL, CoCreateInstance};
use windows::Win32::System::UpdateAgent::{
    AutomaticUpdates, IAutomaticUpdates2, IUpdate, IUpdateHistoryEntry, IUpdateSearcher, IUpdateSession,
    UpdateSession,
};
use windows::Win32::System::Variant::{VARIANT, VT_DATE};
use windows::core::{BSTR, Error};

use super::{com, instant, number, of_com, row};
use crate::day::from_ole;
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// Who asks, for Windows Update's own log.
const ASKER: &str = "Mimamori";
/// What is offered to this machine, not installed, and not hidden by its user.
const OFFERED: &str = "IsInstalled=0 and IsHidden=0";
/// The most updates that are looked at; a machine has a few dozen pending, and a history of some hundreds.
const PENDING_MAX: i32 = 2_000;
const HISTORY_MAX: i32 = 3_000;

pub(super) fn pending() -> Result<Vec<Row>, Gap> {
    let ask = || -> Result<Vec<Row>, Error> {
        com::begin()?;
        let searcher = searcher()?;
        // SAFETY: calls of a COM object that lives until the end of this block, with arguments that outlive the calls.
        let updates = unsafe {
            searcher.SetOnline(VARIANT_FALSE)?;
            searcher.Search(&BSTR::from(OFFERED))?.Updates()?
        };
        // SAFETY: as above.
        let count = unsafe { updates.Count()? }.min(PENDING_MAX);
        // SAFETY: the index lies below the count.
        (0..count).map(|index| offered(&unsafe { updates.get_Item(index)? })).collect()
    };
    ask().map_err(|error| of_com("Windows Update, search", &error))
}

fn searcher() -> Result<IUpdateSearcher, Error> {
    // SAFETY: COM was begun; the class and the interface belong together.
    unsafe {
        let session: IUpdateSession = CoCreateInstance(&UpdateSession, None, CLSCTX_ALL)?;
        session.SetClientApplicationID(&BSTR::from(ASKER))?;
        session.CreateUpdateSearcher()
    }
}

fn offered(update: &IUpdate) -> Result<Row, Error> {
    // SAFETY: reads properties of a COM object that outlives the calls; each index lies below its count.
    unsafe {
        let numbers = update.KBArticleIDs()?;
        let listed: Result<Vec<Cell>, Error> =
            (0..numbers.Count()?.min(50)).map(|index| Ok(text(numbers.get_Item(index)?))).collect();
        let categories = update.Categories()?;
        let kinds: Result<Vec<Cell>, Error> = (0..categories.Count()?.min(50))
            .map(|index| Ok(text(categories.get_Item(index)?.CategoryID()?)))
            .collect();
        Ok(row([
            ("KBArticleIDs", Cell::List(listed?)),
            ("UpdateID", text(update.Identity()?.UpdateID()?)),
            ("Title", text(update.Title()?)),
            ("CategoryIDs", Cell::List(kinds?)),
            ("Type", number(update.Type()?.0)),
            ("MsrcSeverity", text(update.MsrcSeverity()?)),
            ("LastDeploymentChangeTime", instant(from_ole(update.LastDeploymentChangeTime()?))),
        ]))
    }
}

pub(super) fn history() -> Result<Vec<Row>, Gap> {
    let ask = || -> Result<Vec<Row>, Error> {
        com::begin()?;
        let searcher = searcher()?;
        // SAFETY: calls of COM objects that live until the end of this block.
        let (count, entries) = unsafe {
            let count = searcher.GetTotalHistoryCount()?.min(HISTORY_MAX);
            // Asked for nothing, it answers with an error.
            if count <= 0 {
                return Ok(Vec::new());
            }
            let entries = searcher.QueryHistory(0, count)?;
            (entries.Count()?, entries)
        };
        // SAFETY: the index lies below the count.
        (0..count).map(|index| done(&unsafe { entries.get_Item(index)? })).collect()
    };
    ask().map_err(|error| of_com("Windows Update, history", &error))
}

fn done(entry: &IUpdateHistoryEntry) -> Result<Row, Error> {
    // SAFETY: reads properties of a COM object that outlives the calls.
    unsafe {
        Ok(row([
            ("UpdateID", text(entry.UpdateIdentity()?.UpdateID()?)),
            ("Title", text(entry.Title()?)),
            ("Operation", number(entry.Operation()?.0)),
            ("ResultCode", number(entry.ResultCode()?.0)),
            ("Date", instant(from_ole(entry.Date()?))),
        ]))
    }
}

pub(super) fn results() -> Result<Vec<Row>, Gap> {
    let ask = || -> Result<Vec<Row>, Error> {
        com::begin()?;
        // SAFETY: COM was begun; the class and the interface belong together, and the objects live
        // until the end of this block.
        unsafe {
            let automatic: IAutomaticUpdates2 = CoCreateInstance(&AutomaticUpdates, None, CLSCTX_ALL)?;
            let results = automatic.Results()?;
            Ok(vec![row([
                ("LastSearchSuccessDate", date(&results.LastSearchSuccessDate()?)),
                ("LastInstallationSuccessDate", date(&results.LastInstallationSuccessDate()?)),
            ])])
        }
    };
    ask().map_err(|error| of_com("Windows Update, results", &error))
}

/// A date; nothing when it never happened.
fn date(value: &VARIANT) -> Cell {
    if value.vt() != VT_DATE {
        return Cell::Nothing;
    }
    // SAFETY: the kind says that the union holds a date.
    instant(from_ole(unsafe { value.Anonymous.Anonymous.Anonymous.date }))
}

fn text(text: BSTR) -> Cell {
    Cell::Text(text.to_string())
}
