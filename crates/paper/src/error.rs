//! What can go wrong while writing a document.

use rust_xlsxwriter::XlsxError;

/// Why a document was not written.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The workbook library refused something.
    #[error("the {part} of the workbook could not be written: {source}")]
    Workbook {
        /// Which part.
        part: &'static str,
        /// What the library says.
        source: XlsxError,
    },
    /// The finished parts could not be put into one file.
    #[error("the workbook's parts could not be put together: {0}")]
    Package(#[source] zip::result::ZipError),
    /// More rows than a worksheet holds.
    #[error("{rows} rows do not fit on a worksheet, which holds {limit}: choose fewer")]
    TooManyRows {
        /// How many there are.
        rows: usize,
        /// How many fit.
        limit: usize,
    },
    /// More columns than a worksheet holds.
    #[error("{columns} columns do not fit on a worksheet, which holds {limit}: choose fewer")]
    TooManyColumns {
        /// How many there are.
        columns: usize,
        /// How many fit.
        limit: usize,
    },
}

impl PaperError {
    /// Names the part that was being written.
    pub(crate) fn in_part(part: &'static str) -> impl FnOnce(XlsxError) -> Self {
        move |source| Self::Workbook { part, source }
    }
}
