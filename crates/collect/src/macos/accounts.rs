//! Section `accounts`: people on this Mac, who administers it, whether root and guests get in.
//!
//! macOS has no relative ids; as on Linux Samba's mapping is used: 500 for root, 1000 + 2 × UID for people, and 501 for
//! the guest account. Sources: dscl(1), the directory's attributes; the number 80 is the group `admin`.

use model::facts::{Account, Accounts, Laps, LocalAccount};
use plist::Value;

use super::answer::{Mac, flag, texts, unknown_form};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};

const ACCOUNTS_MAX: usize = 5_000;
const FIRST_PERSON: i64 = 501;
const ROOT: i64 = 0;
const GUEST: i64 = 201;
const ADMIN_GROUP: &str = "80";
const LOGIN_WINDOW: &str = "/Library/Preferences/com.apple.loginwindow.plist";

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Accounts, Gap> {
    let users = users(mac)?;
    let laps: Result<Laps, Gap> = Err(Gap::not_supported("LAPS is Windows'"));
    gaps.note("policy", Gap::not_collected("macOS keeps rules for passwords as free conditions"));
    gaps.note("local.password_set_at", Gap::not_collected("root alone is told"));
    let guests = gaps.keep("local.enabled", guests(mac));
    let local = users.iter().filter_map(|user| user.local(guests)).collect();
    Ok(Accounts {
        local: gaps.keep("local", at_most(local, ACCOUNTS_MAX, "accounts")),
        administrators: gaps.keep("administrators", administrators(mac, &users)),
        laps: gaps.keep("laps", laps),
        policy: None,
    })
}

/// One account of the directory on this Mac.
pub(super) struct User {
    name: String,
    id: i64,
    /// Whether a password or another way in is set and not switched off.
    pub(super) opens: bool,
}

/// All accounts.
pub(super) fn users(mac: &dyn Mac) -> Result<Vec<User>, Gap> {
    let told = mac.told(
        "dscl",
        &["-plist", ".", "-readall", "/Users", "UniqueID", "AuthenticationAuthority", "RecordName"],
    )?;
    let form = || unknown_form("dscl /Users");
    let records = told.as_array().filter(|records| !records.is_empty()).ok_or_else(form)?;
    let user = |record: &Value| {
        let all = |key: &str| texts(record, &format!("dsAttrTypeStandard:{key}"));
        let id = all("UniqueID").first().and_then(|id| id.parse().ok()).ok_or_else(form)?;
        let name = all("RecordName").into_iter().next().ok_or_else(form)?;
        let ways = all("AuthenticationAuthority");
        // A disabled account keeps its ways in, with this mark.
        let opens = !ways.is_empty() && !ways.iter().any(|way| way.contains(";DisabledUser;"));
        Ok(User { name, id, opens })
    };
    records.iter().map(user).collect()
}

impl User {
    /// Whether it is root.
    pub(super) fn is_root(&self) -> bool {
        self.id == ROOT
    }

    /// Whether it is a person's.
    pub(super) fn is_person(&self) -> bool {
        self.id >= FIRST_PERSON && !self.name.starts_with('_')
    }

    /// The account by its id.
    pub(super) fn account(&self) -> Account {
        Account { sid: Some(format!("S-1-22-1-{}", self.id)), name: Some(self.name.clone()) }
    }

    /// As a fact; none for accounts of macOS itself.
    fn local(&self, guests: Option<bool>) -> Option<LocalAccount> {
        let (rid, enabled) = match self.id {
            ROOT => (500, Some(self.opens)),
            GUEST => (501, guests),
            id if self.is_person() => (id.checked_mul(2)?.checked_add(1000)?, Some(self.opens)),
            _ => return None,
        };
        Some(LocalAccount { rid: Some(rid), name: Some(self.name.clone()), enabled, password_set_at: None })
    }
}

/// Whether guests may log in; when nothing is set they may not.
fn guests(mac: &dyn Mac) -> Result<bool, Gap> {
    match mac.settings(LOGIN_WINDOW)? {
        Some(settings) if settings.as_dictionary().is_some() => {
            Ok(flag(&settings, "GuestEnabled").unwrap_or(false))
        }
        Some(_) => Err(unknown_form(LOGIN_WINDOW)),
        None => Err(Gap::not_found(LOGIN_WINDOW)),
    }
}

/// Members of the group `admin`. Groups within it name people who are not listed here.
fn administrators(mac: &dyn Mac, users: &[User]) -> Result<Vec<Account>, Gap> {
    let told = mac.told("dscl", &["-plist", ".", "-read", "/Groups/admin"])?;
    let all = |key: &str| texts(&told, &format!("dsAttrTypeStandard:{key}"));
    if all("PrimaryGroupID") != [ADMIN_GROUP] {
        return Err(unknown_form("dscl /Groups/admin"));
    }
    if !all("NestedGroups").is_empty() {
        return Err(Gap::not_collected("the group admin holds other groups"));
    }
    let account = |name: &String| {
        let known = users.iter().find(|user| user.name == *name);
        known.map_or_else(|| Account { sid: None, name: Some(name.clone()) }, User::account)
    };
    at_most(all("GroupMembership").iter().map(account).collect(), ACCOUNTS_MAX, "administrators")
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::recorded::{Recorded, list};
    use super::*;

    const READ_USERS: &str = "dscl -plist . -readall /Users UniqueID AuthenticationAuthority RecordName";

    fn user(name: &str, id: &str, ways: &[&str]) -> String {
        let ways: String = ways.iter().map(|way| format!("<string>{way}</string>")).collect();
        let ways = if ways.is_empty() {
            String::new()
        } else {
            format!("<key>dsAttrTypeStandard:AuthenticationAuthority</key><array>{ways}</array>")
        };
        format!(
            "<dict><key>dsAttrTypeStandard:RecordName</key><array><string>{name}</string></array>\
             <key>dsAttrTypeStandard:UniqueID</key><array><string>{id}</string></array>{ways}</dict>"
        )
    }

    /// A Mac with root off, two people (one switched off) and a guest account.
    pub(in super::super) fn with(mac: Recorded) -> Recorded {
        let hash = ";ShadowHash;HASHLIST:<SALTED-SHA512-PBKDF2>".replace('<', "&lt;").replace('>', "&gt;");
        let users = user("root", "0", &[])
            + &user("_spotlight", "89", &[])
            + &user("Guest", "201", &[])
            + &user("sato", "501", &[&hash])
            + &user("abe", "502", &[&hash, ";DisabledUser;;ShadowHash;"]);
        mac.program(READ_USERS, &list(&format!("<array>{users}</array>")))
    }

    fn group(more: &str) -> String {
        list(&format!(
            "<dict><key>dsAttrTypeStandard:PrimaryGroupID</key><array><string>80</string></array>\
             <key>dsAttrTypeStandard:GroupMembership</key><array><string>root</string><string>sato</string></array>{more}</dict>"
        ))
    }

    #[test]
    fn people() {
        let mac = with(Recorded::default())
            .program("dscl -plist . -read /Groups/admin", &group(""))
            .settings(LOGIN_WINDOW, "<key>GuestEnabled</key><false/>");
        let accounts = read(&mac, &mut Gaps::of("accounts")).unwrap();
        let local: Vec<_> = accounts
            .local
            .unwrap()
            .iter()
            .map(|one| (one.rid.unwrap(), one.name.clone().unwrap(), one.enabled))
            .collect();
        let expected = [
            (500, "root".to_owned(), Some(false)),
            (501, "Guest".to_owned(), Some(false)),
            (2002, "sato".to_owned(), Some(true)),
            (2004, "abe".to_owned(), Some(false)),
        ];
        assert_eq!(local, expected);
        let administrators = accounts.administrators.unwrap();
        assert_eq!(administrators[1].sid.as_deref(), Some("S-1-22-1-501"));
    }

    #[test]
    fn groups_within_are_not_guessed() {
        let nested = "<key>dsAttrTypeStandard:NestedGroups</key><array><string>ABCD</string></array>";
        let mac = with(Recorded::default()).program("dscl -plist . -read /Groups/admin", &group(nested));
        let mut gaps = Gaps::of("accounts");
        let accounts = read(&mac, &mut gaps).unwrap();
        assert_eq!(
            (accounts.administrators, gaps.why("administrators")),
            (None, Some(model::Why::NotCollected))
        );
        assert_eq!(accounts.local.unwrap()[1].enabled, None, "the settings for guests are not there");
    }
}
