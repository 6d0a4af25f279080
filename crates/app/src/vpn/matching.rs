//! Whose an account is: accounts as a list says them, held against the staff register and the directory.
//!
//! Pure. The strongest claim decides: an id that was assigned by hand, then the logon name in the directory, the mail
//! address, the person's own id, at last the name as displayed. Two persons with equally strong claims share the account;
//! so does one that nobody claims and whose name says that it is for several. Knows no storage.

use std::collections::BTreeMap;

use model::At;
use model::facts::{EmploymentStatus, VpnAccount};

/// An account as a list says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListedAccount {
    /// Its id.
    pub(crate) name: String,
    /// Whether it can be used; absent when the list does not say.
    pub(crate) enabled: Option<bool>,
    /// Name of a person; may be empty.
    pub(crate) display: String,
    /// Mail address; may be empty.
    pub(crate) mail: String,
    /// Last use.
    pub(crate) last_used_at: Option<At>,
    /// The line it stands in; 0 when it stands in none.
    pub(crate) line: u32,
}

/// Somebody of the staff register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Someone {
    /// The person's id.
    pub(crate) id: String,
    /// Name.
    pub(crate) name: String,
    /// Mail address; may be empty.
    pub(crate) mail: String,
    /// Logon name in the directory; may be empty.
    pub(crate) directory_account: String,
    /// VPN ids besides the logon name.
    pub(crate) vpn_ids: Vec<String>,
    /// How the person stands.
    pub(crate) status: EmploymentStatus,
}

/// An account of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DirectoryUser {
    /// Logon name.
    pub(crate) name: String,
    /// User principal name; may be empty.
    pub(crate) upn: String,
    /// Mail address; may be empty.
    pub(crate) mail: String,
    /// Whether it can be used.
    pub(crate) enabled: Option<bool>,
}

/// By what an account was found to be somebody's, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Somebody assigned the id.
    Assigned,
    /// The logon name in the directory.
    Directory,
    /// The mail address.
    Mail,
    /// The person's own id.
    Id,
    /// The name as displayed.
    Name,
    /// The list itself says so.
    Listed,
    /// Several persons claim it.
    Several,
    /// Nobody claims it, and its name says that it is for several.
    Common,
    /// Nobody claims it.
    Nobody,
}

impl How {
    /// Its name, for example `assigned`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            How::Assigned => "assigned",
            How::Directory => "directory",
            How::Mail => "mail",
            How::Id => "id",
            How::Name => "name",
            How::Listed => "listed",
            How::Several => "several",
            How::Common => "common",
            How::Nobody => "nobody",
        }
    }
}

/// Names that are for several people.
const COMMON: [&str; 22] = [
    "admin",
    "administrator",
    "root",
    "vpn",
    "vpnuser",
    "vpn-user",
    "user",
    "guest",
    "test",
    "common",
    "shared",
    "share",
    "staff",
    "remote",
    "office",
    "support",
    "temp",
    "dev-test",
    "kyoyo",
    "kyoyou",
    "eigyo",
    "soumu",
];
/// Parts of names that say so.
const COMMON_PARTS: [&str; 6] = ["shared", "common", "共用", "共有", "共通", "kyoyo"];

/// Whether a name says that it is for several: `vpn`, `user01`, `eigyo-shared`.
pub(crate) fn looks_shared(name: &str) -> bool {
    let name = bare(name);
    let without_number = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
    COMMON.contains(&without_number) || COMMON_PARTS.iter().any(|part| name.contains(part))
}

/// A name without domain or realm, in small letters: `MINATO\Tanaka` and `tanaka@minato.example` become `tanaka`.
pub(crate) fn bare(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = name.rsplit('\\').next().unwrap_or_default();
    name.split('@').next().unwrap_or_default().to_owned()
}

/// A name of a person without the blanks in it.
fn close(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// Who claims what, ready to be asked.
pub(crate) struct Claims<'a> {
    people: &'a [Someone],
    by: BTreeMap<(How, String), Vec<usize>>,
    directory: Option<BTreeMap<String, Option<bool>>>,
}

impl<'a> Claims<'a> {
    /// Of a staff register and a directory; `None` when no directory was read.
    pub(crate) fn of(people: &'a [Someone], directory: Option<&[DirectoryUser]>) -> Self {
        let mut by: BTreeMap<(How, String), Vec<usize>> = BTreeMap::new();
        let mut claim = |how: How, name: String, at: usize| {
            let claimants = by.entry((how, name.clone())).or_default();
            if !name.is_empty() && !claimants.contains(&at) {
                claimants.push(at);
            }
        };
        for (at, person) in people.iter().enumerate() {
            for id in &person.vpn_ids {
                claim(How::Assigned, id.trim().to_lowercase(), at);
            }
            claim(How::Directory, bare(&person.directory_account), at);
            claim(How::Mail, person.mail.trim().to_lowercase(), at);
            claim(How::Id, bare(&person.id), at);
            claim(How::Name, close(&person.name), at);
        }
        let directory = directory.map(|users| {
            let names =
                |user: &DirectoryUser| [&user.name, &user.upn, &user.mail].map(|name| name.to_lowercase());
            users
                .iter()
                .flat_map(|user| names(user).map(|name| (name, user.enabled)))
                .filter(|(name, _)| !name.is_empty())
                .collect()
        });
        Self { people, by, directory }
    }

    fn claimants(&self, listed: &ListedAccount) -> Option<(How, &[usize])> {
        let whole = listed.name.trim().to_lowercase();
        let mail = listed.mail.trim().to_lowercase();
        [
            (How::Assigned, whole.clone()),
            (How::Directory, bare(&listed.name)),
            (How::Mail, whole),
            (How::Mail, mail),
            (How::Id, bare(&listed.name)),
            (How::Name, close(&listed.display)),
        ]
        .into_iter()
        .find_map(|key| {
            let how = key.0;
            self.by.get(&key).filter(|found| !found.is_empty()).map(|found| (how, found.as_slice()))
        })
    }

    /// Whose an account is. `before` is what is said of it already: whom it names counts when nobody else claims the
    /// account and either the register does not know that person or `foreign` says that it is not our own finding.
    pub(crate) fn whose(
        &self,
        listed: &ListedAccount,
        before: &VpnAccount,
        foreign: bool,
    ) -> (VpnAccount, How) {
        let hint = before.person.as_deref().filter(|id| !id.is_empty());
        let known = |id: &str| self.people.iter().find(|person| person.id == id);
        let hint = hint.filter(|id| foreign || known(id).is_none());
        let (how, person) = match self.claimants(listed) {
            Some((how, [one])) => (how, self.people.get(*one)),
            Some(_) => (How::Several, None),
            None => match hint {
                Some(id) => (How::Listed, known(id)),
                None if looks_shared(&listed.name) => (How::Common, None),
                None => (How::Nobody, None),
            },
        };
        // Somebody the register does not know is as the list says.
        let stranger = person.is_none() && how == How::Listed;
        let status = person.map(|person| person.status).or(before.status.filter(|_| stranger));
        let claimed = person.is_some() && how != How::Listed;
        let account = VpnAccount {
            name: Some(listed.name.clone()),
            enabled: listed.enabled,
            person: person
                .map(|person| person.id.clone())
                .or_else(|| hint.filter(|_| stranger).map(str::to_owned)),
            status: Some(status.unwrap_or(EmploymentStatus::Unknown)),
            shared: Some(
                matches!(how, How::Several | How::Common) || (!claimed && before.shared == Some(true)),
            ),
            directory_enabled: match &self.directory {
                Some(_) => self.directory_enabled(listed, person),
                None => before.directory_enabled,
            },
            last_used_at: listed.last_used_at,
            display: Some(listed.display.clone()).filter(|text| !text.is_empty()),
            mail: Some(listed.mail.clone()).filter(|text| !text.is_empty()),
        };
        (account, how)
    }

    /// Whether the directory lets the account's name in; absent when it has none of that name.
    fn directory_enabled(&self, listed: &ListedAccount, person: Option<&Someone>) -> Option<bool> {
        let directory = self.directory.as_ref()?;
        let own = person.map(|person| person.directory_account.to_lowercase()).unwrap_or_default();
        [listed.name.to_lowercase(), bare(&listed.name), listed.mail.to_lowercase(), own]
            .iter()
            .find_map(|name| directory.get(name).copied())
            .flatten()
    }

    /// How a name stands in the directory: whether it can be used, `None` when there is none of that name.
    pub(crate) fn standing(&self, name: &str) -> Option<bool> {
        let directory = self.directory.as_ref()?;
        let found =
            [name.trim().to_lowercase(), bare(name)].iter().find_map(|name| directory.get(name).copied());
        found.map(|enabled| enabled != Some(false))
    }

    /// Whether any directory was read.
    pub(crate) fn has_directory(&self) -> bool {
        self.directory.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(id: &str, name: &str, account: &str, vpn_ids: &[&str], status: EmploymentStatus) -> Someone {
        Someone {
            id: id.into(),
            name: name.into(),
            mail: format!("{id}@minato.example"),
            directory_account: account.into(),
            vpn_ids: vpn_ids.iter().map(|id| (*id).to_owned()).collect(),
            status,
        }
    }

    #[test]
    fn the_strongest_claim_decides() {
        let people = [
            someone("tanaka", "田中 陽子", "y.tanaka", &["vpn-07"], EmploymentStatus::Active),
            someone("ito", "伊藤 健", "", &[], EmploymentStatus::Left),
            someone("mori", "森 祐介", "", &["vpn-08"], EmploymentStatus::OnLeave),
            someone("kato", "加藤 結衣", "", &["vpn-08"], EmploymentStatus::Active),
        ];
        let directory =
            [DirectoryUser { name: "y.tanaka".into(), enabled: Some(false), ..DirectoryUser::default() }];
        let claims = Claims::of(&people, Some(&directory));
        let check =
            |name: &str, display: &str, hint: Option<&str>, expected: (Option<&str>, How, Option<bool>)| {
                let listed =
                    ListedAccount { name: name.into(), display: display.into(), ..ListedAccount::default() };
                let before = VpnAccount { person: hint.map(str::to_owned), ..VpnAccount::default() };
                let (account, how) = claims.whose(&listed, &before, true);
                assert_eq!((account.person.as_deref(), how, account.directory_enabled), expected, "{name}");
                assert_eq!(account.shared, Some(matches!(how, How::Several | How::Common)), "{name}");
            };
        check("vpn-07", "", None, (Some("tanaka"), How::Assigned, Some(false)));
        check("MINATO\\Y.Tanaka", "", None, (Some("tanaka"), How::Directory, Some(false)));
        check("ito@minato.example", "", None, (Some("ito"), How::Mail, None));
        check("ITO", "", None, (Some("ito"), How::Id, None));
        check("u123", "加藤結衣", None, (Some("kato"), How::Name, None));
        check("vpn-08", "", None, (None, How::Several, None));
        check("vpnuser1", "", None, (None, How::Common, None));
        check("eigyo-shared", "", None, (None, How::Common, None));
        check("nobody", "", None, (None, How::Nobody, None));
        check("x1", "", Some("ito"), (Some("ito"), How::Listed, None));
        check("x1", "", Some("gone"), (Some("gone"), How::Listed, None));
        check("", "", None, (None, How::Nobody, None));
    }
}
