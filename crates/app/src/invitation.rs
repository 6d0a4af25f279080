//! Links by which staff sign in: made by the administrator for one person, shown once, good until they end or are
//! replaced. A link opens an account of role staff and no other.

use model::{At, Caller, Lang, Role, Subject, SubjectKind};
use store::Account;

use crate::error::Invalid;
use crate::{Action, App, AppError, Result, token};

/// How long a link is good, in days.
pub const INVITATION_DAYS: i64 = 30;
/// Letters of a link's token: 198 bits.
const TOKEN_LETTERS: usize = 40;
/// What is put behind a person's id where an account of somebody else bears it as its sign-in name.
const OTHERWISE: &str = "@link";
/// Names in the audit chain that no account may have.
const RESERVED: [&str; 4] = ["console", "sign-in", "unknown", "schedule"];

/// A link just made. Its token is not kept anywhere.
#[derive(Debug)]
pub struct NewLink {
    /// What stands in the link.
    pub token: String,
    /// The person's name.
    pub name: String,
    /// When it ends.
    pub until: At,
}

/// A person with the way they sign in, if there is one.
#[derive(Clone, Debug)]
pub struct PersonLine {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The account, of whatever role.
    pub account: Option<Account>,
    /// When the link ends, or ended.
    pub until: Option<At>,
    /// Whether the link opens anything now.
    pub open: bool,
}

impl App {
    /// Everybody of the register with the way they sign in.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn invitations(&self, caller: &Caller) -> Result<Vec<PersonLine>> {
        self.allow(caller, Action::Look, "invitations")?;
        let now = self.now();
        self.store.read(|read| {
            let (accounts, links) = (read.accounts()?, read.invitations()?);
            let lines = read.subjects(SubjectKind::Person)?;
            let found = lines.into_iter().filter(|line| line.retired_at.is_none()).map(|line| {
                let person = line.subject.id;
                let account =
                    accounts.iter().find(|account| account.person.as_deref() == Some(&person)).cloned();
                let link = account.as_ref().and_then(|own| links.iter().find(|link| link.account == own.id));
                let until = link.map(|link| link.expires_at);
                let enabled = account.as_ref().is_some_and(|account| account.disabled_at.is_none());
                PersonLine {
                    open: enabled && until.is_some_and(|until| until > now),
                    person,
                    name: line.name,
                    account,
                    until,
                }
            });
            Ok(found.collect())
        })
    }

    /// Makes a link for a person, and an account of role staff where there is none. A link made before no longer opens
    /// anything.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such person; [`AppError::Invalid`] when the person's account is disabled
    /// or can do more than staff can: a link must not open that.
    pub fn invite(&self, caller: &Caller, person: &str) -> Result<NewLink> {
        let object = format!("person/{}", person.chars().take(100).collect::<String>());
        self.allow(caller, Action::InvitationMake, &object)?;
        let subject = Subject::new(SubjectKind::Person, person);
        let line = self.store.read(|read| read.subject(&subject))?;
        let line = line.filter(|line| line.retired_at.is_none()).ok_or(AppError::NotFound("person"))?;
        let text = token::random(TOKEN_LETTERS)?;
        let now = self.now();
        let until = now.plus_days(INVITATION_DAYS);
        let act = self.act(caller, Action::InvitationMake, &object, &format!("until {}", until.day()));
        self.store.change(&act, |change| {
            let account = match change.account_of_person(person)? {
                Some(account) if account.role != Role::Staff => {
                    return Err(Invalid::new("person", "link-not-staff").into());
                }
                Some(account) if account.disabled_at.is_some() => {
                    return Err(Invalid::new("person", "link-disabled").into());
                }
                Some(account) => account.id,
                None => {
                    let taken = RESERVED.iter().any(|word| person.eq_ignore_ascii_case(word))
                        || change.account_by_login(person)?.is_some();
                    let new = store::NewAccount {
                        login: if taken { format!("{person}{OTHERWISE}") } else { person.to_owned() },
                        name: line.name.clone(),
                        role: Role::Staff,
                        password: String::new(),
                        lang: Lang::Ja,
                        person: Some(person.to_owned()),
                    };
                    change.add_account(&new, now)?
                }
            };
            change.set_invitation(account, &token::hash(&text), now, until)?;
            Ok::<_, AppError>(())
        })?;
        Ok(NewLink { token: text, name: line.name, until })
    }

    /// Ends a person's link and the sessions it opened; the account stays.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the person has no account.
    pub fn close_invitation(&self, caller: &Caller, person: &str) -> Result<()> {
        let object = format!("person/{}", person.chars().take(100).collect::<String>());
        self.allow(caller, Action::InvitationMake, &object)?;
        let act = self.act(caller, Action::InvitationMake, &object, "closed");
        self.store.change(&act, |change| {
            let account = change.account_of_person(person)?.ok_or(AppError::NotFound("account"))?;
            change.end_invitation(account.id).map_err(AppError::from)
        })
    }

    /// Whom a link signs in. Looking uses nothing up: mail scanners look at every link.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the link opens nothing; [`AppError::Wait`] after too many of those from an address.
    pub fn invited(&self, text: &str, address: &str) -> Result<Account> {
        let now = self.now();
        let key = format!("link {address}");
        // Behind a proxy everybody comes from its address, and nobody guesses 198 bits: there it is not counted.
        let shared = address.parse::<std::net::IpAddr>().map_or(true, |address| address.is_loopback());
        if !shared && let Some(secs) = self.throttle.wait_secs(&[&key], now) {
            return Err(AppError::Wait(secs));
        }
        let hash = token::hash(text);
        let account = self.store.read(|read| {
            let link = read.invitation(&hash)?.filter(|link| link.expires_at > now);
            link.map_or(Ok(None), |link| read.account(link.account))
        })?;
        let open = account.filter(|account| account.role == Role::Staff && account.disabled_at.is_none());
        if open.is_none() && !shared {
            self.throttle.failed(&[&key], now);
        }
        open.ok_or(AppError::NotFound("invitation"))
    }

    /// Signs in by a link: gives the session's token. The link stays good.
    ///
    /// # Errors
    /// As [`App::invited`].
    pub fn accept_invitation(&self, text: &str, address: &str) -> Result<String> {
        let account = self.invited(text, address)?;
        self.begin_session(&account, &format!("{address} by link"), self.now())
    }

    /// The person a caller is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an account that belongs to nobody in the register.
    pub(crate) fn person_of(&self, caller: &Caller) -> Result<String> {
        let account = self.store.read(|read| read.account_by_login(&caller.name))?;
        account.and_then(|account| account.person).ok_or(AppError::NotFound("person"))
    }
}
