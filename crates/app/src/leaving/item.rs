//! One thing after the other, judged from what was read: pure functions.

use model::decision::Day;
use model::facts::{DomainUser, Employment, EmploymentStatus, ProtectorKind, VpnAccount};
use model::{At, Subject, SubjectKind};

use super::ground::{Device, Domain, Ground, Seen, Vpn};
use super::{Deed, Item, Noted, PLEDGE, State, Why};
use crate::lending::{EndKind, Lending};
use crate::recovery_key::same_id;

/// Readings older than this tell nothing (as the statements of sections 6 and 7 have it for what is read).
pub(super) const FRESH_DAYS: i64 = 7;
/// Lists that people bring in by hand are good for longer (7.1.1).
pub(super) const LIST_DAYS: i64 = 31;

/// Whose off-boarding, and why.
pub(super) struct Case<'a> {
    pub(super) id: &'a str,
    pub(super) employment: &'a Employment,
    pub(super) why: Why,
    /// The last day, or the first day of the leave.
    pub(super) day: Day,
    pub(super) now: At,
    pub(super) noted: Option<&'a Noted>,
}

impl Case<'_> {
    /// Whether it should be over: after the last day, from the first day of a leave on.
    pub(super) fn is_due(&self) -> bool {
        let today = Day::of(self.now);
        match self.why {
            Why::Resignation => today > self.day,
            Why::Leave => today >= self.day,
        }
    }

    /// How something that is not over stands.
    fn not_over(&self) -> State {
        if self.is_due() { State::Open } else { State::NotYet }
    }

    /// The days a reading is too old, if it is.
    fn stale(&self, at: At, most: i64) -> Option<i64> {
        let days = at.days_until(self.now);
        (days > most).then_some(days)
    }

    /// Every name the person is known by where accounts are listed.
    fn names(&self) -> Vec<String> {
        let own = self.employment;
        let mut names: Vec<String> = vec![self.id.to_lowercase()];
        names.extend(own.directory_account.iter().chain(&own.mail).map(|name| name.to_lowercase()));
        names.extend(own.vpn_ids.iter().flatten().map(|name| name.to_lowercase()));
        names.retain(|name| !name.is_empty());
        names
    }

    fn is_own(&self, text: Option<&String>) -> bool {
        text.is_some_and(|text| self.names().contains(&text.to_lowercase()))
    }
}

fn item(what: &'static str, about: &str, state: State, found: &'static str) -> Item {
    Item {
        what,
        about: about.to_owned(),
        state,
        found,
        which: String::new(),
        at: None,
        stale_days: None,
        evidence: None,
        subject: None,
        deed: None,
    }
}

impl Item {
    fn which(self, which: impl Into<String>) -> Self {
        Self { which: which.into(), ..self }
    }

    fn by<T>(self, seen: &Seen<T>) -> Self {
        Self { at: Some(seen.at), evidence: Some(seen.evidence.clone()), ..self }
    }

    fn of(self, subject: Subject) -> Self {
        Self { subject: Some(subject), ..self }
    }

    fn with(self, deed: Deed) -> Self {
        // What is done needs no doing.
        if self.state == State::Done { self } else { Self { deed: Some(deed), ..self } }
    }

    /// Not to be told after all, because what was read is too old. What was over then may be open again, and the other
    /// way round.
    fn unless_stale(self, stale: Option<i64>) -> Self {
        match stale {
            Some(_) => Self { state: State::Unknown, stale_days: stale, ..self },
            None => self,
        }
    }
}

/// Everything that has to be over, in the order of the guideline.
pub(super) fn items(case: &Case<'_>, ground: &Ground) -> Vec<Item> {
    let mut found = Vec::new();
    for domain in &ground.domains {
        found.extend(directory(case, domain));
    }
    for vpn in &ground.vpns {
        found.extend(of_vpn(case, vpn));
    }
    if case.why == Why::Resignation {
        found.extend(pcs(case, ground));
        found.extend(home(case, ground));
    }
    found.extend(sign_in(case, ground));
    if case.why == Why::Resignation {
        found.push(pledge(case, ground));
    }
    found
}

/// The directory account, and the groups it is still in.
fn directory(case: &Case<'_>, domain: &Domain) -> Vec<Item> {
    let subject = Subject::new(SubjectKind::Domain, &domain.id);
    let stated = case.employment.directory_account.as_deref();
    if stated == Some("") {
        return vec![item("directory", &domain.id, State::Done, "no-account").of(subject)];
    }
    let Some(users) = &domain.users else {
        return vec![item("directory", &domain.id, State::Unknown, "unread").of(subject)];
    };
    let stale = case.stale(users.at, FRESH_DAYS);
    let Some(user) = user_of(case, &users.value) else {
        let (state, words) = match stated {
            Some(_) => (State::Done, "account-gone"),
            // Nothing says which account would be the person's: none found is not none there.
            None => (State::Unknown, "account-unmatched"),
        };
        let which = stated.unwrap_or_default();
        let only = item("directory", &domain.id, state, words).which(which).by(users).of(subject);
        return vec![only.unless_stale(stale)];
    };
    let name = user.name.clone().unwrap_or_default();
    let has_ended = user.expires_at.is_some_and(|at| at <= case.now);
    let account = match user.enabled {
        _ if has_ended => item("directory", &domain.id, State::Done, "account-expired"),
        Some(false) => item("directory", &domain.id, State::Done, "account-disabled"),
        Some(true) => item("directory", &domain.id, case.not_over(), "account-enabled"),
        None => item("directory", &domain.id, State::Unknown, "unread"),
    };
    let mut found = vec![account.which(&*name).by(users).of(subject.clone()).unless_stale(stale)];
    if case.why == Why::Leave {
        return found;
    }
    let Some(groups) = &domain.privileged else {
        found.push(item("privileged", &domain.id, State::Unknown, "unread").of(subject));
        return found;
    };
    let is_member = |member: &model::facts::PrivilegedMember| {
        let by_sid = member.sid.as_ref().zip(user.sid.as_ref()).map(|(a, b)| a == b);
        by_sid.unwrap_or_else(|| {
            member.name.as_deref().is_some_and(|member| member.eq_ignore_ascii_case(&name))
        })
    };
    let own = groups.value.iter().filter(|group| group.members.iter().flatten().any(is_member));
    let names: Vec<&str> = own.filter_map(|group| group.name.as_deref()).collect();
    if names.is_empty() {
        // Never privileged: nothing to say about it but that it was looked at.
        found.push(item("privileged", &domain.id, State::Done, "not-privileged").by(groups).of(subject));
    } else {
        let open = item("privileged", &domain.id, case.not_over(), "privileged");
        found.push(open.which(names.join(", ")).by(groups).of(subject));
    }
    let stale = case.stale(groups.at, FRESH_DAYS);
    found
        .into_iter()
        .map(|item| if item.what == "privileged" { item.unless_stale(stale) } else { item })
        .collect()
}

/// The person's account: by the register's word on it, else by mail address, number or id.
fn user_of<'a>(case: &Case<'_>, users: &'a [DomainUser]) -> Option<&'a DomainUser> {
    let own = case.employment;
    let same = |a: Option<&String>, b: Option<&String>| {
        a.zip(b).is_some_and(|(a, b)| !a.is_empty() && a.eq_ignore_ascii_case(b))
    };
    let by_mark = || {
        users
            .iter()
            .find(|user| {
                same(user.mail.as_ref(), own.mail.as_ref()) || same(user.upn.as_ref(), own.mail.as_ref())
            })
            .or_else(|| users.iter().find(|user| same(user.employee_number.as_ref(), own.number.as_ref())))
    };
    if let Some(stated) = &own.directory_account {
        return users
            .iter()
            .find(|user| same(user.name.as_ref(), Some(stated)) || same(user.upn.as_ref(), Some(stated)))
            // A name that is nobody's may be mistyped, or the account was renamed: then it is not gone.
            .or_else(by_mark);
    }
    let id = case.id.to_owned();
    by_mark().or_else(|| users.iter().find(|user| same(user.name.as_ref(), Some(&id))))
}

/// Accounts, certificates and shared passwords of a VPN.
fn of_vpn(case: &Case<'_>, vpn: &Vpn) -> Vec<Item> {
    let subject = || Subject::new(SubjectKind::Vpn, &vpn.id);
    let mut found = Vec::new();
    match &vpn.accounts {
        None => found.push(item("vpn", &vpn.id, State::Unknown, "unread").of(subject())),
        Some(accounts) => {
            let own: Vec<&VpnAccount> = accounts
                .value
                .iter()
                .filter(|account| match account.person.as_deref() {
                    Some(person) if !person.is_empty() => person == case.id,
                    _ => case.is_own(account.name.as_ref()),
                })
                .collect();
            let named = |accounts: &[&VpnAccount]| {
                accounts.iter().filter_map(|own| own.name.clone()).collect::<Vec<_>>().join(", ")
            };
            let enabled: Vec<&VpnAccount> =
                own.iter().copied().filter(|account| account.enabled != Some(false)).collect();
            let unread = enabled.iter().any(|account| account.enabled.is_none());
            let only = if own.is_empty() {
                item("vpn", &vpn.id, State::Done, "vpn-none")
            } else if enabled.is_empty() {
                item("vpn", &vpn.id, State::Done, "vpn-disabled").which(named(&own))
            } else if unread {
                item("vpn", &vpn.id, State::Unknown, "unread").which(named(&enabled))
            } else {
                item("vpn", &vpn.id, case.not_over(), "vpn-enabled").which(named(&enabled))
            };
            found.push(only.by(accounts).of(subject()).unless_stale(case.stale(accounts.at, LIST_DAYS)));
        }
    }
    if case.why == Why::Leave {
        return found;
    }
    found.extend(certificates(case, vpn));
    found.extend(shared(case, vpn));
    found
}

fn certificates(case: &Case<'_>, vpn: &Vpn) -> Option<Item> {
    let subject = Subject::new(SubjectKind::Vpn, &vpn.id);
    let Some(certificates) = &vpn.certificates else {
        // Nobody ever spoke of certificates, or they are there and could not be read.
        return vpn
            .certificates_lacking
            .then(|| item("certificate", &vpn.id, State::Unknown, "unread").of(subject));
    };
    let own: Vec<_> = certificates
        .value
        .iter()
        .filter(|own| match own.person.as_deref() {
            Some(person) if !person.is_empty() => person == case.id,
            _ => case.is_own(own.upn.as_ref()) || case.is_own(own.email.as_ref()),
        })
        .collect();
    if own.is_empty() {
        return None;
    }
    let lasts =
        own.iter().filter(|own| own.revoked != Some(true) && own.expires_at.is_none_or(|end| end > case.now));
    let which: Vec<String> =
        lasts.filter_map(|own| own.subject.clone().or_else(|| own.upn.clone())).collect();
    let only = if which.is_empty() {
        item("certificate", &vpn.id, State::Done, "certificate-over")
    } else {
        item("certificate", &vpn.id, case.not_over(), "certificate-lasts").which(which.join(", "))
    };
    Some(only.by(certificates).of(subject).unless_stale(case.stale(certificates.at, LIST_DAYS)))
}

/// A password several people know opens the VPN to whoever left as well, until it is another one.
fn shared(case: &Case<'_>, vpn: &Vpn) -> Option<Item> {
    let authentication = vpn.authentication.as_ref();
    let one_for_all = authentication.filter(|read| read.value.shared_password == Some(true));
    let accounts: Vec<String> = vpn
        .accounts
        .iter()
        .flat_map(|accounts| &accounts.value)
        .filter(|account| account.shared == Some(true) && account.enabled != Some(false))
        .filter_map(|account| account.name.clone())
        .collect();
    let (found, which) = match (one_for_all, accounts.is_empty()) {
        (None, true) => return None,
        (Some(_), _) => ("shared-password", String::new()),
        (None, false) => ("shared-accounts", accounts.join(", ")),
    };
    let subject = Subject::new(SubjectKind::Vpn, &vpn.id);
    let changed = case
        .noted
        .iter()
        .flat_map(|noted| &noted.changed)
        .rfind(|changed| changed.vpn == vpn.id && Day::of(changed.at) >= case.day);
    let only = match changed {
        Some(changed) => {
            let done = item("shared", &vpn.id, State::Done, "shared-changed").which(&*changed.by);
            Item { at: Some(changed.at), ..done }
        }
        None => {
            let open = item("shared", &vpn.id, case.not_over(), found).which(which);
            let open = match (one_for_all, &vpn.accounts) {
                (Some(read), _) => open.by(read),
                (None, Some(read)) => open.by(read),
                (None, None) => open,
            };
            // Changed before the last day, it would be known again.
            if case.is_due() { open.with(Deed::SharedChanged { vpn: vpn.id.clone() }) } else { open }
        }
    };
    Some(only.of(subject))
}

/// The PCs: given back, keys noted, agents revoked, approvals ended.
fn pcs(case: &Case<'_>, ground: &Ground) -> Vec<Item> {
    let records = ground.lendings.iter().filter(|record| record.value.person == case.id);
    let mut found = Vec::new();
    let mut recorded: Vec<&str> = Vec::new();
    for record in records {
        recorded.push(&record.value.device);
        let Some(device) = ground.devices.get(&record.value.device) else { continue };
        found.extend(of_pc(case, &record.value.device, Some((record.id, &record.value)), device));
    }
    for (id, device) in &ground.devices {
        // Known from facts alone, without a lending in the register.
        if device.user.as_deref() == Some(case.id) && !device.retired && !recorded.contains(&id.as_str()) {
            found.extend(of_pc(case, id, None, device));
        }
    }
    found
}

fn of_pc(case: &Case<'_>, id: &str, lending: Option<(u64, &Lending)>, device: &Device) -> Vec<Item> {
    let subject = || Subject::new(SubjectKind::Device, id);
    let end = lending.and_then(|(_, lending)| lending.end.as_ref());
    let has_it = end.is_none();
    let mut found = Vec::new();
    let back = match (lending, end) {
        (_, None) => item("pc", id, case.not_over(), "pc-lent"),
        (Some((number, _)), Some(end)) if end.open() > 0 => {
            let words = if end.kind == EndKind::Returned { "pc-tasks" } else { "pc-missing-tasks" };
            item("pc", id, State::Open, words)
                .which(end.open().to_string())
                .with(Deed::Lending { id: number })
        }
        (_, Some(end)) => {
            let words = if end.kind == EndKind::Returned { "pc-returned" } else { "pc-missing" };
            item("pc", id, State::Done, words).which(end.on.to_string())
        }
    };
    found.push(back.of(subject()));
    if has_it {
        found.push(keys(case, id, device).of(subject()));
    }
    // A PC that came back and is in use again keeps reporting.
    if has_it || device.retired {
        let agent = device.agents.iter().find(|agent| agent.revoked_at.is_none());
        match (agent, device.agents.first()) {
            (Some(agent), _) => {
                let state = if has_it { case.not_over() } else { State::Open };
                let open = item("agent", id, state, "agent-active").of(subject());
                let open = Item { at: agent.seen_at, ..open };
                let deed = Deed::RevokeAgent { key: agent.key.to_string() };
                found.push(if case.is_due() || !has_it { open.with(deed) } else { open });
            }
            (None, Some(agent)) => {
                let done = item("agent", id, State::Done, "agent-revoked").of(subject());
                found.push(Item { at: agent.revoked_at, ..done });
            }
            (None, None) => {}
        }
    }
    let lasting =
        device.approvals.iter().filter(|own| own.expires_at.is_none_or(|end| end > case.now)).count();
    if has_it && lasting > 0 {
        let open = item("approvals", id, case.not_over(), "approvals-last");
        found.push(open.which(lasting.to_string()).of(subject()));
    }
    found
}

/// Whoever opens the drive later needs its recovery key; without the person there is no other way. So it is due at once.
fn keys(_: &Case<'_>, id: &str, device: &Device) -> Item {
    let Some(volumes) = &device.volumes else { return item("keys", id, State::Unknown, "unread") };
    let protectors = volumes.value.iter().flat_map(|volume| volume.protectors.iter().flatten());
    let ids: Vec<&String> = protectors
        .filter(|protector| protector.kind == Some(ProtectorKind::RecoveryPassword))
        .filter_map(|protector| protector.id.as_ref())
        .collect();
    let lacking: Vec<&str> = ids
        .iter()
        .filter(|id| !device.keys.iter().any(|kept| same_id(kept, id)))
        .map(|id| id.as_str())
        .collect();
    // An empty list says that there are none; no list at all, that they could not be read.
    let unread = volumes.value.iter().any(|volume| volume.protectors.is_none());
    let only = match (ids.is_empty(), lacking.is_empty()) {
        (_, true) if unread => item("keys", id, State::Unknown, "unread"),
        (true, _) => item("keys", id, State::Done, "keys-none"),
        (false, true) => item("keys", id, State::Done, "keys-kept"),
        (false, false) => item("keys", id, State::Open, "keys-lacking").which(lacking.join(", ")),
    };
    only.by(volumes)
}

fn home(case: &Case<'_>, ground: &Ground) -> Option<Item> {
    let devices = ground.homes.get(case.id)?;
    let open = item("home", "", case.not_over(), "home-judged").which(devices.to_string());
    let open = open.of(Subject::new(SubjectKind::Home, case.id));
    Some(if case.is_due() { open.with(Deed::RetireHome) } else { open })
}

/// The account at Mimamori and its link.
fn sign_in(case: &Case<'_>, ground: &Ground) -> Vec<Item> {
    let Some(account) = ground.accounts.get(case.id) else {
        return vec![item("account", "", State::Done, "no-account")];
    };
    let login = account.login.as_str();
    let mut found = Vec::new();
    match account.disabled_at {
        Some(at) => {
            let done = item("account", "", State::Done, "account-disabled").which(login);
            found.push(Item { at: Some(at), ..done });
        }
        None => {
            let open = item("account", "", case.not_over(), "account-enabled").which(login);
            let deed = Deed::DisableAccount { login: login.to_owned() };
            found.push(if case.is_due() { open.with(deed) } else { open });
        }
    }
    let link = ground.links.get(&account.id).filter(|until| **until > case.now);
    if let Some(until) = link {
        let open = item("link", "", case.not_over(), "link-open").which(until.day());
        found.push(if case.is_due() { open.with(Deed::CloseLink) } else { open });
    }
    found
}

/// The pledge is asked for while the person is still here: due at once.
fn pledge(case: &Case<'_>, ground: &Ground) -> Item {
    let own = ground.pledges.get(case.id);
    let signed = own.into_iter().flatten().find(|pledge| pledge.document.as_deref() == Some(PLEDGE));
    match signed {
        Some(pledge) => {
            let done = item("pledge", "", State::Done, "pledge-signed");
            Item { at: pledge.at, ..done }
        }
        None => item("pledge", "", State::Open, "pledge-lacking").with(Deed::Pledge),
    }
}

/// Whether somebody has to be on the list: why, and the day that counts.
pub(super) fn reason(
    employment: &Employment,
    standing: EmploymentStatus,
    today: Day,
) -> Option<(Why, Option<Day>)> {
    let day = |at: Option<At>| at.map(Day::of);
    match standing {
        EmploymentStatus::Left => Some((Why::Resignation, day(employment.left_at))),
        _ if employment.left_at.is_some() => Some((Why::Resignation, day(employment.left_at))),
        EmploymentStatus::OnLeave => Some((Why::Leave, day(employment.leave_from_at))),
        _ => day(employment.leave_from_at).filter(|from| *from > today).map(|from| (Why::Leave, Some(from))),
    }
}
