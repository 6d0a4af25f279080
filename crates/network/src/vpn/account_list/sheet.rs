//! Lists with columns: finds the heading, the delimiter and which column is which, and reads the rows.

use jiff::tz::Offset;

use super::remark::{AccountRemark, RemarkKind};
use super::word::{self, Column, State};
use super::{ACCOUNTS_MAX, AccountListError, ListedAccount};

/// The heading stands within so many lines.
const HEADING_LINES_MAX: usize = 20;
/// The most columns.
const COLUMNS_MAX: usize = 256;
/// The longest cell kept, in characters.
const CELL_MAX_CHARS: usize = 200;
/// The most remarks of one kind of trouble in rows.
const REMARKS_MAX: usize = 100;

/// What stands in place of a time that there never was.
const NEVER: [&str; 6] = ["-", "ー", "なし", "未利用", "never", "n/a"];

/// Which column stands where.
#[derive(Debug, Default)]
struct Columns {
    /// Candidates for the id, the surest first.
    names: Vec<usize>,
    state: Option<(usize, Column)>,
    display: Option<usize>,
    mail: Option<usize>,
    last_used: Option<usize>,
}

impl Columns {
    fn of(row: &csv::StringRecord) -> Option<Self> {
        let mut columns = Self::default();
        let mut names: Vec<(usize, usize)> = Vec::new();
        for (at, cell) in row.iter().enumerate().take(COLUMNS_MAX) {
            let Some((column, sureness)) = word::heading(cell) else { continue };
            match column {
                Column::Name => names.push((sureness, at)),
                Column::Enabled => columns.state = columns.state.or(Some((at, column))),
                // A column of its own for "enabled" says more than one for "locked".
                Column::Disabled => columns.state = columns.state.or(Some((at, column))),
                Column::Display => columns.display = columns.display.or(Some(at)),
                Column::Mail => columns.mail = columns.mail.or(Some(at)),
                Column::LastUsed => columns.last_used = columns.last_used.or(Some(at)),
            }
        }
        names.sort_unstable();
        columns.names = names.into_iter().map(|(_, at)| at).collect();
        (!columns.names.is_empty()).then_some(columns)
    }

    fn count(&self) -> usize {
        let others =
            [self.state.is_some(), self.display.is_some(), self.mail.is_some(), self.last_used.is_some()];
        self.names.len() + others.into_iter().filter(|there| *there).count()
    }
}

/// A heading with the rows below it.
struct Sheet {
    columns: Columns,
    rows: Vec<(u64, csv::StringRecord)>,
    broken: Vec<u64>,
}

/// Reads the list.
pub(super) fn read(
    text: &str,
    offset: Offset,
) -> Result<(Vec<ListedAccount>, Vec<AccountRemark>), AccountListError> {
    let sheet = [b',', b'\t', b';', b'|']
        .into_iter()
        .filter_map(|delimiter| sheet(text, delimiter))
        .max_by_key(|sheet| sheet.columns.count())
        .ok_or(AccountListError::NoHeading)?;
    if sheet.rows.len() > ACCOUNTS_MAX {
        return Err(AccountListError::TooManyAccounts);
    }
    let mut remarks = Vec::new();
    let mut add = |kind, line, detail: String| {
        if remarks.iter().filter(|remark: &&AccountRemark| remark.kind == kind).count() < REMARKS_MAX {
            remarks.push(AccountRemark { kind, line, detail });
        }
    };
    sheet.broken.iter().for_each(|line| add(RemarkKind::RowNotUnderstood, *line, String::new()));
    if sheet.columns.state.is_none() {
        add(RemarkKind::NoState, 0, String::new());
    }
    let name = id_column(&sheet);
    let mut accounts = Vec::with_capacity(sheet.rows.len());
    for (line, row) in &sheet.rows {
        let id = cell(row, Some(name)).unwrap_or_default();
        if id.is_empty() {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                add(RemarkKind::NoName, *line, String::new());
            }
            continue;
        }
        let written = sheet.columns.state.and_then(|(at, _)| row.get(at)).unwrap_or_default();
        let enabled = match sheet.columns.state.map(|(_, column)| enabled(column, word::state(written))) {
            Some(None) => {
                add(RemarkKind::StateNotUnderstood, *line, format!("{id}: {}", short(written)));
                true
            }
            Some(Some(said)) => said,
            None => true,
        };
        let used = cell(row, sheet.columns.last_used);
        let last_used_at = used.as_deref().and_then(|used| word::at(used, offset));
        let never = |used: &str| NEVER.contains(&used.to_lowercase().as_str());
        if let (Some(used), None) = (used.filter(|used| !never(used)), last_used_at) {
            add(RemarkKind::TimeNotUnderstood, *line, format!("{id}: {used}"));
        }
        accounts.push(ListedAccount {
            name: id,
            enabled,
            display: cell(row, sheet.columns.display),
            mail: cell(row, sheet.columns.mail),
            last_used_at,
            line: *line,
            looks_shared: None,
        });
    }
    if accounts.is_empty() {
        return Err(AccountListError::Empty);
    }
    Ok((accounts, remarks))
}

/// The text as a sheet with this delimiter, if a heading is found in its first lines.
fn sheet(text: &str, delimiter: u8) -> Option<Sheet> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns: Option<Columns> = None;
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    for (at, row) in reader.records().enumerate() {
        let Ok(row) = row else {
            broken.push(u64::try_from(at).unwrap_or_default() + 1);
            continue;
        };
        let line = row.position().map_or(0, csv::Position::line);
        match &columns {
            // A list of one column of words such as "user" is a heading too, so the first that fits is taken.
            None if at < HEADING_LINES_MAX => columns = Columns::of(&row),
            None => return None,
            Some(_) => rows.push((line, row)),
        }
        if rows.len() > ACCOUNTS_MAX {
            break;
        }
    }
    Some(Sheet { columns: columns?, rows, broken })
}

/// The column with the ids. `ID` may hold running numbers beside a user name, and `ユーザー名` may hold people's names beside
/// an id: the surest heading is taken whose cells look like ids – ASCII without blanks, and not all of them numbers –
/// else the surest of all.
fn id_column(sheet: &Sheet) -> usize {
    let looks = |at: usize| {
        let cells: Vec<String> =
            sheet.rows.iter().filter_map(|(_, row)| cell(row, Some(at))).take(200).collect();
        let ascii = cells.iter().filter(|cell| cell.is_ascii() && !cell.contains(' ')).count();
        let letters = cells.iter().filter(|cell| cell.chars().any(char::is_alphabetic)).count();
        !cells.is_empty() && ascii * 2 > cells.len() && letters * 2 > cells.len()
    };
    let names = &sheet.columns.names;
    names.iter().find(|at| looks(**at)).or(names.first()).copied().unwrap_or_default()
}

/// Whether the account can be used, by the column's heading and what stands there.
fn enabled(column: Column, state: State) -> Option<bool> {
    match (column, state) {
        (_, State::Usable) | (Column::Disabled, State::No | State::Blank) => Some(true),
        (_, State::Unusable) | (Column::Disabled, State::Yes) => Some(false),
        (_, State::Yes) => Some(true),
        (_, State::No) => Some(false),
        (_, State::Blank | State::Other) => None,
    }
}

fn cell(row: &csv::StringRecord, at: Option<usize>) -> Option<String> {
    let text = short(row.get(at?)?);
    (!text.is_empty()).then_some(text)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(CELL_MAX_CHARS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accounts as `id+` or `id-`, remarks as `kind:line`.
    fn check(text: &str, accounts: &str, remarks: &str) {
        let (found, said) = read(text, jiff::tz::offset(9)).unwrap();
        let found: Vec<String> =
            found.iter().map(|own| format!("{}{}", own.name, if own.enabled { '+' } else { '-' })).collect();
        let said: Vec<String> = said.iter().map(|own| format!("{:?}:{}", own.kind, own.line)).collect();
        assert_eq!((found.join(" "), said.join(" ")), (accounts.to_owned(), remarks.to_owned()), "{text}");
    }

    #[test]
    fn lists() {
        check("ユーザー名,状態\ntanaka,有効\nsato,無効\n", "tanaka+ sato-", "");
        check("user;disabled\na;true\nb;false\nc;\n", "a- b+ c+", "");
        check("login\tenabled\na\tTRUE\nb\t0\n", "a+ b-", "");
        check(
            "VPN利用者一覧\n出力日 2026/11/24\n\nID,氏名,停止\ntanaka,田中,○\nsato,佐藤,×\n",
            "tanaka- sato+",
            "",
        );
        check("user\na\nb\n", "a+ b+", "NoState:0");
        check(
            "user,status\na,休職\n,有効\nb,\n",
            "a+ b+",
            "StateNotUnderstood:2 NoName:3 StateNotUnderstood:4",
        );
        check("\"user\",\"password\",\"status\"\n\"a\",\"hun,ter2\",\"disabled\"\n", "a-", "");
    }

    #[test]
    fn which_column_is_the_id() {
        check("ID,ユーザー名,状態\n1,tanaka,有効\n2,sato,有効\n", "tanaka+ sato+", "");
        check("ID,ユーザー名,状態\ntanaka,田中 太郎,有効\nsato,佐藤 花子,有効\n", "tanaka+ sato+", "");
        check("ユーザーID,状態\n1001,有効\n1002,無効\n", "1001+ 1002-", "");
    }

    #[test]
    fn other_columns() {
        let text = "ユーザー名,氏名,メール,状態,最終利用\ntanaka,田中 太郎,t@example.co.jp,有効,2026/11/24 8:30\nsato,,,有効,いつか\n";
        let (accounts, remarks) = read(text, jiff::tz::offset(9)).unwrap();
        let first = accounts.first().unwrap();
        assert_eq!(first.display.as_deref(), Some("田中 太郎"));
        assert_eq!(first.mail.as_deref(), Some("t@example.co.jp"));
        assert_eq!(first.last_used_at.unwrap().to_string(), "2026-11-23T23:30:00Z");
        assert_eq!(first.line, 2);
        assert_eq!(remarks.len(), 1);
        assert_eq!(remarks.first().unwrap().kind, RemarkKind::TimeNotUnderstood);
    }

    #[test]
    fn what_is_none() {
        let check = |text: &str, expected| assert_eq!(read(text, jiff::tz::offset(9)).err(), Some(expected));
        check("tanaka,有効\nsato,無効\n", AccountListError::NoHeading);
        check("", AccountListError::NoHeading);
        check("user,status\n", AccountListError::Empty);
        check(&format!("user\n{}", "a\n".repeat(ACCOUNTS_MAX + 1)), AccountListError::TooManyAccounts);
    }
}
