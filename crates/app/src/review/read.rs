//! What there is to look at, thing by thing, from the newest facts.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::{
    AdminCount, Builtin, EverybodyGroup, Host, PrivilegedGroup, ServerRole, Sharing, VpnAccount,
    VpnConfiguration,
};
use model::{At, Subject, SubjectKind};
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{Read, StoredSection};

use super::{Thing, What};
use crate::person::word;
use crate::{App, AppError, Result};

/// What was read of a subject.
#[derive(Clone, Debug)]
pub(crate) struct Readings {
    pub(crate) things: Vec<Thing>,
    /// When the oldest of it was read.
    pub(crate) at: At,
    /// Sections that could not be read: then a review is of what is there.
    pub(crate) lacking: Vec<String>,
}

/// Groups that are everybody: by security id, with the name of the group and that through which everybody is in it.
type Everybody = BTreeMap<String, (String, String)>;

fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn flag(name: &str, value: Option<bool>) -> Option<(String, String)> {
    value.map(|value| fact(name, if value { "yes" } else { "no" }))
}

fn text(name: &str, value: Option<&String>) -> Option<(String, String)> {
    value.filter(|value| !value.is_empty()).map(|value| fact(name, value))
}

impl App {
    /// What there is to look at; `None` when nothing of it was ever read, or nothing there is to be reviewed.
    pub(crate) fn readings(&self, what: What, subject: &Subject) -> Result<Option<Readings>> {
        let broad = self.broad_groups();
        self.store.read(|read| {
            let mut gathered = Gathered { read, subject, at: None, lacking: Vec::new() };
            let things = match what {
                What::Privileged => privileged(&mut gathered)?,
                What::Sharing => sharing(&mut gathered, &broad)?,
                What::Accounts => accounts(&mut gathered)?,
                What::Configuration if subject.kind == SubjectKind::Vpn => vpn_configuration(&mut gathered)?,
                What::Configuration => {
                    settings(&mut gathered, &["device", "logging", "blocklists", "administration"])?
                }
            };
            let (at, lacking) = (gathered.at, gathered.lacking);
            Ok(things.zip(at).map(|(things, at)| Readings { things, at, lacking }))
        })
    }

    /// Security ids no share may admit, as the statement says.
    fn broad_groups(&self) -> BTreeSet<String> {
        let value = self.param_of("6.2.1-2", "broad_groups").unwrap_or_default();
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// A parameter of a statement as the company has it.
    pub(super) fn param_of(&self, statement: &str, param: &str) -> Option<Value> {
        let standard = self.standard();
        let statement = standard.catalog.statement(&model::StatementId(statement.to_owned()))?;
        standard.profile.params(statement).remove(param)
    }
}

struct Gathered<'a> {
    read: &'a Read<'a>,
    subject: &'a Subject,
    at: Option<At>,
    lacking: Vec<String>,
}

impl Gathered<'_> {
    fn raw(&mut self, section: &str) -> Result<Option<Value>> {
        let found: Option<StoredSection> =
            self.read.sections(self.subject, Some(&[section]))?.into_iter().next();
        let Some((value, at)) = found.and_then(|found| Some((found.value?, found.evidence.collected_at)))
        else {
            self.lacking.push(section.to_owned());
            return Ok(None);
        };
        self.at = Some(self.at.map_or(at, |oldest| oldest.min(at)));
        Ok(Some(value))
    }

    fn section<T: DeserializeOwned>(&mut self, section: &str) -> Result<Option<T>> {
        self.raw(section)?
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| AppError::Internal(format!("stored section {section}: {error}")))
    }
}

fn privileged(gathered: &mut Gathered<'_>) -> Result<Option<Vec<Thing>>> {
    let Some(groups) = gathered.section::<Vec<PrivilegedGroup>>("privileged")? else { return Ok(None) };
    let mut things = Vec::new();
    for group in groups {
        let (sid, group_name) = (group.sid.unwrap_or_default(), group.name.unwrap_or_default());
        for member in group.members.into_iter().flatten() {
            let name = member.name.clone().unwrap_or_default();
            let facts = [
                flag("enabled", member.enabled),
                text("via", member.via.as_ref()),
                flag("foreign", member.foreign.filter(|foreign| *foreign)),
            ];
            things.push(Thing {
                key: format!("{sid}/{name}"),
                group: group_name.clone(),
                name,
                facts: facts.into_iter().flatten().collect(),
                alarms: Vec::new(),
            });
        }
    }
    if let Some(guest) = gathered.section::<Builtin>("builtin")?.and_then(|builtin| builtin.guest) {
        let alarms = if guest.enabled == Some(true) { vec![fact("guest", "")] } else { Vec::new() };
        things.push(Thing {
            key: "guest".into(),
            group: String::new(),
            name: guest.name.unwrap_or_else(|| "Guest".into()),
            facts: flag("enabled", guest.enabled).into_iter().collect(),
            alarms,
        });
    }
    for account in gathered.section::<Vec<AdminCount>>("admin_count")?.into_iter().flatten() {
        let name = account.name.unwrap_or_default();
        // Who has rights now is looked at above; krbtgt bears the mark from the start.
        if account.privileged_now == Some(true) || name == "krbtgt" {
            continue;
        }
        things.push(Thing {
            key: format!("admin_count/{name}"),
            group: "adminCount".into(),
            name,
            facts: flag("enabled", account.enabled).into_iter().collect(),
            alarms: vec![fact("admin-count", "")],
        });
    }
    Ok(Some(things))
}

fn sharing(gathered: &mut Gathered<'_>, broad: &BTreeSet<String>) -> Result<Option<Vec<Thing>>> {
    let host = gathered.section::<Host>("host")?;
    let is_file_server =
        host.and_then(|host| host.roles).is_some_and(|roles| roles.contains(&ServerRole::FileServer));
    let Some(sharing) = gathered.section::<Sharing>("sharing")? else { return Ok(None) };
    let shares: Vec<_> =
        sharing.shares.into_iter().flatten().filter(|share| share.administrative != Some(true)).collect();
    if shares.is_empty() && !is_file_server {
        return Ok(None);
    }
    let everybody = everybody(gathered.read)?;
    let mut things = Vec::new();
    for share in shares {
        let name = share.name.unwrap_or_default();
        if share.permissions.is_none() {
            gathered.lacking.push(format!("sharing.shares {name}"));
        }
        for permission in share.permissions.into_iter().flatten() {
            let sid = permission.sid.unwrap_or_default();
            let access = permission
                .access
                .and_then(|access| serde_json::to_value(access).ok())
                .and_then(|value| value.as_str().map(str::to_owned));
            let alarms = match everybody.get(&sid) {
                _ if broad.contains(&sid) => vec![fact("everybody", "")],
                Some((_, via)) => vec![fact("everybody-via", via)],
                None => Vec::new(),
            };
            things.push(Thing {
                key: format!("{name}/{sid}"),
                group: name.clone(),
                name: permission.name.filter(|name| !name.is_empty()).unwrap_or(sid),
                facts: text("access", access.as_ref()).into_iter().collect(),
                alarms,
            });
        }
    }
    Ok(Some(things))
}

fn everybody(read: &Read<'_>) -> Result<Everybody> {
    let mut found = Everybody::new();
    for (_, value) in read.section_of_all(SubjectKind::Domain, "everybody")? {
        let groups: Vec<EverybodyGroup> = serde_json::from_value(value)
            .map_err(|error| AppError::Internal(format!("stored section everybody: {error}")))?;
        for group in groups {
            if let Some(sid) = group.sid {
                let name = group.name.unwrap_or_default();
                let via = group.via.filter(|via| !via.is_empty()).unwrap_or_else(|| name.clone());
                found.insert(sid, (name, via));
            }
        }
    }
    Ok(found)
}

fn accounts(gathered: &mut Gathered<'_>) -> Result<Option<Vec<Thing>>> {
    let Some(accounts) = gathered.section::<Vec<VpnAccount>>("accounts")? else { return Ok(None) };
    let things = accounts.into_iter().map(|account| {
        let name = account.name.unwrap_or_default();
        let owner = account.person.filter(|person| !person.is_empty());
        let status = account.status.map(word);
        let mut alarms = Vec::new();
        if account.enabled == Some(true) {
            match status {
                Some("left") => alarms.push(fact("left", "")),
                Some("on_leave") => alarms.push(fact("on-leave", "")),
                _ if owner.is_none() => alarms.push(fact("nobody", "")),
                _ => {}
            }
            if account.shared == Some(true) {
                alarms.push(fact("shared", ""));
            }
        }
        let facts = [
            flag("enabled", account.enabled),
            text("person", owner.as_ref()),
            status.map(|status| fact("status", status)),
            flag("shared", account.shared.filter(|shared| *shared)),
        ];
        Thing {
            key: name.clone(),
            group: String::new(),
            name,
            facts: facts.into_iter().flatten().collect(),
            alarms,
        }
    });
    Ok(Some(things.collect()))
}

fn vpn_configuration(gathered: &mut Gathered<'_>) -> Result<Option<Vec<Thing>>> {
    let Some(read) = gathered.section::<VpnConfiguration>("configuration")? else { return Ok(None) };
    let mut things = Vec::new();
    for found in read.findings.into_iter().flatten() {
        let (what, line) = (found.what.unwrap_or_default(), found.line.unwrap_or_default());
        let facts = [text("breaks", found.breaks.as_ref())];
        things.push(Thing {
            key: format!("findings/{what}/{line}"),
            group: "findings".into(),
            name: if line.is_empty() { what.clone() } else { line },
            facts: facts.into_iter().flatten().chain([fact("what", &*what)]).collect(),
            alarms: vec![fact("finding", found.place.unwrap_or_default())],
        });
    }
    for protocol in read.protocols.into_iter().flatten() {
        let value = serde_json::to_value(protocol).ok();
        let name = value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        let key = format!("protocols/{name}");
        things.push(Thing { key, group: "protocols".into(), name, ..Thing::default() });
    }
    for line in read.unread.into_iter().flatten() {
        let key = format!("unread/{line}");
        things.push(Thing { key, group: "unread".into(), name: line, ..Thing::default() });
    }
    things.extend(settings(gathered, &["authentication", "gateway"])?.into_iter().flatten());
    // The gateway's own facts need not be there.
    gathered.lacking.clear();
    Ok(Some(things))
}

/// Fields that change by themselves: no change of a configuration. The line that decides is numbered, and moves when
/// another is added above it; what it decides stands in fields of its own.
const RESTLESS: [&str; 6] =
    ["last_event_at", "refreshed_at", "checked_at", "firmware_at", "known_exploited", "line"];

/// Sections flattened to settings, each with its value.
fn settings(gathered: &mut Gathered<'_>, sections: &[&str]) -> Result<Option<Vec<Thing>>> {
    let mut things = Vec::new();
    for section in sections {
        match gathered.raw(section)? {
            Some(Value::Object(fields)) => {
                things.extend(fields.iter().filter_map(|(name, value)| setting(section, name, value)));
            }
            Some(Value::Array(items)) => {
                for item in items {
                    let Some(name) = item.get("name").and_then(Value::as_str).map(str::to_owned) else {
                        continue;
                    };
                    let fields = item.as_object().into_iter().flatten().filter(|(field, _)| *field != "name");
                    let facts = fields
                        .filter(|(field, _)| !RESTLESS.contains(&field.as_str()))
                        .map(|(field, value)| fact(field, plain(value)));
                    things.push(Thing {
                        key: format!("{section}/{name}"),
                        group: (*section).to_owned(),
                        facts: facts.collect(),
                        name,
                        alarms: Vec::new(),
                    });
                }
            }
            _ => {}
        }
    }
    Ok((!things.is_empty()).then_some(things))
}

fn setting(section: &str, name: &str, value: &Value) -> Option<Thing> {
    if RESTLESS.contains(&name) || value.is_object() {
        return None;
    }
    Some(Thing {
        key: format!("{section}/{name}"),
        group: section.to_owned(),
        name: name.to_owned(),
        facts: vec![fact("value", plain(value))],
        alarms: Vec::new(),
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
