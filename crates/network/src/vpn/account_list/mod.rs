//! Reads lists of VPN accounts: CSV as gateways and people export it, and the `users` file of FreeRADIUS. Guideline
//! 7.1.1 (accounts are kept up) and 7.1.5 (no shared ids).
//!
//! Passwords that stand in such lists are never kept. Where a list does not say whether an account is in use, it counts
//! as enabled and a remark says so: that way nothing is excused. Whose the accounts are is not known here.

mod remark;
mod sheet;
mod text;
mod users;
mod word;

pub use remark::{AccountRemark, RemarkKind, looks_shared};

use jiff::tz::Offset;
use model::At;

/// The largest list, in bytes.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most accounts.
pub const ACCOUNTS_MAX: usize = 20_000;

/// An account as a list says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// Its id, as written.
    pub name: String,
    /// Whether it can be used; where the list does not say, `true` (see the remarks).
    pub enabled: bool,
    /// The person's name, as the list says it.
    pub display: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Last use.
    pub last_used_at: Option<At>,
    /// The line it begins at, from 1.
    pub line: u64,
    /// Why it looks as though several people use it: a suggestion, for a person to confirm.
    pub looks_shared: Option<String>,
}

/// What kind of list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// Columns with a heading.
    Sheet,
    /// `users` of FreeRADIUS.
    FreeRadiusUsers,
}

/// What a list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountList {
    /// What kind of list it is.
    pub form: ListForm,
    /// The accounts in the order of the list.
    pub accounts: Vec<ListedAccount>,
    /// What a person should look at.
    pub remarks: Vec<AccountRemark>,
}

/// Why a list was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountListError {
    /// More bytes than [`BYTES_MAX`].
    #[error("it is larger than {BYTES_MAX} bytes: hand in the accounts of one VPN")]
    TooLarge,
    /// More accounts than [`ACCOUNTS_MAX`].
    #[error("it has more than {ACCOUNTS_MAX} accounts: hand in those of one VPN")]
    TooManyAccounts,
    /// A workbook, an archive, an image.
    #[error("it is not text: save it as CSV first")]
    NotText,
    /// No line names the columns.
    #[error(
        "no line in it names the columns: put a heading above, with at least the account (ユーザー名, ユーザーID, \
         アカウント, user, login …), and where you have them state (状態, 有効, status, enabled …), name (氏名, \
         display name), mail (メール, e-mail) and last use (最終利用, last login)"
    )]
    NoHeading,
    /// A heading and nothing below.
    #[error("there is no account in it: export the whole list")]
    Empty,
}

/// Reads a list. `offset` is where times without a zone are local; `now` decides what has run out.
///
/// # Errors
/// [`AccountListError`] when it is no list or too large.
pub fn read(bytes: &[u8], offset: Offset, now: At) -> Result<AccountList, AccountListError> {
    if bytes.len() > BYTES_MAX {
        return Err(AccountListError::TooLarge);
    }
    let text = text::decoded(bytes).ok_or(AccountListError::NotText)?;
    let (form, mut accounts, mut remarks) = if users::is_users(&text) {
        let (accounts, remarks) = users::read(&text, offset, now)?;
        (ListForm::FreeRadiusUsers, accounts, remarks)
    } else {
        let (accounts, remarks) = sheet::read(&text, offset)?;
        (ListForm::Sheet, accounts, remarks)
    };
    remark::add(&mut accounts, &mut remarks);
    if accounts.is_empty() && remarks.is_empty() {
        return Err(AccountListError::Empty);
    }
    Ok(AccountList { form, accounts, remarks })
}
