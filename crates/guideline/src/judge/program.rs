//! CEL: compiling a check, and the functions checks may call besides the language's own.
//!
//! `days_since(time)` whole days from a time to now · `days_until(time)` whole days from now to a time ·
//! `support_end(os)` the instant support of a system ends, an error when the table does not know it ·
//! `agreed(agreements, documents, id)` whether the version of a document in force was agreed to ·
//! `lower(text)` lower case · `joined(list)` a list of texts as one.

use std::collections::BTreeSet;
use std::sync::Arc;

use cel::objects::{Key, Map};
use cel::{Context, ExecutionError, Program, Value};
use model::At;

use crate::catalog::SupportTable;

/// The longest expression, in bytes.
const EXPRESSION_MAX_BYTES: usize = 2_000;

/// Compiles an expression.
///
/// # Errors
/// Why it does not compile, in one line.
pub fn compile(source: &str) -> Result<Program, String> {
    if source.len() > EXPRESSION_MAX_BYTES {
        return Err(format!("the expression is longer than {EXPRESSION_MAX_BYTES} bytes"));
    }
    Program::compile(source).map_err(|error| {
        let text = error.to_string();
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join(" ")
    })
}

/// The variables an expression reads, without those its own macros bind.
#[must_use]
pub fn variables(program: &Program) -> BTreeSet<String> {
    program
        .references()
        .variables()
        .into_iter()
        .filter(|name| SubjectWord::is(name) || name.len() > 2)
        .map(str::to_owned)
        .collect()
}

/// Names bound by macros (`v`, `r` …) are short by convention; the language's accumulator starts with `@`.
struct SubjectWord;

impl SubjectWord {
    fn is(name: &str) -> bool {
        name == "company" || name == "param" || name == "vpn"
    }
}

/// The parameters an expression names, as `param.x`.
#[must_use]
pub fn params(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.match_indices("param.") {
        let before = source.get(..at).and_then(|text| text.chars().next_back());
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.') {
            let rest = source.get(at + "param.".len()..).unwrap_or_default();
            found.insert(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

/// A context with the functions, for one instant.
#[must_use]
pub fn context(now: At, support: Arc<SupportTable>) -> Context<'static, 'static> {
    let mut context = Context::default();
    let declared = [
        context
            .add_function("days_since", move |time: Arc<String>| days(&time, |at| at.days_until(now)))
            .is_ok(),
        context
            .add_function("days_until", move |time: Arc<String>| days(&time, |at| now.days_until(at)))
            .is_ok(),
        context.add_function("lower", |text: Arc<String>| Arc::new(text.to_lowercase())).is_ok(),
        context.add_function("support_end", move |os: Value| support_end(&support, &os)).is_ok(),
        context.add_function("agreed", agreed).is_ok(),
        context.add_function("joined", joined).is_ok(),
    ];
    debug_assert!(declared.iter().all(|added| *added), "a function's name collides with the language's own");
    context
}

fn days(time: &str, count: impl Fn(At) -> i64) -> Result<i64, ExecutionError> {
    let at: At = time.parse().map_err(|error| ExecutionError::function_error("days", error))?;
    Ok(count(at))
}

fn support_end(table: &SupportTable, os: &Value) -> Result<Value, ExecutionError> {
    let end = table.end_of(&to_json(os));
    end.map(|at| Value::String(Arc::new(at.to_string()))).ok_or_else(|| {
        ExecutionError::function_error("support_end", "the table of support ends does not know this system")
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the signature CEL calls")]
fn agreed(agreements: Arc<Vec<Value>>, documents: Arc<Vec<Value>>, id: Arc<String>) -> bool {
    let text = |value: &Value, key: &str| match to_json(value).get(key) {
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let in_force = documents
        .iter()
        .find(|document| text(document, "id").as_deref() == Some(id.as_str()))
        .and_then(|document| text(document, "version"));
    in_force.is_some_and(|version| {
        agreements.iter().any(|agreement| {
            text(agreement, "document").as_deref() == Some(id.as_str())
                && text(agreement, "version").as_deref() == Some(version.as_str())
        })
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the signature CEL calls")]
fn joined(list: Arc<Vec<Value>>) -> Arc<String> {
    Arc::new(list.iter().map(plain).collect::<Vec<_>>().join(", "))
}

/// A value as people read it.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(true) => "✓".into(),
        Value::Bool(false) => "✗".into(),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null => "–".into(),
        other => to_json(other).to_string(),
    }
}

/// JSON to CEL; whole numbers become signed, so that checks can add and compare them freely.
#[must_use]
pub fn to_cel(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(switch) => Value::Bool(*switch),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Int)
        }
        serde_json::Value::String(text) => Value::String(Arc::new(text.clone())),
        serde_json::Value::Array(items) => Value::List(Arc::new(items.iter().map(to_cel).collect())),
        serde_json::Value::Object(fields) => {
            let map = fields.iter().map(|(key, value)| (key_of(key), to_cel(value))).collect();
            Value::Map(Map { map: Arc::new(map) })
        }
    }
}

/// A text as a map's key.
#[must_use]
pub fn key_of(text: &str) -> Key {
    Key::String(Arc::new(text.to_owned()))
}

/// CEL to JSON.
#[must_use]
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(switch) => (*switch).into(),
        Value::Int(number) => (*number).into(),
        Value::UInt(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(map) => map
            .map
            .iter()
            .filter_map(|(key, value)| match key {
                Key::String(text) => Some((text.to_string(), to_json(value))),
                _ => None,
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => serde_json::Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_params_and_variables() {
        let source = "device.volumes.all(v, v.size >= param.least) && company.register.vpn";
        assert_eq!(params(source), ["least".to_owned()].into());
        let program = compile(source).unwrap();
        assert_eq!(variables(&program), ["company", "device", "param"].map(str::to_owned).into());
    }

    #[test]
    fn refuses_what_does_not_compile() {
        assert!(compile("device.volumes.all(").is_err());
        assert!(compile(&"a".repeat(3_000)).is_err());
    }
}
