//! CEL: compiling a check, and the functions checks may call besides the language's own.
//!
//! `days_since(time)` whole days from a time to now · `days_until(time)` whole days from now to a time · `days_past(deadline)` whole days since a deadline, negative while
//! it lies ahead ·
//! `support_end(os)` the instant support of a system ends, an error when the table does not know it ·
//! `agreed(agreements, documents, id)` whether the version of a document in force was agreed to ·
//! `lower(text)` lower case · `joined(list)` a list of texts as one.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use cel::common::types::{CelBool, CelString, DYN_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{Context, Env, ExecutionError, ParseError, ParseErrors, Program, Value};
use model::{At, Text};

use super::fact;
use super::snapshot::FUTURE_MAX_DAYS;

/// The longest expression, in bytes.
const EXPRESSION_MAX_BYTES: usize = 2_000;
/// The most slips of an expression that are told, and the most characters of what the parser says about each.
const SLIPS_TOLD_MAX: usize = 3;
const SAID_MAX_CHARS: usize = 200;

/// Compiles an expression.
///
/// # Errors
/// Why it does not compile, in one line.
pub fn compile(source: &str) -> Result<Program, Text> {
    if source.len() > EXPRESSION_MAX_BYTES {
        return Err(Text::new(
            format!("式が長すぎます({EXPRESSION_MAX_BYTES}バイトまで)。"),
            format!("the expression is longer than {EXPRESSION_MAX_BYTES} bytes"),
        ));
    }
    Program::compile(source).map_err(|found| slips(&found))
}

/// Where an expression slips, in both languages; what the parser says about it is English. In Japanese the first place
/// only: what follows mostly comes of it.
fn slips(found: &ParseErrors) -> Text {
    let said = |slip: &ParseError| {
        let words: Vec<&str> = slip.msg.split_whitespace().collect();
        words.join(" ").chars().take(SAID_MAX_CHARS).collect::<String>()
    };
    let ja = found.errors.first().map(|slip| {
        let (line, character) = slip.pos;
        format!("{line}行目の{character}文字目に、書き方の誤りがあります({})。", said(slip))
    });
    let en = found.errors.iter().take(SLIPS_TOLD_MAX).map(|slip| {
        let (line, character) = slip.pos;
        format!("line {line}, character {character}: {}", said(slip))
    });
    Text::new(ja.unwrap_or_default(), en.collect::<Vec<_>>().join("; "))
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

/// The functions that look at lists and maps; made once and shared.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let declared = [
        env.add_overload("agreed", "agreed", vec![DYN_TYPE, DYN_TYPE, DYN_TYPE], agreed).is_ok(),
        env.add_overload("joined", "joined", vec![DYN_TYPE], joined).is_ok(),
        env.add_overload("support_end", "support_end", vec![DYN_TYPE], support_end).is_ok(),
    ];
    debug_assert!(declared.iter().all(|added| *added), "a function's name collides with the language's own");
    Arc::new(env)
});

/// A context with the functions, for one instant.
#[must_use]
pub fn context(now: At) -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::clone(&ENV));
    let declared = [
        context.add_function("days_since", move |time: Arc<String>| since(&time, now)).is_ok(),
        context
            .add_function("days_past", move |time: Arc<String>| days(&time, |at| at.days_until(now)))
            .is_ok(),
        context
            .add_function("days_until", move |time: Arc<String>| days(&time, |at| now.days_until(at)))
            .is_ok(),
        context.add_function("lower", |text: Arc<String>| Arc::new(text.to_lowercase())).is_ok(),
    ];
    debug_assert!(declared.iter().all(|added| *added), "a function's name collides with the language's own");
    context
}

/// A past that lies ahead is no past: a wrong clock must not make an old scan look fresh.
fn since(time: &str, now: At) -> Result<i64, ExecutionError> {
    let count = days(time, |at| at.days_until(now))?;
    if count < -FUTURE_MAX_DAYS {
        return Err(ExecutionError::function_error("days_since", format!("{time} lies in the future")));
    }
    Ok(count)
}

fn days(time: &str, count: impl Fn(At) -> i64) -> Result<i64, ExecutionError> {
    let at: At = time.parse().map_err(|error| ExecutionError::function_error("days", error))?;
    Ok(count(at))
}

/// The field of `os` in which the judge puts what the table of support ends says.
pub(crate) const SUPPORT_END: &str = "support_ends_at";

fn support_end<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let end = args.first().and_then(|os| fact::text(fact::field(os.as_ref(), SUPPORT_END)?));
    end.map(|end| CowVal::owned(CelString::from(end.to_owned()))).ok_or_else(|| {
        ExecutionError::function_error("support_end", "the table of support ends does not know this system")
    })
}

fn agreed<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let wrong = || ExecutionError::function_error("agreed", "it takes agreements, documents and an id");
    let [agreements, documents, id] = args.as_slice() else { return Err(wrong()) };
    let (Some(agreements), Some(documents), Some(id)) =
        (agreements.as_iterable(), documents.as_iterable(), fact::text(id.as_ref()))
    else {
        return Err(wrong());
    };
    let says = |item: &dyn Val, name: &str, expected: &str| {
        fact::field(item, name).and_then(fact::text) == Some(expected)
    };
    let mut documents = documents.iter();
    let mut in_force = None;
    while let Some(document) = documents.next() {
        if says(document, "id", id) {
            in_force = fact::field(document, "version").and_then(fact::text);
            break;
        }
    }
    let mut found = false;
    if let Some(version) = in_force {
        let mut agreements = agreements.iter();
        while let Some(agreement) = agreements.next() {
            found |= says(agreement, "document", id) && says(agreement, "version", version);
        }
    }
    Ok(CowVal::owned(CelBool::from(found)))
}

fn joined<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let list = args.first().and_then(|list| list.as_iterable());
    let Some(list) = list else {
        return Err(ExecutionError::function_error("joined", "it takes a list"));
    };
    let mut items = list.iter();
    let mut parts = Vec::new();
    while let Some(item) = items.next() {
        parts.extend(texts(item));
    }
    Ok(CowVal::owned(CelString::from(parts.join(", "))))
}

/// A value as texts people read: a list item by item, anything else as one.
#[must_use]
pub fn texts(value: &dyn Val) -> Vec<String> {
    if let Some(text) = fact::text(value) {
        return vec![text.to_owned()];
    }
    if let Some(list) = value.as_iterable() {
        let mut items = list.iter();
        let mut found = Vec::new();
        while let Some(item) = items.next() {
            found.extend(texts(item));
        }
        return found;
    }
    match Value::try_from(value) {
        Ok(Value::Int(number)) => vec![number.to_string()],
        Ok(Value::UInt(number)) => vec![number.to_string()],
        Ok(Value::Float(number)) => vec![number.to_string()],
        Ok(Value::Bool(true)) => vec!["✓".into()],
        Ok(Value::Bool(false)) => vec!["✗".into()],
        _ => vec!["–".into()],
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
        let check = |source: &str, ja: &str, en: &str| {
            let told = compile(source).err().unwrap();
            assert!(told.ja.contains(ja) && told.en.contains(en), "{source}: {told:?}");
        };
        check("device.volumes.all(", "1行目の20文字目に、書き方の誤り", "line 1, character 20: ");
        check("true &&\n  )", "2行目の3文字目", "line 2, character 3: ");
        check(&"a".repeat(3_000), "2000バイトまで", "longer than 2000 bytes");
    }

    #[test]
    fn facts_behave_as_the_languages_own_values() {
        let facts = serde_json::json!({
            "n": 3, "neg": -1, "list": ["a", "b"], "same": ["a", "b"], "empty": [], "map": {"k": 1.5},
            "items": [{"id": "x", "on": true}, {"id": "y"}],
        });
        let root = context("2026-11-24T00:00:00Z".parse().unwrap());
        let mut scope = root.new_inner_scope();
        scope.add_variable_as_val("f", fact::of_json(&facts));
        let check = |source: &str, expected: Option<bool>| {
            let found = match compile(source).unwrap().execute(&scope) {
                Ok(Value::Bool(found)) => Some(found),
                _ => None,
            };
            assert_eq!(found, expected, "{source}");
        };
        check("f.n + f.neg == 2 && f.map.k > 1.0", Some(true));
        check("'a' in f.list && !('c' in f.list) && size(f.list) == 2 && f.list[1] == 'b'", Some(true));
        check("f.list == f.same && f.list == ['a', 'b'] && f.empty == [] && f.list != []", Some(true));
        check("['a', 'b'] == f.list.map(x, x)", Some(true));
        check("f.items.all(i, i.on)", None);
        check("f.items.exists(i, i.on)", Some(true));
        check("f.items.filter(i, i.id == 'y').all(i, !has(i.on))", Some(true));
        check("joined(f.items.map(i, i.id)) == 'x, y' && joined(f.list) == 'a, b'", Some(true));
        check("f.list + ['c'] == ['a', 'b', 'c'] && ['c'] + f.list == ['c', 'a', 'b']", Some(true));
        check("f.nothing == 1", None);
        check("f.list[7] == 'a'", None);
        check("support_end(f.map) != ''", None);
    }
}
