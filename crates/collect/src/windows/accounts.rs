//! Section `accounts`: local accounts and administrators by their security ids, and LAPS.

use model::facts::{Account, Accounts, Laps, LapsKind, LocalAccount};

use super::machine::{CIMV2, Hive, Machine, Row};
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
const LEGACY_LAPS: &str = r"SOFTWARE\Policies\Microsoft Services\AdmPwd";

pub(crate) fn read(machine: &dyn Machine, gaps: &mut Gaps) -> Result<Accounts, Gap> {
    gaps.note("local.password_set_at", Gap::not_collected(""));
    Ok(Accounts {
        local: gaps.keep("local", local(machine)),
        administrators: gaps.keep("administrators", members(machine, ADMINISTRATORS)),
        laps: gaps.keep("laps", laps(machine)).map(|kind| Laps { kind: Some(kind), expires_at: None }),
        policy: None,
    })
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
