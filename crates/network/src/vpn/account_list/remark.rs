//! What a person should look at in a list of accounts: doubles, and ids that look shared.

use std::collections::HashMap;

use super::ListedAccount;

/// What kind of remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// The same id twice, or ids that differ in the case of letters alone.
    SameId,
    /// An entry that holds for everybody who is not named: `DEFAULT` of FreeRADIUS.
    ForEverybody,
    /// The list does not say which accounts are in use: all count as enabled.
    NoState,
    /// A state that is not understood: the account counts as enabled.
    StateNotUnderstood,
    /// A time that is not understood.
    TimeNotUnderstood,
    /// A line without an id.
    NoName,
    /// Another file that this one takes in and that was not handed in.
    Included,
    /// An id that looks as though several people use it.
    LooksShared,
    /// A row that is too long, or not put together like the others.
    RowNotUnderstood,
}

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AccountRemark {
    /// What.
    pub kind: RemarkKind,
    /// Line, from 1; 0 when it is about the whole list.
    pub line: u64,
    /// The id, the column or the value in question. Never a password.
    pub detail: String,
}

/// Words that stand for a function, not for a person, as ids or parts of one.
const SHARED: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "vpn",
    "vpnuser",
    "guest",
    "test",
    "tester",
    "user",
    "users",
    "shared",
    "share",
    "common",
    "kyoyo",
    "kyouyou",
    "kyotsu",
    "eigyo",
    "eigyou",
    "soumu",
    "somu",
    "keiri",
    "jinji",
    "kaihatsu",
    "gijutsu",
    "sales",
    "support",
    "staff",
    "office",
    "info",
    "team",
    "temp",
    "demo",
    "account",
    "member",
    "remote",
    "tokyo",
    "osaka",
    "honsha",
    "reception",
    "uketsuke",
    "gyomu",
    "gaichu",
];
/// Parts of Japanese ids that do.
const SHARED_JA: &[&str] = &[
    "共用",
    "共有",
    "営業",
    "総務",
    "経理",
    "人事",
    "開発",
    "部",
    "課",
    "支店",
    "本社",
    "テスト",
    "ゲスト",
    "管理者",
];

/// Adds what is seen of the accounts together.
pub(super) fn add(accounts: &mut [ListedAccount], remarks: &mut Vec<AccountRemark>) {
    let mut first: HashMap<String, (u64, String)> = HashMap::new();
    for account in accounts.iter_mut() {
        let line = account.line;
        match first.get(&account.name.to_lowercase()) {
            Some((before, name)) => remarks.push(AccountRemark {
                kind: RemarkKind::SameId,
                line,
                detail: format!("{} = {name}:{before}", account.name),
            }),
            None => {
                first.insert(account.name.to_lowercase(), (line, account.name.clone()));
            }
        }
        account.looks_shared = looks_shared(&account.name);
        if let Some(why) = &account.looks_shared {
            let detail = format!("{}: {why}", account.name);
            remarks.push(AccountRemark { kind: RemarkKind::LooksShared, line, detail });
        }
    }
}

/// The part of an id by which it looks as though several people use it; `None` for an id that may be a person's.
#[must_use]
pub fn looks_shared(name: &str) -> Option<String> {
    let local = name.split('@').next().unwrap_or(name);
    let local = local.rsplit('\\').next().unwrap_or(local).to_lowercase();
    let japanese = SHARED_JA.iter().find(|part| local.contains(**part));
    let words: Vec<&str> = local
        .split(|c: char| !c.is_alphabetic())
        .map(|word| word.trim_matches(|c: char| !c.is_alphabetic()))
        .filter(|word| !word.is_empty())
        .collect();
    let all_known = !words.is_empty() && words.iter().all(|word| SHARED.contains(word));
    let suffix = ["bu", "ka"].iter().any(|suffix| {
        local
            .strip_suffix(suffix)
            .is_some_and(|stem| SHARED.contains(&stem.trim_end_matches(['-', '_', '.'])))
    });
    // One word of a function is enough when it is one that nobody is called by.
    let telling = ["shared", "share", "common", "kyoyo", "kyouyou", "guest", "test"];
    let telling = words.iter().find(|word| telling.contains(word));
    if let Some(part) = japanese {
        return Some((*part).to_owned());
    }
    if all_known || suffix {
        return Some(local.clone());
    }
    telling.map(|word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_names() {
        for name in [
            "admin",
            "vpn",
            "VPN01",
            "guest",
            "test2",
            "user",
            "user-03",
            "共用",
            "営業1",
            "eigyo",
            "eigyo-bu",
            "shared_tokyo",
            "kyoyo.tanaka",
            "EXAMPLE\\vpnuser",
            "info@example.co.jp",
            "sales2",
        ] {
            assert!(looks_shared(name).is_some(), "{name}");
        }
        for name in [
            "tanaka",
            "sato.hanako",
            "suzuki-user",
            "admin-tanaka",
            "k.abe",
            "100234",
            "osakako",
            "kaneko",
            "部屋".trim_end_matches('屋').trim_end_matches('部'),
            "vpn-tanaka",
        ] {
            assert!(looks_shared(name).is_none(), "{name}");
        }
    }
}
