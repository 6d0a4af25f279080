//! Section `accounts`: local accounts and administrators by their security ids, LAPS, and the policy in force.

use std::collections::HashMap;

use model::At;
use model::facts::{Account, AccountPolicy, Accounts, Laps, LapsKind, LocalAccount};

use super::machine::{Api, CIMV2, Hive, Machine, RSOP, Row};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

/// Well-known groups.
const ADMINISTRATORS: &str = "S-1-5-32-544";
pub(crate) const REMOTE_DESKTOP_USERS: &str = "S-1-5-32-555";
/// Relative id of the built-in Administrator.
const ADMINISTRATOR_RID: i64 = 500;
/// The most accounts in one document.
const ACCOUNTS_MAX: usize = 5_000;
/// Where LAPS is set up: by a mobile device management, by group policy, on the machine; the first that is set counts
/// (Microsoft: "Configure policy settings for Windows LAPS").
const WINDOWS_LAPS: [&str; 3] = [
    r"SOFTWARE\Microsoft\Policies\LAPS",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config",
];
/// Where Windows LAPS writes that it changed the password in Active Directory and in Entra ID.
pub(crate) const LAPS_CHANGES: &str = "Microsoft-Windows-LAPS/Operational:10018,10029";
const LAPS_DAYS_MAX: i64 = 3_650;
/// `TIMEQ_FOREVER`.
const FOR_EVER: i64 = 0xFFFF_FFFF;
/// A password older than Windows NT was never set.
const AGE_MAX_SECS: i64 = 40 * 365 * 86_400;
const LEGACY_LAPS: &str = r"SOFTWARE\Policies\Microsoft Services\AdmPwd";

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Accounts, Gap> {
    let mut local = gaps.keep("local", local(machine));
    if let Some(accounts) = &mut local
        && let Some(set) = gaps.keep("local.password_set_at", passwords_set(machine))
    {
        for account in accounts {
            account.password_set_at = account.rid.and_then(|rid| set.get(&rid).copied());
        }
    }
    let laps = gaps.keep("laps", laps(machine)).map(|kind| Laps {
        expires_at: if kind == LapsKind::None {
            None
        } else {
            gaps.keep("laps.expires_at", expiry(machine, kind))
        },
        kind: Some(kind),
    });
    Ok(Accounts {
        local,
        administrators: gaps.keep("administrators", members(machine, ADMINISTRATORS)),
        laps,
        policy: policy(machine, gaps),
    })
}

/// When the password of each account was set, by relative id. An account that never had one tells no age.
fn passwords_set(machine: &dyn Machine) -> Result<HashMap<i64, At>, Gap> {
    let rows = machine.ask(Api::LocalUsers, "")?;
    let set = |row: &Row| {
        let age = row.number("PasswordAge").filter(|age| (1..AGE_MAX_SECS).contains(age))?;
        Some((row.number("UserId")?, machine.now().plus_secs(-age)))
    };
    Ok(rows.iter().filter_map(set).collect())
}

/// The policy for accounts of this machine. Whether passwords must be complex is told by group policy alone.
fn policy(machine: &dyn Machine, gaps: &mut Gaps) -> Option<AccountPolicy> {
    let told = machine.ask(Api::AccountPolicy, "");
    let row = told.and_then(|rows| rows.into_iter().next().ok_or_else(|| Gap::not_found("no policy")));
    let row = gaps.keep("policy", row)?;
    let span =
        |name: &str, unit: i64| row.number(name).map(|secs| if secs == FOR_EVER { 0 } else { secs / unit });
    Some(AccountPolicy {
        min_length: row.number("MinPasswordLength"),
        complexity: gaps.keep("policy.complexity", complexity(machine)),
        lockout_threshold: row.number("LockoutThreshold"),
        lockout_minutes: span("LockoutDuration", 60),
        max_age_days: span("MaxPasswordAge", 86_400),
        history: row.number("PasswordHistoryLength"),
    })
}

/// Whether group policy demands complex passwords (needs administrator rights). A local setting is kept in a database
/// that no interface of Windows opens for reading.
fn complexity(machine: &dyn Machine) -> Result<bool, Gap> {
    let wql = "SELECT Setting FROM RSOP_SecuritySettingBoolean WHERE KeyName = 'PasswordComplexity' AND precedence = 1";
    let rows = machine.query(RSOP, wql)?;
    let set = rows.first().and_then(|row| row.flag("Setting"));
    set.ok_or_else(|| Gap::not_collected("no group policy sets it; the local setting is not read"))
}

/// When LAPS will change the password: its last change, as the event log tells it, and the age the policy allows
/// (Microsoft: "Use Windows LAPS event logs", 10018 and 10029; "PasswordAgeDays", 30 when it is not set). The old LAPS
/// keeps the date in the directory alone.
fn expiry(machine: &dyn Machine, kind: LapsKind) -> Result<At, Gap> {
    if kind != LapsKind::Windows {
        return Err(Gap::not_collected("the directory tells"));
    }
    let changes = machine.ask(Api::Events, LAPS_CHANGES)?;
    let last = changes.iter().filter_map(|row| row.at("TimeCreated")).max();
    let last = last.ok_or_else(|| Gap::not_found("no change of the password in the event log"))?;
    let mut days = None;
    for key in WINDOWS_LAPS {
        if machine.values(Hive::Machine, key)?.is_some_and(|values| !values.is_empty()) {
            days = machine.number(key, "PasswordAgeDays")?;
            break;
        }
    }
    let days = i64::try_from(days.unwrap_or(30)).ok().filter(|days| (1..=LAPS_DAYS_MAX).contains(days));
    days.map(|days| last.plus_days(days)).ok_or_else(|| Gap::failed("PasswordAgeDays"))
}

/// The accounts of this machine.
fn local(machine: &dyn Machine) -> Result<Vec<LocalAccount>, Gap> {
    let rows = machine
        .query(CIMV2, "SELECT SID, Name, Disabled FROM Win32_UserAccount WHERE LocalAccount = TRUE")?;
    if rows.is_empty() {
        // Every Windows has some, but for domain controllers, whose accounts are the domain's.
        return Err(Gap::not_found("no local account"));
    }
    at_most(rows.iter().filter_map(local_account).collect(), ACCOUNTS_MAX, "accounts")
}

fn local_account(row: &Row) -> Option<LocalAccount> {
    let rid = row.text("SID")?.rsplit('-').next()?.parse().ok()?;
    Some(LocalAccount {
        rid: Some(rid),
        name: row.text("Name"),
        enabled: row.flag("Disabled").map(|off| !off),
        password_set_at: None,
    })
}

/// Whether the built-in Administrator, whatever it is called, can be used at all.
pub(crate) fn administrator_is_enabled(machine: &dyn Machine) -> Result<bool, Gap> {
    let all = local(machine)?;
    let found =
        all.iter().find(|account| account.rid == Some(ADMINISTRATOR_RID)).and_then(|account| account.enabled);
    found.ok_or_else(|| Gap::not_found("the account with the relative id 500"))
}

/// The members of a local group, told by its security id, as its name depends on the language.
pub(crate) fn members(machine: &dyn Machine, sid: &str) -> Result<Vec<Account>, Gap> {
    let group = machine.one(
        CIMV2,
        &format!("SELECT Domain, Name FROM Win32_Group WHERE LocalAccount = TRUE AND SID = '{sid}'"),
    )?;
    let (Some(domain), Some(name)) = (group.text("Domain"), group.text("Name")) else {
        return Err(Gap::not_found(format_args!("the group {sid} has no name")));
    };
    let path = format!("Win32_Group.Domain=\"{}\",Name=\"{}\"", quoted(&domain), quoted(&name));
    let rows = machine.query(
        CIMV2,
        &format!("ASSOCIATORS OF {{{path}}} WHERE AssocClass = Win32_GroupUser Role = GroupComponent"),
    )?;
    // What cannot be named any more (an account of a lost domain) still has its id.
    let account =
        |row: &Row| Account { sid: row.text("SID"), name: row.text("Caption").or_else(|| row.text("Name")) };
    at_most(rows.iter().map(account).collect(), ACCOUNTS_MAX, "members")
}

/// A text within an object path.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Which LAPS is in force. The first place with any setting in it counts as a whole: without a directory there, the
/// password is kept nowhere. 1 and 2 keep it in Entra ID and Active Directory; 0 turns it off.
fn laps(machine: &dyn Machine) -> Result<LapsKind, Gap> {
    for key in WINDOWS_LAPS {
        if machine.values(Hive::Machine, key)?.is_none_or(|values| values.is_empty()) {
            continue;
        }
        if matches!(machine.number(key, "BackupDirectory")?, Some(1 | 2)) {
            return Ok(LapsKind::Windows);
        }
        break;
    }
    Ok(if machine.number(LEGACY_LAPS, "AdmPwdEnabled")? == Some(1) {
        LapsKind::Legacy
    } else {
        LapsKind::None
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Why;

    use super::super::machine::Cell;
    use super::super::recorded::{Recorded, row, text};
    use super::*;

    /// A machine with its built-in Administrator disabled or not, and two members of a group.
    pub(crate) fn pc(administrator_disabled: bool) -> Recorded {
        let user = |sid: &str, name: &str, disabled: bool| {
            row(&[("SID", text(sid)), ("Name", text(name)), ("Disabled", Cell::Flag(disabled))])
        };
        let member = |sid: &str, caption: &str| row(&[("SID", text(sid)), ("Caption", text(caption))]);
        Recorded::default()
            .rows(
                CIMV2,
                "Win32_UserAccount",
                vec![
                    user("S-1-5-21-1-2-3-500", "管理者", administrator_disabled),
                    user("S-1-5-21-1-2-3-501", "Guest", true),
                    user("S-1-5-21-1-2-3-1001", "sato", false),
                    user("odd", "odd", false),
                ],
            )
            .rows(
                CIMV2,
                "ASSOCIATORS OF {Win32_Group.Domain=\"PC-012\",Name=\"A\\\"B\"}",
                vec![
                    member("S-1-5-21-1-2-3-500", r"PC-012\管理者"),
                    member("S-1-5-21-9-9-9-512", r"CORP\Domain Admins"),
                ],
            )
            .rows(
                CIMV2,
                "FROM Win32_Group ",
                vec![row(&[("Domain", text("PC-012")), ("Name", text("A\"B"))])],
            )
    }

    #[test]
    fn accounts_by_their_ids() {
        let mut gaps = Gaps::of("accounts");
        let accounts = read(&pc(true), &mut gaps).unwrap();
        let local: Vec<_> =
            accounts.local.unwrap().iter().map(|one| (one.rid.unwrap(), one.enabled.unwrap())).collect();
        assert_eq!(local, [(500, false), (501, false), (1001, true)]);
        let sids: Vec<_> =
            accounts.administrators.unwrap().iter().map(|one| one.sid.clone().unwrap()).collect();
        assert_eq!(sids, ["S-1-5-21-1-2-3-500", "S-1-5-21-9-9-9-512"]);
        assert_eq!(accounts.laps.unwrap().kind, Some(LapsKind::None));
        assert!(administrator_is_enabled(&pc(false)).unwrap());
    }

    /// Adds what the APIs tell of accounts.
    pub(crate) fn with_policy(machine: Recorded) -> Recorded {
        let user =
            |id: i64, age: i64| row(&[("UserId", Cell::Number(id)), ("PasswordAge", Cell::Number(age))]);
        let policy = row(&[
            ("MinPasswordLength", Cell::Number(12)),
            ("MaxPasswordAge", Cell::Number(FOR_EVER)),
            ("PasswordHistoryLength", Cell::Number(24)),
            ("LockoutThreshold", Cell::Number(10)),
            ("LockoutDuration", Cell::Number(1800)),
        ]);
        machine.api(Api::AccountPolicy, "", Ok(vec![policy])).api(
            Api::LocalUsers,
            "",
            Ok(vec![user(500, 86_400), user(501, 0), user(1001, i64::MAX)]),
        )
    }

    #[test]
    fn passwords_and_policy() {
        let mut gaps = Gaps::of("accounts");
        let accounts = read(&with_policy(pc(true)), &mut gaps).unwrap();
        let set: Vec<_> = accounts.local.unwrap().iter().map(|one| one.password_set_at).collect();
        assert_eq!(set, [Some("2026-11-23T12:00:00Z".parse().unwrap()), None, None]);
        let policy = accounts.policy.unwrap();
        assert_eq!((policy.min_length, policy.history, policy.max_age_days), (Some(12), Some(24), Some(0)));
        assert_eq!((policy.lockout_threshold, policy.lockout_minutes), (Some(10), Some(30)));
        assert_eq!((policy.complexity, gaps.why("policy.complexity")), (None, Some(Why::NotSupported)));
        let set = |flag: bool| row(&[("Setting", Cell::Flag(flag))]);
        let member = pc(true).rows(RSOP, "PasswordComplexity", vec![set(true)]);
        assert_eq!(complexity(&member), Ok(true));
        let none = pc(true).rows(RSOP, "PasswordComplexity", Vec::new());
        assert_eq!(complexity(&none).unwrap_err().why, Why::NotCollected);
    }

    #[test]
    fn when_laps_changes_the_password() {
        let change = row(&[("TimeCreated", text("20261101000000.000000+000"))]);
        let machine = Recorded::default().number(WINDOWS_LAPS[0], "BackupDirectory", 1).api(
            Api::Events,
            LAPS_CHANGES,
            Ok(vec![change]),
        );
        let check = |machine: &Recorded, expected: Result<&str, Why>| {
            let found = expiry(machine, LapsKind::Windows).map(|at| at.to_string()).map_err(|gap| gap.why);
            assert_eq!(found.as_deref().map_err(|why| *why), expected);
        };
        check(&machine, Ok("2026-12-01T00:00:00Z"));
        check(&machine.clone().number(WINDOWS_LAPS[0], "PasswordAgeDays", 7), Ok("2026-11-08T00:00:00Z"));
        check(&machine.clone().number(WINDOWS_LAPS[0], "PasswordAgeDays", 0), Err(Why::Failed));
        check(&machine.api(Api::Events, LAPS_CHANGES, Ok(Vec::new())), Err(Why::NotFound));
        assert_eq!(expiry(&Recorded::default(), LapsKind::Legacy).unwrap_err().why, Why::NotCollected);
    }

    #[test]
    fn without_wmi() {
        let mut gaps = Gaps::of("accounts");
        let accounts = read(&Recorded::default(), &mut gaps).unwrap();
        assert_eq!((accounts.local, accounts.administrators), (None, None));
        assert_eq!(gaps.why("administrators"), Some(Why::NotSupported));
    }

    #[test]
    fn which_laps() {
        let check = |machine: Recorded, expected: LapsKind| assert_eq!(laps(&machine).unwrap(), expected);
        check(Recorded::default().number(WINDOWS_LAPS[1], "BackupDirectory", 2), LapsKind::Windows);
        check(Recorded::default().number(LEGACY_LAPS, "AdmPwdEnabled", 1), LapsKind::Legacy);
        check(
            Recorded::default().number(WINDOWS_LAPS[0], "BackupDirectory", 0).number(
                WINDOWS_LAPS[1],
                "BackupDirectory",
                2,
            ),
            LapsKind::None,
        );
        let partly = Recorded::default().number(WINDOWS_LAPS[0], "PasswordLength", 20);
        check(partly.number(WINDOWS_LAPS[1], "BackupDirectory", 2), LapsKind::None);
        check(Recorded::default(), LapsKind::None);
    }
}
