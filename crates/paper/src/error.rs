//! What can go wrong while writing or reading a document.

use model::Text;
use rust_xlsxwriter::XlsxError;

use crate::sheet::SheetError;

/// Why a document was not written or read.
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
    /// A file that was handed in is not read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A file that was handed in holds no table with the headings that are looked for.
    #[error("no table was found whose headings are those of {}", .wanted.en)]
    NoTable {
        /// What was looked for.
        wanted: Text,
    },
    /// A file that was handed in lacks a column nothing can be read without.
    #[error("there is no column {}", .column.en)]
    NoColumn {
        /// Which.
        column: Text,
    },
    /// A file that was handed in is another document of ours, or of a later version.
    #[error("the document is '{found}', which is not read here")]
    OtherForm {
        /// What it says it is.
        found: String,
    },
    /// A file that was handed in is not the OSCAL document it should be.
    #[error("not an OSCAL {wanted}: {why}")]
    NotOscal {
        /// The model.
        wanted: &'static str,
        /// What is missing.
        why: &'static str,
    },
}

impl PaperError {
    /// What to tell the person who handed a file in; `None` when the fault is not in a file.
    #[must_use]
    pub fn text(&self) -> Option<Text> {
        let ja = match self {
            Self::Sheet(error) => return Some(error.text()),
            Self::NoTable { wanted } => format!("{}の見出しを持つ表が見つかりません。", wanted.ja),
            Self::NoColumn { column } => format!("「{}」の列がありません。", column.ja),
            Self::OtherForm { found } => {
                format!("このファイルは「{found}」で、ここでは読み取れません。")
            }
            Self::NotOscal { wanted, .. } => format!("OSCALの {wanted} として読み取れません({self})。"),
            Self::Workbook { .. }
            | Self::Package(_)
            | Self::TooManyRows { .. }
            | Self::TooManyColumns { .. } => {
                return None;
            }
        };
        Some(Text::new(ja, format!("{self}.")))
    }

    /// Names the part that was being written.
    pub(crate) fn in_part(part: &'static str) -> impl FnOnce(XlsxError) -> Self {
        move |source| Self::Workbook { part, source }
    }
}
