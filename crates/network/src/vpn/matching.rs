//! Joins the accounts of a VPN with the people of the company and the directory: whose each is, whether that person still
//! works, whether the directory account is enabled. Guideline 7.1.1, 7.1.5, 7.1.6.
//!
//! Pure: whoever calls brings the three lists. Each answer says how it came about, so that a person can check it.

use std::collections::HashMap;

use model::At;
use model::facts::{EmploymentStatus, VpnAccount, VpnCertificate};

use super::account_list::ListedAccount;
use super::radius::{Standing, UserName};

/// A person as far as accounts need to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The person's id; becomes `person` of an account.
    pub id: String,
    /// Name.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Logon name in the directory.
    pub directory_account: String,
    /// VPN ids besides it.
    pub vpn_ids: Vec<String>,
    /// How the person stands today; absent when it was not registered.
    pub status: Option<EmploymentStatus>,
    /// The last day, when it is past.
    pub left_at: Option<At>,
}

/// An account of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryUser {
    /// Logon name.
    pub name: String,
    /// User principal name.
    pub upn: String,
    /// Mail address.
    pub mail: String,
    /// Whether it can be used; absent when it was not read.
    pub enabled: Option<bool>,
}

/// How an account was matched; the first kind that finds somebody counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clue {
    /// The id is registered with the person.
    VpnId,
    /// It is the person's logon name.
    DirectoryAccount,
    /// It is the person's own id here.
    PersonId,
    /// The list gives the person's mail address, or the id is one.
    Mail,
    /// The directory account of this name has the person's mail address.
    DirectoryMail,
    /// The id is what stands before the @ of the person's mail address. Weak: counts when it is nobody else's.
    MailName,
    /// The list gives the person's name. Weak, likewise.
    DisplayName,
}

/// An account and how it was matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// As facts.
    pub account: VpnAccount,
    /// Who claims it, and by which clue.
    pub claims: Vec<(String, Clue)>,
    /// The name of its directory account.
    pub directory_account: Option<String>,
}

/// Everything the accounts are joined with.
pub struct Register<'a> {
    persons: &'a [Person],
    directory: Option<&'a [DirectoryUser]>,
    by_clue: HashMap<(Clue, String), Vec<usize>>,
    by_account: HashMap<String, usize>,
}

/// Names compare without blanks and case, mail addresses and ids without case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{3000}').flat_map(char::to_lowercase).collect()
}

impl<'a> Register<'a> {
    /// Without a `directory` nothing is said of directory accounts; an empty one says that there are none.
    #[must_use]
    pub fn new(persons: &'a [Person], directory: Option<&'a [DirectoryUser]>) -> Self {
        let mut own = Self { persons, directory, by_clue: HashMap::new(), by_account: HashMap::new() };
        for (at, person) in persons.iter().enumerate() {
            let local = person.mail.split_once('@').map(|(local, _)| local).unwrap_or_default();
            let mut add = |clue, text: &str| {
                if text.trim().is_empty() {
                    return;
                }
                let known = own.by_clue.entry((clue, folded(text))).or_default();
                if !known.contains(&at) {
                    known.push(at);
                }
            };
            person.vpn_ids.iter().for_each(|id| add(Clue::VpnId, id));
            add(Clue::DirectoryAccount, &person.directory_account);
            add(Clue::PersonId, &person.id);
            add(Clue::Mail, &person.mail);
            add(Clue::MailName, local);
            add(Clue::DisplayName, &person.name);
        }
        for (at, user) in directory.unwrap_or_default().iter().enumerate() {
            for name in [&user.name, &user.upn, &user.mail] {
                if !name.trim().is_empty() {
                    own.by_account.entry(folded(name)).or_insert(at);
                }
            }
        }
        own
    }

    fn claimants(&self, clue: Clue, text: &str) -> &[usize] {
        self.by_clue.get(&(clue, folded(text))).map(Vec::as_slice).unwrap_or_default()
    }

    /// The directory account of an id: by logon name, UPN or mail address, as written or without its domain.
    #[must_use]
    pub fn directory_user(&self, id: &str) -> Option<&'a DirectoryUser> {
        let bare = UserName::of(id)?.name;
        let at = self.by_account.get(&folded(id)).or_else(|| self.by_account.get(&folded(&bare)))?;
        self.directory?.get(*at)
    }

    /// How whoever was let in stands in the directory. `computers` says by name in lower case whether a computer's
    /// account is enabled. Without a directory nobody can tell.
    #[must_use]
    pub fn standing(&self, user: &UserName, computers: Option<&HashMap<String, bool>>) -> Standing {
        if self.directory.is_none() {
            return Standing::Unknown;
        }
        if user.is_computer() {
            let name = user.name.trim_start_matches("host/").trim_end_matches('$').to_lowercase();
            let name = name.split('.').next().unwrap_or_default();
            return match computers.map(|all| all.get(name)) {
                None => Standing::Unknown,
                Some(None) => Standing::Absent,
                Some(Some(true)) => Standing::Enabled,
                Some(Some(false)) => Standing::Disabled { since: None },
            };
        }
        let Some(own) = self.directory_user(&user.written) else { return Standing::Absent };
        match own.enabled {
            None => Standing::Unknown,
            Some(true) => Standing::Enabled,
            Some(false) => {
                // Until the last day it was right to let them in.
                let owners = self.claimants(Clue::DirectoryAccount, &own.name);
                let owner = owners.first().and_then(|at| self.persons.get(*at));
                Standing::Disabled { since: owner.and_then(|person| person.left_at) }
            }
        }
    }

    /// Whether any directory was read.
    #[must_use]
    pub fn has_directory(&self) -> bool {
        self.directory.is_some()
    }

    /// All who claim an id by sure clues, each with the surest; when there are none, the only one by a weak clue.
    fn claims(&self, id: &str, mail: Option<&str>, display: Option<&str>) -> Vec<(usize, Clue)> {
        let bare = UserName::of(id).map(|user| user.name).unwrap_or_default();
        let mut asked: Vec<(Clue, Clue, &str)> = Vec::new();
        for clue in [Clue::VpnId, Clue::DirectoryAccount, Clue::PersonId] {
            asked.extend([id, &bare].map(|text| (clue, clue, text)));
        }
        asked.extend([Some(id), mail].into_iter().flatten().map(|text| (Clue::Mail, Clue::Mail, text)));
        if let Some(user) = self.directory_user(id) {
            asked
                .extend([&user.mail, &user.upn].map(|text| (Clue::DirectoryMail, Clue::Mail, text.as_str())));
            asked.push((Clue::DirectoryAccount, Clue::DirectoryAccount, &user.name));
        }
        let mut claims: Vec<(usize, Clue)> = Vec::new();
        for (clue, key, text) in asked {
            for at in self.claimants(key, text) {
                if !claims.iter().any(|(other, _)| other == at) {
                    claims.push((*at, clue));
                }
            }
        }
        if claims.is_empty() {
            let weak = [(Clue::MailName, Some(bare.as_str())), (Clue::DisplayName, display)];
            let only = weak.into_iter().find_map(|(clue, text)| match self.claimants(clue, text?) {
                [only] => Some((*only, clue)),
                _ => None,
            });
            claims.extend(only);
        }
        claims
    }

    /// An account with whoever it belongs to. It is shared when two persons claim it by sure clues, or when nobody does
    /// and its id looks shared. Whose it is, is absent unless exactly one does.
    #[must_use]
    pub fn account(&self, listed: &ListedAccount) -> Matched {
        let claims = self.claims(&listed.name, listed.mail.as_deref(), listed.display.as_deref());
        let only = match claims.as_slice() {
            [(only, _)] => self.persons.get(*only),
            _ => None,
        };
        let status = match only {
            Some(person) => person.status,
            None => Some(EmploymentStatus::Unknown),
        };
        let user = self.directory_user(&listed.name);
        Matched {
            account: VpnAccount {
                name: Some(listed.name.clone()),
                enabled: Some(listed.enabled),
                person: only.map(|person| person.id.clone()),
                status,
                shared: Some(claims.len() > 1 || (claims.is_empty() && listed.looks_shared.is_some())),
                in_directory: self.directory.map(|_| user.is_some()),
                directory_enabled: user.and_then(|user| user.enabled),
                last_used_at: listed.last_used_at,
                display: listed.display.clone(),
                mail: listed.mail.clone(),
            },
            claims: claims
                .iter()
                .filter_map(|(at, clue)| Some((self.persons.get(*at)?.id.clone(), *clue)))
                .collect(),
            directory_account: user.map(|user| user.name.clone()),
        }
    }

    /// All accounts of a list.
    #[must_use]
    pub fn accounts(&self, listed: &[ListedAccount]) -> Vec<Matched> {
        listed.iter().map(|own| self.account(own)).collect()
    }

    /// Writes into a certificate whose it is, when its UPN or mail address names exactly one person.
    pub fn name_certificate(&self, certificate: &mut VpnCertificate) {
        let names = [&certificate.upn, &certificate.email].map(|name| name.clone().unwrap_or_default());
        let claims: Vec<usize> = names
            .iter()
            .filter(|name| !name.is_empty())
            .flat_map(|name| self.claims(name, None, None))
            .map(|(at, _)| at)
            .collect();
        certificate.person = match claims.as_slice() {
            [first, rest @ ..] if rest.iter().all(|at| at == first) => {
                self.persons.get(*first).map(|person| person.id.clone())
            }
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str, mail: &str, logon: &str, vpn_ids: &[&str]) -> Person {
        Person {
            id: id.to_owned(),
            name: name.to_owned(),
            mail: mail.to_owned(),
            directory_account: logon.to_owned(),
            vpn_ids: vpn_ids.iter().map(|id| (*id).to_owned()).collect(),
            status: Some(EmploymentStatus::Active),
            left_at: None,
        }
    }

    fn user(name: &str, mail: &str, enabled: bool) -> DirectoryUser {
        let upn = format!("{name}@example.local");
        DirectoryUser { name: name.to_owned(), upn, mail: mail.to_owned(), enabled: Some(enabled) }
    }

    /// What becomes of an account `id|mail|display`: person, shared, directory, clues.
    fn check(listed: &str, expected: &str) {
        let persons = [
            person("tanaka", "田中 太郎", "taro.tanaka@example.co.jp", "ttanaka", &["vpn-tanaka", "office1"]),
            person("sato", "佐藤 花子", "hanako@example.co.jp", "sato", &["office1"]),
            person("p3", "鈴木 一郎", "ichiro@example.co.jp", "", &[]),
            person("p4", "鈴木 一郎", "ichiro@example.com", "", &[]),
            person("p5", "高橋 次郎", "jiro@example.co.jp", "", &[]),
        ];
        let directory = [
            user("ttanaka", "", true),
            user("sato", "", false),
            user("jtakahashi", "jiro@example.co.jp", true),
        ];
        let register = Register::new(&persons, Some(&directory));
        let cells: Vec<&str> = listed.split('|').collect();
        let some = |at: usize| cells.get(at).filter(|cell| !cell.is_empty()).map(|cell| (*cell).to_owned());
        let name = cells[0].to_owned();
        let looks_shared = name.contains("eigyo").then(|| "eigyo".to_owned());
        let listed = ListedAccount {
            name,
            enabled: true,
            display: some(2),
            mail: some(1),
            last_used_at: None,
            line: 1,
            looks_shared,
        };
        let found = register.account(&listed);
        let clues: Vec<String> = found.claims.iter().map(|(id, clue)| format!("{id}:{clue:?}")).collect();
        let told = format!(
            "{} {} {} {}",
            found.account.person.as_deref().unwrap_or("-"),
            if found.account.shared == Some(true) { "shared" } else { "own" },
            found.account.directory_enabled.map_or("none".to_owned(), |enabled| enabled.to_string()),
            clues.join(",")
        );
        assert_eq!(told, expected, "{}", listed.name);
    }

    #[test]
    fn accounts() {
        check("vpn-tanaka", "tanaka own none tanaka:VpnId");
        check("ttanaka", "tanaka own true tanaka:DirectoryAccount");
        check(r"EXAMPLE\TTanaka", "tanaka own true tanaka:DirectoryAccount");
        check("ttanaka@example.local", "tanaka own true tanaka:DirectoryAccount");
        check("tanaka", "tanaka own none tanaka:PersonId");
        check("sato", "sato own false sato:DirectoryAccount");
        check("x1|hanako@example.co.jp", "sato own none sato:Mail");
        check("jtakahashi", "p5 own true p5:DirectoryMail");
        check("taro.tanaka", "tanaka own none tanaka:MailName");
        check("x2||高橋次郎", "p5 own none p5:DisplayName");
        check("x3||鈴木一郎", "- own none ");
        check("ichiro", "- own none ");
        check("office1", "- shared none tanaka:VpnId,sato:VpnId");
        check("eigyo", "- shared none ");
        check("stranger", "- own none ");
    }

    #[test]
    fn without_a_directory_nothing_is_said_of_it() {
        let listed = |name: &str| ListedAccount {
            name: name.to_owned(),
            enabled: true,
            display: None,
            mail: None,
            last_used_at: None,
            line: 1,
            looks_shared: None,
        };
        let check =
            |directory: Option<&[DirectoryUser]>, name: &str, expected: (Option<bool>, Option<bool>)| {
                let account = Register::new(&[], directory).account(&listed(name)).account;
                assert_eq!((account.in_directory, account.directory_enabled), expected, "{name}");
            };
        let unread = DirectoryUser { name: "x".into(), ..DirectoryUser::default() };
        let users = [user("tanaka", "", true), user("ito", "", false), unread];
        check(Some(&users), "tanaka", (Some(true), Some(true)));
        check(Some(&users), "ito", (Some(true), Some(false)));
        check(Some(&users), "x", (Some(true), None));
        check(Some(&users), "nobody", (Some(false), None));
        check(Some(&[]), "tanaka", (Some(false), None));
        check(None, "tanaka", (None, None));
    }

    #[test]
    fn standings() {
        let left_at = At::from_unix_secs(1_790_000_000);
        let mut ito = person("ito", "", "", "ito", &[]);
        ito.left_at = left_at;
        let persons = [ito];
        let unread = DirectoryUser { name: "x".into(), ..DirectoryUser::default() };
        let users = [user("tanaka", "", true), user("ito", "", false), user("sato", "", false), unread];
        let computers = HashMap::from([("pc1".to_owned(), true), ("pc2".to_owned(), false)]);
        let check = |name: &str, expected: Standing, blind: Standing| {
            let user = UserName::of(name).unwrap();
            let register = Register::new(&persons, Some(&users));
            assert_eq!(register.standing(&user, Some(&computers)), expected, "{name}");
            assert_eq!(register.standing(&user, None), blind, "{name}");
            assert_eq!(Register::new(&persons, None).standing(&user, None), Standing::Unknown, "{name}");
        };
        let same = |name: &str, expected: Standing| check(name, expected, expected);
        same(r"EXAMPLE\Tanaka", Standing::Enabled);
        same("ito@example.local", Standing::Disabled { since: left_at });
        same("sato", Standing::Disabled { since: None });
        same("x", Standing::Unknown);
        same("nobody", Standing::Absent);
        check("host/pc1.example.local", Standing::Enabled, Standing::Unknown);
        check("PC2$", Standing::Disabled { since: None }, Standing::Unknown);
        check("pc3$", Standing::Absent, Standing::Unknown);
    }

    #[test]
    fn certificates() {
        let persons = [
            person("tanaka", "", "t@example.co.jp", "ttanaka", &[]),
            person("sato", "", "s@example.co.jp", "sato", &[]),
        ];
        let register = Register::new(&persons, None);
        let check = |upn: &str, email: &str, expected: Option<&str>| {
            let mut own =
                VpnCertificate { upn: Some(upn.into()), email: Some(email.into()), ..Default::default() };
            register.name_certificate(&mut own);
            assert_eq!(own.person.as_deref(), expected, "{upn} {email}");
        };
        check("ttanaka@example.local", "", Some("tanaka"));
        check("", "T@example.co.jp", Some("tanaka"));
        check("ttanaka@example.local", "s@example.co.jp", None);
        check("", "", None);
    }
}
