//! A profile read back: ours without loss, a stranger's as far as it speaks of our statements.

use std::collections::BTreeMap;

use model::{Level, StatementId, Text};
use serde_json::Value;

use super::NAMESPACE;
use super::name::{param_of, plain, statement_of};
use super::profile::{CatalogLink, ExcludeInput, LevelInput, ProfileInput, SetInput};
use crate::cell;
use crate::error::PaperError;

/// The largest profile document whoever parses one should accept, in bytes.
pub const PROFILE_MAX_BYTES: usize = 4 * 1024 * 1024;
/// So many things that were not understood are listed.
const LISTED_MAX: usize = 200;
/// The most controls, parameters or alterations of a profile.
const ENTRIES_MAX: usize = 10_000;

/// What a profile says.
#[derive(Clone, Debug)]
pub struct ReadProfile {
    /// What was understood.
    pub profile: ProfileInput,
    /// When the profile names the statements it takes in, instead of taking all: these, less the excluded ones.
    pub only: Option<Vec<StatementId>>,
    /// What was not understood, and where.
    pub not_understood: Vec<Text>,
}

/// Reads a profile.
///
/// # Errors
/// [`PaperError::NotOscal`] when it is not a profile at all.
pub fn read_profile(document: &Value) -> Result<ReadProfile, PaperError> {
    let wrong = |why| PaperError::NotOscal { wanted: "profile", why };
    let content = document.get("profile").ok_or(wrong("there is no 'profile' in it"))?;
    let about = content.get("metadata").ok_or(wrong("it has no metadata"))?;
    let updated_at =
        string(about, "last-modified").parse().map_err(|_| wrong("it has no 'last-modified'"))?;
    let mut reader = Reader { listed: Vec::new(), more: 0 };
    let links = catalogs(content);
    let (only, excluded, own) = reader.imports(content, &links);
    let first = list(content, "imports").first().map(|import| string(import, "href")).unwrap_or_default();
    let catalog = links.get(first).cloned().unwrap_or_else(|| CatalogLink {
        id: String::new(),
        version: string(about, "version").to_owned(),
        title: Text::default(),
        href: first.to_owned(),
    });
    let reasons = exclusion_reasons(about);
    let excludes = excluded
        .into_iter()
        .map(|(control, statement)| ExcludeInput {
            reason: reasons.get(control).cloned().unwrap_or_default(),
            statement,
        })
        .collect();
    let modify = content.get("modify").unwrap_or(&Value::Null);
    let profile = ProfileInput {
        id: own_prop(about, "profile").unwrap_or_default().to_owned(),
        title: translated(about, "title", string(about, "title")),
        summary: translated(about, "remarks", string(about, "remarks")),
        updated_at,
        catalog,
        own,
        excludes,
        sets: list(modify, "set-parameters").iter().filter_map(|set| reader.set(set)).collect(),
        levels: list(modify, "alters").iter().filter_map(|alter| reader.alter(alter)).collect(),
    };
    for (member, _) in content.as_object().into_iter().flatten() {
        if !matches!(member.as_str(), "uuid" | "metadata" | "imports" | "merge" | "modify" | "back-matter") {
            reader.miss(member, "");
        }
    }
    Ok(ReadProfile { profile, only, not_understood: reader.done() })
}

fn string<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// A list's items, as many as are read.
fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    let items = value.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.get(..ENTRIES_MAX.min(items.len())).unwrap_or_default()
}

fn props<'a>(value: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    list(value, "props").iter().filter(move |prop| string(prop, "name") == name)
}

fn own_prop<'a>(value: &'a Value, name: &'a str) -> Option<&'a str> {
    props(value, name).find(|prop| string(prop, "ns") == NAMESPACE).map(|prop| string(prop, "value"))
}

/// A text with the English that stands beside it as a property; the same in both languages when there is none.
fn translated(holder: &Value, class: &str, japanese: &str) -> Text {
    let english = props(holder, "translation")
        .find(|prop| string(prop, "ns") == NAMESPACE && string(prop, "class") == class)
        .map(|prop| plain(string(prop, "remarks")));
    let japanese = plain(japanese);
    Text { en: english.unwrap_or_else(|| japanese.clone()), ja: japanese }
}

/// The reasons of exclusions by control, from the metadata.
fn exclusion_reasons(about: &Value) -> BTreeMap<&str, Text> {
    let mut reasons: BTreeMap<&str, Text> = BTreeMap::new();
    for prop in props(about, "excluded").filter(|prop| string(prop, "ns") == NAMESPACE) {
        let reason = reasons.entry(string(prop, "value")).or_default();
        let text = plain(string(prop, "remarks"));
        if string(prop, "class") == "en" { reason.en = text } else { reason.ja = text }
    }
    reasons
}

/// The catalogues of the back matter, by the address that points to them.
fn catalogs(content: &Value) -> BTreeMap<String, CatalogLink> {
    let resources = content.get("back-matter").map(|back| list(back, "resources")).unwrap_or_default();
    let link = |resource: &Value| {
        let href = list(resource, "rlinks").first().map(|link| string(link, "href").to_owned());
        CatalogLink {
            id: own_prop(resource, "catalog").unwrap_or_default().to_owned(),
            version: props(resource, "version")
                .next()
                .map(|prop| string(prop, "value").to_owned())
                .unwrap_or_default(),
            title: translated(resource, "title", string(resource, "title")),
            href: href.unwrap_or_default(),
        }
    };
    resources.iter().map(|resource| (format!("#{}", string(resource, "uuid")), link(resource))).collect()
}

/// Statements by the control that names them.
type Controls<'a> = Vec<(&'a str, StatementId)>;

struct Reader {
    listed: Vec<Text>,
    more: usize,
}

impl Reader {
    /// Lists what was not understood.
    fn miss(&mut self, place: &str, what: &str) {
        if self.listed.len() >= LISTED_MAX {
            self.more += 1;
            return;
        }
        let (place, what) = (cell::line(place, 80), cell::line(what, 80));
        let what = if what.is_empty() { place } else { format!("{place}: {what}") };
        self.listed
            .push(Text::new(format!("読み取れなかったもの: {what}"), format!("Not understood: {what}")));
    }

    fn done(mut self) -> Vec<Text> {
        if self.more > 0 {
            self.listed.push(Text::new(format!("ほか{}件", self.more), format!("and {} more", self.more)));
        }
        self.listed
    }

    /// What is taken in and left out of the first catalogue, and the company's own, if there is one.
    fn imports<'a>(
        &mut self,
        content: &'a Value,
        links: &BTreeMap<String, CatalogLink>,
    ) -> (Option<Vec<StatementId>>, Controls<'a>, Option<CatalogLink>) {
        let mut own = None;
        for import in list(content, "imports").iter().skip(1) {
            let href = string(import, "href");
            let takes_all = import.get("include-all").is_some() && import.get("exclude-controls").is_none();
            match links.get(href).filter(|link| takes_all && own.is_none() && !link.id.is_empty()) {
                Some(link) => own = Some(link.clone()),
                None => self.miss("imports", href),
            }
        }
        let Some(import) = list(content, "imports").first() else { return (None, Vec::new(), own) };
        let only = import.get("include-controls").map(|_| {
            let controls = self.controls(import, "include-controls");
            controls.into_iter().map(|(_, statement)| statement).collect()
        });
        (only, self.controls(import, "exclude-controls"), own)
    }

    fn controls<'a>(&mut self, import: &'a Value, member: &str) -> Controls<'a> {
        let mut found = Vec::new();
        for selection in list(import, member) {
            for id in list(selection, "with-ids").iter().filter_map(Value::as_str) {
                match statement_of(id) {
                    Some(statement) => found.push((id, statement)),
                    None => self.miss(member, id),
                }
            }
            for pattern in list(selection, "matching") {
                self.miss(&format!("{member} matching"), string(pattern, "pattern"));
            }
        }
        found
    }

    fn set(&mut self, set: &Value) -> Option<SetInput> {
        let id = string(set, "param-id");
        let values: Vec<String> =
            list(set, "values").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let Some((statement, in_id)) = param_of(id) else {
            self.miss("set-parameters", id);
            return None;
        };
        for (member, _) in set.as_object().into_iter().flatten() {
            if !matches!(member.as_str(), "param-id" | "values" | "guidelines" | "props" | "links") {
                self.miss(&format!("set-parameters {id}"), member);
            }
        }
        if values.is_empty() && own_prop(set, "name").is_none() {
            self.miss("set-parameters", id);
            return None;
        }
        let guidelines: Vec<&str> =
            list(set, "guidelines").iter().map(|entry| string(entry, "prose")).collect();
        Some(SetInput {
            statement,
            param: own_prop(set, "name").map_or(in_id, str::to_owned),
            values,
            reason: translated(set, "guideline", &guidelines.join("\n")),
        })
    }

    /// Only the level can be changed; everything else an alteration does is listed.
    fn alter(&mut self, alter: &Value) -> Option<LevelInput> {
        let id = string(alter, "control-id");
        let place = format!("alters {id}");
        let Some(statement) = statement_of(id) else {
            self.miss("alters", id);
            return None;
        };
        for remove in list(alter, "removes") {
            if string(remove, "by-name") != "level" {
                self.miss(&place, &remove.to_string());
            }
        }
        let mut found = None;
        for add in list(alter, "adds") {
            for (member, value) in add.as_object().into_iter().flatten() {
                if !matches!(member.as_str(), "position" | "props") {
                    self.miss(&format!("{place} {member}"), &value.to_string());
                }
            }
            for prop in list(add, "props") {
                let level =
                    Level::from_name(string(prop, "value")).filter(|_| string(prop, "name") == "level");
                match level {
                    Some(to) => {
                        let reason = translated(add, "level", string(prop, "remarks"));
                        found = Some(LevelInput { statement: statement.clone(), to, reason });
                    }
                    None if string(prop, "name") == "translation" => {}
                    None => self.miss(&place, string(prop, "name")),
                }
            }
        }
        found
    }
}
