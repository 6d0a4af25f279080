//! The facts of a domain as tables for people: what was found, what is expected, whether it fits, what to do. Pure
//! functions; the words of cells are interface texts, named by their keys.

mod machine;

use model::facts::{
    AccountPolicy, DomainFacts, PolicyNumber, PolicyReach, PolicySwitch, PrivilegedGroup, PrivilegedMember,
};
use model::{At, StatementId};
use serde_json::Value;

use self::machine::on_off;
use crate::Standard;

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not as it should be.
    Bad,
    /// To be looked at.
    Look,
    /// Was not read.
    Unread,
    /// As it should be.
    Good,
    /// Told for information.
    Plain,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// As it is written in the directory.
    Words(String),
    /// A text, by the last part of its key.
    Key(&'static str),
    /// A text with a word in it.
    KeyWith(&'static str, String),
    /// A setting of group policy, by its name in the fact.
    Setting(String),
    /// An instant.
    At(At),
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The part of the table it belongs to, a group's name for example; empty for none.
    pub part: String,
    /// What it is about.
    pub item: Cell,
    /// What was found.
    pub found: Vec<Cell>,
    /// What is expected.
    pub expected: Option<Cell>,
    /// How it stands.
    pub state: State,
    /// What to do, by the last part of its key.
    pub todo: Option<&'static str>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name: the anchor, and the middle of its locale keys.
    pub name: &'static str,
    /// The statements it is about.
    pub statements: &'static [&'static str],
    /// Whether the directory told of it at all.
    pub read: bool,
    /// Its rows; within a part those that are not as they should be first.
    pub rows: Vec<Row>,
}

impl Table {
    /// How many rows are not as they should be.
    #[must_use]
    pub fn bad(&self) -> usize {
        self.rows.iter().filter(|row| row.state == State::Bad).count()
    }
}

/// What the company's profile demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands {
    /// The least length of a password.
    pub min_length: i64,
    /// The most failures until lockout.
    pub lockout_threshold: i64,
    /// The least minutes of lockout.
    pub lockout_minutes: i64,
    /// The least LAN Manager level.
    pub lm_level: i64,
}

impl Demands {
    pub(crate) fn of(standard: &Standard) -> Self {
        let number = |id: &str, name: &str, printed: i64| {
            let statement = standard.catalog.statement(&StatementId(id.to_owned()));
            let params = statement.map(|statement| standard.profile.params(statement)).unwrap_or_default();
            params.get(name).and_then(Value::as_i64).unwrap_or(printed)
        };
        Self {
            min_length: number("6.1.2-1", "min_length", 12),
            lockout_threshold: number("6.1.2-1", "lockout_threshold", 10),
            lockout_minutes: number("6.1.2-1", "lockout_minutes", 30),
            lm_level: number("6.1.1-1", "lm_level", 5),
        }
    }
}

/// The tables of a domain.
#[must_use]
pub fn tables(facts: &DomainFacts, demands: &Demands, now: At) -> Vec<Table> {
    let table = |name, statements, read, rows: Vec<Row>| Table { name, statements, read, rows };
    vec![
        table("password", &["6.1.2-1"], facts.password_policy.is_some(), password(facts, demands)),
        table("fine-grained", &["6.1.2-1"], facts.fine_grained.is_some(), fine_grained(facts, demands)),
        table("builtin", &["6.1.3-1", "6.1.4-1"], facts.builtin.is_some(), builtin(facts)),
        table("privileged", &["6.1.4-1"], facts.privileged.is_some(), privileged(facts)),
        table("admin-count", &["6.1.4-2"], facts.admin_count.is_some(), admin_count(facts)),
        table("protocols", &["6.1.1-1", "6.1.1-3"], facts.policy.is_some(), protocols(facts, demands)),
        table("settings", &[], facts.policy_settings.is_some(), settings(facts)),
        table("objects", &[], facts.policy_objects.is_some(), objects(facts)),
        table("computers", &["5.1.9-2"], facts.computers.is_some(), machine::computers(facts, now)),
        table("weak", &[], facts.weak_accounts.is_some(), weak(facts)),
        table("transport", &[], facts.transport.is_some(), machine::transport(facts, now)),
        table("users", &[], facts.users.is_some(), users(facts, now)),
    ]
}

fn words(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

/// A row about one value: found, expected, whether it fits; a value that was not read is neither.
fn judged(item: &'static str, found: Cell, expected: Cell, fits: Option<bool>, todo: &'static str) -> Row {
    let state = match fits {
        Some(true) => State::Good,
        Some(false) => State::Bad,
        None => State::Unread,
    };
    Row {
        part: String::new(),
        item: Cell::Key(item),
        found: vec![found],
        expected: Some(expected),
        state,
        todo: (state == State::Bad).then_some(todo),
    }
}

fn number(value: Option<i64>) -> Cell {
    value.map_or(Cell::Key("unread"), |value| Cell::Words(value.to_string()))
}

/// The worst first, otherwise as they came.
fn worst_first(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| row.state);
    rows
}

fn policy_rows(policy: &AccountPolicy, demands: &Demands, part: &str) -> Vec<Row> {
    let least = |n: i64| Cell::KeyWith("at-least", n.to_string());
    let threshold = policy.lockout_threshold;
    let minutes = policy.lockout_minutes;
    let rows = vec![
        judged(
            "min-length",
            number(policy.min_length),
            least(demands.min_length),
            policy.min_length.map(|n| n >= demands.min_length),
            "password",
        ),
        judged("complexity", on_off(policy.complexity), Cell::Key("on"), policy.complexity, "password"),
        judged(
            "lockout-threshold",
            if threshold == Some(0) { Cell::Key("never") } else { number(threshold) },
            Cell::KeyWith("at-most", demands.lockout_threshold.to_string()),
            threshold.map(|n| (1..=demands.lockout_threshold).contains(&n)),
            "lockout",
        ),
        judged(
            "lockout-minutes",
            if minutes == Some(0) { Cell::Key("until-unlocked") } else { number(minutes) },
            least(demands.lockout_minutes),
            minutes.map(|n| n == 0 || n >= demands.lockout_minutes),
            "lockout",
        ),
    ];
    rows.into_iter().map(|row| Row { part: part.to_owned(), ..row }).collect()
}

fn password(facts: &DomainFacts, demands: &Demands) -> Vec<Row> {
    facts.password_policy.as_ref().map(|policy| policy_rows(policy, demands, "")).unwrap_or_default()
}

fn fine_grained(facts: &DomainFacts, demands: &Demands) -> Vec<Row> {
    let mut rows = Vec::new();
    for own in facts.fine_grained.iter().flatten() {
        let name = words(own.name.as_ref());
        let policy = own.policy.clone().unwrap_or_default();
        rows.extend(policy_rows(&policy, demands, &name));
        let whom = own.hits.as_ref().or(own.applies_to.as_ref());
        rows.push(Row {
            part: name,
            item: Cell::Key("hits"),
            found: vec![
                whom.map_or(Cell::Key("unread"), |list| Cell::KeyWith("count", list.len().to_string())),
                Cell::Words(whom.into_iter().flatten().take(20).cloned().collect::<Vec<_>>().join(", ")),
            ],
            expected: None,
            state: State::Plain,
            todo: None,
        });
    }
    rows
}

fn builtin(facts: &DomainFacts) -> Vec<Row> {
    let Some(builtin) = &facts.builtin else { return Vec::new() };
    let mut rows = Vec::new();
    if let Some(own) = &builtin.administrator {
        let found = own.name.clone().map_or(Cell::Key("unread"), Cell::Words);
        rows.push(judged(
            "administrator-name",
            found,
            Cell::Key("renamed"),
            own.default_name.map(|default| !default),
            "rename",
        ));
        rows.push(Row {
            part: String::new(),
            item: Cell::Key("administrator-logon"),
            found: match own.last_logon_at {
                Some(at) => vec![on_off(own.enabled), Cell::Key("last-logon"), Cell::At(at)],
                None => vec![on_off(own.enabled), Cell::Key("never-used")],
            },
            expected: Some(Cell::Key("emergency-only")),
            state: State::Plain,
            todo: None,
        });
    }
    if let Some(own) = &builtin.guest {
        rows.push(judged(
            "guest",
            on_off(own.enabled),
            Cell::Key("off"),
            own.enabled.map(|enabled| !enabled),
            "guest",
        ));
    }
    rows
}

fn privileged(facts: &DomainFacts) -> Vec<Row> {
    let review = facts.reviews.as_ref().and_then(|reviews| reviews.privileged.as_ref());
    let confirmed = review.and_then(|review| review.confirmed.as_ref());
    let mut rows = Vec::new();
    for group in facts.privileged.iter().flatten() {
        let part = words(group.name.as_ref());
        let members = group.members.iter().flatten();
        let own = members.map(|member| member_row(group, member, confirmed, &part)).collect();
        let own = worst_first(own);
        if own.is_empty() {
            rows.push(Row {
                part: part.clone(),
                item: Cell::Key(if group.members.is_some() { "nobody" } else { "unread" }),
                found: Vec::new(),
                expected: None,
                state: State::Plain,
                todo: None,
            });
        }
        rows.extend(own);
    }
    rows
}

fn member_row(
    group: &PrivilegedGroup,
    member: &PrivilegedMember,
    confirmed: Option<&Vec<String>>,
    part: &str,
) -> Row {
    let name = words(member.name.as_ref());
    let mut found = vec![Cell::Key(if member.enabled == Some(false) { "account-off" } else { "account-on" })];
    if let Some(via) = &member.via {
        found.push(Cell::KeyWith("via", via.clone()));
    }
    if member.foreign == Some(true) {
        found.push(Cell::Key("foreign"));
    }
    if let Some(at) = member.last_logon_at {
        found.push(Cell::Key("last-logon"));
        found.push(Cell::At(at));
    }
    let entry = format!("{}/{name}", words(group.sid.as_ref()));
    let new = member.new_since_review == Some(true) || confirmed.is_some_and(|list| !list.contains(&entry));
    if new {
        found.push(Cell::Key("new-since-review"));
    }
    Row {
        part: part.to_owned(),
        item: Cell::Words(name),
        found,
        expected: Some(Cell::Key("reviewed")),
        state: if new {
            State::Bad
        } else if confirmed.is_none() {
            State::Plain
        } else {
            State::Good
        },
        todo: new.then_some("review"),
    }
}

fn admin_count(facts: &DomainFacts) -> Vec<Row> {
    let reviews = facts.reviews.as_ref();
    let review = reviews.and_then(|reviews| reviews.admin_count.as_ref());
    let expected = review.and_then(|review| review.expected.as_ref());
    let rows = facts.admin_count.iter().flatten().map(|own| {
        let name = words(own.name.as_ref());
        let meant = own.expected == Some(true) || expected.is_some_and(|list| list.contains(&name));
        let fits = own.privileged_now == Some(true) || meant || name.eq_ignore_ascii_case("krbtgt");
        Row {
            part: String::new(),
            item: Cell::Words(name),
            found: vec![
                Cell::Key(if own.enabled == Some(false) { "account-off" } else { "account-on" }),
                Cell::Key(if own.privileged_now == Some(true) {
                    "privileged-now"
                } else {
                    "privileged-before"
                }),
            ],
            expected: Some(Cell::Key("mark-explained")),
            state: if fits { State::Good } else { State::Look },
            todo: (!fits).then_some("admin-count"),
        }
    });
    worst_first(rows.collect())
}

fn protocols(facts: &DomainFacts, demands: &Demands) -> Vec<Row> {
    let Some(policy) = &facts.policy else { return Vec::new() };
    let everywhere = |reaches: Option<&Vec<PolicyReach>>| reaches.is_some_and(|list| list.len() >= 3);
    let numbers = |own: &Option<PolicyNumber>, item, least: i64| {
        let own = own.clone().unwrap_or_default();
        let value = own.value.filter(|_| own.set == Some(true));
        let fits =
            own.set.map(|set| set && value.is_some_and(|n| n >= least) && everywhere(own.reaches.as_ref()));
        let shown = value.map(|value| value.to_string());
        source_row(
            item,
            own.set,
            shown,
            (own.gpo, own.reaches),
            Cell::KeyWith("at-least", least.to_string()),
            fits,
        )
    };
    let switches = |own: &Option<PolicySwitch>, item| {
        let own = own.clone().unwrap_or_default();
        let value = own.value.filter(|_| own.set == Some(true));
        let fits = own.set.map(|set| set && value == Some(true) && everywhere(own.reaches.as_ref()));
        let shown = value.map(|value| if value { "1" } else { "0" }.to_owned());
        source_row(item, own.set, shown, (own.gpo, own.reaches), Cell::Key("forbidden"), fits)
    };
    vec![
        numbers(&policy.lm_compatibility_level, "lm-level", demands.lm_level),
        switches(&policy.no_lm_hash, "no-lm-hash"),
        switches(&policy.smb1_server_off, "smb1-server"),
        switches(&policy.smb1_client_off, "smb1-client"),
        numbers(&policy.ntlm_audit_receiving, "ntlm-receiving", 2),
        numbers(&policy.ntlm_restrict_sending, "ntlm-sending", 1),
    ]
}

fn source_row(
    item: &'static str,
    set: Option<bool>,
    value: Option<String>,
    (gpo, reaches): (Option<String>, Option<Vec<PolicyReach>>),
    expected: Cell,
    fits: Option<bool>,
) -> Row {
    let found = match set {
        None => Cell::Key("unread"),
        Some(false) => Cell::Key("not-configured"),
        Some(true) => Cell::Words(value.unwrap_or_default()),
    };
    let mut row = judged(item, found, expected, fits, "policy");
    if let Some(gpo) = gpo {
        row.found.push(Cell::KeyWith("gpo", gpo));
    }
    for reach in reaches.into_iter().flatten() {
        row.found.push(Cell::Key(reach_word(reach)));
    }
    row
}

/// The word for a kind of machine, the last part of a locale key.
#[must_use]
pub fn reach_word(reach: PolicyReach) -> &'static str {
    match reach {
        PolicyReach::DomainControllers => "domain-controllers",
        PolicyReach::Servers => "servers",
        PolicyReach::Workstations => "workstations",
    }
}

fn settings(facts: &DomainFacts) -> Vec<Row> {
    let rows = facts.policy_settings.iter().flatten().map(|own| {
        let mut found = vec![
            Cell::Words(words(own.value.as_ref())),
            Cell::KeyWith("gpo", format!("{} – {}", words(own.gpo.as_ref()), words(own.file.as_ref()))),
        ];
        if let Some(reach) = own.reach {
            found.insert(0, Cell::Key(reach_word(reach)));
        }
        let lost = own.overridden.as_deref().unwrap_or_default();
        for other in lost {
            let says = format!(
                "{} – {}: {}",
                words(other.gpo.as_ref()),
                words(other.file.as_ref()),
                words(other.value.as_ref())
            );
            found.push(Cell::KeyWith("overridden", says));
        }
        for place in own.exceptions.iter().flatten() {
            found.push(Cell::KeyWith("exception", place.clone()));
        }
        let odd = !lost.is_empty() || own.exceptions.as_ref().is_some_and(|list| !list.is_empty());
        Row {
            part: String::new(),
            item: Cell::Setting(words(own.name.as_ref())),
            found,
            expected: None,
            state: if odd { State::Look } else { State::Plain },
            todo: odd.then_some("conflict"),
        }
    });
    worst_first(rows.collect())
}

fn objects(facts: &DomainFacts) -> Vec<Row> {
    let rows = facts.policy_objects.iter().flatten().map(|own| {
        let mut found = vec![match own.linked_to.as_deref() {
            Some([]) => Cell::Key("not-linked"),
            Some(places) => Cell::KeyWith("linked", places.join(", ")),
            None => Cell::Key("unread"),
        }];
        if own.enforced == Some(true) {
            found.push(Cell::Key("enforced"));
        }
        if own.computer_enabled == Some(false) {
            found.push(Cell::Key("computer-half-off"));
        }
        if let Some(filter) = own.filtered.as_ref().filter(|text| !text.is_empty()) {
            found.push(Cell::KeyWith("filtered", filter.clone()));
        }
        let trouble = own.trouble.as_deref().unwrap_or_default();
        found.extend(trouble.iter().map(|what| Cell::KeyWith("trouble", what.clone())));
        Row {
            part: String::new(),
            item: Cell::Words(words(own.name.as_ref().or(own.guid.as_ref()))),
            found,
            expected: None,
            state: if trouble.is_empty() { State::Plain } else { State::Bad },
            todo: (!trouble.is_empty()).then_some("trouble"),
        }
    });
    worst_first(rows.collect())
}

fn weak(facts: &DomainFacts) -> Vec<Row> {
    let Some(own) = &facts.weak_accounts else { return Vec::new() };
    let lists = [
        ("no-preauthentication", &own.no_preauthentication),
        ("unconstrained-delegation", &own.unconstrained_delegation),
        ("reversible-encryption", &own.reversible_encryption),
        ("password-not-required", &own.password_not_required),
        ("service-principals", &own.service_principals),
        ("password-never-expires", &own.password_never_expires),
        ("stale-accounts", &own.stale),
    ];
    let rows = lists.into_iter().map(|(name, list)| {
        let found = match list {
            None => vec![Cell::Key("unread")],
            Some(list) if list.is_empty() => vec![Cell::Key("nobody")],
            Some(list) => vec![
                Cell::KeyWith("count", list.len().to_string()),
                Cell::Words(list.iter().take(100).cloned().collect::<Vec<_>>().join(", ")),
            ],
        };
        let state = match list {
            None => State::Unread,
            Some(list) if list.is_empty() => State::Good,
            Some(_) => State::Look,
        };
        Row {
            part: String::new(),
            item: Cell::Key(name),
            found,
            expected: Some(Cell::Key("nobody")),
            state,
            todo: (state == State::Look).then_some("hazard"),
        }
    });
    worst_first(rows.collect())
}

fn users(facts: &DomainFacts, now: At) -> Vec<Row> {
    let rows = facts.users.iter().flatten().map(|own| {
        let mut found =
            vec![Cell::Key(if own.enabled == Some(false) { "account-off" } else { "account-on" })];
        for (key, at) in [
            ("last-logon", own.last_logon_at),
            ("password-set", own.password_set_at),
            ("expires", own.expires_at),
        ] {
            if let Some(at) = at {
                found.push(Cell::Key(key));
                found.push(Cell::At(at));
            }
        }
        let over = own.enabled == Some(true) && own.expires_at.is_some_and(|at| at < now);
        if let Some(department) = own.department.as_ref().filter(|text| !text.is_empty()) {
            found.push(Cell::Words(department.clone()));
        }
        let display = own.display_name.as_ref().filter(|text| Some(*text) != own.name.as_ref());
        let name = words(own.name.as_ref());
        Row {
            part: String::new(),
            item: Cell::Words(display.map_or_else(|| name.clone(), |display| format!("{name} – {display}"))),
            found,
            expected: None,
            state: if over { State::Look } else { State::Plain },
            todo: over.then_some("expired"),
        }
    });
    worst_first(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DEMANDS: Demands =
        Demands { min_length: 12, lockout_threshold: 10, lockout_minutes: 30, lm_level: 5 };

    fn states(name: &str, facts: Value) -> Vec<State> {
        let facts: DomainFacts = serde_json::from_value(facts).unwrap();
        let all = tables(&facts, &DEMANDS, "2026-11-24T00:00:00Z".parse().unwrap());
        all.into_iter().find(|table| table.name == name).unwrap().rows.iter().map(|row| row.state).collect()
    }

    #[test]
    fn rows_stand_as_the_facts_say() {
        use State::*;
        let check = |name: &str, facts: Value, expected: &[State]| {
            assert_eq!(states(name, facts.clone()), expected, "{name} {facts}");
        };
        check(
            "password",
            json!({"password_policy": {"min_length": 11, "complexity": true, "lockout_threshold": 0, "lockout_minutes": 0}}),
            &[Bad, Good, Bad, Good],
        );
        check("password", json!({"password_policy": {}}), &[Unread; 4]);
        check("builtin", json!({"builtin": {"guest": {"enabled": true}}}), &[Bad]);
        let group = |reviews: Value| {
            json!({"reviews": {"privileged": reviews}, "privileged": [
                {"sid": "S-1", "name": "G", "members": [{"name": "a"}, {"name": "b"}]}]})
        };
        check("privileged", group(json!({"confirmed": ["S-1/a"]})), &[Bad, Good]);
        check("privileged", group(json!({})), &[Plain, Plain]);
        check(
            "computers",
            json!({"computers": [
                {"name": "ok", "laps": "windows", "laps_expires_at": "2026-12-24T00:00:00Z"},
                {"name": "none", "laps": "none"}, {"name": "off", "laps": "none", "enabled": false},
                {"name": "late", "laps": "legacy", "laps_expires_at": "2026-01-24T00:00:00Z"},
                {"name": "dc", "domain_controller": true}, {"name": "unread"}]}),
            &[Bad, Look, Unread, Good, Good, Good],
        );
        let reach = json!(["domain_controllers", "servers", "workstations"]);
        check(
            "protocols",
            json!({"policy": {"lm_compatibility_level": {"set": true, "value": 5, "reaches": reach},
                "no_lm_hash": {"set": true, "value": true, "reaches": ["servers"]}, "smb1_server_off": {"set": false}}}),
            &[Good, Bad, Bad, Unread, Unread, Unread],
        );
    }
}
