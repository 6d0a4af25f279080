//! Keeping what was handed out, byte for byte, and telling later whether a file is one of those.

use model::evidence::id_of;
use model::{Caller, Lang};
use store::ReportLine;

use super::{Format, Kind, document};
use crate::{Action, App, AppError, Invalid, Result};

/// The largest report kept or checked, in bytes.
pub const REPORT_MAX_BYTES: usize = 64 * 1024 * 1024;
/// How many reports one person makes in 24 hours: they are kept for ever.
const REPORTS_A_DAY_MAX: u32 = 60;
/// How many of the reports made are listed.
pub const REPORTS_SHOWN_MAX: u32 = 200;

impl App {
    /// A report as a document of now; `None` for a page, which is not made here.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the kind has no such format or there is nothing to plan; or the document cannot be made.
    pub fn report_document(
        &self,
        caller: &Caller,
        kind: Kind,
        format: Format,
        lang: Lang,
    ) -> Result<Option<Vec<u8>>> {
        self.allow(caller, Action::Look, "report")?;
        if !kind.formats().contains(&format) {
            return Err(Invalid::new("format", "unknown-choice").into());
        }
        document(self, caller, format, lang)
    }

    /// Keeps a report as it is handed out, with its seal: the SHA-256 of its bytes. Gives its number.
    ///
    /// # Errors
    /// The caller may not, the kind has no such format, or the file is too large or empty.
    pub fn keep_report(
        &self,
        caller: &Caller,
        kind: Kind,
        format: Format,
        lang: Lang,
        bytes: &[u8],
    ) -> Result<i64> {
        let object = format!("report/{}", kind.name());
        self.allow(caller, Action::ReportMake, &object)?;
        if !kind.formats().contains(&format) {
            return Err(Invalid::new("format", "unknown-choice").into());
        }
        if bytes.is_empty() || bytes.len() > REPORT_MAX_BYTES {
            return Err(Invalid::new("report", "too-large").with(REPORT_MAX_BYTES / 1024 / 1024).into());
        }
        let now = self.now();
        let made = self.store.read(|read| read.reports_since(&caller.name, now.plus_days(-1)))?;
        if made >= REPORTS_A_DAY_MAX {
            return Err(Invalid::new("report", "reports-a-day").with(REPORTS_A_DAY_MAX).into());
        }
        // The witness of the store relies on the detail beginning with the seal.
        let detail = format!("{} {} {}", id_of(bytes), format.name(), lang.code());
        self.store.change(&self.act(caller, Action::ReportMake, &object, &detail), |change| {
            let what = (kind.name(), format.name(), lang);
            change.add_report(what, bytes, &caller.name, now).map_err(AppError::from)
        })
    }

    /// The reports made, the newest first, at most [`REPORTS_SHOWN_MAX`].
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn reports(&self, caller: &Caller) -> Result<Vec<ReportLine>> {
        self.allow(caller, Action::Look, "reports")?;
        Ok(self.store.read(|read| read.reports(REPORTS_SHOWN_MAX))?)
    }

    /// A report with its bytes.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn report_file(&self, caller: &Caller, id: i64) -> Result<(ReportLine, Vec<u8>)> {
        self.allow(caller, Action::Look, "reports")?;
        self.store.read(|read| read.report(id))?.ok_or(AppError::NotFound("report"))
    }

    /// The report a file is, byte for byte; `None` when it was not made here or was altered since.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn check_report(&self, caller: &Caller, bytes: &[u8]) -> Result<Option<ReportLine>> {
        self.allow(caller, Action::Look, "reports")?;
        let seal = id_of(bytes);
        self.store.read(|read| {
            let Some(line) = read.report_sealed(&seal)? else { return Ok(None) };
            // A row in the table alone proves nothing: the file kept with it and the audit chain have to say the same.
            let kept = read.report(line.id)?.is_some_and(|(_, file)| id_of(&file) == seal);
            Ok((kept && read.report_witnessed(&seal)?).then_some(line))
        })
    }
}
