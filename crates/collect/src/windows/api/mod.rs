//! Windows' APIs behind [`Api`]: what neither the registry nor WMI tells, put into rows. They only fetch; what the
//! answers mean is decided elsewhere.
//!
//! The one folder of this crate where `unsafe` is allowed, a file per API. Instants are handed over in CIM's form, as
//! WMI does.

use std::time::Duration;

use model::At;

use super::in_time::in_time;
use super::machine::{Api, Cell, Row, what_it_means};
use crate::gap::Gap;

mod archived_logs;
mod audit_policy;
pub(super) mod com;
mod event_log;
mod extensions;
mod local_accounts;
mod updates;
mod usb_storage;
mod wireless;

/// How long an API may take.
const LIMIT: Duration = Duration::from_secs(8);
/// How long a search among the updates that are known already may take: Windows Update weighs each against the
/// machine. Together with the other questions of its section it stays below a reader's limit.
const SEARCH_LIMIT: Duration = Duration::from_secs(90);
/// The most rows of an answer.
const ROWS_MAX: usize = 20_000;

/// Asks an API within its time limit; `of` names what about.
pub(super) fn ask(api: Api, of: &str) -> Result<Vec<Row>, Gap> {
    type Ask = fn(&str) -> Result<Vec<Row>, Gap>;
    let (limit, ask): (Duration, Ask) = match api {
        Api::PendingUpdates => (SEARCH_LIMIT, |_| updates::pending()),
        Api::UpdateHistory => (LIMIT, |_| updates::history()),
        Api::UpdateResults => (LIMIT, |_| updates::results()),
        Api::Wireless => (LIMIT, |_| wireless::connections()),
        Api::OldestRecord => (LIMIT, event_log::oldest),
        Api::Events => (LIMIT, event_log::events),
        Api::ArchivedLogs => (LIMIT, archived_logs::listed),
        Api::Extensions => (LIMIT, extensions::counted),
        Api::UsbStorage => (LIMIT, |_| usb_storage::known()),
        Api::AuditPolicy => (LIMIT, |_| audit_policy::of_shares()),
        Api::AccountPolicy => (LIMIT, |_| local_accounts::policy()),
        Api::LocalUsers => (LIMIT, |_| local_accounts::users()),
        // The shell loads whatever others hook into it; a process that must not fall over does not ask it.
        Api::VolumeProtection => return Err(Gap::not_collected("only the script asks the shell")),
        Api::PortMappings => (LIMIT, port_mappings),
    };
    let about = of.to_owned();
    in_time(format_args!("{api:?} {of}"), limit, move || ask(&about))
}

/// The ports the router at this address opened on request.
fn port_mappings(gateway: &str) -> Result<Vec<Row>, Gap> {
    let address = gateway.parse().map_err(|_| Gap::failed(format_args!("{gateway}: no address")))?;
    let mappings = crate::gateway::port_mappings(address)?;
    let text = |text: Option<String>| text.map_or(Cell::Nothing, Cell::Text);
    Ok(mappings
        .into_iter()
        .map(|mapping| {
            row([
                ("NewExternalPort", mapping.external_port.map_or(Cell::Nothing, Cell::Number)),
                ("NewProtocol", text(mapping.protocol)),
                ("NewInternalClient", text(mapping.internal_address)),
                ("NewPortMappingDescription", text(mapping.description)),
            ])
        })
        .collect())
}

fn row(cells: impl IntoIterator<Item = (&'static str, Cell)>) -> Row {
    cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect()
}

fn number(number: impl Into<i64>) -> Cell {
    Cell::Number(number.into())
}

/// An instant; nothing when there is none.
fn instant(at: Option<At>) -> Cell {
    at.map_or(Cell::Nothing, |at| Cell::Text(crate::day::to_cim(at)))
}

/// A failed call of an API that tells an error of COM.
fn of_com(what: &str, error: &windows::core::Error) -> Gap {
    what_it_means(what, error.code().0)
}

/// A failed call of an API that tells a system error code.
fn of_code(what: &str, code: u32) -> Gap {
    what_it_means(what, windows::core::HRESULT::from_win32(code).0)
}
