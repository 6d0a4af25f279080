//! The words by which a list names its columns and what stands in them, in Japanese and English, and times as gateways
//! write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use model::At;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    /// What is on here can be used.
    Enabled,
    /// What is on here cannot be used.
    Disabled,
    Display,
    Mail,
    LastUsed,
}

/// Headings as [`plain`] makes them, the surest first within each column.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "vpnid",
            "vpnユーザー名",
            "vpnアカウント",
            "ログインid",
            "ログイン名",
            "ログインアカウント",
            "loginid",
            "loginname",
            "ユーザーid",
            "ユーザid",
            "userid",
            "アカウント名",
            "アカウントid",
            "アカウント",
            "accountname",
            "account",
            "samaccountname",
            "ユーザー名",
            "ユーザ名",
            "username",
            "login",
            "user",
            "ユーザー",
            "ユーザ",
            "commonname",
            "利用者id",
            "id",
            "name",
        ],
    ),
    (
        Column::Enabled,
        &[
            "状態",
            "ステータス",
            "有効",
            "有効無効",
            "有効/無効",
            "有効フラグ",
            "利用可否",
            "利用状況",
            "status",
            "state",
            "enabled",
            "enable",
            "active",
            "isactive",
        ],
    ),
    (
        Column::Disabled,
        &[
            "無効",
            "停止",
            "利用停止",
            "無効フラグ",
            "停止フラグ",
            "ロック",
            "disabled",
            "disable",
            "accountdisabled",
            "suspended",
            "locked",
            "inactive",
        ],
    ),
    (
        Column::Display,
        &[
            "氏名",
            "名前",
            "表示名",
            "社員名",
            "利用者名",
            "利用者",
            "displayname",
            "fullname",
            "realname",
            "description",
        ],
    ),
    (Column::Mail, &["メールアドレス", "メール", "eメール", "email", "mail", "emailaddress", "mailaddress"]),
    (
        Column::LastUsed,
        &[
            "最終利用",
            "最終利用日",
            "最終利用日時",
            "最終ログイン",
            "最終ログイン日時",
            "最終ログオン",
            "最終接続",
            "最終接続日時",
            "lastlogin",
            "lastlogon",
            "lastused",
            "lastuse",
            "lastconnection",
            "lastconnected",
            "lastseen",
            "lastlogintime",
        ],
    ),
];

/// What a heading stands for, and how sure it is among those for the same column: less is surer.
pub(super) fn heading(cell: &str) -> Option<(Column, usize)> {
    let cell = plain(cell);
    HEADINGS.iter().find_map(|(column, words)| {
        words.iter().position(|word| *word == cell).map(|position| (*column, position))
    })
}

/// Lower case, full width made half, without blanks and marks.
pub(super) fn plain(text: &str) -> String {
    let narrow = text.chars().map(|c| match c {
        '！'..='～' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    });
    let kept = narrow.filter(|c| !c.is_whitespace() && !"_-.\"'()[]:・*".contains(*c));
    kept.flat_map(char::to_lowercase).collect()
}

/// What a cell says of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The account can be used, whatever the column is called.
    Usable,
    /// It cannot.
    Unusable,
    /// What the column's heading says holds.
    Yes,
    /// It does not.
    No,
    /// Nothing is written.
    Blank,
    /// Not understood.
    Other,
}

/// What a cell says of a state.
pub(super) fn state(cell: &str) -> State {
    match plain(cell).as_str() {
        "" | "ー" => State::Blank,
        "有効" | "有効化" | "利用中" | "使用中" | "利用可" | "利用可能" | "可" | "許可" | "稼働"
        | "enabled" | "enable" | "active" | "allowed" | "allow" | "ok" | "valid" => State::Usable,
        "無効" | "無効化" | "停止" | "停止中" | "利用停止" | "利用停止中" | "利用不可" | "不可" | "失効"
        | "削除" | "削除済" | "削除済み" | "ロック" | "ロック中" | "拒否" | "disabled" | "disable"
        | "inactive" | "suspended" | "locked" | "denied" | "deny" | "revoked" | "expired" | "invalid" => {
            State::Unusable
        }
        "true" | "yes" | "y" | "on" | "1" | "○" | "〇" | "◯" | "はい" | "✓" | "✔" | "する" => {
            State::Yes
        }
        "false" | "no" | "n" | "off" | "0" | "×" | "✕" | "✗" | "x" | "いいえ" | "しない" => {
            State::No
        }
        _ => State::Other,
    }
}

/// A day, or a day and a time, as lists write it: `2026/11/24 8:30`, `2026-11-24T08:30:00+09:00`, `2026年11月24日`.
/// Without a zone it is local at `offset`.
pub(super) fn at(cell: &str, offset: Offset) -> Option<At> {
    let cell = cell.trim();
    if let Ok(at) = cell.parse::<At>() {
        return Some(at);
    }
    let japanese =
        cell.replace(['年', '月'], "/").replace('日', " ").replace('時', ":").replace(['分', '秒'], " ");
    let mut words = japanese.split([' ', 'T', '\u{3000}']).filter(|word| !word.is_empty());
    let day = words.next()?;
    let mut numbers = day.split(['/', '-', '.']).map(str::parse::<i16>);
    let (year, month, day) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    // 11/24/2026 and 24/11/2026 cannot be told apart by the program; only what begins with the year is read.
    if !(1970..=9999).contains(&year) || numbers.next().is_some() {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let time = match words.next() {
        Some(word) => clock(word)?,
        None => Time::midnight(),
    };
    let stamp = offset.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    At::from_unix_secs(stamp.as_second())
}

fn clock(word: &str) -> Option<Time> {
    let whole = word.split(['.', '+', 'Z']).next()?;
    let mut numbers = whole.split(':').filter(|part| !part.is_empty()).map(str::parse::<i8>);
    let (hour, minute) = (numbers.next()?.ok()?, numbers.next().and_then(Result::ok).unwrap_or(0));
    Time::new(hour, minute, numbers.next().and_then(Result::ok).unwrap_or(0), 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        let check =
            |cell: &str, expected| assert_eq!(heading(cell).map(|(column, _)| column), expected, "{cell}");
        check("ユーザー名", Some(Column::Name));
        check(" User Name ", Some(Column::Name));
        check("ＩＤ", Some(Column::Name));
        check("有効/無効", Some(Column::Enabled));
        check("無効", Some(Column::Disabled));
        check("Last-Login", Some(Column::LastUsed));
        check("E-Mail", Some(Column::Mail));
        check("氏名", Some(Column::Display));
        check("パスワード", None);
    }

    #[test]
    fn times() {
        let tokyo = jiff::tz::offset(9);
        let check = |cell: &str, expected: Option<&str>| {
            let found = at(cell, tokyo).map(|at| at.to_string());
            assert_eq!(found.as_deref(), expected, "{cell}");
        };
        check("2026/11/24 8:30", Some("2026-11-23T23:30:00Z"));
        check("2026-11-24T08:30:00+09:00", Some("2026-11-23T23:30:00Z"));
        check("2026-11-24 08:30:05.123", Some("2026-11-23T23:30:05Z"));
        check("2026年11月24日", Some("2026-11-23T15:00:00Z"));
        check("2026年11月24日 9時5分", Some("2026-11-24T00:05:00Z"));
        check("11/24/2026", None);
        check("2026/13/24", None);
        check("なし", None);
        check("", None);
    }
}
