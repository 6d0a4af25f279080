//! Whose an account is, once it stands in facts: `network::vpn::matching` holds it against the staff register and the
//! directory; here what was said of it before is weighed in, and the answer is put into one word for the page.
//!
//! Pure. Knows no storage.

use model::facts::{EmploymentStatus, VpnAccount};
use network::vpn::account_list::{ListedAccount, looks_shared};
use network::vpn::matching::{Clue, Person, Register};

/// By what an account was found to be somebody's, or why it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By the register and the directory.
    Matched(Clue),
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
    /// Its word, the last part of a locale key: `assigned`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            How::Matched(Clue::VpnId) => "assigned",
            How::Matched(Clue::DirectoryAccount) => "directory",
            How::Matched(Clue::PersonId) => "id",
            How::Matched(Clue::Mail) => "mail",
            How::Matched(Clue::DirectoryMail) => "directory-mail",
            How::Matched(Clue::MailName) => "mail-name",
            How::Matched(Clue::DisplayName) => "name",
            How::Listed => "listed",
            How::Several => "several",
            How::Common => "common",
            How::Nobody => "nobody",
        }
    }

    /// Whether it rests on something that belongs to one person for certain, so that there is nothing to confirm.
    #[must_use]
    pub fn is_certain(self) -> bool {
        use Clue::{DirectoryAccount, DirectoryMail, Mail, PersonId};
        matches!(self, How::Matched(DirectoryAccount | DirectoryMail | Mail | PersonId))
    }
}

/// An account as its list said it.
fn as_listed(account: &VpnAccount) -> ListedAccount {
    let name = account.name.clone().unwrap_or_default();
    ListedAccount {
        enabled: account.enabled != Some(false),
        display: account.display.clone(),
        mail: account.mail.clone(),
        last_used_at: account.last_used_at,
        line: 0,
        looks_shared: looks_shared(&name),
        name,
    }
}

/// Whose an account is. `before` is what is said of it already: whom it names counts when nobody claims the account and
/// either the register does not know that person or `foreign` says that it is not our own finding.
pub(crate) fn whose(
    register: &Register<'_>,
    people: &[Person],
    before: &VpnAccount,
    foreign: bool,
) -> (VpnAccount, How) {
    let matched = register.account(&as_listed(before));
    // Whether it can be used is as the list says it, also where the list does not say.
    let mut account = VpnAccount { enabled: before.enabled, ..matched.account };
    if !register.has_directory() {
        // Whoever wrote the document may have asked one.
        account.in_directory = before.in_directory;
        account.directory_enabled = before.directory_enabled;
    }
    match matched.claims.as_slice() {
        [(_, clue)] => return (account, How::Matched(*clue)),
        [_, _, ..] => return (account, How::Several),
        [] => {}
    }
    let known = |id: &str| people.iter().find(|person| person.id == id);
    let told = before.person.as_deref().filter(|id| !id.is_empty());
    let told = told.filter(|id| foreign || known(id).is_none());
    if before.shared == Some(true) {
        account.shared = Some(true);
    }
    let Some(id) = told else {
        let common = account.shared == Some(true);
        return (account, if common { How::Common } else { How::Nobody });
    };
    // Somebody the register does not know stands as the list says.
    let status = known(id).map_or(before.status, |person| person.status);
    account.person = Some(id.to_owned());
    account.status = Some(status.unwrap_or(EmploymentStatus::Unknown));
    account.shared = Some(before.shared == Some(true));
    (account, How::Listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::vpn::matching::DirectoryUser;

    fn person(id: &str, name: &str, account: &str, vpn_ids: &[&str], status: EmploymentStatus) -> Person {
        Person {
            id: id.into(),
            name: name.into(),
            mail: format!("{id}@minato.example"),
            directory_account: account.into(),
            vpn_ids: vpn_ids.iter().map(|id| (*id).to_owned()).collect(),
            status: Some(status),
            left_at: None,
        }
    }

    #[test]
    fn a_claim_comes_before_what_the_list_says() {
        let people = [
            person("tanaka", "田中 陽子", "y.tanaka", &["vpn-07"], EmploymentStatus::Active),
            person("ito", "伊藤 健", "", &[], EmploymentStatus::Left),
            person("mori", "森 祐介", "", &["vpn-08"], EmploymentStatus::OnLeave),
            person("kato", "加藤 結衣", "", &["vpn-08"], EmploymentStatus::Active),
        ];
        let check =
            |name: &str, display: &str, hint: Option<&str>, foreign, expected: (Option<&str>, &str)| {
                let before = VpnAccount {
                    name: Some(name.into()),
                    display: Some(display.into()),
                    person: hint.map(str::to_owned),
                    status: hint.map(|_| EmploymentStatus::OnLeave),
                    ..VpnAccount::default()
                };
                let (account, how) = whose(&Register::new(&people, None), &people, &before, foreign);
                assert_eq!((account.person.as_deref(), how.name()), expected, "{name}");
                assert_eq!(account.shared, Some(matches!(how, How::Several | How::Common)), "{name}");
                assert_eq!(account.enabled, None, "{name}");
                let gone = hint == Some("gone") && how == How::Listed;
                assert_eq!(account.status == Some(EmploymentStatus::OnLeave), gone, "{name}");
            };
        check("vpn-07", "", Some("ito"), true, (Some("tanaka"), "assigned"));
        check("MINATO\\Y.Tanaka", "", None, true, (Some("tanaka"), "directory"));
        check("ito@minato.example", "", None, true, (Some("ito"), "id"));
        check("ITO", "", None, true, (Some("ito"), "id"));
        check("u123", "加藤結衣", None, true, (Some("kato"), "name"));
        check("vpn-08", "", None, true, (None, "several"));
        check("vpnuser1", "", None, true, (None, "common"));
        check("eigyo-shared", "", None, true, (None, "common"));
        check("nobody", "", None, true, (None, "nobody"));
        check("x1", "", Some("ito"), true, (Some("ito"), "listed"));
        check("x1", "", Some("gone"), false, (Some("gone"), "listed"));
        // Our own finding of last time does not bear itself out.
        check("x1", "", Some("ito"), false, (None, "nobody"));
        check("", "", None, true, (None, "nobody"));
    }

    #[test]
    fn without_a_directory_a_document_is_believed_that_asked_one() {
        let before = VpnAccount {
            name: Some("tanaka".into()),
            in_directory: Some(true),
            directory_enabled: Some(false),
            ..VpnAccount::default()
        };
        let check = |directory: Option<&[DirectoryUser]>, expected: (Option<bool>, Option<bool>)| {
            let (account, _) = whose(&Register::new(&[], directory), &[], &before, false);
            assert_eq!((account.in_directory, account.directory_enabled), expected);
        };
        check(None, (Some(true), Some(false)));
        check(Some(&[]), (Some(false), None));
    }
}
