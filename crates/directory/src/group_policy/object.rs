//! One policy object: its files read, and what each setting comes to in it. Knows nothing of links or of others.

use std::collections::BTreeMap;

use model::facts::PublishedPassword;

use super::inf::Template;
use super::preference::{self, Item};
use super::registry::{Deed, Registry};
use super::scope::PolicyEntry;
use super::setting::{Place, Setting};
use crate::sysvol::Sysvol;

pub(super) const TEMPLATE: &str = "Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf";
pub(super) const REGISTRY: &str = "Machine/Registry.pol";
pub(super) const PREFERENCES: &str = "Machine/Preferences/Registry/Registry.xml";
pub(crate) const VERSION: &str = "GPT.INI";
/// Preference files that may hold a password, each in the half of machines and of users.
const WITH_PASSWORDS: [&str; 6] = [
    "Groups/Groups.xml",
    "Services/Services.xml",
    "ScheduledTasks/ScheduledTasks.xml",
    "DataSources/DataSources.xml",
    "Drives/Drives.xml",
    "Printers/Printers.xml",
];
const HALVES: [&str; 2] = ["Machine", "User"];

/// The extensions of Windows that read the three files; the directory lists those a policy uses.
const EXTENSIONS: [(&str, &str); 3] = [
    (REGISTRY, "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}"),
    (TEMPLATE, "{827D319E-6EAC-11D2-A4EA-00C04F79F83A}"),
    (PREFERENCES, "{B087BE9D-ED37-454F-AF9C-04291E351182}"),
];

/// The files of a policy that are read, below its folder, with the most bytes of each.
pub fn files() -> impl Iterator<Item = (String, usize)> {
    const SMALL: usize = 64 * 1024;
    const MIDDLE: usize = 4 * 1024 * 1024;
    const LARGE: usize = 16 * 1024 * 1024;
    let own = [(VERSION, SMALL), (TEMPLATE, LARGE), (REGISTRY, MIDDLE), (PREFERENCES, MIDDLE)];
    own.into_iter()
        .map(|(path, most)| (path.to_owned(), most))
        .chain(password_files().into_iter().map(|path| (path, MIDDLE)))
}

fn password_files() -> Vec<String> {
    let file = |half: &str| WITH_PASSWORDS.map(|file| format!("{half}/Preferences/{file}"));
    HALVES.iter().flat_map(|half| file(half)).collect()
}

/// Which file says something. They are applied in this order, by parts of Windows that do not know of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Registry,
    Template,
    Preferences,
}

impl Source {
    pub(super) fn file(self) -> &'static str {
        match self {
            Source::Registry => REGISTRY,
            Source::Template => TEMPLATE,
            Source::Preferences => PREFERENCES,
        }
    }
}

/// What a policy says of a setting in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) place: usize,
    pub(super) source: Source,
    /// The value as written; `None` removes it.
    pub(super) value: Option<String>,
    /// Whether it is for every machine the policy reaches.
    pub(super) certain: bool,
}

/// A file that was read, is not there, or could not be read.
#[derive(Debug)]
enum Read<T> {
    Whole(T),
    Absent,
    Unknown,
}

/// A policy object with its files.
#[derive(Debug)]
pub(super) struct Object {
    template: Read<Template>,
    registry: Read<Registry>,
    preferences: Read<Vec<Item>>,
    pub(super) trouble: Vec<String>,
    pub(super) passwords: Vec<PublishedPassword>,
    /// Why some file that could hold a password could not be read.
    pub(super) passwords_unread: Option<String>,
}

impl Object {
    /// Reads a policy. What cannot be read is told in `trouble` and leaves what would stand there unknown.
    pub(super) fn read(policy: &PolicyEntry, sysvol: &dyn Sysvol) -> Self {
        let mut reader = Reader { policy, sysvol, trouble: Vec::new() };
        if !reader.is_there() {
            return Self {
                template: Read::Unknown,
                registry: Read::Unknown,
                preferences: Read::Unknown,
                passwords_unread: reader.trouble.last().cloned(),
                trouble: reader.trouble,
                passwords: Vec::new(),
            };
        }
        let template = reader.file(TEMPLATE, Template::parse);
        let registry = reader.file(REGISTRY, Registry::parse);
        let preferences = reader.file(PREFERENCES, preference::registry);
        let before = reader.trouble.len();
        let passwords = reader.passwords();
        let passwords_unread = reader.trouble.get(before).cloned();
        Self { template, registry, preferences, passwords, passwords_unread, trouble: reader.trouble }
    }

    /// Everything the policy says of a setting.
    pub(super) fn says(&self, setting: &Setting) -> Vec<Said> {
        let mut said = Vec::new();
        for (at, place) in setting.places.iter().enumerate() {
            let mut push = |source, value: Option<String>, certain| {
                said.push(Said { place: at, source, value, certain })
            };
            match (*place, &self.template) {
                (Place::Template(section, key, _), Read::Whole(template)) => {
                    if let Some(value) = template.value(section, key) {
                        push(Source::Template, Some(value.to_owned()), true);
                    }
                }
                (Place::Service(name, _), Read::Whole(template)) => {
                    if let Some(value) = template.service(name) {
                        push(Source::Template, Some(value.to_owned()), true);
                    }
                }
                (Place::Registry(key, value, _), Read::Whole(template)) => {
                    if let Some(value) = template.registry(key, value) {
                        push(Source::Template, Some(value.to_owned()), true);
                    }
                }
                _ => {}
            }
            if let Place::Registry(key, value, _) = *place {
                self.registry_says(key, value, &mut push);
            }
        }
        said
    }

    fn registry_says(&self, key: &str, value: &str, push: &mut impl FnMut(Source, Option<String>, bool)) {
        let mut tell = |source, deed: &Deed, certain| match deed {
            Deed::Sets(value) => push(source, Some(value.clone()), certain),
            Deed::SetsIfAbsent(value) => push(source, Some(value.clone()), false),
            Deed::Removes => push(source, None, certain),
        };
        if let Read::Whole(registry) = &self.registry
            && let Some(deed) = registry.deed(key, value)
        {
            tell(Source::Registry, deed, true);
        }
        if let Read::Whole(items) = &self.preferences {
            let about =
                |item: &&Item| item.key.eq_ignore_ascii_case(key) && item.value.eq_ignore_ascii_case(value);
            for item in items.iter().filter(about) {
                tell(Source::Preferences, &item.deed, !item.targeted);
            }
        }
    }

    /// Whether a file that could say something of a setting could not be read.
    pub(super) fn is_silent_on(&self, setting: &Setting) -> bool {
        let in_registry = setting.places.iter().any(|place| matches!(place, Place::Registry(..)));
        matches!(self.template, Read::Unknown)
            || in_registry
                && (matches!(self.registry, Read::Unknown) || matches!(self.preferences, Read::Unknown))
    }
}

struct Reader<'a> {
    policy: &'a PolicyEntry,
    sysvol: &'a dyn Sysvol,
    trouble: Vec<String>,
}

impl Reader<'_> {
    /// Whether the folder is there; its version is held against the directory's.
    fn is_there(&mut self) -> bool {
        if !self.sysvol.keeps_versions() {
            return true;
        }
        let bytes = match self.sysvol.file(&self.policy.guid, VERSION) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                self.trouble
                    .push(format!("{VERSION}: not there; the policy's folder is missing or incomplete"));
                return false;
            }
            Err(error) => {
                self.trouble.push(format!("{VERSION}: {error}"));
                return false;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        let version = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            key.trim().eq_ignore_ascii_case("version").then(|| value.trim().parse::<i64>().ok()).flatten()
        });
        match version {
            None => self.trouble.push(format!("{VERSION}: no version in it")),
            Some(version) if self.policy.version.is_some_and(|known| known != version & 0xffff) => {
                self.trouble.push(format!(
                    "{VERSION}: version {} of the computer half, the directory says {}",
                    version & 0xffff,
                    self.policy.version.unwrap_or_default()
                ))
            }
            Some(_) => {}
        }
        true
    }

    fn file<T>(&mut self, path: &str, parse: impl Fn(&[u8]) -> Result<T, super::Garbled>) -> Read<T> {
        match self.sysvol.file(&self.policy.guid, path) {
            Ok(Some(bytes)) => match parse(&bytes) {
                Ok(value) => Read::Whole(value),
                Err(garbled) => {
                    self.trouble.push(format!("{path}: {garbled}"));
                    Read::Unknown
                }
            },
            Ok(None) if self.is_expected(path) => {
                self.trouble.push(format!(
                    "{path}: not there, though the directory says the policy has such settings"
                ));
                Read::Unknown
            }
            Ok(None) => Read::Absent,
            Err(error) => {
                self.trouble.push(format!("{path}: {error}"));
                Read::Unknown
            }
        }
    }

    /// Whether the directory says that a policy has settings of the kind a file holds.
    ///
    /// The two policies every domain is born with list their extensions from the start; as long as nobody edited
    /// them (version 0 of the computer half), a domain of Samba has no files for them.
    fn is_expected(&self, path: &str) -> bool {
        let listed = EXTENSIONS.iter().any(|(file, id)| *file == path && self.policy.extensions.contains(id));
        listed && self.policy.version.is_some_and(|version| version > 0)
    }

    fn passwords(&mut self) -> Vec<PublishedPassword> {
        let mut found = BTreeMap::new();
        for path in password_files() {
            let bytes = match self.sysvol.file(&self.policy.guid, &path) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => continue,
                Err(error) => {
                    self.trouble.push(format!("{path}: {error}"));
                    continue;
                }
            };
            match preference::passwords(&bytes) {
                Ok(published) => {
                    for password in published {
                        let fact = PublishedPassword {
                            gpo: Some(self.policy.name.clone()),
                            file: Some(path.clone()),
                            account: Some(password.account.clone()),
                            changed_at: password.changed_at,
                        };
                        found.insert((path.clone(), password.account), fact);
                    }
                }
                Err(garbled) => self.trouble.push(format!("{path}: {garbled}")),
            }
        }
        found.into_values().collect()
    }
}
