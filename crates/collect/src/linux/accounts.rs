//! Section `accounts`: `/etc/passwd`, `/etc/shadow`, who may become root, the password policy of PAM.
//!
//! Linux has no security ids; Samba's mapping is used, as others do: `S-1-22-1-UID` for users, and as relative id
//! 500 for user 0 (whatever it is called) and 1000 + 2 × UID for everybody else.

use std::collections::{BTreeMap, BTreeSet};

use model::At;
use model::facts::{Account, Accounts, Laps, LocalAccount};

use super::Here;
use crate::day;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

mod pam;

/// The most accounts in one document.
const ACCOUNTS_MAX: usize = 5_000;
/// Groups whose members may become root on the usual distributions.
const ADMINISTRATOR_GROUPS: [&str; 3] = ["sudo", "wheel", "admin"];
/// Numbers of people's accounts (login.defs(5), `UID_MIN` to `UID_MAX`).
const PEOPLE: std::ops::RangeInclusive<u32> = 1000..=60_000;

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Accounts, Gap> {
    let users = users(here)?;
    let shadow = here.root.text("/etc/shadow").map(|text| parse_shadow(&text));
    let laps: Result<Laps, Gap> = Err(Gap::not_supported("LAPS is Windows'"));
    let policy = pam::policy(here, gaps);
    if let Err(gap) = &shadow {
        gaps.note("local.enabled", gap.clone());
        gaps.note("local.password_set_at", gap.clone());
    }
    let local = users.iter().map(|user| local(here, user, shadow.as_ref().ok())).collect();
    Ok(Accounts {
        local: gaps.keep("local", at_most(local, ACCOUNTS_MAX, "accounts")),
        administrators: gaps.keep("administrators", administrators(here, &users)),
        laps: gaps.keep("laps", laps),
        policy: Some(policy),
    })
}

/// One line of `/etc/passwd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) id: u32,
    group: u32,
    home: String,
    shell: String,
}

impl User {
    /// Whether its shell lets it in.
    pub(crate) fn has_shell(&self) -> bool {
        let shell = self.shell.rsplit('/').next().unwrap_or_default();
        !matches!(shell, "nologin" | "false" | "true" | "sync" | "shutdown" | "halt" | "git-shell")
    }

    /// Whether it is a person's: not the system's own, and let in by its shell.
    pub(crate) fn is_person(&self) -> bool {
        PEOPLE.contains(&self.id) && self.has_shell()
    }

    /// Its folder, without a slash at the end.
    pub(crate) fn home(&self) -> &str {
        self.home.trim_end_matches('/')
    }

    /// The account by its id.
    pub(crate) fn account(&self) -> Account {
        Account { sid: Some(format!("S-1-22-1-{}", self.id)), name: Some(text::clean(&self.name)) }
    }

    /// Whether this is its first group.
    pub(crate) fn is_in(&self, group: u32) -> bool {
        self.group == group
    }

    fn rid(&self) -> i64 {
        if self.id == 0 { 500 } else { 1000 + 2 * i64::from(self.id) }
    }
}

/// The people with an account.
pub(crate) fn people(here: &Here) -> Result<Vec<User>, Gap> {
    Ok(users(here)?.into_iter().filter(User::is_person).collect())
}

/// The users in `/etc/passwd`.
pub(crate) fn users(here: &Here) -> Result<Vec<User>, Gap> {
    at_most(parse_passwd(&here.root.text("/etc/passwd")?), ACCOUNTS_MAX, "/etc/passwd")
}

/// `name:password:uid:gid:comment:home:shell`; lines that do not fit are passed over.
fn parse_passwd(passwd: &str) -> Vec<User> {
    let user = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
        let id = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(User { name, id, group, home: fields.nth(1)?.to_owned(), shell: fields.next()?.to_owned() })
    };
    passwd.lines().filter_map(user).collect()
}

/// What `/etc/shadow` tells of a password; never the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Secret {
    /// Whether a password opens the account.
    usable: bool,
    /// Day since 1970 on which it was set.
    set_on: Option<i64>,
    /// Day since 1970 on which the account ends.
    ends_on: Option<i64>,
}

/// `name:hash:set:min:max:warn:inactive:expire:`; a hash that begins with `!` or `*` opens nothing (shadow(5)).
fn parse_shadow(shadow: &str) -> BTreeMap<String, Secret> {
    let secret = |line: &str| {
        let mut fields = line.split(':');
        let (name, hash) = (fields.next()?.to_owned(), fields.next()?);
        let usable = !hash.starts_with(['!', '*']) && hash != "x";
        let set_on = fields.next()?.parse().ok();
        Some((name, Secret { usable, set_on, ends_on: fields.nth(4).and_then(|day| day.parse().ok()) }))
    };
    shadow.lines().filter_map(secret).collect()
}

fn local(here: &Here, user: &User, shadow: Option<&BTreeMap<String, Secret>>) -> LocalAccount {
    let secret = shadow.and_then(|shadow| shadow.get(&user.name));
    let enabled = match (user.has_shell(), shadow) {
        (false, _) => Some(false),
        (true, None) => None,
        (true, Some(_)) => Some(secret.is_some_and(|secret| opens(here, user, *secret))),
    };
    LocalAccount {
        rid: Some(user.rid()),
        name: Some(text::clean(&user.name)),
        enabled,
        password_set_at: secret
            .filter(|secret| secret.usable)
            .and_then(|secret| day::from_unix_days(secret.set_on?)),
    }
}

/// Whether something opens the account: a password, or a key although the password is locked.
fn opens(here: &Here, user: &User, secret: Secret) -> bool {
    let ended = secret.ends_on.and_then(day::from_unix_days).is_some_and(|ends: At| ends <= here.now);
    let keys = format!("{}/.ssh/authorized_keys", user.home());
    let has_keys = || {
        here.root
            .text(&keys)
            .is_ok_and(|text| text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')))
    };
    !ended && (secret.usable || has_keys())
}

/// Users with id 0, members of the administrators' groups, and whoever sudo lets become root.
fn administrators(here: &Here, users: &[User]) -> Result<Vec<Account>, Gap> {
    let groups = parse_group(&here.root.text("/etc/group")?);
    let (mut names, mut admin_groups) = sudoers(here)?;
    admin_groups.extend(ADMINISTRATOR_GROUPS.map(str::to_owned));
    names.extend(users.iter().filter(|user| user.id == 0).map(|user| user.name.clone()));
    for group in groups.iter().filter(|group| admin_groups.contains(&group.name)) {
        names.extend(group.members.iter().cloned());
        names.extend(users.iter().filter(|user| user.group == group.id).map(|user| user.name.clone()));
    }
    let account = |name: &String| {
        let user = users.iter().find(|user| user.name == *name);
        user.map_or_else(|| Account { sid: None, name: Some(text::clean(name)) }, User::account)
    };
    at_most(names.iter().map(account).collect(), ACCOUNTS_MAX, "administrators")
}

/// One line of `/etc/group`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) id: u32,
    pub(crate) members: Vec<String>,
}

/// `name:password:gid:member,member`.
pub(crate) fn parse_group(group: &str) -> Vec<Group> {
    let group_of = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let id = fields.nth(1)?.parse().ok()?;
        let members = fields.next()?.split(',').map(str::trim).filter(|name| !name.is_empty());
        Some(Group { name, id, members: members.map(str::to_owned).collect() })
    };
    group.lines().filter_map(group_of).collect()
}

/// Users and groups that sudo's rules name; without sudo, nobody.
fn sudoers(here: &Here) -> Result<(BTreeSet<String>, BTreeSet<String>), Gap> {
    let mut named = (BTreeSet::new(), BTreeSet::new());
    if !here.has("sudo") {
        return Ok(named);
    }
    let mut paths = vec!["/etc/sudoers".to_owned()];
    // sudo passes over names with a dot or a tilde.
    let more = here.root.names_if_there("/etc/sudoers.d")?;
    paths.extend(
        more.iter()
            .filter(|name| !name.contains('.') && !name.ends_with('~'))
            .map(|name| format!("/etc/sudoers.d/{name}")),
    );
    for path in paths {
        let text = here.root.text_if_there(&path)?.unwrap_or_default();
        for who in parse_sudoers(&text) {
            match who.strip_prefix('%') {
                Some(group) => named.1.insert(group.to_owned()),
                None => named.0.insert(who),
            };
        }
    }
    Ok(named)
}

/// Whom the rules (`who host = (as) what`) let do something; aliases and defaults are no rules. Narrow rules count as
/// well: a right to one command is often a way to all.
fn parse_sudoers(sudoers: &str) -> Vec<String> {
    let who = |line: &str| {
        let line = line.trim();
        let (first, rest) = line.split_once(char::is_whitespace)?;
        let is_rule = rest.contains('=')
            && !first.starts_with(['#', '@', '+'])
            && !first.starts_with("Defaults")
            && !first.ends_with("_Alias");
        is_rule.then(|| first.split(',').map(|name| name.replace("\\ ", " ")).collect::<Vec<_>>())
    };
    sudoers.replace("\\\n", " ").lines().filter_map(who).flatten().collect()
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const PASSWD: &[u8] = b"root:x:0:0:root:/root:/bin/bash\n\
        daemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n\
        sato:x:1000:1000:Sato,,,:/home/sato:/bin/bash\n\
        suzuki:x:1001:27::/home/suzuki:/bin/sh\n\
        tanaka:x:1002:1002::/home/tanaka:/bin/bash\n\
        broken:x\n\xff\xfe:x:y:z\n";
    const SHADOW: &[u8] = b"root:!:20000:0:99999:7:::\ndaemon:*:20000::::::\n\
        sato:$y$hash:20781:0:99999:7:::\nsuzuki:$y$hash:20000:0:99999:7::20001:\ntanaka:!$y$hash:20000:0:99999:7:::\n";
    const GROUP: &[u8] = b"root:x:0:\nsudo:x:27:sato\nops:x:50:tanaka\n";

    #[test]
    fn accounts() {
        let (_folder, here) = Here::with(&[
            ("/etc/passwd", PASSWD),
            ("/etc/shadow", SHADOW),
            ("/etc/group", GROUP),
            ("/usr/bin/sudo", b""),
            (
                "/etc/sudoers",
                b"Defaults env_reset\nUser_Alias X = a\nroot ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n",
            ),
            ("/etc/sudoers.d/ops", b"%ops ALL=(ALL) NOPASSWD: /bin/systemctl\n"),
            ("/home/tanaka/.ssh/authorized_keys", b"ssh-ed25519 AAAA\n"),
        ]);
        let mut gaps = Gaps::of("accounts");
        let accounts = read(&here, &mut gaps).unwrap();
        let local: Vec<_> = accounts
            .local
            .unwrap()
            .iter()
            .map(|one| (one.rid.unwrap(), one.name.clone().unwrap(), one.enabled))
            .collect();
        let expected = [
            (500, "root".to_owned(), Some(false)),
            (1002, "daemon".to_owned(), Some(false)),
            (3000, "sato".to_owned(), Some(true)),
            (3002, "suzuki".to_owned(), Some(false)),
            (3004, "tanaka".to_owned(), Some(true)),
        ];
        assert_eq!(local, expected);
        let names: Vec<_> =
            accounts.administrators.unwrap().iter().map(|one| one.name.clone().unwrap()).collect();
        assert_eq!(names, ["root", "sato", "suzuki", "tanaka"]);
        assert_eq!(gaps.why("laps"), Some(Why::NotSupported));
    }

    #[test]
    fn without_shadow_nobody_is_called_disabled() {
        let (_folder, here) = Here::with(&[("/etc/passwd", PASSWD), ("/etc/group", GROUP)]);
        let mut gaps = Gaps::of("accounts");
        let local = read(&here, &mut gaps).unwrap().local.unwrap();
        assert_eq!(local[0].enabled, None);
        assert_eq!(local[1].enabled, Some(false), "no shell, whatever its password");
        assert_eq!(gaps.why("local.enabled"), Some(Why::NotFound));
    }

    #[test]
    fn passwords_are_dated() {
        let shadow = parse_shadow("sato:$y$x:20781:::::\nnew::20781::::::\nodd\n");
        assert_eq!(
            shadow["sato"].set_on.and_then(day::from_unix_days).unwrap().to_string(),
            "2026-11-24T00:00:00Z"
        );
        assert!(shadow["new"].usable, "an empty password opens");
        assert!(!shadow.contains_key("odd"));
    }

    #[test]
    fn sudo_rules() {
        assert_eq!(
            parse_sudoers("sato,abe ALL = ALL\n# x ALL=ALL\n%domain\\ admins ALL=\\\n ALL\nALL\n"),
            ["sato", "abe", "%domain\\"]
        );
    }
}
