//! Why a file is not read.

use model::Text;

/// Why a file, or a sheet of it, is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It goes beyond a bound.
    #[error("{}: {found}, the limit is {limit}", .bound.text().en)]
    TooBig {
        /// Which.
        bound: Bound,
        /// How much is read.
        limit: u64,
        /// How much there is, or how much there is at least.
        found: u64,
    },
    /// It is in another format.
    #[error("the file is {0}, which is not read: save it as .xlsx (Excel workbook) or CSV")]
    Other(&'static str),
    /// It is behind a password.
    #[error("the file is protected by a password: save it without one")]
    Encrypted,
    /// A part of it is an archive of its own.
    #[error("the workbook holds another file, '{0}': save it without")]
    Nested(String),
    /// It is damaged, or made by a program that does it differently.
    #[error("the workbook is damaged: {0}: open it in Excel or LibreOffice and save it again as .xlsx")]
    Broken(String),
    /// On this line of a CSV file a quotation mark opens that nothing closes.
    #[error(
        "the file is damaged: the quotation mark on line {0} is never closed: close it, or save the file again"
    )]
    OpenQuote(usize),
    /// Its characters are not known.
    #[error("the file is neither UTF-8 nor Shift_JIS text: save it as .xlsx or as CSV in UTF-8")]
    NotText,
}

/// What is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Bytes of the file.
    FileBytes,
    /// Bytes of a workbook's parts once inflated.
    InflatedBytes,
    /// Parts of a workbook.
    Parts,
    /// Sheets of a workbook.
    Sheets,
    /// Entries of one kind in a workbook's tables: texts, formats, merged cells.
    Entries,
    /// The last row in use.
    Rows,
    /// The last column in use.
    Columns,
    /// Characters of a cell.
    CellUnits,
    /// Bytes of all texts together.
    TextBytes,
}

impl Bound {
    /// What is counted, in words.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::FileBytes => Text::new("ファイルの大きさ(バイト)", "Bytes of the file"),
            Self::InflatedBytes => Text::new("展開後の大きさ(バイト)", "Bytes of the workbook once inflated"),
            Self::Parts => Text::new("ブックの部品の数", "Parts of the workbook"),
            Self::Sheets => Text::new("シートの数", "Sheets"),
            Self::Entries => Text::new("ブックの内部の表の項目数", "Entries of a table inside the workbook"),
            Self::Rows => Text::new("使われている最後の行", "The last row in use"),
            Self::Columns => Text::new("使われている最後の列", "The last column in use"),
            Self::CellUnits => Text::new("1つのセルの文字数", "Characters of one cell"),
            Self::TextBytes => Text::new("文字全体の量(バイト)", "Bytes of all texts together"),
        }
    }
}

impl SheetError {
    /// The same in both languages, for the person who handed the file in.
    #[must_use]
    pub fn text(&self) -> Text {
        let ja = match self {
            Self::Empty => "ファイルが空です。".to_owned(),
            Self::TooBig { bound, limit, found } => {
                format!("{}が上限を超えています: {found} (上限 {limit})。", bound.text().ja)
            }
            Self::Other(found) => {
                let found = if *found == "no workbook" { "Excelブックではないもの" } else { found };
                format!("{found} は読み取れません。.xlsx (Excelブック) か CSV で保存してください。")
            }
            Self::Encrypted => "パスワードで保護されています。パスワードなしで保存してください。".to_owned(),
            Self::Nested(name) => {
                format!("別のファイル「{name}」が埋め込まれています。取り除いて保存してください。")
            }
            Self::Broken(why) => format!(
                "ブックが壊れています({why})。ExcelかLibreOfficeで開き、.xlsx で保存し直してください。"
            ),
            Self::OpenQuote(line) => format!(
                "ファイルが壊れています。{line}行目で始まる引用符(\")が閉じられていません。閉じるか、保存し直してください。"
            ),
            Self::NotText => {
                "文字コードがUTF-8でもShift_JISでもありません。.xlsx か、UTF-8のCSVで保存してください。"
                    .to_owned()
            }
        };
        Text::new(ja, format!("{self}."))
    }
}

/// Whether a count stays within a bound.
pub(super) fn within(bound: Bound, limit: u64, found: u64) -> Result<(), SheetError> {
    if found > limit { Err(SheetError::TooBig { bound, limit, found }) } else { Ok(()) }
}
