//! Reads logs of RADIUS servers into events – who was let in or refused, whose session began and ended, from where – and
//! makes of them what guideline 7.1.2, 7.1.5 and 7.1.6 ask: does a log arrive, was anybody let in whom the directory has
//! disabled, is one id in use from two places.
//!
//! FreeRADIUS `detail` files and `radius.log`; Windows NPS in its three forms (DTS, database-compatible, IAS). A log is
//! read line by line and never held in memory; lines are bounded. Passwords that FreeRADIUS was told to log are passed
//! over. Who is in the directory is asked of whoever calls.

mod access;
mod attack;
mod detail;
mod from;
mod line;
mod log;
mod nps;
mod overlap;
mod stamp;
mod user;

pub use access::{Accesses, Analysis, DisabledAccept, Standing, WINDOW_DAYS, accesses};
pub use attack::{Attack, AttackKind, REJECTS_MIN, SPRAYED_MIN, WITHIN_MINUTES};
pub use from::{address, differ};
pub use overlap::{OPEN_SECS, ROAMING_SECS, TwoPlaces};
pub(crate) use stamp::month;
pub use user::UserName;

use std::io::BufRead;

use jiff::tz::Offset;
use model::At;

use line::Lines;

/// So many lines are looked at to tell what kind of log it is.
const LOOKED_AT_LINES: usize = 500;

/// What kind of log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogForm {
    /// `detail` of FreeRADIUS: accounting.
    Detail,
    /// `radius.log` of FreeRADIUS, with `auth = yes`.
    RadiusLog,
    /// NPS, "DTS compliant": XML.
    NpsDts,
    /// NPS, "ODBC (legacy)": the database-compatible form.
    NpsDatabase,
    /// NPS, "IAS (legacy)".
    NpsIas,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Let in.
    Accept,
    /// Refused.
    Reject,
    /// A session began.
    Start,
    /// A session goes on.
    Interim,
    /// A session ended.
    Stop,
    /// The gateway began anew: its sessions are gone.
    Restart,
}

/// One event of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'f> {
    /// When.
    pub at: At,
    /// Who; empty at [`Outcome::Restart`].
    pub user: UserName,
    /// What.
    pub outcome: Outcome,
    /// Where the user is: an address mostly, as written (Calling-Station-Id, else Tunnel-Client-Endpoint).
    pub from: Option<String>,
    /// The gateway: its address or name.
    pub nas: Option<String>,
    /// The session's id.
    pub session: Option<String>,
    /// For how many seconds the session had lasted, as the gateway says.
    pub lasted_secs: Option<i64>,
    /// The file.
    pub file: &'f str,
    /// The line it begins at, from 1.
    pub line: u64,
}

impl Event<'_> {
    /// `radius.log:12`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// What kind of log it is.
    pub form: LogForm,
    /// Lines.
    pub lines: u64,
    /// Events.
    pub events: u64,
    /// Records that should have been events and were not understood: no time, no user.
    pub not_understood: u64,
    /// Lines longer than [`LINE_BYTES_MAX`], left out.
    pub too_long: u64,
}

pub use line::LINE_BYTES_MAX;

/// Why a log was not read.
#[derive(Debug, thiserror::Error)]
pub enum RadiusError {
    /// Reading failed.
    #[error("it could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// None of the forms.
    #[error(
        "it is no RADIUS log that can be read: hand in detail or radius.log of FreeRADIUS, or a log file of Windows NPS \
         (DTS, ODBC or IAS format)"
    )]
    Unrecognised,
}

/// Takes lines and makes events of them.
trait Parser<'f> {
    /// One line, without its end.
    fn line(&mut self, number: u64, text: &str, take: &mut dyn FnMut(Event<'f>));
    /// There are no more.
    fn end(&mut self, take: &mut dyn FnMut(Event<'f>));
    /// Records that were not understood.
    fn not_understood(&self) -> u64;
}

/// Reads a log and hands over its events in its order. `file` is the name it goes by; `offset` is where the server's
/// clock is local, for times that do not name their zone.
///
/// # Errors
/// [`RadiusError`] when it cannot be read or is no such log. What was handed over before a failure to read stays.
pub fn read<'f>(
    input: impl BufRead,
    file: &'f str,
    offset: Offset,
    take: &mut dyn FnMut(Event<'f>),
) -> Result<Counts, RadiusError> {
    let mut lines = Lines::new(input);
    let mut first: Vec<(u64, String)> = Vec::new();
    let mut form = None;
    while form.is_none() && first.len() < LOOKED_AT_LINES {
        let Some((number, text)) = lines.next()? else { break };
        form = form_of(&text);
        first.push((number, text));
    }
    let form = form.ok_or(RadiusError::Unrecognised)?;
    let mut parser: Box<dyn Parser<'f>> = match form {
        LogForm::Detail => Box::new(detail::Detail::new(file, offset)),
        LogForm::RadiusLog => Box::new(log::Log::new(file, offset)),
        LogForm::NpsDts => Box::new(nps::Nps::dts(file, offset)),
        LogForm::NpsDatabase => Box::new(nps::Nps::database(file, offset)),
        LogForm::NpsIas => Box::new(nps::Nps::ias(file, offset)),
    };
    let mut events = 0;
    let mut counted = |event| {
        events += 1;
        take(event);
    };
    for (number, text) in first {
        parser.line(number, &text, &mut counted);
    }
    while let Some((number, text)) = lines.next()? {
        parser.line(number, &text, &mut counted);
    }
    parser.end(&mut counted);
    let not_understood = parser.not_understood();
    Ok(Counts { form, lines: lines.read(), events, not_understood, too_long: lines.too_long() })
}

/// What kind of log a line belongs to; `None` when it could be any.
fn form_of(line: &str) -> Option<LogForm> {
    let line = line.trim();
    if line.starts_with("<Event") || line.starts_with("<?xml") {
        return Some(LogForm::NpsDts);
    }
    if let Some((_, rest)) = stamp::ctime(line) {
        return match rest.trim_start() {
            "" => Some(LogForm::Detail),
            rest if rest.starts_with(": ") => Some(LogForm::RadiusLog),
            _ => None,
        };
    }
    let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).take(6).collect();
    let service = |cell: &&str| ["IAS", "RAS"].contains(cell);
    match cells.as_slice() {
        [_, own, day, ..] if service(own) && stamp::is_day(day) => Some(LogForm::NpsDatabase),
        ["ComputerName", "ServiceName", ..] => Some(LogForm::NpsDatabase),
        [_, _, day, _, own, _] if service(own) && stamp::is_day(day) => Some(LogForm::NpsIas),
        _ => None,
    }
}
