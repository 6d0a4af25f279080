//! JSON Schemas of everything people or programs write, made from the types themselves.

use model::evidence::{FORMAT, VERSION};
use model::{Collection, FactDocument, SubjectKind, facts};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::catalog::checklist::ChecklistFile;
use crate::catalog::{About, Crosswalk, Labels, Policy, ProductClass, Readiness, SupportTable, Threats};
use crate::profile::Profile;

/// File names and schemas, as kept in `catalog/schema/`.
#[must_use]
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("catalog.json", of::<About>()),
        ("policy.json", of::<Policy>()),
        ("checklist.json", of::<ChecklistFile>()),
        ("threats.json", of::<Threats>()),
        ("labels.json", of::<Labels>()),
        ("crosswalk.json", of::<Crosswalk>()),
        ("products.json", of::<ProductClass>()),
        ("readiness.json", of::<Readiness>()),
        ("eol.json", of::<SupportTable>()),
        ("collection.json", of::<Collection>()),
        ("profile.json", of::<Profile>()),
        ("facts.json", fact_document()),
    ]
}

fn of<T: schemars::JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

/// The fact document's schema, with the facts of each kind under `$defs` and chosen by the subject's kind.
fn fact_document() -> Value {
    let mut schema = of::<FactDocument>();
    let mut choices = Vec::new();
    let mut kinds = Map::new();
    for kind in SubjectKind::ALL {
        let name = format!("facts_{}", kind.name());
        choices.push(json!({
            "if": { "properties": { "subject": { "properties": { "kind": { "const": kind.name() } } } } },
            "then": { "properties": { "facts": { "$ref": format!("#/$defs/{name}") } } },
        }));
        let mut own = facts::schema(kind).clone();
        rename_references(&mut own, &name);
        if let Some(fields) = own.as_object_mut() {
            fields.remove("$schema");
        }
        kinds.insert(name, own);
    }
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("allOf".into(), choices.into());
        if let Some(defs) = fields.get_mut("$defs").and_then(Value::as_object_mut) {
            defs.extend(kinds);
        }
        if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("format".into(), json!({ "const": FORMAT }));
            properties.insert("version".into(), json!({ "const": VERSION }));
        }
    }
    schema
}

/// A schema placed under `$defs/name` keeps its own `$defs` there.
fn rename_references(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "$ref" => {
                        *text = text.replacen("#/", &format!("#/$defs/{name}/"), 1);
                    }
                    other => rename_references(other, name),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename_references(item, name)),
        _ => {}
    }
}
