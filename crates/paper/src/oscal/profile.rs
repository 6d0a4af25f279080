//! The OSCAL profile model: a tailoring of the catalogue.

use model::{At, Level, StatementId, Text};
use serde_json::{Value, json};

use super::catalog::values;
use super::name::{
    Props, control_id, document, line, metadata, object, param_id, prose, put_list, title, uuid,
};

/// A profile, plainly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileInput {
    /// Its id, for example `current`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is for.
    pub summary: Text,
    /// When it was last changed.
    pub updated_at: At,
    /// The catalogue it tailors.
    pub catalog: CatalogLink,
    /// A catalogue of the company's own statements, taken in as a whole. An OSCAL profile cannot define controls of its
    /// own, so they stand in a catalogue of theirs, which [`super::catalog()`] writes.
    pub own: Option<CatalogLink>,
    /// Statements that do not count.
    pub excludes: Vec<ExcludeInput>,
    /// Parameters that differ.
    pub sets: Vec<SetInput>,
    /// Statements that bind more or less.
    pub levels: Vec<LevelInput>,
}

/// A pointer to a catalogue document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogLink {
    /// The catalogue's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// Where the document is, for example `catalog.json` beside the profile.
    pub href: String,
}

/// A statement that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludeInput {
    /// Which.
    pub statement: StatementId,
    /// Why.
    pub reason: Text,
}

/// A parameter that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetInput {
    /// The statement.
    pub statement: StatementId,
    /// The parameter's name within the statement.
    pub param: String,
    /// Its value here; several for a list.
    pub values: Vec<String>,
    /// Why.
    pub reason: Text,
}

/// A statement that binds more or less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelInput {
    /// Which.
    pub statement: StatementId,
    /// Its level here.
    pub to: Level,
    /// Why.
    pub reason: Text,
}

/// The profile as an OSCAL document. OSCAL has no place for the reason of an exclusion: it stands in the metadata, as
/// a property `excluded` whose remarks say why.
#[must_use]
pub fn profile(input: &ProfileInput) -> Value {
    let mut about = metadata(&input.title, &input.summary, &input.catalog.version, input.updated_at);
    let mut props = Props::default()
        .own("profile", &input.id)
        .own("language", "ja")
        .english("title", &input.title)
        .english("remarks", &input.summary);
    for exclude in &input.excludes {
        let control = control_id(&exclude.statement);
        props = props.noted("excluded", &control, "ja", &exclude.reason.ja).noted(
            "excluded",
            &control,
            "en",
            &exclude.reason.en,
        );
    }
    props.into(&mut about);
    let mut content = object([
        ("metadata", Value::Object(about)),
        ("imports", Value::Array(imports(input))),
        ("merge", json!({ "as-is": true })),
    ]);
    let mut modify = object([]);
    put_list(&mut modify, "set-parameters", input.sets.iter().map(set_parameter).collect());
    put_list(&mut modify, "alters", input.levels.iter().map(alter).collect());
    if !modify.is_empty() {
        content.insert("modify".into(), Value::Object(modify));
    }
    let resources: Vec<Value> =
        [Some(&input.catalog), input.own.as_ref()].into_iter().flatten().map(catalog_resource).collect();
    content.insert("back-matter".into(), json!({ "resources": resources }));
    document("profile", content)
}

/// The catalogue less what is excluded, and the company's own.
fn imports(input: &ProfileInput) -> Vec<Value> {
    let own =
        input.own.as_ref().map(|own| json!({ "href": format!("#{}", catalog_uuid(own)), "include-all": {} }));
    std::iter::once(import(input)).chain(own).collect()
}

fn import(input: &ProfileInput) -> Value {
    let mut import =
        object([("href", format!("#{}", catalog_uuid(&input.catalog)).into()), ("include-all", json!({}))]);
    let excluded: Vec<String> = input.excludes.iter().map(|exclude| control_id(&exclude.statement)).collect();
    if !excluded.is_empty() {
        import.insert("exclude-controls".into(), json!([{ "with-ids": excluded }]));
    }
    Value::Object(import)
}

fn set_parameter(input: &SetInput) -> Value {
    let mut set = object([("param-id", param_id(&input.statement, &input.param).into())]);
    Props::default().own("name", &input.param).english("guideline", &input.reason).into(&mut set);
    put_list(&mut set, "values", values(&input.values));
    if !input.reason.ja.trim().is_empty() {
        set.insert("guidelines".into(), json!([{ "prose": prose(&input.reason.ja) }]));
    }
    Value::Object(set)
}

/// Takes the level's property away and adds the new one.
fn alter(input: &LevelInput) -> Value {
    let mut add = object([("position", "ending".into())]);
    Props::default()
        .noted("level", input.to.name(), "tailored", &input.reason.ja)
        .english("level", &input.reason)
        .into(&mut add);
    json!({
        "control-id": control_id(&input.statement),
        "removes": [{ "by-name": "level", "by-item-name": "prop" }],
        "adds": [add],
    })
}

/// The UUID by which documents of ours point to a catalogue.
pub(super) fn catalog_uuid(link: &CatalogLink) -> String {
    uuid(&format!("catalog/{}/{}", link.id, link.version))
}

/// The back-matter entry that says where the catalogue is.
pub(super) fn catalog_resource(link: &CatalogLink) -> Value {
    let mut resource = object([("uuid", catalog_uuid(link).into()), ("title", title(&link.title.ja).into())]);
    Props::default()
        .standard("version", &link.version)
        .own("catalog", &link.id)
        .english("title", &link.title)
        .into(&mut resource);
    if let Some(href) = line(&link.href) {
        resource.insert(
            "rlinks".into(),
            json!([{ "href": href, "media-type": "application/oscal.catalog+json" }]),
        );
    }
    Value::Object(resource)
}
