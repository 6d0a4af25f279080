//! Group policies made ready for import, with instructions and a way back. Nothing is written to a directory: people
//! import the files, after trying them.

mod backup;
mod change;
mod policy;
mod readme;

use std::collections::BTreeMap;

use model::At;
use model::facts::{AccountPolicy, PolicySetting};

use self::backup::Backup;
use self::change::{Back, Line, Put};
use self::policy::Entry;
use self::readme::{Made, Row, Undo};
use super::object::{PREFERENCES, REGISTRY, TEMPLATE};

pub use self::change::{CHANGES, Change, Target};

/// The longest logon name of the built-in administrator ([MS-SAMR]: 20 characters for a user).
const NAME_MAX: usize = 20;

/// What to make ready.
#[derive(Clone, Copy, Debug)]
pub struct Commission<'a> {
    /// The changes, by [`Change::id`].
    pub changes: &'a [&'a str],
    /// The new name of the built-in administrator, when [`Change::asks_for_name`].
    pub administrator: Option<&'a str>,
    /// DNS name of the domain.
    pub domain: &'a str,
    /// What policies set today: the fact `policy_settings`.
    pub before: &'a [PolicySetting],
    /// The rules in force for the domain's passwords: the fact `password_policy`. They may come from elsewhere than a
    /// policy, and are what undoing goes back to.
    pub rules: Option<&'a AccountPolicy>,
    /// The built-in administrator's name today: the fact `builtin.administrator.name`.
    pub administrator_today: Option<&'a str>,
    /// Now.
    pub at: At,
    /// Sixteen random bytes, from which the ids of this package are made.
    pub seed: [u8; 16],
}

/// Why a package cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// No change was chosen.
    #[error("no change is chosen")]
    Nothing,
    /// There is no such change.
    #[error("there is no change '{0}'")]
    Unknown(String),
    /// The new name is missing or cannot be one.
    #[error(
        "the new name of the administrator must have 1 to 20 characters, none of \" / \\ [ ] : ; | = , + * ? < > @, and not be Administrator"
    )]
    Name,
    /// The domain's name cannot be one.
    #[error("'{0}' is not the DNS name of a domain")]
    Domain(String),
}

/// Makes the files of a package, as paths with `/` and bytes, to be put into an archive: backups to import in `apply`
/// and `undo`, the same as single files in `files`, and instructions in both languages.
///
/// # Errors
/// [`NotMade`] when something is missing or not allowed; nothing is made then.
pub fn package(commission: &Commission<'_>) -> Result<Vec<(String, Vec<u8>)>, NotMade> {
    let changes = chosen(commission)?;
    let mut ids = Ids { seed: commission.seed, next: 0 };
    let at = commission.at.to_string();
    let mut out = BTreeMap::new();
    let (mut apply, mut undo, mut made) = (Vec::new(), Vec::new(), Vec::new());
    for target in [Target::Domain, Target::Computers] {
        let changes: Vec<&'static Change> = changes.iter().copied().filter(|c| c.target == target).collect();
        if changes.is_empty() {
            continue;
        }
        let name = name_of(target);
        let lines = || changes.iter().flat_map(|change| change.lines);
        let forth: Vec<Entry> = lines().map(|line| forth(line, commission)).collect();
        let back: Vec<Entry> = lines().filter_map(|line| back(line, commission)).collect();
        let forth = backup(&name, &forth, commission.domain, &at, &mut ids);
        let back = backup(&format!("{name} (undo)"), &back, commission.domain, &at, &mut ids);
        for (path, bytes) in &forth.files {
            let file = path.rsplit('/').next().unwrap_or(path);
            out.insert(format!("files/{}/{file}", folder_of(target)), bytes.clone());
        }
        let row = |line: &Line| row(line, commission);
        made.push(Made {
            name,
            target,
            apply_id: forth.id.clone(),
            undo_id: (!back.files.is_empty()).then(|| back.id.clone()),
            changes: changes.iter().map(|change| (*change, change.lines.iter().map(row).collect())).collect(),
        });
        apply.push(forth);
        if !back.files.is_empty() {
            undo.push(back);
        }
    }
    for (name, backups) in [("apply", apply), ("undo", undo)] {
        if !backups.is_empty() {
            out.extend(
                backup::folder(&backups).into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)),
            );
        }
    }
    let mut files = readme::instructions(&made, commission.domain, &at);
    files.extend(out);
    Ok(files)
}

/// The changes that were chosen, in the table's order.
fn chosen(commission: &Commission<'_>) -> Result<Vec<&'static Change>, NotMade> {
    if commission.changes.is_empty() {
        return Err(NotMade::Nothing);
    }
    if let Some(unknown) =
        commission.changes.iter().find(|id| !CHANGES.iter().any(|change| change.id == **id))
    {
        return Err(NotMade::Unknown(unknown.chars().take(60).collect()));
    }
    let is_label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    if commission.domain.len() > 255 || !commission.domain.split('.').all(is_label) {
        return Err(NotMade::Domain(commission.domain.chars().take(60).collect()));
    }
    let changes: Vec<&Change> =
        CHANGES.iter().filter(|change| commission.changes.contains(&change.id)).collect();
    if changes.iter().any(|change| change.asks_for_name()) && !commission.administrator.is_some_and(is_name) {
        return Err(NotMade::Name);
    }
    Ok(changes)
}

/// Whether a text can be the new name: one of an account, and not the one that was to be changed.
fn is_name(name: &str) -> bool {
    is_usable(name) && !name.eq_ignore_ascii_case("administrator")
}

/// Whether a text can be the name of an account.
fn is_usable(name: &str) -> bool {
    let allowed = |c: char| !c.is_control() && !"\"/\\[]:;|=,+*?<>@".contains(c);
    let length = name.chars().count();
    (1..=NAME_MAX).contains(&length)
        && name.chars().all(allowed)
        && name.trim() == name
        && !name.ends_with('.')
}

fn name_of(target: Target) -> String {
    match target {
        Target::Domain => "Mimamori - Domain accounts".to_owned(),
        Target::Computers => "Mimamori - Computers".to_owned(),
    }
}

fn folder_of(target: Target) -> &'static str {
    match target {
        Target::Domain => "domain-accounts",
        Target::Computers => "computers",
    }
}

fn backup(name: &str, entries: &[Entry], domain: &str, at: &str, ids: &mut Ids) -> Backup {
    let changed = at.trim_end_matches('Z').replace('T', " ");
    Backup {
        id: ids.next(),
        guid: ids.next(),
        name: name.to_owned(),
        domain: domain.to_owned(),
        at: at.trim_end_matches('Z').to_owned(),
        files: policy::files(entries, &mut || ids.next(), &changed),
    }
}

fn after<'a>(line: &Line, commission: &Commission<'a>) -> &'a str {
    line.after.or(commission.administrator).unwrap_or_default()
}

fn forth(line: &Line, commission: &Commission<'_>) -> Entry {
    Entry { put: line.put, value: Some(after(line, commission).to_owned()) }
}

/// The entry that puts a value back; `None` when it is left alone.
fn back(line: &Line, commission: &Commission<'_>) -> Option<Entry> {
    match undone(line, commission) {
        Undo::Value(value) => Some(Entry { put: line.put, value: Some(value) }),
        Undo::Removed => Some(Entry { put: line.put, value: None }),
        Undo::Left => None,
    }
}

fn undone(line: &Line, commission: &Commission<'_>) -> Undo {
    if let Some(value) = in_force(line, commission) {
        return Undo::Value(value);
    }
    if is_lockout(line) && locks_never(commission) {
        return Undo::Left;
    }
    // What stands in another file of a policy may count in another unit, so it is not written into this one.
    let same_file = |setting: &&PolicySetting| setting.file.as_deref() == Some(file_of(line.put));
    let before = before(line, commission).find(same_file).and_then(|setting| setting.value.as_deref());
    match (before.filter(|value| is_writable(value)), line.back) {
        (Some(value), _) => Undo::Value(value.to_owned()),
        (None, Back::Value(value)) => Undo::Value(value.to_owned()),
        (None, Back::Remove) => Undo::Removed,
        (None, Back::Leave) => Undo::Left,
    }
}

/// What the domain itself has today, as far as it was collected.
fn in_force(line: &Line, commission: &Commission<'_>) -> Option<String> {
    let rules = commission.rules;
    let number = |value: Option<i64>| value.map(|value| value.to_string());
    match line.setting {
        "password.min_length" => number(rules?.min_length),
        "password.complexity" => rules?.complexity.map(|on| i64::from(on).to_string()),
        "password.lockout_threshold" => number(rules?.lockout_threshold),
        _ if is_lockout(line) && !locks_never(commission) => {
            // Until an administrator unlocks: the template writes -1. The count is never kept longer than the lock.
            match rules?.lockout_minutes? {
                0 if line.setting == "password.lockout_minutes" => Some("-1".to_owned()),
                0 => None,
                minutes => Some(minutes.to_string()),
            }
        }
        "administrator_renamed" => {
            commission.administrator_today.filter(|name| is_usable(name)).map(str::to_owned)
        }
        _ => None,
    }
}

fn is_lockout(line: &Line) -> bool {
    ["password.lockout_minutes", "password.lockout_reset_minutes"].contains(&line.setting)
}

/// Whether nobody is ever locked out today: then a template must not name minutes.
fn locks_never(commission: &Commission<'_>) -> bool {
    commission.rules.is_some_and(|rules| rules.lockout_threshold == Some(0))
}

/// Whether a collected value can stand in a line of a file.
fn is_writable(value: &str) -> bool {
    value.len() <= 256 && !value.contains(['"', '\r', '\n', '\0'])
}

fn before<'a>(line: &Line, commission: &Commission<'a>) -> impl Iterator<Item = &'a PolicySetting> {
    let name = line.setting;
    let about = move |setting: &&PolicySetting| !name.is_empty() && setting.name.as_deref() == Some(name);
    commission.before.iter().filter(about)
}

fn file_of(put: Put) -> &'static str {
    match put {
        Put::Template(..) | Put::TemplateNumber(..) | Put::Service(_) => TEMPLATE,
        Put::Registry(..) => REGISTRY,
        Put::Preference(..) => PREFERENCES,
    }
}

fn row(line: &Line, commission: &Commission<'_>) -> Row {
    let mut values: Vec<&str> = before(line, commission).filter_map(|s| s.value.as_deref()).collect();
    values.sort_unstable();
    values.dedup();
    Row {
        put: line.put,
        before: (!values.is_empty()).then(|| values.join(" | ")),
        after: after(line, commission).to_owned(),
        undo: undone(line, commission),
    }
}

/// GUIDs of one package: all different, and others in every package.
struct Ids {
    seed: [u8; 16],
    next: u16,
}

impl Ids {
    fn next(&mut self) -> String {
        let mut number = u128::from_be_bytes(self.seed).wrapping_add(u128::from(self.next));
        self.next = self.next.wrapping_add(1);
        // Version 4, variant 1 of RFC 9562: made by chance.
        number = number & !(0xf << 76) | 4 << 76;
        number = number & !(0x3 << 62) | 2 << 62;
        let text = format!("{number:032X}");
        let cut = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        format!("{{{}-{}-{}-{}-{}}}", cut(0, 8), cut(8, 12), cut(12, 16), cut(16, 20), cut(20, 32))
    }
}

#[cfg(test)]
mod tests;
