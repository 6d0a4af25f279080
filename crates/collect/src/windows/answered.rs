//! A machine made of an answers document: it answers what the script asked, and nothing else.
//!
//! PowerShell's JSON is read as it comes: a list of one may stand without brackets, a list may be wrapped as
//! `{"value": …, "Count": …}`, numbers may be texts, and what lay too deep is a text that names its type. What the
//! answers mean is not decided here.

use std::collections::HashMap;

use model::collection::RegistryHive;
use model::{At, Why};
use serde_json::Value;

use super::machine::{Api, Cell, Datum, Hive, Machine, Object, Row, what_it_means};
use super::question::Pattern;
use crate::gap::Gap;

/// The most questions of one sort, and the most entries of one answer.
const QUESTIONS_MAX: usize = 20_000;
const ENTRIES_MAX: usize = 20_000;
/// The longest text of a value, in bytes, and the largest binary value: larger ones are no setting.
const TEXT_MAX_BYTES: usize = 256 * 1024;
const BYTES_MAX: usize = 64 * 1024;

/// The answers. Case counts nowhere.
#[derive(Debug)]
pub(crate) struct Answered {
    now: At,
    registry: Vec<Keys>,
    queries: HashMap<[String; 2], Result<Vec<Row>, Gap>>,
    calls: HashMap<[String; 4], Result<Vec<Row>, Gap>>,
    apis: HashMap<[String; 2], Result<Vec<Row>, Gap>>,
}

/// The answer to one question to the registry.
#[derive(Debug)]
struct Keys {
    pattern: Pattern,
    values: Vec<String>,
    all_values: bool,
    names_only: bool,
    names_below: bool,
    found: Result<HashMap<String, Result<Found, Gap>>, Gap>,
}

/// A key that is there.
#[derive(Debug)]
struct Found {
    values: Vec<(String, Datum)>,
    below: Vec<String>,
}

impl Answered {
    /// # Errors
    /// What has not the form it should have.
    pub(crate) fn new(answers: &Value, now: At) -> Result<Self, String> {
        let all = |name: &str| bounded(answers.get(name), QUESTIONS_MAX, name);
        let registry: Result<_, String> = all("registry")?.into_iter().map(keys).collect();
        let mut answered = Self {
            now,
            registry: registry?,
            queries: HashMap::new(),
            calls: HashMap::new(),
            apis: HashMap::new(),
        };
        for one in all("queries")? {
            let (at, rows) = ([lower(one, "namespace"), lower(one, "wql")], rows(one, "rows")?);
            answered.queries.insert(at, rows);
        }
        for one in all("calls")? {
            let number = one.get("number").and_then(unsigned).map(|number| number.to_string());
            let names = [lower(one, "namespace"), lower(one, "path"), lower(one, "method")];
            let [namespace, path, method] = names;
            let at = [namespace, path, method, number.unwrap_or_default()];
            answered.calls.insert(at, rows(one, "result")?);
        }
        for one in all("apis")? {
            answered.apis.insert([lower(one, "api"), lower(one, "of")], rows(one, "rows")?);
        }
        Ok(answered)
    }

    /// What the first answer says of a key that covers it and read what is asked for; `None` when the key is not there.
    fn look(
        &self,
        (hive, key): (Hive, &str),
        read: impl Fn(&Keys) -> bool,
        what: &str,
    ) -> Result<Option<&Found>, Gap> {
        let answer = self.registry.iter().find(|keys| read(keys) && keys.pattern.covers(hive, key));
        let Some(answer) = answer else {
            return Err(Gap::not_collected(format_args!(r"{key}{what}")));
        };
        let found = answer.found.as_ref().map_err(Clone::clone)?;
        found.get(&key.to_lowercase()).map(|found| found.as_ref().map_err(Clone::clone)).transpose()
    }
}

impl Machine for Answered {
    fn now(&self) -> At {
        self.now
    }

    fn value(&self, hive: Hive, key: &str, name: &str) -> Result<Option<Datum>, Gap> {
        let wanted = name.to_lowercase();
        let read = |keys: &Keys| keys.all_values && !keys.names_only || keys.values.contains(&wanted);
        let found = self.look((hive, key), read, &format!(r"\{name}"))?;
        let value = found.and_then(|found| found.values.iter().find(|(of, _)| of.to_lowercase() == wanted));
        Ok(value.map(|(_, datum)| datum.clone()))
    }

    fn keys(&self, hive: Hive, key: &str) -> Result<Option<Vec<String>>, Gap> {
        let found = self.look((hive, key), |keys| keys.names_below, "")?;
        Ok(found.map(|found| found.below.clone()))
    }

    fn values(&self, hive: Hive, key: &str) -> Result<Option<Vec<(String, Datum)>>, Gap> {
        let found = self.look((hive, key), |keys| keys.all_values, "")?;
        Ok(found.map(|found| found.values.clone()))
    }

    fn query(&self, namespace: &'static str, wql: &str) -> Result<Vec<Row>, Gap> {
        let answer = self.queries.get(&[namespace.to_lowercase(), wql.to_lowercase()]);
        let missing = || Err(Gap::not_collected(format_args!("{namespace}: {wql}")));
        answer.cloned().unwrap_or_else(missing)
    }

    fn call(
        &self,
        namespace: &'static str,
        object: &Object,
        method: &str,
        numbers: &[(&str, u32)],
    ) -> Result<Row, Gap> {
        let number = numbers.first().map(|(_, number)| number.to_string()).unwrap_or_default();
        let at = [namespace.to_lowercase(), object.path.to_lowercase(), method.to_lowercase(), number];
        let missing = || Err(Gap::not_collected(format_args!("{namespace}: {method}")));
        let rows = self.calls.get(&at).cloned().unwrap_or_else(missing)?;
        Ok(rows.into_iter().next().unwrap_or_default())
    }

    fn ask(&self, api: Api, of: &str) -> Result<Vec<Row>, Gap> {
        let missing = || Err(Gap::not_collected(format_args!("{} {of}", api.name())));
        self.apis.get(&[api.name(), of.to_lowercase()]).cloned().unwrap_or_else(missing)
    }
}

/// A list as PowerShell may write it.
fn items(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(Value::Object(fields)) if fields.len() == 2 && fields.contains_key("Count") => {
            items(fields.get("value"))
        }
        Some(one) => vec![one],
    }
}

fn bounded<'a>(value: Option<&'a Value>, max: usize, what: &str) -> Result<Vec<&'a Value>, String> {
    let all = items(value);
    if all.len() > max {
        return Err(format!("{what}: {} entries, and the limit is {max}", all.len()));
    }
    Ok(all)
}

fn lower(of: &Value, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().to_lowercase()
}

fn is_set(of: &Value, name: &str) -> bool {
    of.get(name).and_then(Value::as_bool) == Some(true)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    items(value).into_iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn unsigned(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        // What does not fit into 32 bits may come as a number with a point.
        other => other.as_u64().or_else(|| whole(other.as_f64()?)?.try_into().ok()),
    }
}

/// A number with a point that is a whole number all the same, and small enough to be exact.
fn whole(number: f64) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation, reason = "within the range that is checked")]
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// Why a question was not answered, when it was not: an error code, or one of our words.
fn refusal(answer: &Value, what: &str) -> Option<Gap> {
    if let Some(why) = answer.get("why").filter(|why| !why.is_null()) {
        let why = serde_json::from_value::<Why>(why.clone()).unwrap_or(Why::Failed);
        return Some(Gap::new(why, what));
    }
    let code = match answer.get("hresult").filter(|code| !code.is_null())? {
        Value::String(text) => match text.trim().strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.trim().parse::<i64>().ok().and_then(bits),
        },
        other => other.as_i64().and_then(bits),
    };
    // A code that cannot be read is a failure all the same.
    Some(what_it_means(what, i32::from_ne_bytes(code.unwrap_or(0).to_ne_bytes())))
}

/// An error code's bits, whether it was written with its sign or without.
fn bits(code: i64) -> Option<u32> {
    let signed = i32::try_from(code).ok().map(|code| u32::from_ne_bytes(code.to_ne_bytes()));
    signed.or_else(|| u32::try_from(code).ok())
}

fn keys(answer: &Value) -> Result<Keys, String> {
    let key = answer.get("key").and_then(Value::as_str).ok_or("registry: an answer without a key")?;
    let hive = answer.get("hive").cloned().unwrap_or_default();
    let hive: RegistryHive =
        serde_json::from_value(hive).map_err(|_| format!("registry: {key}: no such hive"))?;
    let found = match refusal(answer, key) {
        Some(gap) => Err(gap),
        None => Ok(found_keys(bounded(answer.get("found"), ENTRIES_MAX, key)?)?),
    };
    Ok(Keys {
        pattern: Pattern::new(hive.into(), key, &texts(answer.get("only"))),
        values: texts(answer.get("values")).iter().map(|name| name.to_lowercase()).collect(),
        all_values: is_set(answer, "all_values"),
        names_only: is_set(answer, "names_only"),
        names_below: is_set(answer, "names_below"),
        found,
    })
}

fn found_keys(all: Vec<&Value>) -> Result<HashMap<String, Result<Found, Gap>>, String> {
    let one = |found: &Value| {
        let key = found.get("key").and_then(Value::as_str).ok_or("registry: a found key without a name")?;
        if let Some(gap) = refusal(found, key) {
            return Ok((key.to_lowercase(), Err(gap)));
        }
        let values = bounded(found.get("values"), ENTRIES_MAX, key)?;
        let below = bounded(found.get("below"), ENTRIES_MAX, key)?;
        let found = Found {
            values: values.into_iter().filter_map(value).collect(),
            below: below.into_iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        };
        Ok((key.to_lowercase(), Ok(found)))
    };
    all.into_iter().map(one).collect()
}

/// A value with its name.
fn value(entry: &Value) -> Option<(String, Datum)> {
    let name = entry.get("name").and_then(Value::as_str)?.to_owned();
    let datum = if let Some(number) = entry.get("number") {
        unsigned(number).map_or(Datum::Other, Datum::Number)
    } else if let Some(Value::String(text)) = entry.get("text") {
        if text.len() > TEXT_MAX_BYTES { Datum::Other } else { Datum::Text(text.clone()) }
    } else if entry.get("texts").is_some() {
        Datum::Texts(texts(entry.get("texts")))
    } else if let Some(Value::String(digits)) = entry.get("bytes") {
        hexadecimal(digits).map_or(Datum::Other, Datum::Bytes)
    } else {
        Datum::Other
    };
    Some((name, datum))
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || digits.len() > BYTES_MAX * 2 || digits.len() % 2 == 1 {
        return None;
    }
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

/// The objects of an answer, or why there are none.
fn rows(answer: &Value, name: &str) -> Result<Result<Vec<Row>, Gap>, String> {
    let what = ["wql", "method", "api"].into_iter().find_map(|of| answer.get(of)?.as_str());
    let what = what.ok_or_else(|| format!("{name}: an answer without its question"))?;
    if let Some(gap) = refusal(answer, what) {
        return Ok(Err(gap));
    }
    let row = |object: &Value| match object {
        Value::Object(fields) => {
            Ok(fields.iter().map(|(name, value)| (name.clone(), cell(value))).collect::<Row>())
        }
        _ => Err(Gap::failed(format_args!("{what}: the answer was cut short"))),
    };
    Ok(bounded(answer.get(name), ENTRIES_MAX, what)?.into_iter().map(row).collect())
}

/// A property. Numbers of 64 bits come as texts, as WMI itself writes them, or as numbers.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Nothing,
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Cell::Number(number),
            (None, Some(large)) => Cell::Text(large.to_string()),
            _ => number.as_f64().and_then(whole).map_or(Cell::Nothing, Cell::Number),
        },
        // What PowerShell says of something that lay too deep to be written.
        Value::String(text) if is_name_of_type(text) => Cell::Nothing,
        Value::String(text) if text.len() > TEXT_MAX_BYTES => Cell::Nothing,
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(all) => Cell::List(all.iter().map(cell).collect()),
        Value::Object(fields) if fields.len() == 2 && fields.contains_key("Count") => {
            Cell::List(items(Some(value)).into_iter().map(cell).collect())
        }
        Value::Object(_) => Cell::Nothing,
    }
}

/// `System.Object[]`, `System.Collections.Hashtable`, `@{a=1}`: a name in the place of the thing.
fn is_name_of_type(text: &str) -> bool {
    text.starts_with("@{")
        || text.starts_with("System.") && (text.ends_with("[]") || text.contains(".Collections."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::machine::CIMV2;
    use super::*;

    fn machine(answers: &Value) -> Answered {
        Answered::new(answers, At::from_unix_secs(0).unwrap()).unwrap()
    }

    #[test]
    fn values_of_every_form() {
        let machine = machine(&json!({"registry": {"hive": "machine", "key": r"A\*", "only": ["x", "y"],
            "all_values": true, "names_below": true, "found": [
                {"key": r"A\X", "below": "k", "values": [
                    {"name": "number", "number": "18446744073709551615"}, {"name": "point", "number": 4.0},
                    {"name": "text", "text": "見守り"}, {"name": "one", "texts": "a"},
                    {"name": "many", "texts": {"value": ["a", "b"], "Count": 2}}, {"name": "bytes", "bytes": "00ff"},
                    {"name": "odd", "bytes": "0"}, {"name": "none", "text": null}, {"name": "lost", "number": "x"},
                    {"name": "", "text": ""}]},
                {"key": r"A\Y", "hresult": -2_147_024_891}]}}));
        let check = |name: &str, expected: Option<Datum>| {
            assert_eq!(machine.value(Hive::Machine, r"a\x", name), Ok(expected), "{name}");
        };
        check("NUMBER", Some(Datum::Number(u64::MAX)));
        check("point", Some(Datum::Number(4)));
        check("text", Some(Datum::Text("見守り".into())));
        check("one", Some(Datum::Texts(vec!["a".into()])));
        check("many", Some(Datum::Texts(vec!["a".into(), "b".into()])));
        check("bytes", Some(Datum::Bytes(vec![0, 255])));
        check("odd", Some(Datum::Other));
        check("none", Some(Datum::Other));
        check("lost", Some(Datum::Other));
        check("", Some(Datum::Text(String::new())));
        check("absent", None);
        assert_eq!(machine.keys(Hive::Machine, r"A\x"), Ok(Some(vec!["k".to_owned()])));
        let why = |key: &str, hive| machine.values(hive, key).map_err(|gap| gap.why);
        assert_eq!(why(r"A\Y", Hive::Machine), Err(Why::Denied));
        assert_eq!(why(r"A\Z", Hive::Machine), Err(Why::NotCollected));
        assert_eq!(why(r"A\X", Hive::Machine32), Err(Why::NotCollected));
    }

    #[test]
    fn what_was_not_read_is_no_absence() {
        let machine = machine(&json!({"registry": [
            {"hive": "machine", "key": "A", "values": ["a"], "found": []},
            {"hive": "machine", "key": "B", "names_below": true, "found": null},
            {"hive": "machine", "key": "C", "all_values": true, "names_only": true,
             "found": {"key": "C", "values": {"name": "a"}}}]}));
        assert_eq!(machine.value(Hive::Machine, "A", "a"), Ok(None));
        let why = machine.value(Hive::Machine, "A", "b").unwrap_err();
        assert_eq!((why.why, why.detail.as_str()), (Why::NotCollected, r"A\b"));
        assert_eq!(machine.values(Hive::Machine, "A").unwrap_err().why, Why::NotCollected);
        assert_eq!(machine.keys(Hive::Machine, "B"), Ok(None));
        assert_eq!(machine.values(Hive::Machine, "C"), Ok(Some(vec![("a".to_owned(), Datum::Other)])));
        assert_eq!(machine.value(Hive::Machine, "C", "a").unwrap_err().why, Why::NotCollected);
    }

    #[test]
    fn objects_and_calls() {
        let machine = machine(&json!({
            "queries": [
                {"namespace": "ROOT\\cimv2", "wql": "select a from b", "rows": {"Size": 9_007_199_254_740_993_u64,
                 "Huge": u64::MAX, "On": true, "Off": null, "List": ["x"], "Wrapped": {"value": ["y"], "Count": 1},
                 "Cut": "System.Object[]", "Deep": {"a": 1}, "At": "/Date(0)/", "Point": 7.0}},
                {"namespace": CIMV2, "wql": "cut", "rows": ["System.Collections.Hashtable"]},
                {"namespace": CIMV2, "wql": "odd", "hresult": "what"},
                {"namespace": CIMV2, "wql": "late", "why": "timeout"}],
            "calls": {"namespace": CIMV2, "path": "A.b=\"c\"", "method": "GetX", "number": "3", "result": {"ReturnValue": 0}},
            "apis": {"api": "oldest_record", "of": "Security", "rows": []}}));
        let row = machine.query(CIMV2, "SELECT a FROM b").unwrap().remove(0);
        assert_eq!(row.number("Size"), Some(9_007_199_254_740_993));
        assert_eq!(
            (row.text("Huge").as_deref(), row.number("Point")),
            (Some("18446744073709551615"), Some(7))
        );
        assert_eq!((row.flag("On"), row.flag("Off")), (Some(true), None));
        assert_eq!(
            (row.texts("List"), row.texts("Wrapped")),
            (Some(vec!["x".into()]), Some(vec!["y".into()]))
        );
        assert_eq!((row.text("Cut"), row.text("Deep")), (None, None));
        assert_eq!(row.at("At").unwrap().to_string(), "1970-01-01T00:00:00Z");
        let why = |wql: &str| machine.query(CIMV2, wql).unwrap_err().why;
        assert_eq!((why("cut"), why("odd"), why("late")), (Why::Failed, Why::Failed, Why::Timeout));
        assert_eq!(why("other"), Why::NotCollected);
        let object = Object { class: "A", path: "A.b=\"C\"".into() };
        assert_eq!(machine.call(CIMV2, &object, "GetX", &[("n", 3)]).unwrap().number("ReturnValue"), Some(0));
        assert_eq!(machine.call(CIMV2, &object, "GetX", &[]).unwrap_err().why, Why::NotCollected);
        assert_eq!(machine.ask(Api::OldestRecord, "security"), Ok(Vec::new()));
        assert_eq!(machine.ask(Api::Wireless, "").unwrap_err().why, Why::NotCollected);
    }
}
