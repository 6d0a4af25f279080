//! The script's output, made from a machine as the script would make it, with everything PowerShell does to JSON. For
//! tests: facts that follow from it must be those read directly.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::collection::{ApiQuestion, Query, RegistryHive, RegistryQuestion, Section};
use model::{SubjectKind, Why};
use serde_json::{Map, Value, json};

use super::machine::{Api, Cell, Datum, Hive, Machine, Object, Row};
use super::question::table;
use super::read_all;
use crate::gap::Gap;
use crate::reading::complete;

/// What PowerShell does to lists and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// As they are.
    Plain,
    /// A list of one stands without brackets.
    Bare,
    /// Lists are wrapped with their length, and small numbers are texts.
    Wrapped,
}

/// The document the script would write on this machine.
pub(crate) fn document(machine: &dyn Machine, habit: Habit) -> Vec<u8> {
    serde_json::to_vec(&wrapped(machine, bent(answers(machine), habit))).unwrap()
}

/// What the script would write down, before PowerShell makes JSON of it.
fn answers(machine: &dyn Machine) -> Value {
    static TABLE: LazyLock<Vec<Section>> = LazyLock::new(table);
    let sections = &*TABLE;
    json!({
        "registry": sections.iter().flat_map(|one| &one.registry).map(|one| registry(machine, one)).collect::<Vec<_>>(),
        "queries": sections.iter().flat_map(|one| queries(machine, one)).collect::<Vec<_>>(),
        "calls": sections.iter().flat_map(|one| calls(machine, one)).collect::<Vec<_>>(),
        "apis": sections.iter().flat_map(|one| apis(machine, one)).collect::<Vec<_>>(),
    })
}

fn wrapped(machine: &dyn Machine, answers: Value) -> Value {
    json!({
        "format": "mimamori-answers", "version": 1, "subject": {"kind": "device", "id": "PC-1"}, "name": "PC-1",
        "collector": "collect.ps1 test", "collected_at": machine.now().to_string(), "answers": answers,
    })
}

/// Facts, and what was missed and why, must be the same. Details may differ: a code says less than a sentence.
pub(crate) fn agree(machine: &dyn Machine) {
    let (facts, misses) = complete(SubjectKind::Device, read_all(machine));
    let reasons = |misses: &[model::Miss]| {
        misses
            .iter()
            .map(|miss| (miss.at.clone(), miss.why.name()))
            .collect::<std::collections::BTreeSet<_>>()
    };
    let answers = answers(machine);
    for habit in [Habit::Plain, Habit::Bare, Habit::Wrapped] {
        let document = wrapped(machine, bent(answers.clone(), habit));
        let read = crate::from_answers(&serde_json::to_vec(&document).unwrap()).unwrap();
        assert_eq!(Value::Object(read.facts), Value::Object(facts.clone()), "{habit:?}");
        assert_eq!(reasons(&read.misses), reasons(&misses), "{habit:?}");
    }
}

fn bent(value: Value, habit: Habit) -> Value {
    match value {
        Value::Array(all) => {
            let mut all: Vec<Value> = all.into_iter().map(|one| bent(one, habit)).collect();
            match habit {
                Habit::Bare if all.len() == 1 => all.remove(0),
                Habit::Wrapped => json!({"Count": all.len(), "value": all}),
                _ => Value::Array(all),
            }
        }
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, one)| (name, bent(one, habit))).collect())
        }
        other => other,
    }
}

fn refused(mut answer: Map<String, Value>, gap: &Gap) -> Value {
    let code = match gap.why {
        Why::NotFound => "0x80041002",
        Why::Denied => "0x80041003",
        Why::NotSupported => "0x8004100E",
        Why::Timeout => "0x80043001",
        Why::Failed | Why::NotCollected => "0x80041001",
    };
    answer.insert("hresult".into(), code.into());
    Value::Object(answer)
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn registry(machine: &dyn Machine, question: &RegistryQuestion) -> Value {
    let mut answer = object(json!({
        "hive": question.hive.name(), "key": question.key, "only": question.only, "values": question.values,
        "all_values": question.all_values, "names_only": question.names_only, "names_below": question.names_below,
    }));
    let found = paths(machine, question).map(|paths| {
        paths
            .iter()
            .filter_map(|path| key(machine, question, path).transpose())
            .map(|found| match found {
                Ok(found) => found,
                Err((path, gap)) => refused(object(json!({ "key": path })), &gap),
            })
            .collect::<Vec<_>>()
    });
    match found {
        Ok(found) => {
            answer.insert("found".into(), found.into());
            Value::Object(answer)
        }
        Err(gap) => refused(answer, &gap),
    }
}

/// The keys a question means: of those it names some may not be there.
fn paths(machine: &dyn Machine, question: &RegistryQuestion) -> Result<Vec<String>, Gap> {
    let hive = Hive::from(question.hive);
    let mut paths = vec![String::new()];
    for (at, level) in question.key.split('\\').enumerate() {
        let mut longer = Vec::new();
        for path in paths {
            let names = match level {
                "*" if at == 0 && question.hive == RegistryHive::Users => machine.people()?,
                "*_Classes" if at == 0 && question.hive == RegistryHive::Users => {
                    machine.people()?.iter().map(|sid| format!("{sid}_Classes")).collect()
                }
                "*" if !question.only.is_empty() => question.only.clone(),
                "*" => machine.keys(hive, &path)?.unwrap_or_default(),
                level => vec![level.to_owned()],
            };
            longer
                .extend(names.into_iter().map(|name| if at == 0 { name } else { format!(r"{path}\{name}") }));
        }
        paths = longer;
    }
    Ok(paths)
}

fn key(
    machine: &dyn Machine,
    question: &RegistryQuestion,
    path: &str,
) -> Result<Option<Value>, (String, Gap)> {
    let hive = Hive::from(question.hive);
    let fail = |gap: Gap| (path.to_owned(), gap);
    let Some(below) = machine.keys(hive, path).map_err(fail)? else { return Ok(None) };
    let mut values = Vec::new();
    if question.all_values {
        values = machine.values(hive, path).map_err(fail)?.unwrap_or_default();
    } else {
        for name in &question.values {
            values.extend(machine.value(hive, path, name).map_err(fail)?.map(|datum| (name.clone(), datum)));
        }
    }
    let values: Vec<Value> = values
        .iter()
        .map(|(name, datum)| if question.names_only { json!({ "name": name }) } else { entry(name, datum) })
        .collect();
    let mut found = object(json!({"key": path, "values": values}));
    if question.names_below {
        found.insert("below".into(), below.into());
    }
    Ok(Some(Value::Object(found)))
}

fn entry(name: &str, datum: &Datum) -> Value {
    match datum {
        Datum::Number(number) => json!({"name": name, "number": number.to_string()}),
        Datum::Text(text) if ["proxyserver", "autoconfigurl"].contains(&name.to_lowercase().as_str()) => {
            json!({"name": name, "text": super::proxy::nameless(text)})
        }
        Datum::Text(text) => json!({"name": name, "text": text}),
        Datum::Texts(texts) => json!({"name": name, "texts": texts}),
        Datum::Bytes(bytes) => {
            json!({"name": name, "bytes": bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>()})
        }
        Datum::Other => json!({ "name": name }),
    }
}

fn queries(machine: &dyn Machine, section: &Section) -> Vec<Value> {
    let mut answers = Vec::new();
    for question in &section.queries {
        let namespace = known(&question.namespace);
        let filled = if question.of.is_empty() {
            vec![question.wql.clone()]
        } else {
            let found = machine.query(namespace, &question.of).unwrap_or_default();
            found.iter().map(|row| holes(&question.wql, row)).collect()
        };
        for wql in filled {
            let mut answer = object(json!({"namespace": namespace, "wql": wql}));
            match machine.query(namespace, &wql) {
                Ok(rows) => {
                    let kept = rows.iter().map(|row| kept(row_of(row), question)).collect::<Vec<_>>();
                    answer.insert("rows".into(), kept.into());
                    answers.push(Value::Object(answer));
                }
                Err(gap) => answers.push(refused(answer, &gap)),
            }
        }
    }
    answers
}

/// What is written down of an object.
fn kept(row: Value, question: &Query) -> Value {
    let has = |names: &[String], name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    let kind = |text: &Value| {
        let text = text.as_str().unwrap_or_default();
        Value::from(format!("{}:", text.split(':').next().unwrap_or_default()))
    };
    let cells =
        object(row).into_iter().filter(|(name, _)| question.keep.is_empty() || has(&question.keep, name));
    Value::Object(
        cells
            .map(|(name, cell)| match &cell {
                Value::Array(all) if has(&question.kind_only, &name) => {
                    let kinds: Vec<Value> = all.iter().map(kind).collect();
                    (name, kinds.into())
                }
                _ => (name, cell),
            })
            .collect(),
    )
}

fn holes(wql: &str, row: &Row) -> String {
    row.cells().fold(wql.to_owned(), |wql, (name, cell)| {
        let Cell::Text(text) = cell else { return wql };
        // Names are kept in small letters; the table writes them as Windows does.
        let start = wql.to_lowercase().find(&format!("{{{name}}}"));
        let Some(start) = start else { return wql };
        let (before, rest) = wql.split_at(start);
        format!("{before}{}{}", quoted(text), &rest[name.len() + 2..])
    })
}

fn quoted(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"")
}

fn calls(machine: &dyn Machine, section: &Section) -> Vec<Value> {
    let mut answers = Vec::new();
    for question in &section.calls {
        let namespace = known(&question.namespace);
        let numbers: Vec<Option<u32>> = match question.numbers.as_slice() {
            [] => vec![None],
            numbers => numbers.iter().copied().map(Some).collect(),
        };
        for found in machine.query(namespace, &question.of).unwrap_or_default() {
            let value = found.text(&question.key).unwrap_or_default();
            let path = format!("{}.{}=\"{}\"", question.class, question.key, quoted(&value));
            for number in &numbers {
                let object = Object { class: "Win32_EncryptableVolume", path: path.clone() };
                let given: Vec<(&str, u32)> =
                    number.iter().map(|one| (question.takes.as_str(), *one)).collect();
                let mut answer =
                    self::object(json!({"namespace": namespace, "path": path, "method": question.method}));
                if let Some(number) = number {
                    answer.insert("number".into(), (*number).into());
                }
                match machine.call(namespace, &object, &question.method, &given) {
                    Ok(row) => {
                        answer.insert("result".into(), row_of(&row));
                        answers.push(Value::Object(answer));
                    }
                    Err(gap) => answers.push(refused(answer, &gap)),
                }
            }
        }
    }
    answers
}

/// The APIs that readers ask.
const APIS: [Api; 14] = [
    Api::PendingUpdates,
    Api::UpdateHistory,
    Api::UpdateResults,
    Api::Wireless,
    Api::OldestRecord,
    Api::Events,
    Api::ArchivedLogs,
    Api::Extensions,
    Api::UsbStorage,
    Api::AuditPolicy,
    Api::VolumeProtection,
    Api::AccountPolicy,
    Api::LocalUsers,
    Api::PortMappings,
];

fn apis(machine: &dyn Machine, section: &Section) -> Vec<Value> {
    let mut answers = Vec::new();
    for question in &section.apis {
        let name = question.api.name();
        let api = APIS.into_iter().find(|api| api.name() == name).unwrap_or_else(|| panic!("{name}"));
        for of in about(machine, question) {
            let mut answer = object(json!({"api": name, "of": of}));
            match machine.ask(api, &of) {
                Ok(rows) => {
                    answer.insert("rows".into(), rows.iter().map(row_of).collect::<Vec<_>>().into());
                    answers.push(Value::Object(answer));
                }
                Err(gap) => answers.push(refused(answer, &gap)),
            }
        }
    }
    answers
}

/// What an API is asked about.
fn about(machine: &dyn Machine, question: &ApiQuestion) -> Vec<String> {
    let mut all = question.of.clone();
    if !question.of_keys.is_empty() {
        all.extend(machine.keys(Hive::Machine, &question.of_keys).ok().flatten().unwrap_or_default());
    }
    if let Some(path) = &question.of_path {
        let people =
            if path.key.contains('*') { machine.people().unwrap_or_default() } else { vec![String::new()] };
        for person in people {
            let value = machine.text(&path.key.replace('*', &person), &path.value).ok().flatten();
            // Windows fills in its variables.
            let value = value
                .map(|value| value.replace("%SystemDrive%", "C:").replace("%SystemRoot%", r"C:\Windows"));
            all.extend(
                value.map(
                    |value| {
                        if path.below.is_empty() { value } else { format!(r"{value}\{}", path.below) }
                    },
                ),
            );
        }
    }
    if let Some(found) = &question.of_found {
        let rows = machine.query(known(&found.namespace), &found.wql).unwrap_or_default();
        all.extend(rows.iter().flat_map(|row| row.texts(&found.property).unwrap_or_default()));
    }
    let ApiQuestion { of, of_keys, of_path, of_found, .. } = question;
    if of.is_empty() && of_keys.is_empty() && of_path.is_none() && of_found.is_none() {
        all.push(String::new());
    }
    all
}

/// The namespace as a machine is asked for it.
fn known(namespace: &str) -> &'static str {
    use super::machine::{BITLOCKER, CIMV2, DEFENDER, RSOP, SECURITY_CENTER, SMB, STANDARD, TPM};
    let all = [BITLOCKER, CIMV2, DEFENDER, RSOP, SECURITY_CENTER, SMB, STANDARD, TPM];
    all.into_iter().find(|known| *known == namespace).unwrap_or_else(|| panic!("{namespace} is not known"))
}

fn row_of(row: &Row) -> Value {
    Value::Object(row.cells().map(|(name, cell)| (name.to_owned(), json_of(cell))).collect())
}

fn json_of(cell: &Cell) -> Value {
    match cell {
        Cell::Nothing => Value::Null,
        Cell::Flag(flag) => (*flag).into(),
        Cell::Number(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::List(all) => all.iter().map(json_of).collect::<Vec<_>>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::{pc, whole};
    use super::*;

    #[test]
    fn each_whole_machine_brings_facts() {
        let sections: Vec<usize> =
            whole().iter().map(|machine| complete(SubjectKind::Device, read_all(machine)).0.len()).collect();
        assert!(sections[0] >= 19 && sections[1] >= 6 && sections[2] >= 3, "{sections:?}");
        // Dropping them compares what follows from the script's document with what was read.
    }

    #[test]
    fn what_is_not_used_is_not_written() {
        let machine = pc();
        let written =
            String::from_utf8(document(&super::super::recorded::Freely(&machine), Habit::Plain)).unwrap();
        assert!(written.contains("dropbox") && written.contains("http://proxy.example/proxy.pac"));
        assert!(!written.contains("secret"));
    }

    #[test]
    fn a_difference_would_be_seen() {
        let machine = pc();
        let freely = super::super::recorded::Freely(&machine);
        let mut altered: Value = serde_json::from_slice(&document(&freely, Habit::Plain)).unwrap();
        let queries = altered["answers"]["queries"].as_array_mut().unwrap();
        queries.retain(|answer| {
            answer["wql"].as_str()
                != Some("SELECT SID, Name, Disabled FROM Win32_UserAccount WHERE LocalAccount = TRUE")
        });
        let read = crate::from_answers(&serde_json::to_vec(&altered).unwrap()).unwrap();
        let missed: BTreeMap<&str, Why> =
            read.misses.iter().map(|miss| (miss.at.as_str(), miss.why)).collect();
        assert_eq!(missed.get("accounts.local"), Some(&Why::NotCollected));
        assert_ne!(
            Value::Object(read.facts),
            Value::Object(complete(SubjectKind::Device, read_all(&freely)).0)
        );
    }
}
