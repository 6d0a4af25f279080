//! What an expression leads to while it is followed: the subject, a fact, a list. Facts are known by their schema.

use model::{SubjectKind, facts};
use serde_json::Value;

/// A fact an expression has arrived at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fact {
    pub(super) kind: SubjectKind,
    /// Of all subjects of the kind, or of the subject itself.
    pub(super) of_all: bool,
    /// Section and what lies below it: `antivirus.products`.
    pub(super) path: String,
    /// One item of the list the path leads to.
    pub(super) item: bool,
}

/// What a fact is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Nature {
    Truth,
    Single,
    List,
    Several,
}

impl Fact {
    pub(super) fn name(&self) -> String {
        let root = if self.of_all { self.kind.plural() } else { self.kind.name() };
        format!("{root}.{}", self.path)
    }

    pub(super) fn nature(&self) -> Nature {
        let Some((root, schema)) = schema_at(self.kind, &self.path) else { return Nature::Single };
        match schema.get("items") {
            Some(_) if !self.item => Nature::List,
            Some(items) => nature_of(resolve(root, items)),
            None => nature_of(schema),
        }
    }

    /// The facts below it.
    pub(super) fn below(&self) -> Vec<String> {
        let Some((root, schema)) = schema_at(self.kind, &self.path) else { return Vec::new() };
        let schema = schema.get("items").map_or(schema, |items| resolve(root, items));
        fields(schema)
    }
}

fn nature_of(schema: &Value) -> Nature {
    if schema.get("properties").is_some() {
        return Nature::Several;
    }
    let is = |word: &str| match schema.get("type") {
        Some(Value::String(kind)) => kind == word,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == word),
        _ => false,
    };
    if is("array") {
        Nature::List
    } else if is("object") {
        Nature::Several
    } else if is("boolean") {
        Nature::Truth
    } else {
        Nature::Single
    }
}

pub(super) fn fields(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

/// The schema of the facts of a kind, and what it says at a path; lists are passed through.
pub(super) fn schema_at(kind: SubjectKind, path: &str) -> Option<(&'static Value, &'static Value)> {
    let root = facts::schema(kind);
    let mut here = root;
    for step in path.split('.') {
        let inside = here.get("items").map_or(here, |items| resolve(root, items));
        here = resolve(root, inside.get("properties")?.get(step)?);
    }
    Some((root, here))
}

/// Follows `$ref` and the "or absent" of an optional fact.
fn resolve(root: &'static Value, mut schema: &'static Value) -> &'static Value {
    for _ in 0..16 {
        let inner = schema.get("anyOf").and_then(Value::as_array).and_then(|options| {
            options.iter().find(|option| option.get("type") != Some(&Value::from("null")))
        });
        let target = schema.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|reference| root.pointer(reference.trim_start_matches('#')));
        match inner.or(target) {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// What an expression leads to, as far as it matters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// The subject or the company.
    Root(SubjectKind),
    /// All subjects of a kind.
    Items(SubjectKind),
    /// One of them.
    Item(SubjectKind),
    /// A fact.
    Fact(Fact),
    /// A list made by the expression itself.
    List(Box<Shape>),
    /// Anything else.
    Other,
}

impl Shape {
    /// Whether it is a list of subjects, all or some of them.
    pub(super) fn is_of_subjects(&self) -> bool {
        match self {
            Shape::Items(_) => true,
            Shape::List(inner) => matches!(**inner, Shape::Item(_)),
            _ => false,
        }
    }

    /// What goes through a list gets its items.
    pub(super) fn items(&self) -> Shape {
        match self {
            Shape::Items(kind) => Shape::Item(*kind),
            Shape::Fact(fact) if fact.nature() == Nature::List => {
                Shape::Fact(Fact { item: true, ..fact.clone() })
            }
            Shape::List(inner) => inner.as_ref().clone(),
            _ => Shape::Other,
        }
    }
}
