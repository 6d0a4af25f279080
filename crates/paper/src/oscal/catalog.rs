//! The OSCAL catalogue model.

use model::{At, Level, StatementId, SubjectKind, Text};
use serde_json::{Map, Value, json};

use super::NAMESPACE;
use super::name::{
    Props, control_id, document, line, metadata, object, param_id, prose, put_list, statement_part_id, title,
    token, uuid,
};

/// A catalogue, plainly.
#[derive(Clone, Debug)]
pub struct CatalogInput {
    /// Its id, for example `csaj-home-telework`.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// What it is.
    pub summary: Text,
    /// When its texts were last changed.
    pub updated_at: At,
    /// The text it follows.
    pub source: SourceInput,
    /// Its groups, in order.
    pub groups: Vec<GroupInput>,
}

/// The original a catalogue follows: named, never quoted.
#[derive(Clone, Debug)]
pub struct SourceInput {
    /// Its title.
    pub title: Text,
    /// How to cite it: author, edition, date.
    pub citation: Text,
    /// Where it is published; empty when that is not known.
    pub url: String,
}

/// A group of policies.
#[derive(Clone, Debug)]
pub struct GroupInput {
    /// Its id, for example `device`.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// Its policies, in order.
    pub policies: Vec<PolicyInput>,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct PolicyInput {
    /// Its section, for example `5.1.4`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is about.
    pub summary: Text,
    /// Its statements, in order.
    pub statements: Vec<StatementInput>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct StatementInput {
    /// Its id, for example `5.1.4-1`.
    pub id: StatementId,
    /// How binding it is.
    pub level: Level,
    /// What it is judged for.
    pub subject: SubjectKind,
    /// A title; the policy's is used when it is empty.
    pub title: Text,
    /// What is asked.
    pub text: Text,
    /// Why: what happens otherwise.
    pub why: Text,
    /// How to do it.
    pub how: Text,
    /// How it is known whether it is so.
    pub known: Text,
    /// Numbers and switches a company may change.
    pub params: Vec<ParamInput>,
}

/// A number or switch a company may change.
#[derive(Clone, Debug)]
pub struct ParamInput {
    /// Its name within the statement, for example `min_length`.
    pub name: String,
    /// What it is.
    pub label: Text,
    /// Its value; several for a list.
    pub values: Vec<String>,
}

/// The catalogue as an OSCAL document.
#[must_use]
pub fn catalog(input: &CatalogInput) -> Value {
    let mut about = metadata(&input.title, &input.summary, &input.version, input.updated_at);
    Props::default()
        .own("catalog", &input.id)
        .own("language", "ja")
        .english("title", &input.title)
        .english("remarks", &input.summary)
        .into(&mut about);
    let mut content = object([("metadata", Value::Object(about))]);
    put_list(&mut content, "groups", input.groups.iter().map(|entry| group(entry, input)).collect());
    content.insert("back-matter".into(), json!({ "resources": [source(input)] }));
    document("catalog", content)
}

fn source_uuid(input: &CatalogInput) -> String {
    uuid(&format!("source/{}", input.id))
}

/// The back-matter entry of the original guideline.
fn source(input: &CatalogInput) -> Value {
    let own = &input.source;
    let mut resource = object([("uuid", source_uuid(input).into()), ("title", title(&own.title.ja).into())]);
    if let Some(text) = line(&own.citation.ja) {
        let mut citation = object([("text", prose(&text).into())]);
        Props::default().english("text", &own.citation).into(&mut citation);
        resource.insert("citation".into(), Value::Object(citation));
    }
    Props::default().standard("type", "external-guidance").english("title", &own.title).into(&mut resource);
    if let Some(url) = line(&own.url) {
        resource.insert("rlinks".into(), json!([{ "href": url }]));
    }
    Value::Object(resource)
}

fn group(input: &GroupInput, catalog: &CatalogInput) -> Value {
    let mut group = object([
        ("id", token("g-", &input.id).into()),
        ("class", "group".into()),
        ("title", title(&input.title.ja).into()),
    ]);
    Props::default().english("title", &input.title).into(&mut group);
    put_list(&mut group, "groups", input.policies.iter().map(|entry| policy(entry, catalog)).collect());
    Value::Object(group)
}

fn policy(input: &PolicyInput, catalog: &CatalogInput) -> Value {
    let id = token("p-", &input.id);
    let mut policy = object([
        ("id", id.clone().into()),
        ("class", "policy".into()),
        ("title", title(&input.title.ja).into()),
    ]);
    Props::default()
        .standard("label", &input.id)
        .standard("sort-id", &sort_id(&input.id))
        .english("title", &input.title)
        .into(&mut policy);
    policy.insert(
        "links".into(),
        json!([{ "href": format!("#{}", source_uuid(catalog)), "rel": "reference", "text": title(&input.id) }]),
    );
    put_list(&mut policy, "parts", part(&format!("{id}_ovw"), "overview", None, &input.summary));
    let controls = input.statements.iter().map(|entry| control(entry, input)).collect();
    put_list(&mut policy, "controls", controls);
    Value::Object(policy)
}

fn control(input: &StatementInput, policy: &PolicyInput) -> Value {
    let id = control_id(&input.id);
    let own_title = if input.title.ja.trim().is_empty() { &policy.title } else { &input.title };
    let mut control = object([
        ("id", id.clone().into()),
        ("class", "statement".into()),
        ("title", title(&own_title.ja).into()),
    ]);
    Props::default()
        .standard("label", &input.id.0)
        .standard("sort-id", &sort_id(&input.id.0))
        .own("level", input.level.name())
        .own("subject", input.subject.name())
        .english("title", own_title)
        .into(&mut control);
    put_list(&mut control, "params", input.params.iter().map(|entry| param(input, entry)).collect());
    let parts = [
        part(&statement_part_id(&input.id), "statement", None, &input.text),
        part(&format!("{id}_why"), "rationale", Some(NAMESPACE), &input.why),
        part(&format!("{id}_gdn"), "guidance", None, &input.how),
        part(&format!("{id}_chk"), "verification", Some(NAMESPACE), &input.known),
    ];
    put_list(&mut control, "parts", parts.into_iter().flatten().collect());
    Value::Object(control)
}

/// A part with its English; none when the text is empty.
fn part(id: &str, name: &str, ns: Option<&str>, text: &Text) -> Vec<Value> {
    if text.ja.trim().is_empty() {
        return Vec::new();
    }
    let mut part: Map<String, Value> =
        object([("id", id.into()), ("name", name.into()), ("prose", prose(&text.ja).into())]);
    if let Some(ns) = ns {
        part.insert("ns".into(), ns.into());
    }
    Props::default().english("prose", text).into(&mut part);
    vec![Value::Object(part)]
}

fn param(statement: &StatementInput, input: &ParamInput) -> Value {
    let mut param = object([
        ("id", param_id(&statement.id, &input.name).into()),
        ("label", title(&input.label.ja).into()),
    ]);
    Props::default().own("name", &input.name).english("label", &input.label).into(&mut param);
    put_list(&mut param, "values", values(&input.values));
    Value::Object(param)
}

/// A parameter's values as OSCAL strings; empty ones have no form there.
pub(super) fn values(values: &[String]) -> Vec<Value> {
    values.iter().filter_map(|value| line(value)).map(Value::String).collect()
}

/// Sorts as a person would: each number of the id filled up to three digits.
fn sort_id(id: &str) -> String {
    let parts = id.split(['.', '-']).map(|part| match part.parse::<u32>() {
        Ok(number) => format!("{number:03}"),
        Err(_) => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_like_a_person() {
        let check = |id: &str, expected: &str| assert_eq!(sort_id(id), expected);
        check("5.1.4-1", "005-001-004-001");
        check("5.1.10-1", "005-001-010-001");
        check("own-1", "own-001");
    }
}
